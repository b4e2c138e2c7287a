"""Repairs, started as a person starts them: over the API that the UI uses."""

from contextlib import closing
import json
from pathlib import Path
import sqlite3
from string import Formatter
from typing import Any

from homeassistant.components.repairs import ConfirmRepairFlow
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.message_guard import const
from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.core.errors import LedgerUnusableError
from custom_components.message_guard.ledger.format.entries import Kind
from custom_components.message_guard.repairs import async_create_fix_flow
from tests.conftest import contact_data

ENGLISH: dict[str, Any] = json.loads(
    (Path(const.__file__).parent / "translations" / "en.json").read_text(encoding="utf-8")
)


def issues(hass: HomeAssistant) -> dict[str, str | None]:
    """Return the translation key of each of our issues."""
    return {
        key: issue.translation_key
        for (domain, key), issue in ir.async_get(hass).issues.items()
        if domain == DOMAIN and issue.active
    }


async def repair(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, issue_id: str
) -> dict[str, Any]:
    """Go through the repair of an issue, and check its texts on the way."""
    client = await hass_client()
    issue = ir.async_get(hass).async_get_issue(DOMAIN, issue_id)
    assert issue is not None
    assert issue.is_fixable
    texts = ENGLISH["issues"][issue.translation_key]
    response = await client.post(
        "/api/repairs/issues/fix", json={"handler": DOMAIN, "issue_id": issue_id}
    )
    assert response.status == 200
    form = await response.json()
    assert form["type"] == "form"
    step = texts["fix_flow"]["step"][form["step_id"]]
    for text in (texts["title"], step["title"], step["description"]):
        named = {name for _, name, _, _ in Formatter().parse(text) if name}
        assert named <= form["description_placeholders"].keys()
        assert named <= (issue.translation_placeholders or {}).keys()
    response = await client.post(f"/api/repairs/issues/fix/{form['flow_id']}", json={})
    result: dict[str, Any] = await response.json()
    await hass.async_block_till_done(wait_background_tasks=True)
    if result["type"] == "abort":
        assert result["reason"] in texts["fix_flow"]["abort"]
    return result


async def test_a_setting_is_reset(
    assist: HomeAssistant, guard: MockConfigEntry, hass_client: ClientSessionGenerator
) -> None:
    """The strictest value gives way to the default only when a person says so."""
    assist.config_entries.async_update_entry(guard, options={**guard.options, "model_steps": "x"})
    await assist.async_block_till_done()
    household = guard.runtime_data.components.guard.household
    assert household.model_steps == 2
    result = await repair(assist, hass_client, "option_unreadable_model_steps")
    assert result["type"] == "create_entry"
    assert "model_steps" not in guard.options
    assert guard.runtime_data.components.guard.household.model_steps == 1
    assert not issues(assist)


@pytest.mark.parametrize("change", [{"targets": []}, {"name": 7}])
async def test_a_broken_contact_is_removed(
    assist: HomeAssistant,
    entry: MockConfigEntry,
    outbox: list[ServiceCall],
    hass_client: ClientSessionGenerator,
    change: dict[str, Any],
) -> None:
    """With its issue."""
    from types import MappingProxyType

    from homeassistant.config_entries import ConfigSubentry

    assert await assist.config_entries.async_setup(entry.entry_id)
    data = contact_data("Bob", **change)
    broken = ConfigSubentry(
        data=MappingProxyType(dict(data["data"])),
        subentry_type="contact",
        title="Bob",
        unique_id="contact:bob",
    )
    assist.config_entries.async_add_subentry(entry, broken)
    await assist.async_block_till_done()
    (issue,) = issues(assist)
    result = await repair(assist, hass_client, issue)
    assert result["type"] == "create_entry"
    assert broken.subentry_id not in entry.subentries
    assert not issues(assist)
    assert await assist.config_entries.async_unload(entry.entry_id)


async def test_an_issue_goes_with_its_contact(
    assist: HomeAssistant, guard: MockConfigEntry
) -> None:
    """Removing a broken contact by hand is a repair as well."""
    (subentry_id,) = guard.subentries
    assist.config_entries.async_update_subentry(
        guard, guard.subentries[subentry_id], data={"name": "Anna"}
    )
    await assist.async_block_till_done()
    assert list(issues(assist).values()) == ["contact_blocked"]
    assist.config_entries.async_remove_subentry(guard, subentry_id)
    await assist.async_block_till_done()
    assert not issues(assist)


