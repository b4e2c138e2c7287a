"""Calls that the guard has not decided about yet: who would speak of them waits until it has."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
import logging
from typing import Final

_LOGGER = logging.getLogger(__name__)

DECIDED_SECONDS: Final = 8.0
"""How long is waited at most; what is decided later is told later."""


NEXT_STEP: Final = 20
"""Rounds of the loop in which whoever made a call makes the next one, the step behind it in a script."""


class Undecided:
    """Counts them."""

    __slots__ = ("_calls", "_none")

    def __init__(self) -> None:
        """Create the count of undecided calls, at none."""
        self._calls = 0
        self._none: asyncio.Event | None = None

    def __bool__(self) -> bool:
        """Return whether there are any."""
        return self._calls > 0

    @contextmanager
    def one(self) -> Iterator[None]:
        """Count a call while the block runs."""
        self._calls += 1
        try:
            yield
        finally:
            self._calls -= 1
            if not self._calls and self._none is not None:
                self._none.set()
                self._none = None

    async def settled(self) -> None:
        """Wait until everything is decided, and no step behind it calls anything at once; but not for ever."""
        try:
            async with asyncio.timeout(DECIDED_SECONDS):
                while await self._goes_on():
                    # Most turns leave nothing open, so that there is something to wait for only when somebody does.
                    self._none = decided = self._none or asyncio.Event()
                    await decided.wait()
        except TimeoutError:
            _LOGGER.warning("What was called is still undecided after %s seconds", DECIDED_SECONDS)

    async def _goes_on(self) -> bool:
        """Return whether anything is undecided, now or in a moment."""
        for _ in range(NEXT_STEP):
            if self._calls:
                return True
            await asyncio.sleep(0)
        return False
