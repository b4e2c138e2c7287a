"""What an earlier run left unfinished: deliveries of which nobody knows what became, told where they were asked.

The guard's end writes down that it has cut them off, a crash cannot; the next start writes it down then. Either way
the ledger knows who has asked, and where. What has come to an end lately is remembered from there as well: "did it
arrive?" is asked after a restart, too.
"""

from dataclasses import dataclass

from homeassistant.core import HomeAssistant
from homeassistant.helpers.start import async_at_started

from ..core.answer import Answer, AnswerKind
from ..core.request import Origin, Request
from ..guarding.status import LATELY_SECONDS
from ..ledger.format.entries import FINAL, LATER, Kind
from ..ledger.reading import Filter
from ..ledger.recalled import request_of
from ..ledger.store import LedgerStore
from ..runtime import Components
from .telling import Telling

MOST_TOLD = 20
"""A household sends one message at a time; more is not told one by one."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A request of an earlier run, with its last step, and when it came to its end (seconds since the epoch)."""

    request: Request
    kind: Kind
    at: float


async def ended_lately(ledger: LedgerStore, now: float) -> tuple[Ended, ...]:
    """Return what has lately come to an end, oldest first; what was only heard of lately ended long ago.

    Raises:
        LedgerError: If the ledger cannot be read.
    """
    since = int((now - LATELY_SECONDS) * 1_000_000)
    last_steps = [kind for kind in Kind if kind in FINAL | LATER]
    page = await ledger.page(Filter(kinds=last_steps, since_us=since), limit=MOST_TOLD)
    entries = [row.entry for row in reversed(page.rows)]
    kinds = {entry.request_id: Kind(entry.kind) for entry in entries}
    ended_at = {entry.request_id: entry.time for entry in entries if entry.kind in FINAL}
    found: list[Ended] = []
    for request_id in filter(None, ended_at):
        steps = (await ledger.page(Filter(request_id=request_id), limit=10)).rows
        # A step that a start has written down does not say who has asked.
        known = [step for step in steps if "route" in step.entry.facts][:1]
        at = ended_at[request_id] / 1_000_000
        found += [
            Ended(request_of(request_id, step, steps), kinds[request_id], at) for step in known
        ]
    return tuple(found)


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
            steps = (await ledger.page(Filter(request_id=request_id), limit=10)).rows
            # Somebody may have taken its steps out of the file.
            known = next((row for row in steps if row.entry.kind == Kind.AUTHORISED), None)
            if known is not None:
                requests.append(request_of(request_id, known, steps))
    return tuple(requests)


async def last_start(ledger: LedgerStore, until: int) -> int:
    """Return the number of the entry with which the guard was last switched on, 0 without one.

    Args:
        ledger: Where to look.
        until: The last entry of before this start.

    Raises:
        LedgerError: If the ledger cannot be read.
    """
    page = await ledger.page(Filter(kinds=(Kind.GUARD_ON,)), before=until + 1, limit=1)
    return page.rows[0].entry.sequence if page.rows else 0


def tell_unfinished(
    hass: HomeAssistant,
    components: Components,
    telling: Telling,
    requests: tuple[Request, ...],
    ended: tuple[Ended, ...],
) -> None:
    """Remember what has come to an end, and say what is not known once the home is up."""
    status, now = components.guard.status_of, components.home.now()
    for item in ended:
        status.recall(item.request, item.kind, item.request.contact_id, item.at)
    for request in requests:
        status.recall(request, Kind.INTERRUPTED, request.contact_id, now)
    contacts = components.guard.household.contacts
    for request in requests:
        contact = contacts.get(request.contact_id)
        name = contact.name if contact is not None else request.recipient
        words = components.languages.get_or_english(request.origin.language)
        if words is None or not name:
            continue
        text = words.say("arrival_unknown", recipient=words.speakable(name))
        answer = Answer(kind=AnswerKind.UNKNOWN, text=text)

        async def tell(
            _hass: HomeAssistant, answer: Answer = answer, origin: Origin = request.origin
        ) -> None:
            telling.tell(answer, origin)

        async_at_started(hass, tell)
