"""Delayed commands: what somebody has told a timer to say for them ("in ten minutes tell Anna …").

Home Assistant keeps the words, and says them when they are due: with the device that the timer was set
on, without a satellite, and to nobody who would hear the answer. It does so in a task of its own, which
carries the turn in which the timer was set.
"""

from dataclasses import replace
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from ..core.request import Origin
from ..home.origin import area_of
from .turn import Turn

SATELLITE_DOMAIN: Final = "assist_satellite"


@callback
def at_the_place_of(hass: HomeAssistant, origin: Origin, set_by: Turn | None) -> Origin:
    """Return the origin of a delayed command: the satellite that the timer was set on, else where it was typed.

    Args:
        hass: Home Assistant.
        origin: What is known of it otherwise: the device, if there is one.
        set_by: The turn in which the timer was set, None if it is unknown.
    """
    satellite_id = set_by.origin.satellite_id if set_by is not None else None
    satellite_id = satellite_id or _satellite_of(hass, origin.device_id)
    if satellite_id is None:
        if set_by is None:
            return origin
        # What was typed belongs to the conversation in which it was typed.
        where = set_by.origin
        return replace(
            origin,
            device_id=where.device_id,
            conversation_id=where.conversation_id,
            user_id=where.user_id,
        )
    area_id = area_of(hass, satellite_id, origin.device_id)
    return replace(origin, satellite_id=satellite_id, area_id=area_id, user_id=None)


def _satellite_of(hass: HomeAssistant, device_id: str | None) -> str | None:
    """Return the one satellite of a device."""
    if device_id is None:
        return None
    entities = er.async_entries_for_device(er.async_get(hass), device_id)
    found = [entity.entity_id for entity in entities if entity.domain == SATELLITE_DOMAIN]
    return found[0] if len(found) == 1 else None
