"""Checkpoints leave the machine: to notify entities, actions and files; and the logbook tells of messages."""

import asyncio
from pathlib import Path

from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_mock_service,
)

from custom_components.message_guard.const import DOMAIN, ISSUE_CHECKPOINT_NOT_PUSHED
from custom_components.message_guard.ledger.store import LedgerStore
from custom_components.message_guard.provenance.turns import Kinship
from tests.assist_home import Assist
from tests.clock import pass_time, until
from tests.ledger.stores import asked, verify


@pytest.fixture
def ledger(guard: MockConfigEntry, outbox: list[ServiceCall]) -> LedgerStore:
    """Return the ledger of a guarded home."""
    store: LedgerStore = guard.runtime_data.components.ledger
    return store


def choose(hass: HomeAssistant, entry: MockConfigEntry, **options: object) -> None:
    """Choose where checkpoints go."""
    hass.config_entries.async_update_entry(entry, options={**entry.options, **options})


def issue(hass: HomeAssistant) -> ir.IssueEntry | None:
    """Return what Repairs says about checkpoints."""
    return ir.async_get(hass).async_get_issue(DOMAIN, ISSUE_CHECKPOINT_NOT_PUSHED)


async def test_everywhere_the_household_wants_it(
    assist: HomeAssistant, guard: MockConfigEntry, ledger: LedgerStore, tmp_path: Path
) -> None:
    """To a phone, through actions and into a file: each gets a note with which the ledger verifies."""
    notified = async_mock_service(assist, "notify", "send_message")
    acted = async_mock_service(assist, "test", "keep")
    file = tmp_path / "elsewhere.txt"
    sequence = [{"action": "test.keep", "data": {"note": "{{ checkpoint }}"}}]
    choose(
        assist,
        guard,
        checkpoint_notify=["notify.phone"],
        checkpoint_sequence=sequence,
        checkpoint_file=str(file),
    )
    await assist.async_block_till_done()
    await ledger.append(asked("r1"))
    note = await ledger.checkpoint()
    await assist.async_block_till_done()
    assert note is not None
    assert [each.data["message"] for each in notified] == [note]
    assert notified[0].data["entity_id"] == ["notify.phone"]
    assert [each.data["note"] for each in acted] == [note.strip()]
    kept = await asyncio.to_thread(file.read_text)
    assert kept == f"{note}\n"
    assert issue(assist) is None
    await assist.async_add_executor_job((tmp_path / "note").write_text, note)
    code, said = verify(ledger.path, "--checkpoint", str(tmp_path / "note"))
    assert code == 0, said


async def test_the_last_one_leaves_when_the_guard_stops(
    assist: HomeAssistant, guard: MockConfigEntry, ledger: LedgerStore
) -> None:
    """What happened up to the end is covered."""
    notified = async_mock_service(assist, "notify", "send_message")
    choose(assist, guard, checkpoint_notify=["notify.phone"])
    await assist.async_block_till_done()
    await assist.config_entries.async_unload(guard.entry_id)
    await assist.async_block_till_done()
    code, said = verify(ledger.path, "--checkpoint", notified[-1].data["message"])
    assert code == 0, said
    assert "are not signed yet" not in said


async def test_nobody_is_told_unless_chosen(
    assist: HomeAssistant, guard: MockConfigEntry, ledger: LedgerStore
) -> None:
    """By default they only lie beside the ledger."""
    notified = async_mock_service(assist, "notify", "send_message")
    await ledger.append(asked("r1"))
    assert await ledger.checkpoint()
    await assist.async_block_till_done()
    assert notified == []


async def test_a_place_that_does_not_take_it(
    assist: HomeAssistant, guard: MockConfigEntry, ledger: LedgerStore, tmp_path: Path
) -> None:
    """The others still get it, Repairs says so, and forgets it once it works again."""
    file = tmp_path / "elsewhere.txt"
    choose(
        assist,
        guard,
        checkpoint_notify=["notify.phone"],
        checkpoint_sequence=[{"action": "test.missing"}],
        checkpoint_file=str(file),
    )
    await assist.async_block_till_done()
    await ledger.append(asked("r1"))
    await ledger.checkpoint()
    await assist.async_block_till_done()
    assert await asyncio.to_thread(file.exists)
    assert issue(assist) is not None
    choose(assist, guard, checkpoint_notify=[], checkpoint_sequence=[])
    await assist.async_block_till_done()
    await ledger.append(asked("r2"))
    await ledger.checkpoint()
    await assist.async_block_till_done()
    assert issue(assist) is None


async def test_a_checkpoint_is_not_part_of_what_was_said(
    assist: HomeAssistant, guard: MockConfigEntry, ledger: LedgerStore
) -> None:
    """Recorded while somebody speaks, signed a while later: the call is no call of that turn."""
    components = guard.runtime_data.components
    kinships = []

    async def keep(call: ServiceCall) -> None:
        kinships.append((await components.turns.lineage_of_call(call.context)).kinship)

    assist.services.async_register("test", "keep", keep)
    choose(assist, guard, checkpoint_sequence=[{"action": "test.keep"}])
    await assist.async_block_till_done()
    ledger._upkeep.stop()
    ledger._upkeep._checkpoint_seconds = 0.5
    ledger._upkeep.start()
    await Assist(assist).say("tell Anna that I am late")
    await pass_time(1)
    await until(lambda: kinships)
    assert set(kinships) == {Kinship.NONE}
