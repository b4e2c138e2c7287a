"""The history: how long the server needs for a page of it, of a household with very many requests behind it.

Measured at the store, without the WebSocket; the median of several rounds, in milliseconds. A page is fifty requests.
"""

import argparse
import asyncio
from itertools import groupby
import json
from pathlib import Path
import statistics
import tempfile
import time

from custom_components.message_guard.ledger.history import History, Outcome, Wanted
from custom_components.message_guard.ledger.store import LedgerStore

from .ledger_peers import DAY_US, START_US, Clock, steps

REQUESTS = 100_000
QUICK_REQUESTS = 2_000
ROUNDS = 9
BATCH = 200
GOAL_MILLISECONDS = 50.0
"""For the first page, by which the goal of 300 ms from a click to the rows on a screen can be held."""

FILTERS = {
    "first page": Wanted(),
    "of one person": Wanted(contact_id="01J9ZK3M6Q8V7T5R4W2X1Y0003"),
    "from one place": Wanted(satellite_id="assist_satellite.room_2"),
    "declined": Wanted(outcomes=[Outcome.DECLINED]),
    "of one day": Wanted(since_us=START_US + DAY_US, until_us=START_US + 2 * DAY_US),
    "with a word": Wanted(text="number 1"),
}


async def fill(store: LedgerStore, requests: int) -> None:
    """Record so many requests, as a busy household has them."""
    waiting = []
    for number, (_, each) in enumerate(groupby(steps(), key=lambda step: step.request_id)):
        if number == requests:
            break
        waiting += list(each)
        if len(waiting) >= BATCH:
            await store.append_many(waiting)
            waiting = []
    if waiting:
        await store.append_many(waiting)


async def milliseconds(history: History, wanted: Wanted, before: int | None = None) -> float:
    """Return how long a page takes, the median of several."""
    found = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        await history.page(wanted, before=before)
        found.append(1000 * (time.perf_counter() - begin))
    return statistics.median(found)


async def run(folder: Path, requests: int) -> dict[str, float]:
    """Return how long each page takes, in milliseconds."""
    store = LedgerStore(folder / "ledger.db", clock_us=Clock(), retention_days=None)
    await store.open()
    try:
        await fill(store, requests)
        history = History(store)
        result = {name: await milliseconds(history, wanted) for name, wanted in FILTERS.items()}
        (middle,) = await store.read(
            lambda db: db.execute("SELECT max(sequence) / 2 FROM entries").fetchone()
        )
        result["in the middle"] = await milliseconds(history, Wanted(), middle)
        begin = time.perf_counter()
        await history.ends(START_US, START_US + 30 * DAY_US)
        result["30 days, counted"] = 1000 * (time.perf_counter() - begin)
        begin = time.perf_counter()
        await history.known()
        result["what to filter by"] = 1000 * (time.perf_counter() - begin)
    finally:
        await store.close()
    return result


def main() -> int:
    """Print the measurements; the exit code says whether the first page is soon enough."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one line of JSON only")
    parser.add_argument("--quick", action="store_true", help="a short past, for a first look")
    options = parser.parse_args()
    requests = QUICK_REQUESTS if options.quick else REQUESTS
    with tempfile.TemporaryDirectory(prefix=".bench-") as name:
        result = asyncio.run(run(Path(name), requests))
    if options.json:
        print(json.dumps({"requests": requests, "milliseconds": result}))
    else:
        print(f"{requests} requests, milliseconds")
        for what, took in result.items():
            print(f"{what:20} {took:8.1f}")
    return int(result["first page"] > GOAL_MILLISECONDS)


if __name__ == "__main__":
    raise SystemExit(main())
