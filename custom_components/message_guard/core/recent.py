"""Recent: what is remembered for as long as it matters, and no longer.

What grows with every turn is bounded by time, not by number: a number that is enough for a household is reached within
minutes by one that talks a lot, and what is forgotten then is still needed. The number is there for a home gone wild.
Where it takes something too early, whoever asks can tell (`in_doubt`), and a doubt is a refusal.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator


class Recent[Key: Hashable, Value]:
    """Entries by key, each for a while after it was put last.

    Attributes:
        seconds: How long an entry is remembered.
        most: How many there may be; of more the oldest is forgotten too early.
    """

    __slots__ = ("_doubtful_until", "_entries", "_forgotten", "_over_after", "most", "seconds")

    def __init__(
        self, seconds: float, most: int, forgotten: Callable[[Key], None] | None = None
    ) -> None:
        """Create the store, empty; `forgotten` is called with the key of each entry that goes by itself."""
        self.seconds = seconds
        self.most = most
        self._entries: OrderedDict[Key, tuple[Value, float]] = OrderedDict()
        self._forgotten = forgotten
        self._doubtful_until = self._over_after = float("-inf")

    def __len__(self) -> int:
        """Return how many entries there are, those included whose time is just over."""
        return len(self._entries)

    def __iter__(self) -> Iterator[Key]:
        """Yield the keys, the oldest first; what is forgotten meanwhile may be among them."""
        yield from tuple(self._entries)

    def put(self, key: Key, value: Value, now: float) -> None:
        """Remember a value from `now` on, in seconds of any one clock; what was there under this key is replaced."""
        self._entries[key] = (value, now)
        self._entries.move_to_end(key)
        self.prune(now)
        while len(self._entries) > self.most:
            early = self._forget_oldest()
            self._doubtful_until = max(self._doubtful_until, early + self.seconds)

    def get(self, key: Key, now: float) -> Value | None:
        """Return what is remembered under a key, None where there is nothing, or its time is over."""
        found = self._entries.get(key)
        return None if found is None or self._is_over(found[1], now) else found[0]

    def renew(self, key: Key, now: float) -> Value | None:
        """Return the same, and remember it from `now` on."""
        if (found := self.get(key, now)) is not None:
            self._entries[key] = (found, now)
            self._entries.move_to_end(key)
        return found

    def pop(self, key: Key) -> Value | None:
        """Forget an entry and return what it was, None where there is none."""
        found = self._entries.pop(key, None)
        return None if found is None else found[0]

    def items(self) -> Iterator[tuple[Key, Value]]:
        """Yield what is remembered, the oldest first; what is forgotten meanwhile may be among it."""
        yield from ((key, value) for key, (value, _) in tuple(self._entries.items()))

    def clear(self) -> None:
        """Forget all."""
        self._entries.clear()

    def prune(self, now: float) -> None:
        """Forget what is over; cheap as long as nothing is."""
        if now <= self._over_after:
            return
        while self._entries and self._is_over(next(iter(self._entries.values()))[1], now):
            self._forget_oldest()
        oldest = next(iter(self._entries.values()))[1] if self._entries else now
        self._over_after = oldest + self.seconds

    def in_doubt(self, now: float) -> bool:
        """Return whether something was forgotten that would still matter: what is not known may have been known."""
        return now < self._doubtful_until

    def _is_over(self, at: float, now: float) -> bool:
        return now - at > self.seconds

    def _forget_oldest(self) -> float:
        key, (_, at) = self._entries.popitem(last=False)
        if self._forgotten is not None:
            self._forgotten(key)
        return at
