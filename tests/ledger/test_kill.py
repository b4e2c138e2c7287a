"""Killed at random moments under a stream of sends: twenty each time, as many as KILLS says for whoever wants more."""

from collections import Counter
import json
import os
from pathlib import Path
import sqlite3
import subprocess
import sys

import pytest

from custom_components.message_guard.ledger.format.tree import TILE_WIDTH, Growing
from custom_components.message_guard.ledger.tiles import Tree
from tests.ledger.stores import REPOSITORY, verify

KILLS = int(os.environ.get("KILLS", "20"))
MANY = 100
"""Among so many, every sort of interruption happens."""


@pytest.mark.slow
@pytest.mark.timeout(120 + 4 * KILLS)
def test_killed_again_and_again(tmp_path: Path) -> None:
    """Never delivered without an authorised entry, never twice, always sound, every cut reported, the tree that of the entries."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.ledger.killed", tmp_path, str(KILLS), "1"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert json.loads(done.stdout)["kills"] == KILLS
    path = tmp_path / "ledger.db"
    db = sqlite3.connect(path)
    lines = [line for (line,) in db.execute("SELECT line FROM entries ORDER BY sequence")]
    tree = Growing()
    for line in lines:
        tree.add(line.encode())
    assert Tree.read(db, len(lines)).root() == tree.root()
    assert len(lines) > TILE_WIDTH
    steps: dict[str, list[str]] = {}
    for request, kind in db.execute("SELECT request, kind FROM entries ORDER BY sequence"):
        if request is not None:
            steps.setdefault(request, []).append(kind)
    db.close()
    outbox = Counter((tmp_path / "outbox").read_text().split())
    interrupted = {request for request, kinds in steps.items() if "interrupted" in kinds}
    assert len(outbox) > KILLS
    assert set(outbox.values()) == {1}
    for request in outbox:
        assert "authorised" in steps[request]
    for request, kinds in steps.items():
        assert kinds in (
            ["asked", "expired"],
            ["asked", "authorised", "interrupted"],
            ["asked", "authorised", "delivered"],
        ), request
        if kinds[-1] == "delivered":
            assert request in outbox
    if KILLS >= MANY:
        # Both sorts of interruption happened: before the delivery, and after it.
        assert interrupted - set(outbox)
        assert interrupted & set(outbox)
    code, said = verify(path)
    assert code == 0, said
    assert f"{len(interrupted)} deliveries were interrupted" in said
