"""Whom Home Assistant's own broadcast reaches, and which contact that is.

A broadcast names nobody: it goes to all satellites but the one that was spoken to. Its contact is the
one whose announcement reaches all of those; of several, the one that reaches the fewest others, and of
those the strictest.
"""

from homeassistant.components.assist_satellite import (
    DOMAIN as SATELLITE_DOMAIN,
    AssistSatelliteEntityFeature,
)
from homeassistant.components.assist_satellite.intent import EXCLUDED_DOMAINS
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er, intent

from ..core.contacts import AddressBook, ChannelKind

NOBODY = ""
"""Contact id that no contact has."""


@callback
def broadcast_recipient(
    hass: HomeAssistant, intent_obj: intent.Intent, contacts: AddressBook
) -> tuple[str, str]:
    """Return the name and the id of the contact that a broadcast reaches.

    Where there is no such contact, the name lists the satellites and the id is nobody's.
    """
    reached = reached_satellites(hass, intent_obj.device_id)
    covering = [
        contact
        for contact in contacts
        if contact.channel.kind is ChannelKind.ANNOUNCEMENT
        and reached
        and reached <= set(contact.channel.targets)
    ]
    if covering:
        closest = min(covering, key=lambda item: (len(item.channel.targets), -(item.level or 0)))
        return closest.name, closest.id
    states = (hass.states.get(entity_id) for entity_id in sorted(reached))
    return ", ".join(state.name for state in states if state is not None), NOBODY


@callback
def reached_satellites(hass: HomeAssistant, spoken_to: str | None) -> set[str]:
    """Return the satellites that a broadcast would reach (components/assist_satellite/intent.py).

    Args:
        hass: Home Assistant.
        spoken_to: Registry id of the device that was spoken to.
    """
    entities = er.async_get(hass)
    found = set()
    for entity_id in hass.states.async_entity_ids(SATELLITE_DOMAIN):
        entry = entities.async_get(entity_id)
        if entry is None or not entry.supported_features & AssistSatelliteEntityFeature.ANNOUNCE:
            continue
        if spoken_to is not None and entry.device_id == spoken_to:
            continue
        if _platform(hass, entry) not in EXCLUDED_DOMAINS:
            found.add(entity_id)
    return found


def _platform(hass: HomeAssistant, entry: er.RegistryEntry) -> str:
    """Return the integration of a satellite, as Home Assistant looks it up for a broadcast."""
    config_entry = (
        hass.config_entries.async_get_entry(entry.config_entry_id)
        if entry.config_entry_id is not None
        else None
    )
    return config_entry.domain if config_entry is not None else ""
