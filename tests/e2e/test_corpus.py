"""The corpus of cases, played end to end: spoken to satellites, in a real Home Assistant.

Every other case is played here, and the rest in `test_corpus_others`, at the same time and in a household of
its own: most of a case is waiting for speech to end.
"""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.corpus.play import GARAGE, HALL, KITCHEN, Case, cases, play
from tests.e2e import casting
from tests.e2e.corpus_checks import check_household
from tests.e2e.corpus_home import CorpusHome
from tests.e2e.stage import HouseStage

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[CorpusHome]:
    """Return the household of the corpus, running."""
    made = CorpusHome.make(tmp_path_factory.mktemp("corpus") / "household")
    try:
        await made.start(casting.lasting_names())
        yield made
    finally:
        await made.stop()


async def play_short(home: CorpusHome, case: Case, route: str) -> None:
    """Play a case that waits for nothing."""
    await home.reset(case.level, case.contacts)
    stage = HouseStage(home, route, {room: room for room in (KITCHEN, HALL, GARAGE)})
    await stage.enter(model=casting.needs_model(case))
    await play(case, stage)
    await stage.close()
    assert sorted(stage.sent) == sorted(case.sent)


@pytest.mark.parametrize(
    ("case", "route"),
    [pytest.param(case, route, id=f"{case.id}-{route}") for case, route in casting.short()[::2]],
)
async def test_case(home: CorpusHome, case: Case, route: str) -> None:
    """What leaves the house is what the case allows."""
    await play_short(home, case, route)


async def test_what_is_written_down(home: CorpusHome) -> None:
    """The ledger verifies and tells what was sent; the log tells nobody's words."""
    await check_household(home, cases())
