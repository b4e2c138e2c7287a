"""When no language file can be read: an answer all the same, no proof, nothing sent."""

from typing import Any

from homeassistant.core import HomeAssistant
import pytest

from custom_components.message_guard.core.answer import AnswerKind
from custom_components.message_guard.core.language import Language
from custom_components.message_guard.core.request import Origin
from custom_components.message_guard.guarding.answers import LAST_WORDS, Answers
from tests.guard_bench import KITCHEN, PHRASE, Bench, bench

__all__ = ["bench"]


class Speechless:
    """A home without a language."""

    def language(self, _tag: str) -> Language | None:
        """Return none."""
        return None


async def test_the_last_words_need_no_file() -> None:
    """They are the only ones that are written in the code."""
    answer = Answers(Speechless()).last("error", Origin())  # type: ignore[arg-type]
    assert answer.kind is AnswerKind.REFUSED
    assert answer.text == LAST_WORDS


async def test_a_request_gets_the_last_words(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, hass: HomeAssistant
) -> None:
    """Nothing is asked, so nothing can be proved."""
    monkeypatch.setattr(type(bench.guard._home), "language", Speechless.language)
    answer = await bench.guard.submit(bench.request())
    assert answer.text == LAST_WORDS
    assert bench.guard.pending == ()
    replies: Any = bench.guard._replies
    assert not replies.is_phrase(PHRASE, KITCHEN, PHRASE)
    assert await replies.pin_inside((bench.request(),), {"household": "$2b$"})


async def test_a_household_without_a_pin_takes_none(bench: Bench) -> None:
    """Digits prove nothing where there is no hash to compare them with."""
    question = await bench.ask()
    assert question.kind is AnswerKind.ASKED
    replies: Any = bench.guard._replies
    assert not await replies._is_pin(("1234",), ())


def test_saying_nothing_is_not_remembered(bench: Bench) -> None:
    """An empty text would make every reply an echo."""
    bench.guard._spoken.add(0.0, KITCHEN.place, "")
    assert bench.guard._spoken.heard_at(0.0, [KITCHEN.place]) == ()
