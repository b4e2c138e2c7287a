"""How results come from the thread that writes the ledger to those who wait for them in the event loop."""

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
import os
from typing import Any

from ..core.errors import LedgerUnusableError

type Settled = tuple[asyncio.Future[Any], object, BaseException | None]
"""Who waits; the result; or what went wrong."""


class Handover:
    """Wakes the event loop with one byte in a pipe, however many results there are.

    `call_soon_threadsafe` does the same and reads twice for it. Each read lets go of the interpreter, which the thread and the
    loop then take from each other: for one append, that is a tenth of its time.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to listen; to be called in the event loop, as `close`.

        Raises:
            LedgerUnusableError: If there is no pipe to be had: too many files are open.
        """
        self._loop = loop
        self._results: deque[Sequence[Settled]] = deque()
        try:
            self._woken, self._wake = os.pipe()
        except OSError as error:
            raise LedgerUnusableError(f"the ledger's thread cannot be heard: {error}") from error
        os.set_blocking(self._woken, False)
        os.set_blocking(self._wake, False)
        loop.add_reader(self._woken, self._hand_out)

    def put(self, settled: Sequence[Settled]) -> None:
        """Pass on results; to be called in the thread. If the loop is closed, nobody waits any more."""
        self._results.append(settled)
        with suppress(BlockingIOError):  # it is full: the loop will come round to it
            os.write(self._wake, b"\0")

    def _hand_out(self) -> None:
        os.read(self._woken, 4096)
        self._settle()

    def _settle(self) -> None:
        """Hand out results; whoever was cancelled while waiting is passed over."""
        while self._results:
            for future, result, error in self._results.popleft():
                if future.done():
                    continue
                if error is not None:
                    future.set_exception(error)
                else:
                    future.set_result(result)

    def close(self) -> None:
        """Hand out what is left, and stop listening; the thread has ended."""
        self._loop.remove_reader(self._woken)
        self._settle()
        os.close(self._woken)
        os.close(self._wake)
