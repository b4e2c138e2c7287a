"""A real backup of Home Assistant, made while messages are recorded, and what is in it."""

import asyncio
from pathlib import Path
import shutil
import tarfile

from homeassistant.components.backup.const import DATA_MANAGER
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.message_guard.components import LEDGER_FILE
from custom_components.message_guard.core.errors import LedgerWriteError
from custom_components.message_guard.core.level import Level
from custom_components.message_guard.core.lockout import HOUSEHOLD, PIN_TRIES
from custom_components.message_guard.ledger.format.entries import Kind
from custom_components.message_guard.ledger.store import Filter, LedgerStore
from tests.ledger.stores import sent, verify


@pytest.fixture
async def backups(assist: HomeAssistant) -> HomeAssistant:
    """Return a home that can be backed up."""
    assert await async_setup_component(assist, "backup", {})
    await assist.async_block_till_done()
    return assist


async def test_a_backup_holds_a_whole_ledger(
    backups: HomeAssistant, guard: MockConfigEntry, outbox: list[ServiceCall], tmp_path: Path
) -> None:
    """Entries are appended all the while; the copy verifies, and says that it was restored."""
    ledger: LedgerStore = guard.runtime_data.components.ledger
    making = True

    async def keep_sending() -> int:
        number = 0
        while making:
            number += 1
            await ledger.append_many(sent(f"during {number}"))
        return number

    await ledger.append_many(sent("before"))
    sending = asyncio.create_task(keep_sending())
    await backups.services.async_call("backup", "create", blocking=True)
    await backups.async_block_till_done()
    making = False
    assert await sending > 0
    await backups.async_block_till_done()
    assert not list(Path(backups.config.config_dir).glob("*.backup.log"))
    assert (await ledger.verify()).sound

    restored = tmp_path / "restored"
    restored.mkdir()
    await asyncio.to_thread(_unpack, next(tmp_path.glob("backups/*.tar")), restored)
    path = restored / "data" / LEDGER_FILE
    code, said = verify(path)
    assert code == 0, said
    store = LedgerStore(path)
    recovery = await store.open()
    assert recovery.restored
    assert not recovery.taken_back
    newest = (await store.page(Filter(kinds=[Kind.RESTORED]))).rows
    assert len(newest) == 1
    assert (await store.page(Filter(request_id="before"))).rows
    assert (await store.verify()).sound
    await store.close()


def _unpack(backup: Path, target: Path) -> None:
    """Unpack what a backup holds of the configuration."""
    with tarfile.open(backup) as outer:
        inner = outer.extractfile(next(n for n in outer.getnames() if "homeassistant.tar" in n))
        with tarfile.open(fileobj=inner, mode="r:*") as data:
            data.extractall(target, filter="data")


async def test_a_ledger_that_cannot_be_prepared_does_not_stop_the_backup(
    backups: HomeAssistant,
    guard: MockConfigEntry,
    outbox: list[ServiceCall],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The home is backed up all the same; the log says what may be wrong with the copy."""

    async def fail(_self: LedgerStore) -> None:
        raise LedgerWriteError("the disk is full")

    monkeypatch.setattr(LedgerStore, "begin_backup", fail)
    monkeypatch.setattr(LedgerStore, "end_backup", fail)
    manager = backups.data[DATA_MANAGER]
    await manager.async_pre_backup_actions()
    await manager.async_post_backup_actions()
    assert "may be torn in this backup: the disk is full" in caplog.text
    assert "could not note the end of the backup" in caplog.text


async def test_a_ledger_that_is_not_open_is_left_alone(
    backups: HomeAssistant, guard: MockConfigEntry, outbox: list[ServiceCall]
) -> None:
    """A guard that could not start has a file that nobody writes to."""
    await guard.runtime_data.components.ledger.close()
    manager = backups.data[DATA_MANAGER]
    await manager.async_pre_backup_actions()
    await manager.async_post_backup_actions()


async def test_a_restored_backup_counts_as_a_round_of_wrong_pins(
    assist: HomeAssistant, guard: MockConfigEntry, tmp_path: Path
) -> None:
    """It brings back the count of the day when it was made: three more tries for whoever restores it."""
    ledger: LedgerStore = guard.runtime_data.components.ledger
    config, kept = Path(assist.config.config_dir), tmp_path / "kept"
    kept.mkdir()
    await ledger.begin_backup()
    for file in config.glob(f"{LEDGER_FILE}*"):
        if file.suffix != ".log":  # Home Assistant leaves those out
            shutil.copy(file, kept)
    await ledger.end_backup()
    await assist.config_entries.async_unload(guard.entry_id)
    for file in config.glob(f"{LEDGER_FILE}*"):
        file.unlink()
    shutil.copytree(kept, config, dirs_exist_ok=True)
    assert await assist.config_entries.async_setup(guard.entry_id)
    components = guard.runtime_data.components
    assert (await components.ledger.page(Filter(kinds=[Kind.RESTORED]))).rows
    assert components.locks.locked(components.home.now()) == {Level.PIN}
    assert await assist.config_entries.async_reload(guard.entry_id)
    components = guard.runtime_data.components
    assert components.locks.pins.of(HOUSEHOLD).failures == PIN_TRIES  # counted once, and kept
