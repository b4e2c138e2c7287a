"""An administrator's connection to the panel's API."""

from collections.abc import Awaitable, Callable
from typing import Any

from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.message_guard.const import DOMAIN

BODY = "the key is under the pot"

REQUIRED: dict[str, dict[str, Any]] = {
    "pending/approve": {"confirmation_id": "x"},
    "pending/decline": {"confirmation_id": "x"},
    "ledger/erase": {"scope": "everything"},
    "rules/try": {"sentence": "hello"},
    "names/make_alias": {"contact_id": "x", "alias": "y"},
}

type Ask = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
async def client(guard: MockConfigEntry, hass_ws_client: WebSocketGenerator) -> Any:
    """Return a connection of an administrator."""
    return await hass_ws_client()


@pytest.fixture
def ask(client: Any) -> Ask:
    """Return what sends a command and returns its result."""

    async def send(name: str, **data: Any) -> dict[str, Any]:
        await client.send_json_auto_id({"type": f"{DOMAIN}/{name}", **data})
        answer = await client.receive_json()
        assert answer["success"], answer
        result: dict[str, Any] = answer["result"]
        return result

    return send


async def error_of(client: Any, name: str, **data: Any) -> dict[str, Any]:
    """Send a command that fails, and return its error."""
    await client.send_json_auto_id({"type": f"{DOMAIN}/{name}", **data})
    answer = await client.receive_json()
    assert not answer["success"], answer
    error: dict[str, Any] = answer["error"]
    return error


async def request(hass: HomeAssistant, contact: str = "Anna", body: str = BODY) -> str:
    """Ask to send, and return what has to be approved."""
    answer = await hass.services.async_call(
        DOMAIN,
        "send",
        {"contact": contact, "message": body},
        blocking=True,
        return_response=True,
        context=Context(),
    )
    await hass.async_block_till_done()
    assert answer is not None
    return str(answer["confirmation_id"])


async def refused(hass: HomeAssistant, contact: str) -> None:
    """Ask for somebody who is on no list."""
    with pytest.raises(HomeAssistantError):
        await request(hass, contact)
