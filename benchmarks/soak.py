"""Soak: eight people talk at once for minutes, to a home with Message Guard and to one without, in turns."""

import argparse
import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
import json
import math
import os
from pathlib import Path
import random
import statistics
import sys
from tempfile import TemporaryDirectory
from typing import Any

from .soak_home import CONNECTIONS, SoakHome, Stretch
from .soak_memories import Change, changes, unbounded

GUARDED, WITHOUT = "guarded", "without"

ORDINARY, MIXED = "ordinary", "mixed"

STRETCH_SECONDS = 5.0
"""How long one home is talked to before it is the other's turn: short beside whatever slows a machine down."""

WARM_UP_SECONDS = 10.0
"""How long each home is talked to before anything is counted: caches fill, and modules are read."""

MEMORY_LOOKS = 12
"""How often each home's memory is looked at, at most: garbage is collected first, which takes a second of a home that has
heard many thousand turns."""

GOALS = {
    "ordinary_turns": 0.97,
    "mixed_p99": 1.3,
    "memory_growth": 1.03,
}
"""With Message Guard over without: turns a second of ordinary commands at least; the 99th percentile of the event
loop's delay with requests and proofs in the mix at most; what a thousand turns multiply the memory by at most, since Home
Assistant itself keeps every conversation for minutes."""


@dataclass(slots=True)
class Course:
    """How one home has fared.

    Attributes:
        stretches: What came of it, by what was said.
        memory: Now and then: thousands of turns since the warm-up, and bytes.
    """

    stretches: dict[str, Stretch] = field(
        default_factory=lambda: {ORDINARY: Stretch(), MIXED: Stretch()}
    )
    memory: list[tuple[float, float]] = field(default_factory=list)

    @property
    def turns(self) -> int:
        """How many turns there were."""
        return sum(stretch.turns for stretch in self.stretches.values())

    def figures(self) -> dict[str, float]:
        """Return what is printed of it."""
        found: dict[str, float] = {}
        for name, stretch in self.stretches.items():
            found[f"{name}_turns"] = stretch.turns
            found[f"{name}_turns_per_second"] = round(stretch.turns / stretch.seconds, 2)
            found[f"{name}_p50_ms"] = round(statistics.median(stretch.late) * 1e3, 2)
            found[f"{name}_p99_ms"] = round(p99(stretch.late) * 1e3, 2)
        found["memory_mib"] = round(self.memory[-1][1] / 2**20, 1)
        found["memory_growth"] = round(growth(self.memory), 4)
        found["proofs"] = self.stretches[MIXED].proofs
        found["failed"] = sum(stretch.failed for stretch in self.stretches.values())
        return found


def p99(times: Sequence[float]) -> float:
    """Return the 99th percentile."""
    return statistics.quantiles(times, n=100)[98]


def growth(memory: Sequence[tuple[float, float]]) -> float:
    """Return what a thousand turns multiply the memory by, from the line that fits best through all that was measured.

    Args:
        memory: Thousands of turns, and bytes.
    """
    line = statistics.linear_regression(*zip(*memory, strict=True))
    return 1.0 + line.slope / memory[0][1]


def verdict(
    guarded: Mapping[str, float], without: Mapping[str, float], memories: Iterable[Change]
) -> dict[str, bool]:
    """Return whether each goal is met, by name."""
    turns = guarded["ordinary_turns_per_second"] / without["ordinary_turns_per_second"]
    return {
        "ordinary_turns": turns >= GOALS["ordinary_turns"],
        "mixed_p99": guarded["mixed_p99_ms"] <= GOALS["mixed_p99"] * without["mixed_p99_ms"],
        "memory_growth": guarded["memory_growth"]
        <= GOALS["memory_growth"] * without["memory_growth"],
        "memories": not unbounded(memories),
        "all_sent": guarded["sent"] == guarded["proofs"] > 0 and without["sent"] == 0,
        "none_failed": guarded["failed"] == without["failed"] == 0,
    }


