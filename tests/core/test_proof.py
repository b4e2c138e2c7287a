"""Proofs: only the whole proof counts, and nothing that we say ourselves is ever one."""

# ruff: noqa: RUF001 - look-alikes are what is tested, and draws have to repeat

from collections import Counter
import random
import time

from hypothesis import HealthCheck, example, given, settings, strategies as st
import pytest

from custom_components.message_guard.core.code import FEWEST_ANSWERS, code_answers
from custom_components.message_guard.core.errors import MessageGuardError
from custom_components.message_guard.core.language import Language
from custom_components.message_guard.core.level import Level
from custom_components.message_guard.core.proof import (
    Challenge,
    Verdict,
    body_contains_proof,
    code_challenge,
    interpret,
    phrase_challenge,
    phrase_problems,
)
from tests.core.conftest import read_data

PHRASE = "Yes, send the message!"
QUESTION = "To Mum: I'll be late. It goes out when you say your phrase."

properties = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=300
)


@pytest.fixture(scope="module")
def phrase(english: Language) -> Challenge:
    return phrase_challenge(PHRASE, english)


def draw_first(_: int) -> int:
    return 0


# --- the household phrase ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "utterance",
    [
        "yes, send the message",
        "Yes. Send the message.",
        "YES SEND THE MESSAGE",
        "yes send send the message",  # recognisers stutter …
        "yes send message",  # … and swallow articles …
        "yes, sent the message",  # … and take a word for another that sounds alike
        "yes, send the massage",
        "yes, send that message",
        "\u200eyes, send the\u00a0message\u200f",
        "ｙｅｓ， ｓｅｎｄ ｔｈｅ ｍｅｓｓａｇｅ",
    ],
)
def test_the_whole_phrase_proves_it(english: Language, phrase: Challenge, utterance: str) -> None:
    assert interpret(utterance, phrase, english, [QUESTION]) is Verdict.PROOF


@pytest.mark.parametrize(
    "utterance",
    [
        "yes, do not send the message",
        "yes, send the message tomorrow",
        "I said yes, send the message",
        "send the message, yes",
        "yes, send not message",
        "yes, send another message",
        "yes, sent that message",
        "yes, spend the massage",
        "yes, stop the message",
        "yes, the message",
        "no, send the message",
        "guess, send the message",
        "yes, send the mess",
        "yes send",
        "send 57",
        "ja, sende die Nachricht",
    ],
)
def test_a_word_more_less_or_other_is_wrong(
    english: Language, phrase: Challenge, utterance: str
) -> None:
    assert interpret(utterance, phrase, english, [QUESTION]) is not Verdict.PROOF


@pytest.mark.parametrize(
    "utterance",
    ["Yes.", "yeah", "okay sure", "uh, right", "send it", "Send the message!", "go ahead, please"],
)
def test_a_plain_yes_is_known_for_what_it_is(
    english: Language, phrase: Challenge, utterance: str
) -> None:
    assert interpret(utterance, phrase, english, [QUESTION]) is Verdict.AFFIRMATION


@pytest.mark.parametrize(
    "utterance",
    [
        "No.",
        "no no no",
        "Stop!",
        "don’t send it",
        "okay, cancel",
        "yes... no",
        "um, never mind",
        "No, thank you.",
    ],
)
def test_a_no_declines(english: Language, phrase: Challenge, utterance: str) -> None:
    assert interpret(utterance, phrase, english, [QUESTION]) is Verdict.DECLINE


@pytest.fixture(scope="module")
def chinese() -> Language:
    return Language.from_data("zh-Hans", read_data("zh-Hans"))


CHINESE_PHRASE = "马到成功，发送"


