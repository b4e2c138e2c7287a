"""Is Home Assistant with Message Guard what it is without, for everything that is no message?

    scripts/transparency [--utterances 360] [--seed 7] [--say …] [--pipelines …] [--modes …]

Says the same to three homes at once: one without Message Guard, one with it, and a second one without it (A/A), and prints
every difference that is not in the table of differences.py. Exit status 1 if there is one.
"""

import argparse
import asyncio
import json
from pathlib import Path
import sys
from tempfile import TemporaryDirectory
from time import monotonic

from homeassistant.const import __version__

from .homes import PIPELINES, Home
from .playing import Mode, Play, report
from .utterances import Utterance, everything


async def _run(options: argparse.Namespace, folder: Path) -> int:
    homes = [
        Home(name="without", folder=folder / "without", guarded=False),
        Home(name="guarded", folder=folder / "guarded", guarded=True),
        Home(name="without, again", folder=folder / "again", guarded=False),
    ]
    play = Play(homes)
    said = everything(options.seed)[: options.utterances]
    if options.say:
        said = [Utterance(text) for text in options.say]
    shown: dict[str, int] = {}
    try:
        await play.start()
        for pipeline in options.pipelines:
            for mode in options.modes:
                begun = monotonic()
                await play.play(said, pipeline, Mode(mode))
                took = monotonic() - begun
                print(f"{pipeline}, {mode}: {report(play)} ({took:.0f} s)", file=sys.stderr)
                shown = _show(play, shown, options.show)
    finally:
        await play.stop()
    print(json.dumps({"home_assistant": __version__, "utterances": len(said), **report(play)}))
    return int(any(found.pairs for found in play.found.values()))


def _show(play: Play, shown: dict[str, int], most: int) -> dict[str, int]:
    """Print the differences that have come, up to a number for each home; return how many there are."""
    for name, found in play.found.items():
        for pipeline, mode, text, different in found.pairs[shown.get(name, 0) : most]:
            print(f"\n{name} · {pipeline} · {mode} · {text}")
            for item in different:
                print(f"  {item}", flush=True)
    return {name: len(found.pairs) for name, found in play.found.items()}


def main() -> int:
    """Run it from the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--utterances", type=int, default=10_000)
    parser.add_argument("--say", nargs="+", help="say this instead")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--show", type=int, default=40, help="differences to print for each home")
    parser.add_argument("--pipelines", nargs="*", default=list(PIPELINES), choices=list(PIPELINES))
    parser.add_argument("--modes", nargs="*", default=list(Mode), choices=[str(m) for m in Mode])
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        return asyncio.run(_run(options, Path(folder)))


if __name__ == "__main__":
    sys.exit(main())
