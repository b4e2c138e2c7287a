"""When satellites speak and listen, read off the states of their entities."""

from collections.abc import Callable

from homeassistant.components.assist_satellite import DOMAIN as SATELLITE_DOMAIN
from homeassistant.components.assist_satellite.entity import AssistSatelliteState
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import (
    CALLBACK_TYPE,
    Event,
    EventStateChangedData,
    HomeAssistant,
    callback,
)

SPEAKING = frozenset({AssistSatelliteState.RESPONDING, AssistSatelliteState.PROCESSING})
"""While it is in one of these, a question may still be on its way out of the loudspeaker."""


class SatelliteWatch:
    """Tells when a satellite has finished speaking, and since when it listens."""

    def __init__(
        self,
        hass: HomeAssistant,
        now: Callable[[], float],
        finished: Callable[[str], None],
    ) -> None:
        """Call `finished` with a satellite's entity id whenever it has stopped speaking."""
        self._hass = hass
        self._now = now
        self._finished = finished
        self._listening_since: dict[str, float] = {}

    @callback
    def start(self) -> CALLBACK_TYPE:
        """Watch; returns what ends it."""
        return self._hass.bus.async_listen(
            EVENT_STATE_CHANGED, self._changed, event_filter=_is_satellite
        )

    def listening_since(self, satellite_id: str | None) -> float | None:
        """Return when its microphone was last opened (seconds since the epoch), None if unknown."""
        return self._listening_since.get(satellite_id) if satellite_id is not None else None

    def speaks(self, satellite_id: str) -> bool:
        """Return whether the satellite tells when it has finished, and has not yet."""
        state = self._hass.states.get(satellite_id)
        return state is not None and state.state in SPEAKING

    @callback
    def _changed(self, event: Event[EventStateChangedData]) -> None:
        old, new = event.data["old_state"], event.data["new_state"]
        if new is None:
            self._listening_since.pop(event.data["entity_id"], None)
            return
        if old is not None and old.state in SPEAKING and new.state not in SPEAKING:
            self._finished(new.entity_id)
        if new.state == AssistSatelliteState.LISTENING:
            self._listening_since[new.entity_id] = self._now()


@callback
def _is_satellite(data: EventStateChangedData) -> bool:
    return data["entity_id"].startswith(f"{SATELLITE_DOMAIN}.")
