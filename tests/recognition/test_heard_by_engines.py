"""What real engines wrote of synthetic voices (benchmarks/heard): nothing wrong is accepted of any of it."""

from pathlib import Path

import pytest

from benchmarks.engines import HEARD, Judge, read, tally

FILES = sorted(HEARD.glob("*.tsv"))


def test_there_is_something_to_judge() -> None:
    assert len({path.name.rpartition(".")[0] for path in FILES}) >= 2


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_nothing_wrong_is_accepted(path: Path) -> None:
    rows = read(path)
    cells = tally(rows, Judge(path.stem.removesuffix(".prompted").rpartition(".")[2]))
    assert {name: cell.wrong for name, cell in cells.items() if cell.wrong} == {}
