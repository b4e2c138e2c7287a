"""The voice scenarios that run with every test run: real sound in, real sound out.

Everything else, and the rates over voices, rooms and seeds, is `scripts/voice`.
"""

from collections.abc import AsyncIterator
import contextlib
from pathlib import Path

import pytest
import pytest_asyncio

from tests.e2e import ledger

from .actors import Satellite
from .network import enclose
from .play import Outcome, play
from .scenario import Case, load
from .stage import Stage

SCENARIOS = load()
CASES = [case for scenario in SCENARIOS.values() for case in scenario.cases() if case.quick]

_CONTROL = "portland-control"

pytestmark = [pytest.mark.timeout(240), pytest.mark.asyncio(loop_scope="module")]


@pytest.fixture(scope="module", autouse=True)
def network() -> None:
    """Keep everything on loopback, where the machine allows it."""
    with contextlib.suppress(OSError):
        enclose()


def stage(folder: Path, *, guarded: bool) -> Stage:
    """Return a house with one satellite of each kind, not yet started."""
    satellites = [
        Satellite("Kitchen", "esphome", folder / "kitchen.log", "open"),
        Satellite("Hall", "wyoming", folder / "hall.log"),
    ]
    return Stage(
        folder=folder / "stage",
        satellites={satellite.kind: satellite for satellite in satellites},
        guarded=guarded,
    )


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def guarded(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """Return a house with Message Guard."""
    house = stage(tmp_path_factory.mktemp("guarded"), guarded=True)
    try:
        await house.start()
        yield house
    finally:
        await house.stop()


async def play_on(house: Stage, case: Case) -> Outcome:
    return await play(house, SCENARIOS[case.scenario], case, house.satellites[case.satellite])


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
async def test_scenario(guarded: Stage, case: Case) -> None:
    """Nothing is sent that should not be, and what should be is, at the second play at the latest."""
    outcome = await play_on(guarded, case)
    assert outcome.false_sends == 0, outcome.heard()
    if not outcome.done:
        outcome = await play_on(guarded, case)
        assert outcome.false_sends == 0, outcome.heard()
    assert outcome.done, [outcome.problem, *outcome.heard()]


async def test_the_ledger_is_sound(guarded: Stage) -> None:
    verdict = await ledger.verify(guarded.ledger_path)
    assert verdict.status == 0, str(verdict)


async def test_the_control_sends(tmp_path: Path) -> None:
    """The agent of 2018 sends what nobody wanted: the scenario can tell a guard from none."""
    house = stage(tmp_path, guarded=False)
    try:
        await house.start()
        stories = []
        for case in SCENARIOS[_CONTROL].cases():
            outcome = await play_on(house, case)
            if outcome.sent:
                return
            stories.append(outcome.heard())
        pytest.fail(f"it never sent: {stories}")
    finally:
        await house.stop()
