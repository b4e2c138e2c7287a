"""What runs can be listed, with its context and its variables."""

from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.script import Script, async_validate_actions_config

from custom_components.message_guard.hooks.script_runs import runs
from tests.hooks.house import set_up, until

WAIT = {"wait_for_trigger": [{"trigger": "event", "event_type": "never"}]}


async def test_a_script_and_an_automation_that_wait(house: HomeAssistant) -> None:
    """Both are there: the one by what it is, the other with its trigger."""
    await set_up(house, "script", {"waiting": {"sequence": [WAIT]}})
    automation = {
        "alias": "Waits",
        "triggers": [{"trigger": "event", "event_type": "go"}],
        "actions": [WAIT],
    }
    await set_up(house, "automation", [automation])
    assert list(runs(house)) == []
    begun, fired = Context(), Context()
    await house.services.async_call(
        "script", "turn_on", {"entity_id": "script.waiting"}, context=begun
    )
    house.bus.async_fire("go", context=fired)
    await until(house, lambda: len(list(runs(house))) == 2)
    found = {
        variables["this"]["entity_id"]: (context, variables) for context, variables in runs(house)
    }
    assert found.keys() == {"script.waiting", "automation.waits"}
    context, _ = found["script.waiting"]
    assert begun.id in {context.id, context.parent_id}
    context, variables = found["automation.waits"]
    assert context.parent_id == fired.id
    assert variables["trigger"]["event"].event_type == "go"


async def test_a_run_that_nobody_has_begun(house: HomeAssistant) -> None:
    """It has a context all the same; one without is left out."""
    steps = cv.SCRIPT_SCHEMA([WAIT])
    script = Script(house, await async_validate_actions_config(house, steps), "Waits", "test")
    running = house.async_create_task(script.async_run())
    await until(house, lambda: list(runs(house)))
    ((context, _),) = runs(house)
    assert isinstance(context, Context)  # Home Assistant gives it one of its own
    (run,) = script._runs
    run._context = None
    assert list(runs(house)) == []
    await script.async_stop()
    await running
