"""Who has asked whom, as a request remembers it or the ledger has written it down; and what a message is known by."""

from dataclasses import dataclass, replace
import hashlib

from ..core.incoming import Through
from ..core.request import Origin
from ..ledger.format.entries import Entry


@dataclass(frozen=True, slots=True)
class Asked:
    """Who has written to a contact last, and by which request."""

    request_id: str
    origin: Origin


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
