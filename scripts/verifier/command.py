"""The command line of scripts/verify-ledger, which scripts/verifier/build makes from this and the core."""

import argparse
from dataclasses import asdict
from datetime import UTC, datetime
import json
from pathlib import Path
import sys

from custom_components.message_guard.ledger.format.chain import Checker
from custom_components.message_guard.ledger.format.checkpoint import Checkpoint
from custom_components.message_guard.ledger.format.encoding import UnusableError
from custom_components.message_guard.ledger.format.report import Report
from custom_components.message_guard.ledger.format.signed_note import Key, signature_check
from custom_components.message_guard.ledger.format.verifier import check_file

ABOUT = """\
Check a Message Guard ledger: a database, or an export as JSON lines.

Exit code 0: sound. 1: tampered with, and the first bad entry is named. 2: not checkable.
Needs Python 3.11 or newer, and the package cryptography to check signatures.
"""

SHOWN_GAPS = 10
"""So many of the longest times without a guard are printed."""


def _utc(time: int) -> str:
    return datetime.fromtimestamp(time / 1e6, UTC).isoformat(" ", "seconds")


def _print(report: Report, path: Path) -> None:
    if report.problem is not None:
        where = report.problem.sequence
        place = "the ledger as a whole" if where is None else f"entry {where}"
        print(f"TAMPERED  {path}")
        print(f"  first bad: {place} ({report.problem.code}): {report.problem.meaning}")
        print(f"  sound before it: {report.entries} entries")
        return
    print(f"SOUND  {path}")
    print(f"  {report.entries} entries, head {report.head}")
    if report.signed:
        print(f"  signed up to entry {report.signed} with {report.key}")
    for note in report.notes:
        print(f"  note: {note}")
    longest = sorted(report.gaps, key=lambda gap: gap.since - gap.until)[:SHOWN_GAPS]
    for gap in sorted(longest, key=lambda gap: gap.sequence):
        why = "switched off" if gap.announced else "ended without a word"
        print(
            f"  no guard {_utc(gap.since)} to {_utc(gap.until)}, until entry {gap.sequence}: {why}"
        )
    if len(report.gaps) > SHOWN_GAPS:
        print(f"  ({len(report.gaps) - SHOWN_GAPS} shorter times without a guard: see --json)")


def _check(options: argparse.Namespace) -> Report:
    check = signature_check()
    if options.key and check is None:
        raise UnusableError("checking signatures takes the Python package cryptography")
    key = Key.parse(options.key) if options.key else None
    remembered = [
        Checkpoint.parse(Path(each).read_text("utf-8") if Path(each).is_file() else each)
        for each in options.checkpoint
    ]
    return check_file(
        options.file,
        lambda every_signature: Checker(
            check=check,
            key=key,
            remembered=remembered,
            allow_restored=options.allow_restored,
            every_signature=every_signature,
        ),
    )


def main(arguments: list[str] | None = None) -> int:
    """Run as a program; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="verify-ledger",
        description=ABOUT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", type=Path, help="the ledger's database, or an export as JSON lines")
    parser.add_argument(
        "--checkpoint",
        action="append",
        default=[],
        metavar="NOTE",
        help="a remembered checkpoint: a file with the signed note, or SIZE:HASH; may be repeated",
    )
    parser.add_argument("--key", metavar="KEY", help="the verifier key shown at set-up")
    parser.add_argument(
        "--allow-restored",
        action="store_true",
        help="accept that a recorded restore of a backup took back entries a checkpoint remembers",
    )
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    options = parser.parse_args(arguments)
    try:
        report = _check(options)
    except (UnusableError, OSError, ValueError) as err:
        print(json.dumps({"unusable": str(err)}) if options.json else f"UNUSABLE  {err}")
        return 2
    if options.json:
        print(json.dumps({"sound": report.sound, **asdict(report)}))
    else:
        _print(report, options.file)
    return 0 if report.sound else 1


if __name__ == "__main__":
    sys.exit(main())
