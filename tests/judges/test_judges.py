"""What judges of other people's making say: the honest ledger is accepted, whatever else is passed off is refused."""

from collections import Counter
from pathlib import Path

import pytest

from tests.judges.bench import PYTHON_JUDGE, findings
from tests.judges.cases import Docket
from tests.judges.writing import written

FAMILIES = {
    "honest",
    "rewritten",
    "rolled back",
    "forked",
    "re-signed",
    "truncated",
    "another checkpoint",
    "another entry",
}


@pytest.mark.slow
async def test_the_honest_ledger_and_no_other(tmp_path: Path) -> None:
    """By the library from the package index; `scripts/judges` asks those in Go, too, and prints the counts."""
    honest = await written(tmp_path / "ledger.db")
    found = list(findings(PYTHON_JUDGE, list(Docket(honest, tmp_path / "tiles"))))
    assert [(each.case.name, each.why or "accepted") for each in found if not each.right] == []
    counts = Counter(each.case.family for each in found)
    assert counts.keys() == FAMILIES
    assert sum(counts.values()) - counts["honest"] > counts["honest"] > 20
