"""A phone with the Home Assistant app is found with the action that pushes to it."""

from typing import Any

from homeassistant.components.mobile_app import const
from homeassistant.core import HomeAssistant

from custom_components.message_guard.hooks import phones
from custom_components.message_guard.hooks.notify_platforms import platform_of
from custom_components.message_guard.hooks.phones import actions_by_webhook, pushes_directly
from tests.hooks.house import set_up

REGISTRATION: dict[str, Any] = {
    "app_id": "io.homeassistant.test",
    "app_name": "Home Assistant",
    "app_version": "1",
    "device_id": "abc",
    "device_name": "Pixel",
    "manufacturer": "Test",
    "model": "Test",
    "os_name": "Test",
    "os_version": "1",
    "supports_encryption": False,
    "webhook_id": "hook",
}


async def register(hass: HomeAssistant, **app_data: object) -> None:
    """Register a phone, as the app does."""
    await set_up(hass, "notify")
    await set_up(hass, "mobile_app")
    user = await hass.auth.async_create_user("Anna")
    await hass.config_entries.flow.async_init(
        "mobile_app",
        context={"source": "registration"},
        data={**REGISTRATION, "user_id": user.id, "app_data": app_data},
    )
    await hass.async_block_till_done()


async def test_the_action_that_pushes_to_it(house: HomeAssistant) -> None:
    """By the id of its webhook."""
    assert actions_by_webhook(house) == {}
    await register(house, push_token="token", push_url="https://push.example/send")
    assert actions_by_webhook(house) == {"hook": "mobile_app_pixel"}
    assert house.services.has_service("notify", "mobile_app_pixel")
    assert platform_of(house, "mobile_app_pixel") == "mobile_app"


async def test_whether_one_is_pushed_to_directly(house: HomeAssistant) -> None:
    """As soon as the app in the house has opened a channel."""
    assert not pushes_directly(house)
    await register(house, push_websocket_channel=True)
    assert not pushes_directly(house)
    house.data[const.DOMAIN][const.DATA_PUSH_CHANNEL]["hook"] = object()
    assert pushes_directly(house)
    house.data[const.DOMAIN][const.DATA_PUSH_CHANNEL].clear()


def test_the_names_are_those_of_the_integration() -> None:
    """They are repeated, since it cannot be imported everywhere."""
    assert phones.MOBILE_APP_DOMAIN == const.DOMAIN
    assert phones.DATA_NOTIFY == const.DATA_NOTIFY
    assert phones.DATA_PUSH_CHANNEL == const.DATA_PUSH_CHANNEL
