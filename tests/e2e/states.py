"""What entities are, followed as Home Assistant's own pages follow them."""

import asyncio
from collections.abc import Callable
import contextlib
from dataclasses import dataclass, field

from .client import Client

_WITHIN_SECONDS = 20.0


@dataclass(slots=True)
class States:
    """The states of some entities, all that they have been, oldest first.

    Attributes:
        history: Entity id → its states since it was followed first.
        changed_at: Entity id → when it became what it is, in Home Assistant's own seconds since the epoch.
    """

    history: dict[str, list[str]] = field(default_factory=dict)
    changed_at: dict[str, float] = field(default_factory=dict)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _reader: asyncio.Task[None] | None = None

    async def follow(self, client: Client, *entity_ids: str) -> None:
        """Follow these entities in this session, instead of whatever was followed before.

        Raises:
            TimeoutError: If Home Assistant does not tell what they are.
        """
        await self.stop()
        seen = {entity_id: len(self.history.setdefault(entity_id, [])) for entity_id in entity_ids}
        told = await client.subscribe("subscribe_entities", entity_ids=list(entity_ids))

        async def read() -> None:
            with contextlib.suppress(asyncio.QueueShutDown):
                while True:
                    event = await told.get()
                    found = dict(event.get("a", {}))
                    for name, change in event.get("c", {}).items():
                        if "s" in change.get("+", {}):
                            found[name] = change["+"]
                    for name, new in found.items():
                        self.history[name].append(new["s"])
                        self.changed_at[name] = new["lc"]
                    self._changed.set()

        self._reader = asyncio.create_task(read())
        async with asyncio.timeout(_WITHIN_SECONDS):
            while any(len(self.history[name]) == count for name, count in seen.items()):
                await self._change()

    async def stop(self) -> None:
        """Follow nothing any more."""
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.wait((self._reader,))
            self._reader = None

    def count(self, entity_id: str) -> int:
        """Return how many states an entity has had."""
        return len(self.history[entity_id])

    def now(self, entity_id: str) -> str:
        """Return what an entity is."""
        return self.history[entity_id][-1]

    async def until(
        self, entity_id: str, wanted: Callable[[list[str]], bool], since: int = 0
    ) -> None:
        """Wait until the states of an entity, from number `since` on, are as wanted.

        Raises:
            TimeoutError: If they do not become so.
        """
        async with asyncio.timeout(_WITHIN_SECONDS):
            while not wanted(self.history[entity_id][since:]):
                await self._change()

    async def _change(self) -> None:
        self._changed.clear()
        await self._changed.wait()
