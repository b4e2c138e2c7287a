"""Rates: how often something may happen in a while, counted for each key by itself."""

from collections import OrderedDict, deque

PLACE_LIMIT, PLACE_SECONDS = 6, 600.0
"""Requests that one satellite may make in ten minutes: more than a person dictates."""

CONTACT_LIMIT, CONTACT_SECONDS = 20, 3600.0
"""Messages that one contact may be sent in an hour."""

BURST_LIMIT, BURST_SECONDS = 20, 300.0
"""Requests of the whole household in five minutes that lock sending until somebody looks."""

MOST_KEYS = 1000
"""Keys that are counted at once; the one that was used longest ago is forgotten first."""


class Rate:
    """A sliding window of events for each key."""

    def __init__(self, limit: int, seconds: float) -> None:
        """Allow `limit` events in any window of `seconds`."""
        self.limit = limit
        self.seconds = seconds
        self._events: OrderedDict[str, deque[float]] = OrderedDict()

    def add(self, key: str, now: float) -> None:
        """Count an event at `now` (seconds since the epoch)."""
        events = self._events.setdefault(key, deque(maxlen=self.limit))
        events.append(now)
        self._events.move_to_end(key)
        while len(self._events) > MOST_KEYS:
            self._events.popitem(last=False)

    def used_up(self, key: str, now: float) -> bool:
        """Return whether one more would be too many."""
        events = self._events.get(key)
        if events is None or len(events) < self.limit:
            return False
        return events[0] > now - self.seconds

    def clear(self) -> None:
        """Forget all."""
        self._events.clear()
