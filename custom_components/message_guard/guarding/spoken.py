"""What the house itself has just said, so that it is not taken for a reply."""

from collections import deque
from collections.abc import Iterable

REMEMBERED_SECONDS = 60.0
"""An echo arrives while, or right after, something is played; a minute covers our longest question."""

REMEMBERED_TEXTS = 64


class Spoken:
    """The last things we said, with the place where we said them."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._texts: deque[tuple[float, str | None, str]] = deque(maxlen=REMEMBERED_TEXTS)

    def add(self, now: float, place: str | None, text: str) -> None:
        """Remember that `text` was said at `place` at `now` (seconds since the epoch)."""
        if text:
            self._texts.append((now, place, text))

    def heard_at(self, now: float, places: Iterable[str | None]) -> tuple[str, ...]:
        """Return what microphones at these places may just have heard from us."""
        wanted = set(places)
        return tuple(
            text
            for at, place, text in self._texts
            if place in wanted and now - at <= REMEMBERED_SECONDS
        )
