"""What is left of a question when it was cut and misheard is known by its sound; what people say to it is not."""

import time

from hypothesis import HealthCheck, given, settings, strategies as st
import pytest

from custom_components.message_guard.core import prompts
from custom_components.message_guard.core.echo import is_like_echo
from custom_components.message_guard.core.language import Language
from custom_components.message_guard.core.prompts import PROMPTS

FAMILY = "To the family: we need bread, butter and three tickets for $25.50. It goes out when you say your phrase."
CODE = "That's not it. Not sent yet. Take the sum of ten and seventy-seven, and say “the answer is” and your result."
AGAIN = "That's not your phrase. Not sent yet. Try again."
WORDS = "What should I tell Anna?"

BODIES = (
    "the soup is on the stove",
    "I will pick up the kids after school today",
    "the train is late, so start without me",
)


@pytest.mark.parametrize(
    ("heard", "said"),
    [
        # Whisper base and tiny.en wrote this of what synthetic voices said (benchmarks/heard).
        ("Family, we need bread, butter, and three tickets for $1.25.00.", FAMILY),
        ("To the family, we need bread, butter, and three tickets for dollar 25.5.", FAMILY),
        ("Save your phrase.", FAMILY),
        ("answers in your result.", CODE),
        ("answers and your reason.", CODE),
        ("The answer is in here results.", CODE),
        ("7 and say the", CODE),
        ("Get dry again.", AGAIN),
        ("Yeah, try again.", AGAIN),
        ("But should I tell Anna?", WORDS),
        ("What should I tell them?", WORDS),
        ("Tell the fam.", "What should I tell the family?"),
        ("To grandma, we'll be 20 minutes late.", "To Grandma: I will be twenty minutes late."),
    ],
)
def test_what_a_recogniser_makes_of_our_words(english: Language, heard: str, said: str) -> None:
    assert is_like_echo(heard, english, ["Something before.", said])


@pytest.mark.parametrize(
    "heard",
    [
        "",
        "yes",
        "please deliver the message",
        "please deliver the massage tonight",
        "let the pigeon fly home",
        "send forty-three",
        "the answer is 43",
        "I have no idea what my phrase was",
        "turn on the light",
        "tell Ben the soup is ready",
        "that is not good",
        "when you say uh",
        "can you try again later",
        "5-0",  # of two words or less, nobody can tell
        "Diana",
        "But",
    ],
)
def test_what_people_say_is_none(english: Language, heard: str) -> None:
    assert not is_like_echo(heard, english, [FAMILY, CODE, AGAIN, WORDS])


@pytest.mark.parametrize(
    ("words", "question"),
    [
        ("What shall I do with that", "What should I tell Dad?"),
        ("What would a hotel cost", "What should I tell Oliver?"),
        ("What should we do", "What should I tell Anna?"),
        ("tell her I'm late", "What should I tell Anna?"),
        ("I should have told you", "What should I tell Anna?"),
    ],
)
def test_the_words_of_a_message_are_none(english: Language, words: str, question: str) -> None:
    assert not is_like_echo(words, english, [question], words_awaited=True)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data(), body=st.sampled_from(BODIES), first=st.sampled_from(["", "um ", "a "]))
def test_any_long_piece_is_known_with_a_letter_misheard_and_a_word_in_front(
    english: Language, data: st.DataObject, body: str, first: str
) -> None:
    question = english.say("question_phrase", recipient="Anna", body=body)
    start = data.draw(st.integers(0, len(question) - 40))
    end = data.draw(st.integers(start + 40, len(question)))
    wrong = data.draw(st.integers(start, end - 1))
    piece = question[start:wrong] + "m" + question[wrong + 1 : end]
    assert is_like_echo(first + piece, english, [question])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(said=st.sampled_from([FAMILY, CODE, AGAIN, WORDS]), length=st.integers(1, 6))
def test_no_single_word_is_one(english: Language, said: str, length: int) -> None:
    for word in english.proof_words(said):
        assert not is_like_echo(word[:length], english, [said])


def test_a_misheard_proof_is_no_echo_of_a_question_in_any_language(any_language: Language) -> None:
    """One word of the phrase, or of a code's answer, is dropped or another one; then it is wrong, and counted.

    Without its number it may be a piece of what asks for it.
    """
    asking = [
        any_language.say(key, **dict.fromkeys(PROMPTS[key], "Anna"))
        for level in ("question_phrase", "question_code", "question_pin")
        for key in (*prompts.asking(level), "ask_body")
    ]
    answers = [form.format(number=any_language.number(64)) for form in any_language.code_forms]
    for proof in (*any_language.suggested_phrases, *answers):
        words = proof.split()
        for at in range(len(words)):
            for instead in ([], ["banana"], ["x"]):
                heard = " ".join([*words[:at], *instead, *words[at + 1 :]])
                lost = proof in answers and at == len(words) - 1 and not instead
                if any_language.spaced and not lost and not is_run(heard, asking, any_language):
                    assert not is_like_echo(heard, any_language, asking), heard


def is_run(heard: str, said: list[str], language: Language) -> bool:
    words = " ".join(language.proof_words(heard))
    return any(f" {words} " in f" {' '.join(language.proof_words(text))} " for text in said)


def test_a_script_without_spaces_is_left_to_what_knows_its_characters(
    any_language: Language,
) -> None:
    question = any_language.say("question_phrase", recipient="Anna", body="123456 abcdefghijkl")
    torn = question[:-2]
    assert is_like_echo(torn, any_language, [question]) is any_language.spaced


def test_a_reply_without_end_is_turned_away_at_once(english: Language) -> None:
    begun = time.process_time()
    assert not is_like_echo("bread " * 17_000, english, [FAMILY])
    assert time.process_time() - begun < 0.1
    assert not is_like_echo("x y " * 480, english, ["the soup is on the stove " * 800])
    assert time.process_time() - begun < 2
