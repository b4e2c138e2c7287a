"""The engines that homes use, with every test run: Piper speaks, Whisper listens, one case of each kind.

Home Assistant's own Wyoming integration is in between. More of it: `scripts/voice --engine`, `scripts/voice cells`.
"""

from collections.abc import AsyncIterator
import contextlib
from dataclasses import replace

import pytest
import pytest_asyncio

from . import sound
from .actors import Satellite
from .network import enclose
from .play import confirmation_seconds, lines, play
from .scenario import Case, load
from .stage import Stage

ENGINE, VOICE = "whisper-tiny.en", "piper-joe"
SCENARIOS = load()


def case(scenario: str, satellite: str) -> Case:
    """Return the first clean case of a scenario on this satellite, said by Piper."""
    found = next(
        one
        for one in SCENARIOS[scenario].cases()
        if one.satellite == satellite and one.room.babble is None
    )
    return replace(found, voice=VOICE)


CASES = [case("phrase", "esphome"), case("code", "esphome")]

pytestmark = [pytest.mark.timeout(240), pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """Return a house that hears with Whisper and speaks with Piper."""
    with contextlib.suppress(OSError):
        enclose()
    # The answer to a code is spoken when it is needed, not all that there may be.
    sound.prepare(line for line in lines(SCENARIOS["phrase"], CASES[0]))
    folder = tmp_path_factory.mktemp("engines")
    kitchen = Satellite("Kitchen", "esphome", folder / "kitchen.log")
    stage = Stage(
        folder=folder / "stage", satellites={kitchen.kind: kitchen}, engine=ENGINE, voice=VOICE
    )
    try:
        await stage.start()
        yield stage
    finally:
        await stage.stop()


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
async def test_whisper_and_piper(house: Stage, case: Case) -> None:
    """What was asked for is sent, at the second play at the latest, and nothing else."""
    for _ in range(2):
        outcome = await play(
            house, SCENARIOS[case.scenario], case, house.satellites[case.satellite]
        )
        assert outcome.false_sends == 0, outcome.heard()
        if outcome.done:
            break
    assert outcome.done, [outcome.problem, *outcome.heard()]
    assert outcome.confirmation is not None, outcome.heard()
    assert 0.0 < outcome.confirmation < outcome.seconds


async def test_how_the_engine_writes_a_name_is_offered(house: Stage) -> None:
    """Piper says a name that stands in no list, and Whisper writes it in its own way."""
    flow = await house.client.subentry_flow(house.entry_id, "contact")
    if flow.type == "menu":
        await flow.choose("details")
    await flow.submit({"name": "Wojciech", "reach": ["notify_action|notify.alice"], "test": False})
    assert flow.last["step_id"] == "spellings", flow.last
    (field,) = flow.last["data_schema"]
    (offered,) = [option["value"] for option in field["selector"]["select"]["options"]]
    assert offered[0].isupper()
    assert offered != "Wojciech"


async def test_what_a_confirmation_costs_is_told_by_the_story() -> None:
    story = [
        {"event": "silent", "at": 4.0},
        {"event": "says", "at": 6.0, "text": "To Alice: hi. It goes out when you say your phrase."},
        {"event": "silent", "at": 10.0},
        {"event": "says", "at": 12.0, "text": "Sent to Alice."},
    ]
    assert confirmation_seconds(story) == 8.5
    assert confirmation_seconds(story[:3]) is None
