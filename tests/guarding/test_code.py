"""The code under attack: guessed over and over, with the product's own code."""

import asyncio
from dataclasses import replace
from random import Random

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.message_guard.core.answer import AnswerKind
from custom_components.message_guard.core.code import FEWEST_ANSWERS, code_answers
from custom_components.message_guard.core.level import Level
from custom_components.message_guard.core.lockout import CODE_TRIES, CODE_WINDOW_SECONDS
from tests.clock import moment
from tests.guard_bench import KITCHEN, Bench, bench, contact, household

__all__ = ["bench"]


GERMAN = replace(KITCHEN, language="de")
"""The same satellite, heard by an assistant of another language."""


def other_answer(bench: Bench) -> str:
    """Return an answer in the right form that is not the one that is asked for."""
    right = bench.code()
    return "send 99" if right != "send 99" else "send 57"


async def test_a_wrong_sum_ends_the_request(bench: Bench) -> None:
    """One guess for each request: the next one costs a new question, with another body even."""
    await bench.ask(bench.request("Bert"))
    answer = await bench.say(other_answer(bench))
    assert answer is not None
    assert answer.kind is AnswerKind.FAILED
    assert bench.guard.pending == ()
    assert bench.kinds == ["asked", "proof_failed"]


async def test_talk_that_is_no_sum_costs_a_try_and_brings_a_new_code(bench: Bench) -> None:
    """It could never have been right."""
    await bench.ask(bench.request("Bert"))
    for _ in range(2):
        answer = await bench.say("well I never")
        assert answer is not None
        assert answer.kind is AnswerKind.ASKED_AGAIN
        bench.guard.question_heard(KITCHEN.place)
    await bench.say(bench.code())
    assert bench.outbox.sent == [("bert", "I am late")]


async def test_guesses_in_another_language_are_counted(bench: Bench) -> None:
    """A number may be heard in the language of another assistant at the same satellite."""
    german = bench.guard._home.language("de")
    assert german is not None
    for number in range(CODE_TRIES):
        await bench.ask(bench.request("Bert", body=f"message {number}"))
        wrong = int(other_answer(bench).removeprefix("send "))
        await bench.say(f"sende {german.number(wrong)}", GERMAN)
        assert bench.guard.pending == ()
    assert "locked" in (await bench.guard.submit(bench.request("Bert"))).reasons


async def test_a_code_is_proved_in_the_language_of_its_question(bench: Bench) -> None:
    """The right number in another language is none of the answers, so it is counted as a wrong one."""
    german = bench.guard._home.language("de")
    assert german is not None
    await bench.ask(bench.request("Bert"))
    right = german.number(int(bench.code().removeprefix("send ")))
    for said in (f"sende {right}", f"send {right}"):
        await bench.say(said, GERMAN)
        bench.guard.question_heard(KITCHEN.place)
    assert bench.outbox.sent == []


@pytest.mark.parametrize("said", ["nein", "no"])
async def test_a_no_counts_in_either_language(bench: Bench, said: str) -> None:
    """Whoever wants it not to be sent is understood."""
    await bench.ask(bench.request("Bert"))
    await bench.say(said, GERMAN)
    assert bench.kinds == ["asked", "declined"]


@pytest.mark.parametrize("before", [0, 1, 2])
async def test_of_answers_at_the_same_time_the_first_counts(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, before: int
) -> None:
    """One guess is one guess, also while the disk is slow to count the one before."""
    locks = bench.guard._replies._locks
    save = locks._save

    async def slowly() -> None:
        await moment()
        await save()

    monkeypatch.setattr(locks, "_save", slowly)
    await bench.ask(bench.request("Bert"))
    answers = [other_answer(bench)] * before + [bench.code()]
    last = (await asyncio.gather(*(bench.say(answer) for answer in answers)))[-1]
    assert last is not None  # it is a proof, even if too late: nobody else is given it
    assert bench.outbox.sent == ([] if before else [("bert", "I am late")])


async def test_three_wrong_sums_in_an_hour_lock_codes(
    bench: Bench, freezer: FrozenDateTimeFactory
) -> None:
    """For the rest of the hour; a phrase still works."""
    for number in range(CODE_TRIES):
        await bench.ask(bench.request("Bert", body=f"message {number}"))
        await bench.say(other_answer(bench))
    refused = await bench.guard.submit(bench.request("Bert"))
    assert "locked" in refused.reasons
    assert (await bench.ask(bench.request("Anna"))).kind is AnswerKind.ASKED
    freezer.tick(CODE_WINDOW_SECONDS + 1)
    assert (await bench.ask(bench.request("Bert"))).kind is AnswerKind.ASKED


async def test_what_proved_the_last_message_never_proves_the_next(bench: Bench) -> None:
    """Whoever repeats it, by chance or from a recording, has a wrong code every time."""
    for number in range(150):
        await bench.guard._replies._locks.unlock()
        await bench.ask(bench.request("Bert", body="hello", id=f"first {number}"))
        proof = bench.code()
        await bench.say(proof)
        await bench.ask(bench.request("Bert", body="secret", id=f"second {number}"))
        await bench.say(proof)
        assert bench.guard.pending == ()
        bench.outbox.sent.remove(("bert", "hello"))
        assert bench.outbox.sent == []
    assert bench.kinds.count("proof_failed") == 150


async def test_guessing_gets_through_no_more_often_than_promised(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five hundred requests, each answered by the same guess, which is always in form.

    The expected share is one in as many answers as there are; four standard deviations are allowed, and
    the draws are the same in every run.
    """
    monkeypatch.setattr("secrets.randbelow", Random(2018).randrange)
    answers = code_answers(bench.guard._home.language("en"))
    assert len(answers) >= FEWEST_ANSWERS
    bench.guard.household = household(contact("Bert", level=Level.CODE))
    rounds, guess = 500, f"send {answers[len(answers) // 2]}"
    for number in range(rounds):
        await bench.guard._replies._locks.unlock()
        await bench.ask(bench.request("Bert", body="hello", id=f"guess {number}"))
        await bench.say(guess)
        assert bench.guard.pending == ()
    chance = 1 / len(answers)
    spread = (rounds * chance * (1 - chance)) ** 0.5
    assert abs(len(bench.outbox.sent) - rounds * chance) <= 4 * spread
