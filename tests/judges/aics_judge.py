"""Judges cases with aics-tlog; runs in the judges' own environment (.venv-judges), which has nothing of Message Guard.

Reads cases as lines of JSON and answers each with a line: "" where it accepts, else why it does not.
"""

import base64
from collections.abc import Callable
import json
from pathlib import Path
import sys
from typing import Any

import aics_tlog

type Case = dict[str, Any]


def _refuse(why: object) -> None:
    raise ValueError(str(why))


def _checkpoint(note: str, case: Case, witnesses: list[str]) -> aics_tlog.Checkpoint:
    found = aics_tlog.parse_note(note)
    result = aics_tlog.verify_checkpoint(
        found,
        aics_tlog.parse_vkey(case["key"]),
        [aics_tlog.parse_vkey(each) for each in witnesses],
        quorum=len(witnesses),
        expected_origin=case["origin"],
    )
    if not result.ok:
        _refuse(result.error)
    return aics_tlog.parse_checkpoint(found.text)


def _judge_checkpoint(case: Case) -> None:
    _checkpoint(case["note"], case, case["witnesses"])


def _judge_consistency(case: Case) -> None:
    old, now = (_checkpoint(case[which], case, []) for which in ("old", "note"))
    hashes = [base64.b64decode(each) for each in case["hashes"]]
    if not aics_tlog.verify_consistency(old.size, now.size, old.root, now.root, hashes):
        _refuse("not consistent")


def _judge_proof(case: Case) -> None:
    head, _, note = case["proof"].partition("\n\n")
    lines = head.split("\n")[1:]
    (index,) = (int(line[6:]) for line in lines if line.startswith("index "))
    hashes = [base64.b64decode(each) for each in lines if not each.startswith(("index ", "extra "))]
    checkpoint = _checkpoint(note, case, case["witnesses"])
    entry = case["entry"].encode()
    if not aics_tlog.verify_leaf_inclusion(entry, index, checkpoint.size, hashes, checkpoint.root):
        _refuse("not included")


def _judge_tiles(case: Case) -> None:
    folder = Path(case["folder"])
    checkpoint = _checkpoint((folder / "checkpoint").read_text("utf-8"), case, [])
    aics_tlog.audit_tiles(
        aics_tlog.FileSystemTileReader(folder), checkpoint.size, checkpoint.root, entries=True
    )


JUDGES: dict[str, Callable[[Case], None]] = {
    "checkpoint": _judge_checkpoint,
    "consistency": _judge_consistency,
    "proof": _judge_proof,
    "tiles": _judge_tiles,
}


def main() -> None:
    """Answer every line."""
    for line in sys.stdin:
        case = json.loads(line)
        why = ""
        try:
            JUDGES[case["kind"]](case)
        except Exception as error:  # noqa: BLE001 - whatever it raises, it has not accepted
            why = str(error) or type(error).__name__
        sys.stdout.write(json.dumps({"aics-tlog": why}) + "\n")


if __name__ == "__main__":
    main()
