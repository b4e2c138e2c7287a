"""When the ledger signs its head and looks for words that are too old."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextvars import Context
import logging

from ..core.errors import LedgerError

_LOGGER = logging.getLogger(__name__)

CHECKPOINT_SECONDS = 15 * 60.0
"""So long after something happened at the latest, a checkpoint covers it."""

RETENTION_DAYS = 30
"""How long words are kept unless the household says otherwise."""

RETENTION_SECONDS = 24 * 3600.0
"""How often words that are too old are looked for."""

RETRY_SECONDS = 60.0
"""How soon again, when somebody who reads the ledger kept words from being cleared out."""


class Upkeep:
    """Runs the ledger's chores in the background, from `start` to `stop`.

    Timers take no context along: an entry that was recorded while somebody spoke must not make a
    checkpoint, a quarter of an hour later, look like part of what was said.
    """

    def __init__(
        self,
        *,
        checkpoint: Callable[[], Awaitable[object]],
        retention: Callable[[], Awaitable[object]],
        checkpoint_seconds: float = CHECKPOINT_SECONDS,
    ) -> None:
        """Name the chores; both may raise LedgerError."""
        self._checkpoint = checkpoint
        self._retention = retention
        self._checkpoint_seconds = checkpoint_seconds
        self._checkpoint_due: asyncio.TimerHandle | None = None
        self._retention_due: asyncio.TimerHandle | None = None
        self._running: set[asyncio.Task[None]] = set()
        self._started = False

    def start(self) -> None:
        """Look for old words now and every day; sign what an earlier run left unsigned."""
        self._started = True
        self.something_happened()
        self._look_for_old_words()

    def stop(self) -> None:
        """Let nothing more begin, and end what runs."""
        self._started = False
        for timer in (self._checkpoint_due, self._retention_due):
            if timer is not None:
                timer.cancel()
        self._checkpoint_due = self._retention_due = None
        for task in tuple(self._running):
            task.cancel()

    def something_happened(self) -> None:
        """Make sure that a checkpoint will be made; cheap when one is due anyway."""
        if self._checkpoint_due is None and self._started:
            self._checkpoint_due = asyncio.get_running_loop().call_later(
                self._checkpoint_seconds, self._start_checkpoint, context=Context()
            )

    def _start_checkpoint(self) -> None:
        self._checkpoint_due = None
        self._run(self._make_checkpoint())

    async def _make_checkpoint(self) -> None:
        try:
            await self._checkpoint()
        except LedgerError as err:
            _LOGGER.error("A checkpoint of the ledger could not be made: %s", err)
            self.something_happened()

    def retention_soon(self) -> None:
        """Look for old words again in a while."""
        self._retention_in(RETRY_SECONDS)

    def _retention_in(self, seconds: float) -> None:
        if not self._started:
            return
        if self._retention_due is not None:
            self._retention_due.cancel()
        self._retention_due = asyncio.get_running_loop().call_later(
            seconds, self._look_for_old_words, context=Context()
        )

    def _look_for_old_words(self) -> None:
        self._retention_in(RETENTION_SECONDS)
        self._run(self._keep_retention())

    async def _keep_retention(self) -> None:
        try:
            await self._retention()
        except LedgerError as err:
            _LOGGER.error("Old words in the ledger could not be erased: %s", err)

    def _run(self, chore: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(chore)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
