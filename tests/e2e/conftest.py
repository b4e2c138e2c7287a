"""End to end: a real Home Assistant process on loopback, nothing mocked.

These tests need real sockets and a loop that outlives a test, which the unit tests' plugin for
Home Assistant forbids. `scripts/test e2e` leaves that plugin out.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.e2e import forking
from tests.e2e.household import Household

# Two thirds of a start are imports. What must begin with nothing says so (`House.alone`).
forking.start = forking.start_forked

_COLLIDING_PLUGIN = "homeassistant"


def pytest_ignore_collect(config: pytest.Config) -> bool | None:
    """Leave these tests to `scripts/test e2e` when the unit tests' plugin is active."""
    return True if config.pluginmanager.hasplugin(_COLLIDING_PLUGIN) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what waits longest, so that the others are played meanwhile (`--no-loadscope-reorder` keeps the order)."""
    items.sort(key=lambda item: item.path.stem != "test_corpus_waits")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def plain_household(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Household]:
    """Return a household without Message Guard, running."""
    household = Household(folder=tmp_path_factory.mktemp("household"))
    try:
        await household.start()
        yield household
    finally:
        await household.stop()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an empty folder for a household of the test's own."""
    return tmp_path / "household"
