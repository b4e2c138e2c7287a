"""Entries go out in their order, and none is lost: not by a destination, not by a crash, not by a week offline."""

import asyncio
from dataclasses import replace
import time

from aiohttp import web
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.message_guard.core.errors import LedgerWriteError
from custom_components.message_guard.forwarding import outbox as sending
from custom_components.message_guard.ledger.format.signed_note import Key
from custom_components.message_guard.ledger.forwarded import Mark
from custom_components.message_guard.ledger.store import LedgerStore
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
from tests.forwarding.receiver import Receiver, taking_without_an_answer
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


async def test_a_stop_in_the_middle_of_many(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    ledger: LedgerStore,
    receiver: Receiver,
    days: Days,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It goes on where it was; at most one request goes twice."""
    monkeypatch.setattr(sending, "PAUSE_SECONDS", 0.0)
    await ledger.append_many([step for number in range(1000) for step in sent(f"r{number}")])
    stopped: list[asyncio.Task[bool]] = []

    async def stopping(_request: web.Request) -> web.StreamResponse:
        answer = receiver.take(receiver.requests[-1])
        if len(receiver.entries) > 1200 and not stopped:
            unload = assist.config_entries.async_unload(guard.entry_id)
            stopped.append(assist.async_create_task(unload))
        return answer

    receiver.answer = stopping
    await forwarded(assist, guard, entered(receiver))
    assert await stopped[0]
    assert receiver.sequences[-1] < 3000
    assert await assist.config_entries.async_setup(guard.entry_id)
    await days.pass_(seconds=3)
    last = await size(guard.runtime_data.components.ledger)
    assert sorted(set(receiver.sequences)) == list(range(1, last + 1))
    assert len(receiver.twice) <= 512
    first_seen = list(dict.fromkeys(receiver.sequences))
    assert first_seen == sorted(first_seen)


async def test_options_that_change_all_the_time(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    ledger: LedgerStore,
    receiver: Receiver,
    days: Days,
) -> None:
    """A destination that comes and goes, with other secrets and fields, is sent everything in the end."""
    await forwarded(assist, guard, entered(receiver))
    (stored,) = guard.options["log_destinations"]
    for number in range(30):
        changed = {
            **stored,
            "fields": ("hashes", "events", "words")[number % 3],
            "home": str(number),
        }
        chosen = [] if number % 4 == 3 else [changed]
        assist.config_entries.async_update_entry(
            guard, options={**guard.options, "log_destinations": chosen}
        )
        if number % 5 == 0:
            await asyncio.sleep(0)
    await settled(assist)
    await days.pass_(seconds=3)
    await days.pass_(seconds=3)
    assert sorted(set(receiver.sequences)) == list(range(1, await size(ledger) + 1))
    assert receiver.entries[-1].resource["message_guard.home"] == "29"
    assert len(outboxes(guard)) == 1
    assert issues(assist) == []
