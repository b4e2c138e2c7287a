"""A wake word engine for tests: a Wyoming server that hears nothing, and tells what it would wake for."""

import asyncio
from dataclasses import dataclass

from wyoming.event import async_read_event, async_write_event
from wyoming.info import Attribution, Describe, Info, WakeModel, WakeProgram

_ATTRIBUTION = Attribution(name="Message Guard", url="")


@dataclass(slots=True)
class WakeEngine:
    """Wakes for models that a household has trained itself.

    Attributes:
        phrases: What is said to each of them, by its name.
        port: Where it listens on loopback.
    """

    phrases: dict[str, str]
    port: int = 0
    _server: asyncio.Server | None = None

    async def start(self) -> None:
        """Begin to listen."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()
            self._server.close_clients()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (event := await async_read_event(reader)) is not None:
                if Describe.is_type(event.type):
                    await async_write_event(self._info().event(), writer)
        except ConnectionError:
            pass  # Home Assistant went away
        finally:
            writer.close()

    def _info(self) -> Info:
        models = [
            WakeModel(
                name=name,
                description=name,
                phrase=phrase,
                attribution=_ATTRIBUTION,
                installed=True,
                version="1",
                languages=["en"],
            )
            for name, phrase in self.phrases.items()
        ]
        program = WakeProgram(
            name="trained",
            description="trained",
            attribution=_ATTRIBUTION,
            installed=True,
            version="1",
            models=models,
        )
        return Info(wake=[program])
