"""Endings: who is told that a turn is over.

Home Assistant does not tell when a turn ends, so turns are looked at as long as something waits for their end.
"""

import asyncio
from collections.abc import Callable
from contextvars import Context as ContextVars
import logging

from homeassistant.core import HomeAssistant, callback

from .turn import Turn

_LOGGER = logging.getLogger(__name__)

END_POLL_SECONDS = 0.05
"""How often a turn is looked at that something waits for; Home Assistant does not tell when one ends."""


class Endings:
    """Tells that turns are over, outside of them."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Create the list of who waits for the end of a turn; it is empty."""
        self._hass = hass
        self._waiting: list[tuple[Turn, Callable[[Turn], None]]] = []
        self._timer: asyncio.TimerHandle | None = None

    @callback
    def stop(self) -> None:
        """Tell nobody any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._waiting.clear()

    @callback
    def add(self, turn: Turn, listener: Callable[[Turn], None]) -> None:
        """Call `listener` once after the turn, outside of it; soon if it is over already."""
        self._waiting.append((turn, listener))
        if self._timer is None:
            self._look_again(0.0 if not turn.live else END_POLL_SECONDS)

    @callback
    def remove(self, listener: Callable[[Turn], None]) -> None:
        """Call this listener no more."""
        self._waiting = [item for item in self._waiting if item[1] != listener]
        if not self._waiting and self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look_again(self, delay: float) -> None:
        # A context of its own: the turn's must not be carried into what follows it.
        self._timer = ContextVars().run(self._hass.loop.call_later, delay, self._end_due)

    @callback
    def _end_due(self) -> None:
        self._timer = None
        due = [item for item in self._waiting if not item[0].live]
        self._waiting = [item for item in self._waiting if item[0].live]
        for turn, listener in due:
            try:
                listener(turn)
            except Exception as error:  # noqa: BLE001 - the others still have to be told
                _LOGGER.error("Following up on a turn failed with %s", type(error).__name__)
        if self._waiting and self._timer is None:
            self._look_again(END_POLL_SECONDS)
