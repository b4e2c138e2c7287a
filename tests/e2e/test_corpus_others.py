"""The other half of the corpus of cases, played end to end: see `test_corpus`."""

import pytest

from tests.corpus.play import Case, cases
from tests.e2e import casting
from tests.e2e.corpus_checks import check_household
from tests.e2e.corpus_home import CorpusHome
from tests.e2e.test_corpus import home, play_short

__all__ = ["home"]

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]


@pytest.mark.parametrize(
    ("case", "route"),
    [pytest.param(case, route, id=f"{case.id}-{route}") for case, route in casting.short()[1::2]],
)
async def test_case(home: CorpusHome, case: Case, route: str) -> None:
    """What leaves the house is what the case allows."""
    await play_short(home, case, route)


async def test_what_is_written_down(home: CorpusHome) -> None:
    """The ledger verifies and tells what was sent; the log tells nobody's words."""
    await check_household(home, cases())
