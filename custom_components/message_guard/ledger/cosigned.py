"""What witnesses have cosigned, kept beside the entries.

A cosignature proves itself to whoever has the witness's key, so nothing here is evidence: whoever deletes it takes
nothing from the ledger but its witness.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
import json
import sqlite3
from typing import Protocol

from ..core.errors import LedgerUnusableError
from .format.checkpoint import Checkpoint
from .format.cosignature import with_cosignatures
from .format.entries import Kind, Step, read_entry
from .format.layout import FILED
from .format.signed_note import Key, SignatureCheck
from .format.tree import consistency_proof, inclusion_proof
from .tiles import tile_reader
from .writer import Writer

MARK = "witness "
"""In front of a witness's key: the name of the mark that remembers its alarm."""

MOST_LOOKED_AT = 50
"""So many cosigned checkpoints are looked at for one that the key in force has signed."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """A witness has seen another history.

    Attributes:
        verdict: How it said so, see `witness.Verdict`.
        origin: Of which ledger.
        size: How many entries it has seen.
        offered: How many it was offered.
    """

    verdict: str
    origin: str
    size: int
    offered: int


@dataclass(frozen=True, slots=True)
class Provable:
    """What proves an entry.

    Attributes:
        size: How many entries its checkpoint covers.
        note: The checkpoint, with all signatures.
        private: Salt and value of each private value that is still kept, by name.
    """

    size: int
    note: str
    private: Mapping[str, list[str]]


def keep_cosignature(writer: Writer, *, origin: str, size: int, key: str, line: str) -> None:
    """Keep what a witness signed of a checkpoint, and forget an alarm of before: it has agreed since.

    Args:
        writer: The writer, in whose thread this runs.
        origin: Which ledger the checkpoint is of.
        size: How many entries it covers.
        key: The witness's verifier key.
        line: Its signature line.

    Raises:
        LedgerWriteError: If it could not be kept.
    """

    def insert(db: sqlite3.Connection) -> list[Step]:
        db.execute(
            "INSERT OR REPLACE INTO cosignatures VALUES (?,?,?,?)", (origin, size, key, line)
        )
        db.execute("DELETE FROM marks WHERE name = ?", (MARK + key,))
        return []

    writer.transact(insert)


def keep_alarm(writer: Writer, key: str, alarm: Alarm) -> None:
    """Remember that a witness has seen another history, until it agrees again.

    Raises:
        LedgerWriteError: If it could not be kept.
    """
    value = json.dumps([alarm.verdict, alarm.origin, alarm.size, alarm.offered])

    def mark(db: sqlite3.Connection) -> list[Step]:
        db.execute("INSERT OR REPLACE INTO marks VALUES (?,?)", (MARK + key, value))
        return []

    writer.transact(mark)


def read_alarms(db: sqlite3.Connection) -> dict[str, Alarm]:
    """Return what witnesses have last said against the ledger, by their keys."""
    found: dict[str, Alarm] = {}
    for name, value in db.execute("SELECT name, value FROM marks WHERE name GLOB ?", (f"{MARK}*",)):
        verdict, origin, size, offered = json.loads(value)
        found[name.removeprefix(MARK)] = Alarm(verdict, origin, size, offered)
    return found


def last_cosigned(db: sqlite3.Connection, origin: str, key: str) -> int:
    """Return how many entries of this ledger a witness has cosigned, 0 for none."""
    row = db.execute(
        "SELECT max(size) FROM cosignatures WHERE origin = ? AND key = ?", (origin, key)
    ).fetchone()
    return int(row[0] or 0)


def cosignature_lines(db: sqlite3.Connection, origin: str, size: int) -> list[str]:
    """Return the signature lines that witnesses have given a checkpoint."""
    rows = db.execute(
        "SELECT line FROM cosignatures WHERE origin = ? AND size = ? ORDER BY key", (origin, size)
    )
    return [line for (line,) in rows]


def checkpoint_of(db: sqlite3.Connection, size: int) -> Checkpoint | None:
    """Return the tree checkpoint of so many entries: it is the entry after them. None if there is none."""
    row = db.execute(
        "SELECT line FROM entries WHERE sequence = ? AND kind = ?",
        (size + 1, Kind.CHECKPOINT.value),
    ).fetchone()
    if row is None:
        return None
    try:
        found = Checkpoint.parse(str(read_entry(row[0]).facts.get("note")))
    except ValueError:
        return None
    return found if found.root else None


def provable_checkpoint(
    db: sqlite3.Connection, sequence: int, key: Key, check: SignatureCheck
) -> Checkpoint | None:
    """Return the checkpoint that proves an entry best, None if there is none that covers it.

    That is the first one that as many witnesses as possible have cosigned, since it shows for how long the entry has
    been there; without any witness the newest. Only what the key in force has signed counts: it is the key that a
    household can tell today.
    """
    witnessed = db.execute(
        "SELECT size FROM cosignatures WHERE origin = ? AND size >= ?"
        " GROUP BY size ORDER BY count(*) DESC, size LIMIT ?",
        (key.name, sequence, MOST_LOOKED_AT),
    ).fetchall()
    newest = db.execute(
        f"SELECT sequence - 1 FROM entries WHERE kind = ? AND {FILED} AND sequence > ?"  # noqa: S608
        " ORDER BY sequence DESC LIMIT 1",
        (Kind.CHECKPOINT.value, sequence),
    ).fetchall()
    for (size,) in (*witnessed, *newest):
        found = checkpoint_of(db, size)
        if (
            found is not None
            and found.note is not None
            and found.origin == key.name
            and found.note.signed_by(key, check)
        ):
            return found
    return None


def newest_checkpoint(db: sqlite3.Connection) -> str | None:
    """Return the last checkpoint of the tree, signed by the ledger alone; None if there is none yet."""
    row = db.execute(
        f"SELECT sequence - 1 FROM entries WHERE kind = ? AND {FILED}"  # noqa: S608
        " ORDER BY sequence DESC LIMIT 1",
        (Kind.CHECKPOINT.value,),
    ).fetchone()
    found = None if row is None else checkpoint_of(db, row[0])
    return None if found is None else str(found.note)


def size_of(db: sqlite3.Connection) -> int:
    """Return how many entries there are."""
    return int(db.execute("SELECT coalesce(max(sequence), 0) FROM entries").fetchone()[0])


class Reading(Protocol):
    """What reads the ledger without blocking the event loop; raises LedgerError."""

    async def __call__[T](self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Read something."""


