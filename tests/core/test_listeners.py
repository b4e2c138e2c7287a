"""Whoever listens hears what happens, whatever others who listen do."""

from custom_components.message_guard.core.listeners import Listeners


def test_one_that_raises_keeps_it_from_nobody() -> None:
    listeners, heard = Listeners[str](), list[str]()

    def raising(_: str) -> None:
        raise ValueError("cannot bear it")

    listeners.add(heard.append)
    listeners.add(raising)
    listeners.add(heard.append)
    raised = listeners.tell("news")
    assert heard == ["news", "news"]
    assert [str(error) for error in raised] == ["cannot bear it"]


def test_who_leaves_hears_no_more_and_may_leave_twice() -> None:
    listeners, heard = Listeners[str](), list[str]()
    remove = listeners.add(heard.append)
    remove()
    remove()
    assert listeners.tell("news") == []
    assert heard == []


def test_who_comes_or_goes_meanwhile_changes_nothing_for_the_others() -> None:
    listeners, heard = Listeners[str](), list[str]()

    def replaces_itself(news: str) -> None:
        remove()
        listeners.add(heard.append)

    remove = listeners.add(replaces_itself)
    listeners.add(heard.append)
    assert listeners.tell("first") == []
    assert heard == ["first"]
    listeners.tell("second")
    assert heard == ["first", "second", "second"]
