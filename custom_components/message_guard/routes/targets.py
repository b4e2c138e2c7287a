"""Targets: whom a captured call would reach, as contacts."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from homeassistant.components.notify.const import ATTR_DATA
from homeassistant.components.notify.legacy import NOTIFY_SERVICES
from homeassistant.const import (
    ATTR_AREA_ID,
    ATTR_DEVICE_ID,
    ATTR_ENTITY_ID,
    ATTR_FLOOR_ID,
    ATTR_LABEL_ID,
    CONF_ACTION,
    ENTITY_MATCH_ALL,
)
from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.helpers import entity_registry as er, group as group_helper
from homeassistant.helpers.target import (
    TargetSelection,
    async_extract_referenced_entity_ids,
)

from ..core.contacts import AddressBook, Contact
from ..core.policy import Level

NOTIFY: Final = "notify"
TELEGRAM: Final = "telegram_bot"
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

MOST_GROUPS_IN_GROUPS: Final = 8
"""Deeper nesting than this is refused as a target of nobody's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One contact, or one channel of nobody's, that a call would reach.

    Attributes:
        name: What was targeted, such as "notify.anna".
        contact_id: Whose channel that is; None: it is not on the list.
        data: The call's data for this target alone; None when the call cannot be divided.
    """

    name: str
    contact_id: str | None
    data: Mapping[str, Any] | None = None


@callback
def targets_of(hass: HomeAssistant, call: ServiceCall, contacts: AddressBook) -> tuple[Target, ...]:
    """Return everyone whom this call would reach, at least one.

    Entities, devices, areas, floors and labels are resolved as Home Assistant itself resolves them. A
    group that is somebody's channel is that contact; any other group is its members.
    """
    action = f"{call.domain}.{call.service}"
    entities = _entities(hass, call)
    if entities is None:
        return _action_targets(hass, call, action, contacts)
    reached = [entity_id for named in entities for entity_id in _members(hass, named, contacts, 0)]
    if not reached:
        return (Target(name=action, contact_id=None),)
    return _entity_targets(call, dict.fromkeys(reached), contacts)


@callback
def replayed_to_each(call: ServiceCall, targets: tuple[Target, ...]) -> Mapping[str, Any]:
    """Return what is replayed of a call to each of its targets, without the name of the target itself.

    Keys that were resolved to the targets are gone. Of a call that is replayed whole nothing is, since
    whatever handles it may take any key for a recipient.
    """
    if any(target.data is None for target in targets):
        return call.data
    return _unresolved(call)


def _unresolved(call: ServiceCall) -> dict[str, Any]:
    """Return what of a call was not resolved to entities. Chats are resolved for Telegram alone."""
    resolved = SELECTION | _CHATS if call.domain == TELEGRAM else SELECTION
    return {key: value for key, value in call.data.items() if key not in resolved}


def _entity_targets(
    call: ServiceCall, entity_ids: Iterable[str], contacts: AddressBook
) -> tuple[Target, ...]:
    """Return one target for each contact, and one for each entity of nobody's.

    A recipient beside an entity is somebody else than the contact whose channel the entity is.
    """
    rest = _unresolved(call)
    addressed = bool(rest.get(ATTR_TARGET))
    grouped: dict[str, list[str]] = {}
    owners: dict[str, Contact | None] = {}
    for entity_id in entity_ids:
        owner = None if addressed else _owner(contacts.by_entity(entity_id))
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


def _action_targets(
    hass: HomeAssistant, call: ServiceCall, action: str, contacts: AddressBook
) -> tuple[Target, ...]:
    """Return whom an action reaches that names no entities."""
    addressed = bool(call.data.get(ATTR_TARGET))
    return tuple(dict.fromkeys(_legacy_targets(hass, action, addressed, contacts, 0)))


def _entities(hass: HomeAssistant, call: ServiceCall) -> list[str] | None:
    """Return the entities that a call names, None when it is not by entities that it reaches anyone."""
    if call.domain == TELEGRAM:
        return _telegram_entities(hass, call)
    if call.domain == NOTIFY and call.service != "send_message":
        return None
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
    hass: HomeAssistant, action: str, addressed: bool, contacts: AddressBook, depth: int
) -> Iterator[Target]:
    """Yield whom an action leads to: itself, or what a notify group passes a message on to.

    A group adds what it keeps in the data of each member (components/group/notify.py). Where a recipient
    is in the data, the call's or a member's, it is `addressed` to somebody else than the contact that
    has the action as its channel.
    """
    owner = None if addressed else _owner(contacts.by_action(action))
    members = _group_members(hass, action)
    if owner is not None or not members or depth >= MOST_GROUPS_IN_GROUPS:
        yield Target(name=action, contact_id=None if owner is None else owner.id)
        return
    for member in members:
        to_somebody = addressed or bool((member.get(ATTR_DATA) or {}).get(ATTR_TARGET))
        name = f"{NOTIFY}.{member[CONF_ACTION]}"
        yield from _legacy_targets(hass, name, to_somebody, contacts, depth + 1)


def _group_members(hass: HomeAssistant, action: str) -> Iterable[Mapping[str, Any]]:
    """Return the members of a legacy notify group, nothing for any other action."""
    domain, _, name = action.partition(".")
    groups = hass.data.get(NOTIFY_SERVICES, {}).get("group", ()) if domain == NOTIFY else ()
    found = (item for item in groups if getattr(item, "_service_name", None) == name)
    return getattr(next(found, None), "entities", ())


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


def _as_list(value: object) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple | set) else [value]


def _owner(found: tuple[Contact, ...]) -> Contact | None:
    """Return the contact whose channel it is; of several that share it, the one with the strictest level."""
    return max(found, key=_strictness, default=None)


def _strictness(contact: Contact) -> tuple[Level, bool, str]:
    return (contact.level or Level.NONE, not contact.observe, contact.id)
