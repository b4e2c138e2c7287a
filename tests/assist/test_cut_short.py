"""Satellites that are woken while they speak: a question that was cut short has not been heard."""

from collections.abc import Callable
from dataclasses import dataclass, field

from homeassistant.core import HomeAssistant
import pytest

from custom_components.message_guard.core.answer import AnswerKind
from custom_components.message_guard.home.satellites import SatelliteWatch
from tests.guard_bench import KITCHEN, PHRASE, Bench, bench

__all__ = ["bench"]

SATELLITE = "assist_satellite.kitchen"


@dataclass
class Told:
    """What was told about a satellite."""

    of: list[str] = field(default_factory=list)

    def note(self, what: str) -> Callable[[str], None]:
        """Return what notes that this has happened."""
        return lambda _satellite: self.of.append(what)


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        (["listening", "processing", "responding", "idle"], ["begun", "finished"]),
        (["listening", "processing", "idle"], ["interrupted"]),
        (["responding", "listening"], ["begun", "interrupted"]),
        (["processing", "listening"], ["interrupted"]),
        (["responding", "unavailable"], ["begun", "interrupted"]),
        (["idle", "listening", "idle"], []),
    ],
)
async def test_how_speaking_begins_and_ends(
    hass: HomeAssistant, states: list[str], expected: list[str]
) -> None:
    """Silence after speaking is the end; to listen, to be gone, or not to have spoken, is not."""
    told = Told()
    watch = SatelliteWatch(
        hass, lambda: 0.0, told.note("begun"), told.note("finished"), told.note("interrupted")
    )
    stop = watch.start()
    for state in ["idle", *states]:
        hass.states.async_set(SATELLITE, state)
    await hass.async_block_till_done()
    stop()
    assert told.of == expected


async def test_a_phrase_said_into_the_question_brings_the_question_again(bench: Bench) -> None:
    """And once that has been heard, the phrase counts."""
    await bench.guard.submit(bench.request())
    bench.guard.question_interrupted(KITCHEN.place)
    answer = await bench.say(PHRASE)
    assert answer is not None
    assert answer.kind is AnswerKind.NOT_HEARD
    assert "To Anna: I am late" in answer.text
    assert bench.outbox.sent == []
    bench.guard.question_heard(KITCHEN.place)
    await bench.say(PHRASE)
    assert bench.outbox.sent == [("anna", "I am late")]


async def test_what_is_said_after_a_question_that_was_cut_short_is_not_its_end(
    bench: Bench,
) -> None:
    """Woken into the question for something else: the end of that answer is not the question's."""
    await bench.guard.submit(bench.request())
    bench.guard.question_interrupted(KITCHEN.place)
    bench.guard.question_heard(KITCHEN.place)
    answer = await bench.say(PHRASE)
    assert answer is not None
    assert answer.kind is AnswerKind.NOT_HEARD
    assert bench.outbox.sent == []


async def test_a_question_that_was_heard_stays_heard(bench: Bench) -> None:
    """To be woken into a later answer changes nothing about it."""
    await bench.guard.submit(bench.request())
    bench.guard.question_heard(KITCHEN.place)
    bench.guard.question_interrupted(KITCHEN.place)
    await bench.say(PHRASE)
    assert bench.outbox.sent == [("anna", "I am late")]
