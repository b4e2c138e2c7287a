"""Other ways of keeping the same records: bare SQLite, JSON lines with fsync, pymerkle's tree in SQLite."""

from collections.abc import Iterator, Sequence
import hashlib
import json
import os
from pathlib import Path
import sqlite3

from pymerkle import SqliteTree

from custom_components.message_guard.ledger.format.encoding import GENESIS, SALT_BYTES
from custom_components.message_guard.ledger.format.entries import Kind, Step, next_entry, sealed
from custom_components.message_guard.ledger.format.layout import OBJECTS

START_US = 1_800_000_000_000_000
ENTRIES_A_DAY = 1000
DAY_US = 86_400_000_000

CONTACTS = 12
SATELLITES = 6


def steps() -> Iterator[Step]:
    """Yield what a busy household's guard records, for ever.

    Seven of ten messages are sent, two are declined or expire, one is refused; one contact in twelve
    and one satellite in six, each contact at each satellite now and then.
    """
    number = 0
    while True:
        number += 1
        request = f"01K9ZQ3M6Q8V7T5R4W2X{number:06}"
        facts: dict[str, str | int | bool | None] = {
            "route": "sentence",
            "level": "phrase",
            "contact_id": f"01J9ZK3M6Q8V7T5R4W2X1Y{number % CONTACTS:04}",
            "satellite_id": f"assist_satellite.room_{number * number // 7 % SATELLITES}",
            "device_id": "3f0c2b7d9a5e4c1b8d6f7e2a1c0b9d8e",
            "user_id": None,
            "language": "en",
            "by_model": False,
        }
        words = {
            "recipient": "mum",
            "body": f"I will be home at about seven, message number {number}",
            "utterance": f"tell mum I will be home at about seven, message number {number}",
        }
        kinds = [Kind.ASKED, Kind.AUTHORISED, Kind.DELIVERED]
        if number % 10 == 0:
            kinds = [Kind.REFUSED]
        elif number % 10 in {3, 7}:
            kinds = [Kind.ASKED, Kind.EXPIRED if number % 20 > 10 else Kind.DECLINED]
        for place, kind in enumerate(kinds):
            yield Step(
                kind=kind,
                request_id=request,
                reasons=("default:phrase", "contact:phrase"),
                facts=facts,
                private=words if place == 0 else {},
            )


class Clock:
    """A clock by which a thousand entries make a day."""

    def __init__(self) -> None:
        """Begin in 2027."""
        self._now = START_US

    def __call__(self) -> int:
        """Return the time, microseconds since the epoch."""
        self._now += DAY_US // ENTRIES_A_DAY
        return self._now


type Row = tuple[tuple[object, ...], str | None, str]


def rows(count: int) -> list[Row]:
    """Return entries as the ledger stores them: the row, the private values, the hash."""
    result: list[Row] = []
    head, clock = GENESIS, Clock()
    for sequence, step in zip(range(1, count + 1), steps(), strict=False):
        salts = {name: os.urandom(SALT_BYTES) for name in step.private}
        entry = next_entry(step, sequence=sequence, time=clock(), previous=head, salts=salts)
        head = entry.hash
        row = (
            sequence,
            entry.line,
            entry.time,
            str(entry.kind),
            entry.facts["contact_id"],
            entry.facts["satellite_id"],
            entry.request_id,
        )
        result.append((row, sealed(step, salts), entry.hash))
    return result


class BareSqlite:
    """`sqlite3` writing the same rows: no chain, no indexes, no thread; the fastest durable way.

    The same rows are those that a ledger's append writes: the entry with what it is searched by, and its private values.
    """

    name = "bare.db"
    tables: tuple[str, ...] = (
        "CREATE TABLE entries (sequence INTEGER PRIMARY KEY, line, time, kind, contact, satellite, request)",
        "CREATE TABLE private (sequence INTEGER PRIMARY KEY, sealed)",
    )

    def __init__(self, folder: Path) -> None:
        """Create the file, in WAL mode with synchronous=FULL."""
        self.path = folder / self.name
        self._db = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        for table in self.tables:
            self._db.execute(table)

    def append(self, row: Row) -> None:
        """Write one entry, durably."""
        self._db.execute("BEGIN")
        self._db.execute("INSERT INTO entries VALUES (?,?,?,?,?,?,?)", row[0])
        if row[1] is not None:
            self._db.execute("INSERT INTO private VALUES (?,?)", (row[0][0], row[1]))
        self._db.execute("COMMIT")

    def close(self) -> None:
        """Close the file."""
        self._db.close()


class IndexedSqlite(BareSqlite):
    """The same with the ledger's own tables and their indexes: what searching costs, and nothing else."""

    name = "indexed.db"
    tables = tuple(OBJECTS.values())


class FreshSqlite(BareSqlite):
    """The same as `BareSqlite`, while its write-ahead log still grows."""

    name = "fresh.db"


class AwaitedSqlite(BareSqlite):
    """The same as `BareSqlite`, to be called as an event loop must: in another thread, and awaited."""

    name = "awaited.db"


class JsonLines:
    """A file to which every entry is appended as a line and synced."""

    def __init__(self, folder: Path) -> None:
        """Create the file."""
        self.path = folder / "ledger.jsonl"
        self._file = self.path.open("wb", buffering=0)

    @staticmethod
    def line(row: Row) -> bytes:
        """Return an entry as the line of an export."""
        text = f'{{"entry":{row[0][1]},"hash":"{row[2]}","private":{row[1] or "{}"}}}\n'
        return text.encode()

    def append(self, row: Row) -> None:
        """Write one entry, durably."""
        self._file.write(self.line(row))
        os.fsync(self._file.fileno())

    def extend(self, many: Sequence[Row]) -> None:
        """Write many entries with one sync."""
        self._file.write(b"".join(map(self.line, many)))
        os.fsync(self._file.fileno())

    def verify(self) -> None:
        """Check the chain of hashes, and nothing else."""
        head = GENESIS
        with self.path.open("rb") as lines:
            for line in lines:
                found = json.loads(line)
                assert found["entry"]["previous"] == head
                encoded = line[len('{"entry":') : line.rindex(b',"hash":"')]
                head = hashlib.sha256(encoded).hexdigest()
                assert found["hash"] == head

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class Pymerkle:
    """pymerkle's `SqliteTree`, with its own settings."""

    def __init__(self, folder: Path) -> None:
        """Create the file."""
        self.path = folder / "pymerkle.db"
        self._tree = SqliteTree(str(self.path))

    def append(self, row: Row) -> None:
        """Write one entry, durably."""
        self._tree.append_entry(JsonLines.line(row))

    def extend(self, many: Sequence[Row]) -> None:
        """Write many entries in one transaction."""
        self._tree.append_entries(JsonLines.line(row) for row in many)

    def verify(self) -> None:
        """Compare every leaf with its entry, and compute the root."""
        tree = self._tree
        tree.cache_clear()
        for index in range(1, tree.get_size() + 1):
            assert tree.hash_buff(tree.get_entry(index)) == tree.get_leaf(index)
        assert tree.get_state()

    def close(self) -> None:
        """Close the file."""
        self._tree.close()
