"""Ways: what is called to reach a contact, for each kind of channel."""

from collections.abc import Mapping
from typing import Any

from homeassistant.components.notify.const import (
    ATTR_MESSAGE,
    DOMAIN as NOTIFY_DOMAIN,
    SERVICE_SEND_MESSAGE,
)
from homeassistant.const import ATTR_ENTITY_ID, STATE_UNAVAILABLE
from homeassistant.core import Context, HomeAssistant

from ..core.confirmation import Recipient
from ..core.contacts import Channel, ChannelKind
from ..core.errors import DeliveryError
from ..core.request import Request
from .announcing import SATELLITE_DOMAIN, until_idle
from .sequence import run_actions


class Ways:
    """Makes the calls of a contact's channel. Only `delivery.py` may ask for that."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Reach people through this Home Assistant."""
        self._hass = hass

    async def use(self, recipient: Recipient, context: Context) -> None:
        """Hand the message over by the contact's channel.

        Raises:
            DeliveryError: If nothing could be handed over; its text is a reason id.
            Exception: Whatever the channel raises.
        """
        request, channel = recipient.request, recipient.contact.channel
        match channel.kind:
            case ChannelKind.NOTIFY_ENTITY:
                await self._notify_entities(channel, request, context)
            case ChannelKind.NOTIFY_ACTION:
                await self._notify_action(channel, request, context)
            case ChannelKind.ANNOUNCEMENT:
                await self._announce(channel, request, context)
            case ChannelKind.ACTIONS:
                name, body = recipient.contact.name, request.content.body
                await run_actions(self._hass, channel, name, body, context)

    async def _notify_entities(self, channel: Channel, request: Request, context: Context) -> None:
        self._require_states(channel.targets)
        await self._call(
            NOTIFY_DOMAIN,
            SERVICE_SEND_MESSAGE,
            {ATTR_ENTITY_ID: list(channel.targets), ATTR_MESSAGE: request.content.body},
            context,
        )

    async def _notify_action(self, channel: Channel, request: Request, context: Context) -> None:
        for target in channel.targets:
            domain, _, name = target.partition(".")
            await self._call(domain, name, {ATTR_MESSAGE: request.content.body}, context)

    async def _announce(self, channel: Channel, request: Request, context: Context) -> None:
        """Announce on every satellite but the one that is speaking with the sender."""
        targets = [target for target in channel.targets if target != request.origin.satellite_id]
        if not targets:
            raise DeliveryError("speaking_satellite")
        self._require_states(targets)
        await until_idle(self._hass, targets)
        await self._call(
            SATELLITE_DOMAIN,
            "announce",
            {ATTR_ENTITY_ID: targets, ATTR_MESSAGE: request.content.body},
            context,
        )

    async def _call(
        self, domain: str, name: str, data: Mapping[str, Any], context: Context
    ) -> None:
        if not self._hass.services.has_service(domain, name):
            raise DeliveryError("channel_missing")
        await self._hass.services.async_call(
            domain, name, dict(data), blocking=True, context=context
        )

    def _require_states(self, entity_ids: list[str] | tuple[str, ...]) -> None:
        """Home Assistant only warns about an entity that is gone, and reports success."""
        for entity_id in entity_ids:
            state = self._hass.states.get(entity_id)
            if state is None or state.state == STATE_UNAVAILABLE:
                raise DeliveryError("channel_missing")
