"""A real witness of other people's making cosigns the honest ledger and no other history of it."""

from pathlib import Path

import pytest

from tests.judges.asking import asked
from tests.judges.witnesses import aics_witness
from tests.judges.writing import written


@pytest.mark.slow
async def test_a_witness_cosigns_one_history(tmp_path: Path, socket_enabled: None) -> None:
    """The client understands all that aics-witness says; `scripts/judges` asks litewitness, too."""
    honest = await written(tmp_path / "ledger.db")
    with aics_witness(tmp_path / "witness") as running:
        found = [each async for each in asked(running, honest)]
    assert [each for each in found if each.verdict is not each.expected] == []
    assert len(found) == 23
