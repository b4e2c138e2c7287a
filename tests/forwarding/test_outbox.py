"""Entries go out in their order, and none is lost: not by a destination, not by a crash, not by a week offline."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
import sqlite3
import time
from typing import Any

from aiohttp import web
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.message_guard.core.errors import LedgerUnusableError, LedgerWriteError
from custom_components.message_guard.forwarding import carrier, outbox as sending
from custom_components.message_guard.forwarding.posting import Posted, Verdict
from custom_components.message_guard.ledger.format.signed_note import Key
from custom_components.message_guard.ledger.forwarded import Mark
from custom_components.message_guard.ledger.store import Erasure, LedgerStore
from tests.clock import until
from tests.forwarding.forwarding_home import (
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
from tests.forwarding.receiver import Receiver, rejecting, serving, taking_without_an_answer
from tests.ledger.stores import asked, sent, verify
from tests.ledger.witnessed_home import status

__all__ = ["days", "ledger", "receiver"]


async def test_everything_goes_and_what_comes(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    ledger: LedgerStore,
    receiver: Receiver,
    days: Days,
) -> None:
    """From the first entry on; what a request brings goes together, a moment later; the verifier still finds all sound."""
    await forwarded(assist, guard, entered(receiver))
    await days.pass_(seconds=3)
    assert receiver.sequences == list(range(1, await size(ledger) + 1))
    assert receiver.entries[0].event == "message_guard.started"
    requests = len(receiver.requests)
    for step in sent("r1"):
        await ledger.append(step)
    assert len(receiver.requests) == requests
    await days.pass_(seconds=3)
    assert len(receiver.requests) == requests + 1
    assert [each.event for each in receiver.entries[-3:]] == [
        "message_guard.asked",
        "message_guard.authorised",
        "message_guard.delivered",
    ]
    await ledger.checkpoint()
    await days.pass_(seconds=3)
    assert receiver.entries[-1].event == "message_guard.checkpoint"
    assert receiver.sequences == list(range(1, await size(ledger) + 1))
    last = receiver.entries[-1]
    assert ledger.verifier_key is not None
    origin = Key.parse(ledger.verifier_key).name
    assert last.attributes["message_guard.ledger"] == origin
    assert last.resource["service.instance.id"] == origin
    assert last.resource["service.version"] == "0.1.0"
    assert receiver.headers["User-Agent"] == "message-guard"
    assert "Cookie" not in receiver.headers
    code, said = await assist.async_add_executor_job(verify, ledger.path)
    assert code == 0, said


async def test_only_from_now_on(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    ledger: LedgerStore,
    receiver: Receiver,
    days: Days,
) -> None:
    """What was written before stays here, also after a restart and if the mark is gone; switched over, it goes."""
    await ledger.append(asked("before"))
    await forwarded(assist, guard, {"url": receiver.url})
    await days.pass_(seconds=3)
    before = await size(ledger)
    await ledger.append(asked("after"))
    await days.pass_(seconds=3)
    assert receiver.sequences
    assert min(receiver.sequences) > before - 2, "the change of options is an entry, too"
    assert receiver.entries[-1].attributes["message_guard.request_id"] == "after"
    (one,) = outboxes(guard)
    await ledger.forwarded.forget([one.destination.id])
    first = min(receiver.sequences)
    assert await assist.config_entries.async_reload(guard.entry_id)
    await days.pass_(seconds=3)
    assert min(receiver.sequences) >= first - 1
    await forwarded(assist, guard, {"url": receiver.url, "everything": True})
    await days.pass_(seconds=3)
    assert sorted(set(receiver.sequences)) == list(
        range(1, await size(guard.runtime_data.components.ledger) + 1)
    )


async def test_a_restart_sends_nothing_twice(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    ledger: LedgerStore,
    receiver: Receiver,
    days: Days,
) -> None:
    """And leaves nothing out: what was written at the end goes at the next start."""
    await forwarded(assist, guard, entered(receiver))
    await days.pass_(seconds=3)
    await ledger.append(asked("r1"))
    assert await assist.config_entries.async_reload(guard.entry_id)
    await days.pass_(seconds=3)
    assert receiver.sequences == list(
        range(1, await size(guard.runtime_data.components.ledger) + 1)
    )
    assert "message_guard.guard_off" in [each.event for each in receiver.entries]
    assert receiver.entries[-1].event == "message_guard.guard_on"


async def test_an_answer_that_is_lost(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    ledger: LedgerStore,
    receiver: Receiver,
    days: Days,
) -> None:
    """The same entries go once more, the same to the byte, so that they can be told from anything else."""
    await forwarded(assist, guard, entered(receiver))
    await days.pass_(seconds=3)
    receiver.answer = taking_without_an_answer(receiver)
    await ledger.append(asked("r1"))
    await days.pass_(seconds=3)
    first = receiver.requests[-1]
    receiver.answer = None
    await days.pass_(seconds=61)
    assert receiver.requests[-1] == first
    assert receiver.twice == [await size(ledger)]
    assert issues(assist) == []


async def test_a_crash_between_the_answer_and_the_mark(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    ledger: LedgerStore,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    days: Days,
) -> None:
    """While the disk takes no mark, nothing goes twice; after the restart it does, and nothing is left out."""
    await forwarded(assist, guard, entered(receiver))
    await days.pass_(seconds=3)

    async def full(_place: str, _mark: Mark) -> None:
        raise LedgerWriteError("the disk is full")

    monkeypatch.setattr(ledger.forwarded, "keep", full)
    first = await size(ledger) + 1
    for number in range(3):
        await ledger.append(asked(f"r{number}"))
        await days.pass_(seconds=3)
    assert receiver.twice == []
    last = await size(ledger)
    assert receiver.sequences[-1] == last
    assert await assist.config_entries.async_reload(guard.entry_id)
    await days.pass_(seconds=3)
    assert receiver.twice == list(range(first, last + 1))
    assert sorted(set(receiver.sequences)) == list(
        range(1, await size(guard.runtime_data.components.ledger) + 1)
    )


async def test_a_stop_while_it_is_posting(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    ledger: LedgerStore,
    receiver: Receiver,
    days: Days,
) -> None:
    """Home Assistant does not wait for it, and neither does an entry."""
    await forwarded(assist, guard, entered(receiver))
    await days.pass_(seconds=3)
    waiting, go_on = asyncio.Event(), asyncio.Event()

    async def never(_request: web.Request) -> web.StreamResponse:
        waiting.set()
        await go_on.wait()
        return web.Response(status=503)

    receiver.answer = never
    await ledger.append(asked("r1"))
    await days.fire(seconds=3)
    await asyncio.wait_for(waiting.wait(), 10)
    await ledger.append(asked("r2"))
    began = time.monotonic()
    assert await assist.config_entries.async_unload(guard.entry_id)
    assert time.monotonic() - began < 5
    go_on.set()
    receiver.answer = None
    assert await assist.config_entries.async_setup(guard.entry_id)
    await days.pass_(seconds=3)
    assert receiver.sequences == list(
        range(1, await size(guard.runtime_data.components.ledger) + 1)
    )


# --- a week offline -------------------------------------------------------------------------------


async def test_a_week_offline(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    ledger: LedgerStore,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    days: Days,
) -> None:
    """20,000 entries: Repairs tells of it after a day, and then all of them arrive, each once and in order."""
    monkeypatch.setattr(sending, "PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(carrier, "PAUSE_SECONDS", 0.0)
    await forwarded(assist, guard, entered(receiver))
    await days.pass_(seconds=3)
    receiver.answer = status(503)
    for day in range(7):
        steps = [step for number in range(953) for step in sent(f"{day}.{number}")]
        await ledger.append_many(steps)
        await days.pass_(hours=12)
        assert issues(assist) == ([] if day == 0 else ["forwarding_away"])
        await days.pass_(hours=12)
    assert issues(assist) == ["forwarding_away"]
    (one,) = outboxes(guard)
    assert one.mark is not None
    assert one.mark.sequence < 10
    receiver.answer, offline = None, len(receiver.requests)
    await days.pass_(hours=1, seconds=1)
    assert receiver.sequences == list(range(1, await size(ledger) + 1))
    assert len(receiver.sequences) > 20_000
    assert 40 <= len(receiver.requests) - offline <= 45
    assert issues(assist) == []


async def test_offline_over_a_restart(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    ledger: LedgerStore,
    receiver: Receiver,
    days: Days,
) -> None:
    """A house that restarts each night is told all the same; a quiet one is not told for nothing."""
    await forwarded(assist, guard, entered(receiver))
    await days.pass_(seconds=3)
    receiver.answer = status(503)
    for day in range(3):
        await days.pass_(hours=20)
        assert await assist.config_entries.async_reload(guard.entry_id)
        await days.pass_(seconds=3)
        assert issues(assist) == (["forwarding_away"] if day == 2 else [])
    receiver.answer = None
    await days.pass_(hours=1)
    assert issues(assist) == []


async def test_it_is_tried_less_and_less_often(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    ledger: LedgerStore,
    receiver: Receiver,
    days: Days,
) -> None:
    """After a minute, then after twice as long; new entries change nothing about that."""
    await forwarded(assist, guard, entered(receiver))
    await days.pass_(seconds=3)
    receiver.answer = status(500)
    before = len(receiver.requests)
    await ledger.append(asked("r0"))
    for seconds, tried in ((3, 1), (50, 1), (11, 2), (100, 2), (21, 3), (239, 3), (2, 4)):
        await ledger.append(asked("more"))
        await days.pass_(seconds=seconds)
        assert len(receiver.requests) == before + tried, seconds
    for _ in range(10):
        await days.pass_(seconds=3601)
    assert len(receiver.requests) == before + 14, "an hour is the most"
    receiver.answer = None
    await days.pass_(seconds=3601)
    assert receiver.sequences == list(range(1, await size(ledger) + 1))


@pytest.mark.parametrize(
    ("asks", "left_alone"), [("600", 600), ("86400", 3600), ("1", 60), ("soon", 60)]
)
async def test_a_destination_that_asks_to_be_left_alone(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    ledger: LedgerStore,
    receiver: Receiver,
    asks: str,
    left_alone: int,
    days: Days,
) -> None:
    """It is, within an hour."""
    await forwarded(assist, guard, entered(receiver))
    await days.pass_(seconds=3)
    receiver.answer = status(429, **{"Retry-After": asks})
    await ledger.append(asked("r0"))
    await days.pass_(seconds=3)
    before = len(receiver.requests)
    await days.pass_(seconds=left_alone - 5)
    assert len(receiver.requests) == before
    await days.pass_(seconds=6)
    assert len(receiver.requests) == before + 1


# --- destinations that take only some -------------------------------------------------------------


async def test_requests_that_are_too_large(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    ledger: LedgerStore,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    days: Days,
) -> None:
    """They are halved until they are taken, at once; where a single entry is too large, Repairs says so."""
    monkeypatch.setattr(sending, "PAUSE_SECONDS", 0.0)
    await ledger.append_many([step for number in range(200) for step in sent(f"r{number}")])
    receiver.most_records = 20
    await forwarded(assist, guard, entered(receiver))
    await days.pass_(seconds=3)
    assert receiver.sequences == list(range(1, await size(ledger) + 1))
    assert issues(assist) == []
    receiver.answer = status(413)
    await ledger.append_many(sent("large"))
    await days.pass_(seconds=3)
    assert issues(assist) == ["forwarding_too_large"]
    receiver.answer = None
    await days.pass_(seconds=61)
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


# --- signs of life --------------------------------------------------------------------------------


async def test_signs_of_life(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    ledger: LedgerStore,
    receiver: Receiver,
    days: Days,
) -> None:
    """After a quarter of an hour without anything new, with what the guard does; where one is not taken, it is tried again."""
    await forwarded(assist, guard, entered(receiver))
    await days.pass_(seconds=3)
    await ledger.checkpoint()
    await days.pass_(seconds=3)
    receiver.taken.clear()
    await days.pass_(minutes=14)
    assert receiver.signs == []
    await days.pass_(minutes=1)
    (sign,) = receiver.signs
    assert sign.sequence == await size(ledger)
    assert sign.attributes["message_guard.mode"] == "guards"
    assert sign.attributes["message_guard.hash"] != ""
    data = guard.runtime_data.components
    data.guard.household = replace(data.guard.household, observe=True)
    await days.pass_(minutes=15)
    assert receiver.signs[-1].attributes["message_guard.mode"] == "watches"
    data.guard.sending_allowed = False
    await days.pass_(minutes=15)
    assert receiver.signs[-1].attributes["message_guard.mode"] == "off"
    receiver.answer = status(401)
    await days.pass_(minutes=15)
    assert issues(assist) == ["forwarding_not_accepted"]
    receiver.answer = None
    await days.pass_(seconds=61)
    assert issues(assist) == []
    assert len(receiver.signs) == 4
    assert receiver.entries == []


# --- other histories ------------------------------------------------------------------------------


async def test_a_restored_backup_goes_on_under_another_name(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    ledger: LedgerStore,
    receiver: Receiver,
    days: Days,
) -> None:
    """What was not forwarded before belongs to the old name; from the entry that says so on, to the new one."""
    await forwarded(assist, guard, entered(receiver))
    await days.pass_(seconds=3)
    assert ledger.verifier_key is not None
    old = Key.parse(ledger.verifier_key).name
    await ledger.append(asked("r1"))
    await ledger.accept_restored("witness.example", 100_000)
    await days.pass_(seconds=3)
    new = Key.parse(ledger.verifier_key).name
    assert new != old
    names = [each.attributes["message_guard.ledger"] for each in receiver.entries]
    restored = [each.event for each in receiver.entries].index("message_guard.restored")
    assert set(names[:restored]) == {old}
    assert set(names[restored:]) == {new}
    assert all(
        each.resource["service.instance.id"] == each.attributes["message_guard.ledger"]
        for each in receiver.entries
    )
    assert receiver.sequences == list(range(1, await size(ledger) + 1))


async def test_a_new_ledger_begins_at_its_first_entry(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    ledger: LedgerStore,
    receiver: Receiver,
    days: Days,
) -> None:
    """Also for whoever wanted nothing of before: all of it is after that."""
    await forwarded(assist, guard, {"url": receiver.url})
    await days.pass_(seconds=3)
    receiver.taken.clear()
    old = ledger.verifier_key
    await ledger.close()
    await ledger.open(start_anew=True)
    assert await assist.config_entries.async_reload(guard.entry_id)
    await days.pass_(seconds=3)
    new = guard.runtime_data.components.ledger
    assert new.verifier_key != old
    assert receiver.sequences == list(range(1, await size(new) + 1))
    assert receiver.entries[0].event == "message_guard.started"


async def test_another_history_in_the_place_of_what_was_sent(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    ledger: LedgerStore,
    receiver: Receiver,
    days: Days,
) -> None:
    """Somebody rewrites an entry, takes one away and puts nonsense into a third: all of that goes, and shows there."""
    await ledger.append_many([step for number in range(4) for step in sent(f"r{number}")])
    await forwarded(assist, guard, entered(receiver))
    await days.pass_(seconds=3)
    before = {each.sequence: each.attributes["message_guard.hash"] for each in receiver.entries}
    (one,) = outboxes(guard)
    assert one.mark is not None
    await assist.async_add_executor_job(_tamper, ledger, one.mark.sequence)
    receiver.taken.clear()
    await days.pass_(minutes=16)
    assert 4 not in receiver.sequences
    assert receiver.sequences == [number for number in sorted(before) if number != 4]
    after = {each.sequence: each.attributes["message_guard.hash"] for each in receiver.entries}
    assert {number for number in after if after[number] != before[number]} == {
        5,
        one.mark.sequence,
    }
    assert {each.event for each in receiver.entries if each.sequence == 5} == {
        "message_guard.unreadable"
    }
    requests = len(receiver.requests)
    await days.pass_(minutes=16)
    assert len(receiver.requests) == requests + 1, "once, and then signs of life"


def _tamper(ledger: LedgerStore, last: int) -> None:
    db = sqlite3.connect(ledger.path)
    db.execute("UPDATE entries SET line = CAST(x'ff00fe' AS TEXT) WHERE sequence = 5")
    db.execute("DELETE FROM entries WHERE sequence = 4")
    db.execute(
        "UPDATE entries SET line = replace(line, '\"time\":', '\"time\":1') WHERE sequence = ?",
        (last,),
    )
    db.execute("UPDATE marks SET value = 'nonsense' WHERE name = 'forwarded elsewhere'")
    db.commit()
    db.close()


async def test_a_ledger_that_cannot_be_read(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    ledger: LedgerStore,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    days: Days,
) -> None:
    """Or something nobody thought of: it is tried again, and nothing but the kind of the error is logged."""
    await forwarded(assist, guard, entered(receiver))
    await days.pass_(seconds=3)
    real = ledger.forwarded.next
    for error in (LedgerUnusableError("no"), ZeroDivisionError("the cake is ready")):

        async def fails(*_: Any, error: Exception = error, **__: Any) -> Any:
            raise error

        monkeypatch.setattr(ledger.forwarded, "next", fails)
        await ledger.append(asked("r1"))
        await days.pass_(seconds=3)
        monkeypatch.setattr(ledger.forwarded, "next", real)
        await days.pass_(seconds=121)
        assert receiver.sequences == list(range(1, await size(ledger) + 1))


async def test_options_that_cannot_be_read_name_no_destination(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    ledger: LedgerStore,
    receiver: Receiver,
    days: Days,
) -> None:
    """Whatever they hold, the others are served, and the marks of nobody are forgotten."""
    await ledger.forwarded.keep("nobody", Mark(1, "x", 1))
    good = {"url": receiver.url, "header": "", "secret": "", "fields": "events", "home": ""}
    bad: list[Any] = [
        {"url": "x"},
        "z",
        {},
        {**good, "fields": "all"},
        {**good, "since": "x"},
        {**good, "header": "Host"},
        {**good, "url": "http://collector.example"},
    ]
    assist.config_entries.async_update_entry(
        guard, options={**guard.options, "log_destinations": [*bad, {**good, "since": 0}]}
    )
    await settled(assist)
    await days.pass_(seconds=3)
    assert receiver.sequences == list(range(1, await size(ledger) + 1))
    assert len(await ledger.forwarded.marks()) == 1
