"""What is let through is the call itself: what it sets off is asked about, or recorded, like anything else."""

from typing import Any

from homeassistant.components.automation import DATA_COMPONENT
from homeassistant.components.notify.legacy import async_setup_legacy
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import ServiceCall
from homeassistant.setup import async_setup_component
import pytest

from custom_components.message_guard.core.request import Content, Origin, Request, Route
from tests.clock import moment
from tests.conftest import contact_data
from tests.spoken_home import KITCHEN, SpokenHome, home, notify, send_message, sentence

__all__ = ["home"]


def copy(trigger: dict[str, Any], *actions: dict[str, Any]) -> dict[str, Any]:
    """Return an automation that sends a copy to a stranger."""
    return {
        "alias": "copy",
        "triggers": [trigger],
        "actions": [*actions, notify("stranger", "A copy")],
    }


def on_call(name: str = "anna") -> dict[str, Any]:
    """Return a trigger that hears of a call of a notify action."""
    heard = {"domain": "notify", "service": name}
    return {"trigger": "event", "event_type": "call_service", "event_data": heard}


def slow(home: SpokenHome, *names: str) -> None:
    """Let channels take as long as a network does."""

    async def keep(call: ServiceCall) -> None:
        await moment()
        home.sent.append((f"{call.domain}.{call.service}", call.data["message"]))

    for name in names:
        home.hass.services.async_register("notify", name, keep)


def reached(home: SpokenHome) -> list[str]:
    """Return whom something was sent to, in order."""
    return [name for name, _ in home.sent]


def refused(home: SpokenHome) -> list[str]:
    """Return whom nothing was sent to, because nobody knows them."""
    return [item.request.recipient for item in home.notices if item.kind.value == "refused"]


async def ask(home: SpokenHome, contact: str = "Anna", route: Route = Route.SENTENCE) -> None:
    """Ask for a message by a contact's own channel, as our own sentence does."""
    request = Request(
        id=f"{contact} {route}",
        route=route,
        origin=Origin(satellite_id=KITCHEN, utterance="tell her dinner is ready"),
        recipient=contact,
        content=Content(body="Dinner is ready"),
        created_at=0.0,
    )
    await home.components.guard.submit(request)


async def channel_of_anna(home: SpokenHome, *actions: dict[str, Any]) -> None:
    """Let Anna be reached by any actions."""
    entry, data = (
        home.entry,
        contact_data("Anna", channel="actions", sequence=list(actions))["data"],
    )
    subentry = next(item for item in entry.subentries.values() if item.title == "Anna")
    home.hass.config_entries.async_update_subentry(entry, subentry, data=data)
    await home.hass.async_block_till_done()


async def test_an_automation_that_hears_an_approved_call(home: SpokenHome) -> None:
    """A person has approved what Anna gets, and nothing else."""
    slow(home, "anna")
    await home.automate(sentence(notify()), copy(on_call()))
    await home.say("dinner is ready")
    assert home.sent == []
    await home.approve()
    assert reached(home) == ["notify.anna"]
    assert set(refused(home)) == {"notify.stranger"}


async def test_an_automation_that_hears_the_message_of_our_own_sentence(home: SpokenHome) -> None:
    """Its call has a context of its own, which no turn has seen."""
    slow(home, "anna")
    await home.automate(copy(on_call()))
    await ask(home)
    await home.approve()
    assert reached(home) == ["notify.anna"]
    assert refused(home) == ["notify.stranger"]
    assert home.notices[-1].request.origin.utterance == "tell her dinner is ready"


async def test_a_later_call_of_such_an_automation(home: SpokenHome) -> None:
    """The delivery is over by then."""
    slow(home, "anna")
    await home.automate(copy(on_call(), {"delay": {"milliseconds": 200}}))
    await ask(home)
    await home.approve()
    assert reached(home) == ["notify.anna"]
    assert refused(home) == ["notify.stranger"]


