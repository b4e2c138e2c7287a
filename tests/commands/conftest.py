"""An administrator at a screen."""

from typing import Any

from homeassistant.auth.models import User
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import (
    WebSocketGenerator,
)

from tests.screen import (
    token_of,
)


@pytest.fixture
async def user(guard: MockConfigEntry, assist: HomeAssistant) -> tuple[User, str]:
    """Return an administrator, and the token they have signed in with."""
    return await token_of(assist, "Anna", admin=True)


@pytest.fixture
async def client(
    assist: HomeAssistant, user: tuple[User, str], hass_ws_client: WebSocketGenerator
) -> Any:
    """Return a connection of that administrator."""
    return await hass_ws_client(assist, user[1])
