"""Reading off who opened a chat log: what is not there is unknown, and raises nothing."""

from _thread import start_new_thread
from threading import Event, Thread

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
