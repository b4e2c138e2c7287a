"""What happens to a small computer at home: a clear error, nothing sent unrecorded, nothing lost."""

import asyncio
from collections.abc import Iterator
from contextlib import closing, contextmanager
import os
from pathlib import Path
import resource
import sqlite3
import subprocess
import sys
import tempfile

import pytest

from custom_components.message_guard.core.errors import LedgerUnusableError, LedgerWriteError
from custom_components.message_guard.ledger.format.entries import Kind
from custom_components.message_guard.ledger.store import Filter, LedgerStore
from tests.ledger.stores import DAY, REPOSITORY, Clock, asked, opened, sent, until, verify

OPEN = """
import asyncio, sys
from pathlib import Path
from tests.ledger import bare
from custom_components.message_guard.core.errors import LedgerError
from custom_components.message_guard.ledger.store import LedgerStore
from tests.ledger.stores import asked

async def main():
    store = LedgerStore(Path(sys.argv[1]))
    try:
        await store.open()
        print("opened", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        await store.append(asked("late"))
        print("appended")
    except LedgerError as err:
        print(type(err).__name__, err)
    finally:
        await store.close()

asyncio.run(main())
"""
"""Opens a ledger, waits for a line, appends; tells what went wrong."""

NOBODY = 65534


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


@contextmanager
def another_process(path: Path, *, nobody: bool = False) -> Iterator[subprocess.Popen[str]]:
    """Run OPEN in another process; as an ordinary user if asked to, because root may do anything."""
    process = subprocess.Popen(
        [sys.executable, "-c", OPEN, path],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        user=NOBODY if nobody and os.geteuid() == 0 else None,
    )
    try:
        yield process
    finally:
        process.communicate("\n")


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def let_go_on(process: subprocess.Popen[str]) -> str:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()
    return first_line(process)


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """Return a folder that an ordinary user may write to, and that can be taken from them."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name) / "home"
        folder.mkdir()
        Path(name).chmod(0o755)
        folder.chmod(0o777)
        yield folder
        folder.chmod(0o777)


# --- disk full --------------------------------------------------------------------------------------


async def run(*command: str | Path) -> None:
    """Run a command that has to succeed."""
    process = await asyncio.create_subprocess_exec(*command)
    assert await process.wait() == 0


async def fill_and_go_on(path: Path, store: LedgerStore, make_room: list[object]) -> None:
    """Append until it fails; then make room and go on."""
    durable = 0
    failure = None
    while failure is None:
        try:
            await store.append(asked(f"r{durable}", body="x" * 500))
            durable += 1
        except LedgerWriteError as err:
            failure = err
    assert "cannot be written" in str(failure)
    assert durable > 0
    for _ in range(3):
        with pytest.raises(LedgerWriteError, match="cannot be written"):
            await store.append(asked("still full", body="x" * 5000))
    entries = (await store.page(Filter(kinds=[Kind.ASKED]), limit=10_000)).rows
    assert len(entries) == durable
    for action in make_room:
        action()  # type: ignore[operator]
    entry = await store.append(asked("room again"))
    assert entry.sequence == durable + 2
    report = await store.verify()
    assert (report.sound, report.entries) == (True, durable + 2)


async def test_no_file_may_grow(path: Path) -> None:
    """The limit of file sizes makes every write beyond it fail."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    async with opened(path) as store:
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, hard))
            await fill_and_go_on(
                path,
                store,
                [lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))],
            )
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert verify(path)[0] == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk takes root")
async def test_the_disk_is_full(tmp_path: Path) -> None:
    """A disk of one megabyte."""
    disk = tmp_path / "disk"
    disk.mkdir()
    await run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk)
    try:
        ballast = disk / "ballast"
        ballast.write_bytes(bytes(300_000))
        path = disk / "ledger.db"
        async with opened(path) as store:
            await fill_and_go_on(path, store, [ballast.unlink])
        assert verify(path)[0] == 0
    finally:
        await run("umount", disk)


