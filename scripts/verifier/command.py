"""The command line of scripts/verify-ledger, which scripts/verifier/build makes from this and the core."""

import argparse
from dataclasses import asdict, replace
from datetime import UTC, datetime
import json
from pathlib import Path
import sqlite3
import sys

from custom_components.message_guard.ledger.format.chain import Checker
from custom_components.message_guard.ledger.format.checkpoint import Checkpoint
from custom_components.message_guard.ledger.format.cosignature import (
    WitnessKey,
    cosignature_of,
    with_cosignatures,
)
from custom_components.message_guard.ledger.format.encoding import (
    TamperedError,
    UnusableError,
    canonical,
)
from custom_components.message_guard.ledger.format.proof_file import (
    PROOF_HEAD,
    Proven,
    check_proof,
)
from custom_components.message_guard.ledger.format.report import Problem, Report
from custom_components.message_guard.ledger.format.signed_note import Key, Note, signature_check
from custom_components.message_guard.ledger.format.tile_folder import (
    check_folder,
    folder_checkpoint,
    write_folder,
)
from custom_components.message_guard.ledger.format.verifier import check_file

ABOUT = """\
Check a Message Guard ledger: a database, an export as JSON lines, or a folder of C2SP tlog-tiles. Or a
proof of one of its entries.

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


def _proof_in(path: Path) -> str | None:
    """Return the text of a proof, None if the file is none; raises OSError."""
    if path.is_dir():
        return None
    with path.open("rb") as file:
        if file.read(len(PROOF_HEAD)) != PROOF_HEAD.encode():
            return None
    return path.read_text("utf-8")


def _prove(options: argparse.Namespace, text: str) -> int:
    """Check a proof of one entry and print what it shows; returns the exit code."""
    check = signature_check()
    if check is None:
        raise UnusableError("checking signatures takes the Python package cryptography")
    if not options.key:
        raise UnusableError("a proof proves something to whoever has the ledger's key: give --key")
    try:
        proven = check_proof(
            text,
            check=check,
            key=Key.parse(options.key),
            witnesses=[WitnessKey.parse(each) for each in options.witness],
            quorum=options.quorum,
        )
    except TamperedError as err:
        if options.json:
            problem = {"sequence": err.sequence, "code": err.code, "meaning": str(err)}
            print(json.dumps({"proven": False, "problem": problem}))
        else:
            print(f"NOT PROVEN  {options.file}")
            print(f"  entry {err.sequence} ({err.code}): {err}")
        return 1
    if options.json:
        print(json.dumps({"proven": True, **asdict(proven)}))
    else:
        _print_proven(proven, options.file)
    return 0


def _print_proven(proven: Proven, path: Path) -> None:
    entry = proven.entry
    print(f"PROVEN  {path}")
    print(f"  entry {entry['sequence']} of {proven.size} of {proven.origin}")
    print(f"  {_utc(entry['time'])} {entry['kind']}, by the clock of that machine")
    for name, time in proven.cosigned.items():
        print(f"  seen by {name} at {_utc(time * 1_000_000)}")
    print(f"  it discloses: {', '.join(proven.discloses)}")
    for name, value in (*entry["facts"].items(), *proven.words.items()):
        print(f"    {name}: {json.dumps(value, ensure_ascii=False)}")


def _check(options: argparse.Namespace) -> tuple[Report, list[Note]]:
    """Return what was found, and those of the checkpoints given that fit the ledger."""
    check = signature_check()
    if options.key and check is None:
        raise UnusableError("checking signatures takes the Python package cryptography")
    key = Key.parse(options.key) if options.key else None
    remembered = [
        Checkpoint.parse(Path(each).read_text("utf-8") if Path(each).is_file() else each)
        for each in options.checkpoint
    ]
    folder = options.file.is_dir()
    if folder:
        remembered.append(folder_checkpoint(options.file))

    made: list[Checker] = []

    def checker(every_signature: bool) -> Checker:
        each = Checker(
            check=check,
            key=key,
            remembered=remembered,
            allow_restored=options.allow_restored,
            every_signature=every_signature,
        )
        made.append(each)
        return each

    report = (
        check_folder(options.file, checker(True)) if folder else check_file(options.file, checker)
    )
    return report, [each.note for each in made[-1].matched if each.note is not None]


def _is_database(path: Path) -> bool:
    """Return whether it is an SQLite database; raises OSError."""
    with path.open("rb") as file:
        return file.read(16) == b"SQLite format 3\0"


def _cosigned_in(path: Path) -> list[Note] | None:
    """Return the checkpoints of a database with what witnesses have signed; None if it cannot hold any.

    Raises:
        OSError: If it cannot be read.
        sqlite3.Error: If it cannot be read as a database.
    """
    if path.is_dir() or not _is_database(path):
        return None
    db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        if db.execute("PRAGMA user_version").fetchone()[0] == 1:
            return None
        rows = db.execute(
            "SELECT c.line, e.line FROM cosignatures c JOIN entries e ON e.sequence = c.size + 1"
            " WHERE e.kind = 'checkpoint' ORDER BY c.size"
        ).fetchall()
    finally:
        db.close()
    return [
        with_cosignatures(Note.parse(json.loads(entry)["facts"]["note"]), [line])
        for line, entry in rows
    ]


def _witnessed(options: argparse.Namespace, report: Report, matched: list[Note]) -> dict[str, int]:
    """Return up to which entry each witness given has cosigned a sound ledger.

    Args:
        options: What was asked for.
        report: What was found.
        matched: The checkpoints that were given, or lie in a folder, and fit.

    Raises:
        TamperedError: If too few of them have, or a cosignature is not theirs.
        UnusableError: If there is nothing that they could have cosigned.
    """
    check = signature_check()
    if check is None:
        raise UnusableError("checking signatures takes the Python package cryptography")
    if not report.whole:
        raise UnusableError("it does not begin with the first entry: witnesses cosign all of them")
    kept = _cosigned_in(options.file)
    if kept is None and not matched:
        raise UnusableError("it holds no cosignatures: give a cosigned note with --checkpoint")
    found: dict[bytes, tuple[str, int]] = {}
    keys = [WitnessKey.parse(each) for each in options.witness]
    for note in (*matched, *(kept or ())):
        size = Checkpoint.parse(str(note)).size
        for key in keys:
            try:
                signed = cosignature_of(note, key, check) is not None
            except ValueError as err:
                raise TamperedError(size, "cosignature", str(err)) from err
            if signed:
                found[key.public] = (key.name, max(size, found.get(key.public, ("", 0))[1]))
    needed = len(keys) if options.quorum is None else options.quorum
    if len(found) < needed:
        meaning = f"{len(found)} of the witnesses given have cosigned it, {needed} must"
        raise TamperedError(None, "cosignature", meaning)
    return dict(found.values())


def _write_tiles(source: Path, folder: Path) -> None:
    """Write a ledger as a folder of tiles, up to its last checkpoint of the tree."""
    if _is_database(source):
        db = sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)
        lines = [line for (line,) in db.execute("SELECT line FROM entries ORDER BY sequence")]
        db.close()
    else:
        raw = source.read_text("utf-8").removesuffix("\n").split("\n")
        entries = [json.loads(line).get("entry") for line in raw]
        lines = [canonical(entry) for entry in entries if entry is not None]
    for line in reversed(lines):
        entry = json.loads(line)
        if entry["kind"] == "checkpoint":
            checkpoint = Checkpoint.parse(entry["facts"]["note"])
            if checkpoint.root and json.loads(lines[0])["sequence"] == 1:
                write_folder(folder, lines[: checkpoint.size], entry["facts"]["note"])
                return
    raise UnusableError("it has no checkpoint of the tree, or does not begin with the first entry")


def main(arguments: list[str] | None = None) -> int:
    """Run as a program; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="verify-ledger",
        description=ABOUT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "file",
        type=Path,
        help="the ledger's database, an export as JSON lines, or a proof of an entry",
    )
    parser.add_argument(
        "--checkpoint",
        action="append",
        default=[],
        metavar="NOTE",
        help="a remembered checkpoint: a file with the signed note, or SIZE:HASH; may be repeated",
    )
    parser.add_argument(
        "--write-tiles",
        type=Path,
        metavar="FOLDER",
        help="write a sound ledger as C2SP tlog-tiles, for other people's tools; without any words",
    )
    parser.add_argument("--key", metavar="KEY", help="the verifier key shown at set-up")
    parser.add_argument(
        "--witness",
        action="append",
        default=[],
        metavar="KEY",
        help="the verifier key of a witness that must have cosigned; may be repeated",
    )
    parser.add_argument(
        "--quorum", type=int, metavar="N", help="so many of the witnesses must; all if not given"
    )
    parser.add_argument(
        "--allow-restored",
        action="store_true",
        help="accept that a recorded restore took back entries a checkpoint of the old name remembers",
    )
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    options = parser.parse_args(arguments)
    try:
        proof = _proof_in(options.file)
        if proof is not None:
            return _prove(options, proof)
        report, matched = _check(options)
        cosigned: dict[str, int] = {}
        if options.witness and report.sound:
            try:
                cosigned = _witnessed(options, report, matched)
            except TamperedError as err:
                report = replace(report, problem=Problem(err.sequence, err.code, str(err)))
        if options.write_tiles and report.sound:
            _write_tiles(options.file, options.write_tiles)
    except (UnusableError, OSError, ValueError, sqlite3.Error) as err:
        print(json.dumps({"unusable": str(err)}) if options.json else f"UNUSABLE  {err}")
        return 2
    if options.json:
        print(json.dumps({"sound": report.sound, **asdict(report), "cosigned": cosigned}))
    else:
        _print(report, options.file)
        for name, size in cosigned.items():
            print(f"  cosigned up to entry {size} by {name}")
    return 0 if report.sound else 1


if __name__ == "__main__":
    sys.exit(main())
