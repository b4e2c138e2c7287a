"""Speech for tests: a Wyoming server that speaks in tones and hears what it is told to hear.

It talks the real protocol over a real socket. Each text that it speaks gets a tone of its own
frequency, so that audio found elsewhere can be traced to the words it stands for.
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
_SECONDS = 0.4
_LOWEST_HERTZ = 400
_STEP_HERTZ = 40
_ATTRIBUTION = Attribution(name="Message Guard", url="")


def tone(hertz: float, *, rate: int = _RATE, seconds: float = _SECONDS) -> bytes:
    """Return a sine tone as 16-bit mono samples."""
    samples = (
        int(12000 * math.sin(2 * math.pi * hertz * number / rate))
        for number in range(int(rate * seconds))
    )
    return b"".join(struct.pack("<h", sample) for sample in samples)


def pitch(audio: bytes, rate: int) -> float:
    """Return the frequency of a tone in hertz, 0 for silence, by counting rising crossings."""
    count = len(audio) // 2
    samples = struct.unpack(f"<{count}h", audio[: count * 2])
    rising = [at for at in range(1, count) if samples[at - 1] < 0 <= samples[at]]
    if len(rising) < 2:
        return 0.0
    return (len(rising) - 1) * rate / (rising[-1] - rising[0])


@dataclass(slots=True)
class Speech:
    """Text-to-speech and speech-to-text in one server.

    Attributes:
        spoken: Every text that was synthesised, oldest first.
        transcripts: What the next utterances will be understood as; "" when it runs dry.
        port: Where it listens on loopback.
    """

    spoken: list[str] = field(default_factory=list)
    transcripts: deque[str] = field(default_factory=deque)
    port: int = 0
    _server: asyncio.Server | None = None
    _tones: dict[str, int] = field(default_factory=dict)

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
        heard = pitch(audio, rate)
        for text, hertz in self._tones.items():
            if abs(heard - hertz) < _STEP_HERTZ / 2:
                return text
        return None

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
        hertz = self._tones.setdefault(text, _LOWEST_HERTZ + _STEP_HERTZ * len(self._tones))
        form = {"rate": _RATE, "width": 2, "channels": 1}
        await async_write_event(AudioStart(**form).event(), writer)
        await async_write_event(AudioChunk(audio=tone(hertz), **form).event(), writer)
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
