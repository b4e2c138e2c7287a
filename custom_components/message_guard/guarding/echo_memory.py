"""Echo memory: what the house itself has just said, so that it is not taken for a reply."""

from collections.abc import Iterable

from ..core.recent import Recent
from ..core.said import Said

REMEMBERED_SECONDS = 60.0
"""An echo arrives while, or right after, something is played; a minute covers our longest question."""

MOST_TEXTS = 20_000
"""Far more than loudspeakers can say in a minute; it only bounds the memory of a home gone wild."""

type Place = str | None


class EchoMemory:
    """What we said in the last minute, by the place where we said it: asking about one looks at no other.

    Where more is said in a minute than is remembered, nothing that is heard proves anything (`in_doubt`): it may be
    what was forgotten.
    """

    def __init__(self) -> None:
        """Create the memory of what the house has said; it is empty."""
        self._texts = Recent[tuple[Place, str], Said](
            REMEMBERED_SECONDS, MOST_TEXTS, self._forgotten
        )
        self._at: dict[Place, dict[Said, float]] = {}

    def __len__(self) -> int:
        """Return how many texts are remembered."""
        return len(self._texts)

    def add(self, now: float, place: Place, text: str) -> None:
        """Remember that `text` was said at `place` at `now` (seconds since the epoch)."""
        if not text:
            return
        said = self._texts.pop((place, text)) or Said(text)
        here = self._at.setdefault(place, {})
        here.pop(said, None)
        here[said] = now
        self._texts.put((place, text), said, now)

    def heard_at(self, now: float, places: Iterable[Place], since: float = 0.0) -> tuple[Said, ...]:
        """Return what microphones at these places may just have heard from us.

        Args:
            now: Seconds since the epoch.
            places: Where they may have heard it.
            since: What was said before is over, seconds since the epoch.
        """
        begin = max(since, now - REMEMBERED_SECONDS)
        return tuple(
            said
            for place in dict.fromkeys(places)
            for said, at in self._at.get(place, {}).items()
            if at >= begin
        )

    def in_doubt(self, now: float) -> bool:
        """Return whether something was forgotten that microphones may just have heard."""
        return self._texts.in_doubt(now)

    def _forgotten(self, key: tuple[Place, str]) -> None:
        place, text = key
        here = self._at[place]
        del here[Said(text)]
        if not here:
            del self._at[place]
