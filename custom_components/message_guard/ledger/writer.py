"""The thread that writes the ledger.

One thread owns the one connection that writes. Whatever waits in its queue when it comes round is
written in one transaction, so that appends which happen together share the wait for the disk.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
import json
import logging
import os
from pathlib import Path
from queue import Empty, SimpleQueue
import sqlite3
import threading
from typing import Any

from ..core.errors import LedgerError, LedgerUnusableError, LedgerWriteError
from .database import Database
from .filing import file, insert, unfiled
from .format.encoding import entry_hash
from .format.entries import GENESIS, SALT_BYTES, Entry, Step, next_entry, printable, sealed
from .handover import Handover, Settled
from .tiles import Tree, write_tiles

_LOGGER = logging.getLogger(__name__)

BATCH_STEPS = 1024
"""The most steps that share one transaction."""

QUIET_SECONDS = 5.0
"""After so long without anything to do, the write-ahead log is made as large as it becomes."""


@dataclass(frozen=True, slots=True)
class _Append:
    steps: Sequence[Step]
    future: asyncio.Future[Any]


@dataclass(frozen=True, slots=True)
class _Task:
    """Anything else that needs the writer's connection."""

    work: Callable[[Writer], object]
    future: asyncio.Future[Any]


class Writer:
    """Owns the writing connection; `write`, `run`, `be_filed` and `end` belong to the event loop, the rest to its own thread.

    Attributes:
        sequence: Sequence number of the last entry, 0 for none.
        head: Hash of the last entry.
        tree: The tree over all entries; None if the database does not hold it, which is tampering.
        keep_private: Whether private values are stored at all.
        being_copied: A backup is being made: the main file must stay as it is.
    """

    def __init__(
        self,
        path: Path,
        *,
        loop: asyncio.AbstractEventLoop,
        clock_us: Callable[[], int],
        busy_seconds: float,
        keep_private: bool,
    ) -> None:
        """Start the thread; nothing is opened yet."""
        self.path = path
        self.sequence = 0
        self.head = GENESIS
        self.tree: Tree | None = Tree()
        self.keep_private = keep_private
        self.database: Database | None = None
        self.being_copied = False
        self._reserving = False  # only what is no entry ever makes the log smaller
        self._loop = loop
        self._clock_us = clock_us
        self._busy_seconds = busy_seconds
        self._data_version = 0
        self._waiting: Sequence[Entry] = ()
        self._broken: str | None = None
        self._queue: SimpleQueue[_Append | _Task | None] = SimpleQueue()
        self._results = Handover(loop)
        self._thread = threading.Thread(target=self._run, name="message_guard ledger", daemon=True)
        self._thread.start()

    # --- called in the event loop -----------------------------------------------------------

    def write(self, steps: Sequence[Step]) -> asyncio.Future[list[Entry]]:
        """Append steps. Whoever has awaited that knows that they are on disk; if they are not, LedgerWriteError is raised there."""
        future: asyncio.Future[list[Entry]] = self._loop.create_future()
        self._queue.put(_Append(steps, future))
        return future

    async def run[T](self, work: Callable[[Writer], T]) -> T:
        """Do some work in the writer's thread, after everything that is queued already."""
        future: asyncio.Future[T] = self._loop.create_future()
        self._queue.put(_Task(work, future))
        return await future

    async def be_filed(self) -> bool:
        """Let all entries be filed; returns whether they are."""
        try:
            if self._waiting:
                await self.run(Writer.file)
        except LedgerWriteError:
            return False
        return True

    async def end(self) -> None:
        """Let the thread end once the queue is empty, and wait for it."""
        self.stop()
        await asyncio.to_thread(self._thread.join)
        self._results.close()

    def stop(self) -> None:
        """Let the thread end once the queue is empty."""
        self._queue.put(None)

    # --- the thread -------------------------------------------------------------------------

    def _run(self) -> None:
        while True:
            job = self._next()
            batch: list[_Append] = []
            size = 0
            while isinstance(job, _Append):
                batch.append(job)
                size += len(job.steps)
                if size >= BATCH_STEPS:
                    job = None
                    break
                try:
                    job = self._queue.get_nowait()
                except Empty:
                    job = None
                    break
            else:
                if job is None:
                    self._write_batch(batch)
                    self._close()
                    return
            self._write_batch(batch)
            if job is not None:
                self._work(job)
                self._reserving = True

    def _next(self) -> _Append | _Task | None:
        """Wait for something to do. Where nobody wants anything for a while, make room for entries to come."""
        quiet = QUIET_SECONDS
        while self._reserving:
            try:
                return self._queue.get(timeout=quiet)
            except Empty:
                quiet = 0
                free = self.database is not None and not self.being_copied
                self._reserving = free and self._opened().reserve()
        return self._queue.get()

    def _write_batch(self, batch: Sequence[_Append]) -> None:
        if not batch:
            return
        settled: list[Settled] = []
        try:
            entries = self.append([step for job in batch for step in job.steps])
        except Exception as err:  # noqa: BLE001 - whatever it is, those who wait must hear of it
            failure = err if isinstance(err, LedgerError) else LedgerWriteError(str(err))
            settled = [(job.future, None, failure) for job in batch]
        else:
            position = 0
            for job in batch:
                end = position + len(job.steps)
                settled.append((job.future, entries[position:end], None))
                position = end
        self._results.put(settled)

    def _work(self, task: _Task) -> None:
        try:
            result = task.work(self)
        except sqlite3.Error as err:
            failure = LedgerWriteError(f"{self.path} cannot be used: {err}")
            failure.__cause__ = err
            self._results.put([(task.future, None, failure)])
        except Exception as err:  # noqa: BLE001 - as above
            self._results.put([(task.future, None, err)])
        else:
            self._results.put([(task.future, result, None)])

    # --- work ---------------------------------------------------------------------------------

    def open(self) -> None:
        """Open the file and find the end of the chain.

        Raises:
            LedgerUnusableError: If nothing can be recorded in it.
        """
        database = Database.open(self.path, busy_seconds=self._busy_seconds)
        try:
            self.sequence, self.head = read_head(database.db)
            self.tree = read_tree(database.db, self.sequence)
            self._waiting = unfiled(database.db, self.sequence)
            self._data_version = database.foreign_changes()
            self.database = database
            self.file()
        except (sqlite3.Error, LedgerWriteError) as err:
            self._abandon(database)
            raise LedgerUnusableError(f"{self.path} cannot be read: {err}") from err
        except BaseException:
            self._abandon(database)
            raise

    def _abandon(self, database: Database) -> None:
        self.database, self._waiting = None, ()
        database.close()

    def now_us(self) -> int:
        """Return the time, microseconds since the epoch, UTC."""
        return self._clock_us()

    @property
    def db(self) -> sqlite3.Connection:
        """The connection, for reading and for what is no entry."""
        return self._opened().db

    def file(self) -> None:
        """Make sure that all entries can be searched for.

        Raises:
            LedgerWriteError: If some could not be filed. They are recorded all the same.
        """
        if self._waiting:
            self.transact(lambda _: ())

    def peek[T](self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Return what `work` reads where all entries are filed, though nothing can be written.

        That is in a transaction that is taken back. While another program keeps us from one, only what is filed is read.
        """
        database = self._opened()
        database.db.execute("PRAGMA busy_timeout=0")
        try:
            with suppress(sqlite3.Error):
                database.db.execute("BEGIN IMMEDIATE")
                file(database.db, self._waiting)
            return work(database.db)
        finally:
            database.rollback()
            database.db.execute(f"PRAGMA busy_timeout={round(self._busy_seconds * 1000)}")

    def _close(self) -> None:
        if self.database is not None:
            with suppress(LedgerWriteError):
                self.file()
            self.database.close()
            self.database = None

    def append(self, steps: Sequence[Step]) -> list[Entry]:
        """Write steps in one transaction; on return they are on disk.

        Raises:
            LedgerWriteError: If they are not. None of them is then part of the chain.
        """
        return self.transact(lambda _: steps, filing=False)

    def transact(
        self, make: Callable[[sqlite3.Connection], Sequence[Step]], *, filing: bool = True
    ) -> list[Entry]:
        """Do other work and append the steps that tell of it, in one transaction.

        Args:
            make: Works on the connection and returns the steps. While it runs, `sequence` and `head` are
                those of the last entry. If it raises, nothing has happened.
            filing: File all entries, those of before when it begins.

        Raises:
            LedgerWriteError: If it could not be made durable. Nothing has happened then.
        """
        if self._broken is not None:
            raise LedgerWriteError(self._broken)
        database = self._opened()
        try:
            self._check_files(database)
            database.db.execute("BEGIN IMMEDIATE")
            self._check_head(database)
            waiting = self._waiting
            if filing:
                file(database.db, waiting)
                waiting = ()
            entries, secrets = self._chain(make(database.db))
            waiting = insert(database.db, waiting, entries, secrets, filing=filing)
            tree = self._grow(database.db, entries)
            database.db.execute("COMMIT")
        except sqlite3.Error as err:
            database.rollback()
            raise LedgerWriteError(f"{self.path} cannot be written: {err}") from err
        except BaseException:
            database.rollback()
            raise
        self._waiting = waiting
        if entries:
            self.sequence, self.head = entries[-1].sequence, entries[-1].hash
            self.tree = tree
        # Once more: a file deleted meanwhile would hold the entries where nobody finds them.
        self._check_files(database)
        return entries

    def _grow(self, db: sqlite3.Connection, entries: Sequence[Entry]) -> Tree | None:
        """Return the tree with these entries in it; tiles that they complete are written."""
        if self.tree is None:
            return None
        tree, tiles = self.tree.plus([entry.line for entry in entries])
        write_tiles(db, tiles)
        return tree

    def _opened(self) -> Database:
        if self.database is None:
            raise LedgerWriteError("the ledger is not open")
        return self.database

    def _check_files(self, database: Database) -> None:
        try:
            database.check()
        except LedgerWriteError as err:
            saved = database.rescue()
            self._broken = f"{err}; what it held is saved in {saved}" if saved else str(err)
            raise LedgerWriteError(self._broken) from err

    def _check_head(self, database: Database) -> None:
        """Notice that another program wrote to the file; the lock only keeps out our own kind."""
        version = database.foreign_changes()
        if version == self._data_version:
            return
        if read_head(database.db) != (self.sequence, self.head):
            raise LedgerWriteError(f"another program changed {self.path}")
        self._data_version = version

    def _chain(self, steps: Sequence[Step]) -> tuple[list[Entry], list[tuple[int, str]]]:
        entries: list[Entry] = []
        secrets: list[tuple[int, str]] = []
        sequence, head = self.sequence, self.head
        for step in steps:
            sequence += 1
            salts: dict[str, bytes] = {}
            if step.private and self.keep_private:
                drawn = os.urandom(SALT_BYTES * len(step.private))
                salts = {
                    name: drawn[place * SALT_BYTES : (place + 1) * SALT_BYTES]
                    for place, name in enumerate(step.private)
                }
            time = self._clock_us()
            try:
                entry = next_entry(step, sequence=sequence, time=time, previous=head, salts=salts)
            except UnicodeEncodeError:
                step = printable(step)  # noqa: PLW2901 - it takes the other one's place
                entry = next_entry(step, sequence=sequence, time=time, previous=head, salts=salts)
            head = entry.hash
            entries.append(entry)
            if salts and (secret := sealed(step, salts)) is not None:
                secrets.append((sequence, secret))
        return entries, secrets


def read_head(db: sqlite3.Connection) -> tuple[int, str]:
    """Return sequence number and hash of the last entry.

    Raises:
        LedgerUnusableError: If it is so damaged that nothing can follow it.
    """
    row = db.execute("SELECT sequence, line FROM entries ORDER BY sequence DESC LIMIT 1").fetchone()
    if row is None:
        return 0, GENESIS
    sequence, line = row
    try:
        stated, head = json.loads(line)["sequence"], entry_hash(line)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as err:
        raise LedgerUnusableError(f"entry {sequence} is damaged") from err
    if stated != sequence:
        raise LedgerUnusableError(f"entry {sequence} says that it is {stated}")
    return sequence, head


def read_tree(db: sqlite3.Connection, size: int) -> Tree | None:
    """Return the tree of a ledger with so many entries; None if the database does not hold it.

    Entries or tiles were taken away then, which is told of by whoever checks the ledger. What is recorded
    goes on in the chain alone, and nothing is signed.
    """
    try:
        return Tree.read(db, size)
    except ValueError as err:
        _LOGGER.error("The ledger does not hold the tree of its entries: %s", err)
        return None
