"""Filing entries: filling in what they are searched by, some time after they were appended.

An append that waits for the disk writes the entry and its words, and nothing else. What follows from entries (the columns
that indexes are over, the days, the open requests) is filled in for many at once: before anybody reads, before anything
but a step is written, and at the latest with the entry that makes a tile whole. It is the same for what is read, and costs
an append a third of its time less.
"""

from collections.abc import Sequence
import sqlite3

from ..core.errors import LedgerUnusableError
from .format.entries import FINAL, WAITING, Entry, Kind, read_entry
from .format.layout import DAY_US, MOST_UNFILED


def insert(
    db: sqlite3.Connection,
    waiting: Sequence[Entry],
    entries: Sequence[Entry],
    secrets: Sequence[tuple[int, str]],
    *,
    filing: bool,
) -> Sequence[Entry]:
    """Insert entries and their private values.

    Args:
        db: In a transaction.
        waiting: Entries that are not filed yet.
        entries: What follows them.
        secrets: Sequence and private values, as they lie beside the entry.
        filing: File all of them.

    Returns:
        What is not filed when the transaction has ended; nothing, if it would have become too much.
    """
    if not entries:
        return waiting
    filing = filing or len(waiting) + len(entries) > MOST_UNFILED
    if filing:
        db.executemany("INSERT INTO entries VALUES (?,?,?,?,?,?,?)", map(_row, entries))
    else:
        db.executemany(
            "INSERT INTO entries VALUES (?,?,?,'',NULL,NULL,NULL)",
            [(entry.sequence, entry.line, entry.time) for entry in entries],
        )
    if secrets:
        db.executemany("INSERT INTO private VALUES (?,?)", secrets)
    if not filing:
        return (*waiting, *entries)
    _fill_in(db, waiting)
    _derive(db, (*waiting, *entries))
    return ()


def file(db: sqlite3.Connection, waiting: Sequence[Entry]) -> None:
    """File entries, in a transaction."""
    if waiting:
        _fill_in(db, waiting)
        _derive(db, waiting)


def unfiled(db: sqlite3.Connection, last: int) -> Sequence[Entry]:
    """Return the entries that an earlier run has not filed.

    What is damaged stays as it is: whoever checks the ledger tells of it.

    Args:
        db: A connection.
        last: The last entry.
    """
    rows = db.execute(
        "SELECT sequence, line FROM entries WHERE sequence > ? AND kind = '' ORDER BY sequence",
        (last - MOST_UNFILED,),
    )
    return tuple(entry for row in rows if (entry := _readable(*row)) is not None)


def _readable(sequence: int, line: object) -> Entry | None:
    """Return an entry of that number, None if it holds what no entry holds."""
    if not isinstance(line, str):
        return None
    try:
        entry = read_entry(line)
    except LedgerUnusableError:
        return None
    kind, *places = _places(entry)
    sound = (
        entry.sequence == sequence
        and isinstance(entry.time, int)
        and kind
        and all(place is None or isinstance(place, str) for place in places)
    )
    return entry if sound else None


def _row(entry: Entry) -> tuple[object, ...]:
    """Return an entry as a row of the table `entries`, filed."""
    return (entry.sequence, entry.line, entry.time, *_places(entry))


def _places(entry: Entry) -> tuple[object, ...]:
    """Return what an entry is searched by: kind, contact, satellite, request."""
    facts = entry.facts
    return (
        str(entry.kind),
        facts.get("contact_id"),
        facts.get("satellite_id"),
        entry.request_id,
    )


def _fill_in(db: sqlite3.Connection, entries: Sequence[Entry]) -> None:
    db.executemany(
        "UPDATE entries SET kind = ?, contact = ?, satellite = ?, request = ? WHERE sequence = ?",
        [(*_places(entry), entry.sequence) for entry in entries],
    )


def _derive(db: sqlite3.Connection, entries: Sequence[Entry]) -> None:
    """Take entries into the tables that follow from them."""
    days: dict[tuple[int, str], list[int]] = {}
    ended: dict[str, None] = {}
    waiting: dict[str, tuple[int, bool]] = {}
    for entry in entries:
        day = days.setdefault((entry.time // DAY_US, str(entry.kind)), [0, entry.sequence, 0])
        day[0] += 1
        day[2] = entry.sequence
        if entry.request_id is None:
            continue
        if entry.kind in FINAL:
            ended[entry.request_id] = None
            waiting.pop(entry.request_id, None)
        elif entry.kind in WAITING or entry.kind is Kind.AUTHORISED:
            waiting[entry.request_id] = (entry.sequence, entry.kind is Kind.AUTHORISED)
    if ended:
        db.executemany("DELETE FROM open_requests WHERE request = ?", [(each,) for each in ended])
    if waiting:
        db.executemany(
            "INSERT OR REPLACE INTO open_requests VALUES (?,?,?)",
            [(request, *state) for request, state in waiting.items()],
        )
    db.executemany(
        "INSERT INTO days VALUES (?,?,?,?,?) ON CONFLICT DO UPDATE SET"
        " count = count + excluded.count, last = excluded.last",
        [(*key, *value) for key, value in days.items()],
    )
