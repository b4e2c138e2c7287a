"""Erasing words: our files no longer hold them, and the chain still verifies."""

from pathlib import Path
import random
import sqlite3

import pytest

from custom_components.message_guard.ledger import retention as ledger_retention
from custom_components.message_guard.ledger.format.entries import Kind
from custom_components.message_guard.ledger.store import Erasure, Filter, LedgerStore
from custom_components.message_guard.ledger.upkeep import Upkeep
from tests.clock import pass_time
from tests.ledger.stores import DAY, Clock, asked, exported, on_disk, opened, sent, until, verify


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


@pytest.fixture
def clock() -> Clock:
    return Clock()


async def test_words_go_after_the_time_the_household_chose(path: Path, clock: Clock) -> None:
    """At the start and every day; newer words stay."""
    async with opened(path, clock_us=clock) as store:
        await store.append_many(sent("old", body="bury the hatchet"))
        clock.now += 20 * DAY
        await store.append_many(sent("new", body="water the plants"))
    clock.now += 15 * DAY
    assert on_disk(path, "hatchet")
    async with opened(path, clock_us=clock) as store:
        await until(lambda: not on_disk(path, "hatchet"))
        assert on_disk(path, "plants")
        page = await store.page(Filter(kinds=[Kind.SHREDDED]))
        assert page.rows[0].entry.facts["scope"] == "retention"
        assert page.rows[0].entry.facts["entries"] == 1
        asked_rows = (await store.page(Filter(kinds=[Kind.ASKED]))).rows
        assert [dict(row.private).get("body") for row in asked_rows] == ["water the plants", None]
        assert (await store.verify()).sound
        assert b"hatchet" not in b"".join(await exported(store))
    assert on_disk(path, "hatchet") == []
    assert verify(path)[0] == 0


async def test_nothing_is_recorded_when_there_is_nothing_to_erase(path: Path, clock: Clock) -> None:
    """A quiet household's ledger does not grow by itself."""
    async with opened(path, clock_us=clock) as store:
        await store.append(asked("r1"))
        await pass_time(1)
        await store.set_retention(30)
        assert (await store.page(Filter(kinds=[Kind.SHREDDED]))).rows == ()


async def test_keeping_no_words_at_all(path: Path, clock: Clock) -> None:
    """They are not stored, nor committed to; what an earlier setting kept goes at once."""
    async with opened(path, clock_us=clock) as store:
        await store.append(asked("before", body="bury the hatchet"))
    async with opened(path, clock_us=clock, retention_days=0) as store:
        entry = await store.append(asked("after", body="water the plants"))
        assert entry.commitments == {}
        await until(lambda: not on_disk(path, "hatchet"))
        assert on_disk(path, "plants") == []
        await store.set_retention(None)
        assert (await store.append(asked("kept"))).commitments
    assert verify(path)[0] == 0


async def test_keeping_words_for_ever(path: Path, clock: Clock) -> None:
    """None is for ever."""
    async with opened(path, clock_us=clock, retention_days=None) as store:
        await store.append(asked("r1", body="bury the hatchet"))
        clock.now += 10_000 * DAY
        await store.set_retention(None)
        await store.append(asked("r2"))
    async with opened(path, clock_us=clock, retention_days=None):
        await pass_time(1)
    assert on_disk(path, "hatchet")


async def test_one_request(path: Path) -> None:
    """Its words go, those of the others stay, and the entry says whose went."""
    async with opened(path) as store:
        await store.append_many([*sent("a", body="bury the hatchet"), *sent("b", body="water")])
        erased = await store.shred(Erasure.of_request("a"))
        assert (erased.entries, erased.complete) == (1, True)
        assert on_disk(path, "hatchet") == []
        assert on_disk(path, "water")
        newest = (await store.page(limit=1)).rows[0].entry
        assert (newest.kind, newest.request_id) == (Kind.SHREDDED, "a")
        assert (await store.shred(Erasure.of_request("a"))).entries == 0
        assert (await store.verify()).sound
        assert await exported(store)
    assert verify(path)[0] == 0


