"""Languages: how words are compared, spelt and spoken, and what a broken file is told."""

# ruff: noqa: RUF001 - look-alikes are what is tested

import copy
import time
from typing import Any

from hypothesis import HealthCheck, example, given, settings, strategies as st
import pytest

from custom_components.message_guard.core.errors import LanguageDataError
from custom_components.message_guard.core.language import Language
from custom_components.message_guard.core.prompts import PROMPTS
from tests.core.conftest import read_dialogues

properties = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=300
)


# --- comparing ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("Yes.", "yes"),
        ("  Send\tIT \n now!! ", "send it now"),
        ("Ｓｅｎｄ　ｉｔ！", "send it"),
        ("DON’T", "do not"),
        ("dont", "do not"),
        ("rock 'n' roll", "rock n roll"),
        ("twenty-one", "21"),
        ("twenty one", "21"),
        ("twenty, one", "21"),
        ("1 2", "1 2"),
        ("seven", "7"),
        ("7%", "7%"),
        ("a $7 tip", "a $7 tip"),
        ("minus -7", "minus \N{HEAVY MINUS SIGN} 7"),
        ("e-mail", "e mail"),
        ("STRASSE straße", "strasse strasse"),
        ("se\u200bnd\u202e", "send"),
        ("«Ça va ?»", "ça va"),
        ("", ""),
    ],
)
def test_normal_form(english: Language, text: str, normal: str) -> None:
    assert english.normalise(text) == normal


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("yes, send the message", ("yes", "send", "message")),
        ("yes yes send send a message", ("yes", "send", "message")),
        ("the", ()),
        ("send 5 5", ("send", "5")),
    ],
)
def test_what_of_an_utterance_counts_for_a_proof(
    english: Language, text: str, words: tuple[str, ...]
) -> None:
    assert english.proof_words(text) == words


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("my mum", "mum"),
        ("the Smiths'", "smiths"),
        ("Mum's", "mum"),
        ("Our  DEAR-Aunt", "dear aunt"),
        ("the", "the"),
        ("My", "my"),
        ("the my Mum", "mum"),
        ("number seven", "number 7"),
        ("", ""),
        ("\u202e\u200b", ""),
    ],
)
def test_name_key(english: Language, name: str, key: str) -> None:
    assert english.name_key(name) == key


@properties
@given(text=st.text(max_size=200))
@example(text="\ud800\udfff")
@example(text="\ufdfa\u0345\u1e9e")
def test_normalising_twice_changes_nothing_more(any_language: Language, text: str) -> None:
    once = any_language.normalise(text)
    assert any_language.normalise(once) == once
    assert not any(map(str.isspace, once.replace(" ", "")))


@properties
@given(text=st.text(max_size=200))
@example(text="\ud800")
def test_any_text_can_be_asked_about(any_language: Language, text: str) -> None:
    digits = any_language.digits(text)
    assert digits is None or (digits.isascii() and digits.isdecimal())
    for answer in (any_language.is_decline(text), any_language.is_affirmation(text)):
        assert answer in {True, False}
    any_language.name_key(text)
    any_language.speakable(text)


@pytest.mark.parametrize(
    "text",
    [
        "word ",
        "one ",
        "no ",
        "'",
        "\u200b",
        "￼",
        "\ufdfa",
        "double ",
        "<b>",
        "<",
        "1",
        "1'000",
        "1,5-",
        "$-",
        "a@b.",
        "½ ",
    ],
)
def test_time_grows_with_the_text_and_not_faster(english: Language, text: str) -> None:
    def seconds(length: int) -> float:
        long = text * (length // len(text))
        start = time.process_time()
        english.normalise(long)
        english.digits(long)
        english.is_decline(long)
        english.speakable(long)
        return time.process_time() - start

    seconds(1000)
    short = min(seconds(10_000) for _ in range(3))
    assert min(seconds(100_000) for _ in range(3)) < 40 * short + 0.01


# --- replies ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "decline"),
    [
        ("Can't solve it.", True),  # "cancel it", as Whisper writes it
        ("HUM NO!", True),
        ("can you solve it", False),
        ("No!", True),
        ("no no", True),
        ("Okay, stop.", True),
        ("yes no", True),
        ("cancel the message please", True),
        ("no problem", False),
        ("no, send it to Bob", False),
        ("nothing", False),
        ("okay", False),
        ("um", False),
        ("", False),
    ],
)
def test_declining(english: Language, text: str, decline: bool) -> None:
    assert english.is_decline(text) is decline


