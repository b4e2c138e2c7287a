"""The household's switch: turned here, whoever turns it, with who it was and when."""

from enum import StrEnum
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.util import dt as dt_util
from homeassistant.util.signal_type import SignalType

from ..const import CONF_SENDING_ALLOWED, CONF_SENDING_OFF, DOMAIN, ISSUE_BURST
from ..guarding.guard import Guard

SIGNAL_SENDING: Final[SignalType[()]] = SignalType(f"{DOMAIN}_sending")
"""The switch has been turned."""


class Why(StrEnum):
    """What has switched sending off. The values are stored."""

    SWITCH = "switch"
    """A person, or an automation, by the switch."""
    SPEECH = "speech"
    """Somebody has said so."""
    BURST = "burst"
    """Too many requests in a short time."""


@callback
def stop_sending(
    hass: HomeAssistant, entry: ConfigEntry, guard: Guard | None, why: Why, user_id: str | None
) -> None:
    """Let nothing more be sent, neither now nor after a restart; `user_id` says for whom, if that is known.

    What is off stays off as it was: who switched it off first is told.
    """
    if guard is not None:
        guard.sending_allowed = False
    if entry.options.get(CONF_SENDING_ALLOWED) is False:
        return
    off = {"why": why.value, "user_id": user_id, "since": dt_util.utcnow().timestamp()}
    _keep(hass, entry, {CONF_SENDING_ALLOWED: False, CONF_SENDING_OFF: off})


@callback
def allow_sending(hass: HomeAssistant, entry: ConfigEntry, guard: Guard | None) -> None:
    """Let messages be sent again."""
    if guard is not None:
        guard.sending_allowed = True
    _keep(hass, entry, {CONF_SENDING_ALLOWED: True})
    ir.async_delete_issue(hass, DOMAIN, ISSUE_BURST)


def _keep(hass: HomeAssistant, entry: ConfigEntry, switched: dict[str, object]) -> None:
    """Store how the switch is left, so that neither a restart nor other options change it."""
    kept = {key: value for key, value in entry.options.items() if key != CONF_SENDING_OFF}
    hass.config_entries.async_update_entry(entry, options={**kept, **switched})
    async_dispatcher_send(hass, SIGNAL_SENDING)
