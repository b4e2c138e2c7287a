"""Print what the components ask for that the tests of the hooks set up, one requirement a line.

    component_requirements.py

Run it with a Python that has Home Assistant: its manifests say what each component needs, and which others.
"""

from importlib.util import find_spec
import json
from pathlib import Path
import sys

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.hooks.components import COMPONENTS


def main() -> int:
    """Follow the dependencies of each component."""
    home = find_spec("homeassistant")
    if home is None or home.origin is None:
        print("Home Assistant is not installed here", file=sys.stderr)
        return 2
    folder = Path(home.origin).parent / "components"
    waiting, seen, found = list(COMPONENTS), set[str](), set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        path = folder / name / "manifest.json"
        if not path.exists():
            print(f"Home Assistant has no component {name} any more", file=sys.stderr)
            continue
        manifest = json.loads(path.read_text(encoding="utf-8"))
        found.update(manifest.get("requirements", ()))
        waiting += manifest.get("dependencies", ())
    print(*sorted(found), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
