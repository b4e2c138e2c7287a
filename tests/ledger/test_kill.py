"""Killed at two hundred random moments under a stream of sends."""

from collections import Counter
import json
from pathlib import Path
import sqlite3
import subprocess
import sys

import pytest

from tests.ledger.stores import REPOSITORY, verify

KILLS = 200


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_killed_two_hundred_times(tmp_path: Path) -> None:
    """Never delivered without an authorised entry, never twice, always sound, every cut reported."""
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
    # Both sorts of interruption happened: before the delivery, and after it.
    assert interrupted - set(outbox)
    assert interrupted & set(outbox)
    code, said = verify(path)
    assert code == 0, said
    assert f"{len(interrupted)} deliveries were interrupted" in said