@pytest.mark.parametrize(
    ("utterance", "verdict"),
    [
        ("马到成功发送", Verdict.PROOF),
        ("马到成功，马到成功，发送！", Verdict.PROOF),  # doubled
        ("马道成功，发送", Verdict.PROOF),  # one character that sounds the same
        ("马到成工发送。", Verdict.PROOF),
        ("马道成工发送", Verdict.WRONG),  # two
        ("马到成功发动", Verdict.WRONG),  # the last one
        ("马到成发送", Verdict.WRONG),  # one less
        ("马到成功再发送", Verdict.WRONG),  # one more
        ("马到成功不发送", Verdict.WRONG),
        ("马到成功别送", Verdict.WRONG),
        ("马到成功不送", Verdict.WRONG),  # one that says no
        ("马到成3发送", Verdict.WRONG),  # a number
        ("不要", Verdict.DECLINE),
    ],
)
def test_where_words_have_no_spaces_one_character_may_be_another(
    chinese: Language, utterance: str, verdict: Verdict
) -> None:
    challenge = phrase_challenge(CHINESE_PHRASE, chinese)
    assert interpret(utterance, challenge, chinese, []) is verdict


def test_of_few_characters_every_one_has_to_be_right(chinese: Language) -> None:
    challenge = phrase_challenge("马到成功", chinese)
    assert interpret("马到成功", challenge, chinese, []) is Verdict.PROOF
    assert interpret("马道成功", challenge, chinese, []) is Verdict.WRONG


def test_a_body_that_would_be_heard_as_the_phrase_is_found(chinese: Language) -> None:
    """What one misheard character makes the phrase must not be read back either."""
    challenge = phrase_challenge(CHINESE_PHRASE, chinese)
    for body in ("祝你马到成功发送", "祝你马道成功，发送吧", "马到成工发送"):
        assert body_contains_proof(body, challenge, chinese)
    for body in ("祝你马到成功", "祝你马道成工发送", "马到成功不发送"):
        assert not body_contains_proof(body, challenge, chinese)
    assert "phrase_in_prompt" in phrase_problems(CHINESE_PHRASE, chinese, ["马到成工，发送吧"])
    assert phrase_problems(CHINESE_PHRASE, chinese, ["马到成功"]) == ()


@pytest.mark.parametrize("utterance", ["", " ", "...", "\u200b", "the", "?!"])
def test_nothing_said_is_no_reply(english: Language, phrase: Challenge, utterance: str) -> None:
    assert interpret(utterance, phrase, english, []) is Verdict.ECHO


def test_what_we_said_ourselves_is_an_echo(english: Language, phrase: Challenge) -> None:
    for echo in ("when you say your phrase", "I'll be late.", "Mum", "late it goes", QUESTION):
        assert interpret(echo, phrase, english, ["Something before.", QUESTION]) is Verdict.ECHO


def test_an_echo_never_proves_even_where_the_phrase_was_spoken(
    english: Language, phrase: Challenge
) -> None:
    spoken = ["The radio says: yes, send the message, now."]
    assert interpret(PHRASE, phrase, english, spoken) is Verdict.ECHO


def test_an_echo_is_one_however_it_was_misheard(english: Language, phrase: Challenge) -> None:
    spoken = ["To Mum: yes, sent the massages. It goes out when you say your phrase."]
    assert interpret("yes sent the message", phrase, english, spoken) is Verdict.ECHO
    assert interpret(PHRASE, phrase, english, spoken) is Verdict.ECHO


@pytest.mark.parametrize(
    ("utterance", "verdict"),
    [
        ("25.", Verdict.ECHO),
        ("volume 25", Verdict.WRONG),
        ("at the summer 30 and 25", Verdict.ECHO),
        ("thirty", Verdict.ECHO),
        ("the answer is 25", Verdict.WRONG),  # a guess, as any other number in that form
        ("25 and 26", Verdict.WRONG),
        ("the answer is fifty-five", Verdict.PROOF),
        ("fifty-five", Verdict.WRONG),
        ("we need 25 chairs and 30 tables", Verdict.WRONG),
    ],
)
def test_what_is_to_be_added_up_is_heard_again(
    english: Language, utterance: str, verdict: Verdict
) -> None:
    """Of a sum, recognisers often write the numbers and little else. Neither is ever the answer."""
    at = code_answers(english).index(55)
    draws = iter((at, 2))
    challenge = code_challenge(english, lambda _: next(draws), "")
    assert dict(challenge.placeholders) == {"a": "thirty", "b": "twenty-five"}
    assert interpret(utterance, challenge, english, [""]) is verdict


