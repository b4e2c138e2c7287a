#!/usr/bin/env bash
# SQLite's secure_delete leaves the deleted words on the disk where it writes ahead, also after a checkpoint and VACUUM.
#
# Seen with SQLite 3.54.1 (apsw 3.54.1.0). "When secure_delete is on, SQLite overwrites deleted content with zeros": so it does with a rollback journal. With
# journal_mode=WAL, as Home Assistant's recorder and many messengers have it, the page with the words stays in the -wal file next to the database.
# A full checkpoint copies from that file and does not shorten it, so the words are there until later pages happen to fall on them, which in a quiet
# household may be weeks. wal_checkpoint(TRUNCATE) removes them, and so does closing the last connection.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check apsw==3.54.1.0
FOLDER=$work "$work/venv/bin/python" - <<'PYTHON'
import os
from pathlib import Path

import apsw

WORDS = "the key is under the flowerpot"
STEPS = (
    "DELETE FROM messages",
    "PRAGMA wal_checkpoint(FULL)",
    "VACUUM",
    "PRAGMA wal_checkpoint(TRUNCATE)",
)


def still_there(file: Path) -> list[str]:
    """Return the files of a database that have the words in them, by the end of their names."""
    files = sorted(file.parent.glob(f"{file.name}*"))
    return [each.name.removeprefix(file.name) or "database" for each in files if WORDS.encode() in each.read_bytes()]


seen = {}
for mode in ("delete", "wal"):
    file = Path(os.environ["FOLDER"]) / f"{mode}.db"
    db = apsw.Connection(str(file))
    for prepare in (f"PRAGMA journal_mode={mode}", "PRAGMA secure_delete=ON", "CREATE TABLE messages (words TEXT)"):
        list(db.execute(prepare))
    db.execute("INSERT INTO messages VALUES (?)", (WORDS,))
    seen[mode] = [still_there(file)]
    for step in STEPS:
        list(db.execute(step))
        seen[mode].append(still_there(file))
    db.close()
    for step, where in zip(("INSERT", *STEPS), seen[mode], strict=True):
        print(f"{mode}: after {step}: {', '.join(where) or 'nowhere'}")
assert seen["delete"] == [["database"], [], [], [], []], "this has changed"
assert seen["wal"] == [["-wal"], ["-wal"], ["-wal"], ["-wal"], []], "this has changed"
PYTHON
