"""The main job of Message Guard on a real Home Assistant: ask, prove, send, record.

`scripts/demo` runs it after setting everything up.
"""

import argparse
import asyncio
from pathlib import Path
import signal
import sys
import tempfile
import time

from homeassistant.const import __version__ as home_assistant_version

from .guarded import GuardedHousehold
from .house import OWNER, PASSWORD, HouseError
from .lived_in import APPROVER, PEOPLE, TABLET, LivedInHousehold
from .report import Report
from .scenario import WRITTEN, Scenario

_SERVED_PORT = 8123
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


async def run_main_job(home: GuardedHousehold) -> Report:
    """Start a household, run the main job in it and return what happened; it is left running."""
    begun = time.monotonic()
    report = Report(home_assistant=home_assistant_version)
    extra = home.household.house.configuration.extra
    extra["webhook"] = None
    extra.setdefault("automation", []).append(WRITTEN)
    await home.start()
    report.started_in = home.household.house.started_in
    await Scenario(home, report).run()
    report.seconds = time.monotonic() - begun
    return report


def _say(line: str = "") -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def _demonstrate(arguments: argparse.Namespace) -> int:
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    assert task is not None
    for number in _SIGNALS:
        loop.add_signal_handler(number, task.cancel)
    with tempfile.TemporaryDirectory(prefix="message-guard-") as folder:
        home = _home(Path(folder) / "household", arguments)
        try:
            return await _show(home, arguments)
        except HouseError as error:
            _say(f"FAILED: {error}")
            return 1
        except asyncio.CancelledError:
            return 0 if arguments.serve else 130
        finally:
            # An impatient second signal must not leave Home Assistant running.
            for number in _SIGNALS:
                loop.add_signal_handler(number, lambda: None)
            await home.stop()


def _home(folder: Path, arguments: argparse.Namespace) -> GuardedHousehold:
    """Return what is shown: with rooms, people and a past where somebody wants to look around in it."""
    if arguments.serve:
        return LivedInHousehold.of(folder, port=_SERVED_PORT)
    return GuardedHousehold.make(folder)


async def _show(home: GuardedHousehold, arguments: argparse.Namespace) -> int:
    _say(f"Starting Home Assistant {home_assistant_version} on loopback; this takes a minute.")
    report = await run_main_job(home)
    if isinstance(home, LivedInHousehold):
        _say(f"Two weeks of messages took {home.lived_in:.0f} s, by a clock that was put forward.")
    for line in report.table(colour=sys.stdout.isatty()):
        _say(line)
    if arguments.report is not None:
        report.save(arguments.report)
        _say(f"The same as JSON: {arguments.report}")
    if arguments.serve:
        _say()
        _say(
            f"Home Assistant stays up at {home.household.house.url}, with Message Guard in its sidebar."
        )
        _say(f"Log in as “{OWNER}” with the password “{PASSWORD}”. Ctrl-C ends it.")
        for name, may in ((APPROVER, "may approve"), (TABLET, "is a shared account")):
            _say(f"“{PEOPLE[name]}”, with the password “{PEOPLE[name]}”, {may}.")
        await asyncio.Event().wait()
    return 0 if report.passed else 1


def main() -> int:
    """Run the demo; the exit status is 0 if every expectation was met."""
    parser = argparse.ArgumentParser(prog="scripts/demo", description=__doc__)
    parser.add_argument("--report", type=Path, metavar="FILE", help="write the table as JSON")
    parser.add_argument(
        "--serve",
        action="store_true",
        help=f"give the household a past of two weeks, and stay up, at 127.0.0.1:{_SERVED_PORT}",
    )
    return asyncio.run(_demonstrate(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
