"""The history: what became of each request, one row for each, read off the ledger's entries.

Nothing is kept for it: a request begins with its first entry and is what its last one says, and both are found by the
indexes that the ledger has.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
import sqlite3
from types import MappingProxyType

from ..core.level import Level
from .format.entries import LATER, Entry, Kind, read_entry
from .format.layout import FILED
from .reading import Filter, bounds, opened
from .store import LedgerStore

SLOT_US = 900_000_000
"""A quarter of an hour: no time zone's days and hours begin at another time."""

MOST_SCANNED = 2000
"""Requests that one call looks through for those that are wanted; then it says where to go on."""

CHUNK_REQUESTS = 200

MOST_BETWEEN = 200
"""Entries between the question about changed words and the end of the former; what else happens meanwhile is little."""


class Outcome(StrEnum):
    """What became of a request, in a household's words; what it is called in the API."""

    WAITING = "waiting"
    ON_ITS_WAY = "on_its_way"
    SENT = "sent"
    UNKNOWN = "unknown"
    FAILED = "failed"
    DECLINED = "declined"
    EXPIRED = "expired"
    REFUSED = "refused"
    WRONG_PROOF = "wrong_proof"
    REPLACED = "replaced"
    OBSERVED = "observed"


OUTCOMES: Mapping[Kind, Outcome] = MappingProxyType(
    {
        Kind.ASKED: Outcome.WAITING,
        Kind.WRONG_REPLY: Outcome.WAITING,
        Kind.AUTHORISED: Outcome.ON_ITS_WAY,
        Kind.DELIVERED: Outcome.SENT,
        Kind.HANDED_OVER: Outcome.SENT,
        Kind.UNKNOWN: Outcome.UNKNOWN,
        Kind.INTERRUPTED: Outcome.UNKNOWN,
        Kind.FAILED: Outcome.FAILED,
        Kind.ARRIVED: Outcome.SENT,
        Kind.FAILED_LATER: Outcome.FAILED,
        Kind.DECLINED: Outcome.DECLINED,
        Kind.EXPIRED: Outcome.EXPIRED,
        Kind.REFUSED: Outcome.REFUSED,
        Kind.PROOF_FAILED: Outcome.WRONG_PROOF,
        Kind.SUPERSEDED: Outcome.REPLACED,
        Kind.OBSERVED: Outcome.OBSERVED,
    }
)
"""What a request is whose last step is of this kind. Other kinds are no steps of a request."""

_FIRST = (Kind.ASKED, Kind.REFUSED, Kind.OBSERVED, Kind.AUTHORISED)
"""Kinds that a request begins with."""

_ENDS = tuple(
    kind
    for kind, outcome in OUTCOMES.items()
    if outcome not in {Outcome.WAITING, Outcome.ON_ITS_WAY} and kind not in LATER
)
"""Kinds that a request ends with, once each: what is heard of it later ends nothing a second time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which requests to read; what is None is not asked for.

    Attributes:
        since_us: Begun at this time or later, microseconds since the epoch, UTC.
        until_us: Begun before this time.
        contact_id: For this contact.
        satellite_id: Said at this satellite.
        outcomes: With one of these outcomes.
        text: Found in the words that are kept, whatever is a capital there.
    """

    since_us: int | None = None
    until_us: int | None = None
    contact_id: str | None = None
    satellite_id: str | None = None
    outcomes: Collection[Outcome] | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One request.

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

    @property
    def outcome(self) -> Outcome:
        """What became of it."""
        return OUTCOMES[Kind(self.last.kind)]

    @property
    def authorised(self) -> Entry | None:
        """When it was proved, None if it never was."""
        return next((step for step in self.steps if step.kind is Kind.AUTHORISED), None)

    @property
    def replaces(self) -> str | None:
        """The id of the request with the words before somebody changed them, None if nobody did."""
        found = self.first.facts.get("replaces")
        return found if isinstance(found, str) else None

    @property
    def decided(self) -> Entry | None:
        """The step in which somebody has decided outside the conversation, None without one."""
        return next((step for step in self.steps if step.facts.get("via") is not None), None)

    @property
    def unproved(self) -> bool:
        """Whether no proof was needed."""
        return self.first.facts.get("level") == Level.NONE.label


