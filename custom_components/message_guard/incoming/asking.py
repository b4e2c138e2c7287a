"""Who has asked whom, as a request remembers it or the ledger has written it down; and what a message is known by."""

from collections.abc import Callable
from dataclasses import dataclass, replace
import hashlib
from typing import Final

from ..core.errors import LedgerError
from ..core.incoming import Through
from ..core.incoming_rules import ASKED_SECONDS
from ..core.recent import Recent
from ..core.request import Origin
from ..guarding.records import Notice
from ..ledger.format.entries import Entry, Kind
from ..ledger.reading import Filter
from .records import IncomingLedger

MOST_ASKED: Final = 500
"""Contacts, and requests read at a start, of which it is remembered who has asked."""

MOST_REQUESTS, REQUEST_SECONDS = 10_000, 7 * 24 * 3600.0
"""Requests whose answers go where they were made; older ones are looked up."""

_SENT = frozenset({Kind.AUTHORISED, Kind.DELIVERED, Kind.HANDED_OVER})


@dataclass(frozen=True, slots=True)
class Asked:
    """Who has written to a contact last, and by which request."""

    request_id: str
    origin: Origin


class Asking:
    """Knows to whom requests have gone, and where they were made: an answer is told there and nowhere else."""

    def __init__(self, ledger: IncomingLedger, now: Callable[[], float]) -> None:
        """Begin empty; `restore` reads what an earlier run has left.

        Args:
            ledger: Where requests are written down.
            now: Returns seconds since the epoch.
        """
        self._ledger = ledger
        self._now = now
        self._last = Recent[str, Asked](ASKED_SECONDS, MOST_ASKED)
        self._requests = Recent[str, tuple[str, Origin]](REQUEST_SECONDS, MOST_REQUESTS)

    def noticed(self, notice: Notice) -> None:
        """Remember a request that has gone to a contact."""
        if notice.kind in _SENT and notice.contact_id is not None:
            request, now = notice.request, self._now()
            self._last.put(notice.contact_id, Asked(request.id, request.origin), now)
            self._requests.put(request.id, (notice.contact_id, request.origin), now)

    def last(self, contact_id: str) -> Asked | None:
        """Return who has written to this contact within the last half hour."""
        return self._last.get(contact_id, self._now())

    async def recipient_of(self, request_id: str) -> str | None:
        """Return the contact that a request has gone to, None where there was no such request."""
        found = await self._request(request_id)
        return None if found is None else found[0]

    async def asked_for(self, contact_id: str, reply_to: str | None) -> Asked | None:
        """Return what a message answers: the request that it names and no other, else what was asked last."""
        if reply_to is None:
            return self.last(contact_id)
        found = await self._request(reply_to)
        return Asked(reply_to, found[1]) if found is not None and found[0] == contact_id else None

    async def restore(self) -> None:
        """Read who has written to whom within the last half hour."""
        try:
            page = await self._ledger.page(
                Filter(kinds=tuple(_SENT)), before=None, limit=MOST_ASKED
            )
        except LedgerError:
            return
        for row in reversed(page.rows):
            at, made = row.entry.time / 1_000_000, made_of(row.entry)
            if made is not None and self._now() - at <= ASKED_SECONDS:
                self._last.put(made[0], Asked(row.entry.request_id or "", made[1]), at)

    async def _request(self, request_id: str) -> tuple[str, Origin] | None:
        """Return to whom a request has gone, and where it was made; after a restart the ledger knows."""
        known = self._requests.get(request_id, self._now())
        if known is not None:
            return known
        try:
            page = await self._ledger.page(
                Filter(request_id=request_id, kinds=tuple(_SENT)), before=None, limit=1
            )
        except LedgerError:
            return None
        return made_of(page.rows[0].entry) if page.rows else None


def made_of(entry: Entry) -> tuple[str, Origin] | None:
    """Return to whom a request has gone, and where it was made, as it was written down."""
    facts = entry.facts
    contact_id, language = facts.get("contact_id"), facts.get("language")
    satellite_id, device_id, user_id = (
        value if isinstance(value := facts.get(name), str) else None
        for name in ("satellite_id", "device_id", "user_id")
    )
    if not isinstance(contact_id, str):
        return None
    origin = Origin(satellite_id=satellite_id, device_id=device_id, user_id=user_id)
    return contact_id, replace(origin, language=language) if isinstance(language, str) else origin


def is_somebodys(origin: Origin) -> bool:
    """Return whether somebody speaks at a satellite, or is signed in: nobody else is told what people have written."""
    return not origin.from_outside and (
        origin.satellite_id is not None or origin.user_id is not None
    )


def known_by_source(through: Through, source: str) -> str:
    """Return what a message is known by when it comes again, from which nothing can be read; "" without a source."""
    if not source:
        return ""
    return hashlib.sha256(f"{through.value} {source}".encode()).hexdigest()[:32]
