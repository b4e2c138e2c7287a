"""One destination: what it has, what it lacks, and when it is tried again.

Entries go in their order, whole requests or nothing; a mark moves after the destination has said that it has taken
all of one. If that answer is lost, or this machine fails before the mark is on disk, the same entries go once more.
"""

import asyncio
from collections.abc import Callable
from contextvars import Context as ContextVars
from datetime import datetime, timedelta
import logging
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ..core.errors import LedgerError
from ..ledger.forwarded import Forwarded, Mark
from .carrier import Carrier, now_us
from .destination import Destination
from .format.batch import MOST_RECORDS
from .format.records import Fields
from .posting import Posted, Verdict

_LOGGER = logging.getLogger(__name__)

SOON_SECONDS: Final = 2.0
"""After an entry: what a request brings with it goes together."""

ALIVE_SECONDS: Final = 15 * 60.0
"""After so long without anything new a sign of life goes out."""

FIRST_RETRY_SECONDS: Final = 60.0
LAST_RETRY_SECONDS: Final = 3600.0
"""A destination that does not take anything is tried after a minute, then after twice as long each time, up to an hour."""

PAUSE_SECONDS: Final = 0.05
"""Between two requests of many, left to others."""

GROW_AFTER: Final = 16
"""So many requests in a row are taken before larger ones are tried again."""

LONG: Final = timedelta(days=1)
"""Whoever is away for longer is told of."""


