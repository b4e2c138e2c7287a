"""Where messages arrive: what the tests and the demo look at to say that something was sent."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

# Home Assistant's file integration begins a new file with a title and a ruler of this many dashes.
_HEADER_LINES = 2


@dataclass(slots=True)
class HttpReceiver:
    """A web server on loopback that keeps whatever is posted to it.

    Attributes:
        received: The JSON of each post, oldest first.
        status: HTTP status to answer with; 500 plays a channel that fails.
        answers: Cleared, posts are kept but not answered until it is set again.
    """

    received: list[Mapping[str, Any]] = field(default_factory=list)
    status: int = 200
    answers: asyncio.Event = field(default_factory=asyncio.Event)
    _arrival: asyncio.Event = field(default_factory=asyncio.Event)
    _runner: web.AppRunner | None = None
    _port: int = 0

    @property
    def url(self) -> str:
        """Where to post to."""
        return f"http://127.0.0.1:{self._port}/message"

    @property
    def messages(self) -> list[str]:
        """The words that arrived, oldest first."""
        return [str(post["message"]) for post in self.received]

    async def start(self) -> None:
        """Begin to listen, on a port of the system's choice."""
        self.answers.set()
        application = web.Application()
        application.router.add_post("/message", self._take)
        self._runner = web.AppRunner(application)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self._port = self._runner.addresses[0][1]

    async def wait_for(self, count: int, within: float = 10.0) -> None:
        """Wait until so many posts have arrived since the start.

        Raises:
            TimeoutError: If they do not in time.
        """
        async with asyncio.timeout(within):
            while len(self.received) < count:
                self._arrival.clear()
                await self._arrival.wait()

    async def stop(self) -> None:
        """Stop listening."""
        self.answers.set()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        self.received.append(await request.json())
        self._arrival.set()
        await self.answers.wait()
        return web.Response(status=self.status)


@dataclass(frozen=True, slots=True)
class FileReceiver:
    """A file that Home Assistant's file integration appends to."""

    path: Path

    @property
    def messages(self) -> list[str]:
        """The words that arrived, oldest first."""
        if not self.path.exists():
            return []
        return self.path.read_text(encoding="utf-8").splitlines()[_HEADER_LINES:]
