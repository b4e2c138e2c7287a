"""What is written down about what comes in: its words once, like those of a request, and shredded like them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from ..core.incoming import Incoming, Through
from ..ledger.format.entries import Entry, Fact, Kind, Step
from ..ledger.reading import Filter, Page

KINDS: Final = (Kind.RECEIVED, Kind.ANNOUNCED, Kind.READ, Kind.KEPT, Kind.DROPPED)

BODY: Final = "body"
SENDER: Final = "sender"
SOURCE: Final = "source"
"""What tells a message from others, as a hash; it names a chat, so that it goes with the words."""

STRANGER: Final = "stranger"
"""Reason: who wrote it is on no list."""


@dataclass(frozen=True, slots=True)
class IncomingNotice:
    """One step of one message, without its words.

    Attributes:
        kind: What happened.
        message_id: Which message.
        contact_id: Whom it is from, None for somebody who is on no list.
        through: How it has come in.
        reasons: Ids of the reasons.
        satellite_id: Where it was said, None where it was not.
    """

    kind: Kind
    message_id: str
    contact_id: str | None
    through: Through
    reasons: tuple[str, ...] = ()
    satellite_id: str | None = None


class IncomingLedger(Protocol):
    """What is needed of the ledger."""

    async def append(self, step: Step) -> Entry:
        """Make an entry durable; raise LedgerError otherwise."""

    async def page(self, wanted: Filter, *, before: int | None = None, limit: int = ...) -> Page:
        """Return entries, newest first."""


def step_of(notice: IncomingNotice, message: Incoming | None, sender: str = "") -> Step:
    """Return a step as the ledger writes it down; its words only with the first step of a message that is taken in."""
    facts: dict[str, Fact] = {
        "contact_id": notice.contact_id,
        "satellite_id": notice.satellite_id,
        "through": notice.through.value,
    }
    private: dict[str, str] = {}
    if message is not None and notice.kind is Kind.RECEIVED:
        facts |= {
            "reply_to": message.reply_to,
            "user_id": message.user_id,
            "written_at": int(message.at),
        }
        private = {BODY: message.body, SOURCE: message.source}
    if sender:
        private = {SENDER: sender}
    return Step(
        kind=notice.kind,
        request_id=notice.message_id,
        reasons=notice.reasons,
        facts=facts,
        private=private,
    )


def message_of(entry: Entry, private: Mapping[str, str]) -> Incoming | None:
    """Return the message that an entry has received; None where its words are gone, or it is none of ours."""
    facts = entry.facts
    contact_id, through, body = facts.get("contact_id"), facts.get("through"), private.get(BODY)
    if not isinstance(contact_id, str) or body is None or through not in set(Through):
        return None
    written = facts.get("written_at")
    return Incoming(
        id=entry.request_id or "",
        contact_id=contact_id,
        body=body,
        through=Through(through),
        at=float(written) if isinstance(written, int) else entry.time / 1_000_000,
        reply_to=_text(facts.get("reply_to")),
        user_id=_text(facts.get("user_id")),
        source=private.get(SOURCE, ""),
    )


def _text(value: Fact) -> str | None:
    return value if isinstance(value, str) else None
