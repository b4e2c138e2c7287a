"""Erasing words: by age, of one request, of one contact, or all.

SQLite's `secure_delete` alone does not do it: when rows are deleted, their neighbours are moved within
and between pages, and copies of what was moved can stay behind in the unused part of a page. So rows with
words are never deleted. They are overwritten in place with as many spaces, and once most of the table
is spaces the table is built anew and the old one dropped, which overwrites its pages whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass
import sqlite3

from ..core.errors import LedgerWriteError
from .format.entries import Fact, Kind, Step
from .format.layout import DAY_US, OBJECTS
from .writer import Writer

REBUILD_ROWS = 500
"""So many overwritten rows are worth building the table anew, if they are the most of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """Whose words to erase.

    Attributes:
        scope: "retention", "request", "contact" or "everything".
        condition: SQL that is true for the rows of `entries` it concerns.
        values: What the condition's question marks stand for.
        request_id: The request, for the entry that tells of it.
        facts: More for that entry.
    """

    scope: str
    condition: str
    values: tuple[object, ...] = ()
    request_id: str | None = None
    facts: tuple[tuple[str, Fact], ...] = ()

    @classmethod
    def before(cls, time_us: int) -> Erasure:
        """Everything recorded before this time, microseconds since the epoch, UTC."""
        return cls(
            scope="retention",
            condition="e.time < ?",
            values=(time_us,),
            facts=(("before", time_us),),
        )

    @classmethod
    def older_than(cls, days: int, now_us: int) -> Erasure:
        """Everything that is more than so many days old."""
        return cls.before(now_us - days * DAY_US)

    @classmethod
    def of_request(cls, request_id: str) -> Erasure:
        """One request."""
        return cls(
            scope="request",
            condition="e.request = ?",
            values=(request_id,),
            request_id=request_id,
        )

    @classmethod
    def of_contact(cls, contact_id: str) -> Erasure:
        """Everything to do with one contact."""
        return cls(
            scope="contact",
            condition="e.contact = ?",
            values=(contact_id,),
            facts=(("contact_id", contact_id),),
        )

    @classmethod
    def everything(cls) -> Erasure:
        """All words there are."""
        return cls(scope="everything", condition="1")

    def concerns(self, request_id: str, contact_id: str | None, at_us: int) -> bool:
        """Return whether the words of a request are among them, wherever else they are kept."""
        match self.scope, self.values:
            case "request", (wanted,):
                return wanted == request_id
            case "contact", (wanted,):
                return wanted == contact_id
            case "retention", (int(before),):
                return at_us < before
        return self.scope == "everything"


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure did.

    Attributes:
        entries: How many entries lost their words.
        complete: Whether the words are gone from our files. If not, another program was reading them, and
            the write-ahead log still holds some; `finish` tries again.
    """

    entries: int
    complete: bool


def erase(writer: Writer, erasure: Erasure) -> Erased:
    """Erase words and record that, in one transaction; then clear them out of the write-ahead log.

    Raises:
        LedgerWriteError: If nothing could be erased.
    """
    count = 0

    def overwrite(db: sqlite3.Connection) -> Sequence[Step]:
        nonlocal count
        rows = db.execute(
            "SELECT p.sequence, length(CAST(p.sealed AS BLOB)) FROM private p"  # noqa: S608
            " JOIN entries e ON e.sequence = p.sequence"
            f" WHERE p.sealed NOT GLOB ' *' AND {erasure.condition}",
            erasure.values,
        ).fetchall()
        count = len(rows)
        if not rows:
            return ()
        db.executemany(
            "UPDATE private SET sealed = ? WHERE sequence = ?",
            [(" " * size, sequence) for sequence, size in rows],
        )
        return (
            Step(
                kind=Kind.SHREDDED,
                request_id=erasure.request_id,
                facts={"scope": erasure.scope, "entries": count, **dict(erasure.facts)},
            ),
        )

    writer.transact(overwrite)
    if count:
        _rebuild(writer)
    return Erased(count, finish(writer))


def finish(writer: Writer) -> bool:
    """Empty the write-ahead log, which may hold what pages looked like before.

    Returns:
        Whether it is empty. It cannot be emptied while somebody reads the ledger, and must not be while
        the files are being copied for a backup.
    """
    if writer.being_copied:
        return False
    try:
        busy, _, _ = writer.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error:
        return False
    return not busy


def _rebuild(writer: Writer) -> None:
    """Build the table of words anew if most of it is overwritten."""

    def build(db: sqlite3.Connection) -> Sequence[Step]:
        total, blank = db.execute(
            "SELECT count(*), coalesce(sum(sealed GLOB ' *'), 0) FROM private"
        ).fetchone()
        if blank < REBUILD_ROWS or blank * 2 < total:
            return ()
        kept = db.execute("SELECT * FROM private WHERE sealed NOT GLOB ' *'").fetchall()
        db.execute("DROP TABLE private")
        db.execute(OBJECTS["private"])
        db.executemany("INSERT INTO private VALUES (?,?)", kept)
        return ()

    try:
        writer.transact(build)
    except LedgerWriteError:
        # The words are overwritten already; the space can be won back another time.
        return