class Outbox:
    """What goes to one destination.

    Attributes:
        destination: Where to.
        mark: Up to where it has everything, None as long as that was not looked up.
        verdict: What came of posting last, None before.
        failing_since: Since when nothing was taken, as far as this run has seen; None if all is well.
        overdue: The oldest entry that waits, and the mark, are older than a day.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        forwarded: Forwarded,
        carrier: Carrier,
        destination: Destination,
        judged: Callable[[], None],
    ) -> None:
        """Send nothing yet; `judged` is called whenever it is known how it stands."""
        self.destination = destination
        self.mark: Mark | None = None
        self.verdict: Verdict | None = None
        self.failing_since: datetime | None = None
        self.overdue = False
        self._hass = hass
        self._entry = entry
        self._forwarded = forwarded
        self._carrier = carrier
        self._judged = judged
        self._failures = 0
        self._most = MOST_RECORDS
        self._taken = 0
        self._timer: asyncio.TimerHandle | None = None
        self._soon = False
        self._new = False
        self._task: asyncio.Task[None] | None = None
        self._stopped = False

    # --- when ---------------------------------------------------------------------------------

    @callback
    def wake(self) -> None:
        """Send what is new in a moment; a destination that does not take anything is left alone until it is time."""
        self._new = True
        if self._task is None and not self._soon and not self._failures:
            self._soon = True
            self._in(SOON_SECONDS, alive=False)

    @callback
    def try_now(self) -> None:
        """Try at once, for somebody has changed something about it."""
        self._failures = 0
        self._most = MOST_RECORDS
        self._break_off()
        self._begin(alive=True)

    @callback
    def stop(self) -> None:
        """Send nothing more."""
        self._stopped = True
        self._wait_no_more()
        self._break_off()

    @property
    def away_for_long(self) -> bool:
        """Whether nothing was taken for a day, restarts included."""
        return self.overdue or self.failing_for(LONG)

    def failing_for(self, time: timedelta) -> bool:
        """Return whether nothing was taken for so long, as far as this run has seen."""
        return self.failing_since is not None and dt_util.utcnow() - self.failing_since >= time

    @callback
    def _in(self, seconds: float, *, alive: bool) -> None:
        self._wait_no_more()
        if not self._stopped:
            # A timer takes no context along: what is sent is no part of what somebody says meanwhile.
            self._timer = self._hass.loop.call_later(
                seconds, lambda: self._begin(alive=alive), context=ContextVars()
            )

    @callback
    def _wait_no_more(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    @callback
    def _break_off(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

    @callback
    def _begin(self, *, alive: bool) -> None:
        self._wait_no_more()
        self._soon = False
        if not self._stopped and self._task is None:
            self._task = ContextVars().run(
                self._entry.async_create_background_task,
                self._hass,
                self._run(alive=alive),
                "message_guard forwarding",
                eager_start=False,
            )

    async def _run(self, *, alive: bool) -> None:
        """Send what there is, or a sign of life; then wait for what is next."""
        wait: float | None = None
        try:
            posted = await self._send_all()
            if posted is None and alive:
                posted = self._judge(await self._carrier.sign(self.destination))
            wait = None if posted is None else posted.wait
        except LedgerError as error:
            _LOGGER.error("The ledger cannot be forwarded, since it cannot be read: %s", error)
            self._failures += 1
        except Exception as error:  # noqa: BLE001 - whatever it is, it is tried again
            _LOGGER.error("The ledger could not be forwarded: %s", type(error).__name__)
            self._failures += 1
        self._task = None
        if self._failures:
            doubled = FIRST_RETRY_SECONDS * 2.0 ** min(self._failures - 1, 32)
            self._in(min(max(doubled, wait or 0.0), LAST_RETRY_SECONDS), alive=True)
        elif self._new:
            self.wake()
        else:
            self._in(ALIVE_SECONDS, alive=True)

    # --- what ---------------------------------------------------------------------------------

    async def _send_all(self) -> Posted | None:
        """Send entries until there are none left or something is in the way.

        Returns:
            What came of it last, None if there was nothing to send.

        Raises:
            LedgerError: If the ledger cannot be read.
        """
        posted: Posted | None = None
        while True:
            self._new = False
            latest = await self._send_next(await self._begun())
            if latest is None:
                return posted
            posted = latest
            if posted.verdict is not Verdict.ACCEPTED:
                return posted
            await asyncio.sleep(PAUSE_SECONDS)

    async def _begun(self) -> Mark:
        """Return the mark; one that is not there yet is made."""
        if self.mark is None:
            self.mark = (await self._forwarded.marks()).get(self.destination.id)
        if self.mark is None:
            self.mark = await self._forwarded.begin(self.destination.since, now_us())
            await self._forwarded.keep(self.destination.id, self.mark)
        return self.mark

    async def _send_next(self, mark: Mark) -> Posted | None:
        """Send what comes after the mark, in one request; returns None if there is nothing."""
        words = self.destination.fields is Fields.WORDS
        found = await self._forwarded.next(mark, self._most, words=words)
        if not found.known:
            # Somebody has put another history in the place of what was sent: all of it goes, and it shows there.
            _LOGGER.error("The ledger is not what was forwarded, so it is forwarded anew")
            self.mark = await self._forwarded.begin(self.destination.since, now_us())
            found = await self._forwarded.next(self.mark, self._most, words=words)
        batch = await self._carrier.batch(self.destination, found)
        if batch is None:
            return None
        posted = await self._carrier.post(self.destination, batch.body)
        if posted.divisible and batch.count > 1:
            self._most, self._taken = max(1, batch.count // 2), 0
            await asyncio.sleep(PAUSE_SECONDS)
            return await self._send_next(await self._begun())
        if posted.verdict is Verdict.ACCEPTED:
            await self._move(Mark(batch.last.sequence, batch.last.hash, now_us()))
        self._overdue(mark, found.oldest)
        return self._judge(posted)

    async def _move(self, mark: Mark) -> None:
        """Remember what was taken. If that cannot be written down, it goes once more after a restart."""
        self.mark = mark
        self._taken += 1
        if self._taken >= GROW_AFTER:
            self._most, self._taken = min(self._most * 2, MOST_RECORDS), 0
        try:
            await self._forwarded.keep(self.destination.id, mark)
        except LedgerError as error:
            _LOGGER.error("How far the ledger was forwarded cannot be written down: %s", error)

    def _overdue(self, mark: Mark, oldest: int) -> None:
        day_ago = now_us() - int(LONG.total_seconds() * 1_000_000)
        self.overdue = max(mark.at, oldest) <= day_ago

    @callback
    def _judge(self, posted: Posted) -> Posted:
        """Take note of what came of posting."""
        well = posted.verdict is Verdict.ACCEPTED
        if posted.verdict is not self.verdict and not (well and self.verdict is None):
            _LOGGER.log(
                logging.INFO if well else logging.WARNING,
                "Forwarding the ledger to %s: %s",
                self.destination.host,
                posted.verdict,
            )
        self.verdict = posted.verdict
        if well:
            self._failures, self.failing_since, self.overdue = 0, None, False
        else:
            self._failures += 1
            self.failing_since = self.failing_since or dt_util.utcnow()
        self._judged()
        return posted
