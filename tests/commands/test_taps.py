"""Deciding on a screen: a tap is a person's, and of an account that several people use it takes the PIN."""

import re
from typing import Any

from homeassistant.auth.const import GROUP_ID_ADMIN
from homeassistant.auth.models import User
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import Context, HomeAssistant, ServiceCall
from homeassistant.exceptions import ServiceValidationError
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    WebSocketGenerator,
)

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.core.request import Content, Origin, Request, Route
from custom_components.message_guard.flows.rules import hash_pin
from tests.conftest import contact_data
from tests.screen import (
    TABLET_PIN,
    Screen,
    another_token,
    approver,
    choose,
    request,
    seen,
    token_of,
)

pytestmark = pytest.mark.parametrize("expected_lingering_timers", [True])  # the server's heartbeat


def tells_pin(text: str) -> bool:
    """Return whether the PIN stands in a text by itself: a hash or an id may hold any four digits."""
    return re.search(rf"(?<![\w-]){TABLET_PIN}(?![\w-])", text) is not None


async def test_a_program_with_a_token(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    outbox: list[ServiceCall],
) -> None:
    """It approves nothing, unless the household allows just that; it may say no."""
    screen = await approver(assist, guard, hass_ws_client, long_lived=True)
    you = (await screen.open())["you"]
    assert (you["may_approve"], you["why_not"]) == (False, "long_lived_token")
    confirmation_id = await request(assist)
    for name, more in (("approve", {}), ("edit", {"body": "other words"})):
        answer = await screen.ask(f"pending/{name}", **seen(assist, confirmation_id), **more)
        assert answer["error"]["translation_key"] == "token_not_allowed"
    assert (await screen.ask("sending/set", allowed=False))["success"]
    answer = await screen.ask("sending/set", allowed=True)
    assert answer["error"]["translation_key"] == "token_not_allowed"
    answer = await screen.ask("pending/decline", confirmation_id=confirmation_id)
    assert answer["result"]["kind"] == "declined"
    await choose(assist, guard, tokens_approve=True)
    assert (await screen.ask("sending/set", allowed=True))["success"]
    confirmation_id = await request(assist)
    answer = await screen.ask("pending/approve", **seen(assist, confirmation_id))
    assert answer["result"]["kind"] == "sent"
    assert len(outbox) == 1


async def test_a_program_that_calls_actions(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    hass_client: ClientSessionGenerator,
    outbox: list[ServiceCall],
) -> None:
    """The same token is refused wherever it comes in; the person that it belongs to is not."""
    assert await async_setup_component(assist, "api", {})
    user, token = await token_of(assist, "Ben", long_lived=True)
    await choose(assist, guard, approvers=[user.id])
    confirmation_id = await request(assist)
    approve = {"domain": DOMAIN, "service": "approve", "service_data": {}}
    switch_on = {
        "domain": "switch",
        "service": "turn_on",
        "service_data": {"entity_id": "switch.message_guard_sending_allowed"},
    }
    program = await hass_ws_client(assist, token)
    await assist.services.async_call("switch", "turn_off", switch_on["service_data"], blocking=True)
    for call in (approve, switch_on):
        await program.send_json_auto_id({"type": "call_service", **call})
        answer = await program.receive_json()
        assert answer["error"]["translation_key"] == "token_not_allowed"
    posts = await hass_client(token)
    answer = await posts.post(f"/api/services/{DOMAIN}/approve", json={})
    assert answer.status == 400
    assert not outbox
    assert [item.id for item in guard.runtime_data.components.guard.pending] == [confirmation_id]
    person = await hass_ws_client(assist, await another_token(assist, user))
    for call in (switch_on, approve):
        await person.send_json_auto_id({"type": "call_service", **call})
        assert (await person.receive_json())["success"]
    assert len(outbox) == 1


async def test_an_add_on(
    assist: HomeAssistant, guard: MockConfigEntry, outbox: list[ServiceCall]
) -> None:
    """It acts as an administrator that nobody is: it neither approves nor speaks in a contact's name."""
    add_on = await assist.auth.async_create_system_user("Supervisor", group_ids=[GROUP_ID_ADMIN])
    await request(assist)
    said = {"contact": "Anna", "message": "hello"}
    for action, data, key in (
        ("approve", {}, "token_not_allowed"),
        ("receive", said, "token_receives_nothing"),
    ):
        with pytest.raises(ServiceValidationError) as error:
            await assist.services.async_call(
                DOMAIN, action, data, blocking=True, context=Context(user_id=add_on.id)
            )
        assert error.value.translation_key == key
    assert not outbox


async def tablet(
    hass: HomeAssistant, guard: MockConfigEntry, connect: WebSocketGenerator, **more: Any
) -> tuple[Screen, str]:
    """Return the screen of a wall tablet, and its token; the household has a PIN."""
    user, token = await token_of(hass, "Wall tablet")
    await choose(hass, guard, shared_accounts=[user.id], pin_hash=hash_pin(TABLET_PIN), **more)
    return Screen(await connect(hass, token)), token


