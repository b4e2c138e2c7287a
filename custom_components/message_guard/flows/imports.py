"""Whom voice automations write to already, to be taken over as contacts: each person once."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from homeassistant.components.notify.const import DOMAIN as NOTIFY_DOMAIN, SERVICE_SEND_MESSAGE
from homeassistant.const import ATTR_DEVICE_ID, ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from ..bypasses.steps import Call
from ..channels.phones import phone_channels
from ..const import CONF_CALL_ACTION, CONF_CHANNEL, CONF_WORDS, DOMAIN
from ..core.contacts import ChannelKind, Contact
from ..core.errors import LedgerError
from ..core.fixed_call import DEFAULT_WORDS, WORD_FIELDS, says_whom
from ..ledger.format.entries import Kind
from ..ledger.reading import Filter
from ..runtime import MessageGuardConfigEntry, components_of
from ..settings.channels import MOBILE_APP_NOTIFY, is_template
from .fields import FREE_NOTIFY_ACTIONS, SATELLITE_DOMAIN
from .languages import all_languages
from .recipients import Names, Used, each_once
from .sequences_in_use import calls_in_use
from .suggestions import (
    Stored,
    Suggestion,
    by_call,
    key_of,
    of_phone,
    places_of,
    suggestion_of,
    to_targets,
)

MOST_READ: Final = 500
"""Entries of the ledger that are looked through; what is used is used more than once."""

TELEGRAM: Final = "telegram_bot"
ANNOUNCE: Final = "assist_satellite.announce"
_CHAT_FIELDS: Final = ("chat_id", "target")

_NO_CHANNELS: Final = frozenset(
    {
        *(DOMAIN, "ai_task", "conversation", "input_text", "logbook", "persistent_notification"),
        *("script", "system_log", "text", "todo", "tts"),
    }
)
"""Integrations whose actions take words and are nobody's channel."""


async def used_channels(
    hass: HomeAssistant,
    entry: MessageGuardConfigEntry,
    offered: Iterable[Suggestion],
    taken: Iterable[Mapping[str, Any]],
    contacts: Iterable[Contact],
) -> dict[str, Used]:
    """Return everybody whom speech reaches today, each with all that reaches them, by a key.

    Args:
        hass: Home Assistant.
        entry: The household.
        offered: What is there, with the names that it goes by.
        taken: The channels that contacts have.
        contacts: These contacts.
    """
    known = tuple(offered)
    gone = {key_of(item) for item in taken}
    places = {place for item in taken for place in places_of(item)}
    reached: dict[str, tuple[Suggestion, dict[str, None]]] = {}

    def add(item: Suggestion, user: str | None) -> None:
        if item.key in gone or item.places & places:
            return
        _, users = reached.setdefault(_recipient_of(item), (item, {}))
        if user is not None:
            users[user] = None

    for call, name in await calls_in_use(hass):
        for stored in channels_of_call(hass, entry, call):
            if _is_there(hass, stored):
                add(suggestion_of(hass, stored, known), name)
    seen = await _observed(entry)
    for item in known:
        if item.places & seen:
            add(item, None)
    if not reached:
        return {}
    names = Names(await all_languages(hass), hass.config.language, contacts)
    return each_once(reached, names)


@callback
def _is_there(hass: HomeAssistant, stored: Stored) -> bool:
    """Return whether a channel is there: an automation goes on naming a phone that has been replaced."""
    registry = er.async_get(hass)
    action = stored.get(CONF_CALL_ACTION)
    actions = {action} if isinstance(action, str) else set()
    return all(
        hass.services.has_service(*place.split(".", 1))
        or hass.states.get(place) is not None
        or place in registry.entities
        for place in places_of(stored) | actions
    )


def _recipient_of(item: Suggestion) -> str:
    """Return what identifies whom it reaches: in which field the words are makes nobody another."""
    if item.stored[CONF_CHANNEL] == ChannelKind.ACTION:
        return key_of({**item.stored, CONF_WORDS: ""})
    return item.key


