"""The button: on for a moment when it is pressed."""

from typing import override

from aiohttp.web import Request
from homeassistant.components import webhook
from homeassistant.components.binary_sensor import BinarySensorEntity
from homeassistant.core import Context, Event, HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddEntitiesCallback
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.typing import ConfigType, DiscoveryInfoType

DOMAIN = "wall_button"
PRESSED = "wall_button_pressed"
_WEBHOOK = "wall-button"
_PRESSED_SECONDS = 0.2


async def async_setup_platform(
    hass: HomeAssistant,
    config: ConfigType,
    async_add_entities: AddEntitiesCallback,
    discovery_info: DiscoveryInfoType | None = None,
) -> None:
    """Add the button, and what presses it: the wire from outside, and whoever fires its event."""
    button = WallButton()
    async_add_entities([button])

    async def press(_hass: HomeAssistant, _webhook_id: str, _request: Request) -> None:
        # Whoever pressed it a moment ago has nothing to do with this.
        button.async_set_context(Context())
        button.press()

    @callback
    def pressed_for_somebody(event: Event) -> None:
        button.async_set_context(event.context)
        button.press()

    webhook.async_register(hass, DOMAIN, "Wall button", _WEBHOOK, press, local_only=True)
    hass.bus.async_listen(PRESSED, pressed_for_somebody)


class WallButton(BinarySensorEntity):
    """A button that somebody presses with a finger."""

    _attr_name = "Wall button"
    _attr_unique_id = "wall_button"
    _attr_should_poll = False
    _attr_is_on = False

    @callback
    def press(self) -> None:
        """Be on for a moment."""
        self._attr_is_on = True
        self.async_write_ha_state()

        @callback
        def release(_now: object) -> None:
            self._attr_is_on = False
            self.async_write_ha_state()

        async_call_later(self.hass, _PRESSED_SECONDS, release)

    @property
    @override
    def icon(self) -> str:
        return "mdi:gesture-tap-button"
