"""Step events: every step of what comes in, without its words, for what lives longer than the entry."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.util.signal_type import SignalType

from ..const import DOMAIN
from ..guarding.guard import Guard
from .records import IncomingNotice

SIGNAL_INCOMING: Final[SignalType[str, Mapping[str, Any]]] = SignalType(f"{DOMAIN}_incoming")


def incoming_data(notice: IncomingNotice, guard: Guard) -> Mapping[str, Any]:
    """Return what may be told about a step: no word of it. What is told is kept for days by recorders and traces."""
    contact = guard.household.contacts.get(notice.contact_id)
    return MappingProxyType(
        {
            "message_id": notice.message_id,
            "contact_id": notice.contact_id,
            "contact": contact.name if contact else None,
            "through": notice.through.value,
            "reasons": list(notice.reasons),
            "satellite_id": notice.satellite_id,
        }
    )


@callback
def announce_incoming(hass: HomeAssistant, guard: Guard, notice: IncomingNotice) -> None:
    """Tell everybody in Home Assistant who listens for it."""
    async_dispatcher_send(hass, SIGNAL_INCOMING, notice.kind.value, incoming_data(notice, guard))
