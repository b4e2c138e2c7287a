"""Screens: whoever looks at what waits is sent all of it, and again whenever it has changed."""

from typing import Any

from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ..runtime import loaded_components
from .board import async_board
from .files import module_name
from .messages import unread
from .people import Person, Role, person_of
from .state import guard_state
from .waiting import decided, pending


@callback
def follow(hass: HomeAssistant, connection: ActiveConnection, message_id: int) -> None:
    """Send the whole state now and after each change, as long as the connection lasts.

    Who it is for is asked anew each time: what somebody may not see any more is gone from their screen at once.
    """
    last: dict[str, Any] | None = None

    @callback
    def send() -> None:
        nonlocal last
        shown = _shown(hass, person_of(hass, connection.user, connection.refresh_token_id))
        if shown != last:
            last = shown
            now = dt_util.utcnow().isoformat()
            connection.send_event(message_id, {"now": now, **shown})

    connection.subscriptions[message_id] = async_board(hass).listen(send)
    connection.send_result(message_id)
    send()


def _shown(hass: HomeAssistant, person: Person) -> dict[str, Any]:
    """Return what this person may see."""
    if person.role is Role.NOBODY:
        return {
            "module": module_name(hass),
            "you": _you(person),
            "guard": None,
            "pending": [],
            "decided": [],
            "unread": [],
        }
    board, components = async_board(hass), loaded_components(hass)
    return {
        "module": module_name(hass),
        "you": _you(person),
        "guard": guard_state(hass, board),
        "pending": [] if components is None else pending(hass, components, board, person),
        "decided": decided(board),
        "unread": [] if components is None else unread(components, person),
    }


def _you(person: Person) -> dict[str, Any]:
    return {
        "user_id": person.user_id,
        "name": person.name,
        "role": person.role.value,
        "may_approve": person.may_approve,
        "needs_pin": person.shared,
        "can_edit": person.may_edit,
        "may_switch": person.may_switch,
        "why_not": person.why_not if person.role is not Role.NOBODY else None,
    }
