"""What there is to do: each with what can be done about it here."""

from difflib import get_close_matches
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..const import (
    CONF_FREE_ACTIONS,
    CONF_REACTIONS,
    DOMAIN,
    ISSUE_BURST,
    ISSUE_NOT_RUNNING,
)
from ..core.level import Level
from ..core.policy import REASON_UNKNOWN_RECIPIENT
from ..home.heard_names import ISSUE_NAMES, MOST_READ, HeardName, names_to_tell
from ..ledger.format.entries import Kind
from ..ledger.reading import Filter
from ..ledger.watch import LEDGER_ISSUES
from ..runtime import Components, MessageGuardConfigEntry
from .names import iso_us, place_name

MOST_ALIKE: Final = 3
_ALIKE: Final = 0.6
"""Share of letters in common from which a name may be the other, misheard (difflib's own choice)."""

_TOLD_ELSEWHERE: Final = frozenset({ISSUE_NAMES, ISSUE_BURST, ISSUE_NOT_RUNNING, *LEDGER_ISSUES})
"""Issues that the line of state tells, or a to do of its own."""

type Todo = dict[str, Any]


async def todos(
    hass: HomeAssistant, entry: MessageGuardConfigEntry, components: Components
) -> list[Todo]:
    """Return what there is to do; see docs/websocket-api.md.

    Raises:
        LedgerError: If the ledger cannot be read.
    """
    heard = [_name(hass, components, item) for item in await names_to_tell(entry, components)]
    unlisted = await _unlisted(components)
    return [*_ledger(components), *_issues(hass), *heard, *unlisted, *_settings(components)]


@callback
def issue_of(hass: HomeAssistant, issue_id: str) -> ir.IssueEntry | None:
    """Return an issue of ours that is still there and that nobody has ignored."""
    issue = ir.async_get(hass).async_get_issue(DOMAIN, issue_id)
    if issue is None or not issue.active or issue.dismissed_version is not None:
        return None
    return issue


def what_can_be_done(issue: ir.IssueEntry) -> list[str]:
    """Return what can be done about an issue here; whatever else, in Home Assistant's own list.

    Letting an action through for good, and what concerns more than itself, is decided there, where it is explained: a
    button here only ever guards more.
    """
    data = issue.data or {}
    if data.get("option") in {CONF_FREE_ACTIONS, CONF_REACTIONS}:
        return ["repairs"]
    can = []
    if "option" in data and "value" in data:
        can.append("fix")
    if "gap" in data and "fingerprint" in data:
        can.append("ignore")
    return can or ["repairs"]


@callback
def _issues(hass: HomeAssistant) -> list[Todo]:
    found = []
    for domain, issue_id in list(ir.async_get(hass).issues):
        issue = issue_of(hass, issue_id) if domain == DOMAIN else None
        if issue is None or issue.translation_key in _TOLD_ELSEWHERE:
            continue
        found.append(
            {
                "id": issue_id,
                "kind": "issue",
                "key": issue.translation_key,
                "placeholders": issue.translation_placeholders or {},
                "severity": None if issue.severity is None else issue.severity.value,
                "option": (issue.data or {}).get("option"),
                "can": what_can_be_done(issue),
            }
        )
    return found


def _name(hass: HomeAssistant, components: Components, heard: HeardName) -> Todo:
    contacts = {contact.name: contact for contact in components.guard.household.contacts}
    folded = {name.casefold(): name for name in contacts}
    alike = get_close_matches(heard.name.casefold(), folded, MOST_ALIKE, _ALIKE)
    return {
        "id": f"name:{heard.ignored_as}",
        "kind": "name_heard",
        "name": heard.name,
        "times": heard.times,
        "last": iso_us(heard.last),
        "place": place_name(hass, heard.satellite_id, None),
        "like": [
            {"id": contacts[folded[one]].id, "name": contacts[folded[one]].name} for one in alike
        ],
        "can": ["alias", "dismiss"],
    }


async def _unlisted(components: Components) -> list[Todo]:
    """Return what was to be sent where none of the contacts is, as long as none has come there since."""
    found: dict[str, Todo] = {}
    page = await components.ledger.page(Filter(kinds=[Kind.REFUSED]), limit=MOST_READ)
    targets = {
        target
        for contact in components.guard.household.contacts
        for channel in (contact.channel, *contact.further)
        for target in channel.targets
    }
    for row in page.rows:
        held = row.entry.facts.get("held_call")
        if held is None or REASON_UNKNOWN_RECIPIENT not in row.entry.reasons:
            continue
        target = row.private.get("recipient") or str(held)
        if target in targets or held in targets:
            continue
        todo = found.setdefault(
            target,
            {
                "id": f"unlisted:{target}",
                "kind": "unlisted",
                "target": target,
                "action": str(held),
                "times": 0,
                "last": iso_us(row.entry.time),
                "can": ["contact"],
            },
        )
        todo["times"] += 1
    return list(found.values())


def _ledger(components: Components) -> list[Todo]:
    if components.ledger_watch.sound is False:
        return [{"id": "ledger", "kind": "ledger_not_sound", "can": ["repairs"]}]
    return []


def _settings(components: Components) -> list[Todo]:
    """Return what somebody needs and nobody has set up."""
    household = components.guard.household
    needed = {contact.level for contact in household.contacts} | {household.default_level}
    found = []
    if Level.DEVICE in needed and not (household.phones or household.buttons):
        found.append("no_phone")
    if not household.has_pin and (Level.PIN in needed or household.shared):
        found.append("no_pin")
    return [{"id": kind, "kind": kind, "can": ["configure"]} for kind in found]
