"""What is heard, recorded and has arrived when a channel is in trouble: real integrations, real protocols.

    scripts/channels [--channels telegram smtp …] [--troubles down 500 …]

Prints the tables of docs/channels.md, one for each channel; exit status 1 if anything that was said was untrue.
"""

import argparse
import asyncio
from pathlib import Path
import sys
from tempfile import TemporaryDirectory

from homeassistant.const import __version__

from .home import ChannelsHome
from .playing import Row, Sender
from .tables import CHANNELS, HEAD, line
from .troubles import Trouble

WORDS = "the blue bag is in the hall"


async def _run(options: argparse.Namespace, folder: Path) -> list[Row]:
    home = ChannelsHome(folder, frozenset(options.channels))
    rows: list[Row] = []
    try:
        await home.start()
        for name in options.channels:
            _show(f"\n## {CHANNELS[name]}\n\n{HEAD}")
            channel = home.channels[name]
            for trouble in channel.troubles:
                if trouble in options.troubles:
                    row = await Sender(home).send(channel, trouble, WORDS)
                    rows.append(row)
                    _show(line(row))
    finally:
        await home.stop()
    return rows


def _show(text: str) -> None:
    print(text, flush=True)


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
    _show(f"Home Assistant {__version__}")
    with TemporaryDirectory() as folder:
        rows = asyncio.run(_run(options, Path(folder)))
    wrong = [row for row in rows if row.untrue]
    for row in wrong:
        _show(f"\nuntrue: {row.channel}, {row.trouble}: {row.untrue}")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
