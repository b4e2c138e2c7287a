"""The ledger on disk, as the rest of Message Guard sees it.

Nothing here blocks the event loop: writing happens in one thread of its own (`ledger_writer`).
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
import time
from typing import cast

from .core.errors import LedgerUnusableError, LedgerWriteError
from .core.ledger import Entry, Step
from .ledger_database import BUSY_SECONDS
from .ledger_writer import Writer

RETENTION_DAYS = 30
"""How long private values are kept unless the household says otherwise."""


def wall_clock_us() -> int:
    """Return microseconds since the epoch, UTC, by the machine's clock."""
    return time.time_ns() // 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """What an earlier run left without an end.

    Attributes:
        unfinished: Ids of requests that were asked about and never answered; to be recorded as expired.
        interrupted: Ids of requests that were authorised, their outcome unknown; to be recorded as
            interrupted, and never sent again.
    """

    unfinished: tuple[str, ...] = ()
    interrupted: tuple[str, ...] = ()


class LedgerStore:
    """An append-only ledger in one SQLite file."""

    def __init__(
        self,
        path: Path,
        *,
        clock_us: Callable[[], int] = wall_clock_us,
        retention_days: int | None = RETENTION_DAYS,
        busy_seconds: float = BUSY_SECONDS,
    ) -> None:
        """Name the file; nothing is opened yet.

        Args:
            path: The ledger's file. Its folder must exist.
            clock_us: Microseconds since the epoch, UTC; called in the writer's thread.
            retention_days: How long private values are kept; 0 for never stored, None for ever.
            busy_seconds: How long another program may hold the file before an append fails.
        """
        self.path = path
        self._clock_us = clock_us
        self._retention_days = retention_days
        self._busy_seconds = busy_seconds
        self._writer: Writer | None = None

    async def open(self) -> Recovery:
        """Open or create the file and say what an earlier run left without an end.

        Raises:
            LedgerUnusableError: If nothing can be recorded: locked by another process, damaged, not ours,
                or newer than this code.
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
            await writer.submit_task(Writer.open)
            recovery = cast("Recovery", await writer.submit_task(_recovery))
        except BaseException:
            writer.stop()
            raise
        self._writer = writer
        return recovery

    async def append(self, step: Step) -> Entry:
        """Record a step; on return it is on disk.

        A caller that is cancelled while waiting does not know whether it was recorded; either way the
        chain is whole.

        Raises:
            LedgerWriteError: If it could not be made durable. It is then not part of the chain.
        """
        return (await self.append_many((step,)))[0]

    async def append_many(self, steps: Sequence[Step]) -> list[Entry]:
        """Record steps together: all of them or none.

        Raises:
            LedgerWriteError: If they could not be made durable.
        """
        if self._writer is None:
            raise LedgerWriteError("the ledger is not open")
        if not steps:
            return []
        return cast("list[Entry]", await self._writer.submit_append(tuple(steps)))

    async def close(self) -> None:
        """Write what is queued and close the file. Safe to call twice."""
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.stop()
            await asyncio.to_thread(writer.join)


def _recovery(writer: Writer) -> Recovery:
    assert writer.database is not None  # noqa: S101
    rows = writer.database.db.execute(
        "SELECT request, authorised FROM open_requests ORDER BY sequence"
    ).fetchall()
    return Recovery(
        unfinished=tuple(request for request, authorised in rows if not authorised),
        interrupted=tuple(request for request, authorised in rows if authorised),
    )
