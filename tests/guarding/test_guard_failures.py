"""The one door when something is broken: nothing is sent, and an answer comes all the same."""

import pytest

from custom_components.message_guard.core.answer import AnswerKind
from custom_components.message_guard.core.errors import DeliveryError, LedgerWriteError
from custom_components.message_guard.core.level import Level
from custom_components.message_guard.core.policy import Demand, Facts
from custom_components.message_guard.core.request import Request, Route
from custom_components.message_guard.guarding.records import Notice
from custom_components.message_guard.ledger.format.entries import Kind
from tests.guard_bench import PHRASE, Bench, bench, contact, household

__all__ = ["bench"]


@pytest.mark.parametrize(
    ("failure", "kind"),
    [(DeliveryError("channel_missing"), "failed"), (RuntimeError("boom"), "unknown")],
)
async def test_a_failing_channel_is_said_and_recorded(
    bench: Bench, failure: Exception, kind: str
) -> None:
    """Never tried again by itself: at most once."""
    bench.outbox.failure = failure
    await bench.ask()
    answer = await bench.say(PHRASE)
    assert answer is not None
    assert answer.kind == kind
    assert bench.kinds == ["asked", "authorised", kind]
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

    monkeypatch.setattr("custom_components.message_guard.guarding.decisions.decide", broken)
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
