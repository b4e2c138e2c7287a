"""The cases of the corpus that wait, end to end: all at once, since the clock is nobody's to turn.

Each has satellites of its own. What only one at a time can have, a lock of PINs, takes a household of
its own.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio

from tests.corpus.play import HALL, KITCHEN, Case, play
from tests.e2e import casting
from tests.e2e.corpus_checks import check_household
from tests.e2e.corpus_home import CorpusHome
from tests.e2e.stage import HouseStage

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(420)]

CASES = {case.id: case for case in casting.long()}
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(slots=True)
class Household:
    """A household, and the cases that are played in it.

    Attributes:
        home: The household.
        level: What Anna needs in it.
        cases: The cases; those that are about another level are played in rooms that need that level.
    """

    home: CorpusHome
    level: str
    cases: list[Case]

    @classmethod
    def make(cls, folder: Path, level: str, cases: list[Case]) -> Household:
        """Return a household that is not yet started, with a kitchen and a hall for each case."""
        home = CorpusHome.make(folder)
        home.more_rooms, home.room_levels = {}, {}
        for letter, case in zip(LETTERS, cases, strict=False):
            home.more_rooms |= {f"kitchen {letter}": f"Floor {letter}", f"hall {letter}": ""}
            if case.level != level:
                home.room_levels[f"kitchen {letter}"] = case.level
        return cls(home, level, cases)

    async def start(self) -> None:
        """Start it."""
        await self.home.start(same_name=False)
        await self.home.reset(self.level, ())

    def play(self) -> dict[str, asyncio.Task[HouseStage]]:
        """Begin with every case."""
        return {
            case.id: asyncio.create_task(_play(case, self.home, letter))
            for letter, case in zip(LETTERS, self.cases, strict=False)
        }


@dataclass(slots=True)
class Street:
    """All households, and how far their cases are.

    Attributes:
        households: The households.
        playing: The cases by their ids.
    """

    households: list[Household]
    playing: dict[str, asyncio.Task[HouseStage]] = field(default_factory=dict)


async def _play(case: Case, home: CorpusHome, letter: str) -> HouseStage:
    places = {KITCHEN: f"kitchen {letter}", HALL: f"hall {letter}"}
    stage = HouseStage(home, "sentence", places, mark=f"in kitchen {letter}")
    await stage.enter(model=casting.needs_model(case))
    await play(case, stage)
    await stage.close()
    return stage


def _lots() -> list[tuple[str, list[Case]]]:
    """Return which cases share a household, and what Anna needs there.

    PINs are locked for a whole household, so each case about that lock takes one without other PINs. A button
    approves whatever waits in the household, so it is pressed where nothing else does by then.
    Those that wait longest come first.
    """
    pressed = [case for case in CASES.values() if "press" in case.steps]
    pins = [case for case in CASES.values() if case.level == "pin"]
    locks = [case for case in pins if "_lock_" in case.id]
    others = [case for case in CASES.values() if case not in pins and case not in pressed]
    return [
        ("phrase", others + locks[:1]),
        *(("pin", [case]) for case in locks[1:]),
        ("pin", [*pressed, *(case for case in pins if case not in [*locks, *pressed])]),
    ]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def street(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Street]:
    """Return the households, with every case begun."""
    made = Street(
        [
            Household.make(tmp_path_factory.mktemp("waits") / "household", level, found)
            for level, found in _lots()
        ]
    )
    try:
        for household in made.households:
            await household.start()
            made.playing |= household.play()
        yield made
    finally:
        for task in made.playing.values():
            task.cancel()
        for household in made.households:
            await household.home.stop()


@pytest.mark.parametrize("name", [case.id for case in sorted(CASES.values(), key=casting.waits)])
async def test_case(street: Street, name: str) -> None:
    """What leaves the house is what the case allows."""
    stage = await street.playing[name]
    assert sorted(stage.sent) == sorted(CASES[name].sent)


async def test_what_is_written_down(street: Street) -> None:
    """Every ledger verifies and tells what was sent; no log tells anybody's words."""
    await asyncio.wait(street.playing.values())
    for household in street.households:
        await check_household(household.home, household.cases)
