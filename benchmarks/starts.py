"""Starts: what is said to a Home Assistant that is only starting, with and without the guard, and when the door is closed."""

import argparse
import asyncio
from collections.abc import Iterable
from pathlib import Path
import statistics
from tempfile import TemporaryDirectory

from tests.e2e.starting import Start, StartingHome, Trouble

CONTROL = 10
"""Messages that the same start delivers without the guard at least; else the run shows nothing."""

TROUBLES = (Trouble.SLOW, Trouble.COMPONENT, Trouble.ENTRY, Trouble.NONE)


def shown(name: str, start: Start) -> str:
    """Return one line about a start."""
    times = "".join(
        f"{label} {seconds:6.2f} s  " if seconds is not None else f"{label}      -    "
        for label, seconds in (("door", start.door_seconds), ("guard", start.guard_seconds))
    )
    return (
        f"{name:10} {start.trouble:36} {'killed' if start.killed else 'clean ':6} said {start.said:4} "
        f"delivered {start.delivered:3} written {start.written:4} refused {start.refused:4} turned away {start.turned_away:4}  {times}"
    )


def summary(starts: Iterable[Start]) -> str:
    """Return the middle and the longest time to the closed door."""
    found = sorted(start.door_seconds for start in starts if start.door_seconds is not None)
    if not found:
        return "the door was never seen to close"
    return (
        f'from "stage 2" to the closed door, import included: {statistics.median(found):.3f} s at the '
        f"median, {found[-1]:.3f} s at most, {len(found)} starts"
    )


async def run(count: int, reloads: int, controls: int) -> bool:
    """Start and reload so often, and print what became of it; returns whether it is as promised."""
    good = True
    with TemporaryDirectory() as folder:
        home = StartingHome(Path(folder))
        starts: list[Start] = []
        try:
            await home.set_up()
            for number in range(count):
                trouble = TROUBLES[number % len(TROUBLES)]
                start = await home.start(trouble, killed=number // len(TROUBLES) % 2 == 1)
                starts.append(start)
                print(shown(f"start {number + 1}", start), flush=True)
            if reloads and starts and starts[-1].trouble is Trouble.ENTRY:
                await home.start(Trouble.NONE)
            for number in range(reloads):
                start = await home.reload()
                starts.append(start)
                print(shown(f"reload {number + 1}", start), flush=True)
            async with home.without_guard():
                for number in range(controls):
                    start = await home.start(Trouble.SLOW, killed=number % 2 == 1)
                    print(shown(f"without {number + 1}", start), flush=True)
                    good = good and start.delivered >= CONTROL
        finally:
            await home.stop()
    unheld = sum(start.delivered for start in starts)
    print(
        f"{len(starts)} starts and reloads, {sum(start.said for start in starts)} commands: {unheld} unheld"
    )
    print(summary(starts))
    return good and unheld == 0


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starts", type=int, default=50)
    parser.add_argument("--reloads", type=int, default=20)
    parser.add_argument("--controls", type=int, default=4, help="starts without the guard")
    options = parser.parse_args()
    raise SystemExit(
        0 if asyncio.run(run(options.starts, options.reloads, options.controls)) else 1
    )


if __name__ == "__main__":
    main()
