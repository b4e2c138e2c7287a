"""The trace of a run that is over can be rewritten, wherever it is read afterwards."""

from typing import Any

from homeassistant.components.trace.models import RestoredTrace
from homeassistant.core import Context, HomeAssistant

from custom_components.message_guard.hooks.run_traces import has_ended, rewrite, traces
from tests.hooks.house import look, set_up, until


async def run(hass: HomeAssistant, *steps: dict[str, Any]) -> Any:
    """Run a script, with its trace kept; return the trace."""
    await set_up(hass, "trace")
    await set_up(hass, "script", {"looks": {"alias": "Looks", "sequence": list(steps)}})
    await hass.services.async_call("script", "turn_on", {"entity_id": "script.looks"})
    await until(hass, lambda: list(traces(hass)))
    (trace,) = traces(hass)
    return trace


async def test_a_run_that_is_over_is_rewritten(house: HomeAssistant) -> None:
    """Its steps say what they are told to, in the view of it and in what is stored."""
    seen = look(house, lambda call: call.context)
    trace = await run(house, {"action": "test.look"})
    await until(house, lambda: has_ended(trace))
    assert trace.context.id in {seen[0].id, seen[0].parent_id}
    told = {**trace.as_extended_dict(), "trace": {}}
    assert "sequence/0" in trace.as_extended_dict()["trace"]
    rewrite(trace, told, {**trace.as_short_dict(), "error": "**"})
    assert trace.as_extended_dict()["trace"] == {}
    assert trace.as_short_dict()["error"] == "**"
    assert trace.as_dict()["extended_dict"] is told


async def test_a_run_that_goes_on_is_told_from_one_that_is_over(house: HomeAssistant) -> None:
    """Its trace is needed until then."""
    wait = {"wait_for_trigger": [{"trigger": "event", "event_type": "go"}]}
    trace = await run(house, wait)
    assert not has_ended(trace)
    await until(house, lambda: "go" in house.bus.async_listeners())
    house.bus.async_fire("go")
    await until(house, lambda: has_ended(trace))


async def test_a_trace_that_was_restored(house: HomeAssistant) -> None:
    """It is over, and can be rewritten as well."""
    context = {"id": Context().id, "parent_id": None, "user_id": None}
    extended = {"context": context, "domain": "script", "item_id": "a", "run_id": "1", "trace": {}}
    trace = RestoredTrace({"extended_dict": extended, "short_dict": {"run_id": "1"}})
    assert has_ended(trace)
    rewrite(trace, {"trace": "nothing"}, {"run_id": "2"})
    assert trace.as_extended_dict() == {"trace": "nothing"}
    assert trace.as_short_dict() == {"run_id": "2"}
