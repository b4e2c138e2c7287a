"""A loop over people costs one question, and its one proof covers exactly them."""

from typing import Any

from homeassistant.core import HomeAssistant

from tests.spoken_home import SpokenHome, home, notify, sentence

__all__ = ["home"]


def loop(*names: str, message: str = "Come in") -> dict[str, Any]:
    """Return a step that writes to one after the other."""
    step = {"action": "notify.{{ repeat.item }}", "data": {"message": message}}
    return {"repeat": {"for_each": list(names), "sequence": [step]}}


async def test_two_people_one_question(home: SpokenHome, hass: HomeAssistant) -> None:
    """Both are named, and both are written to once."""
    await home.automate(sentence(loop("anna", "ben")))
    await home.say("dinner is ready")
    (confirmation,) = home.pending
    assert "Anna" in confirmation.question
    assert "Ben" in confirmation.question
    await home.approve()
    assert sorted(home.sent) == [("notify.anna", "Come in"), ("notify.ben", "Come in")]
    assert home.kinds.count("asked") == 2
    assert "superseded" not in home.kinds


async def test_a_no_is_one_for_both(home: SpokenHome) -> None:
    """Neither is written to."""
    await home.automate(sentence(loop("anna", "ben")))
    await home.say("dinner is ready")
    await home.decline()
    assert (home.sent, home.pending) == ([], ())
    assert home.kinds.count("declined") == 2


async def test_other_words_are_another_question(home: SpokenHome) -> None:
    """Whoever says yes to one text has not said yes to another."""
    await home.automate(sentence(notify("anna", "Come in"), notify("ben", "Stay out")))
    await home.say("dinner is ready")
    (confirmation,) = home.pending
    assert "Ben" not in confirmation.question
    await home.approve()
    assert home.sent == [("notify.anna", "Come in")]
    (confirmation,) = home.pending
    assert "Ben" in confirmation.question
    await home.approve()
    assert home.sent[1:] == [("notify.ben", "Stay out")]


async def test_a_stranger_in_the_loop_is_refused_alone(home: SpokenHome) -> None:
    """The question about the others stands."""
    await home.automate(sentence(loop("anna", "stranger", "ben")))
    await home.say("dinner is ready")
    (confirmation,) = home.pending
    assert "Anna" in confirmation.question
    assert "refused" in home.kinds
    await home.approve()
    assert ("notify.anna", "Come in") in home.sent
    assert not [where for where, _ in home.sent if where == "notify.stranger"]