@dataclass(frozen=True, slots=True)
class RequestPage:
    """Requests, those that began last first.

    Attributes:
        rows: The requests; fewer than were asked for, even none, does not mean the end.
        before: What to ask for to get the next page; None at the end.
    """

    rows: tuple[RequestRow, ...]
    before: int | None


@dataclass(frozen=True, slots=True)
class Known:
    """What the ledger knows of.

    Attributes:
        contacts: Ids.
        satellites: Ids.
        requests: How many there are.
        first_us: When the oldest entry was made, microseconds since the epoch; None without one.
    """

    contacts: tuple[str, ...]
    satellites: tuple[str, ...]
    requests: int
    first_us: int | None


class History:
    """Reads requests, in the executor."""

    def __init__(self, ledger: LedgerStore) -> None:
        """Read this ledger."""
        self._ledger = ledger

    async def page(
        self, wanted: Wanted, *, before: int | None = None, limit: int = 50
    ) -> RequestPage:
        """Return the requests that match, those that began last first.

        Raises:
            LedgerError: If the ledger cannot be read.
        """
        return await self._ledger.read(lambda db: read_requests(db, wanted, before, limit))

    async def request(self, request_id: str) -> RequestRow | None:
        """Return one request, None if there is none.

        Raises:
            LedgerError: If the ledger cannot be read.
        """
        found = await self._ledger.read(lambda db: _rows(db, [request_id]))
        return found[0] if found else None

    async def replaced_by(self, row: RequestRow) -> str | None:
        """Return the id of the request with the words that were sent in place of these, None if there is none.

        Raises:
            LedgerError: If the ledger cannot be read.
        """
        return await self._ledger.read(lambda db: read_replacing(db, row))

    async def ends(self, since_us: int, until_us: int) -> Mapping[tuple[int, Outcome], int]:
        """Return how many requests have ended how, by the quarter of an hour that begins at this time (µs, UTC).

        Raises:
            LedgerError: If the ledger cannot be read.
        """
        return await self._ledger.read(lambda db: read_ends(db, since_us, until_us))

    async def known(self) -> Known:
        """Return what there is to be filtered by.

        Raises:
            LedgerError: If the ledger cannot be read.
        """
        return await self._ledger.read(read_known)


def read_requests(
    db: sqlite3.Connection, wanted: Wanted, before: int | None, limit: int
) -> RequestPage:
    """Return the newest requests that match, at most `limit`; see `History.page`."""
    found: list[RequestRow] = []
    scanned, at = 0, before
    exact = wanted.outcomes is None and wanted.text is None
    while scanned < MOST_SCANNED:
        size = limit - len(found) if exact else CHUNK_REQUESTS
        chunk = _begun(db, wanted, at, size)
        told = chunk if wanted.text is None else _saying(db, chunk, wanted.text)
        rows = {row.first.request_id: row for row in _rows(db, [name for _, name in told])}
        for sequence, request_id in chunk:
            at = sequence
            row = rows.get(request_id)
            if row is not None and _is_wanted(row, wanted):
                found.append(row)
                if len(found) == limit:
                    return RequestPage(tuple(found), at)
        if len(chunk) < size:
            return RequestPage(tuple(found), None)
        scanned += len(chunk)
    return RequestPage(tuple(found), at)


def _is_wanted(row: RequestRow, wanted: Wanted) -> bool:
    begun = wanted.since_us is None or row.first.time >= wanted.since_us
    return begun and (wanted.outcomes is None or row.outcome in wanted.outcomes)


