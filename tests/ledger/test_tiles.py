"""The tree in the database: it grows with the entries, and whoever changes it is found out."""

from pathlib import Path
import sqlite3

import pytest

from custom_components.message_guard.core.errors import LedgerWriteError
from custom_components.message_guard.ledger.format.entries import Kind, Step
from custom_components.message_guard.ledger.format.tree import (
    Frontier,
    Growing,
    inclusion_proof,
    leaf_hash,
    verify_inclusion,
)
from custom_components.message_guard.ledger.store import LedgerStore
from custom_components.message_guard.ledger.tiles import Tree, tile_reader
from tests.ledger.stores import opened, sent, verify

ENTRIES = 600


@pytest.fixture
async def ledger(tmp_path: Path) -> Path:
    """Return a closed ledger that has filled two tiles, in appends of many sizes."""
    path = tmp_path / "ledger.db"
    async with opened(path) as store:
        left, size = ENTRIES - 2, 1
        while left:
            size = min(left, size * 2 if size < 200 else 3)
            await store.append_many([Step(kind=Kind.OBSERVED) for _ in range(size)])
            left -= size
    return path


def entries(path: Path) -> list[bytes]:
    """Return the encoded entries of a ledger."""
    db = sqlite3.connect(path)
    found = [line.encode() for (line,) in db.execute("SELECT line FROM entries ORDER BY sequence")]
    db.close()
    return found


def test_it_is_the_tree_of_the_entries(ledger: Path) -> None:
    """However they came; each can be proved to whoever has the root."""
    lines = entries(ledger)
    assert len(lines) == ENTRIES
    growing = Growing()
    for line in lines:
        growing.add(line)
    db = sqlite3.connect(ledger)
    assert [row[:2] for row in db.execute("SELECT level, number FROM tiles")] == [
        (0, 0),
        (0, 1),
        (1, 0),
    ]
    tree = Tree.read(db, ENTRIES)
    assert tree.root() == growing.root()
    for sequence in (1, 255, 256, 257, 512, 513, ENTRIES):
        proof = inclusion_proof(tile_reader(db), sequence - 1, ENTRIES)
        leaf = leaf_hash(lines[sequence - 1])
        assert verify_inclusion(leaf, sequence - 1, ENTRIES, proof, tree.root())
    db.close()


async def test_it_is_the_same_after_a_start(ledger: Path) -> None:
    """What is appended later goes on from the tiles that are there."""
    async with opened(ledger) as store:
        for number in range(100):
            await store.append_many(sent(f"r{number}"))
    frontier = Frontier()
    lines = entries(ledger)
    frontier.extend([leaf_hash(line) for line in lines])
    db = sqlite3.connect(ledger)
    assert Tree.read(db, len(lines)).root() == frontier.root()
    db.close()
    assert verify(ledger)[0] == 0


async def test_what_was_not_written_is_not_in_it(ledger: Path) -> None:
    """Neither entries nor the tiles that they would have filled."""
    store = LedgerStore(ledger, busy_seconds=0.01)
    await store.open()
    other = sqlite3.connect(ledger, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(LedgerWriteError):
        await store.append_many([Step(kind=Kind.OBSERVED) for _ in range(300)])
    other.execute("ROLLBACK")
    other.close()
    await store.append_many([Step(kind=Kind.OBSERVED) for _ in range(300)])
    assert (await store.verify()).sound
    await store.close()
    assert len(entries(ledger)) == ENTRIES + 301
    assert verify(ledger)[0] == 0


TAMPERING = {
    "a leaf's hash changed": "UPDATE tiles SET hashes = zeroblob(8192) WHERE level = 0 AND number = 1",
    "a tile taken away": "DELETE FROM tiles WHERE level = 0 AND number = 0",
    "a higher tile that has not grown": "UPDATE tiles SET hashes = substr(hashes, 1, 32) WHERE level = 1",
    "a higher hash changed": "UPDATE tiles SET hashes = zeroblob(64) WHERE level = 1",
    "tiles swapped": "UPDATE tiles SET number = 7 - number WHERE level = 0",
    "a tile more": "INSERT INTO tiles VALUES (0, 2, zeroblob(8192))",
}


@pytest.mark.parametrize("what", TAMPERING)
async def test_tampering_with_tiles(ledger: Path, what: str) -> None:
    """It is told as such, by the verifier and by Message Guard itself, which goes on recording."""
    db = sqlite3.connect(ledger)
    db.execute(TAMPERING[what])
    db.commit()
    db.close()
    code, said = verify(ledger)
    assert code == 1
    assert "(tiles)" in said
    async with opened(ledger) as store:
        report = await store.verify()
        assert report.problem is not None
        assert report.problem.code == "tiles"
        assert (await store.append(Step(kind=Kind.OBSERVED))).sequence == ENTRIES + 1


async def test_tiles_that_are_changed_while_it_runs(ledger: Path) -> None:
    """A check that goes on where it stopped sees what was added since; one that begins anew sees all."""
    async with opened(ledger) as store:
        assert (await store.verify()).sound
        await store.append_many([Step(kind=Kind.OBSERVED) for _ in range(256)])
        assert (await store.verify()).sound
        db = sqlite3.connect(ledger)
        db.execute("UPDATE tiles SET hashes = zeroblob(8192) WHERE level = 0 AND number = 0")
        db.commit()
        db.close()
        report = await store.verify(anew=True)
        assert report.problem is not None
        assert "up to entry 256" in report.problem.meaning
