"""Check the locked requirements: every package has its hash, and no file names a host.

Where packages come from is the machine's business; that they are the right ones is the hashes'.
"""

from pathlib import Path
import re
import sys

_REQUIREMENTS = Path(__file__).resolve().parents[1] / "requirements"
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


def main() -> int:
    """Print every problem; the exit status is 1 if there is one, or nothing to check."""
    files = sorted(path for path in _REQUIREMENTS.iterdir() if path.suffix in {".in", ".txt"})
    found = [problem for path in files for problem in problems(path)]
    for problem in found:
        print(problem)
    print(f"{len(files)} files, {len(found)} problems")
    return 1 if found or not files else 0


if __name__ == "__main__":
    sys.exit(main())
