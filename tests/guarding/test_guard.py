"""The one door, with a real ledger and real language files; only the channel is recorded."""

from dataclasses import replace
from datetime import timedelta
from random import Random

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.message_guard.core.answer import AnswerKind
from custom_components.message_guard.core.confirmation import VOICE_SECONDS
from custom_components.message_guard.core.contacts import (
    Channel,
    ChannelKind,
)
from custom_components.message_guard.core.level import Level
from custom_components.message_guard.core.proof import Verdict
from custom_components.message_guard.core.request import Route
from tests.guard_bench import HALL, KITCHEN, PERSON, PHRASE, Bench, bench, contact, household

__all__ = ["bench"]


async def test_the_same_again_needs_what_it_needs_now(bench: Bench) -> None:
    """A question that was asked for less is no answer to a stricter repetition."""
    bench.guard.household = household(contact("Anna"), default_level=Level.PHRASE, model_steps=1)
    first = await bench.ask(bench.request(body="hello"))
    again = await bench.guard.submit(
        bench.request(body="hello", route=Route.LLM_TOOL, by_model=True)
    )
    assert again.confirmation_id != first.confirmation_id
    assert [waiting.level for waiting in bench.guard.pending] == [Level.CODE]


async def test_a_genuine_message_goes_out_once_after_the_phrase(bench: Bench) -> None:
    """Ask, prove, send, record."""
    question = await bench.ask()
    assert question.kind is AnswerKind.ASKED
    assert "Anna" in question.text
    assert "I am late" in question.text
    assert PHRASE not in question.text.lower()
    assert bench.outbox.sent == []

    answer = await bench.say("Yes, send the message!")
    assert answer is not None
    assert answer.kind is AnswerKind.SENT
    assert bench.outbox.sent == [("anna", "I am late")]
    assert bench.kinds == ["asked", "authorised", "delivered"]
    assert await bench.say(PHRASE) is None
    assert len(bench.outbox.sent) == 1


