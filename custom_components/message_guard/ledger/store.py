"""The ledger on disk, as the rest of Message Guard sees it.

Nothing here blocks the event loop: writing happens in one thread of its own (`writer`), reading
in the executor.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import date
from functools import partial
import logging
from pathlib import Path
import sqlite3
import time
from typing import Literal

from ..core.errors import LedgerError, LedgerUnusableError, LedgerWriteError
from ..core.listeners import Listeners
from .checking import BackgroundCheck
from .checkpoints import Checkpoints
from .cosigned import Cosignatures
from .database import BUSY_SECONDS
from .format.entries import Entry, Step
from .format.report import Report
from .forwarded import Forwarded
from .opening import Recovery, accept_restored, begin_backup, end_backup, open_ledger, try_writing
from .reading import (
    Filter,
    Page,
    Reader,
    Row,
    csv_line,
    export_end,
    export_line,
    read_chunk,
    read_page,
    read_statistics,
)
from .retention import Erased, Erasure, erase
from .upkeep import CHECKPOINT_SECONDS, RETENTION_DAYS, Upkeep
from .writer import Writer

_LOGGER = logging.getLogger(__name__)


def wall_clock_us() -> int:
    """Return microseconds since the epoch, UTC, by the machine's clock."""
    return time.time_ns() // 1000


def _call[*Told](listeners: Listeners[*Told], *told: *Told) -> None:
    """Tell all who listen; what one of them does wrong is neither the ledger's fault nor the others'."""
    for listener in listeners:
        try:
            listener(*told)
        except Exception:
            _LOGGER.exception("Something about the ledger could not be passed on")


