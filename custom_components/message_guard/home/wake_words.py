"""The wake words of this home, as its satellites and engines tell them: learnt beside the turns, never within one."""

import asyncio
from collections.abc import Iterable
from datetime import timedelta
import logging
from typing import Any, Final

from homeassistant.components.assist_satellite import DOMAIN as SATELLITE_DOMAIN
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import (
    CALLBACK_TYPE,
    Event,
    EventStateChangedData,
    HomeAssistant,
    callback,
)
from homeassistant.helpers.debounce import Debouncer
from homeassistant.helpers.event import (
    TrackStates,
    async_track_state_change_filtered,
    async_track_time_interval,
)
from homeassistant.helpers.start import async_at_started

from ..core.in_front import MOST_OF_A_HOME, InFront
from ..core.language import Language
from ..core.wake_words import WakeWords
from ..hooks.entities import entities

_LOGGER = logging.getLogger(__name__)

WAKE_WORD_DOMAIN: Final = "wake_word"

PATIENCE: Final = 10.0
"""Seconds that an engine may take to tell its wake words, as long as Home Assistant gives it."""

LOOK_SECONDS: Final = 5.0
"""How long after a look it is looked again: what changes one entity often changes several."""

LOOK_AGAIN: Final = timedelta(hours=1)
"""For lists that change without a word."""

MOST_ENGINES: Final = 50
"""Satellites, and engines, whose wake words are asked for."""

_GONE = frozenset({STATE_UNAVAILABLE, STATE_UNKNOWN})


class HomeWakeWords:
    """Knows what wakes this home's satellites: it is not to be said by us, and may be left in front of what is said to us.

    Attributes:
        in_front: Finds it there.
    """

    def __init__(self, hass: HomeAssistant, languages: Iterable[Language]) -> None:
        """Know none yet; `start` begins to learn.

        Args:
            hass: Home Assistant.
            languages: A wake word that says no in one of them is not cut off.
        """
        self._hass = hass
        self._languages = tuple(languages)
        self._told: dict[str, tuple[str, ...]] = {}
        self._known: tuple[str, ...] = ()
        self.in_front = InFront()
        self._unsubscribe: list[CALLBACK_TYPE] = []
        self._debouncer = Debouncer(
            hass,
            _LOGGER,
            cooldown=LOOK_SECONDS,
            immediate=True,
            background=True,
            function=self.look,
        )

    @callback
    def start(self) -> CALLBACK_TYPE:
        """Learn once Home Assistant has started, and whenever an engine comes or may have changed; returns what ends it."""
        wanted = TrackStates(False, set(), {SATELLITE_DOMAIN, WAKE_WORD_DOMAIN})
        self._unsubscribe += [
            async_at_started(self._hass, self._soon),
            async_track_state_change_filtered(self._hass, wanted, self._changed).async_remove,
            async_track_time_interval(self._hass, self._soon, LOOK_AGAIN),
        ]
        return self._stop

    def unspoken(self) -> WakeWords:
        """Return what is not to be pronounced: what is known everywhere, and what wakes this home's satellites now."""
        told = dict(self._told)
        self._ask_satellites(told)
        return WakeWords(_names(told))

    async def look(self) -> None:
        """Learn the wake words anew. Who fails has those that it told before."""
        told = dict(self._told)
        there = self._ask_satellites(told)
        for engine in list(entities(self._hass, WAKE_WORD_DOMAIN))[:MOST_ENGINES]:
            there.add(engine.entity_id)
            try:
                async with asyncio.timeout(PATIENCE):
                    words = await engine.get_supported_wake_words()
                told[engine.entity_id] = _spoken(one.phrase or one.name for one in words)
            except Exception as error:  # noqa: BLE001 - one that tells none has none to tell
                _LOGGER.debug("%s tells no wake words: %s", engine.entity_id, type(error).__name__)
        self._told = {entity_id: words for entity_id, words in told.items() if entity_id in there}
        known = _names(self._told)
        if known != self._known:
            # Beside the event loop: whether one says no is asked of every language.
            self.in_front = await self._hass.async_add_executor_job(InFront, known, self._languages)
            self._known = known

    def _ask_satellites(self, told: dict[str, tuple[str, ...]]) -> set[str]:
        """Note what satellites tell that are loaded; returns which those are."""
        there = set()
        for satellite in list(entities(self._hass, SATELLITE_DOMAIN))[:MOST_ENGINES]:
            there.add(satellite.entity_id)
            try:
                words = satellite.async_get_configuration().available_wake_words
                told[satellite.entity_id] = _spoken(one.wake_word for one in words)
            except Exception as error:  # noqa: BLE001 - one that tells none has none to tell
                _LOGGER.debug(
                    "%s tells no wake words: %s", satellite.entity_id, type(error).__name__
                )
        return there

    @callback
    def _changed(self, event: Event[EventStateChangedData]) -> None:
        """Look again when one comes, goes or comes back, and when an engine has heard its wake word."""
        old, new = event.data["old_state"], event.data["new_state"]
        if (
            old is None
            or new is None
            or old.state in _GONE
            or event.data["entity_id"].startswith(f"{WAKE_WORD_DOMAIN}.")
        ):
            self._soon()

    @callback
    def _soon(self, *_: Any) -> None:
        self._debouncer.async_schedule_call()

    @callback
    def _stop(self) -> None:
        while self._unsubscribe:
            self._unsubscribe.pop()()
        self._debouncer.async_shutdown()


def _spoken(names: Iterable[object]) -> tuple[str, ...]:
    return tuple(name for name in names if isinstance(name, str))[:MOST_OF_A_HOME]


def _names(told: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return each wake word once."""
    return tuple(sorted({name for words in told.values() for name in words}))[:MOST_OF_A_HOME]
