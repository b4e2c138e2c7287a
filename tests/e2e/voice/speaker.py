"""The house's voice: text to speech as a Wyoming server on loopback.

Started with `python -m tests.e2e.voice.speaker --voice NAME --port 10200`.

Each text goes to `spoken.jsonl` in the folder given by --keep.
"""

import argparse
import asyncio
from functools import partial
import json
from pathlib import Path
import time

from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Event
from wyoming.info import Describe, Info, TtsProgram, TtsVoice
from wyoming.ping import Ping, Pong
from wyoming.server import AsyncEventHandler, AsyncServer
from wyoming.tts import Synthesize

from . import engines, sound
from .recogniser import ATTRIBUTION

_CHUNK = 2048


class Connection(AsyncEventHandler):
    """One text to speak, or one question about who we are."""

    def __init__(
        self, keep: Path, voice: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Listen on a connection; what `voice` says is kept below `keep`."""
        super().__init__(reader, writer)
        self._keep = keep
        self._voice = voice

    async def handle_event(self, event: Event) -> bool:
        """Take one event; return whether to go on."""
        if Describe.is_type(event.type):
            await self.write_event(_info(self._voice).event())
        elif Ping.is_type(event.type):
            await self.write_event(Pong(text=Ping.from_event(event).text).event())
        elif Synthesize.is_type(event.type):
            await self._speak(Synthesize.from_event(event).text)
            return False
        return True

    async def _speak(self, text: str) -> None:
        loop = asyncio.get_running_loop()
        samples = await loop.run_in_executor(None, sound.speak, text, self._voice)
        audio = sound.at_level(samples, -20.0).tobytes()
        with (self._keep / "spoken.jsonl").open("a", encoding="utf-8") as file:
            file.write(f"{json.dumps({'at': time.time(), 'text': text})}\n")
        form = {"rate": sound.RATE, "width": 2, "channels": 1}
        await self.write_event(AudioStart(**form).event())
        for start in range(0, len(audio), _CHUNK):
            await self.write_event(AudioChunk(audio=audio[start : start + _CHUNK], **form).event())
        await self.write_event(AudioStop().event())


def _info(name: str) -> Info:
    program_name = engines.voices()[name].program
    voice = TtsVoice(
        name=name,
        attribution=ATTRIBUTION,
        installed=True,
        description=name,
        version="1",
        languages=["en"],
    )
    program = TtsProgram(
        name=program_name,
        attribution=ATTRIBUTION,
        installed=True,
        description=program_name,
        version="1",
        voices=[voice],
    )
    return Info(tts=[program])


async def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--voice", default=sound.HOUSE, choices=engines.voices())
    parser.add_argument("--keep", type=Path, required=True)
    options = parser.parse_args()
    options.keep.mkdir(parents=True, exist_ok=True)
    # What has to be loaded is loaded before anybody waits for it.
    sound.speak("Hello.", options.voice)
    server = AsyncServer.from_uri(f"tcp://127.0.0.1:{options.port}")
    await server.run(partial(Connection, options.keep, options.voice))


if __name__ == "__main__":
    asyncio.run(main())
