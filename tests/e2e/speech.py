"""Speech for tests: a Wyoming server that speaks in tones and hears what it is told to hear.

It talks the real protocol over a real socket. Each text that it speaks gets two tones of its own, one
after the other, so that audio found elsewhere can be traced to the words it stands for.
"""

import asyncio
from collections import deque
from dataclasses import dataclass, field
import math
import struct
from typing import Any

from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Event, async_read_event, async_write_event
from wyoming.info import AsrModel, AsrProgram, Attribution, Describe, Info, TtsProgram, TtsVoice
from wyoming.tts import Synthesize

_RATE = 22050
_TONE_SECONDS = 0.2
_LOWEST_HERTZ = 400
_STEP_HERTZ = 40
_TONES = 200
# 16-bit samples below this are silence, also after a lossy codec.
_SILENCE = 1000
# Of each tone's ends, where one changes into the other.
_EDGE_SECONDS = 0.03
_ATTRIBUTION = Attribution(name="Message Guard", url="")


def tone(hertz: float, *, rate: int = _RATE, seconds: float = _TONE_SECONDS) -> bytes:
    """Return a sine tone as 16-bit mono samples."""
    samples = (
        int(12000 * math.sin(2 * math.pi * hertz * number / rate))
        for number in range(int(rate * seconds))
    )
    return b"".join(struct.pack("<h", sample) for sample in samples)


def pitch(audio: bytes, rate: int) -> float:
    """Return the frequency of a tone in hertz, 0 for silence, by counting rising crossings."""
    samples = _samples(audio)
    rising = [at for at in range(1, len(samples)) if samples[at - 1] < 0 <= samples[at]]
    if len(rising) < 2:
        return 0.0
    return (len(rising) - 1) * rate / (rising[-1] - rising[0])


def _samples(audio: bytes) -> tuple[int, ...]:
    count = len(audio) // 2
    return struct.unpack(f"<{count}h", audio[: count * 2])


def _number(audio: bytes, rate: int) -> int | None:
    """Return the number of the text that the two tones stand for, None if there are none."""
    begin = next((at for at, value in enumerate(_samples(audio)) if abs(value) > _SILENCE), None)
    if begin is None:
        return None
    length, edge = int(rate * _TONE_SECONDS), int(rate * _EDGE_SECONDS)
    places = []
    for start in (begin, begin + length):
        heard = pitch(audio[(start + edge) * 2 : (start + length - edge) * 2], rate)
        place = round((heard - _LOWEST_HERTZ) / _STEP_HERTZ)
        if not 0 <= place < _TONES:
            return None
        places.append(place)
    return places[0] * _TONES + places[1]


@dataclass(slots=True)
class Speech:
    """Text-to-speech and speech-to-text in one server.

    Attributes:
        spoken: Every text that was synthesised, oldest first.
        transcripts: What the next utterances will be understood as; "" when it runs dry.
        microphone: Held by the satellite whose utterance is the next one.
        seconds_per_word: How long it speaks, in silence after the tones; they alone last 0.4 s.
        least_seconds: No sound is shorter: whoever counts its length itself must not be done with it
            while the next turn has begun (`Satellite.say`).
        port: Where it listens on loopback.
    """

    spoken: list[str] = field(default_factory=list)
    transcripts: deque[str] = field(default_factory=deque)
    microphone: asyncio.Lock = field(default_factory=asyncio.Lock)
    seconds_per_word: float = 0.0
    least_seconds: float = 20.0
    port: int = 0
    _server: asyncio.Server | None = None
    _texts: dict[str, int] = field(default_factory=dict)

    async def start(self) -> None:
        """Begin to listen; the port stays the same when started again."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()
            self._server.close_clients()

    def words(self, audio: bytes, rate: int) -> str | None:
        """Return the text that this audio was synthesised from, None if it is not ours."""
        number = _number(audio, rate)
        return next((text for text, known in self._texts.items() if known == number), None)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (event := await async_read_event(reader)) is not None:
                await self._answer(event, writer)
        except ConnectionError:
            pass  # Home Assistant went away, or was killed
        finally:
            writer.close()

    async def _answer(self, event: Event, writer: asyncio.StreamWriter) -> None:
        if Describe.is_type(event.type):
            await async_write_event(_info().event(), writer)
        elif Synthesize.is_type(event.type):
            await self._speak(Synthesize.from_event(event).text, writer)
        elif AudioStop.is_type(event.type):
            text = self.transcripts.popleft() if self.transcripts else ""
            await async_write_event(Transcript(text=text).event(), writer)
        elif Transcribe.is_type(event.type):
            pass  # the audio follows; what it says is known already

    async def _speak(self, text: str, writer: asyncio.StreamWriter) -> None:
        self.spoken.append(text)
        number = self._texts.setdefault(text, len(self._texts))
        sound = b"".join(
            tone(_LOWEST_HERTZ + _STEP_HERTZ * place) for place in divmod(number, _TONES)
        )
        seconds = max(self.least_seconds, len(text.split()) * self.seconds_per_word)
        silence = max(0, int(seconds * _RATE) * 2 - len(sound))
        form = {"rate": _RATE, "width": 2, "channels": 1}
        await async_write_event(AudioStart(**form).event(), writer)
        await async_write_event(AudioChunk(audio=sound + bytes(silence), **form).event(), writer)
        await async_write_event(AudioStop().event(), writer)


def _info() -> Info:
    def common(name: str) -> dict[str, Any]:
        return {
            "name": name,
            "description": name,
            "attribution": _ATTRIBUTION,
            "installed": True,
            "version": "1",
        }

    voice = TtsVoice(languages=["en"], **common("tone"))
    model = AsrModel(languages=["en"], **common("script"))
    return Info(
        tts=[TtsProgram(voices=[voice], **common("tones"))],
        asr=[AsrProgram(models=[model], **common("scripted"))],
    )
