"""Each step of each request as an event, without the words."""

from typing import override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entity import MESSAGES, MessageGuardEntity
from .guarding.records import Notice
from .guarding.step_events import step_data
from .incoming.records import KINDS, IncomingNotice
from .incoming.step_events import incoming_data
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
        Kind.ARRIVED,
        Kind.FAILED_LATER,
        Kind.OBSERVED,
    ],
)


INCOMING = EventEntityDescription(
    key="incoming_messages", translation_key="incoming", event_types=[kind.value for kind in KINDS]
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: MessageGuardConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the entity."""
    async_add_entities([RequestEvent(entry), IncomingEvent(entry)])


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


class IncomingEvent(MessageGuardEntity, EventEntity):
    """What happens to what people write to the house, without its words."""

    entity_description = INCOMING

    @override
    async def async_added_to_hass(self) -> None:
        """Hear of every message."""
        await super().async_added_to_hass()
        if self.components is not None:
            self.async_on_remove(self.components.messages.inbox.subscribe(self._came_in))

    @callback
    def _came_in(self, notice: IncomingNotice) -> None:
        """Fire the step."""
        if self.components is not None:
            data = dict(incoming_data(notice, self.components.guard))
            self._trigger_event(notice.kind.value, data)
            self.async_write_ha_state()

    @callback
    @override
    def on_notice(self, notice: Notice) -> None:
        """Nothing to fire: that is a message that goes out."""
