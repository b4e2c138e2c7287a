"""The board: what every screen shows, kept for as long as Home Assistant runs.

It outlives the entry. A guard that is loaded anew, or not at all, is told to whoever looks, and so is a right
that somebody has lost.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from homeassistant.auth import EVENT_USER_ADDED, EVENT_USER_REMOVED, EVENT_USER_UPDATED
from homeassistant.const import EVENT_CORE_CONFIG_UPDATE
from homeassistant.core import CALLBACK_TYPE, Context, Event, HassJob, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from ..core.listeners import Listeners
from ..guarding.pending import SIGNAL_PENDING
from ..guarding.records import Notice
from ..incoming.step_events import SIGNAL_INCOMING
from ..interception.calls import Captured
from ..ledger.format.entries import WAITING, Kind
from ..runtime import MessageGuardConfigEntry

MOST_DECIDED = 20
DECIDED_SECONDS = 600.0
"""How long it is shown who has decided."""

LONGEST_SECONDS = 3600.0
"""How long the clock is trusted to go on as it does."""

MOST_ASKED = 200
"""Requests that are remembered as somebody's to decide; more than twice what may wait at once."""

_BY_VOICE = "voice"

_USERS = (EVENT_USER_ADDED, EVENT_USER_UPDATED, EVENT_USER_REMOVED)

_TELLING = (
    Kind.FAILED_LATER,
    Kind.FAILED,
    Kind.UNKNOWN,
    Kind.INTERRUPTED,
    Kind.AUTHORISED,
    Kind.HANDED_OVER,
    Kind.DELIVERED,
    Kind.ARRIVED,
)
"""Of several people, the step that is shown first: what went wrong, then what is not over."""

_BOARD: HassKey[Board] = HassKey("message_guard_board")


@dataclass(slots=True)
class Decided:
    """What has become of something that waited.

    Attributes:
        confirmation_id: What waited.
        contacts: Id and name of each.
        steps: The last step of each of its requests, by the request's id.
        at: When, in seconds since the epoch.
        reasons: Ids of the reasons of the last step.
        user_id: Who has decided, None where nobody did or nobody knows.
        via: By which way, None where nobody did.
    """

    confirmation_id: str
    contacts: dict[str, str]
    steps: dict[str, Kind] = field(default_factory=dict)
    at: float = 0.0
    reasons: tuple[str, ...] = ()
    user_id: str | None = None
    via: str | None = None

    @property
    def step(self) -> Kind:
        """The step that tells most."""
        found = [kind for kind in _TELLING if kind in self.steps.values()]
        return found[0] if found else next(iter(self.steps.values()))

    @property
    def over(self) -> bool:
        """Whether it waits no more."""
        return any(kind not in WAITING for kind in self.steps.values())


