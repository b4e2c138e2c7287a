"""What the household's lamp shows: that a message waits for its proof, or else that somebody has written."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from homeassistant.auth import EVENT_USER_ADDED, EVENT_USER_REMOVED, EVENT_USER_UPDATED
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.util import dt as dt_util

from ..core.lamp import Shows
from ..guarding.guard import Guard
from ..guarding.pending import SIGNAL_PENDING
from ..home.lamp import Lamp, Wanted
from ..home.surroundings import Home
from .inbox import NOBODY, Inbox
from .records import IncomingNotice

LOOK_AGAIN: Final = timedelta(minutes=1)
"""Quiet hours begin and end."""

_USERS: Final = (EVENT_USER_ADDED, EVENT_USER_UPDATED, EVENT_USER_REMOVED)


def what_waits(guard: Guard, inbox: Inbox, users: frozenset[str]) -> Wanted:
    """Return what is to be shown now: what waits for a proof before what waits to be heard, nothing in quiet hours.

    Args:
        guard: What waits for a proof.
        inbox: What nobody has heard.
        users: Ids of the users who can log in: what is for the screen of nobody else will ever be heard.
    """
    local, household = dt_util.now(), guard.household
    minute, policy = local.hour * 60 + local.minute, household.incoming
    pending = frozenset(one.id for one in guard.pending)
    messages = [
        one.message
        for one in (inbox.waiting if inbox.allowed else ())
        if household.contacts.get(one.message.contact_id) is not None
        and (one.message.user_id in {None, NOBODY} or one.message.user_id in users)
    ]
    waiting = frozenset(one.id for one in messages)
    shows: Shows | None = None
    if pending:
        shows = Shows.PROOF
    elif any(not policy.is_quiet(minute, one.contact_id) for one in messages):
        shows = Shows.ANSWER
    return Wanted(None if policy.is_quiet(minute) else shows, pending | waiting)


class WaitingLamp:
    """Tells the lamp when something has changed."""

    def __init__(self, hass: HomeAssistant, guard: Guard, inbox: Inbox, home: Home) -> None:
        """Create it; `load` and `start` begin."""
        self._hass = hass
        self._inbox = inbox
        self._users: frozenset[str] = frozenset()
        self._lamp = Lamp(
            hass, home, lambda: guard.household.lamp, lambda: what_waits(guard, inbox, self._users)
        )
        self.stop, self.changed = self._lamp.stop, self._lamp.changed

    async def load(self) -> None:
        """Learn who can log in, and what an earlier run has left."""
        await self._learn()
        await self._lamp.load()

    async def _learn(self) -> None:
        users = await self._hass.auth.async_get_users()
        self._users = frozenset(user.id for user in users if user.is_active)

    @callback
    def start(self) -> CALLBACK_TYPE:
        """Follow what waits; returns what ends that."""

        @callback
        def again(_about: IncomingNotice | datetime) -> None:
            self.changed()

        async def others(_event: Event[Mapping[str, Any]]) -> None:
            await self._learn()
            self.changed()

        ends: tuple[Callable[[], None], ...] = (
            *(self._hass.bus.async_listen(kind, others) for kind in _USERS),
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