async def test_a_changed_ledger_is_put_aside(
    assist: HomeAssistant, guard: MockConfigEntry, hass_client: ClientSessionGenerator
) -> None:
    """The evidence stays, the new ledger says that it is new, and messages can be sent again."""
    components = guard.runtime_data.components
    path = components.ledger.path

    def tamper() -> None:
        db = sqlite3.connect(path)
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall():
            db.execute(f"DROP TRIGGER {name}")
        db.execute("UPDATE entries SET line = replace(line, 'guard_on', 'guard_in')")
        db.commit()
        db.close()

    await assist.async_add_executor_job(tamper)
    await components.ledger_watch.check(anew=True)
    assert issues(assist) == {"ledger_not_sound": "ledger_not_sound"}
    result = await repair(assist, hass_client, "ledger_not_sound")
    assert result["type"] == "create_entry"
    assert not issues(assist)
    assert path.with_name(f"{path.name}.old-1").exists()
    components = guard.runtime_data.components
    page = await components.ledger.page()
    kinds = [row.entry.kind for row in page.rows]
    assert kinds[-1] == Kind.STARTED
    assert components.ledger_watch.sound
    answer = await assist.services.async_call(
        DOMAIN, "send", {"contact": "Anna", "message": "hi"}, blocking=True, return_response=True
    )
    assert answer is not None
    assert answer["confirmation_id"]


async def test_a_ledger_that_stays_unusable(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    hass_client: ClientSessionGenerator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A full disk is not repaired by a click, and the person is told."""
    components = guard.runtime_data.components

    async def full(*_: object, **__: object) -> None:
        raise LedgerUnusableError("disk full")

    monkeypatch.setattr(components.ledger, "verify", full)
    monkeypatch.setattr(components.ledger, "open", full)
    await components.ledger_watch.check()
    assert issues(assist) == {"ledger_unusable": "ledger_unusable"}
    result = await repair(assist, hass_client, "ledger_unusable")
    assert (result["type"], result["reason"]) == ("abort", "still_unusable")
    assert issues(assist) == {"ledger_unusable": "ledger_unusable"}


async def test_history_that_was_taken_back(
    assist: HomeAssistant, guard: MockConfigEntry, hass_client: ClientSessionGenerator
) -> None:
    """An old copy put back by hand: somebody says that it was they."""
    ledger = guard.runtime_data.components.ledger
    path = ledger.path
    copy = path.with_name("copy.db")

    def backup() -> None:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
        source.close()
        target.close()

    await assist.async_add_executor_job(backup)
    await assist.services.async_call(
        DOMAIN, "send", {"contact": "Anna", "message": "hi"}, blocking=True
    )
    await ledger.checkpoint()
    assert await assist.config_entries.async_unload(guard.entry_id)
    await assist.async_add_executor_job(copy.rename, path)
    assert await assist.config_entries.async_setup(guard.entry_id)
    await assist.async_block_till_done(wait_background_tasks=True)
    assert issues(assist) == {"ledger_taken_back": "ledger_taken_back"}
    result = await repair(assist, hass_client, "ledger_taken_back")
    assert result["type"] == "create_entry"
    assert not issues(assist)
    assert guard.runtime_data.components.ledger_watch.sound


@pytest.mark.parametrize("issue_id", ["ledger_unusable", "option_unreadable_observe"])
async def test_an_entry_that_is_gone(
    assist: HomeAssistant,
    entry: MockConfigEntry,
    outbox: list[ServiceCall],
    hass_client: ClientSessionGenerator,
    issue_id: str,
) -> None:
    """A list that was left open in a browser."""
    assert await assist.config_entries.async_setup(entry.entry_id)
    key = issue_id.removesuffix("_observe")
    about = {"option": "observe", "file": "x"}
    ir.async_create_issue(
        assist,
        DOMAIN,
        issue_id,
        is_fixable=True,
        data={"entry_id": "gone", "kind": key, **about},
        severity=ir.IssueSeverity.ERROR,
        translation_key=key,
        translation_placeholders=about,
    )
    result = await repair(assist, hass_client, issue_id)
    assert (result["type"], result["reason"]) == ("abort", "gone")
    assert await assist.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize("issue_id", ["ledger_not_sound", "ledger_taken_back", "ledger_forked"])
async def test_a_guard_that_has_not_started(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    hass_client: ClientSessionGenerator,
    issue_id: str,
) -> None:
    """Nothing can be repaired before that is, and nothing is broken further."""
    about = {"file": "x", "first": "1", "problem": "hash"}
    if issue_id == "ledger_forked":
        about = {"file": "x", "witness": "w", "seen": "1", "offered": "1"}
    ir.async_create_issue(
        assist,
        DOMAIN,
        issue_id,
        is_fixable=True,
        data={"entry_id": guard.entry_id, "kind": issue_id, **about},
        severity=ir.IssueSeverity.ERROR,
        translation_key=issue_id,
        translation_placeholders=about,
    )
    components, guard.runtime_data.components = guard.runtime_data.components, None
    try:
        result = await repair(assist, hass_client, issue_id)
    finally:
        guard.runtime_data.components = components
    assert (result["type"], result["reason"]) == ("abort", "still_unusable")


async def test_an_issue_without_a_repair_of_its_own(assist: HomeAssistant) -> None:
    """It can be confirmed, as Home Assistant does for those it knows nothing about."""
    assert isinstance(await async_create_fix_flow(assist, "other", None), ConfirmRepairFlow)
    flow = await async_create_fix_flow(assist, "other", {"kind": "other"})
    assert isinstance(flow, ConfirmRepairFlow)
