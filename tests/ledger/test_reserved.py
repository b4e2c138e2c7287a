"""The write-ahead log is made large before it is needed; what is in it counts, and nothing else."""

from pathlib import Path
import shutil

import pytest

from custom_components.message_guard.ledger import database, writer
from custom_components.message_guard.ledger.database import LOG_BYTES
from custom_components.message_guard.ledger.format.entries import Kind, Step
from custom_components.message_guard.ledger.store import Erasure, LedgerStore
from tests.ledger.stores import asked, on_disk, opened, sent, until, verify


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it be done at once when there is nothing else to do."""
    monkeypatch.setattr(writer, "QUIET_SECONDS", 0)


def size(path: Path) -> int:
    """Return how large the log is."""
    return path.with_name(path.name + "-wal").stat().st_size


async def reserved(path: Path) -> None:
    """Let time pass until it is as large as it becomes."""
    await until(lambda: size(path) == LOG_BYTES)


async def idle(store: LedgerStore) -> None:
    """Let the writer do what there is to do."""
    for _ in range(3):
        await store.try_writing()


async def test_it_is_reserved_and_used_up(tmp_path: Path) -> None:
    """Appending does not make it larger; after words were erased it is empty, and reserved again."""
    path = tmp_path / "ledger.db"
    async with opened(path, retention_days=None) as store:
        await reserved(path)
        for number in range(50):
            await store.append_many(sent(f"r{number}"))
        assert size(path) == LOG_BYTES
        assert verify(path)[0] == 0
        await store.shred(Erasure.everything())
        assert on_disk(path, "dinner is ready") == []
        await reserved(path)
    assert verify(path)[0] == 0


async def test_a_program_that_was_killed_right_after(tmp_path: Path) -> None:
    """What is reserved is no entry, also where the log holds nothing else."""
    path = tmp_path / "ledger.db"
    async with opened(path, retention_days=None) as store:
        await store.append_many(sent("r1"))
        await store.shred(Erasure.everything())
        await reserved(path)
        await store.append(asked("r2"))
        copy = tmp_path / "copy"
        copy.mkdir()
        for name in ("ledger.db", "ledger.db-wal", "ledger.key"):
            shutil.copy(tmp_path / name, copy)
        bare = tmp_path / "bare"
        shutil.copytree(copy, bare)
        with (bare / "ledger.db-wal").open("r+b") as log:
            log.write(bytes(LOG_BYTES))
    for folder, requests in ((copy, ("r2",)), (bare, ())):
        again = LedgerStore(folder / "ledger.db")
        recovery = await again.open()
        assert recovery.unfinished == requests
        await again.append(Step(kind=Kind.GUARD_ON))
        await again.close()
        assert verify(folder / "ledger.db")[0] == 0


async def test_a_disk_with_little_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is reserved, and everything is recorded."""
    monkeypatch.setattr(database, "SPARE_BYTES", 2**62)
    path = tmp_path / "ledger.db"
    async with opened(path, retention_days=None) as store:
        await store.append_many(sent("r1"))
        await idle(store)
        assert size(path) < LOG_BYTES
    assert verify(path)[0] == 0


async def test_while_a_backup_is_made(tmp_path: Path) -> None:
    """The files stay as they are but for what is appended."""
    path = tmp_path / "ledger.db"
    async with opened(path, retention_days=None) as store:
        await store.begin_backup()
        await idle(store)
        assert size(path) < LOG_BYTES
        await store.end_backup()
        await reserved(path)