async def test_what_a_message_sets_off_that_nobody_has_said(home: SpokenHome) -> None:
    """An automation, or a person in the app, has asked for it with `message_guard.send`."""
    slow(home, "anna")
    await home.automate(copy(on_call()))
    await ask(home, route=Route.ACTION)
    await home.approve()
    assert sorted(reached(home)) == ["notify.anna", "notify.stranger"]
    assert refused(home) == []


@pytest.mark.parametrize("own", [True, False], ids=["our own sentence", "a held call"])
@pytest.mark.parametrize("reactions", ["hold", "record", "ignore"])
async def test_a_reaction_to_a_delivery(home: SpokenHome, own: bool, reactions: str) -> None:
    """As the household chose."""
    await home.update(reactions=reactions)
    changes = {"trigger": "state", "entity_id": "notify.carl"}
    await home.automate(sentence(send_message(entity_id="notify.carl")), copy(changes))
    if own:
        await ask(home, "Carl")
    else:
        await home.say("dinner is ready")
    await home.approve()
    held = reactions == "hold"
    assert reached(home) == (["notify.carl"] if held else ["notify.carl", "notify.stranger"])
    assert refused(home) == (["notify.stranger"] if held else [])
    assert home.kinds.count("observed") == (reactions == "record")


async def test_actions_of_a_template_that_hear_an_approved_call(home: SpokenHome) -> None:
    """They are no automation, and say nothing of themselves."""
    slow(home, "anna")
    template = {
        "triggers": [on_call()],
        "actions": [notify("stranger")],
        "sensor": [{"name": "last", "state": "{{ now() }}"}],
    }
    assert await async_setup_component(home.hass, "template", {"template": [template]})
    await home.hass.async_block_till_done()
    await ask(home)
    await home.approve()
    assert reached(home) == ["notify.anna"]
    assert refused(home) == ["notify.stranger"]


async def test_what_has_waited_for_a_delivery(home: SpokenHome) -> None:
    """A sequence that nobody spoke for goes on because of it."""
    slow(home, "anna")
    wait = {"wait_for_trigger": [on_call()]}
    await home.automate(copy({"trigger": "event", "event_type": "night"}, wait))
    home.hass.bus.async_fire("night")
    await moment()
    await ask(home)
    await home.approve()
    assert reached(home) == ["notify.anna"]
    assert refused(home) == ["notify.stranger"]


async def begin_copy(_call: ServiceCall) -> None:
    """Begin the automation as a trigger does that knows no context."""
    automation = _call.hass.data[DATA_COMPONENT].get_entity("automation.copy")
    assert automation is not None
    task = _call.hass.async_create_task(automation.async_trigger({"trigger": {}}))
    await moment()
    await task


@pytest.mark.parametrize("own", [True, False], ids=["our own sentence", "a held call"])
async def test_an_automation_without_a_parent(home: SpokenHome, own: bool) -> None:
    """It has begun in the delivery all the same."""
    home.hass.services.async_register("notify", "anna", begin_copy)
    await home.automate(sentence(notify()), copy({"trigger": "event", "event_type": "nothing"}))
    if own:
        await ask(home)
    else:
        await home.say("dinner is ready")
    await home.approve()
    assert home.sent == []
    assert refused(home) == ["notify.stranger"]


# --- what is the delivery's own --------------------------------------------------------------------


async def test_a_channel_of_scripts_and_groups_is_asked_about_once(home: SpokenHome) -> None:
    """What it calls is the message that was approved."""
    hass = home.hass
    slow(home, "anna", "ben", "stranger")
    group = {"platform": "group", "name": "family", "services": [{"action": "stranger"}]}
    assert await async_setup_component(hass, "group", {})
    for setup in async_setup_legacy(hass, {"notify": [group]}):
        await setup
    await home.script(tell={"sequence": [notify(), notify("family")]})
    turn_on = {"action": "script.turn_on", "target": {"entity_id": "script.tell"}}
    await channel_of_anna(home, {"action": "script.tell"}, turn_on, {"delay": 1}, notify("ben"))
    await ask(home)
    await home.approve()
    assert sorted(reached(home)) == [
        *("notify.anna", "notify.anna"),
        *("notify.ben", "notify.stranger", "notify.stranger"),
    ]
    assert home.kinds == ["asked", "authorised", "handed_over"]


