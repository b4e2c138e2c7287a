"""What every satellite of the harness is made of: microphone, wake word, loudspeaker.

A device is a process of its own. It runs in real time: every 32 ms it makes one frame of what its
microphone hears (the room's noise, the clips that it was told to hear, and its own loudspeaker),
looks for the wake word in it, and passes it on while it listens.

Orders come as lines of JSON on standard input, what happens goes out the same way:

    {"do": "hear", "file": "clip.wav"}     play a clip into the microphone, now
    {"do": "hush"}                         what the microphone was still to hear is not played
    {"do": "echo", "level": -20, "delay": 0.1, "early": 0.5}
                                           from now on the microphone hears the loudspeaker, so many
                                           dB below what people are heard at and so many seconds
                                           late, and opens so many seconds before the speech ends
    {"do": "save", "file": "dialogue.wav"} write what the microphone heard since the last time
    {"do": "forget"}                       throw it away instead
    {"do": "quit"}
"""

from abc import ABC, abstractmethod
import argparse
import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
import json
from pathlib import Path
import sys
import time
from typing import Any, Final
import zlib

import numpy as np
from pymicro_wakeword import MicroWakeWord, MicroWakeWordFeatures, Model as MicroModel
from pyopen_wakeword import Model as OpenModel, OpenWakeWord, OpenWakeWordFeatures

from . import room, sound

FRAME: Final = 512
"""Samples of one frame: 32 ms."""

_LISTEN_SECONDS: Final = 15.0


class State(StrEnum):
    """What a device is doing."""

    IDLE = "idle"
    LISTENING = "listening"
    THINKING = "thinking"
    SPEAKING = "speaking"


@dataclass(frozen=True, slots=True)
class Echo:
    """How the microphone hears the loudspeaker.

    Attributes:
        level: dB; None for a device that cancels all of it.
        delay: Seconds by which it is heard late.
        early: Seconds before the end of the speech at which the microphone opens for the reply.
    """

    level: float | None = None
    delay: float = 0.0
    early: float = 0.0


class MicroWake:
    """Wakes on "Alexa" with microWakeWord's own model, as ESPHome devices do."""

    def __init__(self) -> None:
        """Load the model."""
        self._model = MicroWakeWord.from_builtin(MicroModel.ALEXA)
        self._features = MicroWakeWordFeatures()

    def hears(self, frame: bytes) -> bool:
        """Return whether the wake word ended in this frame."""
        return any(
            self._model.process_streaming(part) for part in self._features.process_streaming(frame)
        )

    def reset(self) -> None:
        """Forget what was heard."""
        self._model.reset()
        self._features.reset()


class OpenWake:
    """Wakes on "Alexa" with openWakeWord's own model; the more nervous of the two."""

    def __init__(self) -> None:
        """Load the model."""
        self._model = OpenWakeWord.from_builtin(OpenModel.ALEXA)
        self._features = OpenWakeWordFeatures.from_builtin()

    def hears(self, frame: bytes) -> bool:
        """Return whether the wake word ended in this frame."""
        found = [
            chance
            for part in self._features.process_streaming(frame)
            for chance in self._model.process_streaming(part)
        ]
        return any(chance > 0.5 for chance in found)

    def reset(self) -> None:
        """Forget what was heard."""
        self._model.reset()
        self._features.reset()


WAKES: Final[dict[str, Callable[[], MicroWake | OpenWake]]] = {"micro": MicroWake, "open": OpenWake}