@pytest.mark.parametrize(
    ("text", "affirmation"),
    [
        ("Yes.", True),
        ("uh, yeah okay", True),
        ("YES, please!", True),
        ("send it", True),
        ("yes send it to Bob", False),
        ("please", False),
        ("no", False),
        ("", False),
    ],
)
def test_affirming(english: Language, text: str, affirmation: bool) -> None:
    assert english.is_affirmation(text) is affirmation


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("one two three four", "1234"),
        ("twelve thirty-four", "1234"),
        ("twelve thirty four", "1234"),
        ("1 2 3 4", "1234"),
        ("1234.", "1234"),
        ("12 34", "1234"),
        ("１２ ３４", "1234"),
        ("١٢٣٤", "1234"),
        ("zero oh O nought", "0000"),
        ("double five, triple seven", "55777"),
        ("double 5", "55"),
        ("twenty oh five", "2005"),
        ("four double two", "422"),
        ("won too three for", "1234"),
        ("double twelve", None),
        ("double double five", None),
        ("double", None),
        ("five double", None),
        ("my pin is 1234", None),
        ("It's 4917.", "4917"),
        ("Hey Jarvis, 4917", "4917"),
        ("it is", None),
        ("one thousand", None),
        ("1.5", "15"),
        ("-7", None),
        ("1234 please", None),
        ("²", "2"),
        ("Ⅶ", None),
        ("", None),
        ("...", None),
    ],
)
def test_spoken_digits(english: Language, text: str, digits: str | None) -> None:
    assert english.digits(text) == digits


@properties
@given(pin=st.text("0123456789", min_size=4, max_size=10))
def test_every_pin_can_be_said_digit_by_digit(any_language: Language, pin: str) -> None:
    said = " ".join(any_language.number(int(digit)) for digit in pin)
    assert any_language.digits(said) == pin
    assert any_language.digits(" ".join(pin)) == pin
    assert any_language.digits(pin) == pin


@properties
@given(pairs=st.lists(st.integers(10, 99), min_size=2, max_size=5))
def test_every_pin_can_be_said_in_pairs(any_language: Language, pairs: list[int]) -> None:
    said = ", ".join(any_language.number(pair) for pair in pairs)
    spelt = any_language.digits(said)
    # Where a language sets no border between two numbers, round tens and what follows may join up.
    if not any(pair % 10 == 0 for pair in pairs):
        assert spelt == "".join(map(str, pairs))


# --- speaking -----------------------------------------------------------------------------------


def test_a_prompt_is_filled_in(english: Language) -> None:
    assert english.say("sent", recipient="Mum") == "Sent to Mum."
    assert english.say("declined", recipient="unused") == "Okay, I won't send it."


def test_what_is_filled_in_is_not_read_as_a_template(english: Language) -> None:
    assert english.say("sent", recipient="{body} {0} }{") == "Sent to {body} {0} }{."


def test_two_full_stops_become_one(english: Language) -> None:
    text = english.say("question_phrase", recipient="Mum", body="Are you coming?")
    assert text == "To Mum: Are you coming? It goes out when you say your phrase."
    assert english.say("question_phrase", recipient="Mum", body="I am.").startswith(
        "To Mum: I am. It goes"
    )


def test_an_unknown_prompt_or_a_missing_placeholder_is_an_error(english: Language) -> None:
    assert not english.has("nonsense")
    assert english.has("sent")
    with pytest.raises(LanguageDataError):
        english.say("nonsense")
    with pytest.raises(LanguageDataError):
        english.say("sent")


# --- files --------------------------------------------------------------------------------------


def test_every_language_says_everything(any_language: Language) -> None:
    filled = {name: "X" for names in PROMPTS.values() for name in names}
    for key in PROMPTS:
        assert any_language.say(key, **filled).strip()


