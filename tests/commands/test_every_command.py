"""The panel's API, over a real connection: what it answers, and whom."""

from pathlib import Path
import re
from typing import Any

from homeassistant.components.websocket_api import const as websocket_const
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from hypothesis import HealthCheck, given, settings, strategies as st
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.message_guard import const, websocket_api
from custom_components.message_guard.commands.command import COMMANDS, SCHEMAS
from custom_components.message_guard.const import DOMAIN
from tests.screen import (
    BODY,
    REQUIRED,
    Screen,
    ask,
    choose,
    client,
    error_of,
    request,
    token_of,
)

__all__ = ["ask", "client"]

REPOSITORY = Path(const.__file__).parents[2]
assert websocket_api.MODULES  # what they register by being imported
NAMES = sorted(str(handler._ws_command).removeprefix(f"{DOMAIN}/") for handler in COMMANDS)


# --- who may ----------------------------------------------------------------------------------------


SUBSCRIPTIONS = {"now/subscribe", "overview/subscribe"}
"""They are answered whatever happens, and send what this person may see."""

APPROVERS = {"pending/approve", "pending/decline", "pending/edit", "sending/set", "messages/read"}
"""What somebody may use who may approve and is no administrator."""


async def test_a_stranger_with_an_account(
    guard: MockConfigEntry, hass_ws_client: WebSocketGenerator, hass_read_only_access_token: str
) -> None:
    """Each command, not only those that somebody thought of."""
    client = await hass_ws_client(access_token=hass_read_only_access_token)
    for name in sorted(set(NAMES) - SUBSCRIPTIONS):
        error = await error_of(client, name, **REQUIRED.get(name, {}))
        assert error["code"] == websocket_const.ERR_UNAUTHORIZED, name


async def test_an_approver(
    assist: HomeAssistant, guard: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    """What waits and the switch, and no other command."""
    user, token = await token_of(assist, "Ben")
    await choose(assist, guard, approvers=[user.id])
    screen = Screen(await hass_ws_client(assist, token))
    for name in sorted(set(NAMES) - SUBSCRIPTIONS):
        answer = await screen.ask(name, **REQUIRED.get(name, {}))
        refused = not answer["success"] and answer["error"]["code"] == "unauthorized"
        assert refused is (name not in APPROVERS), name


async def test_without_a_guard(client: Any, guard: MockConfigEntry) -> None:
    """Each command says so."""
    components, guard.runtime_data.components = guard.runtime_data.components, None
    try:
        for name in sorted(set(NAMES) - SUBSCRIPTIONS):
            error = await error_of(client, name, **REQUIRED.get(name, {}))
            assert error["translation_key"] == "not_started", name
    finally:
        guard.runtime_data.components = components


async def test_without_an_entry(assist: HomeAssistant, guard: MockConfigEntry, client: Any) -> None:
    """The commands stay registered, as the panel may still be open."""
    assert await assist.config_entries.async_unload(guard.entry_id)
    error = await error_of(client, "rules/levels")
    assert error["translation_key"] == "service_config_entry_not_loaded"


async def test_without_a_web_server(hass: HomeAssistant, enable_custom_integrations: None) -> None:
    """Message Guard waits for no other component, and goes without what that would bring."""
    assert hass.http is None
    assert await async_setup_component(hass, DOMAIN, {})
    await hass.async_block_till_done()
    registered = hass.data[websocket_const.DOMAIN]
    assert {f"{DOMAIN}/{name}" for name in NAMES} <= registered.keys()
    assert hass.services.has_service(DOMAIN, "send")


@pytest.mark.parametrize("expected_lingering_timers", [True])  # the server's heartbeat
async def test_a_stranger(guard: MockConfigEntry, hass_client_no_auth: Any) -> None:
    """No token, no answer."""
    client = await hass_client_no_auth()
    async with client.ws_connect("/api/websocket") as socket:
        assert (await socket.receive_json())["type"] == "auth_required"
        await socket.send_json({"id": 1, "type": f"{DOMAIN}/rules/levels"})
        assert (await socket.receive_json())["type"] == "auth_invalid"
    assert (await client.get("/api/message_guard/ledger/jsonl")).status == 401


# --- anything at all --------------------------------------------------------------------------------

VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(min_value=-(2**70), max_value=2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=50),
    st.sampled_from(
        ["request", "contact", "older", "everything", "jsonl", "asked", "en", "2026-01-01", ""]
    ),
    st.lists(st.one_of(st.text(max_size=5), st.integers()), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


def messages_for(handler: Any) -> list[dict[str, Any]]:
    """Return messages of any content for a command, with the fields that its schema knows."""
    fields = [str(key) for key in SCHEMAS[handler._ws_command].schema]
    made: list[dict[str, Any]] = []

    @settings(
        max_examples=40,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
        deadline=None,
    )
    @given(st.fixed_dictionaries({}, optional=dict.fromkeys(fields, VALUES)))
    def collect(values: dict[str, Any]) -> None:
        made.append(values)

    collect()
    return made


async def test_no_message_is_a_fault(
    assist: HomeAssistant, client: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever is sent, the answer is a result or an error that was foreseen."""
    await request(assist)
    for handler in COMMANDS:
        for values in messages_for(handler):
            await client.send_json_auto_id({"type": handler._ws_command, **values})
            answer = await client.receive_json()
            while answer["type"] != "result":
                answer = await client.receive_json()
            if not answer["success"]:
                assert answer["error"]["code"] != websocket_const.ERR_UNKNOWN_ERROR, values
    assert "Traceback" not in caplog.text


async def test_whatever_is_asked_is_not_theirs(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A stranger and an approver hear nothing that is not for them, whatever they send."""
    approver, approver_token = await token_of(assist, "Ben")
    _, stranger_token = await token_of(assist, "Mallory")
    await choose(assist, guard, approvers=[approver.id])
    await request(assist)
    for token, allowed in ((stranger_token, set()), (approver_token, APPROVERS)):
        screen = Screen(await hass_ws_client(assist, token))
        for handler in COMMANDS:
            name = str(handler._ws_command).removeprefix(f"{DOMAIN}/")
            if name in SUBSCRIPTIONS | allowed:
                continue
            for values in messages_for(handler):
                answer = await screen.ask(name, **values)
                assert not answer["success"]
                assert answer["error"]["code"] in {"unauthorized", "invalid_format"}
                assert BODY not in str(answer)
    assert "Traceback" not in caplog.text


# --- the docs ---------------------------------------------------------------------------------------


def test_every_command_is_documented() -> None:
    """And nothing else is."""
    text = (REPOSITORY / "docs" / "websocket-api.md").read_text(encoding="utf-8")
    documented = set(re.findall(rf"`{DOMAIN}/([a-z_/]+)`", text))
    assert documented == set(NAMES)
    for handler in COMMANDS:
        for field in SCHEMAS[handler._ws_command].schema:
            assert f"`{field}`" in text, (handler, field)


def test_the_view_and_the_link_agree() -> None:
    """The link leads to the view."""
    from custom_components.message_guard.commands.records import EXPORT_PATH
    from custom_components.message_guard.ledger.export import LedgerExportView

    assert LedgerExportView.url == EXPORT_PATH
