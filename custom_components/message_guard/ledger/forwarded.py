"""How far the entries have gone to each place that they are forwarded to, and what is to go next.

There is no queue: the ledger is one. A mark says up to which entry a place has everything. It lies in the ledger's own
file, so that a copy that is restored, or a ledger that begins anew, never has the mark of another history.
"""

from collections.abc import Collection
from dataclasses import dataclass
import hashlib
import json
import sqlite3

from ..core.errors import LedgerUnusableError
from .cosigned import Reading, Writing
from .format.encoding import LARGEST_INTEGER
from .format.entries import GENESIS, Kind, Step, read_entry
from .format.layout import FILED
from .format.signed_note import Key
from .writer import Writer

MARK = "forwarded "
"""In front of a place's id: the name of its mark."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Up to where a place has everything.

    Attributes:
        sequence: The last entry it has, 0 for none.
        hash: That entry's hash, by which another history is noticed.
        at: When it took that, microseconds since the epoch, UTC.
    """

    sequence: int
    hash: str
    at: int


@dataclass(frozen=True, slots=True)
class Next:
    """What comes after a mark.

    Attributes:
        origin: The name of the ledger that these entries belong to.
        rows: Place, line and private values of each, as bytes; private values only where they are wanted.
        oldest: When the first of them was written, microseconds since the epoch, UTC; 0 if there is none.
        known: Whether the entry that the mark names is still what it was.
    """

    origin: str
    rows: tuple[tuple[int, bytes, bytes | None], ...]
    oldest: int
    known: bool


def read_marks(db: sqlite3.Connection) -> dict[str, Mark]:
    """Return all marks, by the ids of their places; one that cannot be read is none."""
    found: dict[str, Mark] = {}
    for name, value in db.execute("SELECT name, value FROM marks WHERE name GLOB ?", (f"{MARK}*",)):
        try:
            sequence, line_hash, at = json.loads(value)
            mark = Mark(int(sequence), str(line_hash), int(at))
        except ValueError, TypeError, OverflowError, RecursionError:
            continue
        if 0 <= mark.sequence <= LARGEST_INTEGER:
            found[name.removeprefix(MARK)] = mark
    return found


def keep_mark(writer: Writer, place: str, mark: Mark) -> None:
    """Keep a mark; raises LedgerWriteError."""
    value = json.dumps([mark.sequence, mark.hash, mark.at])

    def insert(db: sqlite3.Connection) -> list[Step]:
        db.execute("INSERT OR REPLACE INTO marks VALUES (?,?)", (MARK + place, value))
        return []

    writer.transact(insert)


def forget_marks(writer: Writer, places: Collection[str]) -> None:
    """Forget the marks of these places; raises LedgerWriteError."""

    def delete(db: sqlite3.Connection) -> list[Step]:
        db.executemany("DELETE FROM marks WHERE name = ?", [(MARK + place,) for place in places])
        return []

    writer.transact(delete)


def read_next(db: sqlite3.Connection, mark: Mark, most: int, *, words: bool) -> Next:
    """Return what comes after a mark: entries of one name of the ledger, at most so many.

    Whatever stands in a row is taken as the bytes that it is: what is damaged goes on as evidence, and does not hold up
    the rest. Of a hole nothing is said here; whoever counts the entries sees it.
    """
    begins, origin = _origins(db, mark.sequence + 1)
    sealed = "CAST(p.sealed AS BLOB)" if words else "NULL"
    joined = "LEFT JOIN private p ON p.sequence = e.sequence" if words else ""
    found = db.execute(
        f"SELECT e.sequence, CAST(e.line AS BLOB), {sealed}, e.time FROM entries e {joined}"  # noqa: S608
        " WHERE e.sequence > ? AND (? IS NULL OR e.sequence < ?) ORDER BY e.sequence LIMIT ?",
        (mark.sequence, begins, begins, most),
    ).fetchall()
    if not found and begins is not None:
        # There is nothing left of the older name but a hole.
        behind = Mark(begins - 1, "", mark.at)
        after = read_next(db, behind, most, words=words)
        return Next(after.origin, after.rows, after.oldest, hash_at(db, mark.sequence) == mark.hash)
    return Next(
        origin,
        tuple((sequence, bytes(line), kept) for sequence, line, kept, _ in found),
        _whole(found[0][3]) if found else 0,
        hash_at(db, mark.sequence) == mark.hash,
    )


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def _origins(db: sqlite3.Connection, sequence: int) -> tuple[int | None, str]:
    """Return by which name the ledger went at an entry, "" if it does not say, and where the next name begins."""
    origin = ""
    rows = db.execute(
        f"SELECT sequence, line FROM entries WHERE kind IN (?,?) AND {FILED} ORDER BY sequence",  # noqa: S608
        (Kind.STARTED.value, Kind.RESTORED.value),
    )
    for begins, line in rows:
        try:
            name = Key.parse(str(read_entry(line).facts.get("key"))).name
        except ValueError, TypeError, LedgerUnusableError:
            continue  # one of before the tree names no key: such a ledger kept its name
        if begins > sequence and name != origin:
            return begins, origin
        origin = name
    return None, origin


def hash_at(db: sqlite3.Connection, sequence: int) -> str:
    """Return the hash of an entry, "" if there is none at that place."""
    if sequence == 0:
        return GENESIS
    row = db.execute(
        "SELECT CAST(line AS BLOB) FROM entries WHERE sequence = ?", (sequence,)
    ).fetchone()
    return "" if row is None else hashlib.sha256(bytes(row[0])).hexdigest()


def last_before(db: sqlite3.Connection, time: int) -> int:
    """Return the last entry that was written at this time or before, 0 for none."""
    row = db.execute("SELECT max(sequence) FROM entries WHERE time <= ?", (time,)).fetchone()
    return int(row[0] or 0)


def last_of(db: sqlite3.Connection) -> tuple[int, str, str]:
    """Return place and hash of the last entry, and the name of the ledger."""
    sequence = int(db.execute("SELECT coalesce(max(sequence), 0) FROM entries").fetchone()[0])
    return sequence, hash_at(db, sequence), _origins(db, sequence)[1]


class Forwarded:
    """The marks, and what comes after them, as the event loop sees it. Everything raises LedgerError."""

    def __init__(self, read: Reading, write: Writing) -> None:
        """Read and write by what is given."""
        self._read = read
        self._write = write

    async def marks(self) -> dict[str, Mark]:
        """Return all marks, by the ids of their places."""
        return await self._read(read_marks)

    async def begin(self, since: int, now: int) -> Mark:
        """Return where a place begins that has no mark.

        Args:
            since: What was written up to then does not go there, microseconds since the epoch; 0: everything goes.
            now: The time.
        """

        def find(db: sqlite3.Connection) -> Mark:
            sequence = last_before(db, since) if since else 0
            return Mark(sequence, hash_at(db, sequence), now)

        return await self._read(find)

    async def next(self, mark: Mark, most: int, *, words: bool) -> Next:
        """Return what comes after a mark."""
        return await self._read(lambda db: read_next(db, mark, most, words=words))

    async def last(self) -> tuple[int, str, str]:
        """Return place and hash of the last entry, and the name of the ledger."""
        return await self._read(last_of)

    async def keep(self, place: str, mark: Mark) -> None:
        """Keep a mark."""
        await self._write(lambda writer: keep_mark(writer, place, mark))

    async def forget(self, places: Collection[str]) -> None:
        """Forget the marks of these places."""
        if places:
            await self._write(lambda writer: forget_marks(writer, places))
