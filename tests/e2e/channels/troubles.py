"""What can go wrong with a channel, and a web server that lets it."""

import asyncio
from collections.abc import Mapping
import contextlib
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, override

from aiohttp import web

from tests.ports import free_port


class Trouble(StrEnum):
    """What the other side does with a message."""

    NONE = "works"
    DOWN = "down"
    """Nobody listens."""
    SLOW = "slow"
    """It takes the message and answers after 20 s."""
    SLOWER = "slower"
    """The same, after 90 s."""
    CUT = "cut"
    """The message has arrived, and the connection ends without an answer."""
    UNAUTHORIZED = "401"
    FORBIDDEN = "403"
    """The recipient has blocked the sender, or the sender may not write there."""
    TOO_MANY = "429"
    BROKEN = "500"
    RESTART = "restart"
    """Home Assistant is stopped and started while the other side has not answered."""


STATUS: Mapping[Trouble, int] = {
    Trouble.UNAUTHORIZED: 401,
    Trouble.FORBIDDEN: 403,
    Trouble.TOO_MANY: 429,
    Trouble.BROKEN: 500,
}
SECONDS: Mapping[Trouble, float] = {
    Trouble.SLOW: 20.0,
    Trouble.SLOWER: 90.0,
    Trouble.RESTART: 600.0,
}
"""How long the other side hesitates, unless the trouble is over before."""


@dataclass(slots=True)
class Server:
    """The other side of a channel.

    Attributes:
        trouble: What it does with the next message.
        arrived: The words that have arrived, oldest first.
        release: Set when whoever still waits is to be answered: the trouble is over.
    """

    trouble: Trouble = Trouble.NONE
    arrived: list[str] = field(default_factory=list)
    release: asyncio.Event = field(default_factory=asyncio.Event)

    async def start(self) -> None:
        """Begin to listen."""

    async def stop(self) -> None:
        """Stop listening."""

    async def empty(self) -> None:
        """Forget what has arrived."""
        self.arrived.clear()

    async def look(self) -> None:
        """See what has arrived, where that is not known from the wire."""

    async def let(self, trouble: Trouble) -> None:
        """Do this with the messages that follow."""
        was, self.trouble = self.trouble, trouble
        self.release.set()
        self.release = asyncio.Event()
        if trouble is Trouble.DOWN:
            await self.stop()
        elif was is Trouble.DOWN:
            await self.start()

    async def hesitate(self) -> None:
        """Answer as late as it has to be."""
        if (seconds := SECONDS.get(self.trouble)) is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.release.wait(), seconds)


@dataclass(slots=True)
class WebServer(Server):
    """The other side of a channel that speaks HTTP. The port stays the same when it is started again."""

    port: int = field(default_factory=free_port)
    _runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @override
    async def start(self) -> None:
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._take)
        self._runner = web.AppRunner(application, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True).start()

    @override
    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def words(self, request: web.Request) -> str | None:
        """Return the words of a message, None for any other request."""
        raise NotImplementedError

    async def accept(self, request: web.Request) -> web.StreamResponse:
        """Return what is answered to a message that is taken, and to any other request."""
        return web.json_response({})

    def refuse(self, status: int) -> web.StreamResponse:
        """Return what is answered to a message that is not taken."""
        return web.json_response({}, status=status)

    async def _take(self, request: web.Request) -> web.StreamResponse:
        said = await self.words(request)
        if said is None:
            return await self.accept(request)
        if (status := STATUS.get(self.trouble)) is not None:
            return self.refuse(status)
        self.arrived.append(said)
        answer = await self.accept(request)
        if self.trouble is Trouble.CUT:
            assert request.transport is not None
            request.transport.close()
        await self.hesitate()
        return answer


async def json_of(request: web.Request) -> Mapping[str, Any]:
    """Return the JSON or the form of a request, empty where it has neither."""
    if request.content_type == "application/json":
        found = await request.json()
        return found if isinstance(found, dict) else {}
    return dict(await request.post()) if request.can_read_body else {}
