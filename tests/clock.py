"""Time that passes without anybody waiting for it."""

import asyncio
from collections.abc import Callable

from homeassistant.util.async_ import get_scheduled_timer_handles

ROUNDS = 10_000
"""Rounds of the event loop until what has been begun must have come about."""


async def moment() -> None:
    """Let everything run that needs no clock."""
    for _ in range(50):
        await _round()


async def pass_time(seconds: float) -> None:
    """Let so much time pass for whatever waits on the event loop's clock.

    Whatever is due by then comes now, in its order, and what follows from it runs. What begins to wait meanwhile waits on.
    """
    loop = asyncio.get_running_loop()
    latest = loop.time() + seconds
    for handle in sorted(get_scheduled_timer_handles(loop), key=asyncio.TimerHandle.when):
        if handle.when() <= latest and not handle.cancelled():
            handle._run()
            handle.cancel()
    await moment()


async def until(happened: Callable[[], object]) -> None:
    """Let everything run until this has happened."""
    for _ in range(ROUNDS):
        if happened():
            return
        await _round()
    raise AssertionError("it has not happened")


async def _round() -> None:
    await asyncio.get_running_loop().run_in_executor(None, int)
    await asyncio.sleep(0)
