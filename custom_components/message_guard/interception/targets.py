"""Targets: whom a captured call would reach, as contacts."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from homeassistant.const import (
    ATTR_AREA_ID,
    ATTR_DEVICE_ID,
    ATTR_ENTITY_ID,
    ATTR_FLOOR_ID,
    ATTR_LABEL_ID,
    ENTITY_MATCH_ALL,
)
from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.helpers import entity_registry as er, group as group_helper
from homeassistant.helpers.target import (
    TargetSelection,
    async_extract_referenced_entity_ids,
)

from ..channels.groups import MOST_GROUPS_IN_GROUPS, direct_calls
from ..channels.phones import PhoneChannel, phone_of_action, phone_of_entity
from ..core.contacts import AddressBook, Contact
from ..core.fixed_call import FixedCall, says_whom
from ..core.level import Level
from ..settings.channels import MOBILE_APP_NOTIFY

NOTIFY: Final = "notify"
TELEGRAM: Final = "telegram_bot"
SEND_MESSAGE: Final = "send_message"
ATTR_TARGET: Final = "target"
ATTR_CHAT_ID: Final = "chat_id"
ATTR_CONFIG_ENTRY_ID: Final = "config_entry_id"
EXCLUDE: Final = "exclude"
"""2026.11 knows an exclude block beside the target (homeassistant/helpers/target.py)."""

SELECTION: Final = frozenset(
    {ATTR_ENTITY_ID, ATTR_DEVICE_ID, ATTR_AREA_ID, ATTR_FLOOR_ID, ATTR_LABEL_ID, EXCLUDE}
)
"""Keys of a call that say which entities it reaches."""

_CHATS: Final = frozenset({ATTR_TARGET, ATTR_CHAT_ID, ATTR_CONFIG_ENTRY_ID})

_TO_WHOEVER_TAPPED: Final = frozenset({"answer_callback_query"})
"""Telegram actions that reach who has pressed a button in a chat, whatever chat the call names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One contact, or one channel of nobody's, that a call would reach.

    Attributes:
        name: What was targeted, such as "notify.anna".
        contact_id: Whose channel that is; None: it is not on the list.
        data: The call's data for this target alone; None when it is the call as it stands.
        action: What is called for this target alone, None for the action of the call itself.
        settled: Fields that say whom it reaches, and that are the contact's own: nothing of them is news.
        words: The field that the contact's channel takes words in, None where the call tells.
    """

    name: str
    contact_id: str | None
    data: Mapping[str, Any] | None = None
    action: str | None = None
    settled: frozenset[str] = frozenset()
    words: str | None = None


@callback
def targets_of(hass: HomeAssistant, call: ServiceCall, contacts: AddressBook) -> tuple[Target, ...]:
    """Return everyone whom this call would reach, at least one.

    Entities, devices, areas, floors and labels are resolved as Home Assistant itself resolves them. A
    group that is somebody's channel is that contact; any other group is its members. Every other call is
    a contact's by its fixed fields.
    """
    action = f"{call.domain}.{call.service}"
    if call.domain == NOTIFY and call.service != SEND_MESSAGE:
        return tuple(_legacy_targets(hass, action, call.data, contacts, 0))
    if call.domain != TELEGRAM and (found := _fixed_targets(action, call.data, contacts)):
        return found
    entities = _entities(hass, call)
    if entities is None:
        return (Target(name=action, contact_id=None),)
    reached = [entity_id for named in entities for entity_id in _members(hass, named, contacts, 0)]
    if not reached:
        return (Target(name=action, contact_id=None),)
    return _entity_targets(hass, call, dict.fromkeys(reached), contacts)


@callback
def replayed_to_each(call: ServiceCall, targets: tuple[Target, ...]) -> Mapping[str, Any]:
    """Return what is replayed of a call to each of its targets, without the name of the target itself.

    Keys that were resolved to the targets are gone, and what is fixed for the contact. Of a call that is
    replayed whole to somebody else nothing is, since whatever handles it may take any key for a recipient.
    """
    settled = frozenset[str].intersection(*(target.settled for target in targets))
    if any(target.data is None or target.action is not None for target in targets):
        return {key: value for key, value in call.data.items() if key not in settled}
    return {key: value for key, value in _unresolved(call).items() if key not in settled}


def _unresolved(call: ServiceCall) -> dict[str, Any]:
    """Return what of a call was not resolved to entities. Chats are resolved for Telegram alone."""
    resolved = SELECTION | _CHATS if call.domain == TELEGRAM else SELECTION
    return {key: value for key, value in call.data.items() if key not in resolved}


def _entity_targets(
    hass: HomeAssistant, call: ServiceCall, entity_ids: Iterable[str], contacts: AddressBook
) -> tuple[Target, ...]:
    """Return one target for each contact, and one for each entity of nobody's.

    A recipient beside an entity is somebody else than the contact whose channel the entity is.
    """
    rest = _unresolved(call)
    addressed = bool(rest.get(ATTR_TARGET))
    grouped: dict[str, list[str]] = {}
    owners: dict[str, Contact | None] = {}
    for entity_id in entity_ids:
        owner = None if addressed else _owner(_owners_of_entity(hass, entity_id, contacts))
        key = entity_id if owner is None else f"contact {owner.id}"
        grouped.setdefault(key, []).append(entity_id)
        owners[key] = owner
    return tuple(
        Target(
            name=", ".join(reached),
            contact_id=None if (owner := owners[key]) is None else owner.id,
            data={**rest, ATTR_ENTITY_ID: reached},
        )
        for key, reached in grouped.items()
    )


def _owners_of_entity(
    hass: HomeAssistant, entity_id: str, contacts: AddressBook
) -> tuple[Contact, ...]:
    """Return everyone whose channel an entity is, by whichever of its addresses."""
    found = contacts.by_entity(entity_id)
    if (phone := phone_of_entity(hass, entity_id)) is not None:
        return (*found, *_owners_of_phone(phone, contacts))
    chat = chat_of(hass, entity_id)
    return found if chat is None else (*found, *_owners_of_chat(chat, contacts))


def _owners_of_phone(phone: PhoneChannel, contacts: AddressBook) -> Iterator[Contact]:
    for data in ({}, {ATTR_TARGET: phone.webhook_id}):
        yield from contacts.by_call(phone.action, data)
    for device_id in phone.device_ids:
        yield from contacts.by_device(MOBILE_APP_NOTIFY, device_id)
    if phone.entity_id is not None:
        yield from contacts.by_entity(phone.entity_id)


def _owners_of_chat(chat: str, contacts: AddressBook) -> Iterator[Contact]:
    """Yield everyone whose channel sends to a Telegram chat by its number."""
    for name in (ATTR_CHAT_ID, ATTR_TARGET):
        for contact, call in contacts.calls_like(f"{TELEGRAM}.{SEND_MESSAGE}", {name: chat}):
            if name in call.fields:
                yield contact


# --- calls with fixed fields --------------------------------------------------------------------


def _fixed_targets(
    action: str, data: Mapping[str, Any], contacts: AddressBook
) -> tuple[Target, ...]:
    """Return whom a call reaches by its fixed fields, nothing where it is nobody's channel.

    One that names several recipients, each of them a contact's, is divided.
    """
    if (owned := _owned(action, data, contacts)) is not None:
        return (owned,)
    for name, value in data.items():
        if not (says_whom(name) and isinstance(value, list) and len(value) > 1):
            continue
        parts = [{**data, name: [item]} for item in value]
        found = [_owned(action, part, contacts, part) for part in parts]
        if all(found):
            return tuple(target for target in found if target is not None)
    return ()


def _owned(
    action: str,
    data: Mapping[str, Any],
    contacts: AddressBook,
    part: Mapping[str, Any] | None = None,
) -> Target | None:
    found = contacts.calls_like(action, data)
    owner = _owner(tuple(contact for contact, _ in found))
    if owner is None:
        return None
    call = next(call for contact, call in found if contact is owner)
    return Target(
        name=_named(call),
        contact_id=owner.id,
        data=part,
        settled=call.settles(data),
        words=call.words,
    )


def _named(call: FixedCall) -> str:
    """Return what identifies a channel: two numbers of one contact are two targets."""
    if not call.fields:
        return call.action
    fields = ", ".join(f"{name}: {value}" for name, value in sorted(call.fields.items()))
    return f"{call.action} ({fields})"


def _entities(hass: HomeAssistant, call: ServiceCall) -> list[str] | None:
    """Return the entities that a call names, None when it is not by entities that it reaches anyone."""
    if call.domain == TELEGRAM:
        return _telegram_entities(hass, call)
    selection = TargetSelection(call.data)
    if not selection.has_any_target:
        return None
    if call.data.get(ATTR_ENTITY_ID) == ENTITY_MATCH_ALL:
        return _all_entities(hass, call, selection)
    selected = async_extract_referenced_entity_ids(hass, selection)
    return [
        *sorted(selected.referenced),
        *sorted(
            entity_id
            for entity_id in selected.indirectly_referenced - selected.referenced
            if _acts_on(hass, call.domain, entity_id)
        ),
    ]


def _acts_on(hass: HomeAssistant, domain: str, entity_id: str) -> bool:
    """Return whether an action of this domain acts on an entity that it was not told by name.

    An integration's own action acts on the notify entities that are its own (helpers/service.py,
    `async_register_platform_entity_service`).
    """
    if entity_id.startswith(f"{domain}."):
        return True
    entry = er.async_get(hass).async_get(entity_id)
    return entry is not None and entry.domain == NOTIFY and entry.platform == domain


def _all_entities(hass: HomeAssistant, call: ServiceCall, selection: TargetSelection) -> list[str]:
    excluded: set[str] = set()
    if getattr(selection, "exclude", None) is not None:
        from homeassistant.helpers.target import (  # type: ignore[attr-defined]  # noqa: PLC0415
            async_extract_excluded_entity_ids,  # 2026.11
        )

        excluded = async_extract_excluded_entity_ids(hass, selection)
    return [
        entity_id
        for entity_id in sorted(hass.states.async_entity_ids({call.domain, NOTIFY}))
        if entity_id not in excluded and _acts_on(hass, call.domain, entity_id)
    ]


# --- groups ---------------------------------------------------------------------------------


def _members(
    hass: HomeAssistant, entity_id: str, contacts: AddressBook, depth: int
) -> Iterable[str]:
    """Return the entity itself if it is somebody's channel or no group, else its members."""
    members = group_helper.get_entity_ids(hass, entity_id)
    if not members or contacts.by_entity(entity_id) or depth >= MOST_GROUPS_IN_GROUPS:
        return (entity_id,)
    return [found for name in members for found in _members(hass, name, contacts, depth + 1)]


