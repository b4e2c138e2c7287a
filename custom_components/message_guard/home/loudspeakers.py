"""What loudspeakers are made to say by others: announcements, questions and speech of the home's automations.

Our own questions are told to the guard where they are asked. All of it may come back through a
microphone, and is then an echo and not a reply.

Which actions make a loudspeaker talk cannot be listed: integrations add their own, and a notification to
a smart speaker is read out. So any action counts that is handed words to say.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from homeassistant.components.assist_satellite import DOMAIN as SATELLITE_DOMAIN
from homeassistant.const import (
    ATTR_AREA_ID,
    ATTR_DEVICE_ID,
    ATTR_DOMAIN,
    ATTR_ENTITY_ID,
    ATTR_FLOOR_ID,
    ATTR_LABEL_ID,
    ATTR_SERVICE_DATA,
    EVENT_CALL_SERVICE,
)
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from yarl import URL

from ..core.request import satellite_place

SPOKEN_FIELDS: Final = frozenset(
    {"message", "start_message", "question", "command", "text_command"}
)
"""Fields in which actions are handed what is said.

The first by `tts`, `assist_satellite.announce`, `music_assistant.play_announcement` and `notify`, the next two
by `assist_satellite`, the last two by speakers that are told in words what to say
(`google_assistant_sdk.send_text_command`, `alexa_devices.send_text_command`).
"""

SPEECH_MEDIA: Final = "media-source://tts/"
"""Speech as something to play, with the words in its query (components/tts/media_source.py)."""

_WIDE: Final = (ATTR_AREA_ID, ATTR_DEVICE_ID, ATTR_FLOOR_ID, ATTR_LABEL_ID)

_SAYS_NOTHING: Final = frozenset({ATTR_ENTITY_ID, *_WIDE, "brightness", "transition"})
"""All that most calls are handed."""

_MOST_DEPTH: Final = 4


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
            EVENT_CALL_SERVICE, self._called, event_filter=self._may_be_heard
        )

    @callback
    def _may_be_heard(self, data: Mapping[str, Any]) -> bool:
        """Return whether a call may say something, and anything in this home may hear it; cheap, for every call."""
        if data.get(ATTR_SERVICE_DATA, {}).keys() <= _SAYS_NOTHING:
            return False
        return bool(self._hass.states.async_entity_ids_count(SATELLITE_DOMAIN))

    @callback
    def _called(self, event: Event[dict[str, Any]]) -> None:
        data = event.data[ATTR_SERVICE_DATA]
        texts = tuple(_texts(data))
        if not texts:
            return
        for satellite_id in self._satellites(event.data[ATTR_DOMAIN], data):
            for text in texts:
                self._spoke(satellite_place(satellite_id), text)

    def _satellites(self, domain: str, data: Mapping[str, Any]) -> list[str]:
        """Return the satellites that will say it; all of them where that cannot be told."""
        satellites = self._hass.states.async_entity_ids(SATELLITE_DOMAIN)
        named = data.get(ATTR_ENTITY_ID)
        named = [named] if isinstance(named, str) else named
        if (
            domain == SATELLITE_DOMAIN
            and isinstance(named, list)
            and not any(data.get(key) for key in _WIDE)
            and all(item in satellites for item in named)
        ):
            return named
        return satellites


def _texts(data: object, field: str = "", depth: int = 0) -> Iterator[str]:
    """Yield what a call's data gives to say."""
    if isinstance(data, str):
        if data.startswith(SPEECH_MEDIA):
            yield _words_of_media(data)
        elif field in SPOKEN_FIELDS:
            yield data
    elif depth < _MOST_DEPTH:
        if isinstance(data, Mapping):
            for key, value in data.items():
                yield from _texts(value, key, depth + 1)
        elif isinstance(data, list | tuple):
            for value in data:
                yield from _texts(value, field, depth + 1)


def _words_of_media(media: str) -> str:
    try:
        return URL(media).query.get("message", "")
    except ValueError:
        return ""
