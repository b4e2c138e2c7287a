"""Ledgers of earlier layouts, made by the code of their time, are brought up to date: all of it or nothing."""

from pathlib import Path
import sqlite3
import subprocess
import sys
import tarfile

import pytest

from custom_components.message_guard.core.errors import LedgerUnusableError
from custom_components.message_guard.ledger.database import Database
from custom_components.message_guard.ledger.format.checkpoint import Checkpoint
from custom_components.message_guard.ledger.format.entries import Kind
from custom_components.message_guard.ledger.format.layout import LAYOUT
from custom_components.message_guard.ledger.format.tree import Frontier, leaf_hash, tree_root
from custom_components.message_guard.ledger.store import Filter, LedgerStore
from custom_components.message_guard.ledger.tiles import tile_reader
from tests.ledger.stores import REPOSITORY, opened, sent, verify


def unpacked(layout: int, folder: Path) -> Path:
    """Return a ledger of an earlier layout; tests/ledger/made_before.py tells how those were made."""
    with tarfile.open(Path(__file__).parent / f"layout-{layout}.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return folder / "ledger.db"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a ledger of layout 1."""
    return unpacked(1, tmp_path)


@pytest.fixture(params=[1, 2])
def earlier(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return a ledger of each earlier layout."""
    return unpacked(request.param, tmp_path)


def notes(path: Path) -> list[str]:
    """Return the checkpoints that left the machine at that time."""
    return path.with_name("notes").read_text().split("\0")


def lines(path: Path) -> list[str]:
    """Return the entries of a database."""
    db = sqlite3.connect(path)
    found = [line for (line,) in db.execute("SELECT line FROM entries ORDER BY sequence")]
    db.close()
    return found


def root(entries: list[str]) -> bytes:
    """Return the root of the tree of these entries."""
    frontier = Frontier()
    frontier.extend([leaf_hash(line.encode()) for line in entries])
    return frontier.root()


def layout(path: Path) -> int:
    """Return the layout of a database."""
    db = sqlite3.connect(path)
    found = db.execute("PRAGMA user_version").fetchone()[0]
    db.close()
    return int(found)


async def test_it_goes_on_and_its_notes_still_verify(earlier: Path) -> None:
    """Before, after it was opened, and after more was recorded; the entries stay as they are."""
    path = earlier
    before, remembered = lines(path), notes(path)
    assert len(remembered) > 3
    for note in remembered:
        assert verify(path, "--checkpoint", note)[0] == 0
    async with opened(path) as store:
        assert (await store.verify()).sound
        await store.append_many(sent("after"))
        page = await store.page(Filter(kinds=[Kind.ASKED]))
        assert page.rows[1].private["body"] == "later"
    assert layout(path) == LAYOUT
    now = lines(path)
    assert now[: len(before)] == before
    for note in remembered:
        code, said = verify(path, "--checkpoint", note)
        assert code == 0, said
    assert f"signed up to entry {len(now) - 1}" in said
    kept = Checkpoint.parse(path.with_suffix(".checkpoint").read_text())
    assert kept.size == len(now) - 1
    assert kept.root == root(now[:-1]).hex()
    assert kept.origin == Checkpoint.parse(remembered[0]).origin


async def test_its_tree_is_that_of_all_its_entries(earlier: Path) -> None:
    """Whole tiles of before are kept, so every earlier size has a root."""
    path = earlier
    async with opened(path):
        pass
    entries = lines(path)
    assert len(entries) > 256
    db = sqlite3.connect(path)
    for size in (1, 255, 256, 257, len(entries)):
        assert tree_root(tile_reader(db), size) == root(entries[:size])
    db.close()


async def test_it_is_checked_without_being_brought_up_to_date(path: Path) -> None:
    """Whoever has a copy of that time can check it as it is; it has nothing that belongs to later."""
    assert verify(path)[0] == 0
    assert layout(path) == 1
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE tiles (level, number, hashes)")
    db.commit()
    db.close()
    code, said = verify(path)
    assert code == 1
    assert "layout" in said


DYING = """
import tests.ledger.bare
import asyncio, os, signal, sys
from pathlib import Path
from custom_components.message_guard.ledger import migration
from custom_components.message_guard.ledger.store import LedgerStore

left = int(sys.argv[2])

def counted(work):
    def counting(*arguments):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return work(*arguments)
    return counting

class Dying:
    def __init__(self, db):
        self.execute = counted(db.execute)
        self.executemany = counted(db.executemany)

bring_up_to_date = migration.bring_up_to_date
from custom_components.message_guard.ledger import database
database.bring_up_to_date = lambda db, layout: bring_up_to_date(Dying(db), layout)
asyncio.run(LedgerStore(Path(sys.argv[1])).open())
"""
"""Opens a ledger and kills itself before the nth statement of the migration."""


def test_a_migration_that_is_killed_is_harmless(path: Path) -> None:
    """Before any of its statements: it is of layout 1 then, and the next start does all of it."""
    before = lines(path)
    statements = 0
    while True:
        done = subprocess.run(
            [sys.executable, "-c", DYING, path, str(statements)],
            cwd=REPOSITORY,
            capture_output=True,
            check=False,
        )
        if done.returncode != -9:
            break
        assert (layout(path), lines(path)) == (1, before)
        statements += 1
    assert statements > 5
    assert done.returncode == 0, done.stderr
    assert layout(path) == LAYOUT
    assert verify(path, "--checkpoint", notes(path)[-1])[0] == 0


async def test_a_migration_that_fails_leaves_what_was(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ledger of layout 1 is whole, nothing can be sent, and the next start tries again."""

    def full(_: sqlite3.Connection) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    before = lines(path)
    with monkeypatch.context() as broken:
        broken.setattr(
            "custom_components.message_guard.ledger.migration.FILLERS",
            ((1, full),),
        )
        with pytest.raises(LedgerUnusableError, match="full"):
            await LedgerStore(path).open()
    assert (layout(path), lines(path)) == (1, before)
    async with opened(path) as store:
        assert (await store.verify()).sound


@pytest.mark.parametrize("gone", [3, 300])
async def test_what_was_tampered_with_before_is_told_after(path: Path, gone: int) -> None:
    """An entry that was taken away: it is recorded on, nothing is signed, and the alarm says which."""
    size = len(lines(path))
    db = sqlite3.connect(path)
    db.execute("DELETE FROM entries WHERE sequence = ?", (gone,))
    db.commit()
    db.close()
    async with opened(path) as store:
        entry = await store.append(sent("after")[0])
        assert entry.sequence == size + 1
        assert await store.checkpoint() is None
        report = await store.verify()
        assert report.problem is not None
        assert (report.problem.sequence, report.problem.code) == (gone, "sequence")


async def test_an_entry_of_before_that_is_no_text(path: Path) -> None:
    """It does not keep the ledger from being brought up to date; nothing is signed, and the check tells."""
    db = sqlite3.connect(path)
    db.execute("UPDATE entries SET line = CAST(line AS BLOB) WHERE sequence = 300")
    db.commit()
    db.close()
    async with opened(path) as store:
        await store.append(sent("after")[0])
        assert await store.checkpoint() is None
        report = await store.verify()
        assert report.problem is not None
        assert (report.problem.sequence, report.problem.code) == (300, "encoding")


def test_a_database_without_a_layout(tmp_path: Path) -> None:
    """One that is marked as a ledger, but says of none, is not taken for one."""
    path = tmp_path / "ledger.db"
    db = sqlite3.connect(path)
    db.executescript("PRAGMA application_id=1296518193; CREATE TABLE entries (a)")
    db.close()
    with pytest.raises(LedgerUnusableError, match="which layout"):
        Database.open(path)
