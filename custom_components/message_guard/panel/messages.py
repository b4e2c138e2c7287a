"""What people write to the house, as a screen shows it: what nobody has read yet, and a conversation's messages."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback

from ..core.household import Household
from ..incoming.inbox import NOBODY, Waiting
from ..incoming.records import BODY, SENDER, STRANGER, message_of
from ..ledger.correspondence import ReceivedRow
from ..ledger.format.entries import Fact, Kind
from ..runtime import Components
from .board import Board
from .names import iso, iso_us, place_name
from .people import Person, Role

MOST_SHOWN: Final = 20
"""Messages that a page is sent at once; the newest. The others are in the history."""

_UNREAD, _TOLD, _READ, _DROPPED = "unread", "told", "read", "dropped"
_STATES: Final[Mapping[str, str]] = {
    Kind.RECEIVED: _UNREAD,
    Kind.KEPT: _UNREAD,
    Kind.ANNOUNCED: _TOLD,
    Kind.READ: _READ,
    Kind.DROPPED: _DROPPED,
}


@callback
def unread(components: Components, person: Person) -> list[dict[str, Any]]:
    """Return what nobody has read or heard yet, the newest first, as far as it is this person's to see."""
    contacts = components.guard.household.contacts
    found = []
    for waiting in readable(components, person)[-MOST_SHOWN:]:
        message = waiting.message
        contact = contacts.get(message.contact_id)
        found.append(
            {
                "message_id": message.id,
                "contact": {
                    "id": message.contact_id,
                    "name": None if contact is None else contact.name,
                },
                "body": message.body,
                "at": iso(message.at),
                "through": message.through.value,
            }
        )
    return found[::-1]


@callback
def readable(components: Components, person: Person) -> list[Waiting]:
    """Return which of the messages that wait this person may read.

    Whoever has typed a message reads the answers to it, by the rule that holds when they ask for them. What is for a room,
    and what nobody knows whom it is for, is for administrators; the answers to somebody else only the history shows them.
    """
    if person.role is Role.NOBODY:
        return []
    all_of_it = person.role is Role.ADMINISTRATOR
    return [
        waiting
        for waiting in components.messages.inbox.waiting
        if waiting.message.user_id == person.user_id
        or (all_of_it and waiting.message.user_id in {None, NOBODY})
    ]


@callback
def received(
    hass: HomeAssistant, household: Household, board: Board, row: ReceivedRow
) -> dict[str, Any]:
    """Return a message that has come in; see docs/websocket-api.md."""
    first, last = row.first, row.last
    contact_id, user_id = _text(first.facts.get("contact_id")), _text(first.facts.get("user_id"))
    contact = household.contacts.get(contact_id)
    message = message_of(first, row.private)
    heard_at = _text(last.facts.get("satellite_id")) if last.kind is Kind.READ else None
    return {
        "direction": "in",
        "message_id": first.request_id,
        "cursor": first.sequence,
        "at": iso_us(first.time) if message is None else iso(message.at),
        "contact": None
        if contact_id is None
        else {"id": contact_id, "name": None if contact is None else contact.name},
        "sender": row.private.get(SENDER) if STRANGER in first.reasons else None,
        "body": row.private.get(BODY),
        "through": first.facts.get("through"),
        "reply_to": first.facts.get("reply_to"),
        "for_somebody": user_id is not None,
        "for_whom": board.name(user_id or None),
        "state": _STATES.get(last.kind, _UNREAD),
        "reasons": list(last.reasons),
        "ended_at": iso_us(last.time) if last.kind in {Kind.READ, Kind.DROPPED} else None,
        "place": place_name(hass, heard_at, None),
    }


def _text(value: Fact) -> str | None:
    return value if isinstance(value, str) else None
