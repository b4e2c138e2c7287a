"""Delivery: the only module that sends.

A delivery runs in a task with a fresh context and carries a passage that dies with it. The passage is
what lets a guarded action through: the delivery's own calls, and nothing that they set off.
"""

import asyncio
from collections.abc import Callable
from contextvars import Context as ContextVars
from typing import Any, Protocol

from homeassistant.components.assist_satellite.entity import AssistSatelliteState
from homeassistant.components.notify.const import (
    ATTR_MESSAGE,
    DOMAIN as NOTIFY_DOMAIN,
    SERVICE_SEND_MESSAGE,
)
from homeassistant.const import ATTR_ENTITY_ID, STATE_UNAVAILABLE
from homeassistant.core import Context, Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.helpers.script import Script, async_validate_actions_config

from .const import DOMAIN
from .core.confirmation import Recipient
from .core.contacts import Channel, ChannelKind
from .core.errors import DeliveryError
from .core.request import Request
from .guarding.passage import Passage, alive, passing

ASSIST_SATELLITE_DOMAIN = "assist_satellite"

DELIVERY_SECONDS = 60.0
"""A channel that has not answered by then has failed; whether anything arrived, it alone knows."""

BUSY_SECONDS = 30.0
"""How long an announcement waits for a satellite that is talking with somebody."""


@callback
def delivering(context: Context | None = None) -> bool:
    """Return whether the caller runs inside a delivery that the guard has authorised.

    Args:
        context: That of a call, for which it must be the delivery's own as well. Without one also what
            the delivery has set off runs inside.
    """
    return any(
        passage.domain is None and (context is None or passage.covers(context))
        for passage in alive()
    )


class Held(Protocol):
    """A captured call that waits."""

    @property
    def context(self) -> Context:
        """The context that the call is made with."""

    async def replay(self) -> None:
        """Make the call, once, by whatever handles it now."""


class HeldCalls(Protocol):
    """Where captured calls wait."""

    def take(self, request_id: str) -> Held | None:
        """Remove and return the call of this request; None when there is none (any more)."""


class Delivery:
    """Makes the one actual call of a channel."""

    def __init__(
        self,
        hass: HomeAssistant,
        holds: HeldCalls,
        begins: Callable[[Request, Context], None] = lambda _request, _context: None,
    ) -> None:
        """Send through this Home Assistant.

        Args:
            hass: Home Assistant.
            holds: Where captured calls wait.
            begins: Called, in the delivery's task, with the context that it has.
        """
        self._hass = hass
        self._holds = holds
        self._begins = begins

    async def send(self, recipient: Recipient) -> None:
        """Deliver one authorised request.

        Raises:
            DeliveryError: If the channel is missing, fails or does not answer; its text is a reason id.
        """
        task = ContextVars().run(
            self._hass.async_create_task,
            self._deliver(recipient),
            "message_guard delivery",
            eager_start=False,
        )
        try:
            async with asyncio.timeout(DELIVERY_SECONDS):
                await task
        except TimeoutError as error:
            raise DeliveryError("channel_timeout") from error
        except HomeAssistantError as error:
            raise DeliveryError("channel_error") from error

    async def _deliver(self, recipient: Recipient) -> None:
        request = recipient.request
        if request.held_call is None:
            context = _context(request)
            self._begins(request, context)
            with passing(Passage(context)):
                await self._use_channel(recipient, context)
            return
        held = self._holds.take(request.id)
        if held is None:
            raise DeliveryError("hold_gone")
        self._begins(request, held.context)
        with passing(Passage(held.context)):
            await held.replay()

    async def _use_channel(self, recipient: Recipient, context: Context) -> None:
        request, channel = recipient.request, recipient.contact.channel
        match channel.kind:
            case ChannelKind.NOTIFY_ENTITY:
                await self._notify_entities(channel, request, context)
            case ChannelKind.NOTIFY_ACTION:
                await self._notify_action(channel, request, context)
            case ChannelKind.ANNOUNCEMENT:
                await self._announce(channel, request, context)
            case ChannelKind.ACTIONS:
                await self._run_actions(recipient, context)

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
        await self._until_idle(targets)
        await self._call(
            ASSIST_SATELLITE_DOMAIN,
            "announce",
            {ATTR_ENTITY_ID: targets, ATTR_MESSAGE: request.content.body},
            context,
        )

    async def _run_actions(self, recipient: Recipient, context: Context) -> None:
        name = recipient.contact.name
        try:
            sequence = await async_validate_actions_config(
                self._hass, cv.SCRIPT_SCHEMA(list(recipient.contact.channel.sequence))
            )
        except Exception as error:
            raise DeliveryError("channel_invalid") from error
        script = Script(self._hass, sequence, f"Message to {name}", DOMAIN)
        await script.async_run(
            {"message": recipient.request.content.body, "contact": name},
            context=context,
        )

    async def _call(self, domain: str, name: str, data: dict[str, Any], context: Context) -> None:
        if not self._hass.services.has_service(domain, name):
            raise DeliveryError("channel_missing")
        await self._hass.services.async_call(domain, name, data, blocking=True, context=context)

    def _require_states(self, entity_ids: list[str] | tuple[str, ...]) -> None:
        """Home Assistant only warns about an entity that is gone, and reports success."""
        for entity_id in entity_ids:
            state = self._hass.states.get(entity_id)
            if state is None or state.state == STATE_UNAVAILABLE:
                raise DeliveryError("channel_missing")

    async def _until_idle(self, satellites: list[str]) -> None:
        """Wait for satellites that are talking: an announcement would cut them off."""
        changed = asyncio.Event()

        @callback
        def note(_event: Event[EventStateChangedData]) -> None:
            changed.set()

        stop = async_track_state_change_event(self._hass, satellites, note)
        try:
            async with asyncio.timeout(BUSY_SECONDS):
                while any(self._busy(entity_id) for entity_id in satellites):
                    changed.clear()
                    await changed.wait()
        except TimeoutError as error:
            raise DeliveryError("channel_busy") from error
        finally:
            stop()

    def _busy(self, entity_id: str) -> bool:
        state = self._hass.states.get(entity_id)
        return state is not None and state.state != AssistSatelliteState.IDLE


def _context(request: Request) -> Context:
    """Return a context with the sender's user, and no parent: what carries it later is not spoken."""
    return Context(user_id=request.origin.user_id)
