"""What happens to a ledger when it is opened, and around a backup; all of it in the writer's thread."""

from contextlib import suppress
from dataclasses import dataclass
import os
from pathlib import Path
import sqlite3

from ..core.errors import LedgerError, LedgerUnusableError
from .checkpoints import Checkpoints, new_name, write_durably
from .format.checkpoint import Checkpoint
from .format.entries import Fact, Kind, Step, read_entry
from .format.layout import FILED
from .format.signed_note import Key
from .writer import Writer

AUTOCHECKPOINT_PAGES = 1000
"""SQLite's own default: how far the write-ahead log grows before it is taken into the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """What an earlier run left behind.

    Attributes:
        unfinished: Ids of requests that were asked about and never answered; to be recorded as expired.
        interrupted: Ids of requests that were authorised, their outcome unknown; to be recorded as
            interrupted, and never sent again.
        restored: The ledger is that of a backup, and says so now.
        taken_back: History was taken back, and nobody has said why: the checkpoint kept beside the
            ledger does not fit it.
    """

    unfinished: tuple[str, ...] = ()
    interrupted: tuple[str, ...] = ()
    restored: bool = False
    taken_back: bool = False


def open_ledger(writer: Writer, checkpoints: Checkpoints, *, start_anew: bool) -> Recovery:
    """Open or create the ledger.

    Args:
        writer: The writer, in whose thread this runs.
        checkpoints: The key and the last checkpoint.
        start_anew: Put what is there aside and begin a new ledger, which says that it did.

    Raises:
        LedgerUnusableError: If nothing can be recorded.
    """
    checkpoints.contradicted = False
    kept = checkpoints.recall()
    succeeds: dict[str, Fact] = {}
    if start_anew:
        succeeds = _put_aside(writer.path, checkpoints, kept)
        kept = None
    _refuse_missing(writer.path, kept)
    writer.open()
    try:
        if writer.sequence == 0:
            first = checkpoints.begin(new_name())
            writer.append([Step(kind=first.kind, facts={**first.facts, **succeeds})])
            restored = False
        else:
            restored = _resume(writer, checkpoints)
        taken_back = checkpoints.contradicts(writer)
        checkpoints.contradicted = taken_back
        if restored:
            checkpoints.make(writer)
        return _left_open(writer, restored=restored, taken_back=taken_back)
    except (sqlite3.Error, ValueError, TypeError, AttributeError, LookupError) as err:
        # What lies in a row may be of any sort, and whatever that breaks, the rest of the house must go on.
        raise LedgerUnusableError(f"{writer.path} cannot be read: {err}") from err
    except LedgerUnusableError:
        raise
    except LedgerError as err:
        raise LedgerUnusableError(str(err)) from err


def _refuse_missing(path: Path, kept: Checkpoint | None) -> None:
    try:
        missing = not path.exists() or path.stat().st_size == 0
    except OSError as err:
        raise LedgerUnusableError(f"{path} cannot be read: {err.strerror}") from err
    if missing and kept is not None:
        raise LedgerUnusableError(
            f"{path} is gone, but it had {kept.size} entries: put it back, or start a new ledger"
        )


def _put_aside(path: Path, checkpoints: Checkpoints, kept: Checkpoint | None) -> dict[str, Fact]:
    """Rename all files of a ledger; returns what the new one says about it."""
    number = 1
    while path.with_name(f"{path.name}.old-{number}").exists():
        number += 1
    with suppress(FileNotFoundError):
        path.rename(path.with_name(f"{path.name}.old-{number}"))
    for suffix in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + suffix).rename(
                path.with_name(f"{path.name}.old-{number}{suffix}")
            )
    checkpoints.put_aside(f"old-{number}")
    if kept is None:
        return {"succeeds": ""}
    last = {"succeeds_root": kept.root} if kept.root else {"succeeds_head": kept.head}
    return {"succeeds": kept.origin, "succeeds_size": kept.size, **last}


def _resume(writer: Writer, checkpoints: Checkpoints) -> bool:
    """Take up an existing ledger; returns whether it is that of a backup."""
    key = _key_in_force(writer.db)
    last = _last_of(writer.db, (Kind.CHECKPOINT,))
    lost = checkpoints.resume(key, 0 if last is None else last[0])
    if lost is not None:
        writer.append([lost])
    mark = writer.db.execute("SELECT value FROM marks WHERE name = 'backup'").fetchone()
    if mark is None:
        return False
    restored = _witness(writer.path, mark[0]) is None
    if restored:
        made = _last_of(writer.db, (Kind.BACKUP,))
        checkpoints.begin_origin(writer, {"backup": None if made is None else made[0]}, _unmark)
    else:
        writer.transact(_unmarked)
    _witness_file(writer.path).unlink(missing_ok=True)
    return restored


def _unmark(db: sqlite3.Connection) -> None:
    """Take the mark of a backup off."""
    db.execute("DELETE FROM marks WHERE name = 'backup'")


def _unmarked(db: sqlite3.Connection) -> list[Step]:
    _unmark(db)
    return []


def _last_of(db: sqlite3.Connection, kinds: tuple[Kind, ...]) -> tuple[int, str] | None:
    """Return sequence and line of the newest entry of these kinds."""
    found = [
        row
        for kind in kinds
        if (
            row := db.execute(
                f"SELECT sequence, line FROM entries WHERE kind = ? AND {FILED}"  # noqa: S608
                " ORDER BY sequence DESC LIMIT 1",
                (kind.value,),
            ).fetchone()
        )
    ]
    return max(found) if found else None


def _key_in_force(db: sqlite3.Connection) -> Key:
    kinds = (Kind.STARTED, Kind.KEY_ROTATED, Kind.KEY_LOST)
    row = _last_of(db, kinds)
    restored = _last_of(db, (Kind.RESTORED,))
    # One of before the tree names no key: such a ledger kept its name.
    if restored is not None and read_entry(restored[1]).facts.get("key") is not None:
        row = restored if row is None else max(row, restored)
    if row is None:
        raise LedgerUnusableError("the ledger does not say which key signs it")
    try:
        return Key.parse(str(read_entry(row[1]).facts.get("key")))
    except ValueError as err:
        raise LedgerUnusableError("the ledger does not say which key signs it") from err


def _left_open(writer: Writer, *, restored: bool, taken_back: bool) -> Recovery:
    rows = writer.db.execute(
        "SELECT request, authorised FROM open_requests ORDER BY sequence, request"
    ).fetchall()
    return Recovery(
        unfinished=tuple(request for request, authorised in rows if not authorised),
        interrupted=tuple(request for request, authorised in rows if authorised),
        restored=restored,
        taken_back=taken_back,
    )


def accept_restored(
    writer: Writer, checkpoints: Checkpoints, witness: str | None = None, seen: int = 0
) -> None:
    """Record that a person accepted that history was taken back, or that a witness has seen another one.

    Args:
        writer: The writer.
        checkpoints: What signs.
        witness: Who has seen another history, and can never again cosign by this name; None if it is the
            remembered checkpoint that tells of it.
        seen: How many entries the witness has cosigned.

    Raises:
        LedgerError: If it could not be recorded.
    """
    kept = checkpoints.remembered
    if witness is not None:
        checkpoints.begin_origin(writer, {"witness": witness, "witnessed_size": seen})
    elif checkpoints.contradicted and kept is not None:
        last = {"remembered_root": kept.root} if kept.root else {"remembered_head": kept.head}
        checkpoints.begin_origin(writer, {"remembered_size": kept.size, **last})
    else:
        return
    checkpoints.contradicted = False
    checkpoints.make(writer)


def try_writing(writer: Writer) -> None:
    """Write a mark and take it away again, in two transactions that reach the disk.

    Raises:
        LedgerWriteError: If nothing can be written.
    """

    def mark(db: sqlite3.Connection) -> list[Step]:
        db.execute("INSERT OR REPLACE INTO marks VALUES ('tried', '')")
        return []

    def unmark(db: sqlite3.Connection) -> list[Step]:
        db.execute("DELETE FROM marks WHERE name = 'tried'")
        return []

    writer.transact(mark)
    writer.transact(unmark)


# --- backups --------------------------------------------------------------------------------------
# While a backup is made, the file carries a mark. A copy that is found with the mark, without the
# witness that lies beside the original meanwhile, is a restored one. Home Assistant leaves *.log out of
# backups.


def _witness_file(path: Path) -> Path:
    return path.with_name(f"{path.name}.backup.log")


def _witness(path: Path, mark: str) -> str | None:
    """Return the mark if the witness beside the ledger knows it."""
    try:
        return mark if _witness_file(path).read_text("utf-8") == mark else None
    except OSError, ValueError:
        return None


def begin_backup(writer: Writer) -> None:
    """Bring the file into a state in which it can be copied while entries are being appended.

    All that was written is taken into the main file, which then stays as it is: what is appended
    meanwhile goes to the write-ahead log only, whose copy is good up to its last whole transaction.

    Raises:
        LedgerWriteError: If it could not be recorded.
    """
    mark = os.urandom(8).hex()
    with suppress(OSError):
        write_durably(_witness_file(writer.path), mark.encode())

    def set_mark(db: sqlite3.Connection) -> list[Step]:
        db.execute("INSERT OR REPLACE INTO marks VALUES ('backup', ?)", (mark,))
        return [Step(kind=Kind.BACKUP)]

    writer.transact(set_mark)
    writer.being_copied = True
    writer.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    writer.db.execute("PRAGMA wal_autocheckpoint=0")


def end_backup(writer: Writer) -> None:
    """Go back to normal.

    Raises:
        LedgerWriteError: If the mark could not be taken off.
    """
    writer.being_copied = False
    writer.db.execute(f"PRAGMA wal_autocheckpoint={AUTOCHECKPOINT_PAGES}")
    writer.transact(_unmarked)
    _witness_file(writer.path).unlink(missing_ok=True)
