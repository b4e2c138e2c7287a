"""Forwarding: how late the event loop is while the ledger is caught up with, beside the same home without a destination.

    scripts/bench outbox [--entries N] [--rounds N]

One real Home Assistant, one receiver in another process, in turns: the form is saved with a destination that wants everything from
the first entry on, and looked at until it has that; then with none, for the same time. At rest, and while somebody speaks.
Exit status 1: the loop was later with a destination than without, beyond the spread of the rounds.
"""

import argparse
import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
import sys
from tempfile import TemporaryDirectory
import time

from aiohttp import web
from homeassistant.const import __version__

from custom_components.message_guard.ledger.format.entries import Kind, Step
from custom_components.message_guard.ledger.store import LedgerStore
from tests.e2e.client import Client
from tests.e2e.forms import Forms
from tests.ports import free_port

from .soak_home import SoakHome

ENTRIES = 20_000
"""A week of a busy home without an internet."""
ROUNDS = 5
WINDOW_SECONDS = 10.0
"""So long each run is looked at at least."""
MOST_SECONDS = 120.0
"""After so long somebody has to look why it is not caught up with."""
BETWEEN_SECONDS = 0.2
"""Between two utterances."""
STEP_MS = 10.0
"""The probe looks so often: less cannot be told apart."""


@dataclass(slots=True)
class Counter:
    """A receiver that counts.

    Attributes:
        records: Entries and signs of life.
        requests: Requests.
        size: Bytes of all of them.
        first: When it was sent the first one with entries, by a clock that only goes forward.
        last: The same of the last one.
    """

    records: int = 0
    requests: int = 0
    size: int = 0
    first: float = 0.0
    last: float = 0.0

    async def handle(self, request: web.Request) -> web.Response:
        """Take whatever comes."""
        body = await request.read()
        found = body.count(b"message_guard.previous")
        if found:
            self.last = time.monotonic()
            self.first = self.last if not self.records else self.first
        self.records += found
        self.requests += 1
        self.size += len(body)
        return web.Response()


@dataclass(frozen=True, slots=True)
class Destinations:
    """What is entered in the form.

    Attributes:
        entered: The destinations.
        entries: How many entries have to arrive.
    """

    entered: list[dict[str, str | bool]]
    entries: int


@dataclass(slots=True)
class Runs:
    """What was seen in one way of running, one value a round.

    Attributes:
        largest: Milliseconds by which the loop was late at most.
        nearly: The same for 99 of 100 looks.
        answers: Milliseconds until an utterance was answered, the median of a round.
    """

    largest: list[float] = field(default_factory=list)
    nearly: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)

    def add(self, late: list[float], answers: list[float]) -> None:
        """Count a round."""
        ordered = sorted(late)
        self.largest.append(ordered[-1] * 1000)
        self.nearly.append(ordered[int(len(ordered) * 0.99)] * 1000)
        if answers:
            self.answers.append(median(answers) * 1000)

    def __str__(self) -> str:
        """Return medians, and the range of the largest."""
        told = (
            f"largest {median(self.largest):6.1f} ms ({min(self.largest):.1f} to {max(self.largest):.1f}),"
            f" 99 of 100 within {median(self.nearly):5.1f} ms"
        )
        return f"{told}, answered in {median(self.answers):.1f} ms" if self.answers else told


