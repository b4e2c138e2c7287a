"""Names of channels as they can be said aloud: never an id."""

import re
from typing import Final

from homeassistant.core import HomeAssistant, callback

from .phones import phone_of_action

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


def _readable(identifier: str) -> str:
    name = identifier.partition(".")[2] or identifier
    for prefix in _PREFIXES:
        name = name.removeprefix(prefix)
    return _UNREADABLE.sub(" ", name).strip().capitalize()
