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
from pathlib import Path
import time
from typing import Final

from homeassistant.core import HomeAssistant, callback

from .loaded import Item, in_files, loaded
from .turn import FEW_TURNS, Turn

MOST_TURNS: Final = 1000
"""That can be open at once: as long as they are handled, and until the files are looked at after them. Of more, one goes
that has written nothing; what may have written something is looked at, however many there are."""

type Found = Callable[[Turn, list[Item]], None]


class Written:
    """Looks at the files after each turn.

    Attributes:
        loading: How many loads of a domain are under way: what is loaded anew is not there for a moment.
    """

    def __init__(self, hass: HomeAssistant, found: Found) -> None:
        """Create the look at files; `found` is called with what a turn has written and nobody has loaded."""
        self._hass = hass
        self._found = found
        self.loading: Counter[str] = Counter()
        self._open: dict[Turn, float] = {}
        self._looking = asyncio.Lock()

    @callback
    def began(self, turn: Turn) -> None:
        """Note that a turn begins; `look` is to be called when it is over, unless it writes nothing."""
        self._open[turn] = time.time()
        if len(self._open) <= FEW_TURNS:
            return
        self._let_go()
        if len(self._open) > MOST_TURNS:
            for harmless in [it for it in self._open if it.writes_nothing][:1]:
                del self._open[harmless]

    @callback
    def speaking(self) -> Turn | None:
        """Return a turn that is being handled, a model's if there is one; None when nobody speaks."""
        return _most_likely([turn for turn in self._open if turn.live])

    @callback
    def may_hold(self) -> bool:
        """Return whether a turn is over that may have written something, and is not looked at yet."""
        self._let_go()
        return any(not turn.live for turn in self._open)

    def _let_go(self) -> None:
        """Let go of turns that are over and have written nothing."""
        for turn in tuple(self._open):
            if not turn.live and turn.writes_nothing:
                del self._open[turn]

    async def look(self) -> None:
        """Find what was written since the oldest turn began that has not been looked at.

        What is being loaded is looked at once more afterwards.
        """
        async with self._looking:
            self._let_go()
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


def _most_likely(turns: list[Turn]) -> Turn | None:
    """Return the turn that has written: a language model's rather than another."""
    return next((turn for turn in turns if turn.by_model), turns[0] if turns else None)