def test_one_word_declines_even_if_we_have_just_said_it(
    english: Language, phrase: Challenge
) -> None:
    spoken = ["To Mum: stop it now. It goes out when you say your phrase."]
    assert interpret("stop", phrase, english, spoken) is Verdict.DECLINE
    assert interpret("stop it", phrase, english, spoken) is Verdict.ECHO
    assert interpret("cancel it", phrase, english, spoken) is Verdict.DECLINE


def test_a_reply_without_end_is_wrong_at_once(english: Language, phrase: Challenge) -> None:
    long_ago = time.process_time()
    assert interpret("yes " * 25_000, phrase, english, [QUESTION]) is Verdict.WRONG
    assert time.process_time() - long_ago < 0.1


def test_a_phrase_without_a_word_is_refused(english: Language) -> None:
    with pytest.raises(MessageGuardError):
        phrase_challenge("...", english)


@properties
@given(data=st.data())
def test_no_run_of_a_prompts_words_is_ever_accepted(
    any_language: Language, data: st.DataObject
) -> None:
    """Also where the recipient, the body or another prompt carries the proof into the prompt."""
    prompt = data.draw(st.sampled_from(sorted(any_language.prompts.values())))
    body = data.draw(
        st.sampled_from([PHRASE, "send 57", "no", "hello there"]) | st.text(max_size=30)
    )
    text = prompt.replace("{body}", body).replace("{recipient}", body)
    words = text.split(" ") if any_language.spaced else list(text)
    start = data.draw(st.integers(0, len(words)))
    end = data.draw(st.integers(start, len(words)))
    said = (" " if any_language.spaced else "").join(words[start:end])
    challenges = [code_challenge(any_language, random.Random(7).randrange, "")]
    if any_language.proof_words(PHRASE):
        challenges.append(phrase_challenge(PHRASE, any_language))
    for challenge in challenges:
        assert interpret(said, challenge, any_language, [text]) is not Verdict.PROOF


@properties
@given(utterance=st.text(max_size=80))
@example(utterance="\ud800 yes")
@example(utterance="\ufdfa" * 20)
def test_only_the_proof_is_accepted_and_nothing_raises(english: Language, utterance: str) -> None:
    challenge = phrase_challenge(PHRASE, english)
    verdict = interpret(utterance, challenge, english, [QUESTION])
    if verdict is Verdict.PROOF:
        assert english.proof_words(utterance)[0] == "yes"
        assert "mess" in english.normalise(utterance) or "mass" in english.normalise(utterance)


# --- the code -----------------------------------------------------------------------------------


def test_a_code_asks_for_a_sum_and_wants_it_as_an_answer(english: Language) -> None:
    challenge = code_challenge(english, draw_first, "")
    assert challenge.level is Level.CODE
    assert challenge.placeholders == {"a": "ten", "b": "twenty-three"}
    question = english.say("question_code", recipient="Mum", body="Hi", **challenge.placeholders)
    assert "the sum of ten and twenty-three. " in question
    assert question.endswith("when you say “the answer is” and your result.")


def test_a_codes_answer_is_the_sum_and_never_an_operand(any_language: Language) -> None:
    generator = random.Random(1)
    values = {
        " ".join(any_language.words(any_language.number(value))): value for value in range(100)
    }
    for _ in range(300):
        challenge = code_challenge(any_language, generator.randrange, "")
        a, b = (
            values[" ".join(any_language.words(challenge.placeholders[key]))] for key in ("a", "b")
        )
        proof = any_language.code_forms[0].format(number=any_language.number(a + b))
        assert a + b not in {a, b}
        question = any_language.say(
            "question_code", recipient="X", body="Y", **challenge.placeholders
        )
        assert interpret(proof, challenge, any_language, [question]) is Verdict.PROOF
        assert not body_contains_proof(question, challenge, any_language)


def test_every_answer_is_as_likely_as_any_other(english: Language) -> None:
    generator = random.Random(2)
    draws = 35_000
    found = Counter(code_challenge(english, generator.randrange, "").answer for _ in range(draws))
    assert len(found) == len(code_answers(english)) == 35
    expected = draws / len(found)
    chi_squared = sum((count - expected) ** 2 / expected for count in found.values())
    assert chi_squared < 60.3  # 34 degrees of freedom: 0.4 % of fair draws exceed it


