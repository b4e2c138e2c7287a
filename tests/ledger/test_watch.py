"""A ledger that cannot be written any more is told at once, and goes on by itself when it can be."""

from datetime import timedelta
from pathlib import Path
import sqlite3

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.core.errors import LedgerWriteError
from custom_components.message_guard.ledger.format.entries import Kind
from custom_components.message_guard.ledger.store import LedgerStore
from custom_components.message_guard.ledger.watch import (
    ISSUE_LEDGER_TAKEN_BACK,
    ISSUE_LEDGER_UNUSABLE,
    TRY_SECONDS,
)
from custom_components.message_guard.ledger.writer import Writer
from custom_components.message_guard.repairs import async_create_fix_flow
from tests.ledger.stores import asked
from tests.ledger.witnessed_home import ledger
from tests.spoken_home import SpokenHome, home, moment, notify, sentence

__all__ = ["home", "ledger"]

SOUND = "binary_sensor.message_guard_ledger_sound"


def issue(home: SpokenHome) -> ir.IssueEntry | None:
    """Return what Repairs says about the ledger."""
    return ir.async_get(home.hass).async_get_issue(DOMAIN, ISSUE_LEDGER_UNUSABLE)


async def settled(home: SpokenHome) -> None:
    """Let what was begun in the background end."""
    await home.hass.async_block_till_done(wait_background_tasks=True)


async def test_a_file_that_is_deleted_is_told_at_once(home: SpokenHome) -> None:
    """With the first entry that cannot be written, and no longer when a new ledger was begun."""
    await home.automate(sentence(notify()))
    await settled(home)
    assert home.hass.states.get(SOUND).state == "on"
    path: Path = home.components.ledger.path
    await home.hass.async_add_executor_job(path.unlink)
    await home.say("dinner is ready")
    await settled(home)
    assert home.sent == []
    assert home.hass.states.get(SOUND).state == "off"
    found = issue(home)
    assert found is not None
    flow = await async_create_fix_flow(home.hass, found.issue_id, found.data)
    flow.hass = home.hass
    await flow.async_step_confirm({})
    await settled(home)
    assert issue(home) is None
    assert home.hass.states.get(SOUND).state == "on"


async def test_a_full_disk_that_has_room_again(
    home: SpokenHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody has to speak or to reload."""

    def full(*_: object) -> None:
        raise LedgerWriteError("database or disk is full")

    await home.automate(sentence(notify()))
    await settled(home)
    with monkeypatch.context() as patch:
        patch.setattr(Writer, "transact", full)
        await home.say("dinner is ready")
        await settled(home)
        assert issue(home) is not None
        async_fire_time_changed(home.hass, dt_util.utcnow() + timedelta(seconds=TRY_SECONDS + 1))
        await settled(home)
        assert home.hass.states.get(SOUND).state == "off"
    async_fire_time_changed(home.hass, dt_util.utcnow() + timedelta(seconds=2 * TRY_SECONDS + 2))
    await moment(home.hass)
    await settled(home)
    assert issue(home) is None
    assert home.hass.states.get(SOUND).state == "on"
    await home.say("dinner is ready")
    assert len(home.pending) == 1


def spoiled(path: Path, statement: str) -> None:
    """Change the database as nobody who writes a ledger does."""
    db = sqlite3.connect(path)
    assert db.execute(statement).rowcount >= 1
    db.commit()
    db.close()


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("UPDATE entries SET line = '[]' WHERE kind = 'guard_on'", ISSUE_LEDGER_TAKEN_BACK),
        (
            "UPDATE entries SET line = CAST(line AS BLOB)"  # noqa: ISC004
            " WHERE sequence = (SELECT max(sequence) FROM entries)",
            ISSUE_LEDGER_UNUSABLE,
        ),
        ("UPDATE entries SET line = '[]' WHERE sequence = 1", ISSUE_LEDGER_UNUSABLE),
    ],
    ids=["an earlier row", "the last row", "the first row"],
)
async def test_a_damaged_row_stops_no_start(
    assist: HomeAssistant, guard: MockConfigEntry, ledger: LedgerStore, statement: str, name: str
) -> None:
    """The rest of the house starts, Repairs says what it is, and can begin a new ledger where nothing else helps."""
    await ledger.append(asked("r1"))
    path = ledger.path
    await assist.config_entries.async_unload(guard.entry_id)
    await assist.async_block_till_done(wait_background_tasks=True)
    await assist.async_add_executor_job(spoiled, path, statement)
    assert await assist.config_entries.async_setup(guard.entry_id)
    await assist.async_block_till_done(wait_background_tasks=True)
    assert guard.state is ConfigEntryState.LOADED
    assert assist.states.get(SOUND).state == "off"
    found = ir.async_get(assist).async_get_issue(DOMAIN, name)
    assert found is not None
    reopened = guard.runtime_data.components.ledger
    if name == ISSUE_LEDGER_TAKEN_BACK:
        kinds = [row.entry.kind for row in (await reopened.page(limit=1)).rows]
        assert kinds == [Kind.GUARD_ON]
        return
    assert not reopened.is_open
    flow = await async_create_fix_flow(assist, found.issue_id, found.data)
    flow.hass = assist
    await flow.async_step_confirm({})
    await assist.async_block_till_done(wait_background_tasks=True)
    assert guard.runtime_data.components.ledger.is_open
    assert assist.states.get(SOUND).state == "on"
