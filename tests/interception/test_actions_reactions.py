"""What reacts to speech follows the household's choice, and who observes holds nothing."""

from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.notify.legacy import async_setup_legacy
from homeassistant.core import Context, ServiceCall
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from tests.lamp import SENT, WHEN_LAMP, lamp, untouched
from tests.spoken_home import SpokenHome, home, moment, notify, send_message, sentence

__all__ = ["home"]

TURN_ON = {"action": "input_boolean.turn_on", "target": {"entity_id": "input_boolean.lamp"}}


# --- reactions ---------------------------------------------------------------------------------------


async def react(home: SpokenHome, *automations: dict[str, Any]) -> None:
    """Let a spoken command switch the lamp on, and automations react to that."""
    await lamp(home)
    when = automations or ({"alias": "lamp", "triggers": [WHEN_LAMP], "actions": [notify()]},)
    await home.automate(sentence(TURN_ON), *when)
    await home.say("dinner is ready")


async def test_a_reaction_is_let_through_and_recorded(home: SpokenHome) -> None:
    """By default."""
    await react(home)
    assert home.sent == SENT
    assert home.kinds == ["observed"]
    assert "reaction" in home.notices[0].reasons
    assert home.notices[0].request.origin.utterance == "dinner is ready"


async def test_a_reaction_is_held_where_the_household_says_so(home: SpokenHome) -> None:
    """Then it is a message like any other."""
    await home.update(reactions="hold")
    await react(home)
    assert home.sent == []
    await home.approve()
    assert home.sent == SENT


async def test_a_reaction_is_ignored_where_the_household_says_so(home: SpokenHome) -> None:
    """Not even written down."""
    await home.update(reactions="ignore")
    await react(home)
    untouched(home)


async def test_a_reaction_to_a_reaction_is_one(home: SpokenHome) -> None:
    """Along a chain of automations."""
    assert await async_setup_component(
        home.hass, "input_number", {"input_number": {"n": {"min": 0, "max": 9}}}
    )
    set_number = {
        "action": "input_number.set_value",
        "target": {"entity_id": "input_number.n"},
        "data": {"value": 5},
    }
    when_number = {"trigger": "numeric_state", "entity_id": "input_number.n", "above": 4}
    await react(
        home,
        {"alias": "lamp", "triggers": [WHEN_LAMP], "actions": [set_number]},
        {"alias": "number", "triggers": [when_number], "actions": [notify()]},
    )
    assert home.sent == SENT
    assert home.kinds == ["observed"]


async def test_a_state_that_a_device_reports_later_is_a_reaction(home: SpokenHome) -> None:
    """Outside of the turn, in a task of its own, with the context of the command."""
    await lamp(home)
    contexts: list[Context] = []

    async def switch(call: ServiceCall) -> None:
        contexts.append(call.context)

    home.hass.services.async_register("radio", "switch", switch)
    await home.automate(
        sentence({"action": "radio.switch"}),
        {"alias": "lamp", "triggers": [WHEN_LAMP], "actions": [notify()]},
    )
    await home.say("dinner is ready")
    home.hass.states.async_set("input_boolean.lamp", "on", context=contexts[0])
    await home.hass.async_block_till_done()
    assert home.sent == SENT
    assert home.kinds == ["observed"]


@pytest.mark.parametrize("delay", [None, {"delay": 3600}], ids=["in the turn", "after the turn"])
async def test_an_event_that_speech_fires_is_no_reaction(
    home: SpokenHome, delay: dict[str, int] | None, freezer: FrozenDateTimeFactory
) -> None:
    """Nothing but the spoken command caused it: held, whatever happens to reactions."""
    await home.script(tell={"sequence": [*([delay] if delay else []), {"event": "tell_anna"}]})
    on_event = {"trigger": "event", "event_type": "tell_anna"}
    await home.automate(
        sentence({"action": "script.turn_on", "target": {"entity_id": "script.tell"}}),
        {"alias": "event", "triggers": [on_event], "actions": [notify()]},
    )
    await home.say("dinner is ready", settle=False)
    if delay:
        await moment(home.hass)
        assert home.pending == ()
        freezer.tick(3700)
        async_fire_time_changed(home.hass)
    await home.hass.async_block_till_done()
    assert home.sent == []
    await home.approve()
    assert home.sent == SENT


