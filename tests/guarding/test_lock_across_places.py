"""A lock-out counts for every question that waits, wherever and whenever it was asked."""

import asyncio

import pytest

from custom_components.message_guard.core.answer import AnswerKind
from custom_components.message_guard.core.level import Level
from custom_components.message_guard.core.lockout import PIN_TRIES
from custom_components.message_guard.guarding import pins
from tests.guard_bench import HALL, KITCHEN, PERSON, Bench, bench, contact, household

__all__ = ["bench"]

PIN, WRONG = "4917", "one three five seven"


@pytest.fixture
def guarded(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Return a household whose messages need its PIN."""
    monkeypatch.setattr(pins, "ROUNDS", 4)  # bcrypt's least cost
    bench.guard.household = household(
        contact("Anna"), contact("Bert"), default_level=Level.PIN, pin_hash=pins.hash_pin(PIN)
    )
    return bench


async def ask_twice(bench: Bench) -> None:
    """Ask in the kitchen, and for somebody else in the hall."""
    await bench.guard.submit(bench.request("Bert", origin=HALL))
    bench.guard.question_heard(HALL.place)
    await bench.ask()


async def wrong(bench: Bench, times: int) -> None:
    """Say a wrong PIN in the kitchen so many times."""
    for _ in range(times):
        await bench.say(WRONG)
        bench.guard.question_heard(KITCHEN.place)


@pytest.mark.parametrize("said", [WRONG, "four nine one seven"])
async def test_what_waited_before_is_not_even_compared(guarded: Bench, said: str) -> None:
    """Neither a right nor a wrong PIN opens the lock, and the request is over."""
    await ask_twice(guarded)
    await wrong(guarded, PIN_TRIES)
    compared: list[str] = []
    matches = guarded.guard._replies._pin_matches

    async def watched(digits: str, hashed: str) -> bool:
        compared.append(digits)
        return await matches(digits, hashed)

    guarded.guard._replies._pin_matches = watched
    answer = await guarded.say(said, HALL)
    assert answer is not None
    assert answer.kind is AnswerKind.FAILED
    assert compared == []
    assert guarded.outbox.sent == []
    answer = await guarded.ask()
    assert "locked" in answer.reasons


async def test_two_at_once_are_compared_one_after_the_other(guarded: Bench) -> None:
    """The last try is one try, however many satellites hear one."""
    await ask_twice(guarded)
    await wrong(guarded, PIN_TRIES - 1)
    await asyncio.gather(guarded.say(WRONG), guarded.say("four nine one seven", HALL))
    assert guarded.outbox.sent == []
    assert "locked" in (await guarded.ask()).reasons


async def test_a_tap_while_a_wrong_pin_is_compared(guarded: Bench) -> None:
    """What has been sent meanwhile is not asked again, and nothing is written down after its end."""
    await guarded.ask()
    (waiting,) = guarded.guard.pending

    async def tapped(_digits: str, _hashed: str) -> bool:
        await guarded.guard.approve(waiting.id, PERSON)
        return False

    guarded.guard._replies._pin_matches = tapped
    answer = await guarded.say(WRONG)
    assert answer is not None
    assert answer.kind is AnswerKind.INFORMED
    assert guarded.kinds == ["asked", "authorised", "delivered"]
