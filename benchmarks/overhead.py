"""What Message Guard costs where nobody sends a message, and what a question takes: time, memory, start-up.

One process, the same home three times: as it was before us, with us, and a second time as it was before us (A/A).
The three take turns, one turn or one bundle of calls each, in an order drawn by chance, and what is compared is
pairs of these (`pairs.py`): a machine that slows down slows all of them down. What the two without us differ by is the spread of the
measurement, and stands beside every figure. What a turn leaves to the next two steps of the event loop is part of
it. Prints one JSON object on the last line.

For what it costs by count, which no other program on the machine changes: `turn_count.py`.
"""

import argparse
import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
import gc
import itertools
import json
import logging
import random
from statistics import median, quantiles
import sys
from time import perf_counter, thread_time
import tracemalloc
from typing import Any

from homeassistant.helpers import intent

from custom_components.message_guard.ledger.writer import Writer

from .bare_and_guarded import (
    AGAIN,
    DEFAULT_AGENT,
    EXPOSED,
    GUARDED,
    LEFT_ALONE,
    NAMES,
    WITHOUT,
    BenchHome,
    homes,
)
from .pairs import difference

TURNS = 30
"""Turns of each round, in each home and each pipeline."""

CALLS = 50
"""Calls of `notify` in one bundle: one alone is shorter than what it takes to look at the clock."""

BUNDLES = 5
"""Bundles of each round."""

ASKS = 4
"""Questions of each round: fewer than the guard lets one household ask before it is locked."""

START_SECONDS = 8.0
SETTLE_SECONDS = 0.2
"""What a start, or a reload, does in the background must not be counted as part of a turn."""

WARM_UP = 5

LIGHT = "kitchen light"
UTTERANCE = f"turn on the {LIGHT}"

GOALS = {
    "turn_percent": 2.0,
    "turn_ms": 0.05,
    "p99_percent": 5.0,
    "call_us": 30.0,
    "contacts_percent": 20.0,
    "memory_mb": 8.0,
}
"""What the guard may add. A turn may cost the larger of `turn_percent` and `turn_ms` at the median of the time that the
event loop's thread is busy, and `p99_percent` at the 99th percentile beyond the spread. Besides, no turn may be
faster than the spread explains, and a question takes no longer than a fresh command."""

TURN, PLAIN_TURN, CALL = "turn_ms", "plain_turn_ms", "notify_call_us"
UNITS = {TURN: 1e3, PLAIN_TURN: 1e3, CALL: 1e6}
"""A turn in the guarded pipeline, one in a pipeline that is left alone, a call that nobody spoke for; units per second."""

TURN_PARTS = {TURN: DEFAULT_AGENT, PLAIN_TURN: LEFT_ALONE}
"""In which pipeline."""

LOOKS = 400
"""How often each home is looked through for the light that is meant."""


@dataclass(slots=True)
class Sample:
    """Seconds of one part in one home: what stands at the same index was done in all homes at almost the same moment.

    Attributes:
        clock: By the clock.
        busy: That the event loop's thread was busy.
    """

    clock: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)


type Samples = dict[str, Sample]
"""By home."""


def _p99(times: list[float]) -> float:
    return quantiles(times, n=100)[98]


def _calm(times: list[float]) -> float:
    return quantiles(times, n=10)[0]


def cost(samples: Samples, unit: float) -> dict[str, float]:
    """Return what was measured of a part, in units of this many per second.

    Returns:
        `without`, `guarded`, `again`: median time that the event loop's thread was busy. `added`: median of what the
        guard adds, pair by pair, halfway between the two without; `added_low`, `added_high`: between what that
        lies, at 95 %; `added_percent`: of `without`. `spread`: how far apart the two homes without a guard may be at most, at
        95 %, measured in the same way; `spread_percent`. `calm_…`: the same of the times that a tenth stays below:
        what it takes where nothing else takes the processor's caches away meanwhile. `clock_…`: medians by the
        clock, which on a machine that does other things as well is delayed by them. `p99_added_percent`,
        `p99_spread_percent`: what the 99th percentiles differ by.
        `samples`: of each home.
    """
    middle = {name: median(samples[name].busy) * unit for name in NAMES}
    clock = {f"clock_{name}": median(samples[name].clock) * unit for name in NAMES}
    top = {name: _p99(samples[name].busy) for name in NAMES}
    calm = {name: _calm(samples[name].busy) * unit for name in NAMES}
    to_one, to_other = (
        difference(samples[GUARDED].busy, samples[name].busy) for name in (WITHOUT, AGAIN)
    )
    added = to_one.halfway(to_other)
    spread = difference(samples[AGAIN].busy, samples[WITHOUT].busy).furthest * unit
    found = {
        **middle,
        "added": added.middle * unit,
        "added_low": added.low * unit,
        "added_high": added.high * unit,
        "added_percent": added.middle * unit / middle[WITHOUT] * 100,
        "spread": spread,
        "spread_percent": spread / middle[WITHOUT] * 100,
        "calm_without": calm[WITHOUT],
        "calm_added": calm[GUARDED] - (calm[WITHOUT] + calm[AGAIN]) / 2,
        "calm_spread": abs(calm[AGAIN] - calm[WITHOUT]),
        **clock,
        "p99_added_percent": (top[GUARDED] / top[WITHOUT] - 1) * 100,
        "p99_spread_percent": abs(top[AGAIN] / top[WITHOUT] - 1) * 100,
        "samples": len(samples[GUARDED].busy),
    }
    return {name: round(value, 4) for name, value in found.items()}


