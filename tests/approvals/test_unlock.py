"""Ending a lock-out: for an administrator, outside a spoken turn, and nobody else."""

from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError, Unauthorized
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.core.level import Level


async def unlock(hass: HomeAssistant, user: MockUser | None) -> None:
    """Call the action as this user."""
    context = Context(user_id=user.id if user else None)
    await hass.services.async_call(DOMAIN, "unlock", {}, blocking=True, context=context)


async def test_only_an_administrator_unlocks(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    hass_admin_user: MockUser,
    hass_read_only_user: MockUser,
) -> None:
    """An automation has no user, and another user no right."""
    components = guard.runtime_data.components
    now = components.home.now()
    for _ in range(3):
        await components.locks.failed(Level.PIN, now)
    with pytest.raises(Unauthorized):
        await unlock(assist, hass_read_only_user)
    with pytest.raises(ServiceValidationError) as error:
        await unlock(assist, None)
    assert error.value.translation_key == "no_user"
    assert components.locks.locked(now) == {Level.PIN}
    await unlock(assist, hass_admin_user)
    assert components.locks.locked(now) == frozenset()
