"""Destinations that take only some, or nothing, and several of them side by side."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

from aiohttp import web
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.message_guard.forwarding import carrier, outbox as sending
from custom_components.message_guard.forwarding.posting import Posted, Verdict
from custom_components.message_guard.ledger.store import Erasure, LedgerStore
from tests.clock import until
from tests.forwarding.forwarding_home import (
    SECRET,
    Days,
    days,
    entered,
    forwarded,
    issues,
    ledger,
    outboxes,
    receiver,
    settled,
    size,
)
from tests.forwarding.receiver import (
    COUNTLESS,
    Receiver,
    answering,
    certified,
    rejecting,
    serving,
)
from tests.ledger.stores import asked, sent
from tests.ledger.witnessed_home import status

__all__ = ["days", "ledger", "receiver"]


@pytest.mark.parametrize(
    ("code", "issue"), [(413, "forwarding_too_large"), (400, "forwarding_not_understood")]
)
async def test_requests_that_are_too_large(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    ledger: LedgerStore,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    code: int,
    issue: str,
    days: Days,
) -> None:
    """They are halved until they are taken, at once; where a single entry is too large, Repairs says so."""
    monkeypatch.setattr(sending, "PAUSE_SECONDS", 0.0)
    await ledger.append_many([step for number in range(200) for step in sent(f"r{number}")])
    receiver.most_records, receiver.too_large = 20, code
    await forwarded(assist, guard, entered(receiver))
    await days.pass_(seconds=3)
    assert receiver.sequences == list(range(1, await size(ledger) + 1))
    assert issues(assist) == []
    receiver.answer = status(503)
    await ledger.append_many([step for number in range(200) for step in sent(f"s{number}")])
    await days.pass_(seconds=3)
    receiver.answer, receiver.most_records = None, 5
    await days.pass_(seconds=61)
    assert receiver.sequences == list(range(1, await size(ledger) + 1)), "no halving is waited for"
    receiver.answer, receiver.most_records = status(code), None
    await ledger.append_many(sent("large"))
    await days.pass_(seconds=3)
    assert issues(assist) == [issue]
    receiver.answer = None
    await days.pass_(seconds=61)
    assert receiver.sequences == list(range(1, await size(ledger) + 1))
    assert issues(assist) == []


async def test_an_entry_that_is_not_taken(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    ledger: LedgerStore,
    receiver: Receiver,
    days: Days,
) -> None:
    """Whatever is before it goes, and nothing behind it, so that there is no hole; once it is taken, all the rest."""
    await ledger.append_many([step for number in range(100) for step in sent(f"r{number}")])
    receiver.poison = 123
    await forwarded(assist, guard, entered(receiver))
    await days.pass_(seconds=3)
    assert receiver.sequences == list(range(1, 123))
    assert issues(assist) == ["forwarding_not_understood"]
    requests = len(receiver.requests)
    await days.pass_(seconds=61)
    assert len(receiver.requests) == requests + 1
    receiver.poison = None
    await days.pass_(seconds=121)
    assert receiver.sequences == list(range(1, await size(ledger) + 1))
    assert issues(assist) == []


@pytest.mark.parametrize(
    ("answer", "issue"),
    [
        (rejecting(1), "forwarding_rejects"),
        (status(401), "forwarding_not_accepted"),
        (status(403), "forwarding_not_accepted"),
        (status(404), "forwarding_not_found"),
        (status(307, Location="/elsewhere"), "forwarding_redirects"),
        (status(200, "<html>welcome</html>"), "forwarding_not_understood"),
        (answering(COUNTLESS, "application/json"), "forwarding_not_understood"),
        (status(400), "forwarding_not_understood"),
    ],
)
async def test_what_a_person_has_to_do_is_told_and_goes_away_by_itself(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    ledger: LedgerStore,
    receiver: Receiver,
    answer: Callable[[web.Request], Awaitable[web.StreamResponse]],
    issue: str,
    days: Days,
) -> None:
    """The mark stays until everything was taken."""
    await forwarded(assist, guard, entered(receiver))
    await days.pass_(seconds=3)
    receiver.answer = answer
    (one,) = outboxes(guard)
    await ledger.append(asked("r0"))
    before = one.mark
    await days.pass_(seconds=3)
    assert issues(assist) == [issue]
    assert one.mark == before
    assert len(receiver.requests) > 0
    receiver.answer = None
    await days.pass_(seconds=61)
    assert issues(assist) == []
    assert receiver.sequences == list(range(1, await size(ledger) + 1))


async def test_a_certificate_that_is_not_theirs_any_more(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    ledger: LedgerStore,
    receiver: Receiver,
    days: Days,
    tmp_path: Path,
) -> None:
    """Somebody else answers in its place: nothing is sent there, and Repairs says so until it is itself again."""
    await forwarded(assist, guard, entered(receiver, header="Authorization", secret=SECRET))
    await days.pass_(seconds=3)
    (stored,) = guard.options["log_destinations"]
    server = certified(tmp_path, "collector.example", timedelta(days=30))
    async with serving(Receiver(), server) as other:
        moved = {**guard.options, "log_destinations": [{**stored, "url": other.url}]}
        assist.config_entries.async_update_entry(guard, options=moved)
        await settled(assist)
        assert issues(assist) == ["forwarding_certificate"]
        assert other.requests == []
    back = {**guard.options, "log_destinations": [stored]}
    assist.config_entries.async_update_entry(guard, options=back)
    await settled(assist)
    assert issues(assist) == []


async def test_a_name_that_is_gone(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    ledger: LedgerStore,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    days: Days,
) -> None:
    """It is told of after an hour: a router that starts knows no name at all."""
    await forwarded(assist, guard, entered(receiver))
    await days.pass_(seconds=3)
    posted = carrier.post

    async def gone(*_arguments: object) -> Posted:
        return Posted(Verdict.NO_NAME)

    monkeypatch.setattr(carrier, "post", gone)
    await ledger.append(asked("r0"))
    await days.pass_(seconds=3)
    assert issues(assist) == []
    for _ in range(4):
        await days.pass_(minutes=31)
    assert issues(assist) == ["forwarding_no_name"]
    monkeypatch.setattr(carrier, "post", posted)
    await days.pass_(hours=1)
    assert issues(assist) == []


async def test_two_destinations_at_different_speeds(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    ledger: LedgerStore,
    receiver: Receiver,
    days: Days,
) -> None:
    """Neither waits for the other, and each has its own mark, secret and choice of what goes out."""
    async with serving(Receiver()) as slow:
        await forwarded(
            assist,
            guard,
            entered(receiver, header="X-Key", secret="one", fields="words"),
            entered(slow, header="X-Other", secret="two", fields="hashes", home="The Millers"),
        )
        await days.pass_(seconds=3)
        go_on, waiting = asyncio.Event(), asyncio.Event()

        async def slowly(_request: web.Request) -> web.StreamResponse:
            waiting.set()
            await go_on.wait()
            return slow.take(slow.requests[-1])

        slow.answer = slowly
        for number in range(3):
            await ledger.append(asked(f"r{number}", body="the cake is ready"))
            await days.fire(seconds=3)
            await _reached(receiver, await size(ledger))
        await waiting.wait()
        first, second = outboxes(guard)
        assert first.mark is not None
        assert second.mark is not None
        assert second.mark.sequence < first.mark.sequence
        go_on.set()
        await settled(assist)
        assert slow.sequences == receiver.sequences == list(range(1, await size(ledger) + 1))
        assert (receiver.headers["X-Key"], slow.headers["X-Other"]) == ("one", "two")
        assert "X-Other" not in receiver.headers
        assert any(b"the cake is ready" in each for each in receiver.requests)
        assert not any(b"cake" in each for each in slow.requests)
        assert slow.entries[-1].resource["message_guard.home"] == "The Millers"
        assert "audit.action" not in slow.entries[-1].attributes


async def _reached(receiver: Receiver, sequence: int) -> None:
    await until(lambda: receiver.sequences[-1] == sequence)


async def test_words_that_are_erased_and_no_destination_any_more(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    ledger: LedgerStore,
    receiver: Receiver,
    days: Days,
) -> None:
    """Entries go on without their words; who is taken out leaves no mark, and begins anew if he comes back."""
    await ledger.append(asked("r0", body="the cake is ready"))
    await ledger.shred(Erasure.everything())
    await forwarded(assist, guard, entered(receiver, fields="words"))
    await days.pass_(seconds=3)
    assert receiver.sequences == list(range(1, await size(ledger) + 1))
    assert not any(b"cake" in each for each in receiver.requests)
    await ledger.append(asked("r1", body="the cake is ready"))
    await days.pass_(seconds=3)
    assert any(b"cake" in each for each in receiver.requests)
    await forwarded(assist, guard)
    assert await ledger.forwarded.marks() == {}
    requests = len(receiver.requests)
    await ledger.append(asked("r2"))
    await days.pass_(minutes=20)
    assert len(receiver.requests) == requests
    receiver.taken.clear()
    await forwarded(assist, guard, entered(receiver))
    await days.pass_(seconds=3)
    assert receiver.sequences == list(range(1, await size(ledger) + 1))
