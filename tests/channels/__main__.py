"""What is heard, recorded and has arrived when a channel is in trouble: real integrations, real protocols.

    scripts/channels [--channels telegram smtp …] [--troubles down 500 …]

Prints a table; exit status 1 if anything that was said was untrue.
"""

import argparse
import asyncio
from pathlib import Path
import sys
from tempfile import TemporaryDirectory

from homeassistant.const import __version__

from .home import ChannelsHome
from .playing import Row, Sender
from .troubles import Trouble

CHANNELS = ("telegram", "matrix", "smtp", "mqtt", "rest", "rest_command", "file", "phone", "group")
WORDS = "the blue bag is in the hall"


async def _run(options: argparse.Namespace, folder: Path) -> list[Row]:
    home = ChannelsHome(folder, frozenset(options.channels))
    rows: list[Row] = []
    try:
        await home.start()
        for name in options.channels:
            channel = home.channels[name]
            for trouble in channel.troubles:
                if trouble in options.troubles:
                    row = await Sender(home).send(channel, trouble, WORDS)
                    rows.append(row)
                    _show(row)
    finally:
        await home.stop()
    return rows


def _show(row: Row) -> None:
    """Print one line of the table."""
    heard, steps = " / ".join(row.heard), ", ".join(row.recorded)
    print(
        f"| {row.channel} | {row.trouble} | {heard} ({row.seconds} s) | {row.asked} | {steps} | {row.arrived} |",
        flush=True,
    )


def main() -> int:
    """Run it from the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--channels", nargs="*", default=list(CHANNELS), choices=CHANNELS)
    parser.add_argument(
        "--troubles", nargs="*", type=Trouble, default=list(Trouble), choices=list(Trouble)
    )
    options = parser.parse_args()
    print(f"Home Assistant {__version__}\n")
    print(
        '| channel | trouble | heard, with the seconds until then | "did it arrive" | recorded | arrived |'
    )
    print("| --- | --- | --- | --- | --- | --- |", flush=True)
    with TemporaryDirectory() as folder:
        rows = asyncio.run(_run(options, Path(folder)))
    wrong = [row for row in rows if row.untrue]
    for row in wrong:
        print(f"\nuntrue: {row.channel}, {row.trouble}: {row.untrue}")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