async def fill(path: Path, entries: int) -> None:
    """Write so many entries into the ledger of a Home Assistant that does not run."""
    store = LedgerStore(path)
    await store.open()
    facts = {"contact_id": "mum", "satellite_id": "assist_satellite.kitchen", "route": "dialogue"}
    for first in range(0, entries, 999):
        steps = [
            Step(
                kind=kind,
                request_id=f"r{first}.{number}",
                reasons=("default",),
                facts=facts,
                private={"body": "dinner is ready"} if kind is Kind.ASKED else {},
            )
            for number in range(min(999, entries - first) // 3)
            for kind in (Kind.ASKED, Kind.AUTHORISED, Kind.DELIVERED)
        ]
        await store.append_many(steps)
    await store.close()


async def look(
    home: SoakHome,
    forms: Forms,
    counter: Counter,
    chosen: Destinations,
    seconds: float,
    *,
    talks: bool,
) -> tuple[list[float], list[float], float]:
    """Save the form, and look for so long, or until a destination has everything.

    Returns:
        Seconds by which the loop was late, seconds until each utterance was answered, and how long it was looked at.
    """
    begun, counter.records = time.monotonic(), 0
    await home.probe("late")
    await forms.configure("ledger", {"retention_days": 30, "destinations": chosen.entered})
    answers: list[float] = []
    passed = 0.0
    while passed < seconds or counter.records < chosen.entries:
        if talks:
            answers.append(await _answered(home.house.client, len(answers)))
        await asyncio.sleep(BETWEEN_SECONDS)
        passed = time.monotonic() - begun
        assert passed < MOST_SECONDS, f"{counter.records} of {chosen.entries} entries came"
    return await home.probe("late"), answers, passed


async def _answered(client: Client, number: int) -> float:
    begun = time.monotonic()
    await client.say(f"turn {'off' if number % 2 else 'on'} the kitchen")
    return time.monotonic() - begun


async def measure(folder: Path, entries: int, rounds: int) -> bool:
    """Measure, print, and return whether the loop was no later with a destination."""
    counter = Counter()
    app = web.Application(client_max_size=2**24)
    app.router.add_post("/v1/logs", counter.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    home = SoakHome(folder / "home", guarded=True)
    runs = {(talks, forwards): Runs() for talks in (False, True) for forwards in (False, True)}
    took: list[float] = []
    try:
        await home.start()
        await home.house.stop()
        await fill(home.house.folder / "message_guard.ledger.db", entries)
        await home.house.start()
        (entry,) = await home.house.client.command("config_entries/get", domain="message_guard")
        pipelines = await home.house.client.command("assist_pipeline/pipeline/list")
        forms = Forms(home.house.client, [each["id"] for each in pipelines["pipelines"]])
        forms.entry_id = entry["entry_id"]
        url = f"http://127.0.0.1:{port}/v1/logs"
        there = Destinations([{"url": url, "everything": True}], entries)
        # The first utterance reads the sentences of a language, the first form its texts: that is nobody's round.
        await look(home, forms, counter, Destinations([], 0), 0.0, talks=False)
        await _answered(home.house.client, 1)
        for _ in range(rounds):
            for talks in (False, True):
                seconds = WINDOW_SECONDS
                for chosen in (there, Destinations([], 0)):
                    late, answers, seconds = await look(
                        home, forms, counter, chosen, seconds, talks=talks
                    )
                    runs[talks, bool(chosen.entered)].add(late, answers)
                    if chosen.entered:
                        took.append(counter.last - counter.first)
    finally:
        await home.stop()
        await runner.cleanup()
    print(
        f"Home Assistant {__version__}: {entries} entries caught up with in {median(took):.1f} s,"
        f" {counter.size / counter.requests / 1024:.0f} KiB a request"
    )
    for (talks, forwards), run in runs.items():
        print(
            f"  {'somebody speaks' if talks else 'at rest':<16}"
            f" {'with' if forwards else 'without':<8} event loop late: {run}"
        )
    return all(
        median(runs[talks, True].largest) <= max(runs[talks, False].largest) + STEP_MS
        for talks in (False, True)
    )


def main() -> int:
    """Measure; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=ENTRIES)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    chosen = parser.parse_args()
    with TemporaryDirectory(prefix="message-guard-outbox-") as folder:
        well = asyncio.run(measure(Path(folder), chosen.entries, chosen.rounds))
    print("  no later with a destination" if well else "  later with a destination")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
