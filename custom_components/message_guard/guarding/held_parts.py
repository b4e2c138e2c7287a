"""A held call in parts: what one contact would get of it, by several calls that are asked one by one."""

import asyncio
from collections.abc import Sequence

from homeassistant.core import Context, HomeAssistant

from ..channels.attempt import attempt
from ..core.outcome import Outcome, together
from .holds import Hold


class HeldParts:
    """The members of a group that is one contact, or the entities of one, each with a call of its own."""

    def __init__(self, hass: HomeAssistant, body: str, parts: Sequence[tuple[str, Hold]]) -> None:
        """Hold these calls, each with the name of whom it reaches."""
        self._hass = hass
        self._body = body
        self._parts = tuple(parts)
        self.context: Context = self._parts[0][1].context
        self.response = None

    async def replay(self) -> Outcome:
        """Make all calls, side by side, and return what is known of each together."""
        outcomes = await asyncio.gather(
            *(attempt(self._hass, hold.replay, self._body) for _, hold in self._parts)
        )
        names = (name for name, _ in self._parts)
        return together(zip(names, outcomes, strict=True))
