"""Actions of one's own as a contact's channel."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.script import async_validate_actions_config
import probatio

from ..const import CONF_CHANNEL, CONF_SEQUENCE
from ..core.contacts import ChannelKind
from .suggestions import Stored


async def own_actions(hass: HomeAssistant, entered: Any) -> tuple[Stored, str | None]:
    """Return the channel that entered actions are, and the key of an error if they are none."""
    steps = entered if isinstance(entered, list) else [] if entered is None else [entered]
    stored = {CONF_CHANNEL: ChannelKind.ACTIONS.value, CONF_SEQUENCE: steps}
    if not steps:
        return stored, "nothing_chosen"
    try:
        await async_validate_actions_config(hass, cv.SCRIPT_SCHEMA(steps))
    except probatio.Invalid, HomeAssistantError:
        return stored, "actions_invalid"
    return stored, None
