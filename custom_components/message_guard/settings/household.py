"""The household, as it is stored in the entry and its subentries.

What cannot be read is never read as something looser: an option falls back to its strictest value, a
contact without a usable channel is blocked, a contact without a name is on no list. Each of them is
logged and reported in Repairs.
"""

from collections.abc import Callable, Mapping
import logging
from typing import Final

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..const import (
    CONF_ACCEPTED_DRAFTS,
    CONF_ACTIONS,
    CONF_ALIASES,
    CONF_APPROVERS,
    CONF_BUTTONS,
    CONF_CONTACT_NAME,
    CONF_DEFAULT_LEVEL,
    CONF_FIXED_CALLS,
    CONF_FREE_ACTIONS,
    CONF_IGNORED_BYPASSES,
    CONF_INCOMING_ALLOWED,
    CONF_INTENTS,
    CONF_LAMP,
    CONF_LEVEL,
    CONF_MODEL_STEPS,
    CONF_OBSERVE,
    CONF_PHONES,
    CONF_PHONES_ALWAYS,
    CONF_PHRASE,
    CONF_PIPELINES,
    CONF_REACTIONS,
    CONF_RETENTION_DAYS,
    CONF_SENDING_ALLOWED,
    CONF_SHARED_ACCOUNTS,
    CONF_TOKENS_APPROVE,
    DEFAULT_MODEL_STEPS,
    DOMAIN,
    LEVEL_INHERIT,
    MOST_MODEL_STEPS,
    SUBENTRY_CONTACT,
)
from ..core.contacts import AddressBook, Channel, ChannelKind, Contact
from ..core.household import Household, Reactions
from ..core.level import Level
from ..ledger.upkeep import RETENTION_DAYS
from .channels import UnreadableError, channels_from_data, in_turn_from_data
from .incoming import incoming_from_entry
from .rules import earshot_from_entry, pins_from_entry, rules_from_entry

_LOGGER = logging.getLogger(__name__)

NOBODY: Final = frozenset({""})
"""Approvers when the list cannot be read: no user has an empty id, and an empty list means every administrator."""

NO_DEVICES: Final[tuple[str, ...]] = ()
"""Phones and buttons when the list cannot be read: none can approve."""
NO_DRAFTS: Final[tuple[str, ...]] = ()

ISSUE_OPTION: Final = "option_unreadable"
ISSUE_CONTACT_BLOCKED: Final = "contact_blocked"
ISSUE_CONTACT_ABSENT: Final = "contact_absent"
CONTACT_ISSUE_PREFIX: Final = "contact_"


@callback
def household_from_entry(hass: HomeAssistant, entry: ConfigEntry) -> Household:
    """Return what the household chose; reports what could not be read, and raises nothing."""
    options = _Options(hass, entry)
    pin_hash, contact_pins = pins_from_entry(entry)
    level = options.read(CONF_DEFAULT_LEVEL, _level, Level.PHRASE.label, Level.BLOCK)
    contacts = contacts_from_entry(hass, entry)
    return Household(
        rules=rules_from_entry(entry),
        earshot=earshot_from_entry(entry),
        incoming=incoming_from_entry(entry),
        pin_hash=pin_hash,
        contact_pins=contact_pins,
        contacts=AddressBook(contacts, unasked=level is Level.NONE),
        phrase=options.read(CONF_PHRASE, _text, "", ""),
        default_level=level,
        model_steps=options.read(
            CONF_MODEL_STEPS, _model_steps, DEFAULT_MODEL_STEPS, MOST_MODEL_STEPS
        ),
        observe=options.read(CONF_OBSERVE, _flag, False, False),
        reactions=options.read(CONF_REACTIONS, _reactions, Reactions.RECORD.value, Reactions.HOLD),
        approvers=frozenset(options.read(CONF_APPROVERS, _texts, [], tuple(NOBODY))),
        phones=frozenset(options.read(CONF_PHONES, _texts, [], NO_DEVICES)),
        phones_always=options.read(CONF_PHONES_ALWAYS, _flag, False, False),
        shared=frozenset(options.read(CONF_SHARED_ACCOUNTS, _texts, [], NO_DEVICES)),
        tokens_approve=options.read(CONF_TOKENS_APPROVE, _flag, False, False),
        lamp=options.read(CONF_LAMP, _text, "", ""),
        buttons=frozenset(options.read(CONF_BUTTONS, _texts, [], NO_DEVICES)),
        accepted_drafts=frozenset(options.read(CONF_ACCEPTED_DRAFTS, _texts, [], NO_DRAFTS)),
    )


