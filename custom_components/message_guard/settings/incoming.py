"""What happens to what people write to the house, as it is stored.

What cannot be read is never read as something looser: a contact's messages are not taken in then, nothing is said
anywhere, and the whole day is quiet.
"""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry

from ..const import (
    CONF_INCOMING,
    CONF_INCOMING_MEDIA,
    CONF_INCOMING_MICROPHONE,
    CONF_INCOMING_MOST,
    CONF_INCOMING_NOBODY_HOME,
    CONF_INCOMING_PLACES,
    CONF_INCOMING_QUIET,
    CONF_INCOMING_READING,
    CONF_INCOMING_SENDERS,
    CONF_QUIET_END,
    CONF_QUIET_START,
    SUBENTRY_CONTACT,
)
from ..core.incoming_rules import (
    MOST_IN_AN_HOUR,
    FromContact,
    Handling,
    Hours,
    IncomingPolicy,
    Media,
)
from .time_of_day import minute_of_day

NOWHERE: Final = frozenset({""})
"""Places when the list cannot be read: no satellite has an empty id, and an empty list means all."""

READINGS: Final = {one.label: one for one in (Handling.READ, Handling.TELL, Handling.DROP)}


def incoming_from_entry(entry: ConfigEntry) -> IncomingPolicy:
    """Return what the household has chosen; raises nothing."""
    stored = _table(entry.options.get(CONF_INCOMING))
    media = stored.get(CONF_INCOMING_MEDIA, Media.WAIT)
    return IncomingPolicy(
        places=_places(stored),
        quiet=_quiet(stored),
        nobody_home=stored.get(CONF_INCOMING_NOBODY_HOME, True) is not False,
        media=media if media in Media.ALL else Media.WAIT,
        microphone=stored.get(CONF_INCOMING_MICROPHONE) is True,
        contacts={
            subentry.subentry_id: from_contact(subentry.data[CONF_INCOMING])
            for subentry in entry.subentries.values()
            if subentry.subentry_type == SUBENTRY_CONTACT and CONF_INCOMING in subentry.data
        },
    )


def from_contact(stored: object) -> FromContact:
    """Return what is chosen for one contact."""
    data = _table(stored)
    if not isinstance(stored, Mapping):
        return FromContact(reading=Handling.DROP)
    senders = data.get(CONF_INCOMING_SENDERS, [])
    most = data.get(CONF_INCOMING_MOST, MOST_IN_AN_HOUR)
    return FromContact(
        reading=READINGS.get(str(data.get(CONF_INCOMING_READING, "tell")), Handling.DROP),
        places=_places(data),
        quiet=_quiet(data),
        most=int(most) if isinstance(most, int | float) and most >= 1 else 1,
        senders=tuple(map(str, senders)) if isinstance(senders, list) else (),
    )


def _places(data: Mapping[str, Any]) -> frozenset[str]:
    found = data.get(CONF_INCOMING_PLACES, [])
    return frozenset(map(str, found)) if isinstance(found, list) else NOWHERE


def _quiet(data: Mapping[str, Any]) -> Hours | None:
    """Return quiet hours; a time that cannot be read makes the whole day quiet."""
    if not data.get(CONF_INCOMING_QUIET, False):
        return None
    start, end = minute_of_day(data.get(CONF_QUIET_START)), minute_of_day(data.get(CONF_QUIET_END))
    return Hours(0, 0) if start is None or end is None else Hours(start, end)


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
