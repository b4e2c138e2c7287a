"""A line between a home and the centre, which can be cut."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.ports import free_port

_PIECE = 65_536


class Line:
    """Passes on what comes, as long as it is not cut.

    Attributes:
        port: Where it listens on loopback.
    """

    def __init__(self, to: int) -> None:
        """Lead to a port on loopback."""
        self.port = free_port()
        self._to = to
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    @property
    def url(self) -> str:
        """What a household enters."""
        return f"http://127.0.0.1:{self.port}"

    @classmethod
    @asynccontextmanager
    async def laid(cls, to: int) -> AsyncIterator[Line]:
        """Lay a line; it is taken up in the end."""
        line = cls(to)
        await line.mend()
        try:
            yield line
        finally:
            await line.cut()

    async def mend(self) -> None:
        """Let it lead to somewhere again."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)

    async def cut(self) -> None:
        """Let nothing through, and nothing that is under way arrive; harmless when it is cut."""
        server, self._server = self._server, None
        if server is None:
            return
        server.close()
        for writer in tuple(self._open):
            writer.transport.abort()
        await server.wait_closed()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self._to)
        except OSError:
            writer.transport.abort()
            return
        ends = {writer, back}
        self._open |= ends
        try:
            await asyncio.gather(_pass_on(reader, back), _pass_on(there, writer))
        finally:
            self._open -= ends
            for end in ends:
                end.transport.abort()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while piece := await reader.read(_PIECE):
            writer.write(piece)
            await writer.drain()
        writer.write_eof()
    except OSError:
        writer.transport.abort()
