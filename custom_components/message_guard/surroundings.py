"""What the guard asks of the home: the time, the language, the risks, the satellites."""

import asyncio
from collections.abc import Coroutine
from contextvars import Context as ContextVars
from typing import Any

from homeassistant.components.assist_satellite import AssistSatelliteEntityFeature
from homeassistant.const import ATTR_SUPPORTED_FEATURES
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from .core.language import Language
from .core.policy import Facts
from .core.request import Origin, Request
from .sentences import Languages


class Home:
    """Home Assistant, as far as the guard needs to know it."""

    def __init__(self, hass: HomeAssistant, languages: Languages) -> None:
        """Look at this Home Assistant."""
        self._hass = hass
        self._languages = languages

    def now(self) -> float:
        """Return seconds since the epoch."""
        return dt_util.utcnow().timestamp()

    def language(self, tag: str) -> Language | None:
        """Return the language of this tag, None when there is no file for it."""
        return self._languages.get(tag)

    def facts(self, request: Request) -> Facts:
        """Return the time; risk signals come from their own modules."""
        local = dt_util.now()
        return Facts(now=self.now(), local_minute=local.hour * 60 + local.minute)

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

    def hears(self, origin: Origin) -> tuple[str | None, ...]:
        """Return the places whose loudspeakers the microphone of this origin may hear."""
        return ()

    def run[R](self, coroutine: Coroutine[Any, Any, R]) -> asyncio.Task[R]:
        """Start a task of its own: outside the caller's turn, and not cut off with it."""
        return ContextVars().run(
            self._hass.async_create_task, coroutine, "message_guard", eager_start=True
        )
