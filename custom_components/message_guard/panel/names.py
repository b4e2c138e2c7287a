"""What people call places, people and whatever else has an id."""

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import area_registry as ar
from homeassistant.util import dt as dt_util

from ..core.request import Request
from ..home.origin import area_of


@callback
def place_name(hass: HomeAssistant, satellite_id: str | None, area_id: str | None) -> str | None:
    """Return what people call the place where it was said: its area, else the satellite; None for nowhere known."""
    area_id = area_id or area_of(hass, satellite_id, None)
    if area_id is not None and (area := ar.async_get(hass).async_get_area(area_id)) is not None:
        return area.name
    return entity_name(hass, satellite_id)


@callback
def entity_name(hass: HomeAssistant, entity_id: str | None) -> str | None:
    """Return what people call an entity; its id where that cannot be told, None for none."""
    if entity_id is None:
        return None
    state = hass.states.get(entity_id)
    return entity_id if state is None else state.name


@callback
def through(hass: HomeAssistant, request: Request) -> str | None:
    """Return what a request came through, where that has a name: the assistant whose model has asked."""
    if not request.by_model:
        return None
    agent_id = request.origin.agent_id
    state = None if agent_id is None else hass.states.get(agent_id)
    return None if state is None else state.name


def iso(seconds: float) -> str:
    """Return seconds since the epoch as ISO 8601, UTC."""
    return dt_util.utc_from_timestamp(seconds).isoformat()


def iso_us(microseconds: int) -> str:
    """Return microseconds since the epoch as ISO 8601, UTC."""
    return iso(microseconds / 1_000_000)
