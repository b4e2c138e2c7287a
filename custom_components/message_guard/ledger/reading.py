"""Reading the ledger: pages, statistics, exports. None of it writes."""

import asyncio
from collections.abc import Callable, Collection, Iterator, Mapping
import csv
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
import io
import json
from pathlib import Path
import re
import sqlite3
import threading

from ..core.errors import LedgerUnusableError
from .database import connect
from .format.encoding import entry_hash
from .format.entries import Entry, Kind, read_entry
from .format.layout import DAY_US, FILED
from .writer import Writer

CHUNK_ENTRIES = 1000
"""How many entries are read in one go, so that no reader holds up the shredding for long."""

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which entries to read; what is None is not asked for.

    Attributes:
        since_us: At this time or later, microseconds since the epoch, UTC.
        until_us: Before this time.
        contact_id: Of this contact.
        satellite_id: Of this satellite.
        kinds: Of one of these kinds.
        request_id: Of this request.
    """

    since_us: int | None = None
    until_us: int | None = None
    contact_id: str | None = None
    satellite_id: str | None = None
    kinds: Collection[Kind] | None = None
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """An entry with the private values that are still kept, {} if none are."""

    entry: Entry
    private: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Page:
    """Entries, newest first.

    Attributes:
        rows: The entries.
        before: What to ask for to get the next page; None at the end.
    """

    rows: tuple[Row, ...]
    before: int | None


class Reader:
    """One connection that only reads, used by one thread of the executor at a time."""

    def __init__(self, path: Path, *, busy_seconds: float) -> None:
        """Name the file; once `open` was called, it is opened when something is read."""
        self._path = path
        self._is_open = False
        self._busy_seconds = busy_seconds
        self._db: sqlite3.Connection | None = None
        self._lock = threading.Lock()

    def open(self) -> None:
        """Let be read."""
        self._is_open = True

    async def run[T](
        self, work: Callable[[sqlite3.Connection], T], writer: Writer | None = None
    ) -> T:
        """Read something without blocking the event loop.

        Args:
            work: Reads.
            writer: Files every entry before; None if what is read needs no entry to be filed.

        Raises:
            LedgerError: If the ledger cannot be read.
        """
        if writer is None or await writer.be_filed():
            return await asyncio.to_thread(self._run, work)
        return await writer.run(lambda opened: opened.peek(lambda db: self._read(db, work)))

    def _run[T](self, work: Callable[[sqlite3.Connection], T]) -> T:
        with self._lock:
            # Whoever has begun to read before it was closed must not open it again: nobody would close that.
            if not self._is_open:
                raise LedgerUnusableError(f"{self._path} is closed")
            try:
                if self._db is None:
                    self._db = connect(self._path, busy_seconds=self._busy_seconds, shared=True)
                    self._db.execute("PRAGMA query_only=ON")
            except sqlite3.Error as err:
                raise LedgerUnusableError(f"{self._path} cannot be read: {err}") from err
            return self._read(self._db, work)

    def _read[T](self, db: sqlite3.Connection, work: Callable[[sqlite3.Connection], T]) -> T:
        try:
            return work(db)
        except (sqlite3.Error, ValueError, TypeError, AttributeError, LookupError) as err:
            # What lies in a row may be of any sort, whatever its column should hold.
            raise LedgerUnusableError(f"{self._path} cannot be read: {err}") from err

    def close(self) -> None:
        """Close the connection; blocks while something is being read."""
        with self._lock:
            self._is_open = False
            if self._db is not None:
                self._db.close()
                self._db = None


def erased(sealed: str | None) -> bool:
    """Return whether private values are gone: they are overwritten with spaces."""
    return sealed is None or not sealed.strip(" ")


def read_page(db: sqlite3.Connection, wanted: Filter, *, before: int | None, limit: int) -> Page:
    """Return the newest entries that match, at most `limit`, all with a sequence below `before`."""
    lowest, highest = bounds(db, wanted)
    if before is not None:
        highest = min(highest, before - 1)
    found = sorted(_matches(db, wanted, lowest, highest, limit + 1), reverse=True)[: limit + 1]
    more = len(found) > limit
    found = found[:limit]
    places = ",".join(map(str, found))
    rows = db.execute(
        "SELECT e.line, p.sealed"  # noqa: S608 - the places are integers
        " FROM entries e LEFT JOIN private p ON p.sequence = e.sequence"
        f" WHERE e.sequence IN ({places}) ORDER BY e.sequence DESC"
    )
    return Page(
        tuple(Row(read_entry(line), opened(sealed)) for line, sealed in rows),
        found[-1] if more else None,
    )


def bounds(db: sqlite3.Connection, wanted: Filter) -> tuple[int, int]:
    """Return between which entries the wanted time lies.

    The clock may have gone back, so the time is no order; the days know where their entries are.
    """
    if wanted.since_us is None and wanted.until_us is None:
        return 1, 2**62
    since = -(2**62) if wanted.since_us is None else wanted.since_us // DAY_US
    until = 2**62 if wanted.until_us is None else (wanted.until_us - 1) // DAY_US
    lowest, highest = db.execute(
        "SELECT min(first), max(last) FROM days WHERE day BETWEEN ? AND ?", (since, until)
    ).fetchone()
    return (1, 0) if lowest is None else (lowest, highest)


def _matches(
    db: sqlite3.Connection, wanted: Filter, lowest: int, highest: int, limit: int
) -> Iterator[int]:
    """Yield the newest matches, at least `limit` of them if there are so many, in any order.

    Each kind is looked up by itself: in the index, the entries of one contact and one kind lie in order,
    those of one contact and several kinds do not.
    """
    conditions = ["sequence BETWEEN ? AND ?"]
    values: list[object] = [lowest, highest]
    for condition, value in (
        ("request = ?", wanted.request_id),
        ("contact = ?", wanted.contact_id),
        ("satellite = ?", wanted.satellite_id),
        ("time >= ?", wanted.since_us),
        ("time < ?", wanted.until_us),
    ):
        if value is not None:
            conditions.append(condition)
            values.append(value)
    by_kind = wanted.kinds is not None or wanted.contact_id or wanted.satellite_id
    kinds: Collection[Kind | None] = [None]
    if by_kind:
        kinds = set(Kind) if wanted.kinds is None else set(wanted.kinds)
        conditions.append(f"kind = ? AND {FILED}")
    source = _source(wanted, by_kind=bool(by_kind))
    query = (
        f"SELECT sequence FROM entries {source} WHERE {' AND '.join(conditions)}"  # noqa: S608
        " ORDER BY sequence DESC LIMIT ?"
    )
    for kind in kinds:
        bound = [*values, *([] if kind is None else [kind.value]), limit]
        for (sequence,) in db.execute(query, bound):
            yield sequence


def _source(wanted: Filter, *, by_kind: bool) -> str:
    """Return which index to walk along: without statistics SQLite would have to guess."""
    if wanted.request_id is not None:
        return "INDEXED BY entries_by_request"
    if wanted.contact_id is not None and wanted.satellite_id is not None:
        return "INDEXED BY entries_by_both"
    if wanted.contact_id is not None:
        return "INDEXED BY entries_by_contact"
    if wanted.satellite_id is not None:
        return "INDEXED BY entries_by_satellite"
    return "INDEXED BY entries_by_kind" if by_kind else "NOT INDEXED"


def opened(sealed: str | None) -> dict[str, str]:
    """Return private values without their salts."""
    if sealed is None or erased(sealed):
        return {}
    return {name: value for name, (_, value) in json.loads(sealed).items()}


def read_statistics(
    db: sqlite3.Connection, since_us: int | None, until_us: int | None
) -> dict[date, dict[str, int]]:
    """Return how often what happened, by day (UTC).

    Args:
        db: A connection.
        since_us: The first day is that of this time; None for the oldest.
        until_us: The last day is that just before this time; None for the newest.
    """
    since = -(2**62) if since_us is None else since_us // DAY_US
    until = 2**62 if until_us is None else (until_us - 1) // DAY_US
    result: dict[date, dict[str, int]] = {}
    for day, kind, count in db.execute(
        "SELECT day, kind, count FROM days WHERE day BETWEEN ? AND ? ORDER BY day, kind",
        (since, until),
    ):
        result.setdefault(_EPOCH + timedelta(days=day), {})[kind] = count
    return result


def read_chunk(db: sqlite3.Connection, after: int, until: int) -> list[tuple[int, str, str | None]]:
    """Return sequence, line and private values of the entries after one and up to another, some of them."""
    return db.execute(
        "SELECT e.sequence, e.line, p.sealed FROM entries e"
        " LEFT JOIN private p ON p.sequence = e.sequence"
        " WHERE e.sequence > ? AND e.sequence <= ? ORDER BY e.sequence LIMIT ?",
        (after, until, CHUNK_ENTRIES),
    ).fetchall()


def export_line(line: str, sealed: str | None, *, words: bool) -> str:
    """Return an entry as one line of an export, line feed included; see docs/ledger-format.md."""
    private = "null" if not words else "{}" if sealed is None or erased(sealed) else sealed
    return f'{{"entry":{line},"hash":"{entry_hash(line)}","private":{private}}}\n'


def export_end(size: int, head: str) -> str:
    """Return the last line of an export."""
    return f'{{"end":{size},"head":"{head}"}}\n'


CSV_COLUMNS = (
    "sequence",
    "time",
    "kind",
    "request_id",
    "contact_id",
    "satellite_id",
    "reasons",
    "recipient",
    "body",
    "utterance",
    "facts",
)


def csv_line(line: str | None, sealed: str | None, *, words: bool) -> str:
    """Return an entry as one line of a CSV export (RFC 4180), or the heading for None."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    if line is None:
        writer.writerow(CSV_COLUMNS)
        return text.getvalue()
    entry = read_entry(line)
    private = opened(sealed) if words else {}
    facts = dict(entry.facts)
    contact, satellite = facts.pop("contact_id", None), facts.pop("satellite_id", None)
    cells = [
        entry.sequence,
        (datetime.fromtimestamp(0, UTC) + timedelta(microseconds=entry.time)).isoformat(),
        entry.kind,
        entry.request_id,
        contact,
        satellite,
        " ".join(entry.reasons),
        *(private.get(name) for name in ("recipient", "body", "utterance")),
        json.dumps({name: value for name, value in facts.items() if value is not None}),
    ]
    writer.writerow([_cell(cell) for cell in cells])
    return text.getvalue()


_FORMULA = re.compile("(^|[;,|\\t\\r\\n])([^\\S\\t\\r\\n]*)(?=[=+\\-@\uff1d\uff0b\uff0d\uff20])")
"""Where a formula would begin: at the start of a cell, and behind whatever a spreadsheet may take for the end of one."""


def _cell(value: object) -> object:
    """Return a cell that a spreadsheet takes for text, not for a formula, wherever it divides the line."""
    return _FORMULA.sub(r"\1\2'", value) if isinstance(value, str) else value
