"""Whoever sits at a screen: connections to the panel's API, and what is asked for meanwhile."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from homeassistant.auth.const import GROUP_ID_ADMIN, GROUP_ID_USER
from homeassistant.auth.models import TOKEN_TYPE_LONG_LIVED_ACCESS_TOKEN, User
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.runtime import loaded_components

BODY = "the key is under the pot"

TABLET_PIN = "4917"

REQUIRED: dict[str, dict[str, Any]] = {
    "pending/approve": {"confirmation_id": "x", "bound": "x"},
    "pending/decline": {"confirmation_id": "x"},
    "pending/edit": {"confirmation_id": "x", "bound": "x", "body": "y"},
    "sending/set": {"allowed": True},
    "messages/read": {"message_id": "x"},
    "ledger/erase": {"scope": "before", "day": "2026-01-31"},
    "ledger/proof": {"request_id": "x"},
    "requests/story": {"request_id": "x"},
    "todo/fix": {"todo_id": "x"},
    "todo/ignore": {"todo_id": "x"},
    "names/dismiss": {"name": "x"},
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

    async def send(name: str, /, **data: Any) -> dict[str, Any]:
        await client.send_json_auto_id({"type": f"{DOMAIN}/{name}", **data})
        answer = await client.receive_json()
        assert answer["success"], answer
        result: dict[str, Any] = answer["result"]
        return result

    return send


async def error_of(client: Any, name: str, /, **data: Any) -> dict[str, Any]:
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


def seen(hass: HomeAssistant, confirmation_id: str) -> dict[str, str]:
    """Return what a decision is about, as whoever looks now sees it."""
    components = loaded_components(hass)
    assert components is not None
    bound = {item.id: item.bound for item in components.guard.pending}
    return {"confirmation_id": confirmation_id, "bound": bound.get(confirmation_id, "gone")}


async def refused(hass: HomeAssistant, contact: str) -> None:
    """Ask for somebody who is on no list."""
    with pytest.raises(HomeAssistantError):
        await request(hass, contact)


# --- people -----------------------------------------------------------------------------------------


async def token_of(
    hass: HomeAssistant, name: str, *, admin: bool = False, long_lived: bool = False
) -> tuple[User, str]:
    """Return a new user, and the access token that they, or a program of theirs, have signed in with."""
    group = GROUP_ID_ADMIN if admin else GROUP_ID_USER
    user = await hass.auth.async_create_user(name, group_ids=[group])
    return user, await another_token(hass, user, long_lived=long_lived)


async def another_token(hass: HomeAssistant, user: User, *, long_lived: bool = False) -> str:
    """Return one more access token of a user."""
    if long_lived:
        refresh = await hass.auth.async_create_refresh_token(
            user,
            client_name=f"program of {user.name}",
            token_type=TOKEN_TYPE_LONG_LIVED_ACCESS_TOKEN,
            access_token_expiration=timedelta(days=1),
        )
    else:
        refresh = await hass.auth.async_create_refresh_token(user, client_id="https://panel.test/")
    return hass.auth.async_create_access_token(refresh)


@pytest.fixture
async def rest(hass: HomeAssistant) -> None:
    """Let Home Assistant have its REST API; to be asked for before anything has a client."""
    assert await async_setup_component(hass, "api", {})


async def fire(
    client: Any, data: Mapping[str, Any], event: str = "mobile_app_notification_action"
) -> None:
    """Fire over the REST API, whose events come from outside, what the app fires, at a tap or otherwise."""
    answer = await client.post(f"/api/events/{event}", json=dict(data))
    assert answer.status == HTTPStatus.OK


async def choose(hass: HomeAssistant, entry: MockConfigEntry, **options: Any) -> None:
    """Change what the household has chosen."""
    hass.config_entries.async_update_entry(entry, options={**entry.options, **options})
    await hass.async_block_till_done()


class Screen:
    """A page that is open: it follows what waits, and sends commands in between."""

    def __init__(self, client: Any) -> None:
        """Look through this connection."""
        self.client = client
        self.state: dict[str, Any] = {}
        self._id = 0

    async def open(self, name: str = "now/subscribe") -> dict[str, Any]:
        """Subscribe, and return the first state."""
        answer = await self.ask(name)
        assert answer["success"], answer
        assert answer["result"] is None
        return await self.until(lambda _: self._id == answer["id"])

    async def next(self) -> dict[str, Any]:
        """Return the next state that is sent."""
        message = await self.client.receive_json()
        assert message["type"] == "event", message
        self.state, self._id = message["event"], message["id"]
        return self.state

    async def until(self, wanted: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
        """Return the first state from now on that is as wanted."""
        while not wanted(await self.next()):
            pass
        return self.state

    async def ask(self, name: str, /, **data: Any) -> dict[str, Any]:
        """Send a command and return its answer; the states that come before it are seen."""
        await self.client.send_json_auto_id({"type": f"{DOMAIN}/{name}", **data})
        while True:
            message = await self.client.receive_json()
            if message["type"] == "result":
                found: dict[str, Any] = message
                return found
            self.state = message["event"]


async def approver(
    hass: HomeAssistant, guard: MockConfigEntry, connect: WebSocketGenerator, **more: Any
) -> Screen:
    """Return the screen of somebody who may approve, and is no administrator."""
    user, token = await token_of(hass, "Ben", **more)
    await choose(hass, guard, approvers=[user.id])
    return Screen(await connect(hass, token))
