"""What was refused while the guard was not there: told where it was asked, counted, and written down later."""

import json
from unittest.mock import patch

from homeassistant.helpers import intent
from homeassistant.helpers.storage import Store
from homeassistant.setup import async_setup_component
import pytest

from custom_components.message_guard import components
from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.core.errors import LedgerWriteError
from custom_components.message_guard.guarding import unwritten
from custom_components.message_guard.lockdown import (
    STORAGE_KEY,
    STORAGE_VERSION,
    async_lockdown,
)
from tests.early_home import Gate, refused, until, written
from tests.letter import SendLetter, post
from tests.spoken_home import KITCHEN, SpokenHome, notify, receive, sentence
from tests.starting.test_lockdown import early

__all__ = ["early"]


async def test_more_than_can_be_kept_is_counted(
    early: SpokenHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A flood does not fill the memory, and the ledger says how many there were."""
    monkeypatch.setattr(unwritten, "MOST_KEPT", 3)
    hass, entry = early.hass, early.entry
    intent.async_register(hass, SendLetter())
    with patch("custom_components.message_guard.import_module", side_effect=ImportError):
        assert await async_setup_component(hass, DOMAIN, {})
        for _ in range(5):
            await post(hass, "de")
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    found = [item for item in written(hass) if item["kind"] == "refused"]
    assert len([item for item in found if item["request_id"]]) == 3
    assert found[-1]["facts"] == {"more": 2}


async def test_what_a_full_disk_does_not_take_is_kept(early: SpokenHome) -> None:
    """Also how many more there were; all of it is written down by the next start with room for it."""
    hass, entry = early.hass, early.entry
    intent.async_register(hass, SendLetter())
    with (
        patch.object(unwritten, "MOST_KEPT", 2),
        patch("custom_components.message_guard.import_module", side_effect=ImportError),
    ):
        assert await async_setup_component(hass, DOMAIN, {})
        for _ in range(3):
            await post(hass, "de")
    append = "custom_components.message_guard.ledger.store.LedgerStore.append_many"
    with patch(append, side_effect=LedgerWriteError("disk full")):
        assert await hass.config_entries.async_reload(entry.entry_id)
        await hass.async_block_till_done()
    assert refused(hass) == []
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    found = [item for item in written(hass) if item["kind"] == "refused"]
    assert [bool(item["request_id"]) for item in found] == [True, True, False]
    assert found[-1]["facts"] == {"more": 1}


async def test_what_an_earlier_run_could_not_write_down(early: SpokenHome) -> None:
    """It is stored without its words, and written down by the next run that has a ledger."""
    hass, entry = early.hass, early.entry
    intent.async_register(hass, SendLetter())
    with patch("custom_components.message_guard.import_module", side_effect=ImportError):
        assert await async_setup_component(hass, DOMAIN, {})
        await post(hass, "de")
    door = async_lockdown(hass)
    stored = json.loads(json.dumps(door.unwritten.dump()))
    assert "hello" not in str(stored)
    # As in a new run.
    door.end()
    await door._store.async_remove()
    del hass.data["message_guard_lockdown"]
    door = async_lockdown(hass)
    await door._store.async_save([*stored, {"kind": "nonsense"}, {**stored[0], "kind": "x"}, 7])
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert refused(hass) == [("not_started",)]
    assert await Store(hass, STORAGE_VERSION, STORAGE_KEY).async_load() is None


async def test_it_is_said_where_it_was_asked(early: SpokenHome) -> None:
    """Once the guard stands in the door, the satellite says what to do."""
    hass = early.hass
    receive(hass, "anna", early.sent)
    await early.automate(sentence(notify()))
    told: list[str] = []
    gate = Gate(components._open_ledger)
    with (
        patch("custom_components.message_guard.components._open_ledger", gate),
        patch(
            "custom_components.message_guard.approvals.satellite.SatelliteQuestions.follow_up",
            lambda _self, answer, turn: told.append(f"{turn.origin.satellite_id}: {answer.text}"),
        ),
    ):
        setting_up = hass.async_create_task(async_setup_component(hass, DOMAIN, {}))
        await until(hass, lambda: async_lockdown(hass).closed)
        await early.say("dinner is ready", settle=False)
        await until(hass, lambda: len(async_lockdown(hass)._untold) > 0)
        gate.open.set()
        await setting_up
    assert told == [
        f"{KITCHEN}: Not sent: Message Guard is still starting. Say it again in a moment."
    ]