def read_replacing(db: sqlite3.Connection, row: RequestRow) -> str | None:
    """Return which request has taken the place of this one; it is asked about just before this one ends."""
    if row.outcome is not Outcome.REPLACED:
        return None
    end = row.last.sequence
    for (line,) in db.execute(
        "SELECT line FROM entries WHERE sequence BETWEEN ? AND ? AND request IS NOT NULL"
        " ORDER BY sequence DESC",
        (max(row.first.sequence, end - MOST_BETWEEN), end - 1),
    ):
        entry = read_entry(line)
        if entry.facts.get("replaces") == row.first.request_id:
            return entry.request_id
    return None


def _begun(
    db: sqlite3.Connection, wanted: Wanted, before: int | None, limit: int
) -> list[tuple[int, str]]:
    """Return where the newest requests stand that may match, and their ids, newest first.

    With an outcome and neither a contact nor a place nor a last day, that is where they ended: what is rare is found at
    once. What ended after a first day may have begun before it; `read_requests` leaves that out.
    """
    lowest, highest = bounds(db, Filter(since_us=wanted.since_us, until_us=wanted.until_us))
    if before is not None:
        highest = min(highest, before - 1)
    somebody = wanted.contact_id is not None or wanted.satellite_id is not None
    others = (wanted.text, wanted.until_us)
    by_end = wanted.outcomes is not None and not somebody and others == (None, None)
    conditions = ["e.sequence BETWEEN ? AND ?", "e.request IS NOT NULL"]
    values: list[object] = [lowest, highest]
    for condition, value in (
        ("e.contact = ?", wanted.contact_id),
        ("e.satellite = ?", wanted.satellite_id),
        ("e.time >= ?", wanted.since_us),
        ("e.time < ?", wanted.until_us),
    ):
        if value is not None:
            conditions.append(condition)
            values.append(value)
    kinds = (
        [kind for kind, outcome in OUTCOMES.items() if outcome in (wanted.outcomes or ())]
        if by_end
        else list(_FIRST)
    )
    found: list[tuple[int, str]] = []
    for source, chosen in _sources(wanted, kinds, indexed=by_end or somebody):
        query = (
            f"SELECT e.sequence, e.request FROM entries e {source} WHERE"  # noqa: S608
            f" {' AND '.join(conditions)} AND e.{FILED} AND e.kind IN ({_marks(chosen)})"
            f" AND NOT EXISTS ({_later(by_end=by_end)}) ORDER BY e.sequence DESC LIMIT ?"
        )
        steps = [kind.value for kind in OUTCOMES] if by_end else []
        bound = [*values, *(kind.value for kind in chosen), *steps, limit]
        found = sorted([*found, *db.execute(query, bound)], reverse=True)[:limit]
        if len(found) == limit:
            values[0] = found[-1][0]  # what is older than these is not asked for any more
    return found


def _sources(
    wanted: Wanted, kinds: list[Kind], *, indexed: bool
) -> Iterator[tuple[str, list[Kind]]]:
    """Yield along which index to look, for which kinds: in an index, the entries of one kind lie in order."""
    if not indexed:
        yield "NOT INDEXED", kinds
        return
    name = "entries_by_kind"
    if wanted.contact_id is not None and wanted.satellite_id is not None:
        name = "entries_by_both"
    elif wanted.contact_id is not None:
        name = "entries_by_contact"
    elif wanted.satellite_id is not None:
        name = "entries_by_satellite"
    for kind in kinds:
        yield f"INDEXED BY {name}", [kind]


def _later(*, by_end: bool) -> str:
    """Return what finds another step of the same request: one after it, or one before it."""
    other = "SELECT 1 FROM entries o INDEXED BY entries_by_request WHERE o.request = e.request"
    if not by_end:
        return f"{other} AND o.sequence < e.sequence"
    return f"{other} AND o.sequence > e.sequence AND o.kind IN ({_marks(OUTCOMES)})"


