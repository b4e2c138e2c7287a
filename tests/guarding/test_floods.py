"""Floods: what has to be forgotten before its time lets nothing through, and what is over is forgotten."""

from dataclasses import replace

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import Context

from custom_components.message_guard.assist.drafts import DRAFT_SECONDS
from custom_components.message_guard.core.answer import AnswerKind
from custom_components.message_guard.core.confirmation import LONGEST_WAIT_SECONDS
from custom_components.message_guard.core.level import Level
from custom_components.message_guard.core.outcome import unknown
from custom_components.message_guard.core.rate import CONTACT_SECONDS
from custom_components.message_guard.core.recent import Recent
from custom_components.message_guard.core.request import Origin
from custom_components.message_guard.core.satellites import Earshot
from custom_components.message_guard.guarding.exemption import MOST_SET_OFF, Exemption
from custom_components.message_guard.guarding.status import PLACE_SECONDS, REPEAT_SECONDS
from custom_components.message_guard.home.traffic import Traffic
from tests.assist.test_dialogue import dialogue, take
from tests.guard_bench import HALL, KITCHEN, PHRASE, Bench, bench, contact, household
from tests.home.test_traffic import NoSignals

__all__ = ["bench", "dialogue"]

EARSHOT = Earshot()


async def test_nothing_is_proved_while_more_is_said_than_is_remembered(
    bench: Bench, freezer: FrozenDateTimeFactory
) -> None:
    """It may be what a loudspeaker has just said. A minute later it counts again, and a no counts always."""
    memory = bench.guard._spoken
    memory._texts.most = 3
    await bench.ask()
    for number in range(5):
        bench.guard.spoke("satellite:elsewhere", f"word {number}")
    assert len(memory) == 3
    heard = await bench.say(PHRASE)
    assert heard is not None
    assert heard.kind is AnswerKind.NOT_HEARD
    assert bench.guard._replies.is_echo("anything at all", KITCHEN, EARSHOT)
    assert (await bench.say("no")).kind is AnswerKind.DECLINED  # type: ignore[union-attr]
    freezer.tick(61)
    await bench.ask()
    assert not bench.guard._replies.is_echo("anything at all", KITCHEN, EARSHOT)
    sent = await bench.say(PHRASE)
    assert sent is not None
    assert sent.kind is AnswerKind.SENT


async def test_what_was_said_is_forgotten_with_its_place(
    bench: Bench, freezer: FrozenDateTimeFactory
) -> None:
    """Every conversation in an app is a place."""
    for number in range(100):
        bench.guard.spoke(f"conversation:{number}", "It is noon.")
        freezer.tick(6)
    memory = bench.guard._spoken
    assert len(memory) == len(memory._at) == 11


async def test_what_may_have_arrived_is_asked_back_however_much_is_sent(
    bench: Bench, freezer: FrozenDateTimeFactory
) -> None:
    """While something is forgotten that may be there already, whatever is sent is asked back; a quarter of an hour long."""
    bench.guard.household = household(contact("Anna"), default_level=Level.NONE)
    bench.outbox.outcome = unknown("stopped")
    bench.guard.status_of._open.most = 2
    for number in range(4):
        request = bench.request(body=f"message {number}")
        assert (await bench.guard.submit(request)).kind is (
            AnswerKind.UNKNOWN if number < 3 else AnswerKind.ASKED
        )
    again = await bench.guard.submit(bench.request(body="message 0", origin=HALL))
    assert again.kind is AnswerKind.ASKED
    freezer.tick(REPEAT_SECONDS + 1)
    later = await bench.guard.submit(bench.request(body="message 0"))
    assert later.kind is AnswerKind.UNKNOWN


async def test_what_became_of_a_message_is_told_for_a_day(
    bench: Bench, freezer: FrozenDateTimeFactory
) -> None:
    await bench.ask()
    await bench.say(PHRASE)
    status = bench.guard.status_of
    freezer.tick(PLACE_SECONDS - 1)
    assert "Anna" in status.answer(KITCHEN, None).text
    freezer.tick(2)
    assert "No message" in status.answer(KITCHEN, None).text
    await bench.guard.submit(bench.request(origin=HALL))
    assert len(status._last) == 1


async def test_who_is_not_known_has_had_enough_where_too_many_are_counted(
    bench: Bench, freezer: FrozenDateTimeFactory
) -> None:
    """Nobody can make the house forget how much somebody was sent."""
    traffic = Traffic(bench.guard._home.now, lambda: None)
    bench.guard._home.watch(NoSignals(), traffic)
    traffic._contacts._events.most = 3
    for number in range(4):
        assert bench.guard._home.reserve([f"contact {number}"])
    assert traffic.full("contact 0")
    assert traffic.full("anybody else")
    assert not traffic.full("contact 3")
    freezer.tick(CONTACT_SECONDS + 1)
    assert not traffic.full("contact 0")
    assert bench.guard._home.reserve(["contact 0"])
    assert len(traffic._contacts._events) == 1


async def test_an_utterance_is_counted_once_as_long_as_its_place_is(
    bench: Bench, freezer: FrozenDateTimeFactory
) -> None:
    """And then forgotten, with the place."""
    traffic = Traffic(bench.guard._home.now, lambda: None)
    for number in range(50):
        said = replace(KITCHEN, satellite_id=f"assist_satellite.{number}")
        assert traffic.admit((bench.request(origin=said),))
        freezer.tick(60)
    assert len(traffic._said) == 11


async def test_words_that_nobody_waits_for_any_more_are_no_message(
    bench: Bench, dialogue: object, freezer: FrozenDateTimeFactory
) -> None:
    """What is begun and lacks its words is forgotten with the time that it waits, and where there are too many."""
    drafts: Recent[str, object] = dialogue._drafts._drafts  # type: ignore[attr-defined]
    for number in range(10):
        origin = Origin(conversation_id=f"c{number}", language="en", user_id="somebody")
        asked = await take(dialogue, "send a message to Anna", origin)  # type: ignore[arg-type]
        assert asked is not None
        assert asked.listen
        freezer.tick(DRAFT_SECONDS / 2)
    assert len(drafts) == 3
    drafts.most = 1
    last = Origin(conversation_id="last", language="en", user_id="somebody")
    await take(dialogue, "send a message to Anna", last)  # type: ignore[arg-type]
    assert len(drafts) == 1
    before = replace(last, conversation_id="c9")
    assert await take(dialogue, "I am late", before) is None  # type: ignore[arg-type]
    assert (await take(dialogue, "I am late", last)).pending  # type: ignore[arg-type, union-attr]


async def test_what_sets_off_too_much_lets_only_its_own_through() -> None:
    """Beyond that, nobody can tell any more what belongs to it."""
    own = Context()
    exemption = Exemption(own)
    for number in range(MOST_SET_OFF + 1):
        assert exemption.covers(Context())
        set_off = Context()
        exemption.set_off(set_off)
        assert not exemption.covers(set_off)
        assert len(exemption._set_off) == number + 1
    assert not exemption.covers(Context())
    assert exemption.covers(Context(parent_id="another", id=own.id))
    exemption.set_off(Context())
    assert len(exemption._set_off) == MOST_SET_OFF + 1


def test_a_question_never_waits_as_long_as_what_belongs_to_it_is_kept() -> None:
    from custom_components.message_guard.core import confirmation as rules

    again = rules.TRIES * (rules.PROMPT_SECONDS + rules.VOICE_SECONDS)
    assert 2 * (rules.DEVICE_SECONDS + again) < LONGEST_WAIT_SECONDS
