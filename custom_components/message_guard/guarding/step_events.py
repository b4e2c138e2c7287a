"""Step events: every step of every request, for what lives longer than the entry, such as automations."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.util.signal_type import SignalType

from ..const import DOMAIN
from .guard import Guard
from .records import Notice

type StepData = Mapping[str, Any]
"""What may be told about a step: no body, and no name that was heard."""

SIGNAL_STEP: Final[SignalType[str, StepData]] = SignalType(f"{DOMAIN}_step")
EVENT_STEP: Final = f"{DOMAIN}_step"
"""On the bus, for the logbook, where no event entity has a line of its own there."""
SIGNAL_LEDGER: Final[SignalType[bool, StepData]] = SignalType(f"{DOMAIN}_ledger")


def step_data(notice: Notice, guard: Guard) -> StepData:
    """Return what may be told about a step. What is told is kept for days, by recorders and traces."""
    request = notice.request
    contact = guard.household.contacts.get(notice.contact_id)
    return MappingProxyType(
        {
            "request_id": request.id,
            "confirmation_id": notice.confirmation.id if notice.confirmation else None,
            "contact_id": notice.contact_id,
            "contact": contact.name if contact else None,
            "route": request.route.value,
            "level": notice.level.label,
            "reasons": list(notice.reasons),
            "satellite_id": request.origin.satellite_id,
        }
    )


@callback
def announce(hass: HomeAssistant, guard: Guard, entity: str, notice: Notice) -> None:
    """Tell everybody in Home Assistant who listens for it.

    The logbook shows each step of the event entity by itself, and nothing that an integration can do keeps it from that
    (docs/architecture.md, *One line a step*). So a line of ours is for the household that has disabled the entity.

    Args:
        hass: Home Assistant.
        guard: Whose step it is.
        entity: Unique id of the event entity.
        notice: The step.
    """
    told = step_data(notice, guard)
    async_dispatcher_send(hass, SIGNAL_STEP, notice.kind.value, told)
    registry = er.async_get(hass)
    entity_id = registry.async_get_entity_id("event", DOMAIN, entity)
    known = None if entity_id is None else registry.async_get(entity_id)
    if known is None or known.disabled:
        device_id = None if known is None else known.device_id
        hass.bus.async_fire(
            EVENT_STEP, {"kind": notice.kind.value, ATTR_DEVICE_ID: device_id, **told}
        )
