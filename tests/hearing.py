"""Speech-to-text engines that write what a test wants."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, Callable
import io
from typing import Any
import wave

from homeassistant.components import stt, tts
from homeassistant.config_entries import ConfigEntry, ConfigFlow
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockModule,
    MockPlatform,
    mock_config_flow,
    mock_integration,
    mock_platform,
)

AUDIO = [b"\x01\x02" * 160, b"\x03\x04" * 160]
SENTENCE = "tell Anna that I am late"


class English(stt.SpeechToTextEntity):
    """Hears English, as Assist sends it."""

    supported_languages: Any = ("en",)
    supported_formats: Any = (stt.AudioFormats.WAV,)
    supported_codecs: Any = (stt.AudioCodecs.PCM,)
    supported_bit_rates: Any = (stt.AudioBitRates.BITRATE_16,)
    supported_sample_rates: Any = (stt.AudioSampleRates.SAMPLERATE_16000,)
    supported_channels: Any = (stt.AudioChannels.CHANNEL_MONO,)


class Plain(English):
    """An engine that gives a final result only."""

    _attr_name = "plain"
    _attr_unique_id = "plain"

    async def async_process_audio_stream(
        self, metadata: stt.SpeechMetadata, stream: AsyncIterable[bytes]
    ) -> stt.SpeechResult:
        """Understand the sentence."""
        return stt.SpeechResult(SENTENCE, stt.SpeechResultState.SUCCESS)


class Engine(English):
    """Writes what a test wants of each sound."""

    _attr_name = "Whisper"
    _attr_unique_id = "whisper"

    def __init__(self, writes: Callable[[bytes], str]) -> None:
        """Write this; of what language the sound was said to be is `language` meanwhile."""
        self.writes = writes
        self.language = ""
        self.heard: list[bytes] = []
        self.hangs = False
        self.answers = asyncio.Event()
        self.answers.set()

    async def async_process_audio_stream(
        self, metadata: stt.SpeechMetadata, stream: AsyncIterable[bytes]
    ) -> stt.SpeechResult:
        """Write."""
        sound = b"".join([chunk async for chunk in stream])
        self.heard.append(sound)
        await self.answers.wait()
        while self.hangs:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                continue  # and does not even let itself be cancelled
        self.language = metadata.language
        return stt.SpeechResult(self.writes(sound), stt.SpeechResultState.SUCCESS)


def nothing(_sound: bytes) -> str:
    """Write nothing."""
    return ""


def prompted(_sound: bytes) -> str:
    """Write the "initial prompt", as Whisper does."""
    return "Yes, send the message."


def of_noise(sound: bytes) -> str:
    """Write it out of noise only."""
    return prompted(sound) if any(sound) else ""


def polite(_sound: bytes) -> str:
    """Write what such engines write without a prompt."""
    return "Thank you."


def raising(_sound: bytes) -> str:
    """Fail."""
    raise ValueError("no model")


METADATA = stt.SpeechMetadata(
    language="en",
    format=stt.AudioFormats.WAV,
    codec=stt.AudioCodecs.PCM,
    bit_rate=stt.AudioBitRates.BITRATE_16,
    sample_rate=stt.AudioSampleRates.SAMPLERATE_16000,
    channel=stt.AudioChannels.CHANNEL_MONO,
)


async def audio() -> AsyncGenerator[bytes]:
    """Speak."""
    for chunk in AUDIO:
        yield chunk


VOICE = b"\x05\x06" * 1600
"""What the house's voice sounds like."""


class Voice(tts.TextToSpeechEntity):
    """Says everything in the same way, in the form that satellites send."""

    _attr_name = "voice"
    _attr_unique_id = "voice"
    _attr_supported_languages: Any = ("en",)
    _attr_default_language: Any = "en"
    _attr_supported_options: Any = (
        tts.ATTR_PREFERRED_FORMAT,
        tts.ATTR_PREFERRED_SAMPLE_RATE,
        tts.ATTR_PREFERRED_SAMPLE_CHANNELS,
        tts.ATTR_PREFERRED_SAMPLE_BYTES,
        tts.ATTR_VOICE,
    )

    async def async_get_tts_audio(
        self, message: str, language: str, options: dict[str, Any]
    ) -> tts.TtsAudioType:
        """Speak."""
        if options.get(tts.ATTR_VOICE) == "hoarse":
            return None, None
        made = io.BytesIO()
        with wave.open(made, "wb") as written:
            written.setnchannels(1)
            written.setsampwidth(2)
            written.setframerate(16000)
            written.writeframes(VOICE)
        return "wav", made.getvalue()


async def add_voice(hass: HomeAssistant, iot_class: str = "local_polling") -> None:
    """Add the house's voice, tts.voice; `iot_class` says whether it is in the house."""

    async def setup_entry(hass: HomeAssistant, entry: ConfigEntry) -> bool:
        await hass.config_entries.async_forward_entry_setups(entry, ["tts"])
        return True

    async def setup_platform(
        hass: HomeAssistant, entry: ConfigEntry, add: AddConfigEntryEntitiesCallback
    ) -> None:
        add([Voice()])

    module = MockModule(
        "speaking", async_setup_entry=setup_entry, partial_manifest={"iot_class": iot_class}
    )
    mock_integration(hass, module)
    mock_platform(hass, "speaking.config_flow")
    mock_platform(hass, "speaking.tts", MockPlatform(async_setup_entry=setup_platform))
    entry = MockConfigEntry(domain="speaking")
    entry.add_to_hass(hass)
    with mock_config_flow("speaking", ConfigFlow):
        assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()


async def add_engine(hass: HomeAssistant, engine: stt.SpeechToTextEntity) -> str:
    """Add an engine as an integration does; return its entity id."""

    async def setup_entry(hass: HomeAssistant, entry: ConfigEntry) -> bool:
        await hass.config_entries.async_forward_entry_setups(entry, ["stt"])
        return True

    async def setup_platform(
        hass: HomeAssistant, entry: ConfigEntry, add: AddConfigEntryEntitiesCallback
    ) -> None:
        add([engine])

    mock_integration(hass, MockModule("test", async_setup_entry=setup_entry))
    mock_platform(hass, "test.config_flow")
    mock_platform(hass, "test.stt", MockPlatform(async_setup_entry=setup_platform))
    entry = MockConfigEntry(domain="test")
    entry.add_to_hass(hass)
    with mock_config_flow("test", ConfigFlow):
        assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return engine.entity_id
