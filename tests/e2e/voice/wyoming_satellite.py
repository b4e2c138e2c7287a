"""A Wyoming satellite with its own wake word: it can announce, but not reopen its microphone.

python -m tests.e2e.voice.wyoming_satellite --name Hall --port 10700
"""

import argparse
import asyncio
from typing import override

import numpy as np
from wyoming.asr import Transcript
from wyoming.audio import AudioChunk, AudioChunkConverter, AudioStart, AudioStop
from wyoming.error import Error
from wyoming.event import Event, async_read_event, async_write_event
from wyoming.info import Describe, Info, Satellite
from wyoming.ping import Ping, Pong
from wyoming.pipeline import PipelineStage, RunPipeline
from wyoming.satellite import RunSatellite
from wyoming.snd import Played
from wyoming.tts import Synthesize
from wyoming.vad import VoiceStopped
from wyoming.wake import Detection

from . import sound
from .device import Device, State, arguments, report
from .recogniser import ATTRIBUTION

_UNANSWERED_SECONDS = 8.0

_FORM = {"rate": sound.RATE, "width": 2, "channels": 1}


class WyomingSatellite(Device):
    """Home Assistant connects to it and asks it to run."""

    def __init__(self, options: argparse.Namespace) -> None:
        """Prepare it; `run` starts it."""
        super().__init__(options)
        self._writer: asyncio.StreamWriter | None = None
        self._speech = bytearray()
        self._converter = AudioChunkConverter(**_FORM)
        self._words = ""

    @override
    async def serve(self) -> None:
        await asyncio.start_server(self._connection, "127.0.0.1", self.port)

    @override
    async def begin(self, wake_word: str | None) -> None:
        if wake_word:
            await self._write(Detection(name=wake_word).event())
        stages = RunPipeline(start_stage=PipelineStage.ASR, end_stage=PipelineStage.TTS)
        await self._write(stages.event())
        await self._write(AudioStart(**_FORM).event())

    @override
    async def send(self, frame: bytes) -> None:
        await self._write(AudioChunk(audio=frame, **_FORM).event())

    @override
    async def end(self) -> None:
        await self._write(AudioStop().event())

    async def _write(self, event: Event) -> None:
        if self._writer is not None:
            await async_write_event(event, self._writer)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (event := await async_read_event(reader)) is not None:
                await self._handle(event, writer)
        except ConnectionError:
            pass
        finally:
            if self._writer is writer:
                self._writer = None
                report("disconnected")
            writer.close()

    async def _handle(self, event: Event, writer: asyncio.StreamWriter) -> None:
        if Describe.is_type(event.type):
            await async_write_event(self._info().event(), writer)
        elif Ping.is_type(event.type):
            await async_write_event(Pong(text=Ping.from_event(event).text).event(), writer)
        elif RunSatellite.is_type(event.type):
            self._writer = writer
            report("connected")
        else:
            self._follow(event)

    def _follow(self, event: Event) -> None:
        """Follow a pipeline run."""
        if VoiceStopped.is_type(event.type):
            self.stop_listening()
        elif Transcript.is_type(event.type):
            self.stop_listening()
            report("heard", text=Transcript.from_event(event).text)
            asyncio.get_running_loop().call_later(_UNANSWERED_SECONDS, self._unanswered, self._now)
        elif Synthesize.is_type(event.type):
            self._words = Synthesize.from_event(event).text
        elif AudioStart.is_type(event.type):
            self._speech.clear()
        elif AudioChunk.is_type(event.type):
            self._speech += self._converter.convert(AudioChunk.from_event(event)).audio
        elif AudioStop.is_type(event.type):
            words, self._words = self._words, ""
            speech = np.frombuffer(bytes(self._speech), dtype=np.int16)
            self.speak(speech, words, reply=False, done=self._played)
        elif Error.is_type(event.type):
            report("error", code=Error.from_event(event).code)
            self.change(State.IDLE)

    def _unanswered(self, since: int) -> None:
        """Wait for the wake word again: nobody tells a satellite that there is no answer."""
        if self.state is State.THINKING and self._listening_since < since:
            self.change(State.IDLE)

    async def _played(self) -> None:
        await self._write(Played().event())

    def _info(self) -> Info:
        return Info(
            satellite=Satellite(
                name=self.name,
                area=self.name,
                description=self.name,
                attribution=ATTRIBUTION,
                installed=True,
                version="1",
            )
        )


if __name__ == "__main__":
    asyncio.run(WyomingSatellite(arguments()).run())