# --- permissions ------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["folder", "file"])
def test_what_cannot_be_written_to(public_folder: Path, what: str) -> None:
    """SQLite would open it read-only and say nothing until the first message."""
    path = public_folder / "ledger.db"
    with another_process(path, nobody=True) as process:
        assert first_line(process) == "opened"
        assert let_go_on(process) == "appended"
    (public_folder if what == "folder" else path).chmod(0o555 if what == "folder" else 0o444)
    with another_process(path, nobody=True) as process:
        said = first_line(process)
    assert said.startswith("LedgerUnusableError")
    assert "cannot be written to" in said or "Permission denied" in said
    assert verify(path)[0] == 0


def test_permission_lost_while_running(public_folder: Path) -> None:
    """What we write could not be found again: it does not count."""
    path = public_folder / "ledger.db"
    with another_process(path, nobody=True) as process:
        assert first_line(process) == "opened"
        public_folder.chmod(0o000)
        said = let_go_on(process)
    assert said.startswith("LedgerWriteError")
    assert "made unreadable" in said
    public_folder.chmod(0o777)
    assert verify(path)[0] == 0


# --- the file under a running process ---------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["", "-wal"])
@pytest.mark.parametrize("way", ["deleted", "moved", "replaced"])
async def test_the_file_is_gone(path: Path, way: str, suffix: str) -> None:
    """Appends fail from then on, for good; all that was recorded is saved in another file."""
    store = LedgerStore(path)
    await store.open()
    for number in range(20):
        await store.append_many(sent(f"r{number}"))
    file = path.with_name(path.name + suffix)
    other = path.with_name("other")
    if way == "deleted":
        file.unlink()
    elif way == "moved":
        file.rename(other)
    else:
        other.write_bytes(file.read_bytes())
        other.replace(file)
    says = "was replaced" if way == "replaced" else "was deleted, moved or made unreadable"
    for _ in range(2):
        with pytest.raises(LedgerWriteError, match=f"{says}.*rescued-1"):
            await store.append(asked("unrecorded"))
    await store.close()
    assert path.with_name("ledger.rescued-1.db").stat().st_mode & 0o777 == 0o600
    code, said = verify(path.with_name("ledger.rescued-1.db"))
    assert code == 0, said
    assert "61 entries" in said
    # Put back in its place, it is the ledger again.
    for leftover in path.parent.glob("ledger.db*"):
        leftover.unlink()
    path.with_name("ledger.rescued-1.db").rename(path)
    async with opened(path) as again:
        assert not again.taken_back
        assert (await again.append(asked("on it goes"))).sequence >= 62


