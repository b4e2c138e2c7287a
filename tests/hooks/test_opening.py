"""Who opens a chat log can be read where it is told of."""

from _thread import start_new_thread
from collections.abc import Callable
from threading import Event, Thread
from types import GeneratorType
from typing import Any

from homeassistant.components.conversation import ConversationInput
from homeassistant.components.conversation.chat_log import (
    ChatLogEventType,
    UserContent,
    async_get_chat_log,
    async_subscribe_chat_logs,
)
from homeassistant.core import Context, HomeAssistant
import pytest

from custom_components.message_guard.hooks.opening import Opening, is_open, opening
from tests.hooks.house import chat_session_of, say


def openings(hass: HomeAssistant) -> list[tuple[Opening, bool]]:
    """Return what will be opened, and whether its block is open then."""
    seen: list[tuple[Opening, bool]] = []

    def told(_conversation_id: str, event: ChatLogEventType, data: dict[str, Any]) -> None:
        if event is ChatLogEventType.CONTENT_ADDED and data["content"]["role"] == "user":
            opened = opening()
            block = opened.block if isinstance(opened.block, GeneratorType) else None
            seen.append((opened, is_open(block)))

    async_subscribe_chat_logs(hass, told)
    return seen


async def test_an_utterance_is_told_with_all_that_is_known_of_it(talking: HomeAssistant) -> None:
    """The words, where they were said, with which context, and in which chat log."""
    seen = openings(talking)
    spoken = Context(user_id="somebody")
    await say(talking, "hello there", conversation_id="mine", context=spoken, satellite_id="a.b")
    ((opened, _),) = seen
    given = opened.user_input
    assert given is not None
    assert (given.text, given.satellite_id, given.language) == ("hello there", "a.b", "en")
    assert given.context is spoken
    assert opened.chat_log is not None
    assert opened.chat_log.conversation_id == "mine"
    assert opened.caller == "homeassistant.components.conversation.chat_log"


async def test_the_turn_is_over_with_its_block(talking: HomeAssistant) -> None:
    """It is open when the text is added, and has run to its end after the answer."""
    seen = openings(talking)
    await say(talking, "hello there")
    ((opened, was_open),) = seen
    assert was_open
    assert isinstance(opened.block, GeneratorType)
    assert not is_open(opened.block)


async def test_whoever_else_adds_text_is_named(talking: HomeAssistant) -> None:
    """Without an utterance and a block, so that an AI task can be told from a person."""
    with (
        chat_session_of(talking) as session,
        async_get_chat_log(talking, session) as log,
    ):
        seen = openings(talking)
        log.async_add_user_content(UserContent(content="add this up"))
    ((opened, _),) = seen
    assert opened.caller == __name__
    assert opened.chat_log is log
    assert opened.user_input is None
    assert opened.block is None


def test_nobody_is_opening_one() -> None:
    """The stack is looked at only so far."""
    assert opening() == Opening(chat_log=None)


def test_a_stack_that_ends_early() -> None:
    """As it does at the bottom of a thread."""
    found: list[Opening] = []
    thread = Thread(target=lambda: found.append(opening()))
    thread.start()
    thread.join()
    assert found == [Opening(chat_log=None)]


def test_a_stack_without_a_bottom() -> None:
    """As it is in a thread that nobody has named."""
    found: list[Opening] = []
    done = Event()
    start_new_thread(lambda: (found.append(opening()), done.set()), ())
    assert done.wait(10)
    assert found == [Opening(chat_log=None)]


@pytest.mark.parametrize("between", range(6))
def test_however_many_calls_lie_between(between: int) -> None:
    """Where the function that opens usually stands is a short cut: it is found wherever it stands, near by."""
    said = ConversationInput("hello", Context(), None, None, None, "en", "conversation.agent")

    def tell(further: int) -> Opening:
        return opening() if further == 0 else tell(further - 1)

    def async_get_chat_log(user_input: object, add: Callable[[int], Opening]) -> Opening:
        return add(between)

    assert async_get_chat_log(said, tell) == Opening(__name__, said)
    assert async_get_chat_log("nothing that is one", tell) == Opening(__name__)
