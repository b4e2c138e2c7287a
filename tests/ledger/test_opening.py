"""Opening: what is new, gone, damaged, somebody else's, too new, taken back, or restored."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
import shutil
import sqlite3

import pytest

from custom_components.message_guard.core.errors import LedgerUnusableError
from custom_components.message_guard.ledger import database as ledger_database, migration
from custom_components.message_guard.ledger.format.entries import Kind
from custom_components.message_guard.ledger.format.layout import LAYOUT
from custom_components.message_guard.ledger.store import Filter, LedgerStore, Recovery
from tests.ledger.stores import asked, opened, sent, verify


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


async def written(path: Path, requests: int = 3) -> None:
    """Leave a closed ledger behind."""
    async with opened(path) as store:
        size = (await store.verify()).entries
        for number in range(requests):
            await store.append_many(sent(f"r{size + number}"))


async def try_open(path: Path) -> Recovery:
    """Open and close."""
    store = LedgerStore(path, busy_seconds=0.05)
    recovery = await store.open()
    await store.close()
    return recovery


def copied(path: Path, folder: str) -> Path:
    """Copy all files of a ledger into a folder beside it."""
    target = path.with_name(folder)
    shutil.copytree(path.parent, target, ignore=shutil.ignore_patterns(folder))
    return target / path.name


def not_a_database(path: Path) -> None:
    path.write_bytes(b"not a database, but long enough to be looked at" * 100)


def somebody_elses(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE states (state)")
    db.close()


def too_new(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(f"PRAGMA user_version={LAYOUT + 1}")
    db.close()


def gone(path: Path) -> None:
    path.unlink()


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def last_line_damaged(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(
            "UPDATE entries SET line = 'x' WHERE sequence = (SELECT max(sequence) FROM entries)"
        )
    db.close()


def last_line_another(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(
            "UPDATE entries SET line = (SELECT line FROM entries WHERE sequence = 1)"
            " WHERE sequence = (SELECT max(sequence) FROM entries)"
        )
    db.close()


def no_key_named(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("DELETE FROM entries WHERE sequence = 1")
    db.close()


def first_line_damaged(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE entries SET line = replace(line, '+', '-') WHERE sequence = 1")
    db.close()


def last_line_a_blob(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(
            "UPDATE entries SET line = CAST(line AS BLOB)"
            " WHERE sequence = (SELECT max(sequence) FROM entries)"
        )


def first_line_of_another_shape(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE entries SET line = '[]' WHERE sequence = 1")


def first_line_without_facts(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("""UPDATE entries SET line = replace(line, '"facts":{', '"facts":7,"x":{')""")


def pages_overwritten(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[100:2000] = b"\xff" * 1900
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (not_a_database, "not a database"),
        (somebody_elses, "not a Message Guard ledger"),
        (too_new, "newer Message Guard"),
        (gone, "is gone, but it had 10 entries"),
        (emptied, "is gone, but it had 10 entries"),
        (last_line_damaged, "is damaged"),
        (last_line_another, "says that it is 1"),
        (no_key_named, "which key"),
        (first_line_damaged, "which key"),
        (last_line_a_blob, "is damaged"),
        (first_line_of_another_shape, "is damaged"),
        (first_line_without_facts, "is damaged"),
        (pages_overwritten, "malformed"),
    ],
)
async def test_what_cannot_be_used_is_refused_and_left_alone(
    path: Path, damage: Callable[[Path], None], says: str
) -> None:
    """A clear error, not a new ledger in the old one's place; beginning anew is a decision."""
    await written(path)
    damage(path)
    before = path.read_bytes() if path.exists() else None
    store = LedgerStore(path)
    for _ in range(2):
        with pytest.raises(LedgerUnusableError, match=says):
            await store.open()
    if before is not None and damage is not too_new:
        assert path.read_bytes() == before
    await store.open(start_anew=True)
    first = (await store.page()).rows[-1].entry
    assert first.kind is Kind.STARTED
    assert first.facts["succeeds_size"] == 10
    await store.append(asked("r1"))
    await store.close()
    if before is not None:
        assert path.with_name("ledger.db.old-1").exists()
    assert path.with_name("ledger.checkpoint.old-1").exists()
    assert verify(path)[0] == 0


async def test_beginning_anew_twice_keeps_everything(path: Path) -> None:
    """Nothing that was put aside is overwritten."""
    await written(path)
    for _ in range(2):
        store = LedgerStore(path)
        await store.open(start_anew=True)
        await store.close()
    assert verify(path.with_name("ledger.db.old-1"))[0] == 0
    assert verify(path.with_name("ledger.db.old-2"))[0] == 0
    shutil.rmtree(path.parent)
    path.parent.mkdir()
    store = LedgerStore(path)
    await store.open(start_anew=True)
    assert (await store.page()).rows[0].entry.facts["succeeds"] == ""
    await store.close()