def _legacy_targets(
    hass: HomeAssistant,
    action: str,
    data: Mapping[str, Any],
    contacts: AddressBook,
    depth: int,
    *,
    member: bool = False,
) -> Iterator[Target]:
    """Yield whom a notify action leads to: itself, or what a notify group passes a message on to.

    A group adds what it keeps in the data of each member (components/group/notify.py): a recipient in
    there is somebody else than the contact that has the action alone as its channel.
    """
    own = dict(data) if member else None
    name = action if member else None
    phone = phone_of_action(hass, action)
    if phone is not None and phone.addressed_by(data):
        owner = _owner(tuple(_owners_of_phone(phone, contacts)))
        yield Target(
            name=action,
            contact_id=None if owner is None else owner.id,
            data=own,
            action=name,
            settled=frozenset({ATTR_TARGET}),
        )
        return
    if found := _fixed_targets(action, data, contacts):
        for target in found:
            yield target if own is None else replace(target, data=target.data or own, action=name)
        return
    direct = direct_calls(hass, action, data) if depth < MOST_GROUPS_IN_GROUPS else ()
    if not direct:
        yield Target(name=action, contact_id=None, data=own, action=name)
    for inner, handed in direct:
        yield from _legacy_targets(hass, inner, handed, contacts, depth + 1, member=True)


