"""The household's further rules, as they are stored: risk signals, quiet hours, satellites, PINs.

As in `settings`, what cannot be read is never read as something looser.
"""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry

from ..const import (
    CONF_ALLOWED,
    CONF_CONTACTS,
    CONF_ELSEWHERE,
    CONF_HEARD_IN,
    CONF_LEVEL,
    CONF_PIN_HASH,
    CONF_QUIET_END,
    CONF_QUIET_LEVEL,
    CONF_QUIET_START,
    CONF_SATELLITE,
    CONF_SIGNALS,
    LEVEL_INHERIT,
    SUBENTRY_CONTACT,
    SUBENTRY_SATELLITE,
)
from ..core.level import Level
from ..core.policy import Rule
from ..core.rules import Signal
from ..core.satellites import ContactHours, Earshot, QuietHours, Satellite, SatelliteRule
from ..home.signals import (
    LONG_UTTERANCE,
    MEDIA_PLAYING,
    NOBODY_HOME,
    REPEATED_WAKES,
    SIGNALS,
)
from .time_of_day import minute_of_day

SIGNAL_OFF: Final = "off"

DEFAULT_SIGNALS: Final[Mapping[str, Level]] = {
    MEDIA_PLAYING: Level.CODE,
    NOBODY_HOME: Level.DEVICE,
    REPEATED_WAKES: Level.CODE,
    LONG_UTTERANCE: Level.CODE,
}
"""What each risk signal asks for unless the household says otherwise."""


def rules_from_entry(entry: ConfigEntry) -> tuple[Rule, ...]:
    """Return the household's further rules; raises nothing."""
    rules: list[Rule] = list(_signals(entry.options.get(CONF_SIGNALS, {})))
    quiet = _quiet_hours(entry.options)
    if quiet is not None:
        rules.append(quiet)
    rules.extend((_contact_hours(entry), SatelliteRule(_satellites(entry))))
    return tuple(rules)


def earshot_from_entry(entry: ConfigEntry) -> Earshot:
    """Return which satellites can be heard beyond their own area; raises nothing."""
    return Earshot({item.entity_id: item.heard_in for item in _satellites(entry).values()})


def pins_from_entry(entry: ConfigEntry) -> tuple[str, dict[str, str]]:
    """Return the household's PIN and those of contacts, as hashes; what is no text matches nothing."""
    contacts = {
        subentry.subentry_id: str(hashed)
        for subentry in entry.subentries.values()
        if subentry.subentry_type == SUBENTRY_CONTACT
        and (hashed := subentry.data.get(CONF_PIN_HASH))
    }
    return str(entry.options.get(CONF_PIN_HASH) or ""), contacts


def _signals(chosen: object) -> list[Signal]:
    """Return the signals that are on; one whose level cannot be read blocks."""
    levels = chosen if isinstance(chosen, Mapping) else dict.fromkeys(SIGNALS, "")
    found = []
    for name in SIGNALS:
        label = levels.get(name, DEFAULT_SIGNALS[name].label)
        if label != SIGNAL_OFF:
            found.append(Signal(name, _level(label)))
    return found


def _quiet_hours(data: Mapping[str, Any]) -> QuietHours | None:
    """Return quiet hours; a time that cannot be read makes the whole day quiet."""
    label = data.get(CONF_QUIET_LEVEL, SIGNAL_OFF)
    if label == SIGNAL_OFF:
        return None
    start, end = minute_of_day(data.get(CONF_QUIET_START)), minute_of_day(data.get(CONF_QUIET_END))
    if start is None or end is None:
        start, end = 0, 24 * 60
    return QuietHours(start, end, _level(label))


def _contact_hours(entry: ConfigEntry) -> ContactHours:
    return ContactHours(
        {
            subentry.subentry_id: quiet
            for subentry in entry.subentries.values()
            if subentry.subentry_type == SUBENTRY_CONTACT
            and (quiet := _quiet_hours(subentry.data)) is not None
        }
    )


def _satellites(entry: ConfigEntry) -> dict[str, Satellite]:
    return {
        satellite.entity_id: satellite
        for subentry in entry.subentries.values()
        if subentry.subentry_type == SUBENTRY_SATELLITE
        for satellite in (_satellite(subentry.data),)
    }


def _satellite(data: Mapping[str, Any]) -> Satellite:
    contacts = data.get(CONF_CONTACTS, [])
    heard_in = _areas(data.get(CONF_HEARD_IN, []))
    readable = isinstance(contacts, list)
    return Satellite(
        entity_id=str(data.get(CONF_SATELLITE, "")),
        allowed=data.get(CONF_ALLOWED, True) is True and readable and heard_in is not None,
        level=_satellite_level(data.get(CONF_LEVEL, LEVEL_INHERIT)),
        contacts=frozenset(str(item) for item in contacts) if readable else frozenset(),
        quiet=_quiet_hours(data),
        heard_in=heard_in,
        elsewhere=data.get(CONF_ELSEWHERE, True) is not False,
    )


def _satellite_level(label: object) -> Level:
    """Return the least that a satellite needs: nothing of its own where it is like everybody."""
    return Level.NONE if label == LEVEL_INHERIT else _level(label)


def _areas(value: object) -> frozenset[str] | None:
    """Return the ids of areas; None, which is every area, where they cannot be read."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        return None
    return frozenset(value)


def _level(label: object) -> Level:
    try:
        return Level.from_label(str(label))
    except ValueError:
        return Level.BLOCK
