"""A wake word of the home in front of a reply: cut off, never at the cost of a reply, and never one guess more."""

from typing import Any

from homeassistant.components.wake_word import DATA_COMPONENT
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest

from custom_components.message_guard.core.answer import AnswerKind
from custom_components.message_guard.core.level import Level
from custom_components.message_guard.core.proof import Verdict
from custom_components.message_guard.guarding import pins
from tests.guard_bench import KITCHEN, PHRASE, Bench, bench, contact, household
from tests.wake_words import Engine

__all__ = ["bench"]

PIN = "4917"


@pytest.fixture(autouse=True)
async def woken(hass: HomeAssistant, bench: Bench) -> None:
    """Let the home have an engine with words of its own."""
    assert await async_setup_component(hass, "wake_word", {})
    engine = Engine("hey_kitchen_v0.1", "Computer", "Anna", "stop", "never", "seven")
    await hass.data[DATA_COMPONENT].async_add_entities([engine])
    home: Any = bench.guard._home
    await home.wake_words.look()


@pytest.mark.parametrize(
    "wake", ["Hey Kitchen, ", "hey-kitchen ", "KITCHEN. ", "Computer ", "Anna! "]
)
async def test_a_proof_behind_it(bench: Bench, wake: str) -> None:
    await bench.ask()
    answer = await bench.say(f"{wake}{PHRASE}")
    assert answer is not None
    assert answer.kind is AnswerKind.SENT
    assert bench.outbox.sent == [("anna", "I am late")]
    assert bench.kinds.count("authorised") == 1


@pytest.mark.parametrize("wake", ["Hey Kitchen, ", "computer: ", "Anna, "])
async def test_a_no_behind_it(bench: Bench, wake: str) -> None:
    await bench.ask()
    answer = await bench.say(f"{wake}no")
    assert answer is not None
    assert answer.kind is AnswerKind.DECLINED


async def test_a_code_behind_it(bench: Bench) -> None:
    await bench.ask(bench.request("Bert"))
    answer = await bench.say(f"Hey Kitchen, {bench.code()}")
    assert answer is not None
    assert answer.kind is AnswerKind.SENT


async def test_a_wrong_code_behind_it_is_a_guess(bench: Bench) -> None:
    await bench.ask(bench.request("Bert"))
    assert bench.guard.read("Hey Kitchen, send 12", KITCHEN).guess
    answer = await bench.say("Hey Kitchen, send 12")
    assert answer is not None
    assert bench.outbox.sent == []
    assert not bench.guard.pending


@pytest.mark.parametrize(
    "alone", ["Hey Kitchen.", "Computer", "Anna?", "kitchen, hey kitchen!", "Hey Kitchen [Music]"]
)
async def test_alone_it_is_nobodys_reply(bench: Bench, alone: str) -> None:
    """However often: no try is lost."""
    await bench.ask()
    for _ in range(5):
        answer = await bench.say(alone)
        assert answer is not None
        assert answer.kind is AnswerKind.NOT_HEARD
    await bench.say(PHRASE)
    assert bench.outbox.sent == [("anna", "I am late")]
    assert "proof_failed" not in bench.kinds


async def test_the_phrase_may_begin_with_one(bench: Bench) -> None:
    """With another one in front of it, too; without its own first word it proves nothing."""
    phrase = "Computer please bring it over"
    bench.guard.household = household(contact("Anna"), phrase=phrase)
    await bench.ask()
    assert bench.guard.read("please bring it over", KITCHEN).verdict is Verdict.WRONG
    assert bench.guard.read("Hey Kitchen please bring it over", KITCHEN).verdict is Verdict.WRONG
    assert bench.guard.read(f"Hey Kitchen, {phrase}", KITCHEN).verdict is Verdict.PROOF
    assert bench.guard.read(f"Computer, {phrase}", KITCHEN).verdict is Verdict.PROOF
    await bench.say(phrase)
    assert bench.outbox.sent == [("anna", "I am late")]


async def test_what_says_no_is_none_of_them(bench: Bench) -> None:
    """Though an engine has it for a wake word."""
    bench.guard.household = household(contact("Anna"), phrase="please bring it over")
    await bench.ask()
    for heard in (
        "Stop, please bring it over",
        "Never please bring it over",
        "Hey Kitchen, stop, please bring it over",
    ):
        assert bench.guard.read(heard, KITCHEN).verdict is Verdict.WRONG
    assert bench.guard.read("Hey Kitchen, stop", KITCHEN).verdict is Verdict.DECLINE


async def test_a_pin_behind_it_is_one_guess(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the wake word is a number: then it is a part of the PIN that was said."""
    monkeypatch.setattr(pins, "ROUNDS", 4)
    bench.guard.household = household(
        contact("Anna"), default_level=Level.PIN, pin_hash=pins.hash_pin(PIN)
    )
    await bench.ask()
    read = bench.guard.read(f"seven {PIN}", KITCHEN)
    assert (read.verdict, read.utterance) == (Verdict.PROOF, f"seven {PIN}")
    await bench.say(f"seven {PIN}")
    assert bench.outbox.sent == []
    bench.guard.question_heard(KITCHEN.place)
    await bench.say(f"Hey Kitchen, {PIN}")
    assert bench.outbox.sent == [("anna", "I am late")]


async def test_the_phrase_behind_it_where_nothing_waits(bench: Bench) -> None:
    """It is answered here, and given to nobody else."""
    assert bench.guard.read(f"Hey Kitchen, {PHRASE}", KITCHEN).late is not None
    assert not bench.guard.read("Hey Kitchen, turn on the light", KITCHEN).known
    assert not bench.guard.read("Hey Kitchen", KITCHEN).known