def test_answers_avoid_what_recognisers_confuse(english: Language) -> None:
    assert all(answer % 10 in {3, 5, 6, 7, 9} and answer >= 30 for answer in code_answers(english))


def test_every_language_has_enough_answers(any_language: Language) -> None:
    assert len(code_answers(any_language)) >= FEWEST_ANSWERS


@properties
@given(data=st.data())
def test_the_answer_is_nowhere_in_what_is_read_back(english: Language, data: st.DataObject) -> None:
    numbers = data.draw(st.lists(st.sampled_from(code_answers(english)), max_size=5, unique=True))
    spell = data.draw(st.sampled_from([str, english.number]))
    body = " and ".join(spell(number) for number in numbers)
    seed = data.draw(st.integers(0, 1000))
    challenge = code_challenge(english, random.Random(seed).randrange, body)
    assert challenge.answer not in numbers
    drawn = [code_challenge(english, lambda n, at=at: min(at, n - 1), body) for at in range(35)]
    assert len({challenge.answer for challenge in drawn}) == 35 - len(numbers)


def test_a_number_inside_a_longer_one_is_not_the_answer(english: Language) -> None:
    for draw in range(34):
        challenge = code_challenge(english, lambda n, draw=draw: min(draw, n - 1), "call 5550133")
        assert challenge.answer != 33


def test_a_body_that_gives_away_too_many_numbers_gets_no_code(english: Language) -> None:
    body = " ".join(str(answer) for answer in code_answers(english)[:6])
    with pytest.raises(MessageGuardError):
        code_challenge(english, draw_first, body)


# --- the proof inside the content ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "contains"),
    [
        ("yes, send the message", True),
        ("He said: YES! Send message. Then he left.", True),
        ("yes send the the message", True),
        ("yes, sent the massage", True),
        ("yes, end the message", False),
        ("yes, send a photo of the message", False),
        ("", False),
    ],
)
def test_a_body_that_holds_the_phrase_is_found(
    english: Language, phrase: Challenge, body: str, contains: bool
) -> None:
    assert body_contains_proof(body, phrase, english) is contains


# --- choosing a phrase -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("candidate", "problem"),
    [
        ("send it", "phrase_too_short"),
        ("", "phrase_too_short"),
        ("the the the my", "phrase_too_short"),
        ("okay, that's right", "phrase_is_affirmation"),
        ("do not send it", "phrase_is_decline"),
        ("send five messages to mum", "phrase_confusable"),
        ("launch number one now", "phrase_confusable"),
        ("one two three four", "phrase_is_number"),
        ("say your phrase", "phrase_in_prompt"),
        ("was not sent", "phrase_in_prompt"),
        ("the quick brown fox", "phrase_in_prompt"),
    ],
)
def test_a_bad_phrase_is_told_why(english: Language, candidate: str, problem: str) -> None:
    others = ["A prompt of another language, with the quick brown fox in it: {body}"]
    assert problem in phrase_problems(candidate, english, others)


@pytest.mark.parametrize(
    "candidate", [PHRASE, "purple elephants may fly", "release the carrier pigeon"]
)
def test_a_good_phrase_has_no_problem(english: Language, candidate: str) -> None:
    assert phrase_problems(candidate, english, ["Nothing to see."]) == ()


@pytest.mark.parametrize("key", ["question_code", "wrong_code", "hint_code"])
def test_the_end_of_a_codes_question_is_no_code(any_language: Language, key: str) -> None:
    """A satellite that hears the end of its own question hears a verb without a number."""
    text = any_language.say(key, recipient="X", body="Y", a="@", b="#")
    verb = any_language.words(any_language.code_forms[0].replace("{number}", ""))
    words = any_language.words(text)
    at = [start for start in range(len(words)) if words[start : start + len(verb)] == verb]
    assert len(at) == 1
    assert "#" in words[: at[0]]
    assert not {"@", "#"} & set(words[at[0] :])
