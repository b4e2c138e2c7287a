"""What stands in front of an utterance: wake words of the home's own, however recognisers write them."""

from itertools import pairwise
import unicodedata

from hypothesis import given, strategies as st
import pytest

from custom_components.message_guard.core.in_front import MOST_OF_A_HOME, InFront
from custom_components.message_guard.core.language import Language
from custom_components.message_guard.core.wake_words import CALLS
from tests.core.conftest import read_dialogues

KITCHEN = InFront(["Hey Kitchen", "okay_nabu_v0.1.tflite", "Computer", "J.A.R.V.I.S.", "Café Olé"])


@pytest.mark.parametrize(
    ("heard", "behind"),
    [
        ("hey kitchen, tell Anna", "tell Anna"),
        ("HEY KITCHEN tell Anna", "tell Anna"),
        ("Hey-Kitchen. Tell Anna", "Tell Anna"),
        ("heykitchen tell Anna", "tell Anna"),
        ("Hey, kit chen! No.", "No."),
        ("kitchen, no", "no"),
        ("okay kitchen, no", "no"),
        ("“Hey Kitchen”, no", "no"),
        ("ok nabu send 47", "send 47"),
        ("Hey Jarvis no", "no"),
        ("J. A. R. V. I. S., no", "no"),
        ("cafe ole no", "no"),
        ("Cafe\u0301 Ole\u0301: no", "no"),
        ("computer: no", "no"),
        ("hey kitchen [Music]", "[Music]"),
        ("Hey Kitchen.", ""),
    ],
)
def test_what_stands_behind_a_wake_word_of_the_home(heard: str, behind: str) -> None:
    assert KITCHEN.behind(heard) == (behind,)


def test_a_wake_word_that_is_said_twice() -> None:
    """Whoever reads it tries each."""
    heard = "hey kitchen, hey kitchen, computer, no"
    assert KITCHEN.behind(heard) == ("hey kitchen, computer, no", "computer, no")


@pytest.mark.parametrize(
    "heard",
    [
        "kitchens are cold",
        "the kitchen is cold",
        "kitchen's light",
        "Computers, no",
        "hey, no",
        "okay",
        "turn on the light",
        "k",
        "",
        "[Music]",
        "com, puter no",
    ],
)
def test_what_is_no_wake_word_stays(heard: str) -> None:
    assert KITCHEN.behind(heard) == ()


def test_scripts_without_spaces() -> None:
    """What follows need not be apart, but a name in Katakana may be longer."""
    words = InFront(["ねえキッチン", "小厨师", "アンナ"])
    assert words.behind("ねえ、キッチン、アンナに送って")[0] == "アンナに送って"
    assert words.behind("キッチンに送って")[0] == "に送って"
    assert words.behind("小厨师发消息")[0] == "发消息"
    assert words.behind("アンナマリアに送って") == ()
    assert InFront(["Hey Kitchen"]).behind("Hey Kitchenアンナに送って")[0] == "アンナに送って"


def test_nothing_that_says_no_is_cut_off(any_language: Language) -> None:
    """Satellites have a wake word that ends a timer: "stop". "Stop, yes, send the message" proves nothing."""
    for no in read_dialogues(any_language.code)["replies"]["no"]:
        words = InFront([no, f"hey {no}"], [any_language])
        assert words.behind(f"{no}, Anna") == ()


@pytest.mark.parametrize("name", ["never", "not", "no way", "hey never"])
def test_nothing_that_turns_what_follows_into_a_no_is_cut_off(english: Language, name: str) -> None:
    """Without it, "not send it off" would be the phrase."""
    assert InFront([name], [english]).behind(f"{name} send it off") == ()


@pytest.mark.parametrize("name", ["my house", "what now", "Nora"])
def test_a_word_that_only_occurs_in_noes_is_a_wake_word_like_any_other(
    english: Language, name: str
) -> None:
    assert InFront([name], [english]).behind(f"{name} send it off") == ("send it off",)


@pytest.mark.parametrize("name", ["", "hey", "Okay", "x", "?", "_", "word " * 20])
def test_what_is_no_name_of_a_wake_word(name: str) -> None:
    assert InFront([name]).behind(f"{name} tell Anna") == ()


def test_so_many_wake_words_and_no_more() -> None:
    words = InFront(f"word{number} bar" for number in range(MOST_OF_A_HOME + 1))
    assert words.behind("word0 bar, no") == ("no",)
    assert words.behind(f"word{MOST_OF_A_HOME} bar, no") == ()


LETTERS = st.text(
    st.characters(categories=["Ll", "Lu"], max_codepoint=0x17F).filter(
        lambda letter: unicodedata.is_normalized("NFKC", letter)
    ),
    min_size=1,
)


@given(
    st.lists(LETTERS, min_size=1, max_size=3),
    st.sampled_from(["", "hey ", "Okay, ", "hej-"]),
    st.sampled_from([" ", "-", "_", ", ", ". "]),
    st.sampled_from([str.upper, str.title, str.lower, str]),
    st.sampled_from([" ", ", ", ". ", "! ", ": ", " – ", "… "]),  # noqa: RUF001 - a dash
    LETTERS,
)
def test_however_a_wake_word_is_written(
    words: list[str], call: str, between: str, case: object, behind: str, rest: str
) -> None:
    """Case, punctuation and hyphens make no difference, nor does the call in front of it."""
    name = " ".join(words)
    said = between.join(words)
    written = case(said)  # type: ignore[operator]
    if written.lower() != said.lower():  # capitals of other letters: "ß"
        written = said
    heard = f"{call}{written}{behind}{rest}"
    found = InFront([name]).behind(heard)
    cut = len("".join(words)) > 1 and len(name) <= 60
    if cut and words[0].casefold() not in CALLS and name.casefold() not in CALLS:
        assert rest in found


@given(st.lists(st.text(max_size=80), max_size=10), st.text(max_size=300))
def test_any_names_and_any_text(names: list[str], text: str) -> None:
    """What is left is the end of it, and shorter."""
    ways = (text, *InFront(names).behind(text))
    assert len(ways) <= 3
    assert all(before.endswith(way) and len(way) < len(before) for before, way in pairwise(ways))
    assert InFront().behind(text) == ()
