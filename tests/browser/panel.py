"""The panel and the card in a real browser, on a real Home Assistant: scripts/test panel.

    python -m tests.browser.panel [--only NAME] [--pictures FOLDER]

What is tried stands in panel.test.mjs. Exit status 0: all was as it must be.
"""

import argparse
import asyncio
import json
from pathlib import Path
import re
import sys
from tempfile import TemporaryDirectory

from homeassistant.const import __version__

from .node import BROWSER, start_node
from .panel_home import PanelHome

_TESTS = Path(__file__).with_name("panel.test.mjs")
_DAYS = 2
_BEHIND_SECONDS = 8 * 3600.0
"""More than all tests together put the clock forward."""


async def run_node(home: PanelHome, *arguments: str, **given: str) -> int:
    """Run Node.js beside a household, with what it has to know in PANEL; return its exit status."""
    return await (await _node(home, arguments, given, None)).wait()


async def node_output(home: PanelHome, *arguments: str, **given: str) -> str:
    """Do the same, and return what it has printed.

    Raises:
        RuntimeError: If it has failed.
    """
    process = await _node(home, arguments, given, asyncio.subprocess.PIPE)
    printed, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"{arguments[0]} failed with {process.returncode}")
    return printed.decode()


async def _node(
    home: PanelHome, arguments: tuple[str, ...], given: dict[str, str], stdout: int | None
) -> asyncio.subprocess.Process:
    told = home.given() | {"chromium": str(BROWSER), "home_assistant": __version__} | given
    return await start_node(*arguments, stdout=stdout, PANEL=json.dumps(told))


async def _play(folder: Path, options: argparse.Namespace) -> int:
    home = PanelHome(folder / "home", days=_DAYS, behind=_BEHIND_SECONDS)
    pictures = options.pictures or folder / "pictures"
    pictures.mkdir(parents=True, exist_ok=True)
    try:
        await home.start()
        counted = folder / "counted"
        status = await run_node(
            home,
            "--test",
            *(f"--test-name-pattern={options.only}",) * bool(options.only),
            *("--test-reporter=spec", "--test-reporter-destination=stdout"),
            *("--test-reporter=tap", f"--test-reporter-destination={counted}"),
            str(_TESTS),
            pictures=str(pictures.absolute()),
        )
        passed, wrong = (_count(counted, word) for word in ("pass", "fail"))
    finally:
        log = home.home.household.house.log
        await home.stop()
    if status:
        sys.stderr.write("".join(line for line in log.splitlines(keepends=True) if _tells(line)))
    _say(f"Home Assistant {__version__}, the panel in a browser: {passed} passed, {wrong} failed")
    return status


def _count(counted: Path, word: str) -> int:
    """Return what Node.js has counted, by the last lines of its report."""
    found = re.findall(rf"^# {word} (\d+)$", counted.read_text(encoding="utf-8"), re.MULTILINE)
    return int(found[-1]) if found else 0


def _tells(line: str) -> bool:
    return "ERROR" in line or "Traceback" in line


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Run it from the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--only", help="tests whose names match this")
    parser.add_argument("--pictures", type=Path, help="keep a picture of what failed there")
    options = parser.parse_args()
    with TemporaryDirectory(prefix="panel-") as folder:
        return asyncio.run(_play(Path(folder), options))


if __name__ == "__main__":
    sys.exit(main())