async def test_an_automation_that_speech_triggers_by_hand_is_held(home: SpokenHome) -> None:
    """`automation.trigger`."""
    await lamp(home)
    trigger = {"action": "automation.trigger", "target": {"entity_id": "automation.lamp"}}
    await home.automate(
        sentence(trigger), {"alias": "lamp", "triggers": [WHEN_LAMP], "actions": [notify()]}
    )
    await home.say("dinner is ready")
    assert home.sent == []
    await home.approve()
    assert home.sent == SENT


@pytest.mark.parametrize("first", [[], [{"delay": {"seconds": 1}}]], ids=["at once", "later"])
@pytest.mark.parametrize("turn", [[], [{"delay": {"hours": 1}}]], ids=["in turn", "after turn"])
async def test_actions_of_a_template_after_an_event_that_speech_fires(
    home: SpokenHome,
    first: list[dict[str, Any]],
    turn: list[dict[str, Any]],
    freezer: FrozenDateTimeFactory,
) -> None:
    """They say nothing of themselves, so they are what their parent is: called."""
    template = {
        "triggers": [{"trigger": "event", "event_type": "said"}],
        "actions": [*first, notify()],
        "sensor": [{"name": "last said", "state": "{{ now() }}"}],
    }
    assert await async_setup_component(home.hass, "template", {"template": [template]})
    await home.hass.async_block_till_done()
    await home.script(tell={"sequence": [*turn, {"event": "said"}]})
    tell = {"action": "script.turn_on", "target": {"entity_id": "script.tell"}}
    await home.automate(sentence(tell))
    said = home.hass.async_create_task(home.say("dinner is ready", settle=False))
    await moment(home.hass)
    for _ in range(3):
        freezer.tick(7200)
        async_fire_time_changed(home.hass)
        await moment(home.hass)
    await said
    await home.hass.async_block_till_done()
    assert home.sent == []
    assert home.kinds[0] == "asked"


async def test_actions_of_a_template_after_a_state_that_speech_changes(home: SpokenHome) -> None:
    """They have a trigger that says so: a reaction."""
    template = {
        "triggers": [WHEN_LAMP],
        "actions": [notify()],
        "sensor": [{"name": "last said", "state": "{{ now() }}"}],
    }
    await lamp(home)
    assert await async_setup_component(home.hass, "template", {"template": [template]})
    await home.hass.async_block_till_done()
    await home.automate(sentence(TURN_ON))
    await home.say("dinner is ready")
    assert home.sent == SENT
    assert home.kinds == ["observed"]


# --- observing ---------------------------------------------------------------------------------------


async def test_a_household_that_observes_holds_nothing(home: SpokenHome) -> None:
    """It is written down what would have been held, strangers included."""
    await home.update(observe=True)
    await home.automate(sentence(notify(), notify("stranger")))
    await home.say("dinner is ready")
    assert [name for name, _ in home.sent] == ["notify.anna", "notify.stranger"]
    assert home.kinds == ["observed", "observed"]
    assert "unknown_recipient" in home.notices[1].reasons


async def test_an_observed_group_is_written_down_once(home: SpokenHome) -> None:
    """What the group passes on to its members is the same message."""
    await home.update(observe=True)
    hass = home.hass
    config = {"notify": [{"platform": "group", "name": "family", "services": [{"action": "anna"}]}]}
    assert await async_setup_component(hass, "group", {})
    for setup in async_setup_legacy(hass, config):
        await setup
    await home.automate(sentence(notify("family")))
    await home.say("dinner is ready")
    assert home.sent == SENT
    assert home.kinds == ["observed"]


async def test_a_contact_that_is_observed(home: SpokenHome) -> None:
    """Carl's messages go through, Dora's are held, and both together are held."""
    subentry = next(s for s in home.entry.subentries.values() if s.title == "Carl")
    home.hass.config_entries.async_update_subentry(
        home.entry, subentry, data={**subentry.data, "observe": True}
    )
    await home.hass.async_block_till_done()
    await home.automate(
        sentence(send_message(entity_id="notify.carl"), said="carl"),
        sentence(send_message(entity_id=["notify.carl", "notify.dora"]), said="both"),
    )
    await home.say("carl")
    assert home.sent == [("notify.carl", "Dinner is ready")]
    await home.say("both")
    assert len(home.sent) == 1
    await home.approve()
    assert len(home.sent) == 3
