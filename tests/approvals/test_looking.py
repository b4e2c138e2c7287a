"""Approvals come from a person who looks, and what a sentence asks to send is a request."""

from typing import Any

from homeassistant.core import Context
from homeassistant.exceptions import ServiceValidationError
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.core.answer import Answer
from custom_components.message_guard.provenance.turn import Turn
from tests.clock import pass_time, until
from tests.lamp import SENT, lamp
from tests.spoken_home import SpokenHome, home, moment, notify, sentence

__all__ = ["home"]

APPROVE = {"action": f"{DOMAIN}.approve"}
SWITCH = "switch.message_guard_sending_allowed"
ALLOW = {"action": "switch.turn_on", "target": {"entity_id": SWITCH}}
GO = {"wait_for_trigger": [{"trigger": "event", "event_type": "go"}]}


async def approve(home: SpokenHome, user: MockUser, **data: Any) -> None:
    """Approve as a person who is logged in."""
    await home.hass.services.async_call(
        DOMAIN, "approve", data, blocking=True, context=Context(user_id=user.id)
    )
    await home.hass.async_block_till_done()


async def test_a_script_that_waited_approves_nothing(
    home: SpokenHome, hass_admin_user: MockUser
) -> None:
    """An administrator started it, before anything was asked."""
    hass = home.hass
    await home.script(later={"sequence": [GO, {**APPROVE, "continue_on_error": True}]})
    await home.automate(sentence(notify()))
    context = Context(user_id=hass_admin_user.id, id="01ARZ3NDEKTSV4RRFFQ69G5FAV")
    await hass.services.async_call(
        "script", "turn_on", {"entity_id": "script.later"}, blocking=True, context=context
    )
    await home.say("dinner is ready", settle=False)
    await moment(hass)
    hass.bus.async_fire("go")
    await hass.async_block_till_done()
    assert home.sent == []
    assert len(home.pending) == 1
    await approve(home, hass_admin_user)
    assert home.sent == SENT


async def test_what_was_asked_among_too_many_needs_another_look(
    home: SpokenHome, hass_admin_user: MockUser
) -> None:
    """Of what was forgotten nobody knows when it was asked."""
    home.components.looking._asked.most = 1
    await home.automate(sentence(notify()))
    for number in range(2):
        await home.say("dinner is ready", satellite=f"assist_satellite.{number}")
    first, second = home.pending
    with pytest.raises(ServiceValidationError):
        await approve(home, hass_admin_user, confirmation_id=first.id)
    assert home.sent == []
    await approve(home, hass_admin_user, confirmation_id=second.id)
    assert home.sent == SENT


async def test_a_question_is_remembered_as_long_as_it_waits(
    home: SpokenHome, hass_admin_user: MockUser
) -> None:
    """However it ends."""
    await home.automate(sentence(notify()))
    for number in range(5):
        await home.say("dinner is ready", satellite=f"assist_satellite.{number}")
        await (home.approve() if number % 2 else home.decline())
    assert len(home.components.looking._asked) == 1


async def test_what_is_no_moment_is_no_look(home: SpokenHome, hass_admin_user: MockUser) -> None:
    """A context that does not say when it was made."""
    await home.automate(sentence(notify()))
    await home.say("dinner is ready")
    with pytest.raises(ServiceValidationError) as raised:
        await home.hass.services.async_call(
            DOMAIN,
            "approve",
            {},
            blocking=True,
            context=Context(user_id=hass_admin_user.id, id="whatever"),
        )
    assert raised.value.translation_key == "not_looked"
    assert home.sent == []


async def test_which_one_has_to_be_said_where_several_wait(
    home: SpokenHome, hass_admin_user: MockUser
) -> None:
    """The error tells how many."""
    await home.automate(sentence(notify()))
    await home.say("dinner is ready")
    await home.say("dinner is ready", satellite="assist_satellite.bedroom")
    assert len(home.pending) == 2
    with pytest.raises(ServiceValidationError) as raised:
        await approve(home, hass_admin_user)
    assert raised.value.translation_placeholders == {"count": "2"}
    await approve(home, hass_admin_user, confirmation_id=home.pending[1].id)
    assert home.sent == SENT


@pytest.mark.parametrize("by", ["nobody", "somebody", "an automation", "a timer"])
async def test_who_may_not_allow_sending_again(
    home: SpokenHome, hass_read_only_user: MockUser, by: str
) -> None:
    """Whoever may not approve, and nothing that only runs."""
    hass = home.hass
    await hass.services.async_call("switch", "turn_off", {"entity_id": SWITCH}, blocking=True)
    if by == "an automation":
        await home.automate(
            {"triggers": [{"trigger": "event", "event_type": "go"}], "actions": [ALLOW]}
        )
        hass.bus.async_fire("go")
    elif by == "a timer":
        assert await async_setup_component(hass, "timer", {"timer": {"egg": {"duration": 60}}})
        start = {"action": "timer.start", "target": {"entity_id": "timer.egg"}}
        finished = {"trigger": "event", "event_type": "timer.finished"}
        await home.automate(sentence(start), {"triggers": [finished], "actions": [ALLOW]})
        await home.say("dinner is ready")
        await hass.services.async_call("timer", "finish", {"entity_id": "timer.egg"}, blocking=True)
    else:
        user = hass_read_only_user.id if by == "somebody" else None
        with pytest.raises(Exception, match=r".*"):
            await hass.services.async_call(
                "switch",
                "turn_on",
                {"entity_id": SWITCH},
                blocking=True,
                context=Context(user_id=user),
            )
    await hass.async_block_till_done()
    assert not home.components.guard.sending_allowed


# --- message_guard.send from a sentence ---------------------------------------------------------------

SEND = {"action": f"{DOMAIN}.send", "data": {"contact": "Anna", "message": "Dinner is ready"}}


async def told(home: SpokenHome, count: int) -> list[tuple[Answer, Turn]]:
    """Return what is told when the turn is over, which is looked at a few times a second."""
    await pass_time(1)
    await until(lambda: len(home.unasked) >= count)
    return home.unasked


async def test_what_a_sentence_asks_to_send_is_a_request(home: SpokenHome) -> None:
    """Asked after the turn, at the satellite, and what stands behind it is done."""
    await lamp(home)
    on = {"action": "input_boolean.turn_on", "target": {"entity_id": "input_boolean.lamp"}}
    await home.automate(sentence(SEND, on))
    await home.say("dinner is ready")
    ((answer, turn),) = await told(home, 1)
    assert answer.pending
    (confirmation,) = home.pending
    assert confirmation.place == turn.origin.place
    assert confirmation.origin.utterance == "dinner is ready"
    assert home.hass.states.get("input_boolean.lamp").state == "on"
    assert home.sent == []
    await home.approve()
    assert home.sent == SENT


async def test_what_a_sentence_cannot_send_is_told(home: SpokenHome) -> None:
    """To whoever spoke; the automation goes on."""
    stranger = {**SEND, "data": {"contact": "Nobody", "message": "x"}}
    await home.automate(sentence(stranger, SEND))
    await home.say("dinner is ready")
    refused, asked = await told(home, 2)
    assert refused[0].reasons == ("unknown_recipient",)
    assert asked[0].pending
    assert home.kinds == ["refused", "asked"]