async def _soak(homes: Mapping[str, SoakHome], seconds: float) -> dict[str, Course]:
    """Talk to the homes in turns, for so long to each."""
    found = {name: Course() for name in homes}
    rounds = max(2, round(seconds / (2 * STRETCH_SECONDS)))
    chance = random.Random(7)
    every = math.ceil(rounds / MEMORY_LOOKS)
    for number in range(rounds):
        pairs = [(name, part) for part in (ORDINARY, MIXED) for name in homes]
        for name, part in chance.sample(pairs, len(pairs)):
            home, course = homes[name], found[name]
            stretch = await home.speak(seconds / (2 * rounds), mixed=part == MIXED)
            course.stretches[part].add(stretch)
            if number % every == 0:
                course.memory.append((course.turns / 1000, await home.probe("memory")))
    return found


async def _profiled(home: SoakHome, seconds: float) -> dict[str, Any]:
    """Return where our own time goes, by what is said."""
    found: dict[str, Any] = {}
    for part in (ORDINARY, MIXED):
        await home.probe("profile", on=True)
        await home.speak(seconds, mixed=part == MIXED)
        found[part] = await home.probe("profile", on=False)
    return found


async def run(minutes: float, profile: bool) -> dict[str, Any]:
    """Start both homes, talk to them and look; returns everything that is printed."""
    load_before = os.getloadavg()
    with TemporaryDirectory() as folder:
        homes = {
            name: SoakHome(Path(folder) / name, guarded=name == GUARDED)
            for name in (GUARDED, WITHOUT)
        }
        try:
            for home in homes.values():
                await home.start()
            for home in homes.values():
                await home.speak(WARM_UP_SECONDS, mixed=True)
            sent = {name: len(home.phone.received) for name, home in homes.items()}
            before = await homes[GUARDED].probe("memories")
            found = await _soak(homes, minutes * 60)
            after = await homes[GUARDED].probe("memories")
            figures = {name: course.figures() for name, course in found.items()}
            for name, home in homes.items():
                figures[name]["sent"] = len(home.phone.received) - sent[name]
            rows = await _profiled(homes[GUARDED], STRETCH_SECONDS) if profile else {}
        finally:
            for home in homes.values():
                await home.stop()
    memories = changes(before, after)
    return {
        "minutes": minutes,
        "connections": CONNECTIONS,
        "load_average": {"before": load_before, "after": os.getloadavg()},
        **figures,
        "memories": [item.shown() for item in memories],
        "unbounded": unbounded(memories),
        "goals": GOALS,
        "met": verdict(figures[GUARDED], figures[WITHOUT], memories),
        **({"profile": rows} if rows else {}),
    }


def print_tables(found: Mapping[str, Any]) -> None:
    """Print what was found for people."""
    print(f"{'':28}{GUARDED:>12}{WITHOUT:>12}")
    for name, value in found[GUARDED].items():
        print(f"{name:28}{value:12,}{found[WITHOUT][name]:12,}")
    print(f"\n{'memory':44}{'before':>8}{'after':>8}  bounded by")
    for item in found["memories"]:
        print(f"{item['name']:44}{item['before']:8}{item['after']:8}  {item['bound']}")
    for part, rows in found.get("profile", {}).items():
        print(f"\n{'with calls':>12}{'own':>12}{'calls':>10}  {part}")
        for row in rows:
            print(f"{row['all']:10.3f} s{row['own']:10.3f} s{row['calls']:10}  {row['name']}")
    missed = [name for name, met in found["met"].items() if not met]
    print(f"\nmissed: {', '.join(missed)}" if missed else "\nevery goal is met")


def main() -> int:
    """Soak both homes; 1 if a goal is missed."""
    parser = argparse.ArgumentParser(prog="scripts/bench soak", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print nothing but the JSON object")
    parser.add_argument(
        "--minutes", type=float, default=10.0, help="how long each of the homes is talked to"
    )
    parser.add_argument(
        "--profile", action="store_true", help="say where our own time goes, afterwards"
    )
    options = parser.parse_args()
    found = asyncio.run(run(options.minutes, options.profile))
    if not options.json:
        print_tables(found)
    print(json.dumps(found))
    return 0 if all(found["met"].values()) else 1


if __name__ == "__main__":
    sys.exit(main())
