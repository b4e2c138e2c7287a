"""The household's phrase: a glance never tells anything else than the comparison that replies meet."""

from hypothesis import given, strategies as st
import pytest

from custom_components.message_guard.core.language import Language
from custom_components.message_guard.core.phrase import Phrase
from custom_components.message_guard.core.text import lacks
from tests.core.conftest import CODES, read_data, read_dialogues

SAID = {code: read_dialogues(code) for code in CODES}
LANGUAGES = {code: Language.from_data(code, read_data(code)) for code in SAID}


def is_it(utterance: str, phrase: str, language: Language) -> bool:
    """Return whether an utterance is the phrase, without a glance."""
    return language.reply_words(utterance) == language.proof_words(phrase)


def written(phrase: str) -> list[str]:
    """Return ways to write a phrase that are all the phrase."""
    return [
        phrase,
        phrase.upper(),
        f"  {phrase} … ",
        f"Hey Jarvis, {phrase}!",
        phrase.replace(" ", "\N{NO-BREAK SPACE}"),
        phrase[:2] + "\N{ZERO WIDTH SPACE}" + phrase[2:],
        phrase[:2] + "\N{SOFT HYPHEN}" + phrase[2:],
        phrase[:-1] + "'" + phrase[-1],
    ]


@pytest.mark.parametrize("code", SAID)
def test_the_phrase_is_itself_however_it_is_written(code: str) -> None:
    """Case, spaces, marks, characters that nobody sees, a wake word in front: as replies are compared."""
    language = LANGUAGES[code]
    for phrase in (str(SAID[code]["phrase"]), *language.suggested_phrases):
        known = Phrase(phrase, language)
        assert known.is_said(phrase)
        for utterance in written(phrase):
            assert known.is_said(utterance) is is_it(utterance, phrase, language), utterance


@pytest.mark.parametrize("code", SAID)
def test_what_else_is_said_is_not_the_phrase(code: str) -> None:
    """Requests, replies and commands of every language."""
    said, language = SAID[code], LANGUAGES[code]
    phrase = str(said["phrase"])
    known = Phrase(phrase, language)
    others = [str(one) for part in ("yes", "no", "wrong") for one in said["replies"][part]]
    others += [str(one) for one in said["other"]]
    others += [str(one["say"]) for one in said["requests"].values()]
    for utterance in others:
        assert known.is_said(utterance) is is_it(utterance, phrase, language), utterance


@pytest.mark.parametrize(
    ("phrase", "utterance"),
    [
        ("it is time to send it", "it's time to send it"),
        ("it's time to send it", "it is time to send it"),
        ("send all twenty one letters", "send all 21 letters"),
        ("send all 21 letters", "send all twenty-one letters"),
        ("the blue boat may sail", "blue boat may sail"),
        ("the blue boat may sail", "the blue blue boat may sail"),
        ("the blue boat may sail", "the bl\N{RIGHT SINGLE QUOTATION MARK}ue boat may sail"),
        ("the blue boat may sail", "the \N{FULLWIDTH LATIN SMALL LETTER B}lue boat may sail"),
    ],
)
def test_what_is_only_written_differently_is_the_phrase(
    phrase: str, utterance: str, english: Language
) -> None:
    """Contractions, numbers, articles and stutters make no difference, in the phrase or in the reply."""
    assert Phrase(phrase, english).is_said(utterance)


@given(
    st.lists(
        st.sampled_from(
            [
                "the",
                "blue",
                "boat",
                "it's",
                "it",
                "is",
                "21",
                "twenty",
                "one",
                "don't",
                "-",
                "\u200b",
                "B",
                "'",
            ]
        )
    ),
    st.sampled_from([" ", "", "-", "\u00a0"]),
)
def test_a_glance_is_never_wrong(parts: list[str], between: str) -> None:
    """Whatever is put together from what a phrase is made of."""
    language, utterance = LANGUAGES["en"], between.join(parts)
    for phrase in ("the blue boat it is", "it's twenty one, don't", "21 blue boats"):
        assert Phrase(phrase, language).is_said(utterance) is is_it(utterance, phrase, language)


def test_a_look_does_not_see_through_what_is_left_out() -> None:
    """Only where nothing can stand inside of a word is a word that is not seen not there."""
    assert lacks("turn on the light", ["message"])
    assert not lacks("send the MESSAGE", ["message"])
    assert not lacks("send the mes\N{SOFT HYPHEN}sage", ["message"])
    assert not lacks("send the mes'sage", ["message"])
    assert not lacks("turn on the light", [])
