"""What handles an action is exchanged, and nobody notices."""

from collections.abc import Callable
from typing import Any

from homeassistant.const import EVENT_CALL_SERVICE
from homeassistant.core import Event, HomeAssistant, ServiceCall, SupportsResponse, callback
import pytest

from custom_components.message_guard.hooks.service_job import Job, Swaps, dispatch, job_of


@callback
def by_callback(call: ServiceCall) -> dict[str, Any]:
    """Answer at once."""
    return {"to": call.data["name"]}


async def by_coroutine(call: ServiceCall) -> dict[str, Any]:
    """Answer like an action that waits."""
    return {"to": call.data["name"]}


def by_function(call: ServiceCall) -> dict[str, Any]:
    """Answer like an action that blocks."""
    return {"to": call.data["name"]}


HANDLERS = [by_callback, by_coroutine, by_function]


async def greet(hass: HomeAssistant) -> Any:
    """Call the action, and return its answer."""
    return await hass.services.async_call(
        "test", "greet", {"name": "Anna"}, blocking=True, return_response=True
    )


def register(hass: HomeAssistant, handler: Callable[[ServiceCall], Any]) -> None:
    """Register the action, with a response."""
    hass.services.async_register("test", "greet", handler, supports_response=SupportsResponse.ONLY)


@pytest.mark.parametrize("handler", HANDLERS)
async def test_every_call_goes_through_ours(
    house: HomeAssistant, handler: Callable[[ServiceCall], Any]
) -> None:
    """Which may let it go on as Home Assistant would, whatever kind of function handles it."""
    seen: list[str] = []

    async def ours(original: Job, call: ServiceCall) -> Any:
        seen.append(f"{call.domain}.{call.service}")
        return {**await dispatch(original, call), "seen": True}

    register(house, handler)
    before = job_of(house, "test", "greet")
    swaps = Swaps(house)
    assert ("test", "greet") not in swaps
    swaps.swap("test", "greet", ours)
    assert ("test", "greet") in swaps
    swaps.swap("test", "greet", ours)  # once is enough
    assert swaps.actions() == (("test", "greet"),)
    assert await greet(house) == {"to": "Anna", "seen": True}
    swaps.restore_all()
    assert job_of(house, "test", "greet") is before
    assert await greet(house) == {"to": "Anna"}
    assert seen == ["test.greet"]


async def test_nothing_is_told_of_it(house: HomeAssistant) -> None:
    """No event, and the call is told of once."""

    async def ours(original: Job, call: ServiceCall) -> Any:
        return await dispatch(original, call)

    told: list[str] = []

    @callback
    def tell(event: Event) -> None:
        told.append(event.event_type)

    register(house, by_coroutine)
    await house.async_block_till_done()
    house.bus.async_listen("service_registered", tell)
    house.bus.async_listen("service_removed", tell)
    house.bus.async_listen(EVENT_CALL_SERVICE, tell)
    swaps = Swaps(house)
    swaps.swap("test", "greet", ours)
    await greet(house)
    swaps.restore("test", "greet")
    await house.async_block_till_done()
    assert told == [EVENT_CALL_SERVICE]


async def test_a_new_registration_is_not_ours(house: HomeAssistant) -> None:
    """It is swapped anew, and what was there before is not put in its place."""

    async def ours(_original: Job, _call: ServiceCall) -> Any:
        return {"to": "nobody"}

    register(house, by_callback)
    swaps = Swaps(house)
    swaps.swap("test", "greet", ours)
    register(house, by_coroutine)
    assert ("test", "greet") not in swaps
    assert await greet(house) == {"to": "Anna"}
    swaps.restore("test", "greet")
    assert await greet(house) == {"to": "Anna"}


async def test_what_somebody_has_left_behind_is_looked_through(house: HomeAssistant) -> None:
    """They have wrapped ours, and put it back after we had gone: it is transparent by then."""
    seen: list[str] = []

    async def ours(original: Job, call: ServiceCall) -> Any:
        seen.append("ours")
        return await dispatch(original, call)

    register(house, by_callback)
    before = job_of(house, "test", "greet")
    first = Swaps(house)
    first.swap("test", "greet", ours)
    service = house.services.async_services_for_domain("test")["greet"]
    left = service.job
    first.restore("test", "greet")
    service.job = left
    assert await greet(house) == {"to": "Anna"}
    assert seen == []
    again = Swaps(house)
    again.swap("test", "greet", ours)
    assert await greet(house) == {"to": "Anna"}
    assert seen == ["ours"]
    again.restore_all()
    assert job_of(house, "test", "greet") is before


async def test_an_action_that_is_not_there(house: HomeAssistant) -> None:
    """Nothing is swapped, and nothing restored."""
    swaps = Swaps(house)

    async def ours(_original: Job, _call: ServiceCall) -> Any:
        raise AssertionError

    swaps.swap("test", "nothing", ours)
    assert ("test", "nothing") not in swaps
    swaps.restore("test", "nothing")
    assert job_of(house, "test", "nothing") is None