def _look(home: BenchHome) -> float:
    """Return the seconds in which Home Assistant finds the light that is meant among all entities."""
    wanted = intent.MatchTargetsConstraints(name=LIGHT, assistant="conversation")
    begin = thread_time()
    intent.async_match_targets(home.hass, wanted)
    return thread_time() - begin


def _entities(found: dict[str, BenchHome]) -> dict[str, float]:
    """Return how many entities Message Guard adds, and what Home Assistant's look through them adds to a turn.

    It looks at every entity of the home in every turn, whoever they belong to: this part of what a turn costs more
    is what as many entities of anything else would cost.
    """
    times: dict[str, list[float]] = {name: [] for name in NAMES}
    for _ in range(LOOKS):
        for name in NAMES:
            found[name].step_in()
            times[name].append(_look(found[name]))
    middle = {name: median(times[name]) * 1e3 for name in NAMES}
    states = {name: len(found[name].hass.states.async_all()) for name in NAMES}
    return {
        "count": states[GUARDED] - states[WITHOUT],
        "added_ms": round(middle[GUARDED] - middle[WITHOUT], 4),
        "spread_ms": round(abs(middle[AGAIN] - middle[WITHOUT]), 4),
    }


# --- a question -----------------------------------------------------------------------------------


def lights() -> Iterator[str]:
    """Yield commands that Home Assistant has not heard before, about one light of many."""
    wordings = (
        "turn on {}",
        "turn {} on",
        "please turn on {}",
        "switch on {}",
        "could you turn on {}",
    )
    for wording in wordings:
        for number in range(1, EXPOSED):
            yield wording.format(f"lamp {number}")


def requests() -> Iterator[str]:
    """Yield requests that nobody has made before."""
    for number in itertools.count():
        yield f"tell person {number % 10} that there are {number} letters for her"


class Disk:
    """Times what the ledger writes, by standing in its writer."""

    def __init__(self) -> None:
        """Time nothing yet."""
        self.seconds = 0.0
        self._write = Writer.write

    def start(self) -> None:
        """Stand in the writer of every ledger."""
        write, timed = self._write, self

        async def write_timed(writer: Writer, steps: Any) -> Any:
            begin = perf_counter()
            try:
                return await write(writer, steps)
            finally:
                timed.seconds += perf_counter() - begin

        setattr(Writer, "write", write_timed)  # noqa: B010 - a method in the place of another

    def stop(self) -> None:
        """Stand there no more."""
        setattr(Writer, "write", self._write)  # noqa: B010


async def _ask(home: BenchHome, text: str) -> str:
    said = await home.say(text)
    if not said["continue_conversation"]:
        raise RuntimeError(f"{text!r} was not asked about: {said['response']['speech']}")
    return str(said["conversation_id"])


async def _questions(home: BenchHome, rounds: int) -> dict[str, float]:
    """Return how long a question and a fresh command take by the clock, in the same pipeline of the same home."""
    asking, lighting = requests(), lights()
    asked: list[float] = []
    wrote: list[float] = []
    lit: list[float] = []
    home.step_in()
    disk = Disk()
    disk.start()
    try:
        for _ in range(rounds):
            await home.unload()
            await home.load()
            await asyncio.sleep(SETTLE_SECONDS)
            await home.command(next(lighting))
            gc.collect()
            for _ in range(ASKS):
                begin, disk.seconds = perf_counter(), 0.0
                conversation = await _ask(home, next(asking))
                asked.append(perf_counter() - begin)
                wrote.append(disk.seconds)
                await home.say("cancel", conversation=conversation)
                text = next(lighting)
                begin = perf_counter()
                await home.command(text)
                lit.append(perf_counter() - begin)
    finally:
        disk.stop()
    found = {"question_ms": asked, "of_it_disk_ms": wrote, "light_ms": lit}
    medians = {name: round(median(times) * 1e3, 3) for name, times in found.items()}
    return {**medians, "samples": len(asked)}


