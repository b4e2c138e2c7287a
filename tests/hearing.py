"""Speech-to-text engines that write what a test wants."""

import asyncio
from collections.abc import AsyncIterable, Callable
from typing import Any

from homeassistant.components import stt


class English(stt.SpeechToTextEntity):
    """Hears English, as Assist sends it."""

    supported_languages: Any = ("en",)
    supported_formats: Any = (stt.AudioFormats.WAV,)
    supported_codecs: Any = (stt.AudioCodecs.PCM,)
    supported_bit_rates: Any = (stt.AudioBitRates.BITRATE_16,)
    supported_sample_rates: Any = (stt.AudioSampleRates.SAMPLERATE_16000,)
    supported_channels: Any = (stt.AudioChannels.CHANNEL_MONO,)


class Engine(English):
    """Writes what a test wants of each sound."""

    _attr_name = "Whisper"
    _attr_unique_id = "whisper"

    def __init__(self, writes: Callable[[bytes], str]) -> None:
        """Write this."""
        self.writes = writes
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
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                continue  # and does not even let itself be cancelled
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
