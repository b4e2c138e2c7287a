"""Durable appends of the ledger beside those of bare SQLite and others, one by one and many at once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from itertools import islice
from pathlib import Path
import statistics
import time
from typing import Any

from custom_components.message_guard.ledger.format.entries import Step
from custom_components.message_guard.ledger.store import LedgerStore

from .ledger_peers import (
    AwaitedSqlite,
    BareSqlite,
    Clock,
    FreshSqlite,
    IndexedSqlite,
    JsonLines,
    Pymerkle,
    rows,
    steps,
)

CONCURRENT = 64

BEFORE = 1000
"""So many entries each system has written before it is measured."""

AGAINST = ("bare", "fresh", "indexed", "awaited")
"""With whose single appends ours are compared."""


def seconds(work: Callable[[], object]) -> float:
    """Return how long something takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


async def seconds_of(work: Awaitable[object]) -> float:
    """Return how long something takes."""
    begin = time.perf_counter()
    await work
    return time.perf_counter() - begin


def median(values: list[float]) -> float:
    """Return the median."""
    return statistics.median(values)


@asynccontextmanager
async def ledger(path: Path) -> AsyncIterator[LedgerStore]:
    """Open a ledger with the benchmark's clock, keeping all words."""
    store = LedgerStore(path, clock_us=Clock(), retention_days=None)
    await store.open()
    try:
        yield store
    finally:
        await store.close()


async def singles(
    store: LedgerStore, folder: Path, rounds: int, each: int
) -> AsyncIterator[dict[str, list[float]]]:
    """Measure single appends of all systems in turns; yields after each round how long each append took, by system."""
    peers: dict[str, BareSqlite | JsonLines | Pymerkle] = {
        "bare": BareSqlite(folder),
        "indexed": IndexedSqlite(folder),
        "jsonl": JsonLines(folder),
        "pymerkle": Pymerkle(folder),
        "awaited": AwaitedSqlite(folder),
        "fresh": FreshSqlite(folder),
    }
    made, mine = iter(rows(BEFORE + rounds * each)), steps()
    for step in islice(mine, BEFORE):
        await store.append(step)
    for row in islice(made, BEFORE):
        for name, peer in peers.items():
            if name != "fresh":
                peer.append(row)
    for _ in range(rounds):
        taken = {
            "ours": [await seconds_of(store.append(step)) for step in islice(mine, each)],
        }
        batch = list(islice(made, each))
        for name, peer in peers.items():
            if name == "awaited":
                taken[name] = [
                    await seconds_of(asyncio.to_thread(peer.append, row)) for row in batch
                ]
            else:
                taken[name] = [seconds(partial(peer.append, row)) for row in batch]
        yield taken
    for peer in peers.values():
        peer.close()


async def at_once(store: LedgerStore, shares: Sequence[Sequence[Step]]) -> float:
    """Return how long an append takes, on average, where so many append one after the other at the same time."""

    async def sender(share: Sequence[Step]) -> None:
        for step in share:
            await store.append(step)

    return await seconds_of(asyncio.gather(*map(sender, shares))) / sum(map(len, shares))


async def appends(folder: Path, rounds: int, each: int) -> dict[str, Any]:
    """Measure single durable appends of all systems in turns, and of ours many at once.

    All have written as many entries before, one by one, so that every write-ahead log is as large as it becomes: a commit that
    need not make it larger takes half as long. `fresh` is bare SQLite without that, as any program has it for its first few
    hundred commits after a start. Those that come many at once go to a ledger of their own.
    """
    single: dict[str, list[float]] = {}
    whole: dict[str, float] = {}
    together: list[float] = []
    others = steps()
    async with ledger(folder / "append.db") as store, ledger(folder / "together.db") as shared:
        async for taken in singles(store, folder, rounds, each):
            for name, times in taken.items():
                single.setdefault(name, []).append(median(times))
                whole[name] = whole.get(name, 0.0) + sum(times)
            shares = [list(islice(others, each // 2)) for _ in range(CONCURRENT)]
            together.append(await at_once(shared, shares))
    against = {
        name: median([each / ours for ours, each in zip(single["ours"], single[name], strict=True)])
        for name in AGAINST
    }
    return {
        "single_append_us": {name: median(times) * 1e6 for name, times in single.items()},
        "append_rate_against_bare_sqlite": against.pop("bare"),
        **{f"append_rate_against_{name}": rate for name, rate in against.items()},
        "all_appends_against_bare_sqlite": whole["bare"] / whole["ours"],
        "concurrent_append_us": median(together) * 1e6,
        "concurrent_rate_against_single": median(
            [one / many for one, many in zip(single["ours"], together, strict=True)]
        ),
    }