async def test_a_folder_that_is_not_there(path: Path) -> None:
    """The folder must exist."""
    with pytest.raises(LedgerUnusableError, match="cannot be opened"):
        await try_open(path.with_name("nowhere") / "ledger.db")


async def test_a_lost_key_is_replaced_and_that_is_an_entry(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Lost or unreadable: the guard goes on, and the verifier tells whoever trusts the old key."""
    async with opened(path) as store:
        old = store.verifier_key
        await store.append(asked("r1"))
    key_file = path.with_suffix(".key")
    for damage in (key_file.unlink, lambda: key_file.write_text("no key")):
        damage()
        async with opened(path) as store:
            newest = (await store.page(Filter(kinds=[Kind.KEY_LOST]), limit=1)).rows[0].entry
            assert newest.facts["key"] == store.verifier_key != old
            assert (await store.verify()).sound
    assert "signing key is gone" in caplog.text
    assert verify(path)[0] == 0
    assert old is not None
    code, text = verify(path, "--key", old)
    assert code == 1
    assert "took the place" in text


async def test_a_rotation_that_was_cut_off_is_finished(path: Path) -> None:
    """The entry was written, the new key not yet in its place."""
    async with opened(path) as store:
        key_file = path.with_suffix(".key")
        old = key_file.read_bytes()
        new = await store.rotate_key()
    key_file.rename(key_file.with_suffix(".key.next"))
    key_file.write_bytes(old)
    async with opened(path) as store:
        assert store.verifier_key == new
        assert (await store.page(Filter(kinds=[Kind.KEY_LOST]))).rows == ()
    assert not key_file.with_suffix(".key.next").exists()


async def test_a_key_that_cannot_be_saved(path: Path) -> None:
    """A ledger that nobody could ever check is not begun."""
    path.with_suffix(".key.tmp").mkdir()
    with pytest.raises(LedgerUnusableError, match="cannot be written"):
        await try_open(path)


async def test_a_checkpoint_file_that_is_none(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It is told and replaced; what counts is in the ledger and off the machine."""
    await written(path)
    path.with_suffix(".checkpoint").write_text("no checkpoint")
    assert not (await try_open(path)).taken_back
    assert "last checkpoint cannot be read" in caplog.text


async def test_a_checkpoint_file_that_cannot_be_written(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The checkpoint is made all the same."""
    async with opened(path) as store:
        path.with_suffix(".checkpoint.tmp").mkdir()
        await store.append(asked("r1"))
        assert await store.checkpoint() is not None
    assert "checkpoint cannot be kept" in caplog.text


# --- history taken back -----------------------------------------------------------------------------


async def test_an_older_copy_put_in_place_is_noticed_until_a_person_accepts_it(path: Path) -> None:
    """The kept checkpoint knows more than the file. Recording goes on; the alarm stays."""
    await written(path)
    older = copied(path, "older")
    await written(path, 5)
    kept = path.with_suffix(".checkpoint").read_text()
    shutil.copy(older, path)
    for time in range(2):
        async with opened(path) as store:
            assert store.taken_back
            report = await store.verify()
            assert report.problem is not None
            assert report.problem.code == "rollback"
            await store.append_many(sent(f"meanwhile {time}"))
            await store.checkpoint()
        assert path.with_suffix(".checkpoint").read_text() == kept
    assert verify(path, "--checkpoint", str(path.with_suffix(".checkpoint")))[0] == 1
    async with opened(path) as store:
        await store.accept_restored()
        assert not store.taken_back
        assert (await store.verify()).sound
        newest = (await store.page(Filter(kinds=[Kind.RESTORED]))).rows[0].entry
        assert newest.facts["remembered_size"] == 26
        await store.accept_restored()
        assert len((await store.page(Filter(kinds=[Kind.RESTORED]))).rows) == 1
    assert path.with_suffix(".checkpoint").read_text() != kept
    recovery = await try_open(path)
    assert not recovery.taken_back


# --- backups ----------------------------------------------------------------------------------------


async def test_a_copy_made_during_a_backup_is_whole_and_says_that_it_was_restored(
    path: Path,
) -> None:
    """Entries go on being written while the files are copied, one after the other, in any order."""
    async with opened(path) as store:
        await store.append_many(sent("before"))
        await store.begin_backup()
        backup = path.with_name("backup")
        backup.mkdir()
        shutil.copy(path, backup)
        for number in range(50):
            await store.append_many(sent(f"during {number}"))
        for file in (f"{path.name}-wal", "ledger.key", "ledger.checkpoint"):
            shutil.copy(path.with_name(file), backup)
        await store.end_backup()
        await store.append_many(sent("after"))
        remembered = await store.checkpoint()
    assert not list(path.parent.glob("*.log"))
    assert not (await try_open(path)).restored
    assert verify(path)[0] == 0

    restored = backup / path.name
    code, text = verify(restored)
    assert code == 0, text
    store = LedgerStore(restored)
    recovery = await store.open()
    assert recovery.restored
    assert not recovery.taken_back
    signed, newest = (row.entry for row in (await store.page(limit=2)).rows)
    assert (signed.kind, newest.kind) == (Kind.CHECKPOINT, Kind.RESTORED)
    assert (await store.verify()).sound
    await store.append_many(sent("later"))
    await store.close()
    assert not (await try_open(restored)).restored
    # A stranger with a newer checkpoint sees that something is missing, and what explains it.
    assert remembered is not None
    note = path.with_name("remembered")
    note.write_text(remembered)
    code, text = verify(restored, "--checkpoint", str(note))
    assert code == 1
    assert "says that a backup was restored" in text
    assert verify(restored, "--checkpoint", str(note), "--allow-restored")[0] == 0


DAMAGED_ROWS = {
    "a tile that is text": "UPDATE tiles SET hashes = 'x' WHERE level = 1",
    "a tile that is a number": "UPDATE tiles SET hashes = 7 WHERE level = 1",
    "a tile that is cut": "UPDATE tiles SET hashes = substr(hashes, 1, 7) WHERE level = 1",
    "an entry of the last tile that is a blob": (
        "UPDATE entries SET line = CAST(line AS BLOB) WHERE sequence = 300"
    ),
}


@pytest.mark.parametrize("what", DAMAGED_ROWS)
async def test_a_damaged_row_stops_nobody(path: Path, what: str) -> None:
    """It is recorded on, nothing is signed, and the check says what it is."""
    await written(path, requests=110)
    with closing(sqlite3.connect(path)) as db, db:
        assert db.execute(DAMAGED_ROWS[what]).rowcount == 1
    db.close()
    async with opened(path) as store:
        await store.append_many(sent("after"))
        assert await store.checkpoint() is None
        report = await store.verify()
        assert report.problem is not None
        assert report.problem.code in {"tiles", "encoding"}


async def test_a_row_that_cannot_be_read_is_told_as_such(path: Path) -> None:
    """By whoever reads it; nothing else breaks."""
    await written(path)
    async with opened(path) as store:
        with closing(sqlite3.connect(path)) as db, db:
            db.execute("UPDATE private SET sealed = '[7]'")
        db.close()
        with pytest.raises(LedgerUnusableError, match="cannot be read"):
            await store.page()


async def test_restored_next_to_a_newer_checkpoint(path: Path) -> None:
    """Only the ledger was put back: the mark explains the contradiction."""
    async with opened(path) as store:
        await store.append_many(sent("before"))
        await store.begin_backup()
        shutil.copy(path, path.with_name("copy"))
        await store.end_backup()
        await store.append_many(sent("after"))
    shutil.copy(path.with_name("copy"), path)
    recovery = await try_open(path)
    assert recovery.restored
    assert not recovery.taken_back
    assert not (await try_open(path)).taken_back


async def test_a_crash_during_a_backup_is_no_restore(path: Path) -> None:
    """The witness beside the original tells them apart."""
    store = LedgerStore(path)
    await store.open()
    await store.begin_backup()
    await store.append_many(sent("during"))
    await store.close()
    assert list(path.parent.glob("*.log"))
    assert not (await try_open(path)).restored
    assert not list(path.parent.glob("*.log"))
    assert verify(path)[0] == 0


# --- layouts ----------------------------------------------------------------------------------------


async def test_a_layout_that_breaks_half_way_is_taken_back(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was begun is not taken for a ledger; the next start begins anew."""
    with monkeypatch.context() as broken:
        broken.setattr(migration, "OBJECTS", {"entries": "CREATE TABLE entries ("})
        with pytest.raises(LedgerUnusableError, match="cannot be opened"):
            await try_open(path)
    await try_open(path)
    assert verify(path)[0] == 0


@pytest.mark.parametrize(("taken", "rescued"), [(1, 2), (99, None)])
async def test_what_is_rescued_takes_the_place_of_nothing(
    path: Path, taken: int, rescued: int | None
) -> None:
    """As long as there is a name that is free."""
    await written(path)
    for number in range(1, taken + 1):
        path.with_name(f"ledger.rescued-{number}.db").write_text("somebody's")
    database = ledger_database.Database.open(path)
    found = database.rescue()
    database.close()
    assert found == (rescued and path.with_name(f"ledger.rescued-{rescued}.db"))
    assert path.with_name("ledger.rescued-1.db").read_text() == "somebody's"
