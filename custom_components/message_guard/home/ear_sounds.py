"""What speech-to-text engines are given to hear, with no word in it or none of a person's: made here, never recorded."""

from enum import StrEnum
import io
import math
import random
from typing import Final
import wave

from homeassistant.components import tts
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError

SECONDS: Final = 2.0
"""How long each sound is."""

RATE: Final = 16000
"""Samples a second; each is 16 bits, one channel: what satellites send."""

LOUDNESS: Final = 400
"""Largest value of a sample of noise: a fan in the room."""

_MUSIC: Final = 3000
_HUM: Final = ((50.0, 1.0), (100.0, 0.6), (150.0, 0.3))
_CHORDS: Final = (
    (262.0, 330.0, 392.0),
    (220.0, 262.0, 330.0),
    (175.0, 220.0, 262.0),
    (196.0, 247.0, 294.0),
)


class Sound(StrEnum):
    """What an engine is given."""

    SILENCE = "silence"
    NOISE = "noise"
    HUM = "hum"
    CHORDS = "chords"
    VOICE = "voice"
    """The house's own voice, saying a question."""


SHORT: Final = (Sound.SILENCE, Sound.NOISE)
"""What is tried while somebody waits, and by itself."""

WORDLESS: Final = (*SHORT, Sound.HUM, Sound.CHORDS)
"""What is tried when somebody asks for it, beside the house's own voice."""


def samples(sound: Sound) -> bytes:
    """Return a sound without words, the same every time; the voice is no such sound."""
    length = int(SECONDS * RATE)
    if sound is Sound.NOISE:
        drawn = random.Random(1)  # noqa: S311 - it is noise
        return _bytes([drawn.randint(-LOUDNESS, LOUDNESS) for _ in range(length)])
    if sound is Sound.HUM:
        return _bytes(
            [
                round(LOUDNESS * sum(loud * _wave(tone, at) for tone, loud in _HUM))
                for at in range(length)
            ]
        )
    if sound is Sound.CHORDS:
        each = length // len(_CHORDS)
        return _bytes(
            [
                round(_MUSIC / len(chord) * sum(_wave(tone, at) for tone in chord))
                for chord in _CHORDS
                for at in range(each)
            ]
        )
    return bytes(length * 2)


def _wave(tone: float, at: int) -> float:
    return math.sin(2 * math.pi * tone * at / RATE)


def _bytes(values: list[int]) -> bytes:
    return b"".join(value.to_bytes(2, "little", signed=True) for value in values)


async def spoken(
    hass: HomeAssistant, engine: str, language: str | None, voice: str | None, text: str
) -> bytes | None:
    """Return a text as the house's own voice says it, None where it has none or it fails."""
    options = {
        tts.ATTR_PREFERRED_FORMAT: "wav",
        tts.ATTR_PREFERRED_SAMPLE_RATE: RATE,
        tts.ATTR_PREFERRED_SAMPLE_CHANNELS: 1,
        tts.ATTR_PREFERRED_SAMPLE_BYTES: 2,
    }
    if voice is not None:
        options[tts.ATTR_VOICE] = voice
    try:
        stream = tts.async_create_stream(hass, engine, language, options)
        stream.use_file_cache = False  # heard once, by an engine: no name stays on the disk
        stream.async_set_message(text)
        sound = b"".join([chunk async for chunk in stream.async_stream_result()])
        with wave.open(io.BytesIO(sound)) as opened:
            told = (opened.getframerate(), opened.getnchannels(), opened.getsampwidth())
            return opened.readframes(opened.getnframes()) if told == (RATE, 1, 2) else None
    except HomeAssistantError, wave.Error, EOFError, KeyError:
        return None
