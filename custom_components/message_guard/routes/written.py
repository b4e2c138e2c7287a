"""What is written into Home Assistant's files while somebody speaks, and that nobody has loaded yet.

A model may write an automation and leave it to a person, or to the next start, to load it. Nothing tells who has
written a file, but a file tells when it was written. So when a turn is over, and before anything is loaded, whatever was
written since the turn began and stands there but is not loaded is taken to be the turn's. What a person
saves in Home Assistant's editor is loaded at once. A turn that only Home Assistant's own agent has answered, and that
acted on nothing but entities, is not looked at.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextvars import Context as ContextVars
from pathlib import Path
import time
from types import GeneratorType
from typing import Final
from weakref import finalize

from homeassistant.core import HomeAssistant, callback

from .loaded import Item, in_files, loaded
from .turn import Turn

MOST_TURNS: Final = 1000
"""That can be open at once; of more the oldest is not looked at any more."""

type Found = Callable[[Turn, list[Item]], None]


class Written:
    """Looks at the files after each turn.

    Attributes:
        loading: How many loads of a domain are under way: what is loaded anew is not there for a moment.
    """

    def __init__(self, hass: HomeAssistant, found: Found) -> None:
        """Watch nothing yet; `found` is called with what a turn has written and nobody has loaded."""
        self._hass = hass
        self._found = found
        self.loading: Counter[str] = Counter()
        self._open: dict[Turn, float] = {}
        self._looking = asyncio.Lock()

    @callback
    def began(self, turn: Turn) -> None:
        """Note that a turn begins; `look` is to be called when it is over."""
        self._open[turn] = time.time()
        if len(self._open) > MOST_TURNS:
            del self._open[next(iter(self._open))]

    @callback
    def speaking(self) -> Turn | None:
        """Return a turn that is being handled, a model's if there is one; None when nobody speaks."""
        return _most_likely([turn for turn in self._open if turn.live])

    @callback
    def may_hold(self) -> bool:
        """Let go of turns that are over and have written nothing; return whether one is over that may have."""
        self._open = {
            turn: began
            for turn, began in self._open.items()
            if turn.live or not turn.writes_nothing
        }
        return any(not turn.live for turn in self._open)

    async def look(self) -> None:
        """Find what was written since the oldest turn began that has not been looked at.

        What is being loaded is looked at once more afterwards.
        """
        async with self._looking:
            since = min(self._open.values(), default=None)
            turn = _most_likely(list(self._open))
            if since is None or turn is None:
                return
            over = [it for it in self._open if not it.live]
            folder = Path(self._hass.config.config_dir)
            files = await self._hass.async_add_executor_job(in_files, folder, since)
            if not any(self.loading[domain] for domain in files):
                # What goes on is looked at once more when it is over.
                self._open = {it: began for it, began in self._open.items() if it not in over}
            for domain, items in files.items():
                if self.loading[domain]:
                    continue
                there = {
                    one for thing in loaded(self._hass, domain).values() for one in thing.hashes
                }
                if new := [item for item in items if there.isdisjoint(item[1].hashes)]:
                    self._found(turn, new)


@callback
def ended_with(block: object, loop: asyncio.AbstractEventLoop, tell: Callable[[], None]) -> None:
    """Call `tell` once, outside of the turn, when a turn is over that begins in the caller's task.

    Args:
        block: The generator that keeps its chat log open: thrown away as soon as it has ended. None where there is none.
        loop: The event loop.
        tell: What to call.
    """
    # A context of its own: the turn's must not be carried into what follows it.
    context = ContextVars()

    def ended(*_: object) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(tell, context=context)

    if isinstance(block, GeneratorType):
        finalize(block, ended).atexit = False
    elif (task := asyncio.current_task()) is not None:
        task.add_done_callback(ended, context=context)


def _most_likely(turns: list[Turn]) -> Turn | None:
    """Return the turn that has written: a language model's rather than another."""
    return next((turn for turn in turns if turn.by_model), turns[0] if turns else None)
