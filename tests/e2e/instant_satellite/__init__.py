"""Voice satellites that hear text and play nothing, so that a turn takes no longer than its pipeline. For tests."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant

PLATFORMS = [Platform.ASSIST_SATELLITE, Platform.STT, Platform.TTS]


async def async_setup_entry(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Add the satellites, and the ears and the voice of its pipelines."""
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Remove everything."""
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)
