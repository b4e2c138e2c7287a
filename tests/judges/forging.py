"""Rewrites a ledger's database as somebody could who holds the machine: nothing in it gives that away."""

import json
from pathlib import Path
import sqlite3

from custom_components.message_guard.ledger.checkpoints import Signer
from custom_components.message_guard.ledger.format.checkpoint import Checkpoint
from custom_components.message_guard.ledger.format.encoding import canonical, entry_hash
from custom_components.message_guard.ledger.format.signed_note import Note
from custom_components.message_guard.ledger.format.tree import Frontier, leaf_hash
from custom_components.message_guard.ledger.migration import fill_tree


def forge(database: Path, sequence: int) -> None:
    """Give one entry other reasons; chain, tree, checkpoints and what lies beside the database are made anew."""
    db = sqlite3.connect(database)
    rows = db.execute("SELECT line FROM entries ORDER BY sequence").fetchall()
    name = str(json.loads(rows[0][0])["facts"]["ledger"])
    signer = Signer.load(database.with_suffix(".key"), name)
    assert signer is not None
    tree, previous, note = Frontier(), "0" * 64, ""
    for place, (line,) in enumerate(rows, start=1):
        entry = json.loads(line)
        entry["previous"] = previous
        if place == sequence:
            entry["reasons"] = ["forged"]
        if entry["kind"] == "checkpoint":
            text = Checkpoint(name, tree.size, root=tree.root().hex()).text
            note = str(Note(text, (signer.signature(text),)))
            entry["facts"]["note"] = note
        written = canonical(entry)
        db.execute("UPDATE entries SET line = ? WHERE sequence = ?", (written, place))
        tree.extend([leaf_hash(written.encode())])
        previous = entry_hash(written)
    db.execute("DELETE FROM tiles")
    fill_tree(db)
    db.commit()
    db.close()
    database.with_suffix(".checkpoint").write_text(note, "utf-8")
