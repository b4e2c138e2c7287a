"""What an ordinary turn costs by count: instructions that Python executes because of Message Guard, function by function.

The same home as it was before us and with us (`bare_and_guarded.py`), the same words. Where times differ by what else the
machine does, this counts the same every time. Three pipelines: one that is left alone, a guarded one with Home Assistant's
own agent, and one with another agent, which ours stands in front of. An instruction that is executed once a turn
takes several times as long as one of a loop, and what is written in C is not seen: a count tells where to look,
`overhead.py` what it takes.
"""

import argparse
import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
import gc
import json
import logging
from statistics import median
import sys
from types import CodeType
from typing import Any, Final

from .bare_and_guarded import (
    ANOTHER_AGENT,
    DEFAULT_AGENT,
    GUARDED,
    LEFT_ALONE,
    WITHOUT,
    BenchHome,
    homes,
)

TURNS: Final = 9
"""Turns that are counted; of each function the median, so that what happens to run beside one of them does not count."""

WARM_UP: Final = 5

START_SECONDS: Final = 8.0
"""After which a start has nothing to do any more."""

PIPELINES: Final = (LEFT_ALONE, DEFAULT_AGENT, ANOTHER_AGENT)

OURS: Final = "message_guard/"
OF_ENTITIES: Final = (
    "helpers/entity_registry.py",
    "helpers/device_registry.py",
    "helpers/intent.py",
    "homeassistant/exposed_entities.py",
)
"""Where Home Assistant looks through all entities of the home in every turn, ours among them."""

_TOOL: Final = 4
"""One of the two numbers that Python leaves to whoever wants them (`sys.monitoring`)."""

type Counts = dict[str, float]
"""Instructions by function."""


class Instructions:
    """Counts what is executed while it is on."""

    def __init__(self) -> None:
        """Count nothing yet."""
        self._counts: Counter[CodeType] = Counter()
        sys.monitoring.use_tool_id(_TOOL, "turn_count")
        sys.monitoring.register_callback(_TOOL, sys.monitoring.events.INSTRUCTION, self._executed)

    def _executed(self, code: CodeType, _offset: int) -> None:
        self._counts[code] += 1

    async def of(self, act: Callable[[], Awaitable[None]]) -> Counter[str]:
        """Return the instructions of one act, and of what it leaves to the next steps of the event loop."""
        self._counts.clear()
        sys.monitoring.set_events(_TOOL, sys.monitoring.events.INSTRUCTION)
        try:
            await act()
            for _ in range(3):
                await asyncio.sleep(0)
        finally:
            sys.monitoring.set_events(_TOOL, sys.monitoring.events.NO_EVENTS)
        found: Counter[str] = Counter()
        for code, count in self._counts.items():
            found[_name(code)] += count
        return found


def _name(code: CodeType) -> str:
    path = code.co_filename
    for root in ("custom_components/", "site-packages/", "python3.14/"):
        _, found, below = path.rpartition(root)
        if found:
            path = below
            break
    return f"{path}:{code.co_qualname}"


async def _count(instructions: Instructions, home: BenchHome, pipeline: str) -> Counts:
    home.step_in()

    async def act() -> None:
        await home.command("turn on the kitchen light", pipeline)

    for _ in range(WARM_UP):
        await act()
    gc.collect()
    turns = [await instructions.of(act) for _ in range(TURNS)]
    names = {name for turn in turns for name in turn}
    return {name: median(turn[name] for turn in turns) for name in names}


def added(before: Counts, after: Counts) -> Counts:
    """Return what is executed more often, or less often, by function, the most first."""
    apart = {
        name: after.get(name, 0) - before.get(name, 0) for name in before.keys() | after.keys()
    }
    return dict(
        sorted(((name, n) for name, n in apart.items() if n), key=lambda item: -abs(item[1]))
    )


def summary(before: Counts, after: Counts) -> dict[str, float]:
    """Return the sums: without us, and what is added, by whose code it is."""
    sums: dict[str, float] = defaultdict(float)
    for name, count in added(before, after).items():
        if name.startswith(OURS):
            sums["ours"] += count
        elif any(part in name for part in OF_ENTITIES):
            sums["look_through_entities"] += count
        else:
            sums["others_because_of_us"] += count
    return {"without": sum(before.values()), "added": sum(sums.values()), **sums}


async def _measure() -> dict[str, tuple[Counts, Counts]]:
    instructions = Instructions()
    async with homes(another_agent=True) as found:
        for home in found.values():
            home.step_in()
            await home.command("turn on the kitchen light")
        found[GUARDED].step_in()
        await found[GUARDED].guard(10)
        await asyncio.sleep(START_SECONDS)
        return {
            pipeline: (
                await _count(instructions, found[WITHOUT], pipeline),
                await _count(instructions, found[GUARDED], pipeline),
            )
            for pipeline in PIPELINES
        }


def main() -> None:
    """Count, and print the sums and the functions that add the most."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print nothing but one JSON object")
    parser.add_argument("--functions", type=int, default=25, help="how many to list")
    given = parser.parse_args()
    logging.disable(logging.ERROR)
    counts = asyncio.run(_measure())
    result: dict[str, Any] = {
        pipeline: {
            **summary(*pair),
            "functions": dict(list(added(*pair).items())[: given.functions]),
        }
        for pipeline, pair in counts.items()
    }
    if given.json:
        print(json.dumps(result))
        return
    for pipeline, found in result.items():
        functions = found.pop("functions")
        print(f"{pipeline}: {', '.join(f'{name} {count:.0f}' for name, count in found.items())}")
        for name, count in functions.items():
            print(f"{count:8.0f}  {name}")


if __name__ == "__main__":
    main()