def test_every_number_has_words_of_its_own(any_language: Language) -> None:
    said = [form for forms in any_language.number_words for form in forms]
    normal = [any_language.normalise(form) for form in said]
    values = [str(value) for value, forms in enumerate(any_language.number_words) for _ in forms]
    assert normal == values


def test_a_plain_yes_and_a_plain_no_are_known_in_every_language(any_language: Language) -> None:
    replies = read_dialogues(any_language.code)["replies"]
    for yes in replies["yes"]:
        assert any_language.is_affirmation(yes)
        assert not any_language.is_decline(yes)
    for no in replies["no"]:
        assert any_language.is_decline(no)
        assert not any_language.is_affirmation(no)


def test_a_language_may_suggest_a_phrase(english_data: dict[str, Any]) -> None:
    data = copy.deepcopy(english_data)
    assert Language.from_data("en", data).suggested_phrases[0] == "please deliver the message"
    _without(data, "phrase", "suggested")
    assert Language.from_data("en", data).suggested_phrases == ()


def _without(data: dict[str, Any], *path: Any) -> None:
    for key in path[:-1]:
        data = data[key]
    del data[path[-1]]


def _with(data: dict[str, Any], value: Any, *path: Any) -> None:
    for key in path[:-1]:
        data = data[key]
    data[path[-1]] = value


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("replies",), None),
        (("replies", "decline"), "no end of text"),
        (("replies", "affirm"), [True]),
        (("replies", "padding"), None),
        (("numbers", 7), None),
        (("numbers", 7), []),
        (("numbers", 100), "hundred"),
        (("digits",), []),
        (("repeats",), {"twice": "double"}),
        (("articles",), None),
        (("articles",), {"the": 1}),
        (("name_endings",), 7),
        (("contractions",), {"don't": False}),
        (("confusables",), [2]),
        (("code", "forms"), []),
        (("code", "forms"), ["send {answer}"]),
        (("code", "forms"), ["send it"]),
        (("code", "units"), ["3"]),
        (("code", "units"), [3, 3]),
        (("code", "tens"), [2, 3]),
        (("code", "tens"), None),
        (("phrase", "words"), True),
        (("phrase", "suggested"), True),
        (("phrase", "suggested"), ""),
        (("phrase", "suggestion"), "please deliver the message"),
        (("language", "name"), ""),
        (("language", "draft"), "false"),
        (("language", "spaced"), None),
        (("language", "tags"), {}),
        (("language", "decimal"), ";"),
        (("language", "decimal"), [","]),
        (("signs",), {}),
        (("signs", "+"), ""),
        (("signs", "new"), "new"),
        (("prompts", "sent"), "Sent."),
        (("prompts", "sent"), "Sent to {recipient} {body}."),
        (("prompts", "sent"), "Sent to {recipient!r}."),
        (("prompts", "sent"), "Sent to {recipient:>10}."),
        (("prompts", "sent"), "Sent to {0}."),
        (("prompts", "sent"), "Sent to {recipient"),
        (("prompts", "sent"), "  "),
        (("prompts", "sent"), False),
        (("prompts", "new"), "What is this?"),
        (("extra",), {}),
    ],
)
def test_a_broken_file_is_refused(
    english_data: dict[str, Any], path: tuple[Any, ...], value: Any
) -> None:
    data = copy.deepcopy(english_data)
    _with(data, value, *path)
    if path == ("replies", "decline"):  # one text stands for a list of one: that is allowed
        assert Language.from_data("en", data).is_decline("no end of text")
        return
    with pytest.raises(LanguageDataError, match=r"^en: "):
        Language.from_data("en", data)


@pytest.mark.parametrize(
    "path",
    [
        ("prompts", "sent"),
        ("prompts",),
        ("code",),
        ("language", "draft"),
        ("numbers", 0),
        ("sentences",),
    ],
)
def test_a_file_with_something_missing_is_refused(
    english_data: dict[str, Any], path: tuple[Any, ...]
) -> None:
    data = copy.deepcopy(english_data)
    _without(data, *path)
    with pytest.raises(LanguageDataError, match=r"^en: "):
        Language.from_data("en", data)