def _rows(db: sqlite3.Connection, request_ids: list[str]) -> list[RequestRow]:
    """Return these requests, as far as they are there, in any order."""
    if not request_ids:
        return []
    steps: dict[str, list[Entry]] = {}
    private: dict[str, Mapping[str, str]] = {}
    for line, sealed in db.execute(
        "SELECT e.line, p.sealed FROM entries e INDEXED BY entries_by_request"  # noqa: S608
        " LEFT JOIN private p ON p.sequence = e.sequence"
        f" WHERE e.request IN ({_marks(request_ids)}) ORDER BY e.sequence",
        request_ids,
    ):
        entry = read_entry(line)
        if entry.request_id is None or not isinstance(entry.kind, Kind):
            continue
        if entry.kind in OUTCOMES:
            steps.setdefault(entry.request_id, []).append(entry)
        if sealed is not None:
            private.setdefault(entry.request_id, opened(sealed))
    return [
        RequestRow(tuple(entries), private.get(request_id, {}))
        for request_id, entries in steps.items()
    ]


def _saying(
    db: sqlite3.Connection, chunk: list[tuple[int, str]], text: str
) -> list[tuple[int, str]]:
    """Return those of them in whose words the text stands; the words are beside the first entry."""
    wanted = text.casefold()
    firsts = ",".join(str(sequence) for sequence, _ in chunk) or "0"
    found = {
        sequence
        for sequence, sealed in db.execute(
            f"SELECT sequence, sealed FROM private WHERE sequence IN ({firsts})"  # noqa: S608
        )
        if any(wanted in value.casefold() for value in opened(sealed).values())
    }
    return [(sequence, name) for sequence, name in chunk if sequence in found]


def _marks(values: Collection[object]) -> str:
    return ",".join("?" * len(values))


def read_ends(
    db: sqlite3.Connection, since_us: int, until_us: int
) -> Mapping[tuple[int, Outcome], int]:
    """Return how many requests have ended how, by the quarter of an hour; see `History.ends`."""
    lowest, highest = bounds(db, Filter(since_us=since_us, until_us=until_us))
    found: dict[tuple[int, Outcome], int] = {}
    for slot, kind, count in db.execute(
        "SELECT time / ?, kind, count(*) FROM entries NOT INDEXED WHERE sequence BETWEEN ? AND ?"  # noqa: S608
        f" AND request IS NOT NULL AND kind IN ({_marks(_ENDS)}) AND time >= ? AND time < ?"
        " GROUP BY 1, 2",
        (SLOT_US, lowest, highest, *(kind.value for kind in _ENDS), since_us, until_us),
    ):
        key = (slot * SLOT_US, OUTCOMES[Kind(kind)])
        found[key] = found.get(key, 0) + count
    return found


def read_known(db: sqlite3.Connection) -> Known:
    """Return what there is to be filtered by; see `History.known`."""
    (requests,) = db.execute(
        "SELECT (SELECT count(DISTINCT request) FROM entries INDEXED BY entries_by_request"  # noqa: S608
        " WHERE request IS NOT NULL) - (SELECT count(DISTINCT request) FROM entries INDEXED BY"
        f" entries_by_kind WHERE kind IN ('received', 'dropped') AND {FILED})"
    ).fetchone()
    first = db.execute("SELECT time FROM entries ORDER BY sequence LIMIT 1").fetchone()
    return Known(
        contacts=_distinct(db, "contact"),
        satellites=_distinct(db, "satellite"),
        requests=requests,
        first_us=None if first is None else first[0],
    )


def _distinct(db: sqlite3.Connection, column: str) -> tuple[str, ...]:
    """Return the values of a column that has an index, from one to the next and not over all entries."""
    query = (
        f"SELECT min({column}) FROM entries INDEXED BY entries_by_{column}"  # noqa: S608
        f" WHERE {column} IS NOT NULL AND {column} > ?"
    )
    found: list[str] = []
    while True:
        (value,) = db.execute(query, (found[-1] if found else "",)).fetchone()
        if value is None:
            return tuple(found)
        found.append(value)
