"""The panel over 100,000 requests: from a click to rows, in the browser and in the server; scrolling; from speech to the screen.

    scripts/bench panel [--requests N]

The requests are written by the ledger's own writer inside Home Assistant (tests/browser/ledger_filler), as the guard
would have written them; nothing was decided or sent for them. Exit status 1: a goal was missed.
"""

import argparse
import asyncio
import json
from pathlib import Path
from statistics import median
import sys
from tempfile import TemporaryDirectory
import time
from typing import Any

from homeassistant.const import __version__

from tests.browser.panel import node_output
from tests.browser.panel_home import PanelHome

REQUESTS, DAYS = 100_000, 365
CLICK_MS, SERVER_MS, FRAME_MS, APPEARS_MS = 300.0, 50.0, 100.0, 1_000.0
"""Goals: a click until rows stand there, one page in the server, the longest frame, and speech until it is seen."""
_CALLS = 15
_BEHIND_SECONDS = 3 * 3600.0
"""More than the script puts the clock forward."""
_SCRIPT = Path(__file__).parents[1] / "tests" / "browser" / "panel_bench.mjs"


async def _server(home: PanelHome) -> dict[str, list[float]]:
    """Measure what the server takes for a page, in milliseconds, with the way there and back."""
    client = home.home.client
    filters = await client.command("message_guard/requests/filters")
    contact = filters["contacts"][0]["id"]
    asked: dict[str, dict[str, Any]] = {
        "first page": {},
        "one person": {"contact_id": contact},
        "declined": {"outcomes": ["declined"]},
        "a month": {"since": filters["first_day"], "until": filters["first_day"]},
        "words": {"text": "dinner is ready"},
    }
    taken: dict[str, list[float]] = {}
    for name, fields in asked.items():
        taken[name] = []
        for _ in range(_CALLS):
            begun = time.perf_counter()
            await client.command("message_guard/requests/page", limit=50, **fields)
            taken[name].append((time.perf_counter() - begun) * 1_000)
    return taken


async def _measure(folder: Path, requests: int) -> bool:
    home = PanelHome(folder / "home", days=0, behind=_BEHIND_SECONDS)
    try:
        await home.start()
        filled = await home.fill(requests, DAYS)
        print(
            f"Home Assistant {__version__}: {requests} requests, written in {filled['seconds']:.0f} s"
        )
        server = await _server(home)
        told = json.loads((await node_output(home, str(_SCRIPT))).splitlines()[-1])
    finally:
        await home.stop()
    met = [
        _line("click to rows, browser", told["clicks"], CLICK_MS, middle=True),
        *(
            _line(f"page in the server: {name}", taken, SERVER_MS, middle=True)
            for name, taken in server.items()
        ),
        _line(f"frames over {told['rows']} rows", told["frames"], FRAME_MS, middle=False),
        _line("speech to screen", told["appeared"], APPEARS_MS, middle=False),
    ]
    print(f"  errors in the browser: {told['errors'] or 'none'}")
    return all(met) and not told["errors"]


def _line(name: str, taken: list[float], goal: float, *, middle: bool) -> bool:
    """Print one figure beside its goal: the middle one of several, or the worst."""
    held = median(taken) if middle else max(taken)
    met, over = held <= goal, sum(one > goal for one in taken)
    print(
        f"  {name}: {'median' if middle else 'worst'} {held:.0f} ms"
        f" (least {min(taken):.0f}, most {max(taken):.0f}; goal {goal:.0f}, {over} of {len(taken)} over it)"
        f"{'' if met else '  MISSED'}"
    )
    return met


def main() -> int:
    """Run it from the command line."""
    parser = argparse.ArgumentParser(
        prog="scripts/bench panel",
        description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    parser.add_argument("--requests", type=int, default=REQUESTS)
    options = parser.parse_args()
    with TemporaryDirectory(prefix="panel-") as folder:
        return 0 if asyncio.run(_measure(Path(folder), options.requests)) else 1


if __name__ == "__main__":
    sys.exit(main())
