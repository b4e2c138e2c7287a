"""What the house itself has just said, so that it is not taken for a reply."""

from collections import OrderedDict
from collections.abc import Iterable

REMEMBERED_SECONDS = 60.0
"""An echo arrives while, or right after, something is played; a minute covers our longest question."""

MOST_TEXTS = 20_000
"""Far more than loudspeakers can say in a minute; it only bounds the memory of a home gone wild."""


class Spoken:
    """What we said in the last minute, with the place where we said it."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._texts: OrderedDict[tuple[str | None, str], float] = OrderedDict()

    def add(self, now: float, place: str | None, text: str) -> None:
        """Remember that `text` was said at `place` at `now` (seconds since the epoch)."""
        if not text:
            return
        self._texts[place, text] = now
        self._texts.move_to_end((place, text))
        while len(self._texts) > MOST_TEXTS or now - self._oldest() > REMEMBERED_SECONDS:
            self._texts.popitem(last=False)

    def heard_at(self, now: float, places: Iterable[str | None]) -> tuple[str, ...]:
        """Return what microphones at these places may just have heard from us."""
        wanted = set(places)
        return tuple(
            text
            for (place, text), at in self._texts.items()
            if place in wanted and now - at <= REMEMBERED_SECONDS
        )

    def _oldest(self) -> float:
        return next(iter(self._texts.values()))
