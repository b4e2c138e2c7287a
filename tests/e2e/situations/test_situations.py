"""Every situation of this folder, in one real Home Assistant."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from .home import SituationsHome
from .playing import Stage
from .situation import Situation, all_situations

pytestmark = [pytest.mark.timeout(180), pytest.mark.asyncio(loop_scope="module")]

SITUATIONS = all_situations()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[SituationsHome]:
    """Return the home of all situations, running."""
    home = SituationsHome(SITUATIONS, tmp_path_factory.mktemp("situations"))
    try:
        await home.start()
        yield home
    finally:
        await home.stop()


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.name)
async def test_situation(home: SituationsHome, situation: Situation) -> None:
    """It goes as it is written down."""
    await Stage(home).play(situation)