class LedgerStore:
    """An append-only ledger in one SQLite file."""

    def __init__(
        self,
        path: Path,
        *,
        clock_us: Callable[[], int] = wall_clock_us,
        retention_days: int | None = RETENTION_DAYS,
        busy_seconds: float = BUSY_SECONDS,
        checkpoint_seconds: float = CHECKPOINT_SECONDS,
    ) -> None:
        """Name the file; nothing is opened yet.

        Args:
            path: The ledger's file. Its folder must exist.
            clock_us: Microseconds since the epoch, UTC; called in the writer's thread.
            retention_days: How long private values are kept; 0 for never stored, None for ever.
            busy_seconds: How long another program may hold the file before an append fails.
            checkpoint_seconds: How long after an entry a checkpoint covers it.
        """
        self.path = path
        self._clock_us = clock_us
        self._retention_days = retention_days
        self.on_erased: Callable[[Erasure], None] | None = None
        self._busy_seconds = busy_seconds
        self._checkpoints = Checkpoints(path)
        self._checkpoint_listeners = Listeners[str]()
        self._writing = True
        self._writing_listeners = Listeners[()]()
        self._append_listeners = Listeners[()]()
        self._writer: Writer | None = None
        self._check: BackgroundCheck | None = None
        self._check_lock = asyncio.Lock()
        self._reader = Reader(path, busy_seconds=busy_seconds)
        self.cosignatures = Cosignatures(self.read, self._write)
        self.forwarded = Forwarded(self.read, self._write)
        self._upkeep = Upkeep(
            checkpoint=self.checkpoint,
            retention=self._keep_retention,
            checkpoint_seconds=checkpoint_seconds,
        )

    # --- opening and closing ------------------------------------------------------------------

    async def open(self, *, start_anew: bool = False) -> Recovery:
        """Open or create the file and say what an earlier run left behind.

        Args:
            start_anew: Put an unusable or lost ledger aside and begin a new one, which says so.

        Raises:
            LedgerUnusableError: If nothing can be recorded: locked by another process, gone, damaged,
                not ours, or newer than this code.
        """
        if self._writer is not None:
            raise LedgerUnusableError("the ledger is open already")
        writer = Writer(
            self.path,
            loop=asyncio.get_running_loop(),
            clock_us=self._clock_us,
            busy_seconds=self._busy_seconds,
            keep_private=self._retention_days != 0,
        )
        try:
            recovery = await writer.run(
                lambda opened: open_ledger(opened, self._checkpoints, start_anew=start_anew)
            )
        except BaseException:
            await writer.end()
            raise
        self._writer = writer
        self._reader.open()
        self._check = BackgroundCheck(self._checkpoints.remembered)
        self._upkeep.start()
        self._wrote(well=True)
        return recovery

    async def close(self) -> None:
        """Sign what is not signed yet, write what is queued, and close. Safe to call twice."""
        writer, self._writer = self._writer, None
        if writer is None:
            return
        self._upkeep.stop()
        try:
            note = await writer.run(self._checkpoints.make)
        except LedgerError as err:
            _LOGGER.error("The ledger's last checkpoint could not be made: %s", err)
        else:
            self._tell(note)
        finally:
            # SQLite tidies up when the last connection closes: let that be the one that writes.
            await asyncio.to_thread(self._reader.close)
            await writer.end()

    @property
    def is_open(self) -> bool:
        """Whether entries can be appended."""
        return self._writer is not None

    def _open_writer(self) -> Writer:
        if self._writer is None:
            raise LedgerWriteError("the ledger is not open")
        return self._writer

    # --- writing ------------------------------------------------------------------------------

    async def append(self, step: Step) -> Entry:
        """Record a step; on return it is on disk.

        A caller that is cancelled while waiting does not know whether it was recorded; either way the
        chain is whole.

        Raises:
            LedgerWriteError: If it could not be made durable. It is then not part of the chain.
        """
        return (await self.append_many((step,)))[0]

    async def append_many(self, steps: Sequence[Step]) -> Sequence[Entry]:
        """Record steps together: all of them or none.

        Raises:
            LedgerWriteError: If they could not be made durable.
        """
        writer = self._open_writer()
        if not steps:
            return []
        try:
            entries = await writer.write(tuple(steps))
        except LedgerWriteError:
            self._wrote(well=False)
            raise
        self._wrote(well=True)
        self._upkeep.something_happened()
        _call(self._append_listeners)
        return entries

    def on_append(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` in the event loop after steps were recorded; it must take no time. Returns what ends that."""
        return self._append_listeners.add(listener)

    @property
    def writing(self) -> bool:
        """Whether what was to be written last is on disk."""
        return self._writing

    def on_writing(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` in the event loop when writing begins to fail, and when it works again; returns what ends that."""
        return self._writing_listeners.add(listener)

    async def try_writing(self) -> None:
        """Write something that leaves no trace, to find out whether entries could be written; raises nothing."""
        try:
            await self._open_writer().run(try_writing)
        except LedgerError:
            self._wrote(well=False)
        else:
            self._wrote(well=True)

    def _wrote(self, *, well: bool) -> None:
        if well is self._writing:
            return
        self._writing = well
        _call(self._writing_listeners)

    # --- checkpoints --------------------------------------------------------------------------

    @property
    def verifier_key(self) -> str | None:
        """The key that checks this ledger's checkpoints, to be shown and noted; None while closed."""
        key = self._checkpoints.key
        return None if key is None else str(key)

    @property
    def taken_back(self) -> bool:
        """Whether history was taken back and nobody has accepted that yet.

        Where entries or tiles are missing in the middle, whoever checks the ledger says what is wrong with it.
        """
        whole = self._writer is None or self._writer.tree is not None
        return whole and self._checkpoints.contradicted

    def on_checkpoint(self, listener: Callable[[str], None]) -> Callable[[], None]:
        """Call `listener` in the event loop with each new checkpoint, a signed note; returns what ends that."""
        return self._checkpoint_listeners.add(listener)

    async def checkpoint(self) -> str | None:
        """Make a checkpoint now; None if nothing happened since the last one.

        Raises:
            LedgerWriteError: If it could not be recorded.
        """
        note = await self._open_writer().run(self._checkpoints.make)
        self._tell(note)
        return note

    async def rotate_key(self) -> str:
        """Replace the signing key; returns the new verifier key.

        Raises:
            LedgerError: If it could not be saved or recorded; the old key stays.
        """
        return str(await self._open_writer().run(self._checkpoints.rotate))

    async def accept_restored(self, witness: str | None = None, seen: int = 0) -> None:
        """Record that a person knows why history was taken back, or why a witness has seen another one.

        The ledger goes on from here under a new name.

        Args:
            witness: Who has seen another history; None if the checkpoint beside the ledger tells of it.
            seen: How many entries the witness has cosigned.

        Raises:
            LedgerError: If it could not be recorded.
        """
        checkpoints = self._checkpoints
        await self._write(lambda writer: accept_restored(writer, checkpoints, witness, seen))
        self._check = BackgroundCheck(checkpoints.remembered)

    def _tell(self, note: str | None) -> None:
        if note is not None:
            _call(self._checkpoint_listeners, note)

    # --- erasing ------------------------------------------------------------------------------

    async def shred(self, erasure: Erasure) -> Erased:
        """Erase words, and record that.

        Raises:
            LedgerWriteError: If nothing could be erased.
        """
        erased = await self._open_writer().run(lambda writer: erase(writer, erasure))
        if self.on_erased is not None:
            self.on_erased(erasure)
        if not erased.complete:
            self._upkeep.retention_soon()
        return erased

    async def set_retention(self, days: int | None) -> None:
        """Keep private values for so many days from now on (0: never store them; None: for ever).

        What is older is erased at once.

        Raises:
            LedgerWriteError: If it could not be erased.
        """
        self._retention_days = days
        self._open_writer().keep_private = days != 0
        await self._keep_retention()

    async def _keep_retention(self) -> None:
        days = self._retention_days
        if days is not None:
            old = Erasure.older_than(days, self._clock_us()) if days else Erasure.everything()
            await self.shred(old)

    # --- reading ------------------------------------------------------------------------------

    async def page(
        self, wanted: Filter | None = None, *, before: int | None = None, limit: int = 50
    ) -> Page:
        """Return the newest entries that match.

        Args:
            wanted: Which entries; None for all.
            before: The last page's `before`, to go on from there.
            limit: How many at most.

        Raises:
            LedgerError: If the ledger cannot be read.
        """
        return await self.read(
            lambda db: read_page(db, wanted or Filter(), before=before, limit=limit)
        )

    async def statistics(
        self, since_us: int | None = None, until_us: int | None = None
    ) -> dict[date, dict[str, int]]:
        """Return how often what happened on each day (UTC).

        Args:
            since_us: From the day of this time on, microseconds since the epoch.
            until_us: Up to the day just before this time.

        Raises:
            LedgerError: If the ledger cannot be read.
        """
        return await self.read(lambda db: read_statistics(db, since_us, until_us))

    async def export(
        self, form: Literal["jsonl", "csv"] = "jsonl", *, words: bool = True
    ) -> AsyncIterator[str]:
        """Yield the whole ledger in pieces of many lines.

        Args:
            form: JSON lines, which verify-ledger checks, or a table to look at.
            words: With the private values that are still kept.

        Raises:
            LedgerError: If the ledger cannot be read.
        """
        size, head = await self._open_writer().run(lambda writer: (writer.sequence, writer.head))
        if form == "csv":
            yield csv_line(None, None, words=words)
        after = 0
        while after < size:
            rows = await self.read(partial(read_chunk, after=after, until=size))
            if not rows:
                break
            make = csv_line if form == "csv" else export_line
            yield "".join(make(line, sealed, words=words) for _, line, sealed in rows)
            after = rows[-1][0]
        if form == "jsonl":
            yield export_end(size, head)

    async def verify(self, *, pause_seconds: float = 0.0, anew: bool = False) -> Report:
        """Check all entries that have not been checked since the ledger was opened.

        Args:
            pause_seconds: How long to leave the processor to others after each few entries.
            anew: Begin with the first entry again.
        """
        self._open_writer()
        async with self._check_lock:
            if anew or self._check is None:
                self._check = BackgroundCheck(self._checkpoints.remembered)
            check = self._check
            while not await self._reader.run(check.step):  # noqa: ASYNC110 - it is work, not waiting
                await asyncio.sleep(pause_seconds)
            if check.report is None:
                raise LedgerUnusableError("the ledger was not checked to its end")
            return check.report

    async def read[T](self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Return what `work` reads, in the executor, over a connection that cannot write.

        Raises:
            LedgerError: If the ledger cannot be read.
        """
        return await self._reader.run(work, self._open_writer())

    async def _write[T](self, work: Callable[[Writer], T]) -> T:
        return await self._open_writer().run(work)

    # --- backups ------------------------------------------------------------------------------

    async def begin_backup(self) -> None:
        """Make the file fit to be copied, until `end_backup`. Entries can be appended meanwhile.

        Raises:
            LedgerWriteError: If it could not be recorded.
        """
        await self.checkpoint()
        await self._open_writer().run(begin_backup)

    async def end_backup(self) -> None:
        """Say that the file has been copied.

        Raises:
            LedgerWriteError: If it could not be recorded.
        """
        await self._open_writer().run(end_backup)


__all__ = [
    "RETENTION_DAYS",
    "Erased",
    "Erasure",
    "Filter",
    "LedgerStore",
    "Page",
    "Recovery",
    "Report",
    "Row",
    "wall_clock_us",
]
