"""The form about the ledger, and its key at set-up."""

import asyncio
from pathlib import Path
from typing import Any

from homeassistant.config_entries import SOURCE_USER
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.core.errors import LedgerUnusableError
from custom_components.message_guard.core.notes import Key
from custom_components.message_guard.ledger.store import LedgerStore
from custom_components.message_guard.settings import retention_days
from tests.ledger.stores import asked, on_disk, until


async def open_form(hass: HomeAssistant, entry: MockConfigEntry) -> dict[str, Any]:
    """Open the form."""
    menu = await hass.config_entries.options.async_init(entry.entry_id)
    return await hass.config_entries.options.async_configure(
        menu["flow_id"], {"next_step_id": "ledger"}
    )


async def test_the_key_is_shown_at_set_up(assist: HomeAssistant) -> None:
    """It is the key of the ledger that the household will have."""
    manager = assist.config_entries.flow
    first = await manager.async_init(DOMAIN, context={"source": SOURCE_USER})
    entered = first["data_schema"]({"pipelines": [], "default_level": "phrase"})
    suggested = {
        str(key): key.description["suggested_value"]
        for key in first["data_schema"].schema
        if key.description
    }
    second = await manager.async_configure(first["flow_id"], {**entered, **suggested})
    assert second["step_id"] == "watching"
    key = second["description_placeholders"]["key"]
    assert str(Key.parse(key)) == key
    done = await manager.async_configure(
        second["flow_id"], {"observe": False, "reactions": "record"}
    )
    await assist.async_block_till_done()
    entry = done["result"]
    assert entry.runtime_data.works.ledger.verifier_key == key
    form = await open_form(assist, entry)
    assert form["description_placeholders"]["key"] == key
    await assist.config_entries.async_unload(entry.entry_id)
    form = await open_form(assist, entry)
    assert form["description_placeholders"]["key"] == "?"


async def test_a_ledger_that_cannot_be_begun_does_not_stop_the_set_up(
    assist: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Repairs will tell; the form is shown without a key."""
    from custom_components.message_guard.flows.ledger import new_key

    async def fail(_self: LedgerStore) -> None:
        raise LedgerUnusableError("the disk is full")

    monkeypatch.setattr(LedgerStore, "open", fail)
    assert await new_key(assist) == "?"


async def test_what_is_chosen_is_followed_at_once(
    assist: HomeAssistant, guard: MockConfigEntry, outbox: list[ServiceCall], tmp_path: Path
) -> None:
    """No words any more: those that are there go, and no new ones come."""
    assist.config.allowlist_external_dirs = {str(tmp_path)}
    ledger: LedgerStore = guard.runtime_data.works.ledger
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
