"""Diagnostics and system health: enough to find a fault, and nobody's words or names."""

import json
from pathlib import Path
from typing import Any

from homeassistant.components.diagnostics import DOMAIN as DIAGNOSTICS
from homeassistant.components.system_health import DATA_SYSTEM_HEALTH_PLATFORMS
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
from syrupy.assertion import SnapshotAssertion

from custom_components.message_guard import const
from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.core.errors import LedgerUnusableError
from custom_components.message_guard.diagnostics import async_get_config_entry_diagnostics
from custom_components.message_guard.system_health import system_health_info
from tests.conftest import PHRASE

BODY = "the key is under the pot"


async def happen(hass: HomeAssistant, user: MockUser) -> None:
    """Let one message be sent, one be refused and one wait."""

    async def call(action: str, **data: Any) -> Any:
        return await hass.services.async_call(
            DOMAIN,
            action,
            data,
            blocking=True,
            return_response=True,
            context=Context(user_id=user.id),
        )

    first = await call("send", contact="Anna", message=BODY)
    await call("approve", confirmation_id=first["confirmation_id"])
    with pytest.raises(HomeAssistantError):
        await call("send", contact="Mallory", message=BODY)
    await call("send", contact="sister", message=BODY)
    await hass.async_block_till_done(wait_background_tasks=True)


async def test_diagnostics(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    hass_admin_user: MockUser,
    hass_client: ClientSessionGenerator,
    snapshot: SnapshotAssertion,
) -> None:
    """As they are downloaded: no name, no phrase, no words, no id."""
    assist.config_entries.async_update_entry(
        guard, options={**guard.options, "approvers": [hass_admin_user.id], "pin": "1234"}
    )
    await assist.async_block_till_done()
    await happen(assist, hass_admin_user)
    assert await async_setup_component(assist, DIAGNOSTICS, {})
    client = await hass_client()
    response = await client.get(f"/api/diagnostics/config_entry/{guard.entry_id}")
    assert response.status == 200
    data = (await response.json())["data"]
    text = json.dumps(data).casefold()
    # What grows with every rule and every language that is added.
    assert "DefaultLevel" in data["guard"].pop("rules")
    assert "en" in data["guard"].pop("languages")
    assert data["ledger"].pop("entries") > 0
    assert data == snapshot
    for secret in ("anna", "sister", "mallory", PHRASE, BODY, "1234", hass_admin_user.id):
        assert secret.casefold() not in text


async def test_diagnostics_without_a_ledger_or_a_guard(
    assist: HomeAssistant, guard: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are needed most when something is broken."""
    components = guard.runtime_data.components

    async def unreadable(*_: object) -> None:
        raise LedgerUnusableError("gone")

    monkeypatch.setattr(components.ledger, "statistics", unreadable)
    data = await async_get_config_entry_diagnostics(assist, guard)
    assert data["ledger"]["error"] == "LedgerUnusableError"
    guard.runtime_data.components = None
    try:
        data = await async_get_config_entry_diagnostics(assist, guard)
        assert data["started"] is False
        assert data["guard"] is None
        assert await system_health_info(assist) == {"started": False}
    finally:
        guard.runtime_data.components = components


async def test_system_health(
    assist: HomeAssistant, guard: MockConfigEntry, hass_admin_user: MockUser
) -> None:
    """A few lines, each with a name."""
    assert await async_setup_component(assist, "system_health", {})
    await assist.async_block_till_done()
    await happen(assist, hass_admin_user)
    await guard.runtime_data.components.ledger_watch.check()
    registered = await assist.data[DATA_SYSTEM_HEALTH_PLATFORMS].async_get_platforms()
    info = await registered[DOMAIN].info_callback(assist)
    assert info["started"] is True
    assert info["sending_allowed"] is True
    assert info["guarded_assistants"] == "1/1"
    assert info["pending"] == 1
    checked, _, every = info["ledger_entries"].partition("/")
    assert int(checked) == int(every) > 5
    assert info["ledger_sound"] is True
    path = Path(const.__file__).parent / "translations" / "en.json"
    texts = json.loads(path.read_text(encoding="utf-8"))
    assert texts["system_health"]["info"].keys() == info.keys()


async def test_system_health_of_a_ledger_that_cannot_be_read(
    assist: HomeAssistant, guard: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page says so, and still says all the rest."""
    await guard.runtime_data.components.ledger_watch.check()

    async def unreadable(*_: object, **__: object) -> None:
        raise LedgerUnusableError("gone")

    monkeypatch.setattr(guard.runtime_data.components.ledger, "page", unreadable)
    info = await system_health_info(assist)
    assert (info["started"], info["sending_allowed"]) == (True, True)
    assert info["ledger_entries"].endswith("/?")


async def test_system_health_without_an_entry(assist: HomeAssistant) -> None:
    """Nothing raises on the system's page."""
    assert await system_health_info(assist) == {"started": False}
