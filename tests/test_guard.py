"""The one door, with a real ledger and real language files; only the channel is recorded."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field, replace
from pathlib import Path

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.message_guard.core.answer import Answer, AnswerKind
from custom_components.message_guard.core.confirmation import Recipient
from custom_components.message_guard.core.contacts import (
    AddressBook,
    Channel,
    ChannelKind,
    Contact,
)
from custom_components.message_guard.core.errors import DeliveryError, LedgerWriteError
from custom_components.message_guard.core.household import Household
from custom_components.message_guard.core.ledger import Kind
from custom_components.message_guard.core.policy import Demand, Facts, Level
from custom_components.message_guard.core.request import Content, Origin, Request, Route
from custom_components.message_guard.guard import Guard
from custom_components.message_guard.ledger_store import LedgerStore
from custom_components.message_guard.pending import PendingConfirmations
from custom_components.message_guard.records import Approver, Book, Notice
from custom_components.message_guard.sentences import async_load_languages
from custom_components.message_guard.surroundings import Home

PHRASE = "yes send the message"
KITCHEN = Origin(conversation_id="talk", satellite_id="assist_satellite.kitchen", language="en")
HALL = replace(KITCHEN, satellite_id="assist_satellite.hall")
PERSON = Approver("anna", "action")


def contact(name: str, **more: object) -> Contact:
    """Return a contact that is reached by a notify entity."""
    channel = Channel(kind=ChannelKind.NOTIFY_ENTITY, targets=(f"notify.{name.lower()}",))
    return Contact(**{"id": name.lower(), "name": name, "channel": channel, **more})


def household(*contacts: Contact, **more: object) -> Household:
    """Return a household with this allowlist and the phrase of these tests."""
    return Household(**{"contacts": AddressBook(contacts), "phrase": PHRASE, **more})


@dataclass
class Outbox:
    """A channel that keeps what it is handed, or fails."""

    sent: list[tuple[str, str]] = field(default_factory=list)
    failure: Exception | None = None

    async def send(self, recipient: Recipient) -> None:
        """Keep it."""
        if self.failure is not None:
            raise self.failure
        self.sent.append((recipient.contact.id, recipient.request.content.body))


@dataclass
class Bench:
    """A guard on the bench, and what it wrote, sent and told."""

    guard: Guard
    outbox: Outbox
    ledger: LedgerStore
    notices: list[Notice] = field(default_factory=list)
    count: int = 0

    def request(self, recipient: str = "Anna", body: str = "I am late", **more: object) -> Request:
        """Return a sentence's request from the kitchen."""
        self.count += 1
        return Request(
            **{
                "id": f"r{self.count}",
                "route": Route.SENTENCE,
                "origin": KITCHEN,
                "recipient": recipient,
                "content": Content(body=body),
                "created_at": 0.0,
                **more,
            }
        )

    async def ask(self, *requests: Request) -> Answer:
        """Submit, and let the question be heard."""
        answer = await self.guard.submit(*(requests or (self.request(),)))
        self.guard.question_heard(KITCHEN.place)
        return answer

    async def say(self, utterance: str, origin: Origin = KITCHEN) -> Answer | None:
        """Reply."""
        return await self.guard.reply(utterance, origin)

    @property
    def kinds(self) -> list[str]:
        """What happened, in order."""
        return [notice.kind.value for notice in self.notices]

    def code(self) -> str:
        """Return the proof of the code that is asked for; a person would have done the sum."""
        (confirmation,) = self.guard.pending
        assert confirmation.challenge is not None
        return min(confirmation.challenge.expected)


@pytest.fixture
async def bench(hass: HomeAssistant, tmp_path: Path) -> AsyncGenerator[Bench]:
    """Return a guard with Anna on its list, and one more contact who needs a code."""
    home = Home(hass, await async_load_languages(hass))
    ledger = LedgerStore(tmp_path / "ledger.db")
    await ledger.open()
    outbox = Outbox()
    people = household(contact("Anna"), contact("Bert", level=Level.CODE))
    guard = Guard(people, Book(ledger), outbox, home, PendingConfirmations(hass, home.now))
    made = Bench(guard, outbox, ledger)
    guard.subscribe(made.notices.append)
    yield made
    await guard.stop()
    await ledger.close()


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


async def test_a_code_is_a_sum_and_each_has_one_try(bench: Bench) -> None:
    """A wrong reply brings a new code; the old answer is worth nothing."""
    await bench.ask(bench.request("Bert"))
    first = bench.code()
    await bench.say("send the wrong thing")
    bench.guard.question_heard(KITCHEN.place)
    second = bench.code()
    if first != second:
        await bench.say(first)
        assert bench.outbox.sent == []
        bench.guard.question_heard(KITCHEN.place)
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
    assert bench.kinds == ["asked", "proof_failed"]
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