class Device(ABC):
    """A satellite without its protocol."""

    def __init__(self, options: argparse.Namespace) -> None:
        """Put the device together.

        Args:
            options: What `arguments` parsed.
        """
        self.name: str = options.name
        self.port: int = options.port
        self.state = State.IDLE
        self._wake = WAKES[options.wake]()
        self._echo = Echo()
        self._random = np.random.default_rng(zlib.crc32(options.name.encode()))
        # The microphone's future, from `_now` on, in samples.
        self._future = np.zeros(0, dtype=np.float64)
        self._clip_ends: list[tuple[int, str]] = []
        self._now = 0
        self._listening_since = 0
        self._kept: list[sound.Samples] = []
        self._playing: asyncio.Task[None] | None = None

    # --- the protocol's side -----------------------------------------------------------------

    @abstractmethod
    async def serve(self) -> None:
        """Open the port for Home Assistant."""

    @abstractmethod
    async def begin(self, wake_word: str | None) -> None:
        """Tell Home Assistant that somebody is going to speak."""

    @abstractmethod
    async def send(self, frame: bytes) -> None:
        """Pass on one frame of what the microphone hears."""

    @abstractmethod
    async def end(self) -> None:
        """Tell Home Assistant that the microphone is closed."""

    # --- the loop ------------------------------------------------------------------------------

    async def run(self) -> None:
        """Run until told to quit."""
        await self.serve()
        report("ready")
        microphone = asyncio.create_task(self._microphone())
        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
        )
        async for line in reader:
            order: dict[str, Any] = json.loads(line)
            match order.pop("do"):
                case "hear":
                    self._hear(sound.read(Path(order["file"])), order["file"])
                case "hush":
                    self._future = self._future[:0]
                    self._clip_ends.clear()
                case "echo":
                    self._echo = Echo(**order)
                case "save":
                    sound.write(Path(order["file"]), sound.join(*self._kept))
                    self._kept.clear()
                case "forget":
                    self._kept.clear()
                case "quit":
                    break
        microphone.cancel()

    async def _microphone(self) -> None:
        begun = time.monotonic()
        while True:
            frame = self._next_frame()
            await self._take(frame)
            while self._clip_ends and self._clip_ends[0][0] <= self._now:
                report("silent", file=self._clip_ends.pop(0)[1])
            ahead = begun + self._now / sound.RATE - time.monotonic()
            await asyncio.sleep(max(ahead, 0))

    def _next_frame(self) -> bytes:
        background = sound.noise(FRAME / sound.RATE, room.FLOOR, self._random).astype(np.float64)
        ahead, self._future = self._future[:FRAME], self._future[FRAME:]
        background[: ahead.size] += ahead
        self._now += FRAME
        samples = np.clip(np.round(background), -32768, 32767).astype(np.int16)
        self._kept.append(samples)
        return samples.tobytes()

    async def _take(self, frame: bytes) -> None:
        if self.state is State.IDLE:
            if self._wake.hears(frame):
                report("wake")
                await self._listen("Alexa")
        elif self.state is State.LISTENING:
            await self.send(frame)
            if self._now - self._listening_since > _LISTEN_SECONDS * sound.RATE:
                await self.end()
                self.change(State.THINKING)

    def _hear(self, clip: sound.Samples, name: str) -> None:
        self._add(clip, 0)
        self._clip_ends.append((self._now + clip.size, name))
        self._clip_ends.sort()

    def _add(self, clip: sound.Samples, offset: int) -> None:
        missing = offset + clip.size - self._future.size
        if missing > 0:
            self._future = np.concatenate((self._future, np.zeros(missing)))
        self._future[offset : offset + clip.size] += clip

    # --- what the protocols do -------------------------------------------------------------------

    def change(self, state: State) -> None:
        """Go over to another state."""
        if state is not self.state:
            self.state = state
            report(state)
            if state is State.IDLE:
                self._wake.reset()

    async def _listen(self, wake_word: str | None) -> None:
        self._listening_since = self._now
        self.change(State.LISTENING)
        await self.begin(wake_word)

    def stop_listening(self) -> None:
        """Close the microphone: Home Assistant has heard enough."""
        if self.state is State.LISTENING:
            self.change(State.THINKING)

    def speak(
        self, speech: sound.Samples, text: str, *, reply: bool, done: Callable[[], Awaitable[None]]
    ) -> None:
        """Let the loudspeaker say something.

        Args:
            speech: The sound.
            text: Its words, for the report.
            reply: Open the microphone afterwards, without a wake word.
            done: Called when the device thinks that it has finished.
        """
        if self._playing is not None:
            self._playing.cancel()
        self._playing = asyncio.create_task(self._play(speech, text, reply, done))

    async def _play(
        self, speech: sound.Samples, text: str, reply: bool, done: Callable[[], Awaitable[None]]
    ) -> None:
        self.change(State.SPEAKING)
        seconds = speech.size / sound.RATE
        report("says", text=text, seconds=round(seconds, 2), reply=reply)
        if self._echo.level is not None and speech.size:
            heard = sound.at_level(speech, room.LOUDNESS + self._echo.level)
            self._add(heard, round(self._echo.delay * sound.RATE))
        await asyncio.sleep(max(seconds - self._echo.early, 0))
        await done()
        if reply:
            await self._listen(None)
        else:
            self.change(State.IDLE)
        report("said", text=text)


def report(event: str, **facts: Any) -> None:
    """Tell whoever runs the device what happened."""
    sys.stdout.write(f"{json.dumps({'event': event, 'at': round(time.time(), 3), **facts})}\n")
    sys.stdout.flush()


def arguments() -> argparse.Namespace:
    """Parse what every device is told when it starts."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--name", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--wake", default="micro", choices=WAKES)
    return parser.parse_args()
