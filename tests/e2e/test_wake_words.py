"""A wake word that a household has trained itself, left in front of what is said through its satellite."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.e2e.guarded import PHRASE, GuardedHousehold, answer_to_code
from tests.e2e.household import KITCHEN_LIGHT
from tests.e2e.wake_engine import WakeEngine

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[GuardedHousehold]:
    """Return a guarded household with an engine of its own, as a Wyoming server."""
    home = GuardedHousehold.make(tmp_path_factory.mktemp("wake_words") / "household")
    engine = WakeEngine({"hey_kitchen_v0.1": "Hey Kitchen", "mum": "Mum", "stop": "Stop"})
    await engine.start()
    try:
        await home.household.start()
        await home.household.add_wyoming(engine.port)
        await home.client.entity_id("wyoming", "wake_word")
        await home.add_guard()
        await home.add_contacts()
        yield home
    finally:
        await home.stop()
        await engine.stop()


async def test_a_request_and_its_proof_behind_it(home: GuardedHousehold) -> None:
    """And alone it is nobody's reply, however often."""
    satellite = home.household.satellite
    asked = await satellite.say("Hey Kitchen, tell mum the key is under the mat")
    assert "To Mum: the key is under the mat" in asked
    for _ in range(4):
        await satellite.say("Hey, Kitchen.")
    await satellite.say(f"hey-kitchen {PHRASE}")
    assert home.household.delivered()["file"] == ["the key is under the mat"]
    assert home.stories()[-1][:2] == ["asked", "authorised"]


async def test_a_no_and_a_code_behind_it(home: GuardedHousehold) -> None:
    satellite = home.household.satellite
    await satellite.say("HEY KITCHEN tell dad I am late")
    assert await satellite.say("Kitchen, no.") == "Okay, I won't send it."
    asked = await satellite.say("tell dad I am late")
    await satellite.say(f"Hey Kitchen. {answer_to_code(asked)}")
    assert home.household.delivered()["phone"] == ["I am late"]


async def test_a_contact_is_called_like_one_and_one_says_no(home: GuardedHousehold) -> None:
    satellite = home.household.satellite
    before = len(home.household.delivered()["file"])
    assert "To Mum: dinner is ready" in await satellite.say("mum, tell mum dinner is ready")
    assert await satellite.say("Stop.") == "Okay, I won't send it."
    assert len(home.household.delivered()["file"]) == before


async def test_a_command_behind_it_is_home_assistants(home: GuardedHousehold) -> None:
    """It hears what the recogniser wrote, as without us."""
    before = await home.client.state(KITCHEN_LIGHT)
    await home.household.satellite.say("Hey Kitchen, make the lamp purple and loud")
    assert await home.client.state(KITCHEN_LIGHT) == before
    await home.household.satellite.say("turn on the kitchen light")
    assert await home.client.state(KITCHEN_LIGHT) == "on"
