"""Approval by a button: an automation that a trusted button has triggered may approve.

Such an automation has no user. What vouches for it is the press: Home Assistant gives the change of the
button's state a context, and the automation's context names that one as its parent. A press counts once,
soon after, and only for what waited when it was made. Nobody's speech may have caused it.

A helper (a template, a group) is no button: it is worked out from other states, and may follow them later
with a context of its own, so that it cannot be told what has pressed it.
"""

from typing import Any, Final

from homeassistant.components.automation import EVENT_AUTOMATION_TRIGGERED
from homeassistant.components.binary_sensor.const import DOMAIN as BINARY_SENSOR_DOMAIN
from homeassistant.components.event import DOMAIN as EVENT_DOMAIN
from homeassistant.components.script.const import EVENT_SCRIPT_STARTED
from homeassistant.const import (
    EVENT_CALL_SERVICE,
    EVENT_STATE_CHANGED,
    STATE_OFF,
    STATE_ON,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
)
from homeassistant.core import (
    CALLBACK_TYPE,
    Context,
    Event,
    EventOrigin,
    EventStateChangedData,
    HomeAssistant,
    State,
    callback,
)
from homeassistant.helpers.entity import entity_sources
from homeassistant.loader import IntegrationNotLoaded, async_get_loaded_integration
from homeassistant.util import dt as dt_util

from ..core.confirmation import Confirmation
from ..core.control import PRESS_SECONDS, Caller, Press
from ..core.recent import Recent
from ..guarding.guard import Guard
from ..guarding.records import Approver
from ..home.moments import is_of_now
from ..home.surroundings import Home
from ..provenance.lineage import Kinship
from ..provenance.turns import Turns

BUTTON_DOMAINS: Final = (BINARY_SENSOR_DOMAIN, EVENT_DOMAIN)
"""What a physical button is in Home Assistant. What an action can press is not on this list."""

MOST_PRESSES: Final = 32
"""Of more in `PRESS_SECONDS`, which vouch for nothing after that, the oldest vouch for nothing any more."""

MACHINE_SECONDS: Final = 60.0
"""How long it is remembered what a machine has begun. A finger's press has a context of its own, made when it was pressed:
what has an older one was caused by something, whoever that was (`PRESS_SECONDS`)."""

MOST_MACHINES: Final = 20_000
"""Contexts that are remembered at once. Where there are more in a minute, nothing counts as a finger's press."""

MACHINES: Final = (EVENT_AUTOMATION_TRIGGERED, EVENT_SCRIPT_STARTED, EVENT_CALL_SERVICE)
"""What is no finger. A time or a webhook has no context, so nothing is the parent of what it starts."""

VIA_BUTTON: Final = "button"

HELPER: Final = "helper"
"""Type of the integrations whose entities are worked out from others, as their manifests say."""


def is_helper(hass: HomeAssistant, entity_id: str) -> bool:
    """Return whether an entity is worked out from others, so that nothing tells what has pressed it."""
    source = entity_sources(hass).get(entity_id)
    if source is None:
        return False
    try:
        integration = async_get_loaded_integration(hass, source["domain"])
    except IntegrationNotLoaded:
        return False
    return integration.integration_type == HELPER


class TrustedButtons:
    """Knows when one of the household's trusted buttons has been pressed."""

    def __init__(self, hass: HomeAssistant, guard: Guard, turns: Turns, home: Home) -> None:
        """Create the approval by buttons; `start` begins to watch them."""
        self._hass = hass
        self._guard = guard
        self._turns = turns
        self._home = home
        self._presses = Recent[str, Press](PRESS_SECONDS, MOST_PRESSES)
        self._machines = Recent[str, bool](MACHINE_SECONDS, MOST_MACHINES)
        self._ends: list[CALLBACK_TYPE] = []

    @callback
    def start(self) -> CALLBACK_TYPE:
        """Watch the buttons; returns what ends it."""
        self.follow()
        return self._stop

    @callback
    def follow(self) -> None:
        """Watch as long as the household trusts any button: whoever listens to states and calls costs each of them."""
        if not self._guard.household.buttons:
            self._stop()
        elif not self._ends:
            listen = self._hass.bus.async_listen
            self._ends = [
                listen(EVENT_STATE_CHANGED, self._changed, event_filter=self._is_trusted),
                *(listen(event, self._moved) for event in MACHINES),
            ]

    @callback
    def _stop(self) -> None:
        while self._ends:
            self._ends.pop()()

    @callback
    def _moved(self, event: Event[Any]) -> None:
        """Remember that a machine has begun something."""
        self._machines.put(event.context.id, True, self._hass.loop.time())

    def _is_caused(self, context: Context) -> bool:
        """Return whether something else than a finger may have led to what has this context."""
        now = self._hass.loop.time()
        return (
            context.parent_id is not None
            or self._machines.get(context.id, now) is not None
            or self._machines.in_doubt(now)
            or not is_of_now(context.id, PRESS_SECONDS)
        )

    @callback
    def take(self, context: Context, confirmation: Confirmation) -> Approver | None:
        """Return the button that vouches for a call with this context, and use its press up.

        Args:
            context: Of the call that approves.
            confirmation: What it approves.
        """
        if context.parent_id is None or context.user_id is not None:
            return None
        press = self._presses.get(context.parent_id, self._home.now())
        if press is None:
            return None
        trusted = self._guard.household.buttons
        if not press.vouches(confirmation.asked_at, self._home.now(), trusted):
            return None
        self._presses.pop(context.parent_id)
        return Approver(user_id=None, via=VIA_BUTTON, source=press.entity_id)

    @callback
    def _is_trusted(self, data: EventStateChangedData) -> bool:
        return data["entity_id"] in self._guard.household.buttons

    @callback
    def _changed(self, event: Event[EventStateChangedData]) -> None:
        """Remember a press, if it is one and nobody but a finger can have made it."""
        context = event.context
        caller = Caller(
            spoken=self._turns.lineage(context).kinship is not Kinship.NONE,
            user_id=context.user_id,
            outside=event.origin is not EventOrigin.local,
            caused=self._is_caused(context),
        )
        if (
            caller.by_finger
            and self._is_press(event.data)
            and not is_helper(self._hass, event.data["entity_id"])
        ):
            now = self._home.now()
            self._presses.put(context.id, Press(event.data["entity_id"], now), now)

    def _is_press(self, data: EventStateChangedData) -> bool:
        old: Any = data["old_state"]
        new: Any = data["new_state"]
        if not isinstance(old, State) or not isinstance(new, State):
            return False
        if self._hass.states.get(new.entity_id) is not new:
            return False  # an automation can fire this event, but not change the state with it
        if new.domain == BINARY_SENSOR_DOMAIN:
            return old.state == STATE_OFF and new.state == STATE_ON
        return new.domain == EVENT_DOMAIN and self._is_now(old, new)

    def _is_now(self, old: State, new: State) -> bool:
        """Return whether an event entity tells of something that has just happened, not long ago."""
        if old.state == STATE_UNAVAILABLE or new.state in {STATE_UNAVAILABLE, STATE_UNKNOWN}:
            return False
        happened = dt_util.parse_datetime(new.state)
        return (
            happened is not None
            and new.state != old.state
            and abs(happened.timestamp() - self._home.now()) <= PRESS_SECONDS
        )
