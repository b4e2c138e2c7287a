"""What waits, on a screen: who sees it, and how the guard stands."""

from contextlib import suppress
from typing import Any

from homeassistant.auth.models import User
from homeassistant.components.websocket_api import const as websocket_const
from homeassistant.config_entries import ConfigEntryDisabler, ConfigEntryState, ConfigSubentry
from homeassistant.core import Context, HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed
from pytest_homeassistant_custom_component.typing import (
    WebSocketGenerator,
)

from custom_components.message_guard.core.rate import BURST_LIMIT
from custom_components.message_guard.core.request import Content, Origin, Request, Route
from tests.conftest import contact_data
from tests.screen import (
    BODY,
    Screen,
    approver,
    choose,
    error_of,
    request,
    seen,
    token_of,
)

pytestmark = pytest.mark.parametrize("expected_lingering_timers", [True])  # the server's heartbeat


async def test_an_administrator(
    assist: HomeAssistant, guard: MockConfigEntry, client: Any, outbox: list[ServiceCall]
) -> None:
    """Sees a request come, approves it, sees it go, and who it was."""
    screen = Screen(client)
    first = await screen.open()
    assert first["you"]["role"] == "administrator"
    assert first["you"]["may_approve"] is True
    assert first["guard"] == {
        "state": "guarding",
        "off": None,
        "not_running": None,
        "reason_key": None,
    }
    assert first["pending"] == first["decided"] == []
    confirmation_id = await request(assist)
    (waiting,) = (await screen.next())["pending"]
    assert waiting["confirmation_id"] == confirmation_id
    assert waiting["body"] == BODY
    assert [contact["name"] for contact in waiting["contacts"]] == ["Anna"]
    assert waiting["level"] == waiting["usual_level"] == "phrase"
    assert waiting["editable"] is True
    answer = await screen.ask("pending/approve", **seen(assist, confirmation_id))
    assert answer["result"]["kind"] == "sent"
    if not screen.state["decided"] or screen.state["decided"][0]["step"] != "delivered":
        await screen.until(lambda state: state["decided"][0]["step"] == "delivered")
    (decided,) = screen.state["decided"]
    assert screen.state["pending"] == []
    assert decided["confirmation_id"] == confirmation_id
    assert decided["via"] == "panel"
    assert decided["by"] == "Anna"
    assert len(outbox) == 1


async def test_what_a_model_asks_for(
    assist: HomeAssistant, guard: MockConfigEntry, client: Any
) -> None:
    """It is told which assistant that was, what it is called, and where it was said."""
    assist.states.async_set("conversation.gpt", "unknown", {"friendly_name": "Jeeves"})
    assist.states.async_set("assist_satellite.attic", "idle", {"friendly_name": "Attic"})
    await guard.runtime_data.components.guard.submit(
        Request(
            id="by a model",
            route=Route.LLM_TOOL,
            origin=Origin(
                satellite_id="assist_satellite.attic", agent_id="conversation.gpt", language="en"
            ),
            recipient="Anna",
            content=Content(body=BODY),
            created_at=1.0,
            by_model=True,
        )
    )
    (waiting,) = (await Screen(client).open())["pending"]
    assert (waiting["by_model"], waiting["what"], waiting["place"]) == (True, "Jeeves", "Attic")
    assert waiting["typed"] is False


async def test_an_approver(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    outbox: list[ServiceCall],
) -> None:
    """Without administrator rights: what waits, and nothing else."""
    screen = await approver(assist, guard, hass_ws_client)
    assert (await screen.open())["you"]["role"] == "approver"
    confirmation_id = await request(assist)
    (waiting,) = (await screen.next())["pending"]
    assert waiting["body"] == BODY
    for name in ("rules/levels", "ledger/verify", "safety/state"):
        answer = await screen.ask(name)
        assert answer["error"]["code"] == websocket_const.ERR_UNAUTHORIZED
    answer = await screen.ask("pending/approve", **seen(assist, confirmation_id))
    assert answer["result"]["kind"] == "sent"
    assert len(outbox) == 1


