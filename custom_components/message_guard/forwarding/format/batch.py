"""Entries that go out in one request, and the request itself."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
import hashlib
from typing import Final

from .otlp import SCOPE, Value, export_request
from .records import Fields, record

MOST_RECORDS: Final = 512
MOST_BYTES: Final = 512 * 1024
"""Of the records of one request, unless a single one is larger."""

TOGETHER: Final = 8
"""So many records are made without a pause."""


@dataclass(frozen=True, slots=True)
class Row:
    """An entry as it lies in the database.

    Attributes:
        sequence: Its place.
        line: What stands there, as bytes.
        sealed: Its private values with their salts; None if there are none, or none are wanted.
    """

    sequence: int
    line: bytes
    sealed: bytes | None

    @property
    def hash(self) -> str:
        """Return the entry's hash."""
        return hashlib.sha256(self.line).hexdigest()


@dataclass(frozen=True, slots=True)
class Batch:
    """A request with entries.

    Attributes:
        body: The request.
        count: How many entries it holds.
        last: The last of them.
    """

    body: bytes
    count: int
    last: Row


def resource(origin: str, version: str, home: str) -> dict[str, Value]:
    """Return what all records of a request come from.

    Args:
        origin: The name of the ledger.
        version: Of this integration.
        home: What the household calls itself, "" for nothing.
    """
    found: dict[str, Value] = {
        "service.name": SCOPE,
        "service.version": version,
        "service.instance.id": origin,
    }
    return found | ({f"{SCOPE}.home": home} if home else {})


def batch(
    rows: Iterable[Row],
    origin: str,
    about: Mapping[str, Value],
    version: str,
    fields: Fields,
    pause: Callable[[], None] = lambda: None,
) -> Batch | None:
    """Return the first of these entries, as many as go into one request; None if there are none.

    Args:
        rows: In their order, all of one ledger.
        origin: Its name.
        about: What they come from.
        version: Of this integration.
        fields: What of them goes out.
        pause: Called after each few entries: whoever works beside an event loop lets it have the processor.
    """
    records: list[bytes] = []
    size, last = 0, None
    for row in rows:
        encoded = record(row.sequence, row.line, row.sealed, origin, fields).encode()
        if records and size + len(encoded) > MOST_BYTES:
            break
        records.append(encoded)
        size, last = size + len(encoded), row
        if len(records) % TOGETHER == 0:
            pause()
    return (
        None if last is None else Batch(export_request(about, version, records), len(records), last)
    )
