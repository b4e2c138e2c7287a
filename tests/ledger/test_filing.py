"""Entries are filed some time after they were appended; nobody who reads, checks or starts again can tell."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
import shutil
import sqlite3
from typing import Any

import pytest

from custom_components.message_guard.ledger.format.entries import Kind, Step
from custom_components.message_guard.ledger.format.layout import MOST_UNFILED
from custom_components.message_guard.ledger.history import History, Wanted
from custom_components.message_guard.ledger.store import Erasure, Filter, LedgerStore
from tests.ledger.stores import asked, opened, sent, verify
from tests.ledger.test_migration import unpacked


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a ledger is to be."""
    return tmp_path / "ledger.db"


def quiet(path: Path, **options: Any) -> AbstractAsyncContextManager[LedgerStore]:
    """Open a ledger that looks for nothing to erase, which would file what there is."""
    return opened(path, retention_days=None, **options)


def unfiled(path: Path) -> list[int]:
    """Return the entries that are not filed, as another program sees them."""
    db = sqlite3.connect(path)
    found = db.execute(
        "SELECT sequence FROM entries WHERE kind = '' AND contact IS NULL AND satellite IS NULL"
        " AND request IS NULL ORDER BY sequence"
    ).fetchall()
    db.close()
    return [sequence for (sequence,) in found]


def changed(path: Path, *statements: str) -> None:
    """Change a database as nobody who writes a ledger does."""
    db = sqlite3.connect(path)
    for statement in statements:
        assert db.execute(statement).rowcount >= 1
    db.commit()
    db.close()


def killed(path: Path, folder: Path) -> Path:
    """Return the ledger as it lies on the disk at this moment."""
    folder.mkdir()
    for file in path.parent.glob("ledger*"):
        if file.suffix != ".lock":
            shutil.copy(file, folder)
    return folder / path.name


async def test_whoever_reads_finds_every_entry(path: Path) -> None:
    """By kind, contact, satellite, request and day, and the requests of the history."""
    async with quiet(path) as store:
        await store.append_many(sent("r1"))
        assert unfiled(path) == [1, 2, 3, 4]
        page = await store.page(Filter(kinds=[Kind.DELIVERED], contact_id="mum"))
        assert [row.entry.sequence for row in page.rows] == [4]
        assert unfiled(path) == []
        await store.append(asked("r2"))
        assert unfiled(path) == [5]
        assert len((await store.page(Filter(request_id="r2"))).rows) == 1
        await store.append(asked("r3"))
        rows = (await History(store).page(Wanted())).rows
        assert [row.first.request_id for row in rows] == ["r3", "r2", "r1"]
        await store.append(asked("r4"))
        days = await store.statistics()
        assert sum(kinds.get("asked", 0) for kinds in days.values()) == 4
    assert unfiled(path) == []
    assert verify(path)[0] == 0


async def test_they_are_never_many(path: Path) -> None:
    """One by one or many at once: they are filed before they are more than a tile but one."""
    async with quiet(path) as store:
        for number in range(1, MOST_UNFILED):  # the first entry is one as well
            await store.append(asked(f"r{number}"))
        assert len(unfiled(path)) == MOST_UNFILED
        await store.append(asked("one more"))
        assert unfiled(path) == []
        await store.append_many([asked(f"s{number}") for number in range(MOST_UNFILED)])
        assert len(unfiled(path)) == MOST_UNFILED
        await store.append_many([asked(f"t{number}") for number in range(1000)])
        assert unfiled(path) == []
        assert (
            len((await store.page(Filter(contact_id="mum"), limit=2000)).rows)
            == 2 * MOST_UNFILED + 1000
        )
    assert verify(path)[0] == 0


async def test_what_is_erased_is_found(path: Path) -> None:
    """The words of a contact whose entries nobody has read yet; and that they were erased is filed at once."""
    async with quiet(path) as store:
        await store.append_many(sent("r1"))
        assert (await store.shred(Erasure.of_contact("mum"))).entries == 1
        assert unfiled(path) == []


