"""What satellites are made to say by others: announcements and questions of the home's automations.

Our own questions are told to the guard where they are asked. All of it may come back through a
microphone, and is then an echo and not a reply.
"""

from collections.abc import Callable
from typing import Any

from homeassistant.components.assist_satellite import DOMAIN as SATELLITE_DOMAIN
from homeassistant.const import (
    ATTR_DOMAIN,
    ATTR_ENTITY_ID,
    ATTR_SERVICE,
    ATTR_SERVICE_DATA,
    EVENT_CALL_SERVICE,
)
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback

TTS_DOMAIN = "tts"

SPOKEN_TEXT = {
    (SATELLITE_DOMAIN, "announce"): "message",
    (SATELLITE_DOMAIN, "start_conversation"): "start_message",
    (SATELLITE_DOMAIN, "ask_question"): "question",
    (TTS_DOMAIN, "speak"): "message",
}
"""Actions that make a loudspeaker talk, and the field that holds the words."""


class Loudspeakers:
    """Listens to the home's calls for what is about to be said."""

    def __init__(self, hass: HomeAssistant, spoke: Callable[[str | None, str], None]) -> None:
        """Call `spoke` with the place and the words."""
        self._hass = hass
        self._spoke = spoke

    @callback
    def start(self) -> CALLBACK_TYPE:
        """Listen; returns what ends it."""
        return self._hass.bus.async_listen(
            EVENT_CALL_SERVICE, self._called, event_filter=_makes_speak
        )

    @callback
    def _called(self, event: Event[dict[str, Any]]) -> None:
        called = (event.data[ATTR_DOMAIN], event.data[ATTR_SERVICE])
        data = event.data[ATTR_SERVICE_DATA]
        text = data.get(SPOKEN_TEXT[called])
        if not isinstance(text, str):
            return
        for satellite_id in self._satellites(called[0], data.get(ATTR_ENTITY_ID)):
            self._spoke(f"satellite:{satellite_id}", text)

    def _satellites(self, domain: str, targets: object) -> list[str]:
        """Return the satellites that will say it; all of them where that cannot be told."""
        named = [targets] if isinstance(targets, str) else targets
        if domain == SATELLITE_DOMAIN and isinstance(named, list):
            return [str(target) for target in named]
        return self._hass.states.async_entity_ids(SATELLITE_DOMAIN)


@callback
def _makes_speak(data: dict[str, Any]) -> bool:
    return (data[ATTR_DOMAIN], data[ATTR_SERVICE]) in SPOKEN_TEXT
