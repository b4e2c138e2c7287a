"""Captured calls: made at most once, by whatever handles them then."""

import asyncio
from typing import Any

from homeassistant.core import Context, HomeAssistant, ServiceCall, callback
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.message_guard.core.confirmation import LONGEST_WAIT_SECONDS
from custom_components.message_guard.core.errors import DeliveryError
from custom_components.message_guard.guarding.holds import MOST_HOLDS, Hold, Holds, HoldsFullError
from tests.clock import moment

DATA = {"message": "hi", "data": {"to": ["Anna"]}, "tags": {"a"}}


def captured(hass: HomeAssistant, **more: Any) -> Hold:
    """Return a captured call of notify.anna."""
    return Hold(ServiceCall(hass, "notify", "anna", dict(DATA), Context(id="spoken")), **more)


async def test_a_call_is_replayed_as_it_was_captured(hass: HomeAssistant) -> None:
    """Data, context and the event that tells of it."""
    calls: list[ServiceCall] = []

    @callback
    def keep(call: ServiceCall) -> None:
        calls.append(call)

    hass.services.async_register("notify", "anna", keep)
    events = async_capture_events(hass, "call_service")
    await captured(hass).replay()
    (call,) = calls
    assert call.data == DATA
    assert call.context.id == "spoken"
    assert [event.data["service"] for event in events] == ["anna"]


async def test_a_call_that_is_shared_is_made_once(hass: HomeAssistant) -> None:
    """By several recipients at the same time, and again afterwards."""
    calls: list[ServiceCall] = []

    async def slowly(call: ServiceCall) -> None:
        await moment()
        calls.append(call)

    hass.services.async_register("notify", "anna", slowly)
    hold = captured(hass)
    await asyncio.gather(hold.replay(), hold.replay())
    await hold.replay()
    assert len(calls) == 1


async def test_a_call_that_fails_fails_for_everyone(hass: HomeAssistant) -> None:
    """With the error of the one call that was made."""
    count = 0

    async def fail(call: ServiceCall) -> None:
        nonlocal count
        count += 1
        raise ValueError("out of order")

    hass.services.async_register("notify", "anna", fail)
    hold = captured(hass)
    for _ in range(2):
        with pytest.raises(ValueError, match="out of order"):
            await hold.replay()
    assert count == 1


async def test_a_call_that_is_cut_off_is_not_made_again(hass: HomeAssistant) -> None:
    """Whether anything arrived nobody knows."""
    begun = asyncio.Event()

    async def hang(call: ServiceCall) -> None:
        begun.set()
        await asyncio.Event().wait()

    hass.services.async_register("notify", "anna", hang)
    hold = captured(hass)
    task = asyncio.create_task(hold.replay())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(DeliveryError, match="channel_error"):
        await hold.replay()


async def test_a_call_that_nothing_handles_any_more_fails(hass: HomeAssistant) -> None:
    """It says so."""
    with pytest.raises(DeliveryError, match="channel_missing"):
        await captured(hass).replay()


async def test_a_hold_is_taken_once(hass: HomeAssistant) -> None:
    """And there are not endlessly many."""
    holds = Holds()
    hold = captured(hass)
    holds.put("r0", hold)
    assert holds.take("r0") is hold
    assert holds.take("r0") is None
    for number in range(MOST_HOLDS):
        holds.put(f"r{number}", hold)
    with pytest.raises(HoldsFullError):
        holds.put("one more", hold)
    assert len(holds) == MOST_HOLDS


async def test_a_hold_is_kept_no_longer_than_any_question_waits(hass: HomeAssistant) -> None:
    """Its question has ended, even if that could not be written down: nobody is refused because of it later."""
    now = [0.0]
    holds = Holds(lambda: now[0])
    for number in range(MOST_HOLDS):
        holds.put(f"r{number}", captured(hass))
    now[0] = LONGEST_WAIT_SECONDS + 1
    holds.put("one more", captured(hass))
    assert len(holds) == 1
    assert holds.take("r0") is None
