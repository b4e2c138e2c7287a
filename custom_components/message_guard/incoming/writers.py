"""Whom the channels of a contact vouch for: the user of a phone, a Telegram user in their chats, a Matrix address."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from ..channels.groups import member_calls, member_entities
from ..channels.phones import phone_channels
from ..core.contacts import Channel, ChannelKind, Contact
from ..core.incoming import Writers, matrix_user, telegram_user
from ..core.incoming_rules import FromContact
from ..hooks.matrix_rooms import room_id

TELEGRAM_DOMAIN: Final = "telegram_bot"
CONF_CHAT_ID: Final = "chat_id"
"""Repeated here: importing that integration needs packages that are only installed where it is used."""

MATRIX_SEND: Final = "matrix.send_message"

_TARGETS: Final = ("chat_id", "target", "chat_ids")


@callback
def writers_of(hass: HomeAssistant, contact: Contact, chosen: FromContact) -> Writers:
    """Return who counts as this contact.

    A private chat of Telegram is a person's own and has that person's number: who has exactly one is that person.
    Of a contact with several, and in a group, only the users that the household has named count.
    """
    named = frozenset(user for text in chosen.senders if (user := telegram_user(text)) is not None)
    chats = frozenset(_chats(hass, contact))
    private = frozenset(chat for chat in chats if chat > 0)
    addresses = (matrix_user(text) for text in chosen.senders)
    rooms = (
        target
        for channel in contact.channels
        for call in channel.calls
        if call.action == MATRIX_SEND
        for target in _listed(call.fields.get("target"))
    )
    return Writers(
        users=frozenset(_users(hass, contact)),
        telegram=named | (private if len(private) == 1 else frozenset()),
        chats=chats | named,
        matrix=frozenset(address for address in addresses if address is not None),
        rooms=frozenset(room_id(hass, str(room)) for room in rooms),
    )


def _users(hass: HomeAssistant, contact: Contact) -> Iterator[str]:
    """Yield the users whose phones reach a contact; a phone's three addresses are one."""
    reached = {name for channel in contact.channels for name in _names(hass, channel)}
    devices = {
        device
        for channel in contact.channels
        for call in channel.calls
        for device in _listed(call.fields.get("device_id"))
    }
    for phone in phone_channels(hass):
        if {phone.action, phone.entity_id} & reached or phone.device_ids & devices:
            yield phone.phone.user_id


def _names(hass: HomeAssistant, channel: Channel) -> Iterator[str]:
    """Yield the entities and actions that a channel reaches, through groups as well."""
    if channel.kind is not ChannelKind.ANNOUNCEMENT:
        for entity_id in channel.entities:
            yield from member_entities(hass, entity_id)
    for call in channel.calls:
        for name, _ in member_calls(hass, call.action, {}):
            yield name


def _chats(hass: HomeAssistant, contact: Contact) -> Iterator[int]:
    """Yield the Telegram chats that reach a contact."""
    registry = er.async_get(hass)
    for channel in contact.channels:
        for name in _names(hass, channel):
            entry = registry.async_get(name)
            if entry is not None and entry.platform == TELEGRAM_DOMAIN:
                yield from _chat_of(hass, entry)
        for call in channel.calls:
            if call.action.startswith(f"{TELEGRAM_DOMAIN}."):
                yield from _numbers(call.fields)


def _chat_of(hass: HomeAssistant, entity: er.RegistryEntry) -> Iterator[int]:
    entry = hass.config_entries.async_get_entry(entity.config_entry_id or "")
    subentry = entry.subentries.get(entity.config_subentry_id or "") if entry is not None else None
    if subentry is not None:
        yield from _numbers(subentry.data)


def _numbers(fields: Mapping[str, Any]) -> Iterator[int]:
    for field in _TARGETS:
        for value in _listed(fields.get(field)):
            try:
                yield int(value)
            except TypeError, ValueError:
                continue


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple | set) else [value]
