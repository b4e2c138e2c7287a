"""Writes the ledger that is judged, with the store that writes every ledger."""

from pathlib import Path

from tests.judges.history import History
from tests.ledger.stores import Clock, opened, sent

REQUESTS = 200
"""Three entries each, so that the tree has more than two tiles."""


async def written(database: Path) -> History:
    """Write a ledger and return its history."""
    async with opened(database, clock_us=Clock()) as store:
        for number in range(REQUESTS):
            await store.append_many(sent(f"r{number}", body=f"dinner, number {number}"))
            if not number % 50:
                await store.checkpoint()
    return History.of(database)
