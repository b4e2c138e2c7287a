"""A home whose ledger is forwarded, and what its tests share."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.forwarding.outbox import Outbox
from custom_components.message_guard.ledger.store import LedgerStore
from tests.forwarding.receiver import Receiver, serving

SECRET = "Bearer correct-horse-battery-staple"


@pytest.fixture
def ledger(guard: MockConfigEntry, outbox: list[ServiceCall]) -> LedgerStore:
    """Return the ledger of a guarded home."""
    store: LedgerStore = guard.runtime_data.components.ledger
    return store


@pytest.fixture
async def receiver(socket_enabled: None) -> AsyncIterator[Receiver]:
    """Return a receiver that answers."""
    async with serving(Receiver()) as server:
        yield server


class Days:
    """Lets time pass: for the event loop and on the wall, without anybody waiting for it."""

    def __init__(self, hass: HomeAssistant, patch: pytest.MonkeyPatch) -> None:
        """Begin now."""
        self._hass = hass
        self._seconds = 0.0
        loop_time, utcnow = hass.loop.time, dt_util.utcnow
        patch.setattr(hass.loop, "time", lambda: loop_time() + self._seconds)
        patch.setattr(dt_util, "utcnow", lambda: utcnow() + timedelta(seconds=self._seconds))

    async def fire(self, **time: float) -> None:
        """Let so much time pass, and wait for nothing that it begins."""
        self._seconds += timedelta(**time).total_seconds()
        for _ in range(3):
            await asyncio.sleep(0)

    async def pass_(self, **time: float) -> None:
        """Let so much time pass, then let what was begun in the background end."""
        await self.fire(**time)
        await settled(self._hass)


@pytest.fixture
def days(assist: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> Days:
    """Return what lets time pass."""
    return Days(assist, monkeypatch)


async def settled(hass: HomeAssistant) -> None:
    """Let what was begun in the background end."""
    await hass.async_block_till_done(wait_background_tasks=True)


async def submit(hass: HomeAssistant, entry: MockConfigEntry, *chosen: dict[str, Any]) -> Any:
    """Enter destinations in the form, and return what it answers."""
    form = await opened_form(hass, entry)
    done = await hass.config_entries.options.async_configure(
        form["flow_id"], {"retention_days": 30, "destinations": list(chosen)}
    )
    await settled(hass)
    return done


async def opened_form(hass: HomeAssistant, entry: MockConfigEntry) -> Any:
    """Return the form about the ledger, as it is shown."""
    menu = await hass.config_entries.options.async_init(entry.entry_id)
    return await hass.config_entries.options.async_configure(
        menu["flow_id"], {"next_step_id": "ledger"}
    )


def entered(receiver: Receiver, **more: Any) -> dict[str, Any]:
    """Return a destination as a person enters it: everything goes there."""
    return {"url": receiver.url, "everything": True, **more}


async def forwarded(hass: HomeAssistant, entry: MockConfigEntry, *chosen: dict[str, Any]) -> None:
    """Enter destinations that take a sign of life, and what is in the ledger already."""
    done = await submit(hass, entry, *chosen)
    assert done["type"] == "create_entry", done


def outboxes(entry: MockConfigEntry) -> list[Outbox]:
    """Return how it stands with each destination, in the order in which they were entered."""
    forwarding = entry.runtime_data.components.forwarding
    return [forwarding.outboxes[each.id] for each in forwarding.chosen]


def issues(hass: HomeAssistant) -> list[str]:
    """Return what Repairs says about destinations."""
    found = ir.async_get(hass).issues
    return sorted(
        name for domain, name in found if domain == DOMAIN and name.startswith("forwarding")
    )


async def size(ledger: LedgerStore) -> int:
    """Return how many entries there are."""
    return await ledger.cosignatures.size()
