"""The ledger's file: its layout, how it is opened, and how to notice that it is no longer ours."""

from contextlib import suppress
import fcntl
import os
from pathlib import Path
import sqlite3
from typing import Self

from ..core.errors import LedgerUnusableError, LedgerWriteError
from .format.layout import APPLICATION_ID, LAYOUT
from .migration import bring_up_to_date

BUSY_SECONDS = 2.0
"""How long another program may hold the file before an append fails."""


LOG_BYTES = 1000 * (4096 + 24) + 32
"""How large the write-ahead log becomes: at so many pages, each with a head, SQLite takes them into the file."""

RESERVED_BYTES = 512 * 1024
"""So much of it is reserved in one go."""

SPARE_BYTES = 256 * 1024 * 1024
"""Nothing is reserved on a disk with less room."""


class Lock:
    """An advisory lock: one process writes a ledger.

    It is a file of its own, because closing any other handle on SQLite's file would drop the locks that
    SQLite itself holds on it.
    """

    def __init__(self, path: Path) -> None:
        """Take the lock for the ledger at `path`.

        Raises:
            LedgerUnusableError: If another process has it, or the folder cannot be written to.
        """
        lock = path.with_name(path.name + ".lock")
        try:
            self._handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as err:
            raise LedgerUnusableError(f"{lock} cannot be opened: {err.strerror}") from err
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as err:
            os.close(self._handle)
            raise LedgerUnusableError(f"another process is writing the ledger {path}") from err

    def release(self) -> None:
        """Give the lock back."""
        os.close(self._handle)


class Identity:
    """Which files on disk we have open, by device and inode.

    SQLite goes on writing happily into a file that has been deleted or replaced. What it writes there
    is lost, so it must not count as durable.

    The write-ahead log is asked for its name first. Whoever asks a file for its times makes Linux, from 6.13 on, note a new
    time with the next write to it, and the commit that waits for that write takes half as long again.
    """

    def __init__(self, path: Path) -> None:
        """Remember the ledger's file and its write-ahead log, both of which must exist."""
        self._file, self._log = os.fspath(path), os.fspath(path) + "-wal"
        self._known = {file: self._look(file) for file in (self._file, self._log)}
        self._handle = self._named()
        self._name = self._log_name()

    @staticmethod
    def _look(file: str) -> tuple[int, int] | None:
        try:
            found = os.stat(file)  # noqa: PTH116 - a hot path: no Path objects
        except OSError:
            return None
        return (found.st_dev, found.st_ino)

    def _named(self) -> int | None:
        """Open the log by name only: closing any other handle would drop the locks that SQLite holds on it."""
        try:
            return os.open(self._log, os.O_PATH | os.O_CLOEXEC)
        except AttributeError, OSError:
            return None

    def _log_name(self) -> str | None:
        """Return where the log that we have open lies now, None if the system does not tell."""
        try:
            return os.readlink(f"/proc/self/fd/{self._handle}")  # noqa: PTH115 - as above
        except OSError:
            return None

    def check(self) -> None:
        """Raise LedgerWriteError if a file is gone or is not the one that was opened."""
        self._compare(self._file)
        name = self._log_name()
        if name is None or name != self._name:
            self._compare(self._log)

    def _compare(self, file: str) -> None:
        now = self._look(file)
        if now is None:
            raise LedgerWriteError(f"{file} was deleted, moved or made unreadable")
        if now != self._known[file]:
            raise LedgerWriteError(f"{file} was replaced by another file")

    def close(self) -> None:
        """Close what was opened for this."""
        if self._handle is not None:
            os.close(self._handle)


def connect(
    path: Path, *, busy_seconds: float = BUSY_SECONDS, shared: bool = False
) -> sqlite3.Connection:
    """Open a connection that is safe to write through.

    `synchronous=FULL` makes a commit wait for the disk. `secure_delete` overwrites what is deleted, and
    `temp_store=MEMORY` keeps words out of temporary files.

    Args:
        path: The file; created if it does not exist.
        busy_seconds: How long to wait for other connections.
        shared: Several threads use it, one at a time.
    """
    db = sqlite3.connect(
        path, timeout=busy_seconds, isolation_level=None, check_same_thread=not shared
    )
    try:
        db.execute("PRAGMA synchronous=FULL")
        db.execute("PRAGMA secure_delete=ON")
        db.execute("PRAGMA temp_store=MEMORY")
        db.execute("PRAGMA trusted_schema=OFF")
    except BaseException:
        db.close()
        raise
    return db


