"""The inbox: what people have written to the house and nobody has heard yet.

What is taken in is on disk first. After a restart what waits is read from the ledger again, as long as its words are
kept. A message that comes twice, because somebody has edited it or an outage is over, is taken in once.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from itertools import count
import logging
from typing import Final

from homeassistant.util import ulid as ulid_util

from ..core.errors import LedgerError
from ..core.household import Household
from ..core.incoming import Incoming, Through, cut
from ..core.incoming_rules import Handling, IncomingFacts, Treatment, treat
from ..core.listeners import Listeners
from ..core.rate import Rate
from ..core.recent import Recent
from ..core.request import Origin
from ..ledger.format.entries import Kind
from ..ledger.reading import Filter, Row
from ..ledger.retention import Erasure
from .asking import Asked, Asking, is_somebodys, known_by_source
from .records import SOURCE, STRANGER, IncomingLedger, IncomingNotice, message_of, step_of

_LOGGER = logging.getLogger(__name__)

MOST_WAITING: Final = 500
"""Messages that are kept at hand; of more the oldest stay in the ledger alone."""

MOST_KNOWN, KNOWN_SECONDS = 10_000, 7 * 24 * 3600.0
"""Messages that are known when they come again: Telegram keeps what was not fetched for a day."""

READ_SECONDS: Final = 24 * 3600.0
"""How long what was read out can be asked for again."""

STRANGERS_AN_HOUR: Final = 20
"""Messages of strangers that are written down in an hour: anybody may write to a bot."""

NOBODY: Final = ""
"""In the place of a user: nothing tells whose screen it is for, so that it is never said."""

NOT_READ: Final = "not_said"
"""Reason: it was to be said, and could not be."""


@dataclass(slots=True)
class Waiting:
    """A message that nobody has heard yet.

    Attributes:
        message: The message.
        told: Somebody knows that it is there.
        full: Its contact had been told of as often as it may be, when it came.
        age: Seconds since it was written, when it came.
        place: Its place in the order in which they came; ids made in the same millisecond are in none.
    """

    message: Incoming
    told: bool = False
    full: bool = False
    age: float = 0.0
    place: int = 0


class Inbox:
    """Takes messages in, keeps them, and writes down what becomes of them."""

    def __init__(
        self,
        ledger: IncomingLedger,
        now: Callable[[], float],
        household: Callable[[], Household],
    ) -> None:
        """Begin empty; `restore` reads what an earlier run has left.

        Args:
            ledger: Where everything is written down.
            now: Returns seconds since the epoch.
            household: Returns what the household has chosen.
        """
        self.allowed = False
        self.on_arrival: Callable[[Waiting, Treatment, Asked | None], None] | None = None
        self.surroundings: Callable[[str | None], IncomingFacts] = lambda place: IncomingFacts(
            allowed=True, satellite_id=place
        )
        self._ledger = ledger
        self._now = now
        self._household = household
        self._waiting: dict[str, Waiting] = {}
        self._read = Recent[str, Incoming](READ_SECONDS, MOST_WAITING)
        self._arriving: set[str] = set()
        self._on_screen: set[str] = set()
        self._known = Recent[str, bool](KNOWN_SECONDS, MOST_KNOWN)
        self.asking = Asking(ledger, now)
        self._places = count()
        self._rates: dict[int, Rate] = {}
        self._strangers = Rate(STRANGERS_AN_HOUR, 3600.0)
        self._listeners = Listeners[IncomingNotice]()

    # --- taking in ------------------------------------------------------------------------------

    def subscribe(self, listener: Callable[[IncomingNotice], None]) -> Callable[[], None]:
        """Call `listener` at every step of every message; returns what ends that."""
        return self._listeners.add(listener)

    async def take_in(
        self,
        contact_id: str,
        body: str,
        through: Through,
        *,
        at: float | None = None,
        reply_to: str | None = None,
        answers_unknown: bool = False,
        source: str = "",
    ) -> Treatment | None:
        """Take a message in, and return what is done with it; None where nothing is taken in, or it was before.

        Args:
            contact_id: Whom it is from, as the channel vouches for it.
            body: Its words.
            through: How it has come in.
            at: When it was written, seconds since the epoch; None for now.
            reply_to: Id of the request that it answers.
            answers_unknown: It answers something, and nothing tells what: it may have been typed, and is for the screen.
            source: What tells it from any other message of that channel; it is kept as a hash.
        """
        now, known_by = self._now(), known_by_source(through, source)
        if not self.allowed or not body.strip() or self._was_here(known_by, now):
            return None
        self._arriving.add(known_by)
        try:
            asked = None if answers_unknown else await self.asking.asked_for(contact_id, reply_to)
            unknown = answers_unknown or (reply_to is not None and asked is None)
            message = self._message(contact_id, body, through, at, asked, known_by)
            if reply_to is None:
                message = replace(message, reply_to=None)
            if unknown:
                message = replace(message, user_id=NOBODY)
            return await self._take(message, asked, known_by)
        finally:
            self._arriving.discard(known_by)

    def _message(
        self,
        contact_id: str,
        body: str,
        through: Through,
        at: float | None,
        asked: Asked | None,
        source: str,
    ) -> Incoming:
        now = self._now()
        typed = asked is not None and asked.origin.satellite_id is None
        return Incoming(
            id=ulid_util.ulid_now(),
            contact_id=contact_id,
            body=cut(body),
            through=through,
            at=now if at is None else min(at, now),
            reply_to=asked.request_id if asked is not None else None,
            user_id=asked.origin.user_id if asked is not None and typed else None,
            source=source,
        )

    async def _take(self, message: Incoming, asked: Asked | None, known_by: str) -> Treatment:
        now, contact_id = self._now(), message.contact_id
        treatment = self.treatment(message, asked)
        # Counted before anything is awaited: several may come at once.
        full = self._rate(contact_id).used_up(contact_id, now)
        self._rate(contact_id).add(contact_id, now)
        waiting = Waiting(message, full=full, age=now - message.at, place=next(self._places))
        if treatment.handling is Handling.DROP:
            await self._write(Kind.DROPPED, message, treatment.reasons)
            self._is_known(known_by)
            return treatment
        await self._write(Kind.RECEIVED, message, make_true=lambda: self._keep(waiting))
        self._is_known(known_by)
        if treatment.handling is Handling.KEEP:
            await self._write(Kind.KEPT, message, treatment.reasons)
        if self.on_arrival is not None:
            self.on_arrival(waiting, treatment, asked)
        return treatment

    def treatment(
        self, message: Incoming, asked: Asked | None, waiting: Waiting | None = None
    ) -> Treatment:
        """Return what is done with a message now; with one that waits, how late it was and how many came count as then."""
        place = asked.origin.satellite_id if asked is not None else None
        facts = self.surroundings(place)
        found = IncomingFacts(
            allowed=self.allowed,
            satellite_id=place,
            typed=asked is not None and place is None,
            local_minute=facts.local_minute,
            nobody_home=facts.nobody_home,
            media_playing=facts.media_playing,
            full=self._rate(message.contact_id).used_up(message.contact_id, self._now())
            if waiting is None
            else waiting.full,
            age=self._now() - message.at if waiting is None else waiting.age,
        )
        return treat(message.contact_id, found, self._household().incoming)

    async def stranger(self, through: Through, sender: str, source: str = "") -> None:
        """Write down, without its words, that somebody has written who is on no list."""
        now = self._now()
        known_by = known_by_source(through, source)
        if not self.allowed or self._was_here(known_by, now):
            return
        self._is_known(known_by)
        if self._strangers.used_up(through.value, now):
            return
        self._strangers.add(through.value, now)
        notice = IncomingNotice(Kind.DROPPED, ulid_util.ulid_now(), None, through, (STRANGER,))
        await self._ledger.append(step_of(notice, None, sender))
        self._tell(notice)

    def _was_here(self, known_by: str, now: float) -> bool:
        """Return whether this message was here before, or is just being taken in."""
        return bool(known_by) and (
            known_by in self._arriving or self._known.get(known_by, now) is not None
        )

    def _is_known(self, known_by: str) -> None:
        if known_by:
            self._known.put(known_by, True, self._now())

    def _rate(self, contact_id: str) -> Rate:
        most = self._household().incoming.of(contact_id).most
        return self._rates.setdefault(most, Rate(max(1, most), 3600.0))

    def _keep(self, waiting: Waiting) -> None:
        """Keep a message at its place: one that was put back goes before what has come since."""
        self._waiting[waiting.message.id] = waiting
        if any(one.place > waiting.place for one in self.waiting):
            in_order = sorted(self.waiting, key=lambda one: one.place)
            self._waiting = {one.message.id: one for one in in_order}
        while len(self._waiting) > MOST_WAITING:
            del self._waiting[next(iter(self._waiting))]

    # --- what becomes of it -----------------------------------------------------------------------

    @property
    def waiting(self) -> tuple[Waiting, ...]:
        """What nobody has heard yet, the oldest first."""
        return tuple(self._waiting.values())

    def for_origin(self, origin: Origin, contact_id: str | None = None) -> Iterator[Waiting]:
        """Yield what may be told to whoever speaks, or writes, there: not what is for another person's screen."""
        if not is_somebodys(origin):
            return
        own = origin.user_id if origin.satellite_id is None else None
        known = self._household().contacts
        for waiting in self.waiting:
            message = waiting.message
            if known.get(message.contact_id) is None or contact_id not in {
                None,
                message.contact_id,
            }:
                continue
            if message.user_id is None or message.user_id == own:
                yield waiting

    def read_before(self, origin: Origin, contact_id: str) -> Incoming | None:
        """Return what was read out last of a contact, to be heard once more."""
        if not is_somebodys(origin):
            return None
        own = origin.user_id if origin.satellite_id is None else None
        found = [
            message
            for _, message in self._read.items()
            if message.contact_id == contact_id and message.user_id in {None, own}
        ]
        newest = found[-1] if found else None
        return None if newest is None else self._read.get(newest.id, self._now())

    async def announced(self, waiting: Waiting, satellite_id: str) -> None:
        """Write down that it was told of."""
        waiting.told = True
        await self._write(Kind.ANNOUNCED, waiting.message, satellite_id=satellite_id)

    async def kept(self, waiting: Waiting, *reasons: str) -> None:
        """Write down that it waits after all."""
        await self._write(Kind.KEPT, waiting.message, reasons)

    async def read(self, message: Incoming, satellite_id: str | None) -> None:
        """Write down that a message is read out now; only what is on disk is."""

        def make_true() -> None:
            self._waiting.pop(message.id, None)
            self._read.put(message.id, message, self._now())

        await self._write(Kind.READ, message, satellite_id=satellite_id, make_true=make_true)

    async def read_on_screen(self, message: Incoming) -> bool:
        """Write down that somebody has read a message on their screen.

        Returns:
            False where that is being written down already: a page may ask twice.
        """
        if message.id in self._on_screen:
            return False
        self._on_screen.add(message.id)
        try:
            await self.read(message, None)
        finally:
            self._on_screen.discard(message.id)
        return True

    async def put_back(self, waiting: Waiting, *reasons: str) -> None:
        """Write down that what was to be read out was not: it waits again."""

        def make_true() -> None:
            self._read.pop(waiting.message.id)
            self._keep(waiting)

        await self._write(Kind.KEPT, waiting.message, (NOT_READ, *reasons), make_true=make_true)

    async def forget(self, message: Incoming) -> None:
        """Write down that a message is not to be read out; its words stay in the ledger as long as others."""

        def make_true() -> None:
            self._waiting.pop(message.id, None)
            self._read.pop(message.id)

        await self._write(Kind.DROPPED, message, ("forgotten",), make_true=make_true)

    def erased(self, erasure: Erasure) -> None:
        """Let go of the words at hand that were erased in the ledger."""

        def concerns(message: Incoming) -> bool:
            return erasure.concerns(message.id, message.contact_id, int(message.at * 1_000_000))

        for waiting in self.waiting:
            if concerns(waiting.message):
                del self._waiting[waiting.message.id]
        for message_id, message in tuple(self._read.items()):
            if concerns(message):
                self._read.pop(message_id)

    async def _write(
        self,
        kind: Kind,
        message: Incoming,
        reasons: tuple[str, ...] = (),
        satellite_id: str | None = None,
        make_true: Callable[[], None] | None = None,
    ) -> None:
        """Take a step in the one order that there is: it is recorded, then true, then told."""
        notice = IncomingNotice(
            kind, message.id, message.contact_id, message.through, reasons, satellite_id
        )
        await self._ledger.append(step_of(notice, message))
        if make_true is not None:
            make_true()
        self._tell(notice)

    def _tell(self, notice: IncomingNotice) -> None:
        for error in self._listeners.tell(notice):
            _LOGGER.error("A listener failed with %s", type(error).__name__)

    # --- after a restart --------------------------------------------------------------------------

    async def restore(self) -> None:
        """Read what an earlier run has taken in and nobody has heard, as long as its words are kept."""
        try:
            page = await self._ledger.page(
                Filter(kinds=(Kind.RECEIVED, Kind.READ, Kind.DROPPED, Kind.KEPT)),
                before=None,
                limit=3 * MOST_WAITING,
            )
        except LedgerError as error:
            _LOGGER.error("What has come in before cannot be read: %s", type(error).__name__)
            return
        done: set[str | None] = set()
        put_back: set[str | None] = set()
        for row in page.rows:  # the newest first
            if NOT_READ in row.entry.reasons:
                put_back.add(row.entry.request_id)
            elif row.entry.kind is Kind.DROPPED or (
                row.entry.kind is Kind.READ and row.entry.request_id not in put_back
            ):
                done.add(row.entry.request_id)
        await self.asking.restore()
        for row in reversed(page.rows):
            try:
                self._restore_one(row, done)
            except (ValueError, TypeError, AttributeError) as error:
                # A damaged row keeps nobody else's message, and nothing else of the house, from starting.
                _LOGGER.error("A message of before cannot be read: %s", type(error).__name__)

    def _restore_one(self, row: Row, done: Collection[str | None]) -> None:
        if source := row.private.get(SOURCE):
            self._known.put(source, True, self._now())
        if row.entry.kind is not Kind.RECEIVED or row.entry.request_id in done:
            return
        message = message_of(row.entry, row.private)
        if message is not None:
            self._keep(Waiting(message, told=True, place=next(self._places)))
