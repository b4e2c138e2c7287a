"""What an automation or a script does after it has waited for somebody to speak."""

from datetime import timedelta
import logging
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import Context, ServiceCall
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockUser, async_fire_time_changed

from tests.lamp import SENT, WHEN_LAMP, lamp, untouched
from tests.spoken_home import KITCHEN, SpokenHome, home, moment, notify, sentence

__all__ = ["home"]

NIGHT = {"trigger": "event", "event_type": "night"}
LET_GO = {"trigger": "conversation", "command": "let it go"}
GO_ON = {"trigger": "event", "event_type": "go_on"}
SAID = {"trigger": "event", "event_type": "said"}
TURN_ON = {"action": "input_boolean.turn_on", "target": {"entity_id": "input_boolean.lamp"}}
LATER = {"action": "script.turn_on", "target": {"entity_id": "script.later"}}


def wait_for(*triggers: dict[str, Any]) -> dict[str, Any]:
    """Return a step that waits for one of these."""
    return {"wait_for_trigger": list(triggers)}


async def at_night(home: SpokenHome, *steps: dict[str, Any], more: Any = ()) -> None:
    """Let an automation begin that nobody spoke for, and wait where it waits."""
    await home.automate({"alias": "night", "triggers": [NIGHT], "actions": list(steps)}, *more)
    home.hass.bus.async_fire("night")
    await moment(home.hass)


async def tick(home: SpokenHome, freezer: FrozenDateTimeFactory, **passed: int) -> None:
    """Let time pass."""
    freezer.tick(timedelta(**passed))
    async_fire_time_changed(home.hass)
    await moment(home.hass)


# --- a sentence --------------------------------------------------------------------------------------


SEQUENCES = {
    "at once": [notify()],
    "a branch": [
        {"if": [{"condition": "template", "value_template": "{{ true }}"}], "then": notify()}
    ],
    "a script": [{"action": "script.tell"}],
    "an event": [{"event": "said"}],
    "a stored word": [
        {"variables": {"said": "{{ wait.trigger.sentence }}"}},
        wait_for(GO_ON),
        notify(),
    ],
}


@pytest.mark.parametrize("steps", SEQUENCES.values(), ids=SEQUENCES)
async def test_what_follows_a_sentence_was_spoken(
    home: SpokenHome, steps: list[dict[str, Any]]
) -> None:
    """Whatever the automation does with it, also after it has waited for something else."""
    await home.script(tell={"sequence": [notify()]})
    on_event = {"alias": "said", "triggers": [SAID], "actions": [notify()]}
    await at_night(home, wait_for(LET_GO), *steps, more=[on_event])
    assert home.sent == []
    await home.say("let it go", settle=False)
    await moment(home.hass)
    home.hass.bus.async_fire("go_on")
    await home.hass.async_block_till_done()
    (confirmation,) = home.pending
    assert confirmation.origin.utterance == "let it go"
    assert confirmation.place == f"satellite:{KITCHEN}"
    assert home.sent == []


async def test_in_a_branch_that_runs_beside_others(home: SpokenHome) -> None:
    """The wait of a branch is seen by nobody else but us."""
    branch = {"sequence": [wait_for(LET_GO)]}
    await at_night(home, {"parallel": [branch, {"sequence": [{"delay": 0}]}]}, notify())
    await home.say("let it go")
    assert home.sent == []
    assert len(home.pending) == 1


async def test_long_after_the_wait(home: SpokenHome, freezer: FrozenDateTimeFactory) -> None:
    """In a script that the automation has started and not waited for."""
    await home.script(later={"sequence": [{"delay": {"hours": 2}}, notify()]})
    await at_night(home, wait_for(LET_GO), {"delay": {"hours": 2}}, LATER)
    await home.say("let it go", settle=False)
    for _ in range(3):
        await tick(home, freezer, hours=3)
    await home.hass.async_block_till_done()
    assert home.sent == []
    assert home.kinds[0] == "asked"


async def test_a_sentence_that_an_automation_says(home: SpokenHome) -> None:
    """Its turn runs in a borrowed context; what has waited for the words is held all the same."""
    process = {"action": "conversation.process", "data": {"text": "let it go"}}
    says = {"alias": "says", "triggers": [GO_ON], "actions": [process]}
    await at_night(home, wait_for(LET_GO), notify(), more=[says])
    home.hass.bus.async_fire("go_on")
    await home.hass.async_block_till_done()
    assert home.sent == []
    (confirmation,) = home.pending
    assert confirmation.origin.utterance == "let it go"


async def test_a_sentence_that_begins_what_is_no_automation(
    home: SpokenHome, freezer: FrozenDateTimeFactory
) -> None:
    """A template entity with actions of its own, which say nothing of themselves."""
    template = {
        "triggers": [LET_GO],
        "actions": [{"delay": {"hours": 1}}, notify()],
        "sensor": [{"name": "last said", "state": "{{ now() }}"}],
    }
    assert await async_setup_component(home.hass, "template", {"template": [template]})
    await home.hass.async_block_till_done()
    said = home.hass.async_create_task(home.say("let it go", settle=False))
    await moment(home.hass)
    await tick(home, freezer, hours=2)
    await said
    await home.hass.async_block_till_done()
    assert home.sent == []
    assert len(home.pending) == 1


# --- what speech leads to ----------------------------------------------------------------------------


