"""Watching the ledger: whether it is as it was written, now and later, and who is told."""

from collections.abc import Callable
from datetime import datetime, timedelta
import logging
from types import MappingProxyType
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.helpers.event import async_call_later, async_track_time_interval
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..core.errors import LedgerError, LedgerWriteError
from ..core.listeners import Listeners
from ..guarding.step_events import SIGNAL_LEDGER
from .format.report import Report
from .store import LedgerStore
from .witness import Verdict
from .witnesses import Witnesses

_LOGGER = logging.getLogger(__name__)

CHECK_INTERVAL = timedelta(minutes=15)
"""Only what is new since the last check is read, some hundred entries at a time."""

TRY_SECONDS = 10.0
"""How long after a failed write it is tried again: a disk that was full may have room by then."""

PAUSE_SECONDS = 0.02
"""Left to others after each step of the first, long check."""

ISSUE_LEDGER_UNUSABLE: Final = "ledger_unusable"
ISSUE_LEDGER_NOT_SOUND: Final = "ledger_not_sound"
ISSUE_LEDGER_TAKEN_BACK: Final = "ledger_taken_back"
ISSUE_LEDGER_FORKED: Final = "ledger_forked"
ISSUE_LEDGER_ROLLED_BACK: Final = "ledger_rolled_back"
LEDGER_ISSUES: Final = (
    ISSUE_LEDGER_UNUSABLE,
    ISSUE_LEDGER_NOT_SOUND,
    ISSUE_LEDGER_TAKEN_BACK,
    ISSUE_LEDGER_FORKED,
    ISSUE_LEDGER_ROLLED_BACK,
)


class LedgerWatch:
    """Checks the ledger in the background and reports what it finds.

    Attributes:
        sound: Whether the ledger can be read and nothing contradicts it, and no witness either; None until it
            was checked.
        report: What the latest check found, None if it could not be read.
        checked_at: When that was, in microseconds since the epoch; None before the first one.
    """

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, ledger: LedgerStore, witnesses: Witnesses
    ) -> None:
        """Watch this ledger once `start` is called."""
        self.sound: bool | None = None
        self.report: Report | None = None
        self.checked_at: int | None = None
        self._hass = hass
        self._entry = entry
        self._ledger = ledger
        self._witnesses = witnesses
        self._listeners = Listeners[()]()
        self._next_try: CALLBACK_TYPE | None = None

    @callback
    def start(self) -> Callable[[], None]:
        """Check now, in the background, and again and again; returns what ends that."""
        self._check_soon()
        ends = (
            async_track_time_interval(self._hass, self._due, CHECK_INTERVAL),
            self._ledger.on_writing(self._writing_changed),
            self._witnesses.subscribe(self._check_soon),
            self._try_no_more,
        )

        def stop() -> None:
            for end in ends:
                end()

        return stop

    @callback
    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after every check; returns what ends that."""
        return self._listeners.add(listener)

    async def check(self, *, anew: bool = False) -> None:
        """Read what has not been checked yet, and tell what was found.

        Args:
            anew: Begin with the first entry again.
        """
        try:
            self.report = await self._ledger.verify(pause_seconds=PAUSE_SECONDS, anew=anew)
            self.checked_at = int(dt_util.utcnow().timestamp() * 1_000_000)
            self.sound = self.report.sound and self._witnesses.alarm is None
            if not self._ledger.writing:
                raise LedgerWriteError("entries cannot be written")
        except LedgerError as error:
            _LOGGER.error("The ledger could not be checked: %s", error)
            self.report, self.sound = None, False
        self._show()
        async_dispatcher_send(
            self._hass, SIGNAL_LEDGER, self.sound, MappingProxyType(self._issue()[1])
        )
        for listener in self._listeners:
            listener()

    async def _due(self, _now: datetime) -> None:
        await self.check()

    @callback
    def _check_soon(self) -> None:
        self._entry.async_create_background_task(
            self._hass, self.check(), "message_guard ledger check"
        )

    @callback
    def _writing_changed(self) -> None:
        """Tell at once that nothing can be written, and try until it can be."""
        self._try_no_more()
        if not self._ledger.writing:
            self._next_try = async_call_later(self._hass, TRY_SECONDS, self._try)
        self._check_soon()

    async def _try(self, _now: datetime) -> None:
        self._next_try = None
        await self._ledger.try_writing()
        if not self._ledger.writing and self._next_try is None:
            self._next_try = async_call_later(self._hass, TRY_SECONDS, self._try)

    @callback
    def _try_no_more(self) -> None:
        if self._next_try is not None:
            self._next_try()
            self._next_try = None

    @callback
    def _show(self) -> None:
        """Keep Repairs up to date."""
        found, about = self._issue()
        for issue in LEDGER_ISSUES:
            if issue != found:
                ir.async_delete_issue(self._hass, DOMAIN, issue)
        if found is None:
            return
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            found,
            is_fixable=True,
            data={"entry_id": self._entry.entry_id, "kind": found, **about},
            severity=ir.IssueSeverity.ERROR,
            translation_key=found,
            translation_placeholders=about,
        )

    def _issue(self) -> tuple[str | None, dict[str, str]]:
        """Return which issue there is, None if there is none, and what its text names."""
        about = {"file": self._ledger.path.name}
        if self._ledger.taken_back:
            return ISSUE_LEDGER_TAKEN_BACK, about
        if self.report is None:
            return ISSUE_LEDGER_UNUSABLE, about
        if (problem := self.report.problem) is not None:
            first = "-" if problem.sequence is None else str(problem.sequence)
            return ISSUE_LEDGER_NOT_SOUND, {**about, "first": first, "problem": problem.code}
        if (found := self._witnesses.alarm) is not None:
            witness, alarm = found
            forked = alarm.verdict == Verdict.FORKED
            return ISSUE_LEDGER_FORKED if forked else ISSUE_LEDGER_ROLLED_BACK, {
                **about,
                "witness": witness.key.name,
                "seen": str(alarm.size),
                "offered": str(alarm.offered),
            }
        return None, about