async def test_a_program_that_was_killed(path: Path, tmp_path: Path) -> None:
    """What waited is known at the next start, and filed then."""
    async with quiet(path) as store:
        await store.append_many([asked("waits"), *sent("r1")[:2]])
        copy = killed(path, tmp_path / "copy")
    assert unfiled(copy) == [1, 2, 3, 4]
    assert verify(copy)[0] == 0
    again = LedgerStore(copy, retention_days=None)
    recovery = await again.open()
    assert recovery.unfinished == ("waits",)
    assert recovery.interrupted == ("r1",)
    assert unfiled(copy) == []
    await again.close()
    assert verify(copy)[0] == 0


HIDDEN = {
    "one in the middle": (
        "UPDATE entries SET kind = '', contact = NULL, satellite = NULL, request = NULL WHERE sequence = 3",
    ),
    "more than may be": (
        "UPDATE entries SET kind = '', contact = NULL, satellite = NULL, request = NULL WHERE sequence > 10",
    ),
    "half of one": ("UPDATE entries SET kind = '' WHERE sequence = 310",),
    "the last ones, of which the days know": (
        "UPDATE entries SET kind = '', contact = NULL, satellite = NULL, request = NULL WHERE sequence > 300",
    ),
}


@pytest.mark.parametrize("statements", HIDDEN.values(), ids=HIDDEN.keys())
async def test_what_is_hidden_from_searches_is_told(path: Path, statements: Sequence[str]) -> None:
    """Only the last entries, and few, may be filed under nothing."""
    async with quiet(path) as store:
        await store.append_many([asked(f"r{number}") for number in range(309)])
    changed(path, *statements)
    code, said = verify(path)
    assert code == 1
    assert "(index)" in said


async def test_the_check_in_the_background_tells_as_well(path: Path) -> None:
    """It reads what is there, filed or not, and does not wait for that."""
    async with quiet(path) as store:
        await store.append_many(sent("r1"))
        assert (await store.verify()).sound
        assert unfiled(path) == [1, 2, 3, 4]
        await store.page(Filter())
        changed(
            path,
            "UPDATE entries SET kind = '', contact = NULL, satellite = NULL, request = NULL WHERE sequence = 3",
        )
        problem = (await store.verify(anew=True)).problem
        assert problem is not None
        assert (problem.sequence, problem.code) == (3, "index")


def test_in_earlier_layouts_all_are_filed(tmp_path: Path) -> None:
    """The last entry of a ledger of before is not excused."""
    path = unpacked(2, tmp_path)
    assert verify(path)[0] == 0
    changed(
        path,
        "UPDATE entries SET kind = '', contact = NULL, satellite = NULL, request = NULL"
        " WHERE sequence = (SELECT max(sequence) FROM entries)",
    )
    code, said = verify(path)
    assert code == 1
    assert "(index)" in said


DAMAGED = {
    "no text": ("line = CAST(line AS BLOB)", "encoding"),
    "no entry": ("line = '[]'", "encoding"),
    "another number": ("line = replace(line, '\"sequence\":3', '\"sequence\":7')", "sequence"),
    "a contact that is none": ("line = replace(line, '\"mum\"', '[1]')", "fields"),
}


@pytest.mark.parametrize(("change", "code"), DAMAGED.values(), ids=DAMAGED.keys())
async def test_one_that_was_damaged_before_it_was_filed(
    path: Path, tmp_path: Path, change: str, code: str
) -> None:
    """It stays as it is and keeps nobody from starting; the others are filed, and the check tells of it."""
    async with quiet(path) as store:
        await store.append_many(sent("r1"))
        copy = killed(path, tmp_path / "copy")
    changed(copy, f"UPDATE entries SET {change} WHERE sequence = 3")  # noqa: S608
    async with quiet(copy) as again:
        assert unfiled(copy) == [3]
        await again.append(Step(kind=Kind.GUARD_ON))
        problem = (await again.verify()).problem
        assert problem is not None
        assert (problem.sequence, problem.code) == (3, code)


async def test_while_another_program_writes(path: Path) -> None:
    """What is filed is read; what is not yet is found when the other one has let go."""
    async with quiet(path, busy_seconds=0.05) as store:
        await store.append(asked("r1"))
        await store.page(Filter())
        await store.append(asked("r2"))
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        found = (await store.page(Filter(kinds=[Kind.ASKED]))).rows
        assert [row.entry.request_id for row in found] == ["r1"]
        other.execute("ROLLBACK")
        other.close()
        found = (await store.page(Filter(kinds=[Kind.ASKED]))).rows
        assert [row.entry.request_id for row in found] == ["r2", "r1"]
