"""Closing a way round, or saying no more about it: by a click in Repairs, or on the page."""

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from ..const import CONF_IGNORED_BYPASSES, CONF_REACTIONS
from ..settings.household import ignored_bypasses

type About = Mapping[str, Any]
"""What an issue about a way round holds: see `watch`."""


@callback
def close_bypass(hass: HomeAssistant, entry: ConfigEntry, about: About) -> None:
    """Add what it names to the list that it belongs to, or choose it where there is one choice alone."""
    option, value = str(about["option"]), str(about["value"])
    if option == CONF_REACTIONS:
        hass.config_entries.async_update_entry(entry, options={**entry.options, option: value})
        return
    chosen = list(entry.options.get(option, []))
    if value not in chosen:
        options = {**entry.options, option: [*chosen, value]}
        hass.config_entries.async_update_entry(entry, options=options)


@callback
def ignore_bypass(hass: HomeAssistant, entry: ConfigEntry, about: About) -> None:
    """Keep what it could do when somebody said that this is well; anything else is told again."""
    ignore(hass, entry, str(about["gap"]), str(about["fingerprint"]))


@callback
def ignore(hass: HomeAssistant, entry: ConfigEntry, what: str, as_it_was: str) -> None:
    """Say no more about something, as long as it is what it was."""
    ignored = {**ignored_bypasses(entry), what: as_it_was}
    options = {**entry.options, CONF_IGNORED_BYPASSES: ignored}
    hass.config_entries.async_update_entry(entry, options=options)
