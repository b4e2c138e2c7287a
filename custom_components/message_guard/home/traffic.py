"""Traffic: how much is asked and sent, so that a burst stops itself."""

from collections.abc import Callable

from ..core.ledger import Kind
from ..core.rate import (
    BURST_LIMIT,
    BURST_SECONDS,
    CONTACT_LIMIT,
    CONTACT_SECONDS,
    PLACE_LIMIT,
    PLACE_SECONDS,
    Rate,
)
from ..core.request import Request
from ..guarding.records import Notice

HOUSEHOLD = "household"
ASKING = frozenset({Kind.ASKED, Kind.REFUSED})


class Traffic:
    """Counts what the guard does."""

    def __init__(self, now: Callable[[], float], burst: Callable[[], None]) -> None:
        """Call `burst` when the household asks for more than people do."""
        self._now = now
        self._burst = burst
        self._places = Rate(PLACE_LIMIT, PLACE_SECONDS)
        self._contacts = Rate(CONTACT_LIMIT, CONTACT_SECONDS)
        self._household = Rate(BURST_LIMIT, BURST_SECONDS)

    def seen(self, notice: Notice) -> None:
        """Count one step of a request."""
        now = self._now()
        if notice.kind in ASKING:
            self._places.add(notice.request.origin.place or "", now)
            self._household.add(HOUSEHOLD, now)
            if self._household.used_up(HOUSEHOLD, now):
                self._household.clear()
                self._burst()
        if notice.kind is Kind.AUTHORISED and notice.contact_id is not None:
            self._contacts.add(notice.contact_id, now)

    def too_much(self, request: Request, contact_id: str | None) -> bool:
        """Return whether this place, or this contact, has had enough for now."""
        now = self._now()
        if self._places.used_up(request.origin.place or "", now):
            return True
        return contact_id is not None and self._contacts.used_up(contact_id, now)
