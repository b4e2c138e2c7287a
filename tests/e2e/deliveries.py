"""What is on its way to its receiver, followed by the guard's own events."""

import asyncio
from collections.abc import Mapping
import contextlib
from dataclasses import dataclass, field

from .client import Client, Json
from .guarded import DOMAIN

_ENDS = frozenset({"delivered", "handed_over", "unknown", "interrupted", "failed"})
_WITHIN_SECONDS = 20.0


@dataclass(slots=True)
class Deliveries:
    """The requests of one household that were allowed, and have not yet come to an end.

    A phone is told that a message was approved, and whoever speaks hears an answer, while it is on its way still.
    """

    _under_way: set[str] = field(default_factory=set)
    _told: asyncio.Queue[Mapping[str, Json]] = field(default_factory=asyncio.Queue)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _client: Client | None = None
    _reader: asyncio.Task[None] | None = None

    async def follow(self, client: Client) -> None:
        """Follow them in this session, instead of whatever was followed before."""
        await self.stop()
        self._under_way.clear()
        self._client = client
        self._told = await client.subscribe("subscribe_events", event_type=f"{DOMAIN}_step")
        self._reader = asyncio.create_task(self._read())

    async def stop(self) -> None:
        """Follow nothing any more."""
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.wait((self._reader,))
            self._reader = None

    async def settle(self) -> None:
        """Wait until nothing is on its way.

        Raises:
            TimeoutError: If something stays on its way.
        """
        if self._client is not None:
            # Whatever was fired before has been told to this session once this is answered.
            await self._client.command("auth/current_user")
        async with asyncio.timeout(_WITHIN_SECONDS):
            while not self._told.empty() or self._under_way:
                self._changed.clear()
                await self._changed.wait()

    async def _read(self) -> None:
        with contextlib.suppress(asyncio.QueueShutDown):
            while True:
                step = (await self._told.get())["data"]
                if step["kind"] == "authorised":
                    self._under_way.add(step["request_id"])
                elif step["kind"] in _ENDS:
                    self._under_way.discard(step["request_id"])
                self._changed.set()
