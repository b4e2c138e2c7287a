"""Rates: how often something may happen in a while, counted for each key by itself."""

from collections import deque

from .recent import Recent

PLACE_LIMIT, PLACE_SECONDS = 6, 600.0
"""Requests that one satellite may make in ten minutes: more than a person dictates."""

CONTACT_LIMIT, CONTACT_SECONDS = 20, 3600.0
"""Messages that one contact may be sent in an hour."""

BURST_LIMIT, BURST_SECONDS = 20, 300.0
"""Requests of the whole household in five minutes that lock sending until somebody looks."""

MOST_KEYS = 10_000
"""Keys that are counted at once. Where there are more in one window, a key that is not known counts as used up."""


class Rate:
    """A sliding window of events for each key; a key without an event in it is forgotten."""

    def __init__(self, limit: int, seconds: float) -> None:
        """Allow `limit` events in any window of `seconds`."""
        self.limit = limit
        self._events = Recent[str, deque[float]](seconds, MOST_KEYS)

    def add(self, key: str, now: float) -> None:
        """Count an event at `now` (seconds since the epoch)."""
        events = self._events.get(key, now) or deque(maxlen=self.limit)
        while events and events[0] <= now - self._events.seconds:
            events.popleft()
        events.append(now)
        self._events.put(key, events, now)

    def used_up(self, key: str, now: float) -> bool:
        """Return whether one more would be too many."""
        events = self._events.get(key, now)
        if events is None:
            return self._events.in_doubt(now)
        return len(events) >= self.limit and events[0] > now - self._events.seconds

    def clear(self) -> None:
        """Forget all."""
        self._events.clear()
