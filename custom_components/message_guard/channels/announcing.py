"""Announcements on satellites, which cut off nobody who is talking."""

import asyncio

from homeassistant.components.assist_satellite.entity import AssistSatelliteState
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers.event import async_track_state_change_event

from ..core.errors import DeliveryError

SATELLITE_DOMAIN = "assist_satellite"

BUSY_SECONDS = 30.0
"""How long an announcement waits for a satellite that is talking with somebody."""


async def until_idle(hass: HomeAssistant, satellites: list[str]) -> None:
    """Wait for satellites that are talking: an announcement would cut them off.

    Raises:
        DeliveryError: If one of them goes on talking.
    """
    changed = asyncio.Event()

    @callback
    def note(_event: Event[EventStateChangedData]) -> None:
        changed.set()

    stop = async_track_state_change_event(hass, satellites, note)
    try:
        async with asyncio.timeout(BUSY_SECONDS):
            while any(_busy(hass, entity_id) for entity_id in satellites):
                changed.clear()
                await changed.wait()
    except TimeoutError as error:
        raise DeliveryError("channel_busy") from error
    finally:
        stop()


def _busy(hass: HomeAssistant, entity_id: str) -> bool:
    state = hass.states.get(entity_id)
    return state is not None and state.state != AssistSatelliteState.IDLE