@callback
def sending_allowed(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Return how the household's switch was left; off if that cannot be read."""
    return _Options(hass, entry).read(CONF_SENDING_ALLOWED, _flag, True, False)


@callback
def incoming_allowed(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Return how the switch for what comes in was left; off if that cannot be read, or nobody has turned it on."""
    return _Options(hass, entry).read(CONF_INCOMING_ALLOWED, _flag, False, False)


@callback
def keep_incoming_allowed(hass: HomeAssistant, entry: ConfigEntry, *, allowed: bool) -> None:
    """Store how that switch is left, so that neither a restart nor other options change it."""
    hass.config_entries.async_update_entry(
        entry, options={**entry.options, CONF_INCOMING_ALLOWED: allowed}
    )


@callback
def retention_days(entry: ConfigEntry) -> int:
    """Return for how many days the ledger keeps words; what cannot be read erases nothing early."""
    days = entry.options.get(CONF_RETENTION_DAYS, RETENTION_DAYS)
    good = isinstance(days, int) and not isinstance(days, bool) and days >= 0
    return days if good else RETENTION_DAYS


@callback
def contacts_from_entry(hass: HomeAssistant, entry: ConfigEntry) -> tuple[Contact, ...]:
    """Return the contacts in the order they were added, without those that have no usable name."""
    found = []
    for subentry in entry.subentries.values():
        if subentry.subentry_type != SUBENTRY_CONTACT:
            continue
        contact = _contact_or_report(hass, entry, subentry)
        if contact is not None:
            found.append(contact)
    _forget_removed(hass, entry)
    return tuple(found)


def contact_from_subentry(subentry: ConfigSubentry) -> Contact:
    """Return the contact that this subentry describes.

    Raises:
        UnreadableError: If it has no name.
    """
    data = subentry.data
    name = _text(data.get(CONF_CONTACT_NAME))
    if not name.strip():
        raise UnreadableError(CONF_CONTACT_NAME)
    contact = Contact(id=subentry.subentry_id, name=name, channel=_NO_CHANNEL, level=Level.BLOCK)
    try:
        first, *further = channels_from_data(data)
        return Contact(
            id=contact.id,
            name=name,
            aliases=_texts(data.get(CONF_ALIASES, [])),
            channel=first,
            further=tuple(further),
            in_turn=in_turn_from_data(data),
            level=_contact_level(data.get(CONF_LEVEL, LEVEL_INHERIT)),
            observe=_flag(data.get(CONF_OBSERVE, False)),
        )
    except UnreadableError:
        return contact


_NO_CHANNEL: Final = Channel(kind=ChannelKind.ACTIONS)


@callback
def guarded_pipelines(entry: ConfigEntry) -> list[str]:
    """Return the ids of the pipelines to guard."""
    return _readable_texts(entry.options.get(CONF_PIPELINES))


@callback
def guards_pipeline(entry: ConfigEntry, pipeline_id: str) -> bool:
    """Return whether a pipeline is one of those to guard; cheap, for every turn."""
    stored = entry.options.get(CONF_PIPELINES)
    return isinstance(stored, list) and pipeline_id in stored


@callback
def guarded_actions(entry: ConfigEntry) -> list[str]:
    """Return the actions to guard beside the built-in ones, such as "rest_command.send_sms"."""
    return _readable_texts(entry.options.get(CONF_ACTIONS))


@callback
def free_actions(entry: ConfigEntry) -> list[str]:
    """Return the actions that send nothing to anybody, although they look as if they did."""
    return _readable_texts(entry.options.get(CONF_FREE_ACTIONS))


@callback
def chosen_fixed_calls(entry: ConfigEntry) -> list[str]:
    """Return the calls that always say the same and are let through, see `interception/fixed_calls.py`."""
    return _readable_texts(entry.options.get(CONF_FIXED_CALLS))


@callback
def ignored_bypasses(entry: ConfigEntry) -> dict[str, str]:
    """Return what Repairs says no more: the ids of ways round, and the hash of each as it was then."""
    stored = entry.options.get(CONF_IGNORED_BYPASSES)
    found = stored.items() if isinstance(stored, Mapping) else ()
    return {key: value for key, value in found if isinstance(value, str)}


@callback
def guarded_intents(entry: ConfigEntry) -> list[str]:
    """Return the intents to guard."""
    return _readable_texts(entry.options.get(CONF_INTENTS))


# --- reading, and saying what could not be read ---------------------------------------------------


class _Options:
    """Reads options one by one, and keeps the reports in Repairs up to date."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        self._hass = hass
        self._entry = entry

    def read[Value](
        self, key: str, parse: Callable[[object], Value], default: object, strictest: Value
    ) -> Value:
        """Return an option: `default` when it was never set, `strictest` when it cannot be read."""
        issue = f"{ISSUE_OPTION}_{key}"
        try:
            value = parse(self._entry.options.get(key, default))
        except UnreadableError:
            _report(self._hass, self._entry, issue, ISSUE_OPTION, {"option": key})
            return strictest
        ir.async_delete_issue(self._hass, DOMAIN, issue)
        return value


def _contact_or_report(
    hass: HomeAssistant, entry: ConfigEntry, subentry: ConfigSubentry
) -> Contact | None:
    issue = f"{CONTACT_ISSUE_PREFIX}{subentry.subentry_id}"
    about = {"contact": subentry.title, "subentry_id": subentry.subentry_id}
    try:
        contact = contact_from_subentry(subentry)
    except UnreadableError:
        _report(hass, entry, issue, ISSUE_CONTACT_ABSENT, about)
        return None
    if contact.channel == _NO_CHANNEL:
        _report(hass, entry, issue, ISSUE_CONTACT_BLOCKED, about)
    else:
        ir.async_delete_issue(hass, DOMAIN, issue)
    return contact


def _forget_removed(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Delete the reports of contacts that are no longer there."""
    for domain, issue in tuple(ir.async_get(hass).issues):
        about, prefix, subentry_id = issue.partition(CONTACT_ISSUE_PREFIX)
        ours = domain == DOMAIN and prefix and not about
        if ours and subentry_id not in entry.subentries:
            ir.async_delete_issue(hass, DOMAIN, issue)


def _report(
    hass: HomeAssistant, entry: ConfigEntry, issue: str, kind: str, about: dict[str, str]
) -> None:
    _LOGGER.error("%s: %s", kind, ", ".join(about.values()))
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue,
        is_fixable=True,
        data={"entry_id": entry.entry_id, "kind": kind, **about},
        severity=ir.IssueSeverity.ERROR,
        translation_key=kind,
        translation_placeholders=about,
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise UnreadableError("text")
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise UnreadableError("list")
    return tuple(_text(item) for item in value)


def _readable_texts(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise UnreadableError("flag")
    return value


def _level(value: object) -> Level:
    try:
        return Level.from_label(_text(value))
    except ValueError as error:
        raise UnreadableError("level") from error


def _contact_level(value: object) -> Level | None:
    return None if value == LEVEL_INHERIT else _level(value)


def _model_steps(value: object) -> int:
    # The number selector stores 1.0 for 1.
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_MODEL_STEPS:
        raise UnreadableError(CONF_MODEL_STEPS)
    return value


def _reactions(value: object) -> Reactions:
    try:
        return Reactions(_text(value))
    except ValueError as error:
        raise UnreadableError(CONF_REACTIONS) from error