class Writing(Protocol):
    """What works in the writer's thread, after all that is queued already; raises LedgerError."""

    async def __call__[T](self, work: Callable[[Writer], T]) -> T:
        """Do some work."""


class Cosignatures:
    """What witnesses have said about a ledger, as the event loop sees it. Everything raises LedgerError."""

    def __init__(self, read: Reading, write: Writing) -> None:
        """Read and write by what is given."""
        self._read = read
        self._write = write

    async def size(self) -> int:
        """Return how many entries the ledger has."""
        return await self._read(size_of)

    async def last(self, origin: str, key: str) -> int:
        """Return how many entries a witness has cosigned."""
        return await self._read(lambda db: last_cosigned(db, origin, key))

    async def lines(self, origin: str, size: int) -> list[str]:
        """Return the signature lines of a checkpoint."""
        return await self._read(lambda db: cosignature_lines(db, origin, size))

    async def newest(self) -> str | None:
        """Return the last checkpoint, signed by the ledger alone."""
        return await self._read(newest_checkpoint)

    async def alarms(self) -> dict[str, Alarm]:
        """Return what witnesses have last said against the ledger, by their keys."""
        return await self._read(read_alarms)

    async def keep(self, origin: str, size: int, key: str, line: str) -> None:
        """Keep a cosignature."""
        await self._write(
            lambda writer: keep_cosignature(writer, origin=origin, size=size, key=key, line=line)
        )

    async def keep_alarm(self, key: str, alarm: Alarm) -> None:
        """Remember an alarm."""
        await self._write(lambda writer: keep_alarm(writer, key, alarm))

    async def consistency(self, old: int, size: int) -> list[bytes]:
        """Return what proves that the tree of `size` entries goes on from that of `old`."""

        def find(db: sqlite3.Connection) -> list[bytes]:
            try:
                return consistency_proof(tile_reader(db), old, size)
            except ValueError as err:
                raise LedgerUnusableError(f"the tree does not hold {size} entries") from err

        return await self._read(find)

    async def inclusion(self, sequence: int, size: int) -> tuple[str, list[bytes]]:
        """Return an entry's canonical line, and what proves that it is in the tree of `size` entries."""

        def find(db: sqlite3.Connection) -> tuple[str, list[bytes]]:
            row = db.execute("SELECT line FROM entries WHERE sequence = ?", (sequence,)).fetchone()
            try:
                return str(row[0]), inclusion_proof(tile_reader(db), sequence - 1, size)
            except (ValueError, TypeError) as err:
                raise LedgerUnusableError(f"the tree does not hold entry {sequence}") from err

        return await self._read(find)

    async def provable(self, sequence: int, key: Key, check: SignatureCheck) -> Provable | None:
        """Return the checkpoint that proves an entry best, with all its cosignatures; None if none covers it."""

        def find(db: sqlite3.Connection) -> Provable | None:
            found = provable_checkpoint(db, sequence, key, check)
            if found is None or found.note is None:
                return None
            lines = cosignature_lines(db, found.origin, found.size)
            private = db.execute(
                "SELECT sealed FROM private WHERE sequence = ?", (sequence,)
            ).fetchone()
            kept = None if private is None else str(private[0]).strip(" ")
            return Provable(
                found.size,
                str(with_cosignatures(found.note, lines)),
                json.loads(kept) if kept else {},
            )

        return await self._read(find)
