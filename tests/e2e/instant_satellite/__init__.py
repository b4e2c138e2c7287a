"""Voice satellites that hear text and play nothing, so that a turn takes no longer than its pipeline. For tests."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import ConfigType
import probatio

from .const import DOMAIN, PLACES, ROOMS

PLATFORMS = [Platform.ASSIST_SATELLITE, Platform.STT, Platform.TTS]

CONFIG_SCHEMA = probatio.Schema(
    {probatio.Optional(DOMAIN, default={}): {probatio.Optional("rooms"): {cv.slug: cv.string}}},
    extra=probatio.ALLOW_EXTRA,
)
"""Rooms and what the satellites there are called, where they are to be others than usual."""


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Remember where the satellites are to stand."""
    hass.data[PLACES] = config[DOMAIN].get("rooms", dict.fromkeys(ROOMS, "Satellite"))
    return True


async def async_setup_entry(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Add the satellites, and the ears and the voice of its pipelines."""
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Remove everything."""
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)
