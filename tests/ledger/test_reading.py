"""Pages, statistics and exports."""

import csv
from datetime import date
import io
import json
from pathlib import Path
import random
import sqlite3

import pytest

from custom_components.message_guard.core.errors import LedgerError
from custom_components.message_guard.ledger.format.entries import Kind, Step
from custom_components.message_guard.ledger.reading import Reader, Row
from custom_components.message_guard.ledger.store import Filter, LedgerStore
from tests.ledger.stores import DAY, START, Clock, asked, exported, opened, sent

CONTACTS = (None, "mum", "dad", "nan")
SATELLITES = (None, "assist_satellite.kitchen", "assist_satellite.hall")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


def matches(row: Row, wanted: Filter) -> bool:
    """Say the same as the filter, in the plainest way."""
    entry = row.entry
    return (
        (wanted.since_us is None or entry.time >= wanted.since_us)
        and (wanted.until_us is None or entry.time < wanted.until_us)
        and (wanted.contact_id is None or entry.facts.get("contact_id") == wanted.contact_id)
        and (wanted.satellite_id is None or entry.facts.get("satellite_id") == wanted.satellite_id)
        and (wanted.kinds is None or entry.kind in wanted.kinds)
        and (wanted.request_id is None or entry.request_id == wanted.request_id)
    )


async def all_pages(store: LedgerStore, wanted: Filter, limit: int) -> list[Row]:
    """Return what all pages of a filter hold."""
    rows: list[Row] = []
    before = None
    while True:
        page = await store.page(wanted, before=before, limit=limit)
        assert len(page.rows) <= limit
        rows += page.rows
        before = page.before
        if before is None:
            return rows
        assert len(page.rows) == limit


async def test_nobody_opens_it_again_who_had_begun_to_read_before_it_was_closed(path: Path) -> None:
    """They are told that it is closed; no file stays open."""
    async with opened(path) as store:
        await store.append(Step(kind=Kind.OBSERVED))
    reader = Reader(path, busy_seconds=1.0)
    reader.open()

    def count(db: sqlite3.Connection) -> int:
        return int(db.execute("SELECT count(*) FROM entries").fetchone()[0])

    assert await reader.run(count) > 1
    reader.close()
    with pytest.raises(LedgerError):
        await reader.run(count)
    held = [str(one.readlink()) for one in Path("/proc/self/fd").iterdir() if one.is_symlink()]
    assert not [one for one in held if one.startswith(str(path))]


async def test_every_filter_finds_what_a_plain_search_finds(path: Path) -> None:
    """Any combination, any page size, with a clock that jumps back and forth."""
    draw = random.Random(3)
    clock = Clock()
    async with opened(path, clock_us=clock, retention_days=None) as store:
        for number in range(400):
            clock.now += draw.choice([1, 60, 3600, DAY // 1_000_000, -7200]) * 1_000_000
            await store.append(
                Step(
                    kind=draw.choice(list(Kind)[:14]),
                    request_id=draw.choice([None, f"r{number % 40}"]),
                    facts={
                        "contact_id": draw.choice(CONTACTS),
                        "satellite_id": draw.choice(SATELLITES),
                    },
                )
            )
        everything = await all_pages(store, Filter(), 1000)
        assert [row.entry.sequence for row in everything] == list(range(401, 0, -1))
        times = sorted(row.entry.time for row in everything)
        for _ in range(150):
            since, until = sorted(draw.choices(times, k=2))
            wanted = Filter(
                since_us=draw.choice([None, since]),
                until_us=draw.choice([None, until]),
                contact_id=draw.choice(CONTACTS),
                satellite_id=draw.choice(SATELLITES),
                kinds=draw.choice([None, [], [Kind.ASKED], list(Kind)[:6]]),
                request_id=draw.choice([None, None, "r7"]),
            )
            found = await all_pages(store, wanted, draw.choice([1, 7, 50]))
            assert found == [row for row in everything if matches(row, wanted)], wanted


async def test_a_time_at_which_nothing_happened(path: Path) -> None:
    """No entries, no error."""
    async with opened(path, clock_us=Clock()) as store:
        assert (await store.page(Filter(since_us=START + 100 * DAY))).rows == ()
        assert (await store.page(Filter(until_us=START - 100 * DAY))).rows == ()


async def test_statistics(path: Path) -> None:
    """By day and by what happened."""
    clock = Clock()
    async with opened(path, clock_us=clock, retention_days=None) as store:
        await store.append_many([*sent("a"), *sent("b")])
        clock.now += 2 * DAY
        await store.append_many([*sent("c"), asked("d")])
        first, third = date(2027, 1, 15), date(2027, 1, 17)
        assert await store.statistics() == {
            first: {"asked": 2, "authorised": 2, "delivered": 2, "started": 1},
            third: {"asked": 2, "authorised": 1, "delivered": 1},
        }
        assert list(await store.statistics(since_us=START + DAY)) == [third]
        assert list(await store.statistics(until_us=START + DAY)) == [first]


async def test_a_table_to_look_at(path: Path) -> None:
    """One line per entry; times a person can read; nothing that a spreadsheet would run."""
    body = '=HYPERLINK("x"),\n"quoted"'
    async with opened(path, clock_us=Clock()) as store:
        await store.append_many(sent("r1", body=body, level="phrase", via=None))
        text = b"".join(await exported(store, form="csv")).decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["kind"] for row in rows] == ["started", "asked", "authorised", "delivered"]
    row = rows[1]
    assert row["time"].startswith("2027-01-15T08:0")
    assert row["time"].endswith("+00:00")
    assert row["body"] == "'" + body
    assert (row["contact_id"], row["satellite_id"]) == ("mum", "assist_satellite.kitchen")
    assert json.loads(row["facts"]) == {"level": "phrase"}
    assert row["reasons"] == "default"
