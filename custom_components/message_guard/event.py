"""Each step of each request as an event, without the words."""

from typing import override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entity import MESSAGES, MessageGuardEntity
from .guarding.records import Notice
from .guarding.step_events import step_data
from .ledger.format.entries import Kind
from .runtime import MessageGuardConfigEntry

PARALLEL_UPDATES = 0

REQUESTS = EventEntityDescription(
    key=MESSAGES,
    translation_key="request",
    event_types=[
        Kind.ASKED,
        Kind.REFUSED,
        Kind.DECLINED,
        Kind.EXPIRED,
        Kind.SUPERSEDED,
        Kind.WRONG_REPLY,
        Kind.PROOF_FAILED,
        Kind.AUTHORISED,
        Kind.DELIVERED,
        Kind.HANDED_OVER,
        Kind.UNKNOWN,
        Kind.INTERRUPTED,
        Kind.FAILED,
        Kind.OBSERVED,
    ],
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: MessageGuardConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the entity."""
    async_add_entities([RequestEvent(entry)])


class RequestEvent(MessageGuardEntity, EventEntity):
    """What happens to requests."""

    entity_description = REQUESTS

    @callback
    @override
    def on_notice(self, notice: Notice) -> None:
        """Fire the step."""
        if self.components is not None:
            self._trigger_event(notice.kind.value, dict(step_data(notice, self.components.guard)))
            self.async_write_ha_state()
