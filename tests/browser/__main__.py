"""The first message, through Home Assistant's own pages in a real browser: what a person has to fill in and to read.

    scripts/first-message [--stories first repairs] [--width 400] [--pictures FOLDER]

Prints the figures; exit status 1 if a goal is missed, or anything else arrived than what was said.
"""

import argparse
import asyncio
import json
from pathlib import Path
import sys
from tempfile import TemporaryDirectory
from typing import Any

from homeassistant.const import __version__

from tests.e2e.guarded import PHRASE
from tests.e2e.house import OWNER, PASSWORD

from .home import NUMBER, NewcomersHome
from .node import BROWSER, start_node

MOST_FORMS, MOST_FIELDS, MOST_WORDS = 3, 7, 250
"""The goal for set-up, its first contact and the page that says what to say. What is folded is not counted."""

ARRIVES = {
    "first": ["I will be home at six"],
    "repairs": [f"{NUMBER}: the key is under the pot"],
}

_SCRIPT = Path(__file__).with_name("first_message.mjs")
_STORY_SECONDS = 300.0


async def _play(story: str, options: argparse.Namespace, folder: Path) -> bool:
    """Play a story in a home of its own, print what it took, and return whether all was right."""
    home = NewcomersHome(folder)
    try:
        await home.start(with_automation=story == "repairs")
        if story == "repairs":
            await home.add_guard()
        told = await _browse(story, home.house.url, options)
        arrived = home.received()
    finally:
        await home.stop()
    return _report(story, told, arrived)


async def _browse(story: str, url: str, options: argparse.Namespace) -> dict[str, Any]:
    given = {
        "story": story,
        "url": url,
        "user": OWNER,
        "password": PASSWORD,
        "phrase": PHRASE,
        "chromium": str(BROWSER),
        "pictures": str(options.pictures),
        "width": options.width,
    }
    process = await start_node(str(_SCRIPT), json.dumps(given), stdout=asyncio.subprocess.PIPE)
    try:
        async with asyncio.timeout(_STORY_SECONDS):
            printed, _ = await process.communicate()
    except TimeoutError:
        process.kill()
        raise
    if process.returncode:
        raise RuntimeError("the browser got stuck: look at the last picture (--pictures FOLDER)")
    return dict(json.loads(printed))


def _report(story: str, told: dict[str, Any], arrived: list[str]) -> bool:
    print(f"\n{story}, Home Assistant {__version__}")
    for step in told["steps"]:
        counted = f"{step['fields']} fields, {step['words']} words"
        print(f"  {step['kind']}: {step['title']} ({counted})")
    for turn in told["spoken"]:
        print(f"  said: {turn['said']}\n  heard: {turn['answered']}")
    forms = sum(step["kind"] != "success" for step in told["steps"])
    fields = sum(step["fields"] for step in told["steps"])
    words = sum(step["words"] for step in told["steps"])
    print(
        f"  {forms} forms, {fields} fields, {words} words, {told['seconds']:.0f} s of the machine's"
    )
    print(f"  arrived: {arrived}")
    short = forms <= MOST_FORMS and fields <= MOST_FIELDS and words <= MOST_WORDS
    if not short:
        print(f"  MISSED: at most {MOST_FORMS} forms, {MOST_FIELDS} fields, {MOST_WORDS} words")
    right = arrived == ARRIVES[story]
    if not right:
        print(f"  WRONG: {ARRIVES[story]} and nothing else had to arrive")
    return short and right


def main() -> int:
    """Run it from the command line."""
    parser = argparse.ArgumentParser(
        prog="scripts/first-message",
        description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    parser.add_argument("--stories", nargs="+", default=list(ARRIVES), choices=list(ARRIVES))
    parser.add_argument(
        "--width", type=int, default=1280, help="of the browser's window, in pixels"
    )
    parser.add_argument("--pictures", type=Path, help="keep the pictures of every step there")
    options = parser.parse_args()
    with TemporaryDirectory(prefix="first-message-") as folder:
        options.pictures = (options.pictures or Path(folder) / "pictures").absolute()
        options.pictures.mkdir(parents=True, exist_ok=True)
        played = [
            asyncio.run(_play(story, options, Path(folder) / story)) for story in options.stories
        ]
    return 0 if all(played) else 1


if __name__ == "__main__":
    sys.exit(main())