# --- telegram -------------------------------------------------------------------------------


def _telegram_entities(hass: HomeAssistant, call: ServiceCall) -> list[str] | None:
    """Return the notify entities of the chats that a call names, as the integration resolves them.

    None when it cannot be told (components/telegram_bot/services.py, `_build_targets`).
    """
    if call.service in _TO_WHOEVER_TAPPED:
        return None
    selected = async_extract_referenced_entity_ids(hass, TargetSelection(call.data))
    found = sorted(selected.referenced | selected.indirectly_referenced)
    chats = [*_as_list(call.data.get(ATTR_TARGET)), *_as_list(call.data.get(ATTR_CHAT_ID))]
    entries = hass.config_entries.async_entries(TELEGRAM)
    wanted = call.data.get(ATTR_CONFIG_ENTRY_ID)
    if wanted is not None:
        entries = [entry for entry in entries if entry.entry_id == wanted]
    if not chats and not found and len(entries) == 1:
        # No recipient: the integration takes the first allowed chat of the bot.
        chats = [sub.data[ATTR_CHAT_ID] for sub in entries[0].subentries.values()][:1]
    registry = er.async_get(hass)
    for chat in chats:
        entity_id = next(
            (
                item.entity_id
                for entry in entries
                for item in er.async_entries_for_config_entry(registry, entry.entry_id)
                if item.domain == NOTIFY and item.unique_id.endswith(f"_{chat}")
            ),
            None,
        )
        # A chat without an entity is nobody's channel.
        found.append(entity_id or f"{TELEGRAM}.{chat}")
    return found or None


def chat_of(hass: HomeAssistant, entity_id: str) -> str | None:
    """Return the number of the Telegram chat that an entity writes to, None for any other entity."""
    if entity_id.startswith(f"{TELEGRAM}."):
        return entity_id.removeprefix(f"{TELEGRAM}.")
    entry = er.async_get(hass).async_get(entity_id)
    if entry is None or entry.platform != TELEGRAM or entry.domain != NOTIFY:
        return None
    return entry.unique_id.rpartition("_")[2]


def _as_list(value: object) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple | set) else [value]


def _owner(found: tuple[Contact, ...]) -> Contact | None:
    """Return the contact whose channel it is; of several that share it, the one with the strictest level."""
    return max(found, key=_strictness, default=None)


def _strictness(contact: Contact) -> tuple[Level, bool, str]:
    return (contact.level or Level.NONE, not contact.observe, contact.id)