async def test_a_shared_account(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    hass_client: ClientSessionGenerator,
    outbox: list[ServiceCall],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Shows what waits and says no; yes takes the household's PIN, which is written down nowhere."""
    caplog.set_level("DEBUG")
    screen, token = await tablet(assist, guard, hass_ws_client)
    you = (await screen.open())["you"]
    assert you["role"] == "approver"
    assert (you["needs_pin"], you["can_edit"], you["may_approve"]) == (True, False, True)
    declined = await request(assist, body="never mind")
    assert (await screen.ask("pending/decline", confirmation_id=declined))["success"]
    confirmation_id = await request(assist)
    answer = await screen.ask("pending/approve", **seen(assist, confirmation_id))
    assert answer["error"]["translation_key"] == "pin_needed"
    answer = await screen.ask("pending/edit", **seen(assist, confirmation_id), body="other words")
    assert answer["error"]["translation_key"] == "not_editable"
    posts = await hass_client(token)
    for body, key in (
        ({"pin": "1234", **seen(assist, confirmation_id)}, "pin_wrong"),
        ({"pin": TABLET_PIN, **seen(assist, "gone")}, "not_pending"),
    ):
        refused = await posts.post("/api/message_guard/pin", json=body)
        assert refused.status == 400
        assert (await refused.json())["translation_key"] == key
    assert not outbox
    sent = await posts.post(
        "/api/message_guard/pin", json={"pin": TABLET_PIN, **seen(assist, confirmation_id)}
    )
    assert (await sent.json())["kind"] == "sent"
    assert len(outbox) == 1
    steps = (await guard.runtime_data.components.ledger.page(limit=5)).rows
    assert any(row.entry.facts.get("via") == "panel" for row in steps)
    assert not tells_pin(caplog.text)
    assert not tells_pin(str([row.entry.line for row in steps]))


async def test_wrong_pins_lock_as_spoken_ones_do(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    hass_client: ClientSessionGenerator,
    outbox: list[ServiceCall],
) -> None:
    """After three of them the right one is not even compared."""
    _, token = await tablet(assist, guard, hass_ws_client)
    confirmation_id = await request(assist)
    posts = await hass_client(token)

    async def post(pin: str) -> str:
        answer = await posts.post(
            "/api/message_guard/pin", json={"pin": pin, **seen(assist, confirmation_id)}
        )
        return str((await answer.json())["translation_key"])

    assert [await post(pin) for pin in ("1111", "2222", "3333")] == ["pin_wrong"] * 3
    assert await post(TABLET_PIN) == "pin_locked"
    now = guard.runtime_data.components.home.now()
    assert guard.runtime_data.components.locks.pins.locked(now)
    assert not outbox


async def test_a_shared_account_and_the_switch(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    hass_client: ClientSessionGenerator,
) -> None:
    """Off with a tap, on with the PIN."""
    screen, token = await tablet(assist, guard, hass_ws_client)
    await screen.open()
    assert (await screen.ask("sending/set", allowed=False))["result"] == {"allowed": False}
    answer = await screen.ask("sending/set", allowed=True)
    assert answer["error"]["translation_key"] == "pin_needed"
    posts = await hass_client(token)
    done = await posts.post("/api/message_guard/pin", json={"pin": TABLET_PIN, "allowed": True})
    assert await done.json() == {"allowed": True}
    assert guard.runtime_data.components.guard.sending_allowed


@pytest.mark.parametrize(
    "posted",
    [
        "no JSON",
        "[]",
        "{}",
        '{"pin": "4917"}',
        '{"pin": "4917", "confirmation_id": "x"}',
        '{"pin": 4917, "confirmation_id": "x", "bound": "x"}',
        '{"pin": "  ", "allowed": true}',
        "[" * 100_000,
        '{"pin": "4917", "allowed": false}',
        '{"pin": "4917", "allowed": true, "confirmation_id": "x"}',
        '{"pin": "' + "4" * 100 + '", "allowed": true}',
    ],
)
async def test_what_is_posted_is_checked(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    hass_client: ClientSessionGenerator,
    posted: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """And is not told in the log either."""
    _, token = await tablet(assist, guard, hass_ws_client)
    caplog.clear()
    posts = await hass_client(token)
    answer = await posts.post("/api/message_guard/pin", data=posted)
    assert answer.status == 400
    assert not tells_pin(caplog.text)


async def test_who_may_post(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    hass_client: ClientSessionGenerator,
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    """Neither a stranger nor a program, nor a household without a PIN."""
    _, stranger = await token_of(assist, "Mallory")
    body = {"pin": TABLET_PIN, "allowed": True}
    assert (
        await (await hass_client(stranger)).post("/api/message_guard/pin", json=body)
    ).status == 401
    nobody = await hass_client_no_auth()
    assert (await nobody.post("/api/message_guard/pin", json=body)).status == 401
    user, token = await token_of(assist, "Wall tablet")
    await choose(assist, guard, shared_accounts=[user.id])
    answer = await (await hass_client(token)).post("/api/message_guard/pin", json=body)
    assert (await answer.json())["translation_key"] == "pin_not_set"
    await choose(assist, guard, pin_hash=hash_pin(TABLET_PIN))
    program = await hass_client(await another_token(assist, user, long_lived=True))
    answer = await program.post("/api/message_guard/pin", json=body)
    assert (await answer.json())["translation_key"] == "token_not_allowed"


async def test_a_shared_account_taps_nothing_elsewhere(
    assist: HomeAssistant, guard: MockConfigEntry, user: tuple[User, str]
) -> None:
    """An administrator's account that several people use is no proof by itself, wherever it taps."""
    await choose(assist, guard, shared_accounts=[user[0].id])
    confirmation_id = await request(assist)
    with pytest.raises(Exception, match="may not approve"):
        await assist.services.async_call(
            DOMAIN,
            "approve",
            {"confirmation_id": confirmation_id},
            blocking=True,
            context=Context(user_id=user[0].id),
        )


async def test_what_a_pin_does_not_prove(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    hass_client: ClientSessionGenerator,
    outbox: list[ServiceCall],
) -> None:
    """A tap is a person's own: a PIN on a shared screen is none. It can be declined there, and costs no try."""
    screen, token = await tablet(assist, guard, hass_ws_client, default_level="device")
    await screen.open()
    confirmation_id = await request(assist)
    (waiting,) = (await screen.until(lambda state: state["pending"]))["pending"]
    assert (waiting["level"], waiting["why_not"]) == ("device", "needs_own_device")
    posts = await hass_client(token)
    body = {"pin": TABLET_PIN, **seen(assist, confirmation_id)}
    for _ in range(4):
        answer = await posts.post("/api/message_guard/pin", json=body)
        assert (await answer.json())["translation_key"] == "needs_own_device"
    assert not outbox
    assert (await screen.ask("pending/decline", confirmation_id=confirmation_id))["success"]


async def test_which_pin(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    hass_client: ClientSessionGenerator,
    outbox: list[ServiceCall],
) -> None:
    """The contact's own where there is one, and the screen says so; two of them are asked for nowhere, at no cost."""
    screen, token = await tablet(assist, guard, hass_ws_client)
    (anna,) = guard.subentries.values()
    own = {**anna.data, "pin_hash": hash_pin("8052")}
    assist.config_entries.async_update_subentry(guard, anna, data=own)
    ben = ConfigSubentry(**contact_data("Ben", pin_hash=hash_pin("7319")))  # type: ignore[arg-type]
    assist.config_entries.async_add_subentry(guard, ben)
    await assist.async_block_till_done()
    await screen.open()
    confirmation_id = await request(assist)
    (waiting,) = (await screen.until(lambda state: state["pending"]))["pending"]
    assert [contact["name"] for contact in waiting["pin_of"]] == ["Anna"]
    assert waiting["why_not"] is None
    posts = await hass_client(token)

    async def post(pin: str, confirmation_id: str) -> Any:
        body = {"pin": pin, **seen(assist, confirmation_id)}
        return await (await posts.post("/api/message_guard/pin", json=body)).json()

    assert (await post(TABLET_PIN, confirmation_id))["translation_key"] == "pin_wrong"
    assert (await post(" 8052 ", confirmation_id))["kind"] == "sent"
    (row, *_) = (await guard.runtime_data.components.ledger.page(limit=5)).rows[1:]
    assert (row.entry.kind, row.entry.facts["source"]) == ("authorised", "pin")
    origin = Origin(satellite_id="assist_satellite.attic", language="en")
    both = [
        Request(
            id=name,
            route=Route.SENTENCE,
            origin=origin,
            recipient=name,
            content=Content(body="come in"),
            created_at=1.0,
        )
        for name in ("Anna", "Ben")
    ]
    await guard.runtime_data.components.guard.submit(*both)
    (waiting,) = (await screen.until(lambda state: state["pending"]))["pending"]
    assert (len(waiting["pin_of"]), waiting["why_not"]) == (2, "several_pins")
    for _ in range(4):
        answer = await post("8052", waiting["confirmation_id"])
        assert answer["translation_key"] == "several_pins"


async def test_a_charset_that_there_is_not(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    hass_client: ClientSessionGenerator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Is no fault of ours, whether Home Assistant asks for it or not."""
    _, token = await tablet(assist, guard, hass_ws_client)
    posts = await hass_client(token)
    answer = await posts.post(
        "/api/message_guard/pin",
        data=b'{"pin": "4917", "allowed": true}',
        headers={"Content-Type": "application/json; charset=klingon"},
    )
    assert answer.status in {200, 400}
    assert "Traceback" not in caplog.text