async def test_a_stranger(
    assist: HomeAssistant, guard: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    """Learns that there is nothing for them, whatever waits."""
    _, token = await token_of(assist, "Mallory")
    confirmation_id = await request(assist)
    screen = Screen(await hass_ws_client(assist, token))
    state = await screen.open()
    assert state["you"]["role"] == "nobody"
    assert state["guard"] is None
    assert state["pending"] == state["decided"] == []
    for name in ("approve", "decline", "edit"):
        what = seen(assist, confirmation_id)
        more = {"decline": {"confirmation_id": confirmation_id}, "edit": {**what, "body": "x"}}
        answer = await screen.ask(f"pending/{name}", **more.get(name, what))
        assert answer["error"]["code"] == websocket_const.ERR_UNAUTHORIZED
    answer = await screen.ask("sending/set", allowed=False)
    assert answer["error"]["code"] == websocket_const.ERR_UNAUTHORIZED
    assert BODY not in str(screen.state)
    assert guard.runtime_data.components.guard.sending_allowed


async def test_an_administrator_who_may_not_approve(
    assist: HomeAssistant, client: Any, guard: MockConfigEntry, outbox: list[ServiceCall]
) -> None:
    """The household names who may; the panel is no way round that."""
    await choose(assist, guard, approvers=["somebody else"])
    screen = Screen(client)
    you = (await screen.open())["you"]
    assert (you["may_approve"], you["why_not"]) == (False, "not_an_approver")
    confirmation_id = await request(assist)
    answer = await screen.ask("pending/approve", **seen(assist, confirmation_id))
    assert answer["error"]["translation_key"] == "not_allowed"
    assert not outbox


async def test_a_right_that_is_taken_away(
    assist: HomeAssistant, guard: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    """The open page is blank at once, and hears nothing of what comes."""
    screen = await approver(assist, guard, hass_ws_client)
    await screen.open()
    confirmation_id = await request(assist)
    assert (await screen.next())["pending"]
    await choose(assist, guard, approvers=["somebody else"])
    state = await screen.next()
    assert state["you"]["role"] == "nobody"
    assert state["guard"] is None
    assert state["pending"] == state["decided"] == []
    await request(assist, body="another secret")
    answer = await screen.ask("pending/decline", confirmation_id=confirmation_id)
    assert answer["error"]["code"] == websocket_const.ERR_UNAUTHORIZED
    assert screen.state is state


async def test_an_administrator_no_more(
    assist: HomeAssistant, guard: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    """Whom Home Assistant makes an ordinary user, the page shows nothing any more."""
    user, token = await token_of(assist, "Carl", admin=True)
    screen = Screen(await hass_ws_client(assist, token))
    assert (await screen.open())["you"]["role"] == "administrator"
    await assist.auth.async_update_user(user, group_ids=["system-users"])
    assert (await screen.next())["you"]["role"] == "nobody"


async def test_a_revoked_token(
    assist: HomeAssistant, guard: MockConfigEntry, client: Any, user: tuple[User, str]
) -> None:
    """The connection ends, and with it what was subscribed to."""
    token = assist.auth.async_validate_access_token(user[1])
    assert token is not None
    await Screen(client).open()
    assist.auth.async_remove_refresh_token(token)
    await assist.async_block_till_done()
    message = await client.receive()
    assert message.type.name in {"CLOSE", "CLOSED", "CLOSING"}
    await request(assist)


# --- how the guard stands -----------------------------------------------------------------------------


async def test_the_switch(
    assist: HomeAssistant, guard: MockConfigEntry, client: Any, user: tuple[User, str]
) -> None:
    """Who has switched sending off, since when, and that the switch in Home Assistant shows it."""
    screen = Screen(client)
    await screen.open()
    await screen.ask("sending/set", allowed=False)
    off = screen.state["guard"]
    if off["state"] != "off":
        off = (await screen.until(lambda state: state["guard"]["state"] == "off"))["guard"]
    assert off["off"]["why"] == "switch"
    assert off["off"]["by"] == "Anna"
    assert off["off"]["since"]
    await assist.async_block_till_done()
    assert assist.states.get("switch.message_guard_sending_allowed").state == "off"  # type: ignore[union-attr]
    assert (await screen.ask("sending/set", allowed=True))["result"] == {"allowed": True}
    await assist.async_block_till_done()
    assert assist.states.get("switch.message_guard_sending_allowed").state == "on"  # type: ignore[union-attr]
    assert "sending_off" not in guard.options


async def test_switched_off_by_an_action(
    assist: HomeAssistant, guard: MockConfigEntry, client: Any, user: tuple[User, str]
) -> None:
    """The same is told of Home Assistant's own switch, and of one that nobody has stored why."""
    await assist.services.async_call(
        "switch",
        "turn_off",
        {"entity_id": "switch.message_guard_sending_allowed"},
        blocking=True,
        context=Context(user_id=user[0].id),
    )
    screen = Screen(client)
    assert (await screen.open())["guard"]["off"]["by"] == "Anna"
    await choose(assist, guard, sending_off="what is this")
    state = await screen.until(lambda state: state["guard"]["off"]["why"] == "unknown")
    assert state["guard"]["off"] == {"why": "unknown", "by": None, "since": None}


async def test_a_burst(assist: HomeAssistant, guard: MockConfigEntry, client: Any) -> None:
    """Too much was asked for."""
    for number in range(BURST_LIMIT + 1):
        with suppress(HomeAssistantError):
            await request(assist, body=f"message {number}")
        if not guard.runtime_data.components.guard.sending_allowed:
            break
    state = await Screen(client).open()
    assert state["guard"]["off"]["why"] == "burst"


async def test_only_watching(assist: HomeAssistant, guard: MockConfigEntry, client: Any) -> None:
    """Is told as such."""
    screen = Screen(client)
    await screen.open()
    await choose(assist, guard, observe=True)
    assert (await screen.next())["guard"]["state"] == "watching"


async def test_a_reload_under_an_open_page(
    assist: HomeAssistant, guard: MockConfigEntry, client: Any
) -> None:
    """The page is told that there is no guard, and that there is one again; nobody subscribes anew."""
    screen = Screen(client)
    await screen.open()
    assert await assist.config_entries.async_unload(guard.entry_id)
    state = await screen.until(lambda state: state["guard"]["not_running"] == "unloaded")
    assert state["guard"]["state"] == "not_running"
    answer = await screen.ask("pending/decline", confirmation_id="x")
    assert answer["error"]["translation_key"] == "service_config_entry_not_loaded"
    assert await assist.config_entries.async_setup(guard.entry_id)
    await screen.until(lambda state: state["guard"]["state"] == "guarding")
    await request(assist)
    assert (await screen.until(lambda state: state["pending"]))["pending"][0]["body"] == BODY


async def test_rights_while_there_is_no_guard(
    assist: HomeAssistant, guard: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    """They are read from what is stored; what cannot be read is nobody's right."""
    screen = await approver(assist, guard, hass_ws_client)
    await screen.open()
    assert await assist.config_entries.async_unload(guard.entry_id)
    state = await screen.until(lambda state: state["guard"]["state"] == "not_running")
    assert state["you"]["role"] == "approver"
    assist.config_entries.async_update_entry(guard, options={**guard.options, "approvers": 5})
    assert (await screen.open())["you"]["role"] == "nobody"


async def test_a_ledger_that_cannot_be_written(
    assist: HomeAssistant, guard: MockConfigEntry, client: Any
) -> None:
    """Nothing is sent then, and the page says why."""
    screen = Screen(client)
    await screen.open()
    await guard.runtime_data.components.ledger.close()
    guard.runtime_data.components.ledger._wrote(well=False)
    state = await screen.next()
    assert (state["guard"]["state"], state["guard"]["not_running"]) == ("not_running", "ledger")


async def test_an_entry_that_has_failed(
    assist: HomeAssistant, guard: MockConfigEntry, client: Any
) -> None:
    """Told by its state."""
    screen = Screen(client)
    await screen.open()
    guard._async_set_state(assist, ConfigEntryState.SETUP_ERROR, "broken")
    state = await screen.next()
    assert state["guard"]["not_running"] == "failed"
    guard._async_set_state(assist, ConfigEntryState.LOADED, None)


async def test_without_an_entry(
    assist: HomeAssistant,
    entry: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """Who removes the guard has nobody to look at it."""
    assert await assist.config_entries.async_setup(entry.entry_id)
    client = await hass_ws_client(assist)
    screen = Screen(client)
    await screen.open()
    await assist.config_entries.async_remove(entry.entry_id)
    await assist.async_block_till_done()
    assert (await screen.open())["you"]["role"] == "nobody"
    error = await error_of(client, "ledger/verify")
    assert error["translation_key"]


async def test_what_was_decided_goes_by_itself(
    assist: HomeAssistant, guard: MockConfigEntry, client: Any, freezer: Any
) -> None:
    """It is told for ten minutes; then the screen is empty, though nothing else has happened."""
    screen = Screen(client)
    await screen.open()
    for wait in (0, 300):
        freezer.tick(wait)
        confirmation_id = await request(assist)
        await screen.ask("pending/decline", confirmation_id=confirmation_id)
    while len(screen.state["decided"]) < 2:
        await screen.next()
    freezer.tick(301)
    async_fire_time_changed(assist)
    assert len((await screen.next())["decided"]) == 1
    freezer.tick(300)
    async_fire_time_changed(assist)
    assert (await screen.next())["decided"] == []


async def test_others_who_have_joined(
    assist: HomeAssistant, guard: MockConfigEntry, client: Any
) -> None:
    """A loop goes on to another person between the look and the tap: that tap is about nobody."""
    assist.config_entries.async_add_subentry(guard, ConfigSubentry(**contact_data("Ben")))  # type: ignore[arg-type]
    await assist.async_block_till_done()
    screen = Screen(client)
    await screen.open()

    async def hold(name: str) -> dict[str, Any]:
        await guard.runtime_data.components.guard.submit(
            Request(
                id=name,
                route=Route.ACTION,
                origin=Origin(satellite_id="assist_satellite.attic", language="en"),
                recipient=name,
                content=Content(body="come in"),
                created_at=1.0,
                held_call=f"notify.{name.lower()}",
            )
        )
        (waiting,) = (await screen.until(lambda state: state["pending"]))["pending"]
        return {key: waiting[key] for key in ("confirmation_id", "bound")}

    looked = await hold("Anna")
    again = await hold("Ben")
    assert looked["confirmation_id"] == again["confirmation_id"]
    assert [contact["name"] for contact in screen.state["pending"][0]["contacts"]] == [
        "Anna",
        "Ben",
    ]
    answer = await screen.ask("pending/approve", **looked)
    assert answer["error"]["translation_key"] == "not_as_seen"
    (waiting,) = guard.runtime_data.components.guard.pending
    assert (await screen.ask("pending/approve", **again))["error"]["translation_key"] != (
        "not_as_seen"
    )
    assert waiting not in guard.runtime_data.components.guard.pending


async def test_an_entry_that_is_switched_off(
    assist: HomeAssistant, guard: MockConfigEntry, client: Any
) -> None:
    """An administrator is told that the guard does not run, and not that there is nothing for them."""
    screen = Screen(client)
    await screen.open()
    disabled_by = ConfigEntryDisabler.USER
    await assist.config_entries.async_set_disabled_by(guard.entry_id, disabled_by)
    await assist.async_block_till_done()
    state = await screen.open()
    assert state["you"]["role"] == "administrator"
    assert (state["guard"]["state"], state["guard"]["not_running"]) == ("not_running", "unloaded")


async def test_switched_off_once(
    assist: HomeAssistant, guard: MockConfigEntry, client: Any
) -> None:
    """Whoever switches off what is off changes nothing: it is told who did it first, and when."""
    screen = Screen(client)
    await screen.open()
    assert (await screen.ask("sending/set", allowed=False))["success"]
    first = dict(guard.options["sending_off"])
    await assist.services.async_call(
        "switch", "turn_off", {"entity_id": "switch.message_guard_sending_allowed"}, blocking=True
    )
    assert (await screen.ask("sending/set", allowed=False))["result"] == {"allowed": False}
    assert guard.options["sending_off"] == first
