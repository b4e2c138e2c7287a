"""How a channel is shown that is not offered as it stands: by what the household calls its parts."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.const import CONF_ALIAS
from homeassistant.core import HomeAssistant, callback

from ..bypasses.steps import calls_in
from ..channels.names import shown_action, shown_call, shown_entity
from ..const import CONF_CALL_ACTION, CONF_CALL_DATA, CONF_CHANNEL, CONF_SEQUENCE, CONF_TARGETS
from ..core.contacts import ChannelKind

_NOTHING_TO_SHOW: Final = "…"


@callback
def stored_label(hass: HomeAssistant, stored: Mapping[str, Any]) -> str:
    """Return how a stored channel is shown."""
    kind = stored[CONF_CHANNEL]
    if kind == ChannelKind.ACTION:
        return _call_label(hass, stored[CONF_CALL_ACTION], stored[CONF_CALL_DATA])
    if kind == ChannelKind.ACTIONS:
        steps = (_step_label(hass, step) for step in stored[CONF_SEQUENCE])
        return " → ".join(step for step in steps if step) or _NOTHING_TO_SHOW
    shown = shown_action if kind == ChannelKind.NOTIFY_ACTION else shown_entity
    return ", ".join(shown(hass, target) for target in stored[CONF_TARGETS])


@callback
def _call_label(hass: HomeAssistant, action: str, data: Mapping[str, Any]) -> str:
    """Return how an action with fixed fields is shown."""
    fields = ", ".join(f"{name}: {_value_label(hass, value)}" for name, value in data.items())
    called = shown_action(hass, action)
    return f"{called} ({fields})" if fields else called


@callback
def _value_label(hass: HomeAssistant, value: object) -> str:
    if isinstance(value, list):
        return ", ".join(_value_label(hass, item) for item in value)
    known = isinstance(value, str) and "." in value
    return shown_entity(hass, str(value)) if known else str(value)


@callback
def _step_label(hass: HomeAssistant, step: Any) -> str:
    """Return what one of a contact's own actions is called, else what it calls; nothing of what calls nothing."""
    if isinstance(step, Mapping) and step.get(CONF_ALIAS):
        return str(step[CONF_ALIAS])
    return ", ".join(dict.fromkeys(shown_call(hass, call) for call in calls_in(step)))


def shown_value(value: object) -> str:
    """Return the value of a fixed field as a name can hold it."""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
