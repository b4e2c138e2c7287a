"""Speech to text with pocketsphinx, alone or as a Wyoming server on loopback.

Started with `python -m tests.e2e.voice.recogniser --port 10300 --keep FOLDER`.

As a server it keeps every clip it was given in the folder, and one line of JSON for each in
`heard.jsonl`: when, which file, and what it understood.
"""

import argparse
import asyncio
from collections.abc import Callable
from functools import partial
import json
from pathlib import Path
import re
import time
from typing import Final

import numpy as np
from pocketsphinx import Config, Decoder, get_model_path
from wyoming.asr import Transcript
from wyoming.audio import AudioChunk, AudioChunkConverter, AudioStop
from wyoming.event import Event
from wyoming.info import AsrModel, AsrProgram, Attribution, Describe, Info
from wyoming.ping import Ping, Pong
from wyoming.server import AsyncEventHandler, AsyncServer

from . import language_model, sound

_FLOOR: Final = -58.0
"""Noise added under every clip, dB: without it faint speech becomes inserted words."""


class Recogniser:
    """Turns one clip into text."""

    def __init__(self, model: str = "household") -> None:
        """Load the acoustic model and the language model "household" or "stock"."""
        path = (
            language_model.household_model()
            if model == "household"
            else language_model.stock_model()
        )
        self._decoder = Decoder(
            Config(
                hmm=get_model_path("en-us/en-us"),
                lm=str(path),
                dict=get_model_path("en-us/cmudict-en-us.dict"),
                loglevel="FATAL",
            )
        )

    def hear(self, clip: sound.Samples) -> str:
        """Return what was said in the clip's foreground, in lower case, without punctuation."""
        clip = sound.at_level(sound.foreground(clip), -22.0)
        random = np.random.default_rng(clip.size)
        clip = sound.mix(clip, sound.noise(clip.size / sound.RATE, _FLOOR, random))
        self._decoder.start_utt()
        self._decoder.process_raw(clip.tobytes(), no_search=False, full_utt=True)
        self._decoder.end_utt()
        found = self._decoder.hyp()
        text = found.hypstr if found is not None else ""
        return " ".join(re.sub(r"\(\d+\)|<[^>]*>|\[[^]]*\]", " ", text).lower().split())


ATTRIBUTION: Final = Attribution(name="Message Guard's voice harness", url="")


class Connection(AsyncEventHandler):
    """One utterance of Home Assistant's, or one question about who we are."""

    def __init__(
        self,
        transcribe: Callable[[sound.Samples], str],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        """Listen on a connection.

        Args:
            transcribe: Returns what a clip says.
            reader: What Home Assistant sends.
            writer: What it is answered.
        """
        super().__init__(reader, writer)
        self._transcribe = transcribe
        self._converter = AudioChunkConverter(rate=sound.RATE, width=2, channels=1)
        self._audio = bytearray()

    async def handle_event(self, event: Event) -> bool:
        """Take one event; return whether to go on."""
        if Describe.is_type(event.type):
            await self.write_event(_info().event())
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

    def __init__(self, recogniser: Recogniser, folder: Path) -> None:
        """Keep everything in `folder`."""
        self._recogniser = recogniser
        self._folder = folder
        self._count = 0
        folder.mkdir(parents=True, exist_ok=True)

    def __call__(self, clip: sound.Samples) -> str:
        """Return what the clip says."""
        self._count += 1
        path = self._folder / f"heard-{self._count:04d}.wav"
        sound.write(path, clip)
        text = self._recogniser.hear(clip) if clip.size > sound.RATE // 10 else ""
        line = {"at": time.time(), "file": path.name, "text": text}
        with (self._folder / "heard.jsonl").open("a", encoding="utf-8") as file:
            file.write(f"{json.dumps(line)}\n")
        return text


def _info() -> Info:
    model = AsrModel(
        name="en-us",
        attribution=ATTRIBUTION,
        installed=True,
        description="American English",
        version="1",
        languages=["en"],
    )
    program = AsrProgram(
        name="pocketsphinx",
        attribution=ATTRIBUTION,
        installed=True,
        description="pocketsphinx",
        version="1",
        models=[model],
    )
    return Info(asr=[program])


async def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--model", default="household", choices=("household", "stock"))
    parser.add_argument("--keep", type=Path, required=True)
    options = parser.parse_args()
    keeper = Keeper(Recogniser(options.model), options.keep)
    server = AsyncServer.from_uri(f"tcp://127.0.0.1:{options.port}")
    await server.run(partial(Connection, keeper))


if __name__ == "__main__":
    asyncio.run(main())
