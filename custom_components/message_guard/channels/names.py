"""Names of channels: as they can be said aloud, never an id; and as a form shows them, an id where nobody has named it."""

import re
from typing import Final

from homeassistant.components.notify.const import DOMAIN as NOTIFY_DOMAIN
from homeassistant.components.script.const import DOMAIN as SCRIPT_DOMAIN
from homeassistant.const import ATTR_DEVICE_ID, ATTR_ENTITY_ID, CONF_ACTION
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er

from ..bypasses.steps import Call, templated, text_of
from .phones import phone_of_action, phone_of_entity

_PREFIXES: Final = ("mobile_app_",)
_UNREADABLE: Final = re.compile(r"[_\W]+")


@callback
def entity_name(hass: HomeAssistant, entity_id: str) -> str:
    """Return what an entity is called; of one that is gone what can be read of its id."""
    state = hass.states.get(entity_id)
    return state.name if state is not None else _readable(entity_id)


@callback
def action_name(hass: HomeAssistant, action: str) -> str:
    """Return what a notify action or another is called: a phone's name, else what can be read of it."""
    phone = phone_of_action(hass, action)
    return phone.phone.name if phone is not None else _readable(action)


@callback
def shown_entity(hass: HomeAssistant, entity_id: str) -> str:
    """Return how a form shows an entity: by the household's name for it, also while it is not there."""
    if (phone := phone_of_entity(hass, entity_id)) is not None:
        return phone.phone.name
    if (state := hass.states.get(entity_id)) is not None:
        return state.name
    entry = er.async_get(hass).async_get(entity_id)
    return (None if entry is None else entry.name or entry.original_name) or entity_id


@callback
def shown_action(hass: HomeAssistant, action: str) -> str:
    """Return how a form shows an action: a phone's name, a script's; any other keeps its id, which finds it."""
    if (phone := phone_of_action(hass, action)) is not None:
        return phone.phone.name
    domain, _, name = action.partition(".")
    if domain == SCRIPT_DOMAIN:
        return shown_entity(hass, action)
    return name.replace("_", " ").capitalize() if domain == NOTIFY_DOMAIN else action


@callback
def shown_call(hass: HomeAssistant, call: Call) -> str:
    """Return how a configured call is shown: by the entities or the device that it acts on, else by its action."""
    named = call.data.get(ATTR_ENTITY_ID)
    listed = named if isinstance(named, list) else [named]
    entities = [item for item in listed if isinstance(item, str) and not templated(item)]
    if entities:
        return ", ".join(shown_entity(hass, item) for item in entities)
    device_id = call.data.get(ATTR_DEVICE_ID)
    device = dr.async_get(hass).async_get(device_id) if isinstance(device_id, str) else None
    if device is not None and (called := device.name_by_user or device.name):
        return called
    return (
        text_of(call.data[CONF_ACTION]) if call.action is None else shown_action(hass, call.action)
    )


def _readable(identifier: str) -> str:
    name = identifier.partition(".")[2] or identifier
    for prefix in _PREFIXES:
        name = name.removeprefix(prefix)
    return _UNREADABLE.sub(" ", name).strip().capitalize()
