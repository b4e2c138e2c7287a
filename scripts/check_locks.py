"""Check the locked requirements, Python's and Node's: every package has its hash, and no file names a host.

Where packages come from is the machine's business; that they are the right ones is the hashes'.
"""

import json
from pathlib import Path
import re
import sys

_REPOSITORY = Path(__file__).resolve().parents[1]
_REQUIREMENTS = _REPOSITORY / "requirements"
_NODE = ("frontend/package-lock.json", "tests/browser/package-lock.json")
_HOST = re.compile(r"://|--(extra-)?index-url|--find-links|--trusted-host| @ ")


def problems(path: Path) -> list[str]:
    """Return what is wrong with one file of requirements."""
    text = path.read_text(encoding="utf-8")
    found = [
        f"{path.name}:{number}: names a host: {line.strip()}"
        for number, line in enumerate(text.splitlines(), start=1)
        if _HOST.search(line)
    ]
    if path.suffix == ".txt":
        joined = text.replace("\\\n", " ")
        found += [
            f"{path.name}: no hash: {line}"
            for line in joined.splitlines()
            if line.strip() and not line.startswith("#") and "--hash=sha256:" not in line
        ]
    return found


def node_problems(path: Path) -> list[str]:
    """Return what is wrong with one lock of npm's."""
    name = path.relative_to(_REPOSITORY)
    found = []
    for package, locked in json.loads(path.read_text(encoding="utf-8"))["packages"].items():
        if not package:
            continue  # the folder's own
        if not locked.get("integrity", "").startswith("sha512-"):
            found.append(f"{name}: no hash: {package}")
        if "resolved" in locked:
            found.append(f"{name}: names a host: {package}")
    return found


def main() -> int:
    """Print every problem; the exit status is 1 if there is one, or nothing to check."""
    files = sorted(path for path in _REQUIREMENTS.iterdir() if path.suffix in {".in", ".txt"})
    found = [problem for path in files for problem in problems(path)]
    locks = [_REPOSITORY / name for name in _NODE]
    found += [problem for path in locks for problem in node_problems(path)]
    files += locks
    for problem in found:
        print(problem)
    print(f"{len(files)} files, {len(found)} problems")
    return 1 if found or not files else 0


if __name__ == "__main__":
    sys.exit(main())
