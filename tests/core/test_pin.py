"""PINs as they are said, and as they must not be said."""

import pytest

from custom_components.message_guard.core.language import Language
from custom_components.message_guard.core.pin import (
    digit_runs,
    is_pin,
    is_weak,
    pin_challenge,
    pin_said,
)
from custom_components.message_guard.core.proof import Verdict, interpret


@pytest.mark.parametrize(
    ("utterance", "digits"),
    [
        ("one two three four", "1234"),
        ("1 2 3 4.", "1234"),
        ("twelve thirty-four", "1234"),
        ("double five oh nine", "5509"),
        ("one two three", None),
        ("one two three four five six seven eight nine one two", None),
        ("my pin is one two three four", None),
        ("", None),
    ],
)
def test_only_digits_and_nothing_else(
    english: Language, utterance: str, digits: str | None
) -> None:
    """The whole utterance, of a PIN's length."""
    assert pin_said(utterance, english) == digits


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("see you at eight", ()),
        ("the code is one two three four", ("1234",)),
        ("the code is 1234, or 5678", ("1234", "5678")),
        ("one two and three four", ()),
        ("12 34 today", ("1234",)),
    ],
)
def test_runs_of_digits_inside_a_message(
    english: Language, text: str, runs: tuple[str, ...]
) -> None:
    """Said or written."""
    assert digit_runs(text, english) == runs


def test_nothing_is_a_pin_for_the_core(english: Language) -> None:
    """It knows no PIN, so no reply is one until somebody has compared it."""
    assert interpret("one two three four", pin_challenge(), english, []) is not Verdict.PROOF


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("1234", True),
        ("1234567890", True),
        ("123", False),
        ("12a4", False),
        ("12345678901", False),
        ("١٢٣٤", False),
        ("", False),
    ],
)
def test_a_typed_pin(text: str, good: bool) -> None:
    """Four to ten plain digits."""
    assert is_pin(text) is good


@pytest.mark.parametrize(
    ("pin", "weak"),
    [
        ("1234", True),
        ("0000", True),
        ("987654", True),
        ("4917", False),
        ("1235", False),
        ("1122", False),
    ],
)
def test_digits_that_people_say_anyway(pin: str, weak: bool) -> None:
    """Counting, and one digit over and over."""
    assert is_weak(pin) is weak
