"""Early states: what speech changes before it opens a turn.

A satellite that listens, an engine that has been handed what it heard, an agent that has just been asked:
each writes its state with a context of its own, which names nothing as its cause. An automation that one
of them triggers has nevertheless reacted to speech, or to a wake that nobody meant. So these states are
known by what they are: what they set off is a reaction.

An announcement is no speech of anybody's: a satellite that has not listened since it was idle may speak.
"""

from dataclasses import dataclass
from typing import Final

from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN, Platform
from homeassistant.core import (
    CALLBACK_TYPE,
    Event,
    EventStateChangedData,
    HomeAssistant,
    State,
    callback,
)
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import TrackStates, async_track_state_change_filtered
from homeassistant.util import dt as dt_util

from ..core.recent import Recent
from ..core.request import Origin
from ..home.moments import Horizon
from ..home.origin import area_of
from .turn import Turn

SATELLITE: Final = Platform.ASSIST_SATELLITE
BINARY_SENSOR: Final = Platform.BINARY_SENSOR
CONVERSATION: Final = Platform.CONVERSATION
MEDIA_PLAYER: Final = Platform.MEDIA_PLAYER
SPEECH_TO_TEXT: Final = Platform.STT
TEXT_TO_SPEECH: Final = Platform.TTS
"""Not from those components: this is loaded before the door is closed, and they may not load at all."""

HEARS: Final = frozenset({SATELLITE, SPEECH_TO_TEXT, "wake_word", CONVERSATION})
"""Domains whose entities change when somebody, or something, has been heard."""

SPEAKS: Final = frozenset({TEXT_TO_SPEECH, MEDIA_PLAYER})
"""Domains whose entities change when a satellite answers; others make them change as well."""

IN_PROGRESS: Final = "in_progress"
"""End of the ids of the binary sensors that tell of a satellite's run (wyoming: `assist_in_progress`)."""

JUST_NOW_SECONDS: Final = 5.0
"""How far the time that an engine shows as its state may be from the time at which it is written."""

CONTEXT_SECONDS: Final = 24 * 3600.0
"""How long the context of such a state is remembered: as long as those of a turn. An automation may wait until a state has
lasted for a while; what it does after a day of silence follows from the day."""

MOST_CONTEXTS: Final = 100_000
"""Contexts that are remembered at once: a command leaves about ten."""

_NOTHING: Final = frozenset({STATE_UNAVAILABLE, STATE_UNKNOWN})
_LISTENS: Final = frozenset({"listening", "processing"})
_RESPONDS: Final = "responding"
"""States of a satellite (homeassistant/components/assist_satellite/entity.py)."""


@dataclass(slots=True)
class _Early:
    """The speech that has changed a state: what stands for it, or will, once somebody asks."""

    satellite_id: str | None
    turn: Turn | None


