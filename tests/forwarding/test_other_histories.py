"""A ledger that is not what it was: restored, begun anew, tampered with, unreadable."""

from contextlib import closing
import sqlite3
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.message_guard.core.errors import LedgerUnusableError
from custom_components.message_guard.ledger.format.signed_note import Key
from custom_components.message_guard.ledger.forwarded import MARK, Mark
from custom_components.message_guard.ledger.store import LedgerStore
from tests.forwarding.forwarding_home import (
    Days,
    days,
    entered,
    forwarded,
    ledger,
    outboxes,
    receiver,
    settled,
    size,
)
from tests.forwarding.receiver import Receiver
from tests.ledger.stores import asked, sent

__all__ = ["days", "ledger", "receiver"]


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


@pytest.mark.parametrize("mark", ["nonsense", '[1e999,"ab",7]', f'[{10**30},"ab",7]', "[" * 60_000])
async def test_a_mark_that_somebody_has_changed(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    ledger: LedgerStore,
    receiver: Receiver,
    days: Days,
    mark: str,
) -> None:
    """It is as if there were none: all of it goes once more, and nothing is held up."""
    await forwarded(assist, guard, entered(receiver))
    await days.pass_(seconds=3)
    (one,) = outboxes(guard)
    assert await assist.config_entries.async_unload(guard.entry_id)
    await assist.async_add_executor_job(_change_mark, ledger, one.destination.id, mark)
    receiver.taken.clear()
    assert await assist.config_entries.async_setup(guard.entry_id)
    await days.pass_(seconds=3)
    last = await size(guard.runtime_data.components.ledger)
    assert receiver.sequences == list(range(1, last + 1))


def _change_mark(ledger: LedgerStore, place: str, mark: str) -> None:
    with closing(sqlite3.connect(ledger.path)) as db, db:
        changed = db.execute("UPDATE marks SET value = ? WHERE name = ?", (mark, MARK + place))
        assert changed.rowcount == 1


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
