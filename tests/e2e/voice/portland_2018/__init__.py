"""The smart speaker of Portland, 2018, as a conversation agent. For tests only; never shipped.

It confirms as that speaker is reported to have done: it hears a command, asks for a name, takes what
comes next for one in the contact list, asks "…, right?", and sends when it hears a yes anywhere. It
is the control of the voice scenarios: what never sends proves nothing about what a guard prevents.
"""

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant

_PLATFORMS = [Platform.CONVERSATION]


async def async_setup_entry(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Set up the agent."""
    await hass.config_entries.async_forward_entry_setups(entry, _PLATFORMS)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Remove the agent."""
    return await hass.config_entries.async_unload_platforms(entry, _PLATFORMS)
