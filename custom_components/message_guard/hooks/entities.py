"""Every entity that is loaded, as an object, whoever keeps it.

Relies on: helpers/entity_component.py, which keeps every `EntityComponent` by its domain (`DATA_INSTANCES`), each with its
`entities` and `get_entity`; since 2026.10. When that is gone: what is kept elsewhere is not found, so that nothing of it
is let through without a proof, and no way round is told of it.
"""

from collections.abc import Iterator
from typing import Any

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_component import DATA_INSTANCES


@callback
def by_domain(hass: HomeAssistant) -> Iterator[tuple[str, list[Any]]]:
    """Yield each domain, and its entities at this moment."""
    for domain, component in list(hass.data.get(DATA_INSTANCES, {}).items()):
        yield domain, list(component.entities)


@callback
def entities(hass: HomeAssistant, domain: str) -> Iterator[Any]:
    """Yield the entities of a domain."""
    component = hass.data.get(DATA_INSTANCES, {}).get(domain)
    if component is not None:
        yield from component.entities


@callback
def entity(hass: HomeAssistant, entity_id: str) -> Any | None:
    """Return an entity, None where it is not loaded."""
    component = hass.data.get(DATA_INSTANCES, {}).get(entity_id.partition(".")[0])
    return None if component is None else component.get_entity(entity_id)
