"""A wake word of the home's own, left in front of what is said about a message that has come in."""

from homeassistant.components.wake_word import DATA_COMPONENT
from homeassistant.setup import async_setup_component
import pytest

from tests.clock import in_time
from tests.messages_home import PHRASE, MessagesHome, messages
from tests.wake_words import Engine

__all__ = ["messages"]


@pytest.fixture
async def woken(messages: MessagesHome) -> MessagesHome:
    """Return a home with an engine of its own."""
    assert await async_setup_component(messages.hass, "wake_word", {})
    await messages.hass.data[DATA_COMPONENT].async_add_entities([Engine("hey_kitchen")])
    heard_as = messages.components.home.heard_as
    await in_time(lambda: len(heard_as("Hey Kitchen, no")) > 1)
    return messages


@pytest.mark.parametrize(
    ("heard", "said"),
    [
        ("Hey Kitchen, read it", "Anna wrote: hello"),
        ("hey-kitchen forget it", "All right, I won't read it."),
        ("Kitchen, not now", "All right, it waits."),
        ("Hey Kitchen.", "Anna has written. Shall I read it?"),
    ],
)
async def test_the_answer_to_whether_it_is_read(woken: MessagesHome, heard: str, said: str) -> None:
    await woken.choose(microphone=True)
    await woken.ask_anna()
    woken.kitchen.said.clear()
    woken.kitchen.replies.append(heard)
    await woken.write("hello")
    assert woken.kitchen.said[-1] == said


async def test_an_echo_of_a_message_is_one(woken: MessagesHome) -> None:
    """And an engine's wake word is not pronounced."""
    await woken.say("tell Ben that dinner is ready")
    await woken.say(PHRASE)
    woken.kitchen.said.clear()
    await woken.write("Hey Kitchen, tell Anna hi", contact="Ben")
    assert "kitchen" not in woken.kitchen.said[-1].casefold()
    assert await woken.say("Hey Kitchen, tell Anna hi") == ""
    assert woken.components.guard.pending == ()
