"""When satellites speak and listen, read off the states of their entities."""

import asyncio
from collections import deque
from collections.abc import Callable, Collection
from typing import Protocol

from homeassistant.components.assist_satellite import DOMAIN as SATELLITE_DOMAIN
from homeassistant.components.assist_satellite.entity import AssistSatelliteState
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import (
    CALLBACK_TYPE,
    Event,
    EventStateChangedData,
    HomeAssistant,
    callback,
)
from homeassistant.helpers.event import (
    TrackStates,
    async_track_state_change_event,
    async_track_state_change_filtered,
)

SPEAKING = frozenset({AssistSatelliteState.RESPONDING, AssistSatelliteState.PROCESSING})
"""While it is in one of these, a question may still be on its way out of the loudspeaker."""

_GONE = frozenset({STATE_UNAVAILABLE, STATE_UNKNOWN})

WAKE_SECONDS = 120.0
"""How long a wake that led to no command is remembered."""

MOST_WAKES = 16


class FellSilent(Protocol):
    """Is called when a satellite has fallen silent, to its end or before."""

    def __call__(self, satellite_id: str, *, since: float, cut_short: bool = False) -> None:
        """Take note of it; it has spoken since then, in seconds since the epoch."""


class SatelliteWatch:
    """Tells when a satellite begins and has finished to speak, and since when it listens."""

    def __init__(
        self,
        hass: HomeAssistant,
        now: Callable[[], float],
        begun: Callable[[str], None],
        finished: Callable[[str], None],
        interrupted: Callable[[str], None],
    ) -> None:
        """Follow the satellites of this home.

        Args:
            hass: Home Assistant.
            now: Returns seconds since the epoch.
            begun: Called with a satellite's entity id when it begins to speak.
            finished: Called with a satellite's entity id when it has spoken to the end.
            interrupted: Called with it when it was woken, stopped or lost before that.
        """
        self._hass = hass
        self._now = now
        self._begun = begun
        self._finished = finished
        self._interrupted = interrupted
        self.fell_silent: FellSilent | None = None
        self._listening_since: dict[str, float] = {}
        self._speaking_since: dict[str, float] = {}
        self._wakes: dict[str, deque[float]] = {}

    @callback
    def start(self) -> CALLBACK_TYPE:
        """Watch; returns what ends it."""
        wanted = TrackStates(False, set(), {SATELLITE_DOMAIN})
        return async_track_state_change_filtered(self._hass, wanted, self._changed).async_remove

    def listening_since(self, satellite_id: str | None) -> float | None:
        """Return when its microphone was last opened (seconds since the epoch), None if unknown."""
        return self._listening_since.get(satellite_id) if satellite_id is not None else None

    def idle_wakes(self, satellite_id: str | None) -> int:
        """Return how often it was woken in the last minutes, the last time too, without a command."""
        if satellite_id is None:
            return 0
        oldest = self._now() - WAKE_SECONDS
        return sum(at > oldest for at in self._wakes.get(satellite_id, ()))

    def understood(self, satellite_id: str | None) -> None:
        """Note that a wake has led to a command, or a request: those before it were not idle after all."""
        if satellite_id is not None:
            self._wakes.pop(satellite_id, None)

    def speaks(self, satellite_id: str) -> bool:
        """Return whether the satellite tells when it has finished, and has not yet."""
        state = self._hass.states.get(satellite_id)
        return state is not None and state.state in SPEAKING

    @callback
    def _changed(self, event: Event[EventStateChangedData]) -> None:
        old, new = event.data["old_state"], event.data["new_state"]
        if new is None:
            self._listening_since.pop(event.data["entity_id"], None)
            self._wakes.pop(event.data["entity_id"], None)
            self._speaking_since.pop(event.data["entity_id"], None)
            return
        if old is not None and old.state in SPEAKING and new.state not in SPEAKING:
            # Whoever wakes a satellite while it speaks has cut it short; one that falls silent without
            # having begun to speak was stopped before it could, or has no voice.
            spoke = old.state == AssistSatelliteState.RESPONDING
            ended = spoke and new.state == AssistSatelliteState.IDLE
            (self._finished if ended else self._interrupted)(new.entity_id)
            since = self._speaking_since.pop(new.entity_id, None)
            if self.fell_silent is not None and since is not None:
                self.fell_silent(new.entity_id, since=since, cut_short=spoke and not ended)
        elif new.state == AssistSatelliteState.RESPONDING:
            if old is None or old.state != AssistSatelliteState.RESPONDING:
                self._speaking_since[new.entity_id] = self._now()
            self._begun(new.entity_id)
        if new.state == AssistSatelliteState.LISTENING:
            now = self._now()
            self._listening_since[new.entity_id] = now
            self._wakes.setdefault(new.entity_id, deque(maxlen=MOST_WAKES)).append(now)


async def until_idle(
    hass: HomeAssistant, satellites: Collection[str], seconds: float, settle: float = 0.0
) -> bool:
    """Wait for satellites that are talking: whatever they are told would cut them off.

    Args:
        hass: Home Assistant.
        satellites: Their entity ids.
        seconds: How long to wait.
        settle: How long they have to be silent, and there: one that opens its microphone again is idle in between.

    Returns:
        False if one of them goes on talking; where they have to settle, also as soon as one is gone.
    """
    changed = asyncio.Event()

    @callback
    def note(_event: Event[EventStateChangedData]) -> None:
        changed.set()

    stop = async_track_state_change_event(hass, satellites, note)
    try:
        async with asyncio.timeout(seconds):
            while True:
                changed.clear()
                states = {_state(hass, entity_id) for entity_id in satellites}
                if settle and not states.isdisjoint(_GONE):
                    return False
                if states != {AssistSatelliteState.IDLE}:
                    await changed.wait()
                    continue
                await asyncio.sleep(settle)
                if not changed.is_set():
                    return True
    except TimeoutError:
        return False
    finally:
        stop()


def _state(hass: HomeAssistant, entity_id: str) -> str:
    state = hass.states.get(entity_id)
    return STATE_UNAVAILABLE if state is None else state.state