@callback
def channels_of_call(
    hass: HomeAssistant, entry: MessageGuardConfigEntry, call: Call, *, whatever: bool = False
) -> list[Stored]:
    """Return the channels that a configured call reaches, as far as it does not work out whom.

    Args:
        hass: Home Assistant.
        entry: The household.
        call: The call.
        whatever: Take it for a channel whatever it calls: the household has said that it sends.
    """
    if call.action is None:
        return []
    domain, _, service = call.action.partition(".")
    phones = phone_channels(hass)
    if call.action == MOBILE_APP_NOTIFY:
        device = call.data.get(ATTR_DEVICE_ID)
        return [of_phone(phone) for phone in phones if device in phone.device_ids]
    for phone in phones:
        if call.action == phone.action:
            return [of_phone(phone)] if phone.addressed_by(call.data) else []
    if domain == NOTIFY_DOMAIN and service in FREE_NOTIFY_ACTIONS - {SERVICE_SEND_MESSAGE}:
        return []
    entities = _entities(hass, domain, call.data)
    if (
        entities
        or call.action == ANNOUNCE
        or (call.action.endswith(f".{SERVICE_SEND_MESSAGE}") and (ATTR_ENTITY_ID in call.data))
    ):
        return entities
    return _by_fixed_fields(entry, call, whatever=whatever)


def _entities(hass: HomeAssistant, domain: str, data: Mapping[str, Any]) -> list[Stored]:
    named = data.get(ATTR_ENTITY_ID)
    listed = named if isinstance(named, list) else [named]
    kinds = {
        NOTIFY_DOMAIN: ChannelKind.NOTIFY_ENTITY,
        SATELLITE_DOMAIN: ChannelKind.ANNOUNCEMENT,
    }
    found = [
        to_targets(kinds[item.partition(".")[0]], item)
        for item in listed
        if isinstance(item, str) and item.partition(".")[0] in kinds
    ]
    if domain == TELEGRAM:
        chats = [chat for name in _CHAT_FIELDS for chat in _listed(data.get(name))]
        found += [
            to_targets(ChannelKind.NOTIFY_ENTITY, entity.entity_id)
            for entity in er.async_get(hass).entities.values()
            if entity.platform == TELEGRAM and entity.domain == NOTIFY_DOMAIN
            if any(entity.unique_id.endswith(f"_{chat}") for chat in chats)
        ]
    return found


def _listed(value: object) -> list[Any]:
    if value is None or is_template(value):
        return []
    return value if isinstance(value, list) else [value]


def _by_fixed_fields(entry: MessageGuardConfigEntry, call: Call, *, whatever: bool) -> list[Stored]:
    action = str(call.action)
    domain, _, service = action.partition(".")
    words = words_of(call.data)
    if words is None or (domain in _NO_CHANNELS and not whatever):
        return []
    fields = {
        name: value
        for name, value in fixed_fields(call.data, words).items()
        if domain != NOTIFY_DOMAIN or says_whom(name)
    }
    whom = [name for name in call.data if name != words and says_whom(name)]
    if any(name not in fields for name in whom):
        return []  # it works out whom it reaches
    if domain == NOTIFY_DOMAIN and not fields:
        return [to_targets(ChannelKind.NOTIFY_ACTION, action)]
    components = components_of(entry)
    guarded = components is not None and components.actions.guards(domain, service)
    return [by_call(action, fields, words)] if whatever or guarded or fields else []


def words_of(data: Mapping[str, Any]) -> str | None:
    """Return the field of a configured call that holds the words, None if none does."""
    if (known := next((name for name in WORD_FIELDS if name in data), None)) is not None:
        return known
    worked_out = [name for name, value in data.items() if is_template(value) or not _is_json(value)]
    return worked_out[0] if len(worked_out) == 1 else None


def fixed_fields(data: Mapping[str, Any], words: str | None) -> dict[str, Any]:
    """Return what a configured call is always handed, without the words."""
    return {
        str(name): value
        for name, value in data.items()
        if name != (words or DEFAULT_WORDS) and _is_json(value) and not is_template(value)
    }


def _is_json(value: object) -> bool:
    """Return whether it is fixed: a template that Home Assistant has read is not."""
    if isinstance(value, Mapping):
        return all(isinstance(name, str) and _is_json(item) for name, item in value.items())
    if isinstance(value, list | tuple):
        return all(_is_json(item) for item in value)
    return value is None or isinstance(value, str | bool | int | float)


async def _observed(entry: MessageGuardConfigEntry) -> set[str]:
    """Return what speech did send to, or would have, by the ledger."""
    components = components_of(entry)
    if components is None:
        return set()
    try:
        page = await components.ledger.page(
            Filter(kinds=[Kind.OBSERVED, Kind.REFUSED]), limit=MOST_READ
        )
    except LedgerError:
        return set()
    return {
        target
        for row in page.rows
        if row.entry.facts.get("held_call") is not None
        for target in row.private.get("recipient", "").split(", ")
    }