async def test_a_code_is_a_sum_and_each_has_one_try(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong reply brings a new code; the old answer is worth nothing."""
    monkeypatch.setattr("secrets.randbelow", Random(7).randrange)
    await bench.ask(bench.request("Bert"))
    codes = {bench.code()}
    for _ in range(2):
        await bench.say("send the wrong thing")
        bench.guard.question_heard(KITCHEN.place)
        codes.add(bench.code())
    assert len(codes) > 1
    answer = await bench.say(bench.code())
    assert answer is not None
    assert answer.kind is AnswerKind.SENT
    assert bench.outbox.sent == [("bert", "I am late")]


@pytest.mark.parametrize("reply", ["no", "Cancel.", "never mind"])
async def test_a_no_ends_it(bench: Bench, reply: str) -> None:
    """Decline words work, and the proof is worth nothing afterwards."""
    await bench.ask()
    answer = await bench.say(reply)
    assert answer is not None
    assert answer.kind is AnswerKind.DECLINED
    assert await bench.say(PHRASE) is None
    assert bench.outbox.sent == []
    assert bench.kinds == ["asked", "declined"]


async def test_a_no_works_before_the_question_is_over(bench: Bench) -> None:
    """Barging in with a no is a no; barging in with the proof is not a proof."""
    await bench.guard.submit(bench.request())
    early = await bench.say(PHRASE)
    assert early is not None
    assert early.kind is AnswerKind.NOT_HEARD
    assert bench.outbox.sent == []
    declined = await bench.say("no")
    assert declined is not None
    assert declined.kind is AnswerKind.DECLINED


async def test_three_wrong_replies_end_it(bench: Bench) -> None:
    """A room that goes on talking runs out of tries."""
    await bench.ask()
    for reply in ("right", "so he said to her", "okay"):
        answer = await bench.say(reply)
        bench.guard.question_heard(KITCHEN.place)
    assert answer is not None
    assert answer.kind is AnswerKind.FAILED
    assert await bench.say(PHRASE) is None
    assert bench.kinds == ["asked", "wrong_reply", "wrong_reply", "proof_failed"]
    assert bench.outbox.sent == []


async def test_an_echo_is_neither_a_proof_nor_a_try(bench: Bench) -> None:
    """The satellite hears its own question, several times, and a person may still answer."""
    question = await bench.ask()
    for _ in range(5):
        answer = await bench.say(" ".join(question.text.split()[:6]))
        assert answer is not None
        assert answer.kind is AnswerKind.NOT_HEARD
    answer = await bench.say(PHRASE)
    assert answer is not None
    assert answer.kind is AnswerKind.SENT


async def test_a_question_that_is_misheard_costs_no_try_and_a_wrong_phrase_does(
    bench: Bench,
) -> None:
    """Cut in the middle of a word, or written as something that only sounds like it."""
    await bench.ask(bench.request(body="the soup is on the stove"))
    for heard in (
        "To Hannah, the soup is on the stoves, it goes out.",
        "the soup is on the st",
        "Save your phrase.",
    ):
        answer = await bench.say(heard)
        assert answer is not None
        assert answer.kind is AnswerKind.NOT_HEARD
        assert bench.guard.pending[0].tries_left == 3
    await bench.say("yes, send the parcel tomorrow")
    assert bench.guard.pending[0].tries_left == 2
    bench.guard.question_heard(KITCHEN.place)
    await bench.say(PHRASE)
    assert bench.outbox.sent == [("anna", "the soup is on the stove")]


async def test_the_phrase_inside_the_body_raises_the_level(bench: Bench) -> None:
    """What is read back must not hold the proof."""
    await bench.ask(bench.request(body=f"please say {PHRASE} now"))
    (waiting,) = bench.guard.pending
    assert waiting.level is Level.CODE


async def test_it_expires(
    bench: Bench, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    """Thirty seconds after the question was heard, the phrase is too late."""
    await bench.ask()
    freezer.tick(31)
    assert await bench.say(PHRASE) is None
    async_fire_time_changed(hass)
    await hass.async_block_till_done()
    assert bench.outbox.sent == []
    assert bench.kinds == ["asked", "expired"]
    assert bench.guard.pending == ()


@pytest.mark.parametrize("set_by", [-3600, 0, 3600])
@pytest.mark.parametrize("set_before", ["asked", "heard"])
async def test_it_expires_whatever_the_clock_is_set_to(
    hass: HomeAssistant,
    bench: Bench,
    freezer: FrozenDateTimeFactory,
    set_by: int,
    set_before: str,
) -> None:
    """Half a minute after it has been heard, or sooner; the timer, too, finds it over."""
    seconds = 0.0
    bench.guard._pending._steady = lambda: seconds
    await bench.guard.submit(bench.request())
    if set_before == "heard":
        freezer.tick(set_by)
    bench.guard.question_heard(KITCHEN.place)
    if set_before == "asked":
        freezer.tick(set_by)
    seconds += VOICE_SECONDS - 1
    if not set_by:
        assert bench.guard.read(PHRASE, KITCHEN).verdict is Verdict.PROOF
    seconds += 1
    assert bench.guard.read(PHRASE, KITCHEN).verdict is None
    await bench.say(PHRASE)
    await hass.async_block_till_done()
    assert bench.outbox.sent == []
    assert bench.kinds == ["asked", "expired"]


async def test_a_timer_ends_it_by_either_clock(
    hass: HomeAssistant, bench: Bench, freezer: FrozenDateTimeFactory
) -> None:
    """Also where nobody says anything and the clock was put back meanwhile."""
    seconds = 0.0
    bench.guard._pending._steady = lambda: seconds
    await bench.ask()
    freezer.tick(-3600)
    seconds += VOICE_SECONDS
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=3600 + VOICE_SECONDS))
    await hass.async_block_till_done()
    assert bench.guard.pending == ()
    assert bench.kinds == ["asked", "expired"]


async def test_a_second_request_takes_the_place_of_the_first(bench: Bench) -> None:
    """The proof counts for what was asked last, and only once that has been heard."""
    await bench.ask(bench.request(body="the first"))
    await bench.guard.submit(bench.request(body="the second"))
    early = await bench.say(PHRASE)
    assert early is not None
    assert early.kind is AnswerKind.NOT_HEARD
    assert bench.outbox.sent == []
    bench.guard.question_heard(KITCHEN.place)
    await bench.say(PHRASE)
    assert bench.outbox.sent == [("anna", "the second")]
    assert bench.kinds == ["asked", "asked", "superseded", "authorised", "delivered"]


async def test_the_same_again_is_asked_once(bench: Bench) -> None:
    """Asking for the same message again is the same question, not a second message."""
    first = await bench.ask()
    again = await bench.guard.submit(bench.request())
    assert again.confirmation_id == first.confirmation_id
    await bench.say(PHRASE)
    assert bench.outbox.sent == [("anna", "I am late")]


async def test_another_satellite_cannot_answer(bench: Bench) -> None:
    """A conversation id binds nothing."""
    await bench.ask()
    assert await bench.say(PHRASE, HALL) is None
    assert await bench.say("no", HALL) is None
    assert bench.outbox.sent == []


@pytest.mark.parametrize(
    ("recipient", "reason"),
    [("Zoe", "unknown_recipient"), ("Chris", "ambiguous_recipient")],
)
async def test_strangers_and_doubts_are_refused(bench: Bench, recipient: str, reason: str) -> None:
    """Nobody is guessed."""
    bench.guard.household = household(
        contact("Chris"), contact("Christine", aliases=("chris",)), contact("Anna")
    )
    answer = await bench.guard.submit(bench.request(recipient))
    assert answer.kind is AnswerKind.REFUSED
    assert reason in answer.reasons
    assert bench.kinds == ["refused"]
    assert bench.outbox.sent == []


@pytest.mark.parametrize("recipient", ["Zoe", "Chris"])
async def test_a_stranger_is_not_asked_for_words(bench: Bench, recipient: str) -> None:
    """Whom it is for comes before what it says: the person is told what to change first."""
    bench.guard.household = household(contact("Chris"), contact("Christine", aliases=("chris",)))
    answer = await bench.guard.submit(bench.request(recipient, ""))
    assert answer.kind is AnswerKind.REFUSED
    assert "empty_body" in answer.reasons
    assert recipient in answer.text


async def test_a_level_nobody_can_prove_is_refused(bench: Bench) -> None:
    """A PIN that was never set is not replaced by something weaker."""
    bench.guard.household = household(contact("Anna", level=Level.PIN))
    answer = await bench.guard.submit(bench.request())
    assert answer.kind is AnswerKind.REFUSED
    assert "unsatisfiable" in answer.reasons


async def test_a_language_without_a_file_is_refused(bench: Bench) -> None:
    """With the reason."""
    origin = replace(KITCHEN, language="tlh")
    answer = await bench.guard.submit(bench.request(origin=origin))
    assert answer.kind is AnswerKind.REFUSED
    assert "unknown_language" in answer.reasons


async def test_level_none_sends_at_once_and_is_recorded_first(bench: Bench) -> None:
    """A household may choose no proof for a contact, never no ledger."""
    bench.guard.household = household(contact("Anna"), default_level=Level.NONE)
    answer = await bench.guard.submit(bench.request())
    assert answer.kind is AnswerKind.SENT
    assert bench.kinds == ["authorised", "delivered"]


async def test_device_level_waits_for_a_person(bench: Bench) -> None:
    """The voice cannot approve it, but can say no."""
    bench.guard.household = household(contact("Anna", level=Level.DEVICE))
    answer = await bench.ask()
    assert answer.kind is AnswerKind.WAITING
    assert not answer.listen
    assert await bench.say(PHRASE) is None
    assert answer.confirmation_id is not None
    done = await bench.guard.approve(answer.confirmation_id, PERSON)
    assert done.kind is AnswerKind.SENT
    with pytest.raises(KeyError):
        await bench.guard.approve(answer.confirmation_id, PERSON)
    assert len(bench.outbox.sent) == 1


async def test_device_level_can_be_declined_by_voice_and_by_a_person(bench: Bench) -> None:
    """Whoever says no first has said no."""
    bench.guard.household = household(contact("Anna", level=Level.DEVICE))
    await bench.ask()
    assert (await bench.say("no")).kind is AnswerKind.DECLINED  # type: ignore[union-attr]
    second = await bench.ask()
    assert second.confirmation_id is not None
    assert (await bench.guard.decline(second.confirmation_id, PERSON)).kind is AnswerKind.DECLINED
    assert bench.outbox.sent == []


async def test_a_contact_changed_while_waiting_is_not_sent(bench: Bench) -> None:
    """What was read back and what would be reached must be the same."""
    await bench.ask()
    moved = Channel(kind=ChannelKind.NOTIFY_ENTITY, targets=("notify.somebody_else",))
    bench.guard.household = household(contact("Anna", channel=moved))
    answer = await bench.say(PHRASE)
    assert answer is not None
    assert answer.reasons == ("contact_changed",)
    assert bench.outbox.sent == []


async def test_a_rule_that_became_stricter_is_obeyed(bench: Bench) -> None:
    """A proof of yesterday's level is worth nothing."""
    await bench.ask()
    bench.guard.household = household(contact("Anna"), default_level=Level.CODE)
    answer = await bench.say(PHRASE)
    assert answer is not None
    assert answer.reasons == ("rules_changed",)
    assert bench.outbox.sent == []


async def test_sending_switched_off_stops_what_waits_too(bench: Bench) -> None:
    """The switch is asked again at the last moment."""
    await bench.ask()
    bench.guard.sending_allowed = False
    answer = await bench.say(PHRASE)
    assert answer is not None
    assert answer.kind is AnswerKind.REFUSED
    assert (await bench.guard.submit(bench.request())).kind is AnswerKind.REFUSED
    assert bench.outbox.sent == []