async def test_one_contact(path: Path) -> None:
    """Everything that was ever said to one person."""
    async with opened(path) as store:
        for number in range(5):
            await store.append_many(sent(f"m{number}", body="bury the hatchet"))
            await store.append_many(sent(f"d{number}", body="water", contact_id="dad"))
        assert (await store.shred(Erasure.of_contact("mum"))).entries == 5
        assert on_disk(path, "hatchet") == []
        assert on_disk(path, "water")
        newest = (await store.page(limit=1)).rows[0].entry
        assert newest.facts["contact_id"] == "mum"
    code, text = verify(path)
    assert code == 0, text


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
async def test_no_copy_stays_behind(path: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever was written and erased in whatever order, no file holds an erased word.

    Deleting rows would not do: SQLite leaves copies of moved rows behind, `secure_delete` or not.
    """
    monkeypatch.setattr(ledger_retention, "REBUILD_ROWS", 30)
    draw = random.Random(seed)
    live: set[int] = set()
    gone: set[int] = set()
    number = 0
    async with opened(path) as store:
        for _ in range(25):
            for _ in range(draw.randint(1, 25)):
                number += 1
                padding = "x" * draw.choice([1, 40, 300, 3000, 9000])
                await store.append(asked(f"r{number}", body=f"<word {number}> {padding}"))
                live.add(number)
            chosen = draw.sample(sorted(live), draw.randint(0, len(live) // 2))
            for each in chosen:
                await store.shred(Erasure.of_request(f"r{each}"))
            live -= set(chosen)
            gone |= set(chosen)
            content = b"".join(file.read_bytes() for file in path.parent.iterdir())
            left = {each for each in gone if f"<word {each}>".encode() in content}
            assert left == set()
            assert all(f"<word {each}>".encode() in content for each in live)
        assert (await store.verify()).sound
    assert gone
    assert verify(path)[0] == 0


async def test_somebody_who_reads_delays_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The words are gone from the ledger at once, from the write-ahead log once the reader is done."""
    monkeypatch.setattr("custom_components.message_guard.ledger.upkeep.RETRY_SECONDS", 0.05)
    async with opened(path, busy_seconds=0.01) as store:
        await store.append(asked("r1", body="bury the hatchet"))
        reader = sqlite3.connect(path, isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM entries").fetchall()
        erased = await store.shred(Erasure.everything())
        assert (erased.entries, erased.complete) == (1, False)
        assert (await store.page(Filter(kinds=[Kind.ASKED]))).rows[0].private == {}
        await pass_time(1)
        assert on_disk(path, "hatchet")
        reader.execute("COMMIT")
        reader.close()
        await until(lambda: not on_disk(path, "hatchet"))


async def test_words_erased_during_a_backup_leave_the_files_after_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the files are copied the main one stays as it is; then the words go."""
    monkeypatch.setattr("custom_components.message_guard.ledger.upkeep.RETRY_SECONDS", 0.05)
    async with opened(path) as store:
        await store.append(asked("r1", body="bury the hatchet"))
        await store.begin_backup()
        main = path.read_bytes()
        erased = await store.shred(Erasure.everything())
        assert (erased.entries, erased.complete) == (1, False)
        await pass_time(1)
        assert path.read_bytes() == main
        await store.end_backup()
        await until(lambda: not on_disk(path, "hatchet"))
    assert verify(path)[0] == 0


async def test_failures_are_logged_and_the_ledger_goes_on(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A ledger that another program holds cannot erase; the household is told."""
    store = LedgerStore(path, busy_seconds=0.01)
    await store.open()
    await store.append(asked("r1"))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    store._retention_days = 0
    store._upkeep._look_for_old_words()
    await until(lambda: "could not be erased" in caplog.text)
    other.execute("COMMIT")
    other.close()
    await store.close()


async def test_upkeep_comes_every_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not only at the start."""
    monkeypatch.setattr("custom_components.message_guard.ledger.upkeep.RETENTION_SECONDS", 0.02)
    looked = 0

    async def look() -> None:
        nonlocal looked
        looked += 1

    async def sign() -> None:
        return

    upkeep = Upkeep(checkpoint=sign, retention=look)
    upkeep.retention_soon()
    upkeep.something_happened()
    upkeep.start()
    await until(lambda: looked >= 3)
    upkeep.stop()
    seen = looked
    await pass_time(1)
    assert looked == seen


@pytest.mark.parametrize(
    ("erasure", "concerned"),
    [
        (Erasure.of_request("r1"), {("r1", "mum", 1), ("r1", None, 9)}),
        (Erasure.of_contact("mum"), {("r1", "mum", 1), ("r2", "mum", 9)}),
        (Erasure.before(9), {("r1", "mum", 1)}),
        (Erasure.everything(), {("r1", "mum", 1), ("r1", None, 9), ("r2", "mum", 9)}),
    ],
)
def test_whose_words_elsewhere_are_concerned(
    erasure: Erasure, concerned: set[tuple[str, str | None, int]]
) -> None:
    """The same requests wherever else their words are kept: in traces, in what waits to be read out."""
    known: list[tuple[str, str | None, int]] = [("r1", "mum", 1), ("r1", None, 9), ("r2", "mum", 9)]
    assert {each for each in known if erasure.concerns(*each)} == concerned
