"""scripts/judges: everything that tools of other people's making say about a ledger, with the counts."""

import argparse
import asyncio
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
import sys
import tempfile

from tests.judges.asking import Asked, asked
from tests.judges.bench import GO_JUDGE, PYTHON_JUDGE, Finding, findings
from tests.judges.cases import Docket
from tests.judges.history import History
from tests.judges.witnesses import Running, aics_witness, litewitness
from tests.judges.writing import written


def table(found: Sequence[Finding]) -> str:
    """Return the counts, by judge and by family of cases, as a table of Markdown."""
    judges = sorted({each.judge for each in found})
    families = sorted(
        {each.case.family for each in found}, key=lambda name: (name != "honest", name)
    )
    right = Counter((each.case.family, each.judge) for each in found if each.right)
    asked = Counter((each.case.family, each.judge) for each in found)
    lines = [
        f"| case | {' | '.join(judges)} |",
        f"| --- |{' ---: |' * len(judges)}",
    ]
    for family in families:
        cells = (
            f"{right[family, judge]}/{asked[family, judge]}" if asked[family, judge] else "·"
            for judge in judges
        )
        what = "accepted" if family == "honest" else "refused"
        lines.append(f"| {family}: {what} | {' | '.join(cells)} |")
    return "\n".join(lines)


def witnessed(honest: History, folder: Path, *, go: bool) -> dict[str, list[Asked]]:
    """Return what each real witness says."""

    async def ask(running: Running) -> list[Asked]:
        return [each async for each in asked(running, honest)]

    said = {}
    for start in (aics_witness, *((litewitness,) if go else ())):
        with start(folder / start.__name__) as running:
            said[running.name] = asyncio.run(ask(running))
    return said


def main() -> int:
    """Judge, print, and return 1 if a judge says what it should not."""
    parser = argparse.ArgumentParser(prog="scripts/judges", description=__doc__)
    parser.add_argument("--python-only", action="store_true", help="leave out the judges in Go")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        honest = asyncio.run(written(folder / "ledger.db"))
        cases = list(Docket(honest, folder / "tiles"))
        commands = [PYTHON_JUDGE, *([] if options.python_only else [GO_JUDGE])]
        found = [each for command in commands for each in findings(command, cases)]
        said = witnessed(honest, folder, go=not options.python_only)
    wrong = [each for each in found if not each.right]
    print(f"{len(cases)} cases about a ledger of {honest.size} entries\n")
    print(table(found))
    print(f"\n{len(found)} judgements, {len(wrong)} wrong")
    for each in wrong:
        print(f"  {each.judge}: {each.case.family}, {each.case.name}: {each.why or 'accepted'}")
    print("\nReal witnesses, asked by Message Guard's own client\n")
    print(f"| offered | must say | {' | '.join(said)} |")
    print(f"| --- | --- |{' --- |' * len(said)}")
    for row in zip(*said.values(), strict=True):
        print(f"| {row[0].name} | {row[0].expected} | {' | '.join(each.verdict for each in row)} |")
    missed = [
        each
        for each in (one for row in said.values() for one in row)
        if each.verdict is not each.expected
    ]
    print(f"\n{sum(map(len, said.values()))} answers, {len(missed)} not as they must be")
    return 1 if wrong or missed else 0


if __name__ == "__main__":
    sys.exit(main())
