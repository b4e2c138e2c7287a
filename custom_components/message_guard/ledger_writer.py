"""The thread that writes the ledger.

One thread owns the one connection that writes. Whatever waits in its queue when it comes round is
written in one transaction, so that appends which happen together share the wait for the disk.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
import json
import logging
import os
from pathlib import Path
from queue import Empty, SimpleQueue
import sqlite3
import threading

from .core.encoding import entry_hash
from .core.errors import LedgerError, LedgerUnusableError, LedgerWriteError
from .core.ledger import (
    FINAL,
    GENESIS,
    SALT_BYTES,
    WAITING,
    Entry,
    Kind,
    Step,
    next_entry,
    sealed,
)
from .ledger_database import Database

_LOGGER = logging.getLogger(__name__)

DAY_US = 86_400_000_000
"""Microseconds in a day, UTC."""

BATCH_STEPS = 1024
"""The most steps that share one transaction."""

type Settled = tuple[asyncio.Future[object], object, BaseException | None]


@dataclass(frozen=True, slots=True)
class _Append:
    steps: Sequence[Step]
    future: asyncio.Future[object]


@dataclass(frozen=True, slots=True)
class _Task:
    """Anything else that needs the writer's connection."""

    work: Callable[[Writer], object]
    future: asyncio.Future[object]