async def test_what_follows_an_event_that_speech_fires_was_spoken(home: SpokenHome) -> None:
    """Nothing but the spoken command has let it go on."""
    fires = sentence({"event": "said"})
    await at_night(home, wait_for(SAID), notify(), more=[fires])
    await home.say("dinner is ready")
    assert home.sent == []
    (confirmation,) = home.pending
    assert confirmation.origin.utterance == "dinner is ready"


@pytest.mark.parametrize("reactions", ["hold", "record"])
async def test_what_follows_a_state_that_speech_changes_is_a_reaction(
    home: SpokenHome, reactions: str
) -> None:
    """Held or let through, as the household chose."""
    await lamp(home)
    await home.update(reactions=reactions)
    await at_night(home, wait_for(WHEN_LAMP), notify(), more=[sentence(TURN_ON)])
    await home.say("dinner is ready")
    if reactions == "hold":
        assert home.sent == []
        assert len(home.pending) == 1
    else:
        assert home.sent == SENT
        assert home.kinds == ["observed"]


async def test_a_reaction_that_waits_for_a_sentence_is_none_afterwards(home: SpokenHome) -> None:
    """It is let through until somebody speaks."""
    await lamp(home)
    steps = [notify(), wait_for(LET_GO), notify("ben")]
    when = {"alias": "lamp", "triggers": [WHEN_LAMP], "actions": steps}
    await home.automate(sentence(TURN_ON), when)
    await home.say("dinner is ready", settle=False)
    await moment(home.hass)
    assert home.sent == SENT
    await home.say("let it go")
    assert home.sent == SENT
    assert len(home.pending) == 1


# --- control -----------------------------------------------------------------------------------------


async def test_a_voice_cannot_approve_through_a_script_that_waits(
    home: SpokenHome, hass_admin_user: MockUser
) -> None:
    """Not even an administrator's."""
    seen: list[str | None] = []
    approve = {"action": "message_guard.approve"}
    await home.script(listen={"sequence": [wait_for(LET_GO), approve]})
    await home.automate(sentence(notify()))

    async def listen() -> None:
        with pytest.raises(ServiceValidationError) as caught:
            await home.hass.services.async_call(
                "script", "listen", {}, blocking=True, context=Context(user_id=hass_admin_user.id)
            )
        seen.append(caught.value.translation_key)

    listening = home.hass.async_create_task(listen())
    await moment(home.hass)
    await home.say("dinner is ready", settle=False)
    while not home.pending:
        await moment(home.hass)
    await home.say("let it go", settle=False)
    await listening
    assert seen == ["spoken_turn"]
    assert home.sent == []
    assert len(home.pending) == 1


async def test_a_voice_cannot_turn_sending_on_through_a_wait(home: SpokenHome) -> None:
    """Whoever waits for it."""
    switch = "switch.message_guard_sending_allowed"
    await home.hass.services.async_call("switch", "turn_off", {"entity_id": switch}, blocking=True)
    turn_on = {"action": "switch.turn_on", "target": {"entity_id": switch}}
    await at_night(home, wait_for(LET_GO), turn_on)
    await home.say("let it go")
    assert not home.components.guard.sending_allowed


# --- nobody spoke ------------------------------------------------------------------------------------


async def test_what_follows_another_wait_is_not_held(home: SpokenHome) -> None:
    """An event and a state that no speech has led to, while somebody speaks of something else."""
    await lamp(home)
    await at_night(home, wait_for(SAID), wait_for(WHEN_LAMP), notify(), more=[sentence(TURN_ON)])
    home.hass.bus.async_fire("said")
    await moment(home.hass)
    home.hass.states.async_set("input_boolean.lamp", "on")
    await home.hass.async_block_till_done()
    untouched(home)


async def test_a_clock_has_not_spoken(home: SpokenHome, freezer: FrozenDateTimeFactory) -> None:
    """Nor has a wait that ends without having been fulfilled."""
    clock = {"trigger": "time_pattern", "minutes": "/5"}
    gives_up = {**wait_for(LET_GO), "timeout": {"seconds": 5}}
    await at_night(home, gives_up, wait_for(clock), notify())
    await tick(home, freezer, seconds=10)
    await tick(home, freezer, seconds=600)
    untouched(home)


async def test_a_coordinator_that_such_a_sequence_has_refreshed_is_not_held_later(
    home: SpokenHome, freezer: FrozenDateTimeFactory
) -> None:
    """It carries the trace as it carries everything, but not the context."""
    hass = home.hass
    polls = 0

    async def poll() -> None:
        nonlocal polls
        polls += 1
        if polls == 2:
            await hass.services.async_call("notify", "anna", notify()["data"], blocking=True)

    coordinator = DataUpdateCoordinator(
        hass,
        logging.getLogger(),
        config_entry=None,
        name="meter",
        update_method=poll,
        update_interval=timedelta(hours=1),
    )
    cancel = coordinator.async_add_listener(lambda: None)

    async def refresh(call: ServiceCall) -> None:
        await coordinator.async_refresh()

    hass.services.async_register("meter", "refresh", refresh)
    await at_night(home, wait_for(LET_GO), {"action": "meter.refresh"})
    await home.say("let it go")
    await tick(home, freezer, seconds=3700)
    await hass.async_block_till_done()
    assert polls == 2
    untouched(home)
    cancel()
