"""Whose an action is that has just been guarded: what it reaches becomes a contact, or is refused."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from types import MappingProxyType

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant

from ..const import (
    CONF_ALIASES,
    CONF_CALL_ACTION,
    CONF_CHANNEL,
    CONF_CHANNELS,
    CONF_CONTACT_NAME,
    CONF_PHRASE,
    CONF_SEQUENCE,
    CONF_TARGETS,
    SUBENTRY_CONTACT,
)
from ..core.text import speakable
from ..runtime import MessageGuardConfigEntry
from ..settings.channels import stored_channels
from ..settings.household import contacts_from_entry
from .checks import name_problem
from .contact_data import tidy, unique_id
from .imports import channels_of_call
from .languages import all_languages
from .sequences_in_use import calls_in_use
from .suggestions import Stored, Suggestion, key_of, suggestion_of, suggestions

_ONE_CHANNEL = frozenset({CONF_CHANNEL, CONF_TARGETS, CONF_SEQUENCE, CONF_CALL_ACTION})
"""Where a contact used to keep its one channel."""


@dataclass(slots=True)
class Reached:
    """Whom an action reaches in automations and scripts.

    Attributes:
        waiting: Recipients that are no contact's yet, each once, with what uses them.
        unclear: Names of what works out whom it reaches only when it runs.
    """

    waiting: list[tuple[Suggestion, str]] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)


async def reached_by(hass: HomeAssistant, entry: MessageGuardConfigEntry, action: str) -> Reached:
    """Return whom what speech can start reaches with this action."""
    taken = {key_of(item) for item in _channels(entry)}
    users: dict[str, list[str]] = {}
    found: dict[str, Stored] = {}
    reached = Reached()
    for call, name in await calls_in_use(hass):
        if call.action != action:
            continue
        channels = channels_of_call(hass, entry, call, whatever=True)
        if not channels and name not in reached.unclear:
            reached.unclear.append(name)
        for stored in channels:
            key = key_of(stored)
            if key not in taken:
                found[key] = stored
                named = users.setdefault(key, [])
                named += [] if name in named else [name]
    known = suggestions(hass, contacts_from_entry(hass, entry))
    reached.waiting = [
        (suggestion_of(hass, stored, known), ", ".join(users[key])) for key, stored in found.items()
    ]
    return reached


def _channels(entry: MessageGuardConfigEntry) -> Iterable[Stored]:
    for subentry in entry.subentries.values():
        if subentry.subentry_type == SUBENTRY_CONTACT:
            yield from stored_channels(subentry.data)


def contact_names(entry: MessageGuardConfigEntry) -> dict[str, str]:
    """Return the names of the contacts that there are, by the ids of their subentries."""
    return {
        subentry_id: subentry.title
        for subentry_id, subentry in entry.subentries.items()
        if subentry.subentry_type == SUBENTRY_CONTACT
    }


async def also_called(
    hass: HomeAssistant, entry: MessageGuardConfigEntry, contact_id: str, name: str
) -> tuple[str, str] | None:
    """Let a contact that is there answer to another name.

    Returns:
        The error of a name that cannot be, and the other contact's name where there is one.
    """
    subentry = entry.subentries[contact_id]
    others = [item for item in contacts_from_entry(hass, entry) if item.id != contact_id]
    phrase = str(entry.options.get(CONF_PHRASE, ""))
    problem = name_problem(name, await all_languages(hass), phrase, others)
    if problem is None:
        aliases = list(dict.fromkeys([*subentry.data.get(CONF_ALIASES, []), name]))
        data = {**subentry.data, CONF_ALIASES: aliases}
        hass.config_entries.async_update_subentry(entry, subentry, data=data)
    return problem


async def give_to(
    hass: HomeAssistant, entry: MessageGuardConfigEntry, who: str, stored: Stored
) -> tuple[str, str] | None:
    """Give a channel to a contact that is there, or to a new one.

    Args:
        hass: Home Assistant.
        entry: The household.
        who: Id of a contact's subentry, else a new name.
        stored: The channel.

    Returns:
        The error of a name that cannot be, and the other contact's name where there is one.
    """
    if who in contact_names(entry):
        subentry = entry.subentries[who]
        data = {key: value for key, value in subentry.data.items() if key not in _ONE_CHANNEL}
        data[CONF_CHANNELS] = [*stored_channels(subentry.data), stored]
        hass.config_entries.async_update_subentry(entry, subentry, data=data)
        return None
    languages = await all_languages(hass)
    phrase = str(entry.options.get(CONF_PHRASE, ""))
    name = speakable(who)
    problem = name_problem(name, languages, phrase, contacts_from_entry(hass, entry))
    if problem is not None:
        return problem
    data = tidy({CONF_CONTACT_NAME: name}) | {CONF_CHANNELS: [stored]}
    hass.config_entries.async_add_subentry(
        entry,
        ConfigSubentry(
            data=MappingProxyType(data),
            subentry_type=SUBENTRY_CONTACT,
            title=name,
            unique_id=unique_id(data),
        ),
    )
    return None
