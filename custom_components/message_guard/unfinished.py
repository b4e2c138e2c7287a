"""What an earlier run left unfinished: deliveries of which nobody knows what became, told where they were asked.

The guard's end writes down that it has cut them off, a crash cannot; the next start writes it down then. Either way
the ledger knows who has asked, and where.
"""

from homeassistant.core import HomeAssistant
from homeassistant.helpers.start import async_at_started

from .core.answer import Answer, AnswerKind
from .core.ledger import Kind
from .core.request import Content, Origin, Request, Route
from .ledger.reading import Filter, Row
from .ledger.store import LedgerStore
from .runtime import Works
from .telling import Telling

MOST_TOLD = 20
"""A household sends one message at a time; more is not told one by one."""


async def interrupted_since_start(ledger: LedgerStore, started_at: int) -> tuple[Request, ...]:
    """Return the requests that were cut off since the entry `started_at`, with where they were asked.

    Raises:
        LedgerError: If the ledger cannot be read.
    """
    page = await ledger.page(Filter(kinds=(Kind.INTERRUPTED,)), limit=MOST_TOLD)
    found = [row.entry.request_id for row in page.rows if row.entry.sequence > started_at]
    requests = []
    for request_id in reversed(found):
        if request_id is not None:
            steps = await ledger.page(Filter(request_id=request_id), limit=10)
            if (request := _request(request_id, steps.rows)) is not None:
                requests.append(request)
    return tuple(requests)


async def last_start(ledger: LedgerStore) -> int:
    """Return the number of the entry with which the guard was last switched on, 0 without one.

    Raises:
        LedgerError: If the ledger cannot be read.
    """
    page = await ledger.page(Filter(kinds=(Kind.GUARD_ON,)), limit=1)
    return page.rows[0].entry.sequence if page.rows else 0


def tell_unfinished(
    hass: HomeAssistant, works: Works, telling: Telling, requests: tuple[Request, ...]
) -> None:
    """Remember what is not known, and say it once the home is up."""
    contacts = works.guard.household.contacts
    for request in requests:
        contact = contacts.get(request.contact_id)
        name = contact.name if contact is not None else request.recipient
        words = works.languages.get(request.origin.language) or works.languages.get("en")
        works.guard.standing_of.note(request, Kind.INTERRUPTED, request.contact_id)
        if words is None or not name:
            continue
        text = words.say("arrival_unknown", recipient=words.speakable(name))
        answer = Answer(kind=AnswerKind.UNKNOWN, text=text)

        async def tell(
            _hass: HomeAssistant, answer: Answer = answer, origin: Origin = request.origin
        ) -> None:
            telling.tell(answer, origin)

        async_at_started(hass, tell)


def _request(request_id: str, rows: tuple[Row, ...]) -> Request | None:
    """Return a request as far as the ledger tells it; None where somebody has taken its steps out of the file."""
    known = next((row for row in rows if row.entry.kind == Kind.AUTHORISED), None)
    if known is None:
        return None
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
