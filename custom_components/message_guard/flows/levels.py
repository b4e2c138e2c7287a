"""Levels that nobody could prove here: none can be chosen, and what one needs cannot be taken away."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from ..approvals.taps import async_can_tap
from ..const import (
    CONF_DEFAULT_LEVEL,
    CONF_LEVEL,
    CONF_PHRASE,
    CONF_PIN_HASH,
    CONF_QUIET_LEVEL,
    NAME,
    SUBENTRY_CONTACT,
)
from ..core.level import Level


async def level_problem(
    hass: HomeAssistant,
    options: Mapping[str, Any],
    chosen: Iterable[object],
    *,
    own_pin: bool = False,
) -> str | None:
    """Return the error of levels that nobody in this household could prove, None if there is none.

    Args:
        hass: Home Assistant.
        options: Of the household, as they will be.
        chosen: Labels of levels; others, such as "inherit", need nothing.
        own_pin: There is a PIN beside the household's.
    """
    labels = set(chosen)
    if Level.PHRASE.label in labels and not options.get(CONF_PHRASE):
        return "level_needs_phrase"
    if Level.PIN.label in labels and not (own_pin or options.get(CONF_PIN_HASH)):
        return "level_needs_pin"
    if Level.DEVICE.label in labels and not await async_can_tap(hass, options):
        return "level_needs_tap"
    return None


async def lost_levels(
    hass: HomeAssistant, entry: ConfigEntry, options: Mapping[str, Any]
) -> tuple[str, str] | None:
    """Return the error of options with which a level that is in use could no longer be proved.

    Returns:
        The error's key, and the names of what uses that level; None if all can be proved as before.
    """
    found: dict[str, list[str]] = {}
    for name, labels, own_pin in _in_use(entry, options):
        problem = await level_problem(hass, options, labels, own_pin=own_pin)
        # What could not be proved before is not taken away by this.
        if problem is not None and problem != await level_problem(
            hass, entry.options, labels, own_pin=own_pin
        ):
            found.setdefault(problem.replace("level_", "still_"), []).append(name)
    return next(((key, ", ".join(names)) for key, names in found.items()), None)


def _in_use(
    entry: ConfigEntry, options: Mapping[str, Any]
) -> Iterator[tuple[str, list[object], bool]]:
    """Yield who asks for levels, which, and whether they have a PIN of their own.

    Risk signals are none of them: they ask for the nearest level that can be proved.
    """
    yield NAME, [options.get(CONF_DEFAULT_LEVEL), options.get(CONF_QUIET_LEVEL)], False
    for subentry in entry.subentries.values():
        data = subentry.data
        own = subentry.subentry_type == SUBENTRY_CONTACT and bool(data.get(CONF_PIN_HASH))
        yield subentry.title, [data.get(CONF_LEVEL), data.get(CONF_QUIET_LEVEL)], own