class EarlyStates:
    """Knows the contexts of states that speech has changed before any turn."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Create the record of states that change before a turn; `start` begins to follow them."""
        self._hass = hass
        self._behind = Horizon()
        self._contexts = Recent[str, _Early](CONTEXT_SECONDS, MOST_CONTEXTS, self._behind.forgotten)
        """The speech that has changed a state with this context."""
        self._last: dict[str, str] = {}
        self._heard: dict[str, Turn] = {}
        """The turn that stands for what a satellite hears, from its first wake until it is idle."""
        self._on_satellites: dict[str, str] = {}
        """Entities of satellites' devices that change with them, and whose satellite it is."""

    @callback
    def start(self) -> CALLBACK_TYPE:
        """Follow the states; returns what ends that."""
        self._last = {
            state.entity_id: state.state for state in self._hass.states.async_all(self._domains)
        }
        tracker = async_track_state_change_filtered(
            self._hass, TrackStates(False, self._of_devices(), set(self._domains)), self._changed
        )

        @callback
        def registry_changed(_event: Event[er.EventEntityRegistryUpdatedData]) -> None:
            tracker.async_update_listeners(
                TrackStates(False, self._of_devices(), set(self._domains))
            )

        unsubscribe = self._hass.bus.async_listen(
            er.EVENT_ENTITY_REGISTRY_UPDATED, registry_changed, event_filter=_adds_or_moves
        )

        @callback
        def stop() -> None:
            unsubscribe()
            tracker.async_remove()

        return stop

    @property
    def _domains(self) -> frozenset[str]:
        return HEARS | {TEXT_TO_SPEECH}

    @callback
    def turn_of(self, context_id: str | None) -> Turn | None:
        """Return what stands for the speech that has changed a state with this context, None without.

        Whoever hears of a state before we do asks as well: then the state itself tells.
        """
        if context_id is None:
            return None
        early = self._contexts.get(context_id, self._hass.loop.time())
        if early is None:
            shown = (state for state in self._states() if state.context.id == context_id)
            if (state := next(shown, None)) is not None:
                early = self._noted(state, self._last.get(state.entity_id))
        if early is None:
            return self._turn(None) if self._may_be_forgotten(context_id) else None
        if early.turn is None:
            early.turn = self._turn(early.satellite_id)
        return early.turn

    def _may_be_forgotten(self, context_id: str) -> bool:
        """Return whether this may have been one of too many, before its time: that counts as speech."""
        return self._contexts.in_doubt(self._hass.loop.time()) and self._behind.hides(context_id)

    def _states(self) -> list[State]:
        of_devices = map(self._hass.states.get, self._on_satellites)
        return [
            *self._hass.states.async_all(self._domains),
            *(state for state in of_devices if state is not None),
        ]

    @callback
    def _changed(self, event: Event[EventStateChangedData]) -> None:
        entity_id, new = event.data["entity_id"], event.data["new_state"]
        if new is None:
            self._last.pop(entity_id, None)
            self._heard.pop(entity_id, None)
            return
        before, self._last[entity_id] = self._last.get(entity_id), new.state
        self._noted(new, before)
        if new.domain != SATELLITE:
            return
        if new.state in _LISTENS:
            self._heard.setdefault(entity_id, self._turn(entity_id))
        elif new.state != _RESPONDS:
            self._heard.pop(entity_id, None)

    def _noted(self, state: State, before: str | None) -> _Early | None:
        """Remember the context of a state, if speech has changed it from what it was; return that speech."""
        if not self._is_spoken(state, before):
            return None
        satellite_id = self._satellite_of(state)
        early = _Early(satellite_id, self._heard.get(satellite_id) if satellite_id else None)
        self._contexts.put(state.context.id, early, self._hass.loop.time())
        return early

    def _is_spoken(self, state: State, before: str | None) -> bool:
        if state.state in _NOTHING or state.state == before:
            return False
        if state.domain == SATELLITE:
            return state.state in _LISTENS or state.entity_id in self._heard
        if state.domain in SPEAKS:
            return bool(self._heard)
        if before is not None and before != STATE_UNAVAILABLE:
            return True
        # What has come back shows when it was last used.
        used_at = dt_util.parse_datetime(state.state)
        if used_at is None:
            return False
        return abs((state.last_updated - used_at).total_seconds()) < JUST_NOW_SECONDS

    def _satellite_of(self, state: State) -> str | None:
        """Return the satellite that was spoken to, None where there may be several."""
        if state.domain == SATELLITE:
            return state.entity_id
        if (found := self._on_satellites.get(state.entity_id)) is not None:
            return found
        return next(iter(self._heard)) if len(self._heard) == 1 else None

    def _turn(self, satellite_id: str | None) -> Turn:
        origin = Origin(
            satellite_id=satellite_id,
            area_id=area_of(self._hass, satellite_id, None),
            language=self._hass.config.language,
        )
        turn = Turn(self._hass, origin)
        turn.finish()
        return turn

    def _of_devices(self) -> set[str]:
        """Return the entities that change with a satellite since they are the same device."""
        registry = er.async_get(self._hass)
        satellites = {
            entity.device_id: entity.entity_id
            for entity in registry.entities.values()
            if entity.domain == SATELLITE and entity.device_id is not None
        }
        self._on_satellites = {
            entity.entity_id: satellites[entity.device_id]
            for entity in registry.entities.values()
            if entity.device_id in satellites and _changes_with_it(entity)
        }
        for entity_id in self._on_satellites:
            if (state := self._hass.states.get(entity_id)) is not None:
                self._last.setdefault(entity_id, state.state)
        return set(self._on_satellites)


def _changes_with_it(entity: er.RegistryEntry) -> bool:
    if entity.domain == BINARY_SENSOR:
        return entity.unique_id.endswith(IN_PROGRESS)
    return entity.domain == MEDIA_PLAYER


@callback
def _adds_or_moves(data: er.EventEntityRegistryUpdatedData) -> bool:
    return data["action"] != "update" or bool({"entity_id", "device_id"} & data["changes"].keys())
