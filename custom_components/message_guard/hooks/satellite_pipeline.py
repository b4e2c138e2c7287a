"""Which entity chooses the assistant that a satellite speaks to.

Relies on: components/assist_satellite, which keeps its entities in a component of its own (`DATA_COMPONENT`), each with
`pipeline_entity_id`; since 2026.10. When that is gone: asking raises where it is reported what an engine makes of silence.
"""

from homeassistant.components.assist_satellite.const import DATA_COMPONENT
from homeassistant.core import HomeAssistant, callback


@callback
def is_satellite(hass: HomeAssistant, entity_id: str) -> bool:
    """Return whether a satellite with this entity id is loaded."""
    component = hass.data.get(DATA_COMPONENT)
    return component is not None and component.get_entity(entity_id) is not None


@callback
def chooser_of(hass: HomeAssistant, entity_id: str) -> str | None:
    """Return the entity that chooses the assistant of a satellite, None where there is none."""
    component = hass.data.get(DATA_COMPONENT)
    satellite = component.get_entity(entity_id) if component is not None else None
    return None if satellite is None else satellite.pipeline_entity_id
