"""Reading off who opened a chat log: what is not there is unknown, and raises nothing."""

from _thread import start_new_thread
from collections.abc import Callable
from threading import Event, Thread

from homeassistant.components.conversation import ConversationInput
from homeassistant.core import Context
import pytest

from custom_components.message_guard.provenance.opening import Opening, opening


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
