"""What the guard asks of the home: the time, the language, the risks, the satellites."""

import asyncio
from collections.abc import Callable, Collection, Coroutine
from contextvars import Context as ContextVars
import logging
from typing import Any

from homeassistant.components.assist_satellite import (
    DOMAIN as SATELLITE_DOMAIN,
    AssistSatelliteEntityFeature,
)
from homeassistant.const import ATTR_SUPPORTED_FEATURES
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..core.contacts import Contact
from ..core.language import Language
from ..core.policy import Facts
from ..core.request import Origin, Request, satellite_place
from ..core.rules import RATE
from ..core.satellites import Earshot
from ..guarding.locks import Locks
from ..recognition.sentences import Languages
from .origin import area_of
from .signals import Signals
from .traffic import Traffic
from .wake_words import HomeWakeWords

_LOGGER = logging.getLogger(__name__)


class Home:
    """Home Assistant, as far as the guard needs to know it.

    Attributes:
        wake_words: What wakes its satellites.
    """

    def __init__(self, hass: HomeAssistant, languages: Languages, locks: Locks) -> None:
        """Look at this Home Assistant."""
        self._hass = hass
        self._languages = languages
        self._locks = locks
        self._signals: Signals | None = None
        self._traffic: Traffic | None = None
        self._tappable: Callable[[], bool] = lambda: True
        self._on_phone: Callable[[], bool] = lambda: True
        self.wake_words = HomeWakeWords(hass, languages)

    def watch(
        self,
        signals: Signals,
        traffic: Traffic,
        tappable: Callable[[], bool] | None = None,
        on_phone: Callable[[], bool] | None = None,
    ) -> None:
        """Look at these risks, too, and at whether anybody has something to tap on, and whether it is a phone."""
        self._signals = signals
        self._traffic = traffic
        self._tappable = tappable or self._tappable
        self._on_phone = on_phone or self._on_phone

    def now(self) -> float:
        """Return seconds since the epoch."""
        return dt_util.utcnow().timestamp()

    def language(self, tag: str) -> Language | None:
        """Return the language of this tag, None when there is no file for it."""
        return self._languages.get(tag)

    def behind_wake_word(self, utterance: str) -> tuple[str, ...]:
        """Return what stands behind a wake word of this home in front of an utterance, and behind another one there."""
        return self.wake_words.in_front.behind(utterance)

    def heard_as(self, utterance: str) -> tuple[str, ...]:
        """Return an utterance, and what it is behind a wake word of this home if one is in front of it."""
        return (utterance, *self.behind_wake_word(utterance))

    def facts(self, request: Request, contact: Contact | None) -> Facts:
        """Return the time, the risk signals and the locked proofs, about this recipient."""
        local = dt_util.now()
        signals = self._signals.of(request) if self._signals is not None else frozenset()
        if self._traffic is not None and contact is not None and self._traffic.full(contact.id):
            signals |= {RATE}
        return Facts(
            contact=contact,
            now=self.now(),
            local_minute=local.hour * 60 + local.minute,
            signals=signals,
            locked=self._locks.locked(self.now()),
            tappable=self._tappable(),
            on_phone=self._on_phone(),
        )

    def admit(self, requests: tuple[Request, ...]) -> bool:
        """Count what one utterance asks for; return whether its place may ask for that much."""
        return self._traffic is None or self._traffic.admit(requests)

    def reserve(self, contact_ids: Collection[str]) -> bool:
        """Count messages to these contacts before they are sent; return whether they may have them."""
        return self._traffic is None or self._traffic.reserve(contact_ids)

    def reopens(self, origin: Origin) -> bool:
        """Return whether that place opens its microphone by itself after a question.

        Satellites that can start a conversation do; others only announce. An app that talks to the
        pipeline is told that the conversation goes on, and decides for itself.
        """
        if origin.satellite_id is None:
            return True
        state = self._hass.states.get(origin.satellite_id)
        if state is None:
            return False
        features = state.attributes.get(ATTR_SUPPORTED_FEATURES, 0)
        return bool(features & AssistSatelliteEntityFeature.START_CONVERSATION)

    def hears(self, origin: Origin, earshot: Earshot) -> tuple[str | None, ...]:
        """Return the places whose loudspeakers the microphone of this origin may hear.

        Every satellite of the same area is one, and every other that the household says can be heard
        there; one whose area is unknown may stand anywhere.
        """
        if origin.satellite_id is None:
            return ()
        here = (origin.satellite_id, origin.area_id)
        return tuple(
            satellite_place(state.entity_id)
            for state in self._hass.states.async_all(SATELLITE_DOMAIN)
            if state.entity_id != origin.satellite_id
            and earshot.joins(here, (state.entity_id, area_of(self._hass, state.entity_id, None)))
        )

    def run[R](self, coroutine: Coroutine[Any, Any, R]) -> asyncio.Task[R]:
        """Start a task of its own: outside the caller's turn, and not cut off with it."""
        return ContextVars().run(
            self._hass.async_create_task, coroutine, "message_guard", eager_start=True
        )

    def run_long[R](self, coroutine: Coroutine[Any, Any, R]) -> asyncio.Task[R]:
        """Start one that may take as long as it likes: neither a start nor a stop waits for it."""
        return ContextVars().run(
            self._hass.async_create_background_task,
            coroutine,
            "message_guard, long",
            eager_start=True,
        )


async def logged(what: str, work: Coroutine[Any, Any, None]) -> None:
    """Do what is one way of several, or only tells: that it failed is logged, without the error's text."""
    try:
        await work
    except Exception as error:  # noqa: BLE001 - whatever it is, it must not end what started it
        _LOGGER.error("%s failed with %s", what, type(error).__name__)
