"""Time that passes without anybody waiting for it.

The event loop asks its clock what is due. Here the clock is put forward, a little at a time, so that whatever waits for it comes in
its order, as it would if somebody waited. The clock on the wall stays as it is: `freezer` moves that one.
"""

import asyncio
from collections.abc import Callable
import os
import time
from typing import Any

STEP_SECONDS = 0.05
"""The clock is put forward by so much at a time."""

ROUNDS = 10_000
"""Rounds of the event loop until what has been begun must have come about."""

BUSY_ROUNDS = 500
"""Of these so many without a pause: nearly everything comes about in them."""

PAUSE_SECONDS = 0.002

PATIENCE_SECONDS = 20.0
"""Nobody waits longer than this for what a thread does; a disk that others use, too, may take a while."""


class _Forward:
    """The clock of an event loop, put forward; it stands while threads work, however slow the machine is."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Go by the loop's own clock from now on, and know what its threads do."""
        self._clock = loop.time
        self._run = loop.run_in_executor
        self._working: set[asyncio.Future[Any]] = set()
        self.seconds = 0.0
        loop.time = self  # type: ignore[method-assign]
        loop.run_in_executor = self._begin  # type: ignore[method-assign,assignment]

    def __call__(self) -> float:
        """Return the time."""
        return self._clock() + self.seconds

    def _begin(self, executor: Any, work: Callable[..., Any], *given: Any) -> asyncio.Future[Any]:
        working = self._run(executor, work, *given)
        self._working.add(working)
        working.add_done_callback(self._working.discard)
        return working

    async def threads(self) -> None:
        """Wait for what threads do now."""
        if self._working:
            await asyncio.wait(self._working, timeout=PATIENCE_SECONDS)


async def moment(rounds: int = 50) -> None:
    """Let everything run that needs no clock."""
    loop = asyncio.get_running_loop()
    for _ in range(rounds):
        await loop.run_in_executor(None, int)
        await asyncio.sleep(0)


async def pass_time(seconds: float) -> None:
    """Let so much time pass for whatever goes by the event loop's clock."""
    loop = asyncio.get_running_loop()
    clock = loop.time if isinstance(loop.time, _Forward) else _Forward(loop)
    # On a slow machine some of it passes by itself: what waits longer than this must not be over.
    end = clock() + seconds
    while (rest := end - clock()) > 0:
        clock.seconds += min(rest, STEP_SECONDS)
        await moment(5)
        await clock.threads()
    await moment()


async def until(happened: Callable[[], object]) -> None:
    """Let everything run until this has happened."""
    rounds, begun = 0, os.times().elapsed  # a clock that nobody freezes
    while rounds < ROUNDS or os.times().elapsed - begun < PATIENCE_SECONDS:
        if happened():
            return
        await moment(1)
        rounds += 1
        if rounds > BUSY_ROUNDS:
            # A disk is waited for: whoever spins keeps it from the only core that there may be.
            await asyncio.get_running_loop().run_in_executor(None, time.sleep, PAUSE_SECONDS)
    raise AssertionError("it has not happened")


async def in_time(happened: Callable[[], object], seconds: float = 60.0) -> None:
    """Let time pass until this has happened, and no longer than so."""
    for _ in range(int(seconds / STEP_SECONDS)):
        if happened():
            return
        await pass_time(STEP_SECONDS)
    raise AssertionError("it has not happened in time")
