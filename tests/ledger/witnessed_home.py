"""A home with a witness, and what the tests of both share."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from aiohttp import web
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.ledger.format.checkpoint import Checkpoint
from custom_components.message_guard.ledger.format.cosignature import cosignature_of
from custom_components.message_guard.ledger.format.signed_note import signature_check
from custom_components.message_guard.ledger.store import LedgerStore
from tests.ledger.stores import asked
from tests.ledger.witness_server import WitnessServer, serving
from tests.ledger.witnessing import Cosigner

CHECK = signature_check()
assert CHECK is not None


@pytest.fixture
def ledger(guard: MockConfigEntry, outbox: list[ServiceCall]) -> LedgerStore:
    """Return the ledger of a guarded home."""
    store: LedgerStore = guard.runtime_data.components.ledger
    return store


@pytest.fixture
async def witness(socket_enabled: None) -> AsyncIterator[WitnessServer]:
    """Return a witness that answers."""
    async with serving(WitnessServer(Cosigner(21))) as server:
        yield server


def named(witness: WitnessServer) -> dict[str, str]:
    """Return a witness as the options hold it."""
    return {"url": witness.url, "key": str(witness.cosigner.key)}


async def settled(hass: HomeAssistant) -> None:
    """Let what was begun in the background end."""
    await hass.async_block_till_done(wait_background_tasks=True)


async def choose(hass: HomeAssistant, entry: MockConfigEntry, **options: object) -> None:
    """Choose witnesses, and where checkpoints go."""
    hass.config_entries.async_update_entry(entry, options={**entry.options, **options})
    await settled(hass)


async def happens(hass: HomeAssistant, ledger: LedgerStore, request: str) -> str:
    """Let something happen, and a checkpoint leave."""
    await ledger.append(asked(request))
    note = await ledger.checkpoint()
    assert note is not None
    await settled(hass)
    return note


def issue(hass: HomeAssistant, name: str) -> ir.IssueEntry | None:
    """Return what Repairs says."""
    return ir.async_get(hass).async_get_issue(DOMAIN, name)


def cosigned_by(note: str, witness: WitnessServer) -> bool:
    """Return whether a checkpoint carries the witness's cosignature."""
    parsed = Checkpoint.parse(note).note
    assert parsed is not None
    assert CHECK is not None
    return cosignature_of(parsed, witness.cosigner.key, CHECK) is not None


def status(code: int, text: str = "", **headers: str) -> Callable[[web.Request], Awaitable[Any]]:
    """Return an answer."""

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=code, text=text, headers=headers)

    return answer