async def test_a_log_that_is_gone_where_no_system_tells_names(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then it is asked for its number, as the file is."""
    monkeypatch.delattr(os, "O_PATH")
    async with opened(path) as store:
        await store.append(asked("recorded"))
        path.with_name("ledger.db-wal").unlink()
        with pytest.raises(LedgerWriteError, match="was deleted, moved or made unreadable"):
            await store.append(asked("unrecorded"))


async def test_the_folder_goes_by_another_name(tmp_path: Path) -> None:
    """What still leads to the same files is no loss."""
    home = tmp_path / "home"
    home.mkdir()
    async with opened(home / "ledger.db") as store:
        home.rename(tmp_path / "elsewhere")
        home.symlink_to("elsewhere")
        await store.append(asked("recorded"))
    assert verify(tmp_path / "elsewhere" / "ledger.db")[0] == 0


async def test_the_file_is_gone_and_so_is_the_folder(path: Path) -> None:
    """Nothing can be saved; the error says what happened all the same."""
    folder = path.parent / "home"
    folder.mkdir()
    store = LedgerStore(folder / "ledger.db")
    await store.open()
    folder.rename(path.parent / "elsewhere")
    with pytest.raises(LedgerWriteError, match=r"deleted, moved or made unreadable$"):
        await store.append(asked("unrecorded"))
    await store.close()


async def test_locked_by_another_program(path: Path) -> None:
    """It fails soon, and works again once the other is done."""
    async with opened(path, busy_seconds=0.05) as store:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LedgerWriteError, match="locked"):
            await store.append(asked("unrecorded"))
        other.execute("ROLLBACK")
        other.close()
        assert (await store.append(asked("recorded"))).sequence == 2


async def test_locked_at_the_start(path: Path) -> None:
    """It does not open; nothing is changed."""
    async with opened(path):
        pass
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(LedgerUnusableError, match="locked"):
        await LedgerStore(path, busy_seconds=0.05).open()
    other.execute("ROLLBACK")
    other.close()
    async with opened(path):
        pass


async def test_changed_by_another_program(path: Path) -> None:
    """Whatever is done to the end of the chain behind our back, nothing is built on it."""
    async with opened(path) as store:
        await store.append_many(sent("r1"))
        other = sqlite3.connect(path)
        line = other.execute("SELECT line FROM entries WHERE sequence = 4").fetchone()[0]
        other.execute("DELETE FROM entries WHERE sequence = 4")
        other.commit()
        with pytest.raises(LedgerWriteError, match="another program changed"):
            await store.append(asked("unrecorded"))
        other.execute(
            "INSERT INTO entries VALUES (4, ?, 0, 'delivered', NULL, NULL, 'r1')", (line,)
        )
        other.commit()
        other.close()
        # The end is what it was: what else was changed is for the check to find.
        assert (await store.append(asked("recorded"))).sequence == 5
        report = await store.verify()
        assert report.problem is not None
        assert report.problem.code == "index"


async def test_the_last_entry_rewritten_is_noticed_after_a_restart(path: Path) -> None:
    """What follows would fit the entry as it is now; what was there is remembered beside the ledger."""
    # Looking for old words would file what there is.
    async with opened(path, retention_days=None) as store:
        await store.append(asked("r1"))
        with closing(sqlite3.connect(path)) as other, other:
            for (name,) in other.execute(
                "SELECT name FROM sqlite_master WHERE type='trigger'"
            ).fetchall():
                other.execute(f"DROP TRIGGER {name}")
            other.execute("UPDATE entries SET line = replace(line, 'r1', 'r2') WHERE sequence = 2")
            found = other.execute("SELECT line, kind FROM entries WHERE sequence = 2").fetchone()
            assert "r2" in found[0]
            assert found[1] == "", "not filed yet: nothing else in the file tells of it"
    async with opened(path) as store:
        assert store.taken_back
        report = await store.verify()
        assert not report.sound


async def test_two_processes(path: Path) -> None:
    """The second one is refused, and the first one goes on."""
    with another_process(path) as process:
        assert await asyncio.to_thread(first_line, process) == "opened"
        with pytest.raises(LedgerUnusableError, match="another process"):
            await LedgerStore(path).open()
        assert await asyncio.to_thread(let_go_on, process) == "appended"
    async with opened(path) as store:
        with another_process(path) as process:
            said = await asyncio.to_thread(first_line, process)
        assert "another process is writing" in said
        await store.append(asked("first"))
    assert verify(path)[0] == 0


async def test_the_clock_goes_back(path: Path) -> None:
    """The order of entries is their number; a checkpoint and a check do not mind."""
    clock = Clock()
    notes: list[str] = []
    async with opened(path, clock_us=clock, checkpoint_seconds=0.02) as store:
        store.on_checkpoint(notes.append)
        await store.append_many(sent("before"))
        clock.now -= DAY // 24
        await store.append_many(sent("after"))
        await until(lambda: bool(notes))
        report = await store.verify()
        assert report.sound
        assert any("clock went back 1 times" in note for note in report.notes)
    assert verify(path)[0] == 0


async def test_writing_after_the_loop_is_gone(path: Path) -> None:
    """An append whose caller's loop was closed is still written, and the thread ends."""
    writer_thread = None

    async def begin() -> None:
        nonlocal writer_thread
        store = LedgerStore(path)
        await store.open()
        store._upkeep.stop()
        assert store._writer is not None
        writer_thread = store._writer
        task = asyncio.create_task(store.append(asked("last words")))
        await asyncio.sleep(0)
        task.cancel()

    loop = asyncio.new_event_loop()
    await asyncio.to_thread(loop.run_until_complete, begin())
    loop.close()
    assert writer_thread is not None
    writer_thread.stop()
    await asyncio.to_thread(writer_thread._thread.join)
    async with opened(path) as store:
        assert (await store.page(limit=1)).rows[0].entry.request_id == "last words"
