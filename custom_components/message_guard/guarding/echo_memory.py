"""Echo memory: what the house itself has just said, so that it is not taken for a reply."""

from collections import OrderedDict
from collections.abc import Iterable

REMEMBERED_SECONDS = 60.0
"""An echo arrives while, or right after, something is played; a minute covers our longest question."""

MOST_TEXTS = 20_000
"""Far more than loudspeakers can say in a minute; it only bounds the memory of a home gone wild."""

type Place = str | None


class EchoMemory:
    """What we said in the last minute, by the place where we said it: asking about one looks at no other."""

    def __init__(self) -> None:
        """Create the memory of what the house has said; it is empty."""
        self._at: dict[Place, OrderedDict[str, float]] = {}
        self._order: OrderedDict[tuple[Place, str], float] = OrderedDict()

    def __len__(self) -> int:
        """Return how many texts are remembered."""
        return len(self._order)

    def add(self, now: float, place: Place, text: str) -> None:
        """Remember that `text` was said at `place` at `now` (seconds since the epoch)."""
        if not text:
            return
        said = self._at.setdefault(place, OrderedDict())
        said[text] = self._order[place, text] = now
        said.move_to_end(text)
        self._order.move_to_end((place, text))
        while len(self._order) > MOST_TEXTS or now - self._oldest() > REMEMBERED_SECONDS:
            self._forget_oldest()

    def heard_at(self, now: float, places: Iterable[Place], since: float = 0.0) -> tuple[str, ...]:
        """Return what microphones at these places may just have heard from us.

        Args:
            now: Seconds since the epoch.
            places: Where they may have heard it.
            since: What was said before is over, seconds since the epoch.
        """
        begin = max(since, now - REMEMBERED_SECONDS)
        return tuple(
            text
            for place in dict.fromkeys(places)
            for text, at in self._at.get(place, {}).items()
            if at >= begin
        )

    def _oldest(self) -> float:
        return next(iter(self._order.values()))

    def _forget_oldest(self) -> None:
        (place, text), _ = self._order.popitem(last=False)
        said = self._at[place]
        del said[text]
        if not said:
            del self._at[place]