class Database:
    """The writer's connection to the ledger, and what must stay true while it is open."""

    def __init__(self, path: Path, db: sqlite3.Connection, lock: Lock) -> None:
        """Wrap what `open` has opened."""
        self.path = path
        self.db = db
        self._lock = lock
        self._identity = Identity(path)

    @classmethod
    def open(cls, path: Path, *, busy_seconds: float = BUSY_SECONDS) -> Self:
        """Open the ledger at `path`, creating it if there is none.

        Raises:
            LedgerUnusableError: If it is locked, damaged, not ours, or of another layout.
        """
        lock = Lock(path)
        db = None
        try:
            _check_permissions(path)
            with suppress(FileExistsError):
                _create(path)
            db = connect(path, busy_seconds=busy_seconds)
            _prepare(path, db)
            return cls(path, db, lock)
        except (sqlite3.Error, OSError) as err:
            _close(db)
            lock.release()
            raise LedgerUnusableError(f"{path} cannot be opened: {err}") from err
        except BaseException:
            _close(db)
            lock.release()
            raise

    def check(self) -> None:
        """Raise LedgerWriteError if what we write to is not what lies at the path."""
        self._identity.check()

    def foreign_changes(self) -> int:
        """Return a number that changes when any other connection has changed the file."""
        return int(self.db.execute("PRAGMA data_version").fetchone()[0])

    def reserve(self) -> bool:
        """Let the write-ahead log be as large as it becomes, before it is needed: a commit that need not make it larger costs less.

        SQLite passes over what is behind its last whole transaction, as it does after it has begun at the front again. What
        cannot be reserved is done without.

        Returns:
            Whether there is more to be done: it takes several calls, so that nobody has to wait for all of it.
        """
        log = os.fspath(self.path) + "-wal"
        try:
            handle = os.open(log, os.O_WRONLY | os.O_CLOEXEC)
        except OSError:
            return False
        try:
            # Whoever has the lock for writing is the only one who may make it larger.
            self.db.execute("BEGIN IMMEDIATE")
            size, room = os.fstat(handle).st_size, os.fstatvfs(handle)
            missing = min(LOG_BYTES - size, RESERVED_BYTES)
            if missing <= 0 or room.f_bavail * room.f_frsize < SPARE_BYTES:
                return False
            os.pwrite(handle, bytes(missing), size)
            os.fsync(handle)
        except OSError, sqlite3.Error:
            return False
        finally:
            os.close(handle)
            self.rollback()
        return True

    def rescue(self) -> Path | None:
        """Save what we have open to a new file, since it is not at its path any more.

        Returns:
            The new file; None if even that failed.
        """
        for number in range(1, 100):
            target = self.path.with_name(f"{self.path.stem}.rescued-{number}{self.path.suffix}")
            if target.exists():
                continue
            copy = None
            try:
                _create(target)
                copy = sqlite3.connect(target)
                self.db.backup(copy)
            except sqlite3.Error, OSError:
                with suppress(OSError):
                    target.unlink()
                return None
            finally:
                _close(copy)
            return target
        return None

    def rollback(self) -> None:
        """End a transaction that did not come to its end."""
        if self.db.in_transaction:
            with suppress(sqlite3.Error):
                self.db.execute("ROLLBACK")

    def close(self) -> None:
        """Close the connection and give the lock back."""
        self._identity.close()
        _close(self.db)
        self._lock.release()


def _create(path: Path) -> None:
    """Create an empty file that only its owner can read; SQLite would let everybody.

    SQLite's other files take over the mode of this one.
    """
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))


def _close(db: sqlite3.Connection | None) -> None:
    if db is not None:
        with suppress(sqlite3.Error):
            db.close()


def _check_permissions(path: Path) -> None:
    """Refuse what SQLite would open read-only without a word."""
    for file in (path, path.with_name(path.name + "-wal"), path.parent):
        if file.exists() and not os.access(file, os.W_OK):
            raise LedgerUnusableError(f"{file} cannot be written to")


def _prepare(path: Path, db: sqlite3.Connection) -> None:
    """Create the layout, or bring that of an earlier version up to date: all of it or nothing."""
    application, layout, objects = (
        db.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("application_id", "user_version", "schema_version")
    )
    if objects and application != APPLICATION_ID:
        raise LedgerUnusableError(f"{path} is a database, but not a Message Guard ledger")
    if layout > LAYOUT:
        raise LedgerUnusableError(
            f"{path} was written by a newer Message Guard (layout {layout}, this one knows {LAYOUT}):"
            " update Message Guard"
        )
    if objects and layout < 1:
        raise LedgerUnusableError(f"{path} does not say of which layout it is")
    mode = db.execute("PRAGMA journal_mode=WAL").fetchone()[0]
    if mode != "wal":
        raise LedgerUnusableError(
            f"{path} is on a file system without write-ahead logging ({mode})"
        )
    # Taking the write lock also makes sure that nobody keeps us from writing.
    db.execute("BEGIN IMMEDIATE")
    try:
        if not objects:
            db.execute(f"PRAGMA application_id={APPLICATION_ID}")
        if layout < LAYOUT:
            bring_up_to_date(db, layout)
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    if not objects:
        _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make a new file's name durable; its content is SQLite's business."""
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
