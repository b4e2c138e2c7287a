"""What recognisers write that nobody has said: it proves nothing, takes nothing away and costs no try."""

import pytest

from custom_components.message_guard.core.code import code_answers
from custom_components.message_guard.core.language import Language
from custom_components.message_guard.core.phrase import Phrase
from custom_components.message_guard.core.proof import (
    Challenge,
    Verdict,
    code_challenge,
    interpret,
    is_echo,
    phrase_challenge,
)
from tests.core.conftest import read_dialogues

PHRASE = "Yes, send the message!"
QUESTION = "To Mum: I'll be late. It goes out when you say your phrase."


@pytest.fixture(scope="module")
def phrase(english: Language) -> Challenge:
    return phrase_challenge(PHRASE, english)


def draw_first(_: int) -> int:
    return 0


@pytest.mark.parametrize("wake", ["Hey Jarvis, ", "Okay Nabu. ", "Alexa, ", "Naboo ", "OK, Nabu: "])
def test_a_wake_word_in_front_makes_no_difference(
    english: Language, phrase: Challenge, wake: str
) -> None:
    code = code_challenge(english, draw_first, "")
    answer = english.code_forms[0].format(number=code_answers(english)[0])
    assert interpret(f"{wake}yes, send the message", phrase, english, []) is Verdict.PROOF
    assert interpret(f"{wake}{answer}", code, english, []) is Verdict.PROOF
    assert interpret(f"{wake}no.", phrase, english, []) is Verdict.DECLINE
    assert interpret(f"{wake}yes.", phrase, english, []) is Verdict.AFFIRMATION
    assert interpret(wake, phrase, english, []) is Verdict.ECHO


@pytest.mark.parametrize("name", ["Jarvis", "Hey Nabu", "Alexa"])
def test_a_wake_word_may_be_the_first_word_of_the_phrase(english: Language, name: str) -> None:
    said = f"{name} please bring it over"
    asked = phrase_challenge(said, english)
    assert interpret(f"{said}.", asked, english, []) is Verdict.PROOF
    assert interpret(f"Okay Mycroft, {said}.", asked, english, []) is Verdict.PROOF
    assert interpret("please bring it over", asked, english, []) is Verdict.WRONG
    assert Phrase(said, english).is_said(said)


@pytest.mark.parametrize(
    "utterance",
    [
        "You",
        "Thank you.",
        "Bye.",
        "Thanks for watching!",
        "[Music]",
        "[BLANK_AUDIO]",
        "(door closes)",
        "*sighs*",
        "♪",
        "♪ ♪",
        "[MUSIC] ♪♪ [Applause]",
        "Hey Jarvis",
        "Okay, Nabu. [Music]",
    ],
)
def test_what_nobody_has_said_is_nobodys_reply(
    english: Language, phrase: Challenge, utterance: str
) -> None:
    assert interpret(utterance, phrase, english, [QUESTION]) is Verdict.ECHO
    code = code_challenge(english, draw_first, "")
    assert interpret(utterance, code, english, [QUESTION]) is Verdict.ECHO


@pytest.mark.parametrize("utterance", ["thank you Anna", "[Music] is on", "bye then", "you there"])
def test_more_than_that_is_somebodys(english: Language, phrase: Challenge, utterance: str) -> None:
    assert interpret(utterance, phrase, english, [QUESTION]) is Verdict.WRONG


@pytest.mark.parametrize("times", [2, 3])
def test_a_proof_said_several_times_over_is_noise(any_language: Language, times: int) -> None:
    """As recognisers write babble, given the phrase as their prompt; nobody says it so."""
    said = read_dialogues(any_language.code)["phrase"]
    asked = phrase_challenge(said, any_language)
    assert interpret(f"{said}. " * times, asked, any_language, []) is Verdict.ECHO


ASKED_FOR_A_SUM = (
    "To Anna: dinner is ready. Take the sum of twenty and twenty-five. "
    "It goes out when you say “the answer is” and your result."
)