# --- all of it ------------------------------------------------------------------------------------


async def _start(home: BenchHome, contacts: int) -> tuple[float, int]:
    """Return the seconds that a start takes, and the bytes that are in use after another."""
    home.step_in()
    begin = perf_counter()
    await home.guard(contacts)
    seconds = perf_counter() - begin
    await home.unload()
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    await home.load()
    await home.command(UTTERANCE)
    gc.collect()
    added = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    return seconds, added


async def _turn(home: BenchHome, sample: Sample, pipeline: str) -> None:
    """Add the time of one turn."""
    begin, begin_busy = perf_counter(), thread_time()
    await home.command(UTTERANCE, pipeline)
    answered = perf_counter()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    sample.busy.append(thread_time() - begin_busy)
    sample.clock.append(answered - begin)


async def _calls(home: BenchHome, sample: Sample) -> None:
    """Add the time of one call, out of a bundle of them."""
    begin, begin_busy = perf_counter(), thread_time()
    for _ in range(CALLS):
        await home.call()
    sample.busy.append((thread_time() - begin_busy) / CALLS)
    sample.clock.append((perf_counter() - begin) / CALLS)


async def _rounds(found: dict[str, BenchHome], parts: dict[str, Samples], rounds: int) -> None:
    """Let the homes take turns, each part for itself."""
    chance = random.Random(7)

    async def each(part: str, count: int) -> None:
        gc.collect()
        for number in range(WARM_UP + count):
            for name in chance.sample(NAMES, len(NAMES)):
                home = found[name]
                home.step_in()
                sample = parts[part][name] if number >= WARM_UP else Sample()
                if part == CALL:
                    await _calls(home, sample)
                else:
                    await _turn(home, sample, TURN_PARTS[part])

    for _ in range(rounds):
        await each(TURN, TURNS)
        await each(PLAIN_TURN, TURNS)
        await each(CALL, BUNDLES)


async def _measure(contacts: int, rounds: int) -> dict[str, Any]:
    samples = {part: {name: Sample() for name in NAMES} for part in UNITS}
    async with homes() as found:
        for home in found.values():
            home.step_in()
            await home.command(UTTERANCE)
        startup, added = await _start(found[GUARDED], contacts)
        await asyncio.sleep(START_SECONDS)
        await _rounds(found, samples, rounds)
        entities = _entities(found)
        questions = await _questions(found[GUARDED], max(2, rounds // 4))
    parts = {part: cost(samples[part], unit) for part, unit in UNITS.items()}
    return {
        **parts,
        "of_turn_entities": entities,
        "request_to_question": questions,
        "startup_seconds": round(startup, 3),
        "memory_mb": round(added / 2**20, 2),
    }


def _within(part: dict[str, float]) -> bool:
    return part["added"] <= max(GOALS["turn_ms"], part["without"] * GOALS["turn_percent"] / 100)


def _verdict(few: dict[str, Any], many: dict[str, Any]) -> dict[str, bool]:
    turns = [run[name] for run in (few, many) for name in TURN_PARTS]
    drift = [abs(many[name][GUARDED] / few[name][GUARDED] - 1) * 100 for name in UNITS]
    asked = [run["request_to_question"] for run in (few, many)]
    return {
        "turn": all(map(_within, turns)),
        "p99": all(
            part["p99_added_percent"] <= GOALS["p99_percent"] + part["p99_spread_percent"]
            for part in turns
        ),
        "never_faster": all(part["added"] >= -part["spread"] for part in turns),
        "call_us": all(run[CALL]["added"] <= GOALS["call_us"] for run in (few, many)),
        "contacts_percent": max(drift) <= GOALS["contacts_percent"],
        "memory_mb": all(run["memory_mb"] <= GOALS["memory_mb"] for run in (few, many)),
        "question": all(run["question_ms"] <= run["light_ms"] for run in asked),
    }


def main() -> None:
    """Measure with few and with many contacts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print nothing but the JSON object")
    parser.add_argument("--rounds", type=int, default=40, help="how often each home has its turn")
    parser.add_argument("--contacts", type=int, nargs=2, default=(10, 10_000), metavar="N")
    given = parser.parse_args()
    logging.disable(logging.ERROR)
    results: dict[str, Any] = {}
    for contacts in given.contacts:
        results[str(contacts)] = asyncio.run(_measure(contacts, given.rounds))
        if not given.json:
            print(f"{contacts} contacts: {json.dumps(results[str(contacts)])}", file=sys.stderr)
    few, many = (results[str(contacts)] for contacts in given.contacts)
    met = _verdict(few, many)
    print(json.dumps({"contacts": results, "goals": GOALS, "met": met, "rounds": given.rounds}))


if __name__ == "__main__":
    main()
