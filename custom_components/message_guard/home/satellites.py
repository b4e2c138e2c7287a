"""When satellites speak and listen, read off the states of their entities."""

from collections import deque
from collections.abc import Callable

from homeassistant.components.assist_satellite import DOMAIN as SATELLITE_DOMAIN
from homeassistant.components.assist_satellite.entity import AssistSatelliteState
from homeassistant.core import (
    CALLBACK_TYPE,
    Event,
    EventStateChangedData,
    HomeAssistant,
    callback,
)
from homeassistant.helpers.event import TrackStates, async_track_state_change_filtered

SPEAKING = frozenset({AssistSatelliteState.RESPONDING, AssistSatelliteState.PROCESSING})
"""While it is in one of these, a question may still be on its way out of the loudspeaker."""

WAKE_SECONDS = 120.0
"""How long a wake that led to no command is remembered."""

MOST_WAKES = 16


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
        self._listening_since: dict[str, float] = {}
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
            return
        if old is not None and old.state in SPEAKING and new.state not in SPEAKING:
            # Whoever wakes a satellite while it speaks has cut it short; one that falls silent without
            # having begun to speak was stopped before it could, or has no voice.
            spoke = old.state == AssistSatelliteState.RESPONDING
            ended = spoke and new.state == AssistSatelliteState.IDLE
            (self._finished if ended else self._interrupted)(new.entity_id)
        elif new.state == AssistSatelliteState.RESPONDING:
            self._begun(new.entity_id)
        if new.state == AssistSatelliteState.LISTENING:
            now = self._now()
            self._listening_since[new.entity_id] = now
            self._wakes.setdefault(new.entity_id, deque(maxlen=MOST_WAKES)).append(now)