@pytest.mark.parametrize(
    "heard",
    [
        # Cut off anywhere, and heard as something else that sounds like it.
        "is that when you say your...",
        "It's out when you say you're",
        "Be free and say the answer is and your results",
        "To mom, dinner is ready. Take the sum of 20 and",
        "no, to Anna dinner is ready, take the sum",
        "sum of 20 and 20 five it goes out when",
        "and safe the answer is and your result.",
        "To Anna dinner is ready bake",
        "To Anna, dinner is ready. Take the sum of 20 and $25. It goes out when you say the answer is in your result.",
        "Diner is ready, take the sum of 20 and 20 men. It goes out when you say the answers and your result",
        "it goes out and you say the answer is and your result",
        "not sent yet prior",
    ],
)
def test_the_question_heard_again_is_an_echo_though_words_of_it_are_misheard(
    english: Language, heard: str
) -> None:
    code = code_challenge(english, draw_first, "")
    assert interpret(heard, code, english, [ASKED_FOR_A_SUM]) is Verdict.ECHO


def test_a_title_is_the_same_long_and_short(english: Language, phrase: Challenge) -> None:
    asked = "What should I tell Dr. Miller?"
    assert is_echo("What should I tell doctor Miller?", english, [asked])
    assert is_echo("tell Dr Miller", english, ["What should I tell Doctor Miller?"])
    assert interpret("to doctor Miller we", phrase, english, ["To Dr. Miller: We are late."]) is (
        Verdict.ECHO
    )
    assert not is_echo("What should I tell Mister Miller?", english, [asked])


@pytest.mark.parametrize(
    "heard",
    [
        "the sum of twenty and twenty-five is nothing to me",
        "what is the answer",
        "not yet",
        "please say it again, what is the sum",
        "the answer is fifty-seven and a half",
        "I don't know the answer to that",
        "to Anna dinner is late",
        "when you go out you say that your answer is ready",
        # The same message, asked for once more.
        "send a message to Anna saying to Anna dinner is ready",
        "to Anna dinner is ready please come home now Anna",
    ],
)
def test_what_only_shares_words_with_the_question_is_none(english: Language, heard: str) -> None:
    code = code_challenge(english, draw_first, "")
    said = [ASKED_FOR_A_SUM, "To Anna: dinner is ready, please come home now, Anna. It goes out."]
    assert interpret(heard, code, english, said[:1]) is Verdict.WRONG
    assert interpret(f"tell Ben {heard}", code, english, said) is Verdict.WRONG


@pytest.mark.parametrize("utterance", ["Hmm, no.", "Actually, no.", "Wait, no.", "er, no, stop"])
def test_a_no_may_begin_slowly(english: Language, phrase: Challenge, utterance: str) -> None:
    assert interpret(utterance, phrase, english, [QUESTION]) is Verdict.DECLINE


@pytest.mark.parametrize("body", ["dinner is ready at seven", "the answer is in the letter"])
def test_no_genuine_reply_is_an_echo(any_language: Language, body: str) -> None:
    """What a person says to a question is theirs, though it has words of it; a plain yes proves nothing either way."""
    said = read_dialogues(any_language.code)
    phrase = phrase_challenge(said["phrase"], any_language)
    code = code_challenge(any_language, draw_first, body)
    assert code.answer is not None
    figure = str(code.answer)
    codes = [
        text.format(number=figure) for text in (*said["code"]["right"], *said["code"]["wrong"])
    ]
    replies = [text for kind in ("no", "phrase", "wrong") for text in said["replies"][kind]]
    requests = [one["say"] for one in said["requests"].values()]
    for asked in (phrase, code):
        question = any_language.say(
            asked.prompt_key, recipient=said["contacts"][0], body=body, **asked.placeholders
        )
        for reply in (*codes, *replies, *requests, *said["other"]):
            assert interpret(reply, asked, any_language, [question]) is not Verdict.ECHO, reply
