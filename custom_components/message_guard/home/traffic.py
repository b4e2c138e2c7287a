"""Traffic: how much is asked and sent, so that a burst stops itself.

What is asked for is counted before anything is decided about it, and what is sent before it is sent. Nothing is
awaited in between, so that a hundred at once are counted one after the other.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from ..core.rate import (
    BURST_LIMIT,
    BURST_SECONDS,
    CONTACT_LIMIT,
    CONTACT_SECONDS,
    MOST_KEYS,
    PLACE_LIMIT,
    PLACE_SECONDS,
    Rate,
)
from ..core.recent import Recent
from ..core.request import Origin, Request

HOUSEHOLD = "household"

AT_ONCE = 10
"""Messages that one utterance may ask for before it counts as another one: a family, not an address book."""


@dataclass(slots=True)
class _Utterance:
    """What was last said at a place: known again by its origin, which a turn has only one of."""

    origin: Origin
    messages: int = 0
    admitted: bool = True


class Traffic:
    """Counts what is asked for and what is sent."""

    def __init__(self, now: Callable[[], float], burst: Callable[[], None]) -> None:
        """Call `burst` when the household asks for more than people do."""
        self._now = now
        self._burst = burst
        self._places = Rate(PLACE_LIMIT, PLACE_SECONDS)
        self._contacts = Rate(CONTACT_LIMIT, CONTACT_SECONDS)
        self._household = Rate(BURST_LIMIT, BURST_SECONDS)
        # As long as a place's requests are counted. What is said after that, or was forgotten, counts anew.
        self._said = Recent[str, _Utterance](PLACE_SECONDS, MOST_KEYS)

    def admit(self, requests: tuple[Request, ...]) -> bool:
        """Count what one utterance asks for, to however many; return whether its place may ask for that much.

        A model's calls of tools, and the messages of a script, belong to the utterance that has led to them.
        """
        origin = requests[0].origin
        said = self._said_at(origin)
        before = -(-said.messages // AT_ONCE)
        said.messages += len(requests)
        for _ in range(-(-said.messages // AT_ONCE) - before):
            said.admitted = self._count(origin.place or "")
        return said.admitted

    def reserve(self, contact_ids: Collection[str]) -> bool:
        """Count a message to each of these contacts; count none where one of them has had enough."""
        if any(self.full(contact_id) for contact_id in contact_ids):
            return False
        for contact_id in contact_ids:
            self._contacts.add(contact_id, self._now())
        return True

    def full(self, contact_id: str) -> bool:
        """Return whether this contact has had enough for now."""
        return self._contacts.used_up(contact_id, self._now())

    def _said_at(self, origin: Origin) -> _Utterance:
        place = origin.place or ""
        now = self._now()
        said = self._said.get(place, now)
        if said is None or said.origin is not origin:
            said = _Utterance(origin)
        self._said.put(place, said, now)
        return said

    def _count(self, place: str) -> bool:
        now = self._now()
        allowed = not self._places.used_up(place, now)
        if allowed:
            self._places.add(place, now)
        self._household.add(HOUSEHOLD, now)
        if self._household.used_up(HOUSEHOLD, now):
            self._household.clear()
            self._burst()
        return allowed
