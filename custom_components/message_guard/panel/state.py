"""The state of the guard in one line, and why it is not what it should be."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback

from ..approvals.switching import Why
from ..const import CONF_SENDING_OFF
from ..runtime import Components, MessageGuardConfigEntry, components_of
from .board import Board
from .names import iso
from .people import async_entry

_STATES: Final = {
    ConfigEntryState.SETUP_IN_PROGRESS: "starting",
    ConfigEntryState.SETUP_RETRY: "retrying",
    ConfigEntryState.NOT_LOADED: "unloaded",
    ConfigEntryState.UNLOAD_IN_PROGRESS: "unloaded",
}
"""Why there is no guard, by the state of its entry; of any other that it has failed."""

NOT_RUNNING, OFF, WATCHING, GUARDING = "not_running", "off", "watching", "guarding"

_UNKNOWN: Final = {"why": "unknown", "by": None, "since": None}


@callback
def guard_state(hass: HomeAssistant, board: Board) -> dict[str, Any]:
    """Return whether the guard stands in the door, and what it does there; see docs/websocket-api.md."""
    entry = async_entry(hass)
    reason_key = None if entry is None else entry.error_reason_translation_key
    found = {"state": GUARDING, "off": None, "not_running": None, "reason_key": None}
    components = None if entry is None else components_of(entry)
    if entry is None or components is None or entry.state is not ConfigEntryState.LOADED:
        why = "unloaded" if entry is None else _STATES.get(entry.state, "failed")
        return found | {"state": NOT_RUNNING, "not_running": why, "reason_key": reason_key}
    if not (components.ledger.is_open and components.ledger.writing):
        return found | {"state": NOT_RUNNING, "not_running": "ledger"}
    return found | _does(entry, components, board)


def _does(entry: MessageGuardConfigEntry, components: Components, board: Board) -> dict[str, Any]:
    if not components.guard.sending_allowed:
        return {"state": OFF, "off": _off(entry, board)}
    return {"state": WATCHING if components.guard.household.observe else GUARDING}


def _off(entry: MessageGuardConfigEntry, board: Board) -> dict[str, Any]:
    """Return who, or what, has switched sending off, and when."""
    stored = entry.options.get(CONF_SENDING_OFF)
    if not isinstance(stored, Mapping) or stored.get("why") not in tuple(Why):
        return dict(_UNKNOWN)
    since, user_id = stored.get("since"), stored.get("user_id")
    return {
        "why": stored["why"],
        "by": board.name(user_id if isinstance(user_id, str) else None),
        "since": iso(since) if isinstance(since, int | float) else None,
    }
