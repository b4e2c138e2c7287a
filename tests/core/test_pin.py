"""PINs as they are said, and as they must not be said."""

from hypothesis import given, strategies as st
import pytest

from custom_components.message_guard.core.language import Language
from custom_components.message_guard.core.pin import (
    digit_runs,
    is_pin,
    is_weak,
    pin_challenge,
    pins_said,
)
from custom_components.message_guard.core.proof import Verdict, interpret
from tests.core.conftest import read_data


@pytest.mark.parametrize(
    ("utterance", "pins"),
    [
        ("one two three four", ("1234",)),
        ("1 2 3 4.", ("1234",)),
        ("twelve thirty-four", ("1234",)),
        ("double five oh nine", ("5509",)),
        ("one two three", ()),
        ("one two three four five six seven eight nine one two", ()),
        ("my pin is one two three four", ()),
        ("double", ()),
        ("double twelve", ()),
        ("", ()),
    ],
)
def test_only_digits_and_nothing_else(
    english: Language, utterance: str, pins: tuple[str, ...]
) -> None:
    """The whole utterance, of a PIN's length."""
    assert pins_said(utterance, english) == pins


@pytest.mark.parametrize(
    ("utterance", "pins"),
    [
        ("four nine nine one seven", ("49917", "4917")),
        ("4 9 9 1 7", ("49917", "4917")),
        ("49917", ("49917", "4917")),
        ("forty-nine forty-nine seventeen", ("494917", "4917")),
        ("four four four one seven", ("44417", "4417")),
        ("four four nine nine one", ("44991",)),  # one of two: no telling which
        ("four nine one one", ("4911",)),  # three digits are no PIN
        ("one two three four five six seven eight nine oh oh", ("1234567890",)),
        ("four nine four nine one seven", ("494917",)),  # a row of two is no stutter
        # Numbers that are written apart.
        ("28, 4 to 7.", ("2847", "28427")),
        ("58.6 to 3", ("5863", "58623")),
        ("7 to 2, 5 to 2", ("7252", "722522")),
        ("37, 70, 2.", ("3772", "37702")),
        ("four two seven one", ("4271",)),
        ("7 to 2, 2", ("7222",)),
        ("three zero two eight", ("3028",)),
    ],
)
def test_what_a_recogniser_stutters_or_writes_apart(
    english: Language, utterance: str, pins: tuple[str, ...]
) -> None:
    """The digits as they were heard, with that number once, and with numbers put together."""
    assert set(pins_said(utterance, english)) == set(pins)


@given(
    st.lists(st.sampled_from(["4", "7", "0", "to", "70", "28", "double", "nine", ","]), max_size=9)
)
def test_whatever_is_written_is_one_guess(english: Language, words: list[str]) -> None:
    lengths = [len(pin) for pin in pins_said(" ".join(words), english)]
    assert len(lengths) == len(set(lengths)) <= 3


@given(said=st.lists(st.integers(0, 99), max_size=12))
def test_an_utterance_is_one_guess_at_a_pin_of_any_length(
    any_language: Language, said: list[int]
) -> None:
    """However it is read, so that nobody guesses twice in one breath."""
    pins = pins_said(" ".join(any_language.number(number) for number in said), any_language)
    assert len({len(pin) for pin in pins}) == len(pins) <= 3


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("see you at eight", ()),
        ("the code is one two three four", ("1234",)),
        ("the code is 1234, or 5678", ("1234", "5678")),
        ("one two and three four", ()),
        ("12 34 today", ("1234",)),
        ("call double five oh nine", ("5509",)),
        ("it is 28, 4 to 7, tell her", ("28427", "2847")),
        ("it is 28, 70, 2", ("28702", "2872")),
        ("from 4 to 7, at 20, 5 days", ()),
    ],
)
def test_runs_of_digits_inside_a_message(
    english: Language, text: str, runs: tuple[str, ...]
) -> None:
    """Said or written."""
    assert digit_runs(text, english) == runs


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("zh-Hans", "告诉妈妈四九一七我晚到"),
        ("ja", "暗証番号はよんきゅういちななです"),
        ("fr", "le code est quarante-neuf dix-sept"),
        ("de", "die Nummer ist neunundvierzig siebzehn"),
    ],
)
def test_runs_of_digits_inside_a_message_in_other_languages(code: str, text: str) -> None:
    """Also where no spaces set words apart."""
    language = Language.from_data(code, read_data(code))
    assert "4917" in digit_runs(text, language)


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
