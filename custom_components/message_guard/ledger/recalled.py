"""Requests of which nobody knows any more, as the ledger has written them down."""

from collections.abc import Sequence

from ..core.request import Content, Origin, Request, Route
from .reading import Row


def request_of(request_id: str, known: Row, rows: Sequence[Row]) -> Request:
    """Return a request as far as the ledger tells it: who, where and to whom by one of its steps, its words by any."""
    facts = known.entry.facts
    words = next((row.private for row in rows if row.private), {})

    def text(name: str) -> str | None:
        value = facts.get(name)
        return value if isinstance(value, str) else None

    return Request(
        id=request_id,
        route=Route(text("route") or Route.SENTENCE),
        origin=Origin(
            satellite_id=text("satellite_id"),
            device_id=text("device_id"),
            user_id=text("user_id"),
            language=text("language") or "en",
        ),
        recipient=words.get("recipient", ""),
        content=Content(body=words.get("body", "")),
        created_at=known.entry.time / 1_000_000,
        contact_id=text("contact_id"),
    )