class Writer:
    """Owns the writing connection; everything but `submit_*` runs in its own thread.

    Attributes:
        sequence: Sequence number of the last entry, 0 for none.
        head: Hash of the last entry.
        keep_private: Whether private values are stored at all.
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
        """Start the thread; the first task submitted should be `open`."""
        self.path = path
        self.sequence = 0
        self.head = GENESIS
        self.keep_private = keep_private
        self.database: Database | None = None
        self._loop = loop
        self._clock_us = clock_us
        self._busy_seconds = busy_seconds
        self._data_version = 0
        self._broken: str | None = None
        self._queue: SimpleQueue[_Append | _Task | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="message_guard ledger", daemon=True)
        self._thread.start()

    # --- called in the event loop -----------------------------------------------------------

    def submit_append(self, steps: Sequence[Step]) -> asyncio.Future[object]:
        """Queue steps; the future's result is the list of entries, once they are on disk."""
        future: asyncio.Future[object] = self._loop.create_future()
        self._queue.put(_Append(steps, future))
        return future

    def submit_task(self, work: Callable[[Writer], object]) -> asyncio.Future[object]:
        """Queue work for the writer's thread, after everything that is queued already."""
        future: asyncio.Future[object] = self._loop.create_future()
        self._queue.put(_Task(work, future))
        return future

    def stop(self) -> None:
        """Let the thread end once the queue is empty."""
        self._queue.put(None)

    def join(self) -> None:
        """Wait for the thread; blocks."""
        self._thread.join()

    # --- the thread -------------------------------------------------------------------------

    def _run(self) -> None:
        while True:
            job = self._queue.get()
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
        self._settle(settled)

    def _work(self, task: _Task) -> None:
        try:
            result = task.work(self)
        except Exception as err:  # noqa: BLE001 - as above
            self._settle([(task.future, None, err)])
        else:
            self._settle([(task.future, result, None)])

    def _settle(self, settled: list[Settled]) -> None:
        try:
            self._loop.call_soon_threadsafe(_settle_in_loop, settled)
        except RuntimeError:
            # The loop is closed: nobody waits any more. What was written is written.
            _LOGGER.debug("Nobody waits for %d ledger jobs any more", len(settled))

    # --- work ---------------------------------------------------------------------------------

    def open(self) -> None:
        """Open the file and find the end of the chain."""
        self.database = Database.open(self.path, busy_seconds=self._busy_seconds)
        try:
            self.sequence, self.head = _read_head(self.database.db)
            self._data_version = self._foreign_changes()
        except sqlite3.Error as err:
            self._close()
            raise LedgerUnusableError(f"{self.path} cannot be read: {err}") from err
        except BaseException:
            self._close()
            raise

    def _close(self) -> None:
        if self.database is not None:
            self.database.close()
            self.database = None

    def _foreign_changes(self) -> int:
        """Return a number that changes when any other connection has changed the file."""
        assert self.database is not None  # noqa: S101
        return int(self.database.db.execute("PRAGMA data_version").fetchone()[0])

    def append(self, steps: Sequence[Step]) -> list[Entry]:
        """Write steps in one transaction; on return they are on disk.

        Raises:
            LedgerWriteError: If they are not. None of them is then part of the chain.
        """
        return self.append_made(lambda: steps)

    def append_made(self, make: Callable[[], Sequence[Step]]) -> list[Entry]:
        """Like `append`, with steps made inside the transaction, when the head is certain."""
        if self.database is None:
            raise LedgerWriteError("the ledger is not open")
        if self._broken is not None:
            raise LedgerWriteError(self._broken)
        try:
            self._check_files()
            self.database.db.execute("BEGIN IMMEDIATE")
            self._check_head()
            entries, secrets = self._chain(make())
            self._insert(entries, secrets)
            self.database.db.execute("COMMIT")
        except sqlite3.Error as err:
            self.database.rollback()
            raise LedgerWriteError(f"{self.path} cannot be written: {err}") from err
        except BaseException:
            self.database.rollback()
            raise
        if entries:
            self.sequence, self.head = entries[-1].sequence, entries[-1].hash
        # Once more: a file deleted in between would hold the entries, but nobody would find them.
        self._check_files()
        return entries

    def _check_files(self) -> None:
        assert self.database is not None  # noqa: S101
        try:
            self.database.check()
        except LedgerWriteError as err:
            self._broken = str(err)
            raise

    def _check_head(self) -> None:
        """Notice that another program wrote to the file; the lock only keeps out our own kind."""
        assert self.database is not None  # noqa: S101
        version = self._foreign_changes()
        if version == self._data_version:
            return
        if _read_head(self.database.db) != (self.sequence, self.head):
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
                salts = {name: os.urandom(SALT_BYTES) for name in step.private}
            entry = next_entry(
                step, sequence=sequence, time=self._clock_us(), previous=head, salts=salts
            )
            head = entry.hash
            entries.append(entry)
            if salts and (secret := sealed(step, salts)) is not None:
                secrets.append((sequence, secret))
        return entries, secrets

    def _insert(self, entries: Sequence[Entry], secrets: Sequence[tuple[int, str]]) -> None:
        assert self.database is not None  # noqa: S101
        db = self.database.db
        db.executemany(
            "INSERT INTO entries VALUES (?,?,?,?,?,?,?)", [entry_row(entry) for entry in entries]
        )
        if secrets:
            db.executemany("INSERT INTO private VALUES (?,?)", secrets)
        counts = Counter((entry.time // DAY_US, str(entry.kind)) for entry in entries)
        first: dict[tuple[int, str], int] = {}
        last: dict[tuple[int, str], int] = {}
        for entry in entries:
            key = (entry.time // DAY_US, str(entry.kind))
            first.setdefault(key, entry.sequence)
            last[key] = entry.sequence
        db.executemany(
            "INSERT INTO days VALUES (?,?,?,?,?) ON CONFLICT DO UPDATE SET"
            " count = count + excluded.count, last = excluded.last",
            [(*key, count, first[key], last[key]) for key, count in counts.items()],
        )
        for entry in entries:
            if entry.request_id is None:
                continue
            if entry.kind in FINAL:
                db.execute("DELETE FROM open_requests WHERE request = ?", (entry.request_id,))
            elif entry.kind in WAITING or entry.kind is Kind.AUTHORISED:
                db.execute(
                    "INSERT OR REPLACE INTO open_requests VALUES (?,?,?)",
                    (entry.request_id, entry.sequence, entry.kind is Kind.AUTHORISED),
                )


def entry_row(entry: Entry) -> tuple[int, str, int, str, object, object, str | None]:
    """Return an entry as a row of the table `entries`."""
    return (
        entry.sequence,
        entry.line,
        entry.time,
        str(entry.kind),
        entry.facts.get("contact_id"),
        entry.facts.get("satellite_id"),
        entry.request_id,
    )


def _read_head(db: sqlite3.Connection) -> tuple[int, str]:
    """Return sequence number and hash of the last entry."""
    row = db.execute("SELECT sequence, line FROM entries ORDER BY sequence DESC LIMIT 1").fetchone()
    if row is None:
        return 0, GENESIS
    sequence, line = row
    try:
        stated = json.loads(line)["sequence"]
    except (ValueError, TypeError, KeyError) as err:
        raise LedgerUnusableError(f"entry {sequence} is damaged") from err
    if stated != sequence:
        raise LedgerUnusableError(f"entry {sequence} says that it is {stated}")
    return sequence, entry_hash(line)


def _settle_in_loop(settled: list[Settled]) -> None:
    """Hand out results; whoever was cancelled while waiting is passed over."""
    for future, result, error in settled:
        if future.done():
            continue
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)
