"""Who and what can be written to already: phones, notify entities, speakers, actions."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
import json
from typing import Any

from homeassistant.core import HomeAssistant, callback

from ..channels.groups import group_members
from ..channels.names import shown_action
from ..channels.phones import PhoneChannel, phone_channels
from ..const import (
    CONF_CALL_ACTION,
    CONF_CALL_DATA,
    CONF_CHANNEL,
    CONF_SEQUENCE,
    CONF_TARGETS,
    CONF_WORDS,
)
from ..core.contacts import ChannelKind, Contact
from ..settings.channels import UnreadableError, channel_from_data
from .fields import FREE_NOTIFY_ACTIONS, NOTIFY_DOMAIN, SATELLITE_DOMAIN
from .labels import stored_label
from .proposals import proposed_name

PERSON_DOMAIN = "person"
ATTR_USER_ID = "user_id"

type Stored = dict[str, Any]
"""A channel, as a contact stores it."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Somebody, or something, that can be written to.

    Attributes:
        stored: The channel, as a contact stores it.
        label: What a form shows.
        name: What to call the contact; empty where nobody is named.
    """

    stored: Stored
    label: str
    name: str

    @property
    def key(self) -> str:
        """Identify it in a form."""
        return key_of(self.stored)

    @property
    def places(self) -> frozenset[str]:
        """Its entities and actions."""
        return places_of(self.stored)


def key_of(stored: Mapping[str, Any]) -> str:
    """Return what identifies a channel in a form."""
    kind = stored[CONF_CHANNEL]
    if kind == ChannelKind.ACTION:
        about = [stored[CONF_CALL_ACTION], stored[CONF_CALL_DATA], stored[CONF_WORDS]]
        return f"{kind}|{json.dumps(about, sort_keys=True, ensure_ascii=False)}"
    if kind == ChannelKind.ACTIONS:
        return f"{kind}|{json.dumps(stored[CONF_SEQUENCE], sort_keys=True, ensure_ascii=False)}"
    return "|".join([kind, *stored[CONF_TARGETS]])


def places_of(stored: Mapping[str, Any]) -> frozenset[str]:
    """Return the entities and actions of a stored channel; what cannot be read has none."""
    try:
        channel = channel_from_data(stored)
    except UnreadableError:
        return frozenset()
    return frozenset({*channel.targets, *channel.entities})


def to_targets(kind: ChannelKind, *targets: str) -> Stored:
    """Return a channel to entities or actions, as it is stored."""
    return {CONF_CHANNEL: kind.value, CONF_TARGETS: list(targets)}


def by_call(action: str, data: Mapping[str, Any], words: str) -> Stored:
    """Return a channel by one action with fixed fields, as it is stored."""
    return {
        CONF_CHANNEL: ChannelKind.ACTION.value,
        CONF_CALL_ACTION: action,
        CONF_CALL_DATA: dict(data),
        CONF_WORDS: words,
    }


@callback
def of_phone(phone: PhoneChannel) -> Stored:
    """Return the channel of a phone: its entity tells of errors, its action does not."""
    if phone.entity_id is not None:
        return to_targets(ChannelKind.NOTIFY_ENTITY, phone.entity_id)
    return to_targets(ChannelKind.NOTIFY_ACTION, phone.action)


@callback
def suggestions(hass: HomeAssistant, contacts: Iterable[Contact]) -> list[Suggestion]:
    """Return what can be written to, phones first; what a contact has already comes last."""
    used = {
        target
        for contact in contacts
        for channel in contact.channels
        for target in (*channel.targets, *channel.entities)
    }
    phones = phone_channels(hass)
    own = {place for phone in phones for place in (phone.entity_id, phone.action)}
    found = [
        *sorted(_of_phones(hass, phones), key=_by_label),
        *sorted(_of_entities(hass, own), key=_by_label),
        *sorted(_of_actions(hass, own), key=_by_label),
    ]
    return sorted(_told_apart(found), key=lambda item: bool(item.places & used))


def _told_apart(found: list[Suggestion]) -> list[Suggestion]:
    """Return what is there with its id beside the name where two have the same."""
    times = Counter(item.label for item in found)
    return [
        replace(item, label=f"{item.label} ({', '.join(sorted(item.places))})")
        if times[item.label] > 1
        else item
        for item in found
    ]


def _by_label(item: Suggestion) -> str:
    return item.label.casefold()


@callback
def people(hass: HomeAssistant) -> dict[str, str]:
    """Return the names of the persons in this home by the ids of their users."""
    return {
        str(state.attributes.get(ATTR_USER_ID)): state.name
        for state in hass.states.async_all(PERSON_DOMAIN)
    }


def _of_phones(hass: HomeAssistant, phones: Iterable[PhoneChannel]) -> Iterator[Suggestion]:
    """Yield every phone once. Whose it is stands in its name, or its owner has logged in on it."""
    owners = people(hass)
    for item in phones:
        called = item.phone.name
        name = _proposed(hass, called) or owners.get(item.phone.user_id, "")
        label = called if name in ("", called) else f"{name} ({called})"
        yield Suggestion(of_phone(item), label, name)


def _of_entities(hass: HomeAssistant, own: Iterable[str | None]) -> Iterator[Suggestion]:
    for state in hass.states.async_all((NOTIFY_DOMAIN, SATELLITE_DOMAIN)):
        if state.entity_id in own:
            continue
        kind = ChannelKind.NOTIFY_ENTITY
        name = _proposed(hass, state.name)
        if state.domain == SATELLITE_DOMAIN:
            # A place, and not somebody's thing.
            kind, name = ChannelKind.ANNOUNCEMENT, state.name
        yield Suggestion(to_targets(kind, state.entity_id), state.name, name)


def _of_actions(hass: HomeAssistant, own: Iterable[str | None]) -> Iterator[Suggestion]:
    for name in hass.services.async_services_for_domain(NOTIFY_DOMAIN):
        action = f"{NOTIFY_DOMAIN}.{name}"
        if name in FREE_NOTIFY_ACTIONS or name == NOTIFY_DOMAIN or action in own:
            continue
        group = bool(tuple(group_members(hass, action)))
        called = shown_action(hass, action)
        yield Suggestion(
            to_targets(ChannelKind.NOTIFY_ACTION, action),
            called,
            called if group else _proposed(hass, name),
        )


def _proposed(hass: HomeAssistant, called: str) -> str:
    """Return whose something is by what it is called; people of this home go by their first names, too."""
    names = [state.name for state in hass.states.async_all(PERSON_DOMAIN)]
    known = frozenset(part for name in names for part in (name, name.partition(" ")[0]))
    return proposed_name(called, known, hass.config.language.partition("-")[0])


@callback
def suggestion_of(hass: HomeAssistant, stored: Stored, known: Iterable[Suggestion]) -> Suggestion:
    """Return how a stored channel is shown: as what it is offered as, else by what it holds."""
    key = key_of(stored)
    offered = next((item for item in known if item.key == key), None)
    if offered is not None:
        return offered
    if stored[CONF_CHANNEL] == ChannelKind.ACTION:
        called = _proposed(hass, stored[CONF_CALL_ACTION])
        return Suggestion(stored, stored_label(hass, stored), called)
    return Suggestion(stored, stored_label(hass, stored), "")
