"""Phones with the Home Assistant app, as the app registered them.

The names below are mobile_app's own. They are repeated here because importing that integration needs
packages which are only installed where it is used; a test compares them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import ATTR_DEVICE_ID, CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant, callback

from ..hooks.phones import MOBILE_APP_DOMAIN, actions_by_webhook

ATTR_DEVICE_NAME: Final = "device_name"
CONF_USER_ID: Final = "user_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """One registration of the app that Home Assistant can push to.

    Attributes:
        id: Id of its config entry.
        name: What its owner calls it.
        user_id: Home Assistant user who registered it. The app's webhook speaks for nobody else.
        device_id: The app's own id of the device; Android adds it to what is tapped.
        service: Name of the notify action that pushes to it, "mobile_app_pixel".
    """

    id: str
    name: str
    user_id: str
    device_id: str | None
    service: str


@callback
def phones(hass: HomeAssistant) -> tuple[Phone, ...]:
    """Return every phone that Home Assistant can push to."""
    services = actions_by_webhook(hass)
    found = []
    for entry in hass.config_entries.async_loaded_entries(MOBILE_APP_DOMAIN):
        service = services.get(entry.data[CONF_WEBHOOK_ID])
        if service is not None:
            found.append(_phone(entry, service))
    return tuple(found)


@callback
def chosen_phones(hass: HomeAssistant, ids: Iterable[str]) -> tuple[Phone, ...]:
    """Return the phones with these ids that Home Assistant can push to now."""
    wanted = frozenset(ids)
    return tuple(phone for phone in phones(hass) if phone.id in wanted)


@callback
def only_phone(hass: HomeAssistant) -> list[str]:
    """Return the id of the phone to ask where there is one only: nobody has to choose it."""
    found = phones(hass)
    return [found[0].id] if len(found) == 1 else []


def _phone(entry: ConfigEntry, service: str) -> Phone:
    return Phone(
        id=entry.entry_id,
        name=entry.data[ATTR_DEVICE_NAME],
        user_id=entry.data[CONF_USER_ID],
        device_id=entry.data.get(ATTR_DEVICE_ID),
        service=service,
    )
