"""Correspondence: who wrote what, when, both ways, read off the ledger's entries; words as long as they are kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
import sqlite3

from .format.entries import Entry, Kind, read_entry
from .format.layout import FILED
from .history import History, RequestRow, Wanted
from .reading import opened
from .store import LedgerStore

_FIRST = (Kind.RECEIVED, Kind.DROPPED)
"""Kinds that a message begins with that has come in: taken in, or not. All its entries have its id alone."""


@dataclass(frozen=True, slots=True)
class ReceivedRow:
    """One message that somebody has written to the house.

    Attributes:
        steps: Its entries, in order; at least one.
        private: The private values that are still kept, {} if none are.
    """

    steps: tuple[Entry, ...]
    private: Mapping[str, str] = field(default_factory=dict)

    @property
    def first(self) -> Entry:
        """How it began."""
        return self.steps[0]

    @property
    def last(self) -> Entry:
        """How it stands."""
        return self.steps[-1]


@dataclass(frozen=True, slots=True)
class CorrespondencePage:
    """Messages both ways, the newest first.

    Attributes:
        rows: The messages.
        before: What to ask for to get the next page; None at the end.
    """

    rows: tuple[RequestRow | ReceivedRow, ...]
    before: int | None


async def read_correspondence(
    ledger: LedgerStore, contact_id: str | None, *, before: int | None = None, limit: int = 50
) -> CorrespondencePage:
    """Return what was written to and by one contact; None for everybody.

    Raises:
        LedgerError: If the ledger cannot be read.
    """
    sent = await History(ledger).page(Wanted(contact_id=contact_id), before=before, limit=limit)
    came = await ledger.read(lambda db: read_received(db, contact_id, before, limit))
    both: list[RequestRow | ReceivedRow] = [*sent.rows, *came]
    both.sort(key=lambda row: row.first.sequence, reverse=True)
    rows = tuple(both[:limit])
    more = len(both) > limit or sent.before is not None or len(came) == limit
    return CorrespondencePage(rows, rows[-1].first.sequence if more and rows else None)


def read_received(
    db: sqlite3.Connection, contact_id: str | None, before: int | None, limit: int
) -> list[ReceivedRow]:
    """Return the newest messages that have come in, at most `limit`, in any order."""
    index = "entries_by_kind" if contact_id is None else "entries_by_contact"
    condition = "" if contact_id is None else " AND e.contact = ?"
    values: list[object] = [] if contact_id is None else [contact_id]
    highest = 2**62 if before is None else before - 1
    begun: list[tuple[int, str]] = []
    for kind in _FIRST:
        begun += db.execute(
            f"SELECT e.sequence, e.request FROM entries e INDEXED BY {index}"  # noqa: S608
            f" WHERE e.kind = ? AND e.{FILED}{condition} AND e.sequence <= ? AND e.request IS NOT NULL"
            " AND NOT EXISTS (SELECT 1 FROM entries o INDEXED BY entries_by_request"
            " WHERE o.request = e.request AND o.sequence < e.sequence)"
            " ORDER BY e.sequence DESC LIMIT ?",
            (kind.value, *values, highest, limit),
        )
    newest = sorted(begun, reverse=True)[:limit]
    return [_row(db, name) for _, name in newest]


def _row(db: sqlite3.Connection, message_id: str) -> ReceivedRow:
    """Return one message."""
    steps: list[Entry] = []
    private: Mapping[str, str] = {}
    for line, sealed in db.execute(
        "SELECT e.line, p.sealed FROM entries e INDEXED BY entries_by_request"
        " LEFT JOIN private p ON p.sequence = e.sequence WHERE e.request = ? ORDER BY e.sequence",
        (message_id,),
    ):
        entry = read_entry(line)
        steps.append(entry)
        private = private or opened(sealed)
    return ReceivedRow(tuple(steps), private)
