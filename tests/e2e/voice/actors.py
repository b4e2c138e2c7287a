"""The processes of the harness, seen from the side that directs them."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
import json
from pathlib import Path
import socket
import tempfile
import time
from typing import Any, Final

from tests.ports import free_port

from . import sound

PYTHON: Final = sound.ROOT / ".venv-voice" / "bin" / "python"
_START_SECONDS: Final = 120.0


class ActorError(Exception):
    """A process of the harness failed, or nothing happened in time."""


@dataclass(slots=True)
class Server:
    """A process that serves one port.

    Attributes:
        module: The module of this package to run.
        arguments: What to tell it beside the port.
        log: File for what it prints.
        python: Interpreter of its environment.
        port: Its port on loopback.
    """

    module: str
    arguments: tuple[str, ...]
    log: Path
    python: Path = PYTHON
    port: int = field(default_factory=free_port)
    process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it and wait until it answers.

        Raises:
            ActorError: If it ends, or does not answer in time.
        """
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *(str(self.python), "-m", f"{__package__}.{self.module}", "--port", str(self.port)),
                *self.arguments,
                cwd=sound.ROOT,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
            )
        deadline = time.monotonic() + _START_SECONDS
        while not _answers(self.port):
            if self.process.returncode is not None or time.monotonic() > deadline:
                raise ActorError(f"{self.module} did not start:\n{self.log.read_text()[-2000:]}")
            await asyncio.sleep(0.1)

    async def stop(self) -> None:
        """End it; harmless when it has ended."""
        process, self.process = self.process, None
        if process is not None and process.returncode is None:
            process.terminate()
            await process.wait()


@dataclass(slots=True)
class Satellite:
    """A satellite, and what it reports.

    Attributes:
        name: Its name and the room it is in.
        kind: "esphome" (reopens its microphone) or "wyoming" (only announces).
        log: File for its errors.
        wake: Which wake word engine it uses, "micro" or "open".
        story: Everything that it reported since the story was last cut.
    """

    name: str
    kind: str
    log: Path
    wake: str = "micro"
    story: list[dict[str, Any]] = field(default_factory=list)
    state: str = "idle"
    _server: Server = field(init=False)
    _queue: deque[dict[str, Any]] = field(default_factory=deque)
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _reader: asyncio.Task[None] | None = None
    _clips: int = 0
    _folder: tempfile.TemporaryDirectory[str] | None = None

    def __post_init__(self) -> None:
        """Prepare its process."""
        arguments = ("--name", self.name, "--wake", self.wake)
        self._server = Server(f"{self.kind}_satellite", arguments, self.log)

    @property
    def port(self) -> int:
        """Where Home Assistant reaches it."""
        return self._server.port

    @property
    def reopens(self) -> bool:
        """It can open its microphone by itself after a question."""
        return self.kind == "esphome"

    async def start(self) -> None:
        """Switch it on."""
        self._folder = tempfile.TemporaryDirectory(prefix="message-guard-clips-")
        await self._server.start()
        self._reader = asyncio.create_task(self._read())

    async def stop(self) -> None:
        """Switch it off."""
        await self._server.stop()
        if self._reader is not None:
            self._reader.cancel()
        if self._folder is not None:
            self._folder.cleanup()

    async def _read(self) -> None:
        process = self._server.process
        assert process is not None
        assert process.stdout is not None
        async for line in process.stdout:
            event: dict[str, Any] = json.loads(line)
            self.story.append(event)
            self._queue.append(event)
            if event["event"] in {"idle", "listening", "thinking", "speaking"}:
                self.state = event["event"]
            self._news.set()

    async def order(self, do: str, **facts: Any) -> None:
        """Tell it to do something (see `device`)."""
        process = self._server.process
        if process is None or process.stdin is None or process.returncode is not None:
            raise ActorError(f"{self.name} is gone:\n{self.log.read_text()[-2000:]}")
        process.stdin.write(f"{json.dumps({'do': do, **facts})}\n".encode())
        await process.stdin.drain()

    async def hear(self, clip: sound.Samples, *, wait: bool = True) -> None:
        """Let its microphone hear a clip; wait until the clip is over."""
        assert self._folder is not None
        self._clips += 1
        path = Path(self._folder.name) / f"{self._clips}.wav"
        sound.write(path, clip)
        if wait:
            self.catch_up()
        await self.order("hear", file=str(path))
        if wait:
            seconds = clip.size / sound.RATE
            while (await self.next("silent", within=seconds + 5.0))["file"] != str(path):
                pass

    def catch_up(self) -> None:
        """Forget what was reported so far."""
        self._queue.clear()

    async def next(self, *kinds: str, within: float) -> dict[str, Any]:
        """Return the next report of one of these kinds, leaving out what comes before.

        Raises:
            ActorError: If there is none in time (seconds).
        """
        try:
            async with asyncio.timeout(within):
                while True:
                    while self._queue:
                        event = self._queue.popleft()
                        if event["event"] in kinds:
                            return event
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise ActorError(f"{self.name}: no {' or '.join(kinds)} in {within:.0f} s") from None

    def reported(self, kind: str) -> bool:
        """Return whether something of this kind waits to be read."""
        return any(event["event"] == kind for event in self._queue)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex(("127.0.0.1", port)) == 0
