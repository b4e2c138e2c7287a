"""Start, stop, change, failure: the pipelines are put back, and a closed guard sends nothing."""

from contextlib import closing
import json
from pathlib import Path
import sqlite3
from types import MappingProxyType
from typing import Any
from unittest.mock import patch

from homeassistant.components import assist_pipeline
from homeassistant.config_entries import ConfigEntryState, ConfigSubentry
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.message_guard.components import LEDGER_FILE
from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.core.errors import LedgerUnusableError, LedgerWriteError
from custom_components.message_guard.core.level import Level
from custom_components.message_guard.ledger.format.entries import Kind, Step
from custom_components.message_guard.ledger.store import LedgerStore
from tests.assist_home import PHRASE, Assist, contact, entry, home, lit, sent

__all__ = ["entry", "home", "lit", "sent"]


def entries(hass: HomeAssistant) -> list[dict[str, Any]]:
    """Return the entries of the ledger, as they are on disk."""
    with closing(sqlite3.connect(hass.config.path(LEDGER_FILE))) as database:
        found = database.execute("SELECT line FROM entries ORDER BY sequence").fetchall()
    return [json.loads(line) for (line,) in found]


async def test_what_fails_after_the_start_leaves_nothing_running(
    home: HomeAssistant, entry: MockConfigEntry
) -> None:
    """The pipelines are put back, the ledger is closed, and messages stay held."""
    assert await home.config_entries.async_unload(entry.entry_id)
    with patch("custom_components.message_guard.loading.BypassWatch", side_effect=RuntimeError):
        assert not await home.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert entry.runtime_data.components is None
    assert entry.runtime_data.stop == []
    assert "guard_off" in [item["kind"] for item in entries(home)[-2:]]
    assert await home.config_entries.async_reload(entry.entry_id)
    assert entry.runtime_data.components is not None


async def test_new_contacts_are_known_at_once(
    home: HomeAssistant, entry: MockConfigEntry, sent: list[ServiceCall]
) -> None:
    """Adding a subentry does not reload, and does not drop what waits."""
    assist = Assist(home)
    await assist.say("tell Anna that I am late")

    more = contact("Bert")
    home.config_entries.async_add_subentry(
        entry,
        ConfigSubentry(
            data=MappingProxyType(dict(more["data"])),
            subentry_type="contact",
            title="Bert",
            unique_id="contact:bert",
        ),
    )
    await home.async_block_till_done()
    await assist.say(PHRASE)
    assert len(sent) == 1
    question = await assist.say("tell Bert that I am late", fresh=True)
    assert "Bert" in question.speech


async def test_a_pipeline_of_another_agent_brings_another_guarded_agent(
    home: HomeAssistant, entry: MockConfigEntry
) -> None:
    """One entity for each wrapped agent; this needs a reload."""
    store = home.data[assist_pipeline.pipeline.KEY_ASSIST_PIPELINE].pipeline_store
    base = assist_pipeline.pipeline.async_get_pipeline(home).to_json()
    base.pop("id")
    made = await store.async_create_item(
        base | {"name": "Two", "conversation_engine": "conversation.x"}
    )
    chosen = [*entry.options["pipelines"], made.id]
    home.config_entries.async_update_entry(entry, options={**entry.options, "pipelines": chosen})
    await home.async_block_till_done()
    second = er.async_get(home).async_get_entity_id("conversation", DOMAIN, "agent:conversation.x")
    assert second is not None
    assert store.data[made.id].conversation_engine == second


@pytest.mark.parametrize(
    ("broken", "error"),
    [
        ("custom_components.message_guard.components.async_load_languages", RuntimeError),
        ("custom_components.message_guard.components.household_from_entry", RuntimeError),
        ("custom_components.message_guard.components.LedgerStore.open", LedgerUnusableError),
    ],
)
async def test_what_cannot_start_sends_nothing_and_breaks_nothing(
    home: HomeAssistant,
    entry: MockConfigEntry,
    sent: list[ServiceCall],
    lit: list[ServiceCall],
    monkeypatch: pytest.MonkeyPatch,
    broken: str,
    error: type[Exception],
) -> None:
    """The pipeline has its engine, the light goes on, no message goes out."""

    async def fail(*_: object) -> None:
        raise error("broken")

    def fail_now(*_: object) -> None:
        raise error("broken")

    await home.config_entries.async_unload(entry.entry_id)
    with monkeypatch.context() as patch:
        patch.setattr(broken, fail_now if broken.endswith("from_entry") else fail)
        await home.config_entries.async_setup(entry.entry_id)
        await home.async_block_till_done()
        assert entry.state is ConfigEntryState.LOADED
        assist = Assist(home)
        await assist.say("tell Anna that I am late")
        await assist.say(PHRASE)
        await assist.say("turn on the kitchen light", fresh=True)
        assert len(lit) == 1
        assert sent == []


async def test_a_restart_expires_what_waited(
    home: HomeAssistant, entry: MockConfigEntry, sent: list[ServiceCall]
) -> None:
    """A kill leaves "asked" without an end and perhaps "authorised"; neither is ever sent."""
    await home.config_entries.async_unload(entry.entry_id)
    store = LedgerStore(Path(home.config.path(LEDGER_FILE)))
    await store.open()
    await store.append_many(
        [
            Step(kind=Kind.GUARD_ON),
            Step(kind=Kind.ASKED, request_id="waited"),
            Step(kind=Kind.ASKED, request_id="cut off"),
            Step(kind=Kind.AUTHORISED, request_id="cut off"),
        ]
    )
    await store.close()
    await home.config_entries.async_setup(entry.entry_id)
    await home.async_block_till_done()
    found = {(entry["kind"], entry.get("request_id")) for entry in entries(home)}
    assert (Kind.EXPIRED, "waited") in found
    assert (Kind.INTERRUPTED, "cut off") in found
    assert sent == []


async def test_a_start_that_breaks_half_way_is_taken_back(
    home: HomeAssistant,
    entry: MockConfigEntry,
    sent: list[ServiceCall],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What had been started ends; the door stays shut."""

    def fail(*_: object) -> None:
        raise RuntimeError("broken")

    await home.config_entries.async_unload(entry.entry_id)
    with monkeypatch.context() as patch:
        patch.setattr("custom_components.message_guard.components.PhoneApprovals.start", fail)
        await home.config_entries.async_setup(entry.entry_id)
        await home.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    assert entry.runtime_data.components is None
    assist = Assist(home)
    await assist.say("tell Anna that I am late")
    await assist.say(PHRASE)
    assert sent == []


async def test_rules_that_change_while_nothing_can_be_recorded(
    home: HomeAssistant,
    entry: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The new rules count all the same, and the log says what is missing."""

    async def full(*_: object) -> None:
        raise LedgerWriteError("disk full")

    monkeypatch.setattr(entry.runtime_data.components.ledger, "append", full)
    options = {**entry.options, "default_level": "code"}
    home.config_entries.async_update_entry(entry, options=options)
    await home.async_block_till_done()
    assert entry.runtime_data.components.guard.household.default_level is Level.CODE
    assert "could not record that the rules changed" in caplog.text
