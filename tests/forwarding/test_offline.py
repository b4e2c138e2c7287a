"""A destination that is away, or takes only some: nothing is lost, all of it arrives in order, and Repairs says what to do."""

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.message_guard.forwarding import carrier, outbox as sending
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
    size,
)
from tests.forwarding.receiver import Receiver
from tests.ledger.stores import asked, sent
from tests.ledger.witnessed_home import status

__all__ = ["days", "ledger", "receiver"]


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
