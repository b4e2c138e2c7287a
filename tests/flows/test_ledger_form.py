"""The form about the ledger, and its key."""

import asyncio
from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.message_guard.ledger.format.signed_note import Key
from custom_components.message_guard.ledger.store import LedgerStore
from custom_components.message_guard.settings.household import retention_days
from tests.ledger.stores import asked, on_disk, until


async def open_form(hass: HomeAssistant, entry: MockConfigEntry) -> dict[str, Any]:
    """Open the form."""
    menu = await hass.config_entries.options.async_init(entry.entry_id)
    return await hass.config_entries.options.async_configure(
        menu["flow_id"], {"next_step_id": "ledger"}
    )


async def test_the_key_is_shown(assist: HomeAssistant, guard: MockConfigEntry) -> None:
    """It is the key of the household's message log; a question mark while that is not open."""
    form = await open_form(assist, guard)
    key = form["description_placeholders"]["key"]
    assert str(Key.parse(key)) == key == guard.runtime_data.components.ledger.verifier_key
    await assist.config_entries.async_unload(guard.entry_id)
    form = await open_form(assist, guard)
    assert form["description_placeholders"]["key"] == "?"


async def test_what_is_chosen_is_followed_at_once(
    assist: HomeAssistant, guard: MockConfigEntry, outbox: list[ServiceCall], tmp_path: Path
) -> None:
    """No words any more: those that are there go, and no new ones come."""
    assist.config.allowlist_external_dirs = {str(tmp_path)}
    ledger: LedgerStore = guard.runtime_data.components.ledger
    await ledger.append(asked("r1", body="bury the hatchet"))
    assert await asyncio.to_thread(on_disk, ledger.path, "hatchet")
    form = await open_form(assist, guard)
    done = await assist.config_entries.options.async_configure(
        form["flow_id"],
        {
            "retention_days": 0.0,
            "checkpoint_notify": ["notify.phone"],
            "checkpoint_file": f" {tmp_path}/checkpoints.txt ",
        },
    )
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await assist.async_block_till_done()
    assert guard.options["retention_days"] == 0
    assert guard.options["checkpoint_file"] == f"{tmp_path}/checkpoints.txt"
    assert guard.options["checkpoint_sequence"] == []
    assert guard.options["pipelines"]
    await until(lambda: not on_disk(ledger.path, "hatchet"))
    assert (await ledger.append(asked("r2"))).commitments == {}


async def test_checkpoints_need_no_file(
    assist: HomeAssistant, guard: MockConfigEntry, outbox: list[ServiceCall], tmp_path: Path
) -> None:
    """A file that was chosen once is given up by leaving the field empty."""
    assist.config.allowlist_external_dirs = {str(tmp_path)}
    chosen = f"{tmp_path}/checkpoints.txt"
    for path in (chosen, " "):
        form = await open_form(assist, guard)
        done = await assist.config_entries.options.async_configure(
            form["flow_id"], {"retention_days": 7, "checkpoint_file": path}
        )
        assert done["type"] is FlowResultType.CREATE_ENTRY
        await assist.async_block_till_done()
        assert guard.options["checkpoint_file"] == path.strip()
    form = await open_form(assist, guard)
    done = await assist.config_entries.options.async_configure(
        form["flow_id"], {"retention_days": 8}
    )
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert (guard.options["retention_days"], guard.options["checkpoint_file"]) == (8, "")


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("checkpoints.txt", "file_not_allowed"),
        ("/etc/checkpoints.txt", "file_not_allowed"),
        ("{folder}/nowhere/checkpoints.txt", "no_folder"),
    ],
)
async def test_files_that_cannot_be_written(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    outbox: list[ServiceCall],
    tmp_path: Path,
    path: str,
    problem: str,
) -> None:
    """The form says so, and keeps what was entered."""
    assist.config.allowlist_external_dirs = {str(tmp_path)}
    form = await open_form(assist, guard)
    again = await assist.config_entries.options.async_configure(
        form["flow_id"],
        {"retention_days": 7, "checkpoint_file": path.format(folder=tmp_path)},
    )
    assert again["errors"] == {"checkpoint_file": problem}


@pytest.mark.parametrize("stored", ["x", -1, True, None, 2.5])
async def test_a_period_that_cannot_be_read_is_the_usual_one(
    assist: HomeAssistant, entry: MockConfigEntry, stored: object
) -> None:
    """Erasing early would be worse than erasing late."""
    assist.config_entries.async_update_entry(
        entry, options={**entry.options, "retention_days": stored}
    )
    assert retention_days(entry) == 30