@pytest.mark.parametrize("failure", [DeliveryError("channel_missing"), RuntimeError("boom")])
async def test_a_failing_channel_is_said_and_recorded(bench: Bench, failure: Exception) -> None:
    """Never tried again by itself: at most once."""
    bench.outbox.failure = failure
    await bench.ask()
    answer = await bench.say(PHRASE)
    assert answer is not None
    assert answer.kind is AnswerKind.FAILED
    assert bench.kinds == ["asked", "authorised", "failed"]
    assert await bench.say(PHRASE) is None


async def test_what_cannot_be_recorded_is_not_sent(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Authorised is on disk before delivery starts, or there is no delivery."""
    await bench.ask()

    async def full(_steps: object) -> None:
        raise LedgerWriteError("disk full")

    monkeypatch.setattr(bench.ledger, "append_many", full)
    answer = await bench.say(PHRASE)
    assert answer is not None
    assert answer.kind is AnswerKind.REFUSED
    assert answer.reasons == ("ledger",)
    assert bench.outbox.sent == []
    refused = await bench.guard.submit(bench.request(body="another"))
    assert refused.reasons == ("ledger",)


async def test_a_rule_that_raises_blocks(bench: Bench) -> None:
    """A broken rule is a demand to block."""

    class Broken:
        def demand(self, request: Request, facts: Facts) -> Demand | None:
            raise ZeroDivisionError

    bench.guard.household = household(contact("Anna"), rules=(Broken(),))
    answer = await bench.guard.submit(bench.request())
    assert answer.kind is AnswerKind.REFUSED
    assert bench.outbox.sent == []


async def test_a_guard_that_throws_answers_and_sends_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """And does not log the words."""
    words = "the surprise party"

    def broken(*_: object) -> None:
        raise RuntimeError(words)

    monkeypatch.setattr("custom_components.message_guard.guard.decide", broken)
    answer = await bench.guard.submit(bench.request(body=words))
    assert answer.kind is AnswerKind.REFUSED
    assert answer.text
    assert bench.outbox.sent == []
    assert words not in caplog.text


async def test_two_recipients_share_one_question_and_one_proof(bench: Bench) -> None:
    """The strictest level of the two, two deliveries, entries for both."""
    answer = await bench.ask(bench.request("Anna"), bench.request("Bert"))
    assert "Anna" in answer.text
    assert "Bert" in answer.text
    assert bench.guard.pending[0].level is Level.CODE
    await bench.say(bench.code())
    assert bench.outbox.sent == [("anna", "I am late"), ("bert", "I am late")]
    assert bench.kinds == ["asked"] * 2 + ["authorised"] * 2 + ["delivered"] * 2


async def test_one_stranger_among_two_refuses_both(bench: Bench) -> None:
    """A doubt about one is a doubt about the question."""
    answer = await bench.guard.submit(bench.request("Anna"), bench.request("Zoe"))
    assert answer.kind is AnswerKind.REFUSED
    assert bench.guard.pending == ()


async def test_observing_lets_a_held_call_pass_and_writes_it_down(bench: Bench) -> None:
    """Observe mode records what would have been held; our own sentence is asked all the same."""
    bench.guard.household = household(contact("Anna"), observe=True)
    held = bench.request(route=Route.ACTION, held_call="notify.anna", contact_id="anna")
    assert (await bench.guard.submit(held)).kind is AnswerKind.OBSERVED
    assert bench.kinds == ["observed"]
    assert (await bench.guard.submit(bench.request())).kind is AnswerKind.ASKED


async def test_a_model_is_asked_for_more(bench: Bench) -> None:
    """One provable step above the same sentence spoken."""
    await bench.ask(bench.request(by_model=True))
    assert bench.guard.pending[0].level is Level.CODE


async def test_stopping_ends_what_waits(bench: Bench) -> None:
    """Nothing that waited is sent later."""
    await bench.ask()
    await bench.guard.stop()
    assert bench.guard.pending == ()
    assert bench.kinds == ["asked", "expired"]


async def test_a_watcher_that_throws_does_not_stop_the_guard(bench: Bench) -> None:
    """Entities and approvals only watch."""

    def broken(_notice: Notice) -> None:
        raise RuntimeError

    bench.guard.subscribe(broken)
    await bench.ask()
    answer = await bench.say(PHRASE)
    assert answer is not None
    assert answer.kind is AnswerKind.SENT
    assert bench.notices[-1].kind is Kind.DELIVERED
