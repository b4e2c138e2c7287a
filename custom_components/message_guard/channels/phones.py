"""Phones: the entity, the action and the device's action of one phone are one channel."""

from collections.abc import Mapping
from dataclasses import dataclass

from homeassistant.components.notify.const import DOMAIN as NOTIFY_DOMAIN
from homeassistant.const import CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er

from ..approvals.registrations import Phone, phones


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneChannel:
    """How a phone can be reached.

    Attributes:
        phone: The registration of its app.
        action: "notify.mobile_app_pixel". It drops errors of the push service.
        webhook_id: What the device's own action hands to that action as its target.
        entity_id: Its notify entity, which reports errors; None where there is none, or it is disabled.
        device_ids: Registry ids of its device, for the device's own action.
    """

    phone: Phone
    action: str
    webhook_id: str
    entity_id: str | None
    device_ids: frozenset[str]

    def addressed_by(self, data: Mapping[str, object]) -> bool:
        """Return whether a target in a call's data is this phone itself, or there is none."""
        named = data.get("target")
        listed = list(named) if isinstance(named, list | tuple | set) else [named]
        return {item for item in listed if item} <= {self.webhook_id}


@callback
def phone_channels(hass: HomeAssistant) -> tuple[PhoneChannel, ...]:
    """Return every phone that Home Assistant can push to."""
    entities, devices = er.async_get(hass), dr.async_get(hass)
    found = []
    for phone in phones(hass):
        entry = hass.config_entries.async_get_known_entry(phone.id)
        named = (
            item.entity_id
            for item in er.async_entries_for_config_entry(entities, phone.id)
            if item.domain == NOTIFY_DOMAIN and hass.states.get(item.entity_id) is not None
        )
        found.append(
            PhoneChannel(
                phone=phone,
                action=f"{NOTIFY_DOMAIN}.{phone.service}",
                webhook_id=entry.data[CONF_WEBHOOK_ID],
                entity_id=next(named, None),
                device_ids=frozenset(
                    device.id for device in dr.async_entries_for_config_entry(devices, phone.id)
                ),
            )
        )
    return tuple(found)


@callback
def phone_of_action(hass: HomeAssistant, action: str) -> PhoneChannel | None:
    """Return the phone that this action pushes to."""
    if not action.startswith(f"{NOTIFY_DOMAIN}."):
        return None
    return next((item for item in phone_channels(hass) if item.action == action), None)


@callback
def phone_of_entity(hass: HomeAssistant, entity_id: str) -> PhoneChannel | None:
    """Return the phone whose notify entity this is."""
    return next((item for item in phone_channels(hass) if item.entity_id == entity_id), None)
