"""A voice that takes no time."""

import io
from typing import Any, override
import wave

from homeassistant.components.tts import TextToSpeechEntity, TtsAudioType
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback


async def async_setup_entry(
    hass: HomeAssistant, entry: ConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the voice."""
    async_add_entities([Voice()])


class Voice(TextToSpeechEntity):
    """Says everything in a hundredth of a second of silence."""

    _attr_name = "Instant voice"
    _attr_unique_id = "voice"

    @property
    @override
    def supported_languages(self) -> list[str]:
        return ["en"]

    @property
    @override
    def default_language(self) -> str:
        return "en"

    @override
    def get_tts_audio(self, message: str, language: str, options: dict[str, Any]) -> TtsAudioType:
        with io.BytesIO() as made:
            with wave.open(made, "wb") as sound:
                sound.setnchannels(1)
                sound.setsampwidth(2)
                sound.setframerate(16000)
                sound.writeframes(bytes(320))
            return "wav", made.getvalue()
