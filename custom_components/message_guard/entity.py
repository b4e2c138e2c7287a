"""What all entities of the guard share: one device, and word of every step."""

from typing import Final, override

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity import Entity

from .const import DOMAIN, NAME
from .guarding.records import Notice
from .runtime import Components, MessageGuardConfigEntry


def friendly_name(hass: HomeAssistant, entity_id: str) -> str:
    """Return what people call an entity; its id where that cannot be told."""
    state = hass.states.get(entity_id)
    return entity_id if state is None else state.name


def service_device(entry: MessageGuardConfigEntry) -> DeviceInfo:
    """Return the one device that all our entities belong to."""
    return DeviceInfo(
        identifiers={(DOMAIN, entry.entry_id)}, name=NAME, entry_type=DeviceEntryType.SERVICE
    )


MESSAGES: Final = "messages"
"""Key of the event entity, whose steps are the lines of the logbook."""


def unique_id(entry: MessageGuardConfigEntry, key: str) -> str:
    """Return the unique id of the entity with this key."""
    return f"{entry.entry_id}_{key}"


class MessageGuardEntity(Entity):
    """An entity of the guard; unavailable while the guard could not be started."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, entry: MessageGuardConfigEntry) -> None:
        """Create an entity of this entry; what it is says its description, whose key tells its entities apart."""
        self.entry = entry
        self._attr_unique_id = unique_id(entry, self.entity_description.key)
        self._attr_device_info = service_device(entry)

    @property
    def components(self) -> Components | None:
        """The guard, None while there is none."""
        return self.entry.runtime_data.components

    @property
    @override
    def available(self) -> bool:
        """Return whether there is a guard to tell of."""
        return self.components is not None

    @override
    async def async_added_to_hass(self) -> None:
        """Hear of every step from now on."""
        await super().async_added_to_hass()
        if self.components is not None:
            self.async_on_remove(self.components.guard.subscribe(self.on_notice))

    @callback
    def on_notice(self, notice: Notice) -> None:
        """Take note of one step; the default is to write the state anew."""
        self.async_write_ha_state()
