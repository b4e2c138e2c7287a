"""Killed at random moments while a real witness is asked: no two histories, and a restored backup begins anew."""

import json
import os
from pathlib import Path
import subprocess
import sys

import pytest

from tests.judges.witnesses import LITEWITNESS
from tests.ledger.stores import REPOSITORY, verify

KILLS = int(os.environ.get("KILLS", "20"))
"""KILLS=200 for more of them."""

WITNESSES = ["aics-witness"]
if "KILLS" in os.environ and LITEWITNESS.exists():
    WITNESSES.append("litewitness")
"""Both if more is asked for, and `scripts/judges` has built the other one."""


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", WITNESSES)
def test_a_witness_sees_one_history_however_often_the_writer_is_killed(
    tmp_path: Path, name: str
) -> None:
    """What was cosigned is never taken back, and the witness's records of both names stay sound."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.judges.killed", tmp_path, str(KILLS), "1", name],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    found = json.loads(done.stdout)
    assert found["kills"] == KILLS
    assert found["cosigned"] > 0
    assert found["evidence"] == []
    assert found["restored"] == {
        "before": "cosigned",
        "after the backup": "cosigned",
        "a new name": True,
        "not known yet": "unknown_ledger",
        "known": "cosigned",
    }
    code, said = verify(tmp_path / "ledger.db", "--witness", found["key"])
    assert code == 0, said
    assert "cosigned up to entry" in said