class Board:
    """Tells whoever looks when something has changed, once for all that changes in the same step."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Create the board; nobody looks yet."""
        self._hass = hass
        self._listeners = Listeners[()]()
        self._started = False
        self._told = True
        self._asked: OrderedDict[str, Decided] = OrderedDict()
        self._names: dict[str, str] = {}
        self._through: OrderedDict[str, str] = OrderedDict()
        self._followed: set[str] = set()
        self._end_day: CALLBACK_TYPE = _nothing
        self._forgetting = False
        self.erasures = 0

    async def start(self) -> None:
        """Learn what people are called, and follow what changes; once is enough."""
        if self._started:
            return
        self._started = True
        for kind in _USERS:
            self._hass.bus.async_listen(kind, self._users_changed)
        self._hass.bus.async_listen(
            ir.EVENT_REPAIRS_ISSUE_REGISTRY_UPDATED, callback(lambda _event: self.changed())
        )
        async_dispatcher_connect(self._hass, SIGNAL_PENDING, self.changed)
        async_dispatcher_connect(self._hass, SIGNAL_INCOMING, self._came_in)
        self._hass.bus.async_listen(EVENT_CORE_CONFIG_UPDATE, self._another_day)
        self._another_day()
        await self._load_names()

    @callback
    def follow(self, entry: MessageGuardConfigEntry) -> None:
        """Tell of each change of this entry's state from now on."""
        if entry.entry_id not in self._followed:
            self._followed.add(entry.entry_id)
            entry.async_on_state_change(self.changed)
        self.changed()

    @callback
    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` whenever something may have changed; returns what ends that."""
        return self._listeners.add(listener)

    @callback
    def changed(self) -> None:
        """Tell everybody who looks, once this step of the loop is over."""
        if self._told:
            self._told = False
            self._hass.loop.call_soon(self._tell)

    @callback
    def _came_in(self, _kind: str, _told: Mapping[str, Any]) -> None:
        """Tell that something has become of a message that came in."""
        self.changed()

    @callback
    def erased(self) -> None:
        """Tell that words were erased: what a page still shows of them is to go."""
        self.erasures += 1
        self.changed()

    def name(self, user_id: str | None) -> str | None:
        """Return what a person is called, None where nobody knows."""
        return None if user_id is None else self._names.get(user_id)

    @callback
    def captured(self, held: Captured, context: Context) -> None:
        """Remember which automation or script has made a call that is held."""
        ids = {context.id, context.parent_id}
        for state in self._hass.states.async_all(("script", "automation")):
            if state.context.id in ids:
                self._through |= {request.id: state.name for request in held.requests}
                break
        while len(self._through) > MOST_ASKED:
            self._through.popitem(last=False)

    def through(self, request_id: str | None) -> str | None:
        """Return what a held call came through, None where nobody remembers."""
        return None if request_id is None else self._through.get(request_id)

    def decided(self) -> list[Decided]:
        """Return what was decided lately, the latest first."""
        since = dt_util.utcnow().timestamp() - DECIDED_SECONDS
        found = {
            item.confirmation_id: item
            for item in self._asked.values()
            if item.over and item.at > since
        }
        return sorted(found.values(), key=lambda item: -item.at)[:MOST_DECIDED]

    @callback
    def noticed(self, notice: Notice) -> None:
        """Take note of a step of the guard's."""
        request_id = notice.request.id
        confirmation = notice.confirmation
        item = self._asked.get(request_id)
        if item is None and confirmation is not None:
            known = self._asked.values()
            item = next(
                (other for other in known if other.confirmation_id == confirmation.id),
                Decided(confirmation.id, {}),
            )
            self._asked[request_id] = item
            while len(self._asked) > MOST_ASKED:
                self._asked.popitem(last=False)
        if item is not None:
            if confirmation is not None:
                item.contacts |= {
                    one.contact.id: one.contact.name for one in confirmation.recipients
                }
            self._step(item, notice)
            self._forget_later()
        self.changed()

    def _step(self, item: Decided, notice: Notice) -> None:
        item.steps[notice.request.id] = notice.kind
        item.at = dt_util.utcnow().timestamp()
        item.reasons = notice.reasons
        if notice.approver is not None:
            item.user_id, item.via = notice.approver.user_id, notice.approver.via
        elif notice.kind in {Kind.AUTHORISED, Kind.DECLINED}:
            item.via = _BY_VOICE

    @callback
    def _forget_later(self, _now: datetime | None = None) -> None:
        """Tell when what was decided first is shown no longer; what is next is waited for then."""
        if _now is not None:
            self._forgetting = False
            self.changed()
        shown = self.decided()
        if self._forgetting or not shown:
            return
        self._forgetting = True
        age = dt_util.utcnow().timestamp() - shown[-1].at
        job = HassJob(self._forget_later, "message_guard forget", cancel_on_shutdown=True)
        async_call_later(self._hass, max(0.0, DECIDED_SECONDS - age), job)

    @callback
    def _another_day(self, _about: object = None) -> None:
        """Tell that it may be another day at home, now and at each midnight; a clock may be put right in between."""
        self._end_day()
        now = dt_util.now()
        midnight = dt_util.start_of_local_day(now.date() + timedelta(days=1))
        seconds = min(LONGEST_SECONDS, midnight.timestamp() - now.timestamp())
        job = HassJob(self._another_day, "message_guard midnight", cancel_on_shutdown=True)
        self._end_day = async_call_later(self._hass, seconds, job)
        self.changed()

    @callback
    def _tell(self) -> None:
        self._told = True
        for listener in self._listeners:
            listener()

    async def _users_changed(self, _event: Event[Mapping[str, Any]]) -> None:
        await self._load_names()
        self.changed()

    async def _load_names(self) -> None:
        users = await self._hass.auth.async_get_users()
        self._names = {user.id: user.name for user in users if user.name}


def _nothing() -> None:
    """There is no timer yet."""


@callback
def async_board(hass: HomeAssistant) -> Board:
    """Return the one board of a home."""
    if _BOARD not in hass.data:
        hass.data[_BOARD] = Board(hass)
    return hass.data[_BOARD]
