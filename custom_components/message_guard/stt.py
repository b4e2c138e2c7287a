"""Speech to text that counts speakers: in front of an engine that can tell them apart.

Audio and results pass through untouched. From Home Assistant 2026.11 on an engine may report partial
results with a speaker's id; only such engines are wrapped.
"""

from collections.abc import AsyncGenerator, AsyncIterable
from contextlib import aclosing
from typing import Any, override

from homeassistant.components import stt
from homeassistant.components.stt.models import SpeechAudioProcessing
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .assist.pipelines import ENGINE_UNIQUE_ID_PREFIX
from .entity import friendly_name, service_device
from .runtime import MessageGuardConfigEntry

PARALLEL_UPDATES = 0

WITH_PROGRESS = "async_process_audio_stream_with_progress"


async def async_setup_entry(
    hass: HomeAssistant,
    entry: MessageGuardConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add one entity for each speech-to-text engine of a guarded pipeline that tells speakers apart."""
    async_add_entities(
        CountingSpeechToText(entry, engine, friendly_name(hass, engine))
        for engine in entry.runtime_data.speech_engines
        if tells_speakers_apart(hass, engine)
    )


def tells_speakers_apart(hass: HomeAssistant, engine: str) -> bool:
    """Return whether this engine has partial results of its own."""
    found = stt.async_get_speech_to_text_entity(hass, engine)
    own = getattr(type(found), WITH_PROGRESS, None) if found is not None else None
    return own is not None and own is not getattr(stt.SpeechToTextEntity, WITH_PROGRESS, None)


class CountingSpeechToText(stt.SpeechToTextEntity):
    """One engine, with its speakers counted."""

    _attr_has_entity_name = True
    _attr_translation_key = "counting_speech_to_text"

    def __init__(self, entry: MessageGuardConfigEntry, engine: str, name: str) -> None:
        """Stand in front of the engine with this entity id, which people call so."""
        self._entry = entry
        self._engine = engine
        self._attr_unique_id = f"{ENGINE_UNIQUE_ID_PREFIX}{engine}"
        self._attr_translation_placeholders = {"engine": name}
        self._attr_device_info = service_device(entry)

    @property
    def _wrapped(self) -> stt.SpeechToTextEntity:
        found = stt.async_get_speech_to_text_entity(self.hass, self._engine)
        if found is None:
            raise RuntimeError(f"{self._engine} is gone")
        return found

    @property
    @override
    def supported_languages(self) -> list[str]:
        """Return what the engine understands."""
        return self._wrapped.supported_languages

    @property
    @override
    def supported_formats(self) -> list[stt.AudioFormats]:
        """Return what the engine reads."""
        return self._wrapped.supported_formats

    @property
    @override
    def supported_codecs(self) -> list[stt.AudioCodecs]:
        """Return what the engine reads."""
        return self._wrapped.supported_codecs

    @property
    @override
    def supported_bit_rates(self) -> list[stt.AudioBitRates]:
        """Return what the engine reads."""
        return self._wrapped.supported_bit_rates

    @property
    @override
    def supported_sample_rates(self) -> list[stt.AudioSampleRates]:
        """Return what the engine reads."""
        return self._wrapped.supported_sample_rates

    @property
    @override
    def supported_channels(self) -> list[stt.AudioChannels]:
        """Return what the engine reads."""
        return self._wrapped.supported_channels

    @property
    @override
    def audio_processing(self) -> SpeechAudioProcessing:
        """Return what the engine asks for."""
        return self._wrapped.audio_processing

    @override
    async def async_process_audio_stream(
        self, metadata: stt.SpeechMetadata, stream: AsyncIterable[bytes]
    ) -> stt.SpeechResult:
        """Return the engine's final result."""
        async with aclosing(
            self.async_process_audio_stream_with_progress(metadata, stream)
        ) as results:
            async for result in results:
                if isinstance(result, stt.SpeechResult):
                    return result
        raise RuntimeError(f"{self._engine} gave no final result")

    async def async_process_audio_stream_with_progress(
        self, metadata: stt.SpeechMetadata, stream: AsyncIterable[bytes]
    ) -> AsyncGenerator[Any]:
        """Pass on every result of the engine, counting who speaks."""
        speakers: set[str] = set()
        process = getattr(self._wrapped, WITH_PROGRESS)
        async with aclosing(process(metadata=metadata, stream=stream)) as results:
            async for result in results:
                if isinstance(result, stt.SpeechResult):
                    self._count(result, len(speakers))
                elif (speaker := getattr(result, "speaker_id", None)) is not None:
                    speakers.add(str(speaker))
                yield result

    def _count(self, result: stt.SpeechResult, speakers: int) -> None:
        components = self._entry.runtime_data.components
        if components is not None and result.text:
            components.speakers.heard(result.text, speakers)
