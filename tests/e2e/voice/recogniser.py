"""Speech to text as a Wyoming server on loopback, with an engine of the table.

Started with `python -m tests.e2e.voice.recogniser --engine NAME --port 10300 --keep FOLDER`.

It keeps every clip it was given in the folder, and one line of JSON for each in `heard.jsonl`: when,
which file, what it understood, and how many seconds that took.
"""

import argparse
import asyncio
from collections.abc import Callable
from functools import partial
import json
from pathlib import Path
import time
from typing import Any, Final

import numpy as np
from wyoming.asr import Transcript
from wyoming.audio import AudioChunk, AudioChunkConverter, AudioStop
from wyoming.event import Event
from wyoming.info import AsrModel, AsrProgram, Attribution, Describe, Info
from wyoming.ping import Ping, Pong
from wyoming.server import AsyncEventHandler, AsyncServer

from . import engines, sound

ATTRIBUTION: Final = Attribution(name="Message Guard's voice harness", url="")


class Connection(AsyncEventHandler):
    """One utterance of Home Assistant's, or one question about who we are."""

    def __init__(
        self,
        transcribe: Callable[[sound.Samples], str],
        name: str,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        """Listen on a connection.

        Args:
            transcribe: Returns what a clip says.
            name: The engine's.
            reader: What Home Assistant sends.
            writer: What it is answered.
        """
        super().__init__(reader, writer)
        self._transcribe = transcribe
        self._name = name
        self._converter = AudioChunkConverter(rate=sound.RATE, width=2, channels=1)
        self._audio = bytearray()

    async def handle_event(self, event: Event) -> bool:
        """Take one event; return whether to go on."""
        if Describe.is_type(event.type):
            await self.write_event(_info(self._name).event())
        elif Ping.is_type(event.type):
            await self.write_event(Pong(text=Ping.from_event(event).text).event())
        elif AudioChunk.is_type(event.type):
            self._audio += self._converter.convert(AudioChunk.from_event(event)).audio
        elif AudioStop.is_type(event.type):
            clip = np.frombuffer(bytes(self._audio), dtype=np.int16)
            text = await asyncio.get_running_loop().run_in_executor(None, self._transcribe, clip)
            await self.write_event(Transcript(text=text).event())
            return False
        return True


class Keeper:
    """Recognises clips and keeps them for listening."""

    def __init__(self, engine: Any, folder: Path) -> None:
        """Keep everything that the engine hears in `folder`."""
        self._engine = engine
        self._folder = folder
        self._count = 0
        folder.mkdir(parents=True, exist_ok=True)

    def __call__(self, clip: sound.Samples) -> str:
        """Return what the clip says."""
        self._count += 1
        path = self._folder / f"heard-{self._count:04d}.wav"
        sound.write(path, clip)
        begun = time.monotonic()
        text = self._engine.hear(clip) if clip.size > sound.RATE // 10 else ""
        took = round(time.monotonic() - begun, 2)
        line = {"at": time.time(), "file": path.name, "text": text, "seconds": took}
        with (self._folder / "heard.jsonl").open("a", encoding="utf-8") as file:
            file.write(f"{json.dumps(line)}\n")
        return text


def load(engine: engines.Engine, tag: str = "en", prompt: str = "") -> Any:
    """Return the engine, ready; its `hear` turns a clip into text."""
    if engine.model == "whisper":
        from .whisper import Whisper  # another environment has no Whisper

        return Whisper(engine, tag.partition("-")[0], prompt)
    from .sphinx import Sphinx  # another environment has no pocketsphinx

    return Sphinx(engine.facts["grammar"])


def _info(name: str) -> Info:
    model = AsrModel(
        name=name,
        attribution=ATTRIBUTION,
        installed=True,
        description=name,
        version="1",
        languages=["en"],
    )
    program = AsrProgram(
        name=name,
        attribution=ATTRIBUTION,
        installed=True,
        description=name,
        version="1",
        models=[model],
    )
    return Info(asr=[program])


async def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--engine", default="pocketsphinx", choices=engines.engines())
    parser.add_argument("--keep", type=Path, required=True)
    options = parser.parse_args()
    keeper = Keeper(load(engines.engines()[options.engine]), options.keep)
    server = AsyncServer.from_uri(f"tcp://127.0.0.1:{options.port}")
    await server.run(partial(Connection, keeper, options.engine))


if __name__ == "__main__":
    asyncio.run(main())
