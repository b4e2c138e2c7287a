"""Check a coverage report, as JSON: every module on its own must be covered well enough.

    check_coverage.py FILE

A total would let one untested module hide behind many tested ones.
"""

import json
from pathlib import Path
import sys

_ENOUGH = 95.0


def main() -> int:
    """Print the modules below the bar; the exit status is 1 if there is one, or no module at all."""
    files = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["files"]
    covered = {name: entry["summary"]["percent_covered"] for name, entry in files.items()}
    low = {name: percent for name, percent in sorted(covered.items()) if percent < _ENOUGH}
    for name, percent in low.items():
        missing = files[name]["missing_lines"]
        print(f"{percent:5.1f} %  {name}  lines {missing}")
    print(f"{len(covered)} modules, {len(low)} below {_ENOUGH:.0f} %")
    return 1 if low or not covered else 0


if __name__ == "__main__":
    sys.exit(main())
