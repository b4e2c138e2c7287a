"""A wake word of the home's own, left in front of what is said: to us it makes no difference, to others nothing is changed."""

from homeassistant.components.wake_word import DATA_COMPONENT
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockUser,
    async_mock_service,
)

from tests.assist_home import PHRASE, Assist, add, entry, home, lit, sent
from tests.clock import in_time
from tests.wake_words import Engine

__all__ = ["entry", "home", "lit", "sent"]


@pytest.fixture
async def assist(home: HomeAssistant, entry: MockConfigEntry) -> Assist:
    """Return somebody who talks to a home with an engine of its own."""
    assert await async_setup_component(home, "wake_word", {})
    await home.data[DATA_COMPONENT].async_add_entities([Engine("hey_kitchen", "Computer", "Anna")])
    heard_as = entry.runtime_data.components.home.heard_as
    await in_time(lambda: len(heard_as("Hey Kitchen, no")) > 1)
    return Assist(home)


@pytest.mark.parametrize(
    "wake", ["Hey Kitchen, ", "Computer. ", "Anna, ", "hey-kitchen, hey kitchen "]
)
async def test_a_request_and_its_proof(assist: Assist, sent: list[ServiceCall], wake: str) -> None:
    asked = await assist.say(f"{wake}tell Anna that dinner is ready")
    assert "To Anna: dinner is ready." in asked.speech
    await assist.say(f"{wake}{PHRASE}")
    assert [call.data["message"] for call in sent] == ["dinner is ready"]


async def test_the_words_that_were_asked_for(assist: Assist, sent: list[ServiceCall]) -> None:
    """Alone it is none of them; in front of them it may be one, and stays."""
    asked = await assist.say("Computer, send a message to Anna")
    assert asked.speech == "What should I tell Anna?"
    again = await assist.say("Computer.")
    assert again.listen
    assert "Anna" not in again.speech
    question = await assist.say("Computer is broken")
    assert "To Anna: Computer is broken." in question.speech
    await assist.say(PHRASE)
    assert [call.data["message"] for call in sent] == ["Computer is broken"]


async def test_a_no_in_their_place(
    assist: Assist, entry: MockConfigEntry, sent: list[ServiceCall]
) -> None:
    await assist.say("send a message to Anna")
    assert (await assist.say("Hey Kitchen, no")).speech == "Okay, I won't send it."
    assert entry.runtime_data.components.guard.pending == ()


async def test_another_request_in_their_place(assist: Assist) -> None:
    await assist.say("send a message to Anna")
    asked = await assist.say("Hey Kitchen, tell Anna that we are late")
    assert "To Anna: we are late." in asked.speech


async def test_whom_it_is_for(home: HomeAssistant, entry: MockConfigEntry, assist: Assist) -> None:
    async_mock_service(home, "notify", "callum")
    await add(home, entry, "Callum", targets=["notify.callum"])
    asked = await assist.say("Hey Kitchen, tell column that dinner is ready")
    assert "Did you mean Callum?" in asked.speech
    assert (await assist.say("Hey Kitchen.")).listen
    assert "To Callum: dinner is ready." in (await assist.say("Hey Kitchen, yes")).speech


async def test_a_command_of_the_home_is_the_homes(
    assist: Assist, lit: list[ServiceCall], sent: list[ServiceCall]
) -> None:
    """While a message waits, too."""
    await assist.say("tell Anna that dinner is ready")
    answer = await assist.say("Hey Kitchen turn on the kitchen light")
    assert (answer.kind, len(lit)) == ("action_done", 1)
    await assist.say(PHRASE)
    assert len(sent) == 1


async def test_what_is_typed(
    assist: Assist, entry: MockConfigEntry, hass_admin_user: MockUser
) -> None:
    """No recogniser has invented it: alone it goes where it would go; a yes in front of the phrase is a wrong reply."""
    guard = entry.runtime_data.components.guard
    user = hass_admin_user.id
    await assist.say("tell Anna that dinner is ready", device_id=None, user_id=user)
    (waiting,) = guard.pending
    await assist.say("Hey Kitchen", device_id=None, user_id=user)
    (still,) = guard.pending
    assert still.tries_left == waiting.tries_left
    await assist.say("Hey Kitchen, yes, send it off", device_id=None, user_id=user)
    (still,) = guard.pending
    assert still.tries_left < waiting.tries_left
