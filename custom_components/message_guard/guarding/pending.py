"""The confirmations that wait for their proof, and the clocks that end them.

There are two: the clock on the wall, which may be put forward or back, and one that counts the seconds but
stands still while the machine sleeps. A confirmation ends by whichever is first.
"""

from collections.abc import Callable
from datetime import datetime
import time

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.helpers.event import async_call_later
from homeassistant.util.signal_type import SignalType

from ..const import DOMAIN
from ..core.confirmation import Confirmation, Recipient
from ..core.request import Content, Origin

SIGNAL_PENDING: SignalType[()] = SignalType(f"{DOMAIN}_pending")
"""Something waits, waits no more, or waits longer; with nothing about it."""

type ExpiredCallback = Callable[[Confirmation], None]

MOST_PENDING = 100
"""Bound on what may wait at once; more is refused. A household asks one thing at a time."""


class PendingConfirmations:
    """At most one confirmation for each place, found by id or by place."""

    def __init__(
        self,
        hass: HomeAssistant,
        now: Callable[[], float],
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        """Create the store of what waits; it is empty.

        Args:
            hass: Home Assistant.
            now: Returns seconds since the epoch.
            steady: Returns seconds since whenever; nobody can set it.
        """
        self._hass = hass
        self._now = now
        self._steady = steady
        self._by_id: dict[str, Confirmation] = {}
        self._ends: dict[str, float] = {}  # by the steady clock
        self._by_place: dict[str, str] = {}
        self._cancel_timer: CALLBACK_TYPE | None = None
        self._closed = False
        self.on_expired: ExpiredCallback | None = None

    def __len__(self) -> int:
        """Return how many wait, those included whose time is just over."""
        return len(self._by_id)

    def all(self) -> tuple[Confirmation, ...]:
        """Return all that wait, oldest first."""
        return tuple(self._by_id.values())

    @property
    def full(self) -> bool:
        """Whether nothing more may be asked."""
        return self._closed or len(self._by_id) >= MOST_PENDING

    def get(self, confirmation_id: str) -> Confirmation | None:
        """Return the one with this id, unless its time is over."""
        return self._alive(self._by_id.get(confirmation_id))

    def at(self, place: str | None) -> Confirmation | None:
        """Return the one that was asked at this place, unless its time is over."""
        if place is None or (found := self._by_place.get(place)) is None:
            return None
        return self._alive(self._by_id.get(found))

    def of_user(self, origin: Origin) -> Confirmation | None:
        """Return what waits from another conversation of the same user in an app."""
        if origin.user_id is None or origin.satellite_id is not None or origin.place is None:
            return None
        mine = [
            item
            for item in self.all()
            if item.origin.user_id == origin.user_id and item.origin.satellite_id is None
        ]
        return self.get(mine[-1].id) if mine else None

    def same(self, recipients: tuple[Recipient, ...]) -> Confirmation | None:
        """Return the one that would send the very same to the same contacts from the same place."""
        wanted = _fingerprint(recipients)
        for confirmation in self._by_id.values():
            if _fingerprint(confirmation.recipients) == wanted:
                return self._alive(confirmation)
        return None

    def add(self, confirmation: Confirmation) -> Confirmation | None:
        """Add one, and return the one that it takes the place of."""
        replaced = None
        if confirmation.place is not None:
            previous = self._by_place.get(confirmation.place)
            replaced = self.take(previous) if previous is not None else None
            self._by_place[confirmation.place] = confirmation.id
        self._keep(confirmation)
        return replaced

    def update(self, confirmation: Confirmation) -> bool:
        """Put back a later version of one that still waits; False when it is gone."""
        if confirmation.id not in self._by_id:
            return False
        self._keep(confirmation)
        return True

    def move(self, confirmation: Confirmation, place: str) -> Confirmation | None:
        """Let a reply be given at another place from now on; None when something waits there already."""
        if self.at(place) is not None or confirmation.id not in self._by_id:
            return None
        if confirmation.place is not None:
            self._by_place.pop(confirmation.place, None)
        self._by_place[place] = confirmation.id
        moved = confirmation.move(place)
        self._keep(moved)
        return moved

    def take(self, confirmation_id: str) -> Confirmation | None:
        """Remove and return one; the second caller gets None, so nothing is used twice."""
        confirmation = self._by_id.pop(confirmation_id, None)
        if confirmation is None:
            return None
        del self._ends[confirmation_id]
        if (
            confirmation.place is not None
            and self._by_place.get(confirmation.place) == confirmation_id
        ):
            del self._by_place[confirmation.place]
        self._set_timer()
        async_dispatcher_send(self._hass, SIGNAL_PENDING)
        return confirmation

    @callback
    def close(self) -> None:
        """Let nothing more be asked."""
        self._closed = True

    @callback
    def stop(self) -> None:
        """Stop the clock."""
        if self._cancel_timer is not None:
            self._cancel_timer()
            self._cancel_timer = None

    def _keep(self, confirmation: Confirmation) -> None:
        before = self._by_id.get(confirmation.id)
        if before is None or before.deadline != confirmation.deadline:
            self._ends[confirmation.id] = self._steady() + confirmation.deadline - self._now()
        self._by_id[confirmation.id] = confirmation
        self._set_timer()
        async_dispatcher_send(self._hass, SIGNAL_PENDING)

    def _left(self, confirmation: Confirmation) -> float:
        """Return how many seconds it still waits; zero when its time is over."""
        if confirmation.expired(now := self._now()):
            return 0.0
        steadily = self._ends[confirmation.id] - self._steady()
        return max(0.0, min(confirmation.deadline - now, steadily))

    def _alive(self, confirmation: Confirmation | None) -> Confirmation | None:
        """Return it unless its time is over; then it ends here, whether or not a timer has noticed."""
        if confirmation is not None and not self._left(confirmation):
            self._expire(confirmation)
            return None
        return confirmation

    def _expire(self, confirmation: Confirmation) -> None:
        if self.take(confirmation.id) is not None and self.on_expired is not None:
            self.on_expired(confirmation)

    @callback
    def _set_timer(self) -> None:
        self.stop()
        if self._by_id:
            delay = min(map(self._left, self._by_id.values()))
            self._cancel_timer = async_call_later(self._hass, delay, self._expire_due)

    @callback
    def _expire_due(self, _now: datetime) -> None:
        self._cancel_timer = None
        for confirmation in self.all():
            self._alive(confirmation)
        self._set_timer()


def _fingerprint(
    recipients: tuple[Recipient, ...],
) -> tuple[str | None, tuple[tuple[str, Content], ...]]:
    place = recipients[0].request.origin.place
    return place, tuple((item.contact.id, item.request.content) for item in recipients)
