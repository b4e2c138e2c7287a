"""A ledger that cannot be written any more is told at once, and goes on by itself when it can be."""

from datetime import timedelta
from pathlib import Path

from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.core.errors import LedgerWriteError
from custom_components.message_guard.ledger.watch import ISSUE_LEDGER_UNUSABLE, TRY_SECONDS
from custom_components.message_guard.ledger.writer import Writer
from custom_components.message_guard.repairs import async_create_fix_flow
from tests.spoken_home import SpokenHome, home, moment, notify, sentence

__all__ = ["home"]

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
