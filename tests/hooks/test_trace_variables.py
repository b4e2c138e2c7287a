"""Whoever is called by a sequence can read what it was begun with, and what it has waited for."""

from homeassistant.core import Context, HomeAssistant

from custom_components.message_guard.hooks.trace_variables import fired_in_run, in_run, steps
from tests.hooks.house import look, set_up, until

GO = {"trigger": "event", "event_type": "go"}


async def test_what_a_script_has_waited_for(house: HomeAssistant) -> None:
    """The event, with its context, in the result of the step that has waited."""
    seen = look(house, lambda _call: list(steps()))
    sequence = [{"wait_for_trigger": [GO]}, {"action": "test.look"}]
    await set_up(house, "script", {"waiting": {"sequence": sequence}})
    begun, fired = Context(), Context()
    await house.services.async_call(
        "script", "turn_on", {"entity_id": "script.waiting"}, context=begun
    )
    await until(house, lambda: "go" in house.bus.async_listeners())
    house.bus.async_fire("go", context=fired)
    await house.async_block_till_done()
    (taken,) = seen
    waits = [result["wait"] for _, result in taken if result and "wait" in result]
    assert [wait["trigger"]["event"].context for wait in waits] == [fired]
    contexts = [changed["context"] for changed, _ in taken if "context" in changed]
    assert [context.parent_id for context in contexts] == [begun.id] or contexts == [begun]


async def test_what_an_automation_was_begun_with(house: HomeAssistant) -> None:
    """Its trigger, its context, and itself."""
    seen = look(house, lambda call: (call.context, list(steps())))
    automation = {"alias": "Look", "triggers": [GO], "actions": [{"action": "test.look"}]}
    await set_up(house, "automation", [automation])
    house.bus.async_fire("go")
    await house.async_block_till_done()
    ((context, taken),) = seen
    changed = {name: value for variables, _ in taken for name, value in variables.items()}
    assert changed["context"] is context
    assert changed["this"]["entity_id"] == "automation.look"
    assert changed["trigger"]["event"].event_type == "go"


async def test_outside_of_a_sequence_there_is_nothing(house: HomeAssistant) -> None:
    """Nobody has begun anything."""
    seen = look(house, lambda _call: (in_run(), list(steps())))
    await house.services.async_call("test", "look", blocking=True)
    assert seen == [(False, [])]


async def test_inside_of_one_it_is_told(house: HomeAssistant) -> None:
    """For every call of every sequence."""
    seen = look(house, lambda _call: (in_run(), fired_in_run({})))
    await set_up(house, "script", {"looks": {"sequence": [{"action": "test.look"}]}})
    await house.services.async_call("script", "looks", blocking=True)
    assert seen == [(True, True)]
