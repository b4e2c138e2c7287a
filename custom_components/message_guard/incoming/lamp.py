"""What the household's lamp shows: that a message waits for its proof, or else that somebody has written."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.util import dt as dt_util

from ..core.lamp import Shows
from ..core.satellites import QuietHours
from ..guarding.guard import Guard
from ..guarding.pending import SIGNAL_PENDING
from ..home.lamp import Lamp, Wanted
from ..home.surroundings import Home
from .inbox import Inbox
from .records import IncomingNotice

LOOK_AGAIN: Final = timedelta(minutes=1)
"""Quiet hours begin and end."""


def what_waits(guard: Guard, inbox: Inbox) -> Wanted | None:
    """Return what is to be shown now: what waits for a proof before what waits to be heard, nothing in quiet hours."""
    local = dt_util.now()
    minute, household = local.hour * 60 + local.minute, guard.household
    quiet = household.incoming.quiet
    if (quiet is not None and quiet.covers(minute)) or any(
        isinstance(rule, QuietHours) and rule.covers(minute) for rule in household.rules
    ):
        return None
    pending = frozenset(one.id for one in guard.pending)
    waiting = frozenset(one.message.id for one in inbox.waiting) if inbox.allowed else frozenset()
    if not pending | waiting:
        return None
    return Wanted(Shows.PROOF if pending else Shows.ANSWER, pending | waiting)


class WaitingLamp:
    """Tells the lamp when something has changed."""

    def __init__(self, hass: HomeAssistant, guard: Guard, inbox: Inbox, home: Home) -> None:
        """Create it; `load` and `start` begin."""
        self._hass = hass
        self._inbox = inbox
        self._lamp = Lamp(
            hass, home, lambda: guard.household.lamp, lambda: what_waits(guard, inbox)
        )
        self.load, self.stop, self.changed = self._lamp.load, self._lamp.stop, self._lamp.changed

    @callback
    def start(self) -> CALLBACK_TYPE:
        """Follow what waits; returns what ends that."""

        @callback
        def again(_about: IncomingNotice | datetime) -> None:
            self.changed()

        ends: tuple[Callable[[], None], ...] = (
            async_dispatcher_connect(self._hass, SIGNAL_PENDING, self.changed),
            self._inbox.subscribe(again),
            async_track_time_interval(self._hass, again, LOOK_AGAIN),
            self._lamp.start(),
        )

        @callback
        def stop() -> None:
            for end in ends:
                end()

        return stop
