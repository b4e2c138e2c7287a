"""Codes: an answer as people say it and as engines write it, exact in its number."""

from hypothesis import given, strategies as st
import pytest

from custom_components.message_guard.core.code import (
    FEWEST_ANSWERS,
    code_answers,
    fresh_answers,
    is_code_guess,
)
from custom_components.message_guard.core.language import Language
from custom_components.message_guard.core.proof import (
    Challenge,
    Verdict,
    code_challenge,
    interpret,
)
from tests.core.conftest import read_data


def challenge(language: Language, answer: int) -> Challenge:
    """Return the challenge whose answer this is."""
    draws = iter(range(1000))
    while True:
        at = next(draws)
        drawn = code_challenge(language, lambda n, at=at: min(at, n - 1), "")
        if drawn.answer == answer:
            return drawn


def verdict(said: str, answer: int, language: Language) -> Verdict:
    """Return what a reply is to the sum of this answer."""
    asked = challenge(language, answer)
    question = language.say("question_code", recipient="Mum", body="Hi", **asked.placeholders)
    return interpret(said, asked, language, [question])


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("The answer is 43.", 43),
        ("the answer is forty-three", 43),
        ("THE ANSWER IS FORTY THREE", 43),
        ("Answer is 43", 43),
        ("The answer's 43.", 43),
        ("The answers 43", 43),
        ("My answer is 43.", 43),
        ("Um, the answer is 43.", 43),
        # One word that is lost or misheard; never the number.
        ("They answer is 43.", 43),
        ("The answer as 43.", 43),
        # As it was asked for before, and as Whisper writes it.
        ("Send 47.", 47),
        ("send forty-seven", 47),
        ("Please send 47.", 47),
        ("Okay, send 47.", 47),
        ("Send 47, please.", 47),
        ("Sent 43.", 43),
        ("Sand 47", 47),
        ("San 73", 73),
        ("Confirm 47.", 47),
        ("Hey Jarvis, the answer is 47.", 47),
        # "Eighty-nine", and no money.
        ("Send 8-9.", 89),
        ("Please send $89.", 89),
        ("The answer is 8-6.", 86),
        ("The answer is 4 to 3.", 43),
        ("Please send four to seven.", 47),
    ],
)
def test_an_answer_as_engines_write_it(english: Language, said: str, answer: int) -> None:
    assert verdict(said, answer, english) is Verdict.PROOF
    assert is_code_guess(said, english)
    assert verdict(said, 99, english) is Verdict.WRONG


@pytest.mark.parametrize(
    ("code", "said", "answer"),
    [
        ("pt-BR", "A resposta é 50 e 5.", 55),
        ("pt-BR", "A resposta é cinquenta e cinco.", 55),
        ("es", "La respuesta es 60 y 4.", 64),
        ("it", "La risposta è 64.", 64),
        ("fr", "La réponse est 64.", 64),
    ],
)
def test_an_answer_as_engines_write_it_in_other_languages(
    code: str, said: str, answer: int
) -> None:
    language = Language.from_data(code, read_data(code))
    assert verdict(said, answer, language) is Verdict.PROOF
    assert verdict(said, answer - 1, language) is Verdict.WRONG
    assert is_code_guess(said, language)


@pytest.mark.parametrize(
    "said",
    [
        # The number alone, or what is left of "send": people say numbers all day.
        "47",
        "47.",
        "1047.",
        "1043",
        "10.87",
        "159.",
        "It's 47.",
        "That's 47.",
        "is 47",
        "Number 47.",
        "point 47",
        "the dancer 47",
        "Please 47.",
        # Another number, or more than the number.
        "send 470",
        "send -47",
        "send 47%",
        "send 4 7",
        "send 4-7-1",
        "send $47.50",
        "send 4.7",
        "the answer is 47 or 48",
        "the answer is 4 or 7",
        "the answer is 4 to 47",
        "the answer is 1 to 4 to 7",
        "4 to 7",
        "send 47 now",
        "send 47 messages",
        # A no, or something else about the answer.
        "the answer is not 47",
        "the answer no 47",
        "no, send 47",
        "yes, send 47",
        "do not send 47",
        "the question is 47",
        "and it is 47",
    ],
)
def test_what_is_no_answer_is_no_guess(english: Language, said: str) -> None:
    """It costs a try, and could never be right."""
    assert verdict(said, 47, english) in {Verdict.WRONG, Verdict.DECLINE}
    assert not is_code_guess(said, english)


def test_whatever_long_text_an_engine_writes_is_no_guess(any_language: Language) -> None:
    """Nobody says so much; an engine may write it out of noise, and is not to hold the house up."""
    answer = any_language.code_forms[0].format(number=47)
    assert is_code_guess(answer, any_language)
    assert not is_code_guess(f"{answer} " * 700, any_language)
    assert not is_code_guess(" ".join(map(str, range(1000))), any_language)


@given(st.data())
def test_every_proof_is_a_guess(any_language: Language, data: st.DataObject) -> None:
    """However it is said: articles, a word twice, please, a wake word, figures or words."""
    number = data.draw(st.sampled_from(code_answers(any_language)))
    form = data.draw(st.sampled_from(any_language.code_forms))
    figure = data.draw(st.sampled_from((str(number), any_language.number(number))))
    words = form.format(number=figure).split()
    again = data.draw(st.integers(0, len(words) - 1))
    said = " ".join((*words[: again + 1], *words[again:]))
    said = data.draw(st.sampled_from(("", "Hey Jarvis, "))) + said
    if verdict(said, number, any_language) is Verdict.PROOF:
        assert is_code_guess(said, any_language)


@given(st.data())
def test_the_last_codes_are_not_asked_for_again(
    any_language: Language, data: st.DataObject
) -> None:
    """Nor do fewer answers than promised remain."""
    answers = code_answers(any_language)
    spent = data.draw(st.lists(st.sampled_from(answers), max_size=20))
    left = fresh_answers(answers, spent)
    assert len(left) >= FEWEST_ANSWERS
    assert set(left) <= set(answers)
    newest = list(dict.fromkeys(reversed(spent)))[: len(answers) - FEWEST_ANSWERS]
    assert not set(newest) & set(left)
    fewest = answers[:FEWEST_ANSWERS]
    assert fresh_answers(fewest, fewest) == list(fewest)


@pytest.mark.parametrize("said", ["The answer is 47. The answer is 47.", "Please send 47. " * 3])
def test_an_answer_several_times_over_is_noise(english: Language, said: str) -> None:
    """As Whisper writes babble, given the answer as its prompt."""
    assert verdict(said, 47, english) is Verdict.ECHO


def test_every_form_is_a_guess_whatever_its_number(any_language: Language) -> None:
    """Else some numbers could be tried for nothing."""
    for form in any_language.code_forms:
        for number in (0, 7, 10, 47, 99):
            said = form.format(number=any_language.number(number))
            assert is_code_guess(said, any_language), said
            polite = f"{any_language.code_around[0]} {said}"
            assert is_code_guess(polite, any_language), polite
