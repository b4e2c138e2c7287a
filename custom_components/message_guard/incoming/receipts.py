"""Receipts: what is told of a message after a channel has taken it.

A phone confirms by an event of the app, on Android, that a notification has come. It counts like an answer: who has
fired it, and not what it says. It comes from the user of a phone to which that very request has gone, through the app,
and from no program. It is taken for "arrived" only where nothing but phones was called, each of another user, and all
of them have confirmed: what else was called, such as a mail, and the second phone of somebody confirm nothing. What
was called is remembered, never worked out later: a contact may be reached by other phones by then. So it is not known
after a restart, and a confirmation says nothing any more.

A failure that is told of later comes from the integration that has taken the message, in its log within a minute, or
from an automation of the household (`message_guard.report_failure`): a mail that has come back, a text message that was
not delivered. It is told once, where the message was asked for.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
import logging
from typing import Any, Final

from homeassistant.core import CALLBACK_TYPE, Event, EventOrigin, HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ..approvals import caller_of
from ..approvals.tokens import is_programs_call
from ..core.confirmation import Recipient
from ..core.incoming_rules import ASKED_SECONDS
from ..core.level import Level
from ..core.rate import Rate
from ..core.recent import Recent
from ..guarding.afterwards import Sent
from ..guarding.delivery import OWN_ACTIONS_SECONDS
from ..guarding.guard import Guard
from ..guarding.records import Notice
from ..home.surroundings import Home, logged
from ..ledger.format.entries import FINAL, LATER, Entry, Kind
from ..ledger.reading import Filter
from ..ledger.recalled import request_of
from .phone_answers import TAG
from .records import IncomingLedger

_LOGGER = logging.getLogger(__name__)

EVENT_RECEIVED: Final = "mobile_app_notification_received"
"""What the app fires through its webhook, on Android, when a notification with `confirmation` has come."""

ONLY_LOGGED: Final = "only_logged"
REPORTED: Final = "reported"

REPORT_SECONDS: Final = 7 * 24 * 3600.0
"""How old a message may be of which something is heard: mail servers try for five days, and a phone may be off."""

MOST_UNDER_WAY: Final = 1000

LOG_SECONDS: Final = 3600.0
"""How often the same is logged of confirmations that do not count: an app could send any number of them."""

MOST_STEPS: Final = 20
"""Entries of one request."""

MOST_COUNTED: Final = 200
"""Entries of one contact in which it is looked for a message that may have failed."""

_TAKEN = frozenset({Kind.DELIVERED, Kind.HANDED_OVER})
_DOUBTFUL = frozenset({Kind.UNKNOWN, Kind.INTERRUPTED})
PARTLY: Final = "partly"

type Work = Callable[[], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class _Known:
    """A request with its outcome, as it was written down, and what was heard of it later."""

    sent: Sent
    outcome: Entry
    later: frozenset[Kind]

    @property
    def may_arrive(self) -> bool:
        """Whether a confirmation says more than is known: some of a group say nothing of the others."""
        doubt = self.outcome.kind in _DOUBTFUL and PARTLY not in self.outcome.reasons
        return Kind.ARRIVED not in self.later and (self.outcome.kind in _TAKEN or doubt)


@dataclass(slots=True)
class _Called:
    """What was called to deliver a request, and who has confirmed.

    Attributes:
        calls: How many calls were made.
        asked: Users of the phones that some of them have asked to confirm.
        taken: Those whose confirmation was taken, or is being looked at.
        confirmed: Those who have confirmed.
    """

    calls: int = 0
    asked: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)
    confirmed: set[str] = field(default_factory=set)

    @property
    def all_confirmed(self) -> bool:
        """Whether nothing but phones was called, each of another user, and all of them have confirmed."""
        return self.calls == len(self.asked) and self.asked <= self.confirmed


@callback
def is_receipt(data: Mapping[str, Any]) -> bool:
    """Return whether what a phone confirms is a message of ours; cheap, for every event."""
    tag = data.get("tag")
    return isinstance(tag, str) and tag.startswith(TAG)


class Receipts:
    """Hears what becomes of messages later."""

    def __init__(
        self,
        hass: HomeAssistant,
        guard: Guard,
        ledger: IncomingLedger,
        home: Home,
        allowed: Callable[[], bool],
    ) -> None:
        """Create it; `start` listens. `allowed` returns whether the household takes what comes in."""
        self._hass = hass
        self._guard = guard
        self._ledger = ledger
        self._home = home
        self._allowed = allowed
        self._one_at_a_time = asyncio.Lock()
        self._called = Recent[str, _Called](REPORT_SECONDS, MOST_UNDER_WAY)
        self._refused = Rate(1, LOG_SECONDS)
        self._under_way = Recent[str, list[Work]](OWN_ACTIONS_SECONDS, MOST_UNDER_WAY)

    @callback
    def start(self) -> CALLBACK_TYPE:
        """Listen; returns what ends it."""
        ends = (
            self._guard.subscribe(self._noticed),
            self._hass.bus.async_listen(EVENT_RECEIVED, self._received, event_filter=is_receipt),
        )

        @callback
        def stop() -> None:
            for end in ends:
                end()

        return stop

    # --- what arrives -----------------------------------------------------------------------------

    @callback
    def calls(self, recipient: Recipient, count: int) -> None:
        """Take note of how many calls are made for a request, one of them or more after those before."""
        self._called_for(recipient).calls += count

    @callback
    def asks(self, recipient: Recipient, user_id: str) -> None:
        """Take note that one of them asks the phone of this user to confirm."""
        self._called_for(recipient).asked.add(user_id)

    def _called_for(self, recipient: Recipient) -> _Called:
        request_id, now = recipient.request.id, self._home.now()
        called = self._called.get(request_id, now)
        if called is None:
            called = _Called()
            self._called.put(request_id, called, now)
        return called

    @callback
    def _received(self, event: Event) -> None:
        """Look at a confirmation; whatever no phone was asked for costs nothing, and one is looked at once."""
        request_id, user_id = str(event.data["tag"]).removeprefix(TAG), event.context.user_id
        called = self._called.get(request_id, self._home.now())
        if called is None or user_id is None or not self._allowed():
            return
        if user_id not in called.asked:
            self._refuse("nothing has gone to that phone")
        elif is_programs_call(self._hass):
            self._refuse("a program has sent it, with a long-lived token")
        elif user_id not in called.taken:
            called.taken.add(user_id)
            self._run(self._take(event, request_id, user_id, called))

    async def _take(self, event: Event, request_id: str, user_id: str, called: _Called) -> None:
        """Take the confirmation of the user of a phone to which that very request has gone."""
        outside = event.origin is EventOrigin.remote
        caller = await caller_of(self._hass, event.context, outside=outside)
        if not caller.from_app or not caller.active or caller.program:
            called.taken.discard(user_id)
            self._refuse("it does not come from the app")
            return
        called.confirmed.add(user_id)
        await self._once_known(request_id, lambda: self._confirm(request_id, called))

    async def _confirm(self, request_id: str, called: _Called) -> None:
        if not called.all_confirmed:
            return
        async with self._one_at_a_time:
            known = await self._known(request_id)
            if known is not None and known.may_arrive:
                await self._guard.afterwards.arrived(known.sent)

    def _refuse(self, why: str) -> None:
        """Log that a confirmation does not count, not more often than somebody reads it."""
        now = self._home.now()
        if not self._refused.used_up(why, now):
            self._refused.add(why, now)
            _LOGGER.warning("A receipt was not accepted: %s", why)

    # --- what fails -------------------------------------------------------------------------------

    @callback
    def doubted(self, recipient: Recipient) -> None:
        """Take note that the integration which has taken a message has logged an error since."""
        request_id = recipient.request.id

        async def fail() -> None:
            async with self._one_at_a_time:
                known = await self._known(request_id)
                if known is not None and known.outcome.kind in _TAKEN and not known.later:
                    await self._fail(known, ONLY_LOGGED)

        self._run(self._once_known(request_id, fail))

    async def report(self, contact_id: str, request_id: str | None) -> bool:
        """Take an automation's word that a message has failed.

        Args:
            contact_id: Whom it went to.
            request_id: Which message; None for the only one that has gone to that contact within a week. Where
                several have, nobody knows which: none of them has failed, and it is told that one of them has.

        Returns:
            False where no such message has gone out within a week, or its failure is known.

        Raises:
            LedgerError: If the ledger cannot be read, or it cannot be written down.
        """
        async with self._one_at_a_time:
            if request_id is None:
                gone = await self._gone_lately(contact_id)
                if len(gone) > 1:
                    self._guard.afterwards.one_failed(contact_id, self._hass.config.language)
                    return True
                request_id = next(iter(gone), None)
            known = await self._known(request_id) if request_id is not None else None
            if known is None or known.sent.contact_id != contact_id or self._is_old(known):
                return False
            if Kind.FAILED_LATER in known.later or known.outcome.kind not in _TAKEN | _DOUBTFUL:
                return False
            await self._fail(known, REPORTED)
            return True

    async def _fail(self, known: _Known, reason: str) -> None:
        age = self._home.now() - known.outcome.time / 1_000_000
        quiet = self._is_quiet(known.sent.contact_id)
        aloud = age <= ASKED_SECONDS and not quiet
        await self._guard.afterwards.failed(known.sent, reason, aloud=aloud)

    def _is_quiet(self, contact_id: str) -> bool:
        """Return whether nothing is said by itself now: later there is time to look at a screen."""
        local = dt_util.now()
        minute = local.hour * 60 + local.minute
        return self._guard.household.incoming.is_quiet(minute, contact_id)

    def _is_old(self, known: _Known) -> bool:
        return self._home.now() - known.outcome.time / 1_000_000 > REPORT_SECONDS

    # --- what is known ----------------------------------------------------------------------------

    @callback
    def _noticed(self, notice: Notice) -> None:
        """Remember what is under way: what is heard of it waits until its outcome is written down."""
        request_id, now = notice.request.id, self._home.now()
        if notice.kind is Kind.AUTHORISED:
            self._under_way.put(request_id, [], now)
        elif notice.kind in FINAL:
            for work in self._under_way.pop(request_id) or ():
                self._run(work())

    async def _once_known(self, request_id: str, work: Work) -> None:
        waiting = self._under_way.get(request_id, self._home.now())
        if waiting is not None:
            waiting.append(work)
        else:
            await work()

    async def _known(self, request_id: str) -> _Known | None:
        """Return what was written down of a request that has come to an end; None without one."""
        page = await self._ledger.page(Filter(request_id=request_id), before=None, limit=MOST_STEPS)
        steps = [row for row in page.rows if "route" in row.entry.facts]
        ends = [row.entry for row in page.rows if row.entry.kind in FINAL]
        contact_id = steps[0].entry.facts.get("contact_id") if steps else None
        if not ends or not isinstance(contact_id, str):
            return None
        try:
            level = Level.from_label(str(steps[0].entry.facts.get("level")))
            request = request_of(request_id, steps[0], page.rows)
        except ValueError:
            return None  # written by newer code
        later = frozenset(Kind(row.entry.kind) for row in page.rows if row.entry.kind in LATER)
        return _Known(Sent(request, contact_id, level), ends[0], later)

    async def _gone_lately(self, contact_id: str) -> set[str]:
        """Return which messages have gone to a contact lately, or may have: not those that are known to have failed."""
        since = int((self._home.now() - REPORT_SECONDS) * 1_000_000)
        # What a start finds interrupted does not say for whom it was; that it was authorised does.
        kinds = (Kind.AUTHORISED, Kind.FAILED, *_TAKEN, *_DOUBTFUL)
        page = await self._ledger.page(
            Filter(contact_id=contact_id, kinds=kinds, since_us=since),
            before=None,
            limit=MOST_COUNTED,
        )
        entries = [row.entry for row in page.rows]
        failed = {entry.request_id for entry in entries if entry.kind is Kind.FAILED}
        return {entry.request_id for entry in entries if entry.request_id} - failed

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        self._home.run(logged("Hearing what became of a message", work))