async def test_a_script_that_was_held_is_asked_about_once(home: SpokenHome) -> None:
    """The household has listed it, and made it Eve's channel."""
    await home.update(guarded_actions=["script.tell"])
    home.hass.config_entries.async_add_subentry(
        home.entry, ConfigSubentry(**contact_data("Eve", targets=["script.tell"]))
    )
    await home.hass.async_block_till_done()
    await home.script(
        tell={"fields": {"message": {}}, "sequence": [notify("ben"), notify("stranger")]}
    )
    await home.automate(sentence({"action": "script.tell", "data": {"message": "Dinner"}}))
    await home.say("dinner is ready")
    assert home.sent == []
    await home.approve()
    assert reached(home) == ["notify.ben", "notify.stranger"]
    assert home.kinds == ["asked", "authorised", "handed_over"]


async def test_a_channel_that_begins_an_automation_is_asked_again(home: SpokenHome) -> None:
    """What an automation does is its own; a script is the way to share steps."""
    trigger = {"action": "automation.trigger", "target": {"entity_id": "automation.copy"}}
    await home.automate(copy({"trigger": "event", "event_type": "nothing"}))
    await channel_of_anna(home, trigger)
    await ask(home)
    await home.approve()
    assert home.sent == []
    assert refused(home) == ["notify.stranger"]


# --- what is let through without being asked about --------------------------------------------------


async def observe_carl(home: SpokenHome) -> None:
    """Only watch what Carl gets."""
    subentry = next(s for s in home.entry.subentries.values() if s.title == "Carl")
    home.hass.config_entries.async_update_subentry(
        home.entry, subentry, data={**subentry.data, "observe": True}
    )
    await home.hass.async_block_till_done()


async def test_an_automation_that_hears_an_observed_call(home: SpokenHome) -> None:
    """Carl's messages are watched, a stranger's are not."""
    await observe_carl(home)
    await home.automate(
        sentence(send_message(entity_id="notify.carl")), copy(on_call("send_message"))
    )
    await home.say("dinner is ready")
    assert reached(home) == ["notify.carl"]
    assert refused(home) == ["notify.stranger"]


async def test_an_automation_without_a_parent_in_an_observed_call(home: SpokenHome) -> None:
    """It has begun in the turn, and is not what Carl's channel passes on."""
    await home.update(observe=True)
    home.hass.services.async_register("notify", "anna", begin_copy)
    await home.automate(sentence(notify()), copy({"trigger": "event", "event_type": "nothing"}))
    await home.say("dinner is ready")
    assert [item.request.recipient for item in home.notices] == ["notify.anna", "notify.stranger"]


# --- what cannot be told ----------------------------------------------------------------------------


async def test_an_alert_about_what_speech_has_changed_is_held(home: SpokenHome) -> None:
    """It calls without a context, so nothing tells that it reacts to a state."""
    hass = home.hass
    alert = {"name": "Open", "entity_id": "input_boolean.door", "repeat": 30, "notifiers": ["anna"]}
    assert await async_setup_component(hass, "input_boolean", {"input_boolean": {"door": {}}})
    assert await async_setup_component(hass, "alert", {"alert": {"door": alert}})
    door = {"entity_id": "input_boolean.door"}
    await home.automate(sentence({"action": "input_boolean.turn_on", "target": door}))
    await home.say("dinner is ready")
    assert home.sent == []
    assert len(home.pending) == 1
    await hass.services.async_call("input_boolean", "turn_off", door, blocking=True)
    await hass.async_block_till_done()
