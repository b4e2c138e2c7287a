"""What a contact's form asks, and how that is stored."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from homeassistant.data_entry_flow import section
import probatio

from ..const import (
    CONF_ALIASES,
    CONF_CHANNEL,
    CONF_CONTACT_NAME,
    CONF_INCOMING,
    CONF_LEVEL,
    CONF_OBSERVE,
    CONF_PIN_HASH,
    CONF_SEVERAL,
    CONF_TARGETS,
    LEVEL_INHERIT,
    SEVERAL_ALL,
)
from ..core.contacts import ChannelKind
from ..core.text import fold, speakable
from . import fields
from .incoming import SECTION_INCOMING, incoming_of, incoming_section
from .rules import CONF_PIN, CONF_PIN_CLEAR, PIN_FIELDS, SECTION_QUIET, quiet_section, quiet_values
from .suggestions import Stored, Suggestion

CONF_REACH: Final = "reach"
CONF_TEST: Final = "test"
"""Send a test message before saving; not stored."""
SECTION_MORE: Final = "more"

ANOTHER_ACTION: Final = ChannelKind.ACTION.value
OWN_ACTIONS: Final = ChannelKind.ACTIONS.value
FORMS: Final = (ANOTHER_ACTION, OWN_ACTIONS)
"""Ways that are asked about in a form of their own, which is called like them."""


def details_schema(known: Iterable[Suggestion], before: Mapping[str, Any]) -> probatio.Schema:
    """Return the form for one contact: three fields, and the rest folded.

    Args:
        known: What can be written to.
        before: The contact as it is stored; empty for a new one, which has no PIN to take away.
    """
    labels = {item.key: item.label for item in known}
    pins = {
        key: value
        for key, value in PIN_FIELDS.items()
        if key != CONF_PIN_CLEAR or before.get(CONF_PIN_HASH)
    }
    more = {
        probatio.Optional(CONF_ALIASES): fields.several_texts,
        probatio.Required(CONF_SEVERAL, default=SEVERAL_ALL): fields.several_channels,
        probatio.Required(CONF_LEVEL, default=LEVEL_INHERIT): fields.levels(
            fields.CONTACT_LEVELS, inherit=True
        ),
        probatio.Required(CONF_OBSERVE, default=False): fields.yes_or_no,
        **pins,
    }
    return probatio.Schema(
        {
            probatio.Optional(CONF_CONTACT_NAME): fields.one_text,
            probatio.Required(CONF_REACH): fields.reach(labels, FORMS),
            probatio.Optional(CONF_TEST, default=False): fields.yes_or_no,
            probatio.Optional(SECTION_MORE): section(probatio.Schema(more), {"collapsed": True}),
            probatio.Optional(SECTION_QUIET): quiet_section(),
            probatio.Optional(SECTION_INCOMING): incoming_section(),
        }
    )


def unique_id(data: Mapping[str, Any]) -> str:
    """Return what no two contacts share: the name, however it is written."""
    return f"contact:{fold(data[CONF_CONTACT_NAME])}"


def place_of(field: str) -> str:
    """Return where an error of a field is shown: a folded part of a form shows none."""
    return field if field == CONF_CONTACT_NAME else "base"


def merged(channels: list[Stored]) -> list[Stored]:
    """Return the channels with all announcements as one: they are made at the same moment."""
    kind = ChannelKind.ANNOUNCEMENT.value
    spoken = [
        target for item in channels if item[CONF_CHANNEL] == kind for target in item[CONF_TARGETS]
    ]
    found: list[Stored] = []
    for item in channels:
        if item[CONF_CHANNEL] != kind:
            found.append(item)
        elif spoken:
            found.append({**item, CONF_TARGETS: list(dict.fromkeys(spoken))})
            spoken = []
    return found


def tidy(entered: Mapping[str, Any]) -> dict[str, Any]:
    """Return the details as they are stored: names as they can be spoken, every alias once."""
    name = speakable(entered[CONF_CONTACT_NAME])
    aliases = [speakable(alias) for alias in entered.get(CONF_ALIASES, [])]
    return {
        CONF_CONTACT_NAME: name,
        CONF_ALIASES: [alias for alias in dict.fromkeys(aliases) if alias and alias != name],
        CONF_LEVEL: entered.get(CONF_LEVEL, LEVEL_INHERIT),
        CONF_OBSERVE: entered.get(CONF_OBSERVE, False),
        CONF_SEVERAL: entered.get(CONF_SEVERAL, SEVERAL_ALL),
        **entered.get(SECTION_QUIET, {}),
        **incoming_of(entered, {}),
    }


def kept(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a contact stands in the folded part of the form."""
    names = (CONF_ALIASES, CONF_SEVERAL, CONF_LEVEL, CONF_OBSERVE)
    return {name: stored[name] for name in names if name in stored}


def shown(stored: Mapping[str, Any], reach: list[str]) -> dict[str, Any]:
    """Return what the form shows of a contact, and never a typed PIN again."""
    quiet = quiet_values(stored)[SECTION_QUIET]
    more = kept(stored)
    found = {CONF_REACH: reach, SECTION_MORE: {**more, CONF_PIN: ""}, SECTION_QUIET: quiet}
    if CONF_INCOMING in stored:
        found[SECTION_INCOMING] = dict(stored[CONF_INCOMING])
    if CONF_CONTACT_NAME in stored:
        found[CONF_CONTACT_NAME] = stored[CONF_CONTACT_NAME]
    return found
