"""Intents of Home Assistant's own, on a real Home Assistant."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.e2e.guarded import PHRASE, GuardedHousehold

pytestmark = [pytest.mark.timeout(180), pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[GuardedHousehold]:
    """Return a guarded household with a satellite."""
    made = GuardedHousehold.make(tmp_path_factory.mktemp("intents") / "household")
    try:
        await made.start()
        yield made
    finally:
        await made.stop()


@pytest.mark.parametrize("no", ["never mind", "cancel", "cancel that", "stop", "don't send it"])
async def test_a_no_after_a_second_wake(home: GuardedHousehold, no: str) -> None:
    """Home Assistant takes some of these for itself before any agent is asked."""
    satellite = home.household.satellite
    before = home.household.delivered()["file"]
    assert "To Mum: the key is under the mat" in await satellite.say(
        "tell my mum the key is under the mat"
    )
    assert await satellite.say(no) == "Okay, I won't send it."
    await satellite.say(PHRASE)
    assert home.household.delivered()["file"] == before
    assert home.stories()[-1] == ["asked", "declined"]


async def test_a_broadcast_is_held_once_it_was_chosen(home: GuardedHousehold) -> None:
    """Free before; then asked, proved and announced once."""
    announced = home.household.satellite.announcements
    free = await home.say("broadcast dinner is ready")
    assert free.response_type == "action_done"
    assert home.household.satellite.announcements == [*announced, "dinner is ready"]

    flow = await home.client.options_flow(home.entry_id)
    await flow.walk(
        {
            "init": "routes",
            "pipelines": [home.household.pipeline],
            "guarded_intents": ["HassBroadcast"],
        }
    )
    asked = await home.say("broadcast bring an umbrella")
    assert "To Everyone at home: bring an umbrella" in asked.answer
    assert home.household.satellite.announcements == [*announced, "dinner is ready"]
    proved = await home.say(PHRASE, asked)
    assert proved.answer == "Sent to Everyone at home."
    assert home.household.satellite.announcements[-1] == "bring an umbrella"
