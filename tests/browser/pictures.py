"""Pictures of the panel and the card, from the demo's household, light and dark: scripts/pictures.

scripts/pictures [FOLDER]                docs/pictures without one
"""

import argparse
import asyncio
from pathlib import Path
import sys
from tempfile import TemporaryDirectory

from tests.e2e.configuration import REPOSITORY
from tests.e2e.lived_in import DAYS

from .panel import run_node
from .panel_home import PanelHome

_SCRIPT = Path(__file__).with_name("pictures.mjs")


async def _take(folder: Path, pictures: Path) -> int:
    home = PanelHome(folder / "home", days=DAYS)
    try:
        await home.start()
        return await run_node(home, str(_SCRIPT), pictures=str(pictures))
    finally:
        await home.stop()


def main() -> int:
    """Run it from the command line."""
    parser = argparse.ArgumentParser(
        prog="scripts/pictures",
        description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    parser.add_argument(
        "folder",
        nargs="?",
        type=Path,
        default=REPOSITORY / "docs" / "pictures",
        help="put them there",
    )
    pictures = parser.parse_args().folder.absolute()
    pictures.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="pictures-") as folder:
        return asyncio.run(_take(Path(folder), pictures))


if __name__ == "__main__":
    sys.exit(main())
