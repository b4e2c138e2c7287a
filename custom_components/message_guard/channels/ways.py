"""Ways: what is called to reach a contact, for each kind of channel.

Each channel, and each member of a group, is asked by itself: what is known of one says nothing of another.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from homeassistant.components.notify.const import (
    ATTR_DATA,
    ATTR_MESSAGE,
    DOMAIN as NOTIFY_DOMAIN,
    SERVICE_SEND_MESSAGE,
)
from homeassistant.const import ATTR_ENTITY_ID, STATE_UNAVAILABLE
from homeassistant.core import Context, HomeAssistant

from ..core.confirmation import Recipient
from ..core.contacts import Channel, ChannelKind
from ..core.errors import DeliveryError
from ..core.fixed_call import FixedCall
from ..core.outcome import Outcome, Reach, failed, together
from ..core.request import Request
from ..guarding.ports import log_failure
from ..home.satellites import until_idle
from .attempt import attempt
from .groups import member_calls, member_entities
from .names import action_name, entity_name
from .phones import phone_of_action, phone_of_entity
from .plain_text import as_plain_text
from .scripts import is_script, run_script, steps
from .sequence import run_actions

SATELLITE_DOMAIN = "assist_satellite"

BUSY_SECONDS = 30.0
"""How long an announcement waits for a satellite that is talking with somebody."""


type AnswerField = Callable[[Recipient], Awaitable[Mapping[str, Any] | None]]


async def _no_answer(_recipient: Recipient) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Part:
    """One call of a channel, to be made by itself.

    Attributes:
        name: Whom it reaches, to be said aloud.
        make: Makes the call; returns None where nothing more is known than that nothing was raised.
    """

    name: str
    make: Callable[[], Awaitable[Outcome | None]]


class Ways:
    """Makes the calls of a contact's channels. Only `guarding/delivery.py` may ask for that."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Reach people through this Home Assistant.

        Attributes:
            answer_field: Returns the data by which a phone's notification can be answered, None where it cannot.
            on_calls: Called with how many calls are about to be made to reach a recipient, each time that some are.
            on_phone: Called with the user of a phone when one of these calls asks it to confirm.
        """
        self._hass = hass
        self.answer_field: AnswerField = _no_answer
        self.on_calls: Callable[[Recipient, int], None] = lambda _recipient, _count: None
        self.on_phone: Callable[[Recipient, str], None] = lambda _recipient, _user_id: None

    async def use(self, recipient: Recipient, context: Context) -> Outcome:
        """Hand the message over by the contact's channels: all of them, or one after the other.

        In turn, the next is used only if nothing was handed over by the one before, and an announcement
        never takes the place of a channel for one person's eyes.
        """
        contact = recipient.contact
        if not contact.in_turn:
            parts = [
                part for item in contact.channels for part in self._parts(item, recipient, context)
            ]
            return await self._all(parts, recipient)
        outcome = failed("channel_missing")
        private = False
        for channel in contact.channels:
            if private and not channel.private:
                continue
            outcome = await self._all(self._parts(channel, recipient, context), recipient)
            if outcome.reach is not Reach.FAILED:
                return outcome
            private = private or channel.private
        return outcome

    async def _all(self, parts: Sequence[Part], recipient: Recipient) -> Outcome:
        body = recipient.request.content.body
        self.on_calls(recipient, len(parts))
        outcomes = await asyncio.gather(*(attempt(self._hass, part.make, body) for part in parts))
        return together((part.name, outcome) for part, outcome in zip(parts, outcomes, strict=True))

    # --- what is called -----------------------------------------------------------------------

    def _parts(self, channel: Channel, recipient: Recipient, context: Context) -> list[Part]:
        request = recipient.request
        match channel.kind:
            case ChannelKind.NOTIFY_ENTITY:
                return self._to_entities(channel.targets, recipient, context)
            case ChannelKind.NOTIFY_ACTION:
                return [
                    part
                    for target in channel.targets
                    for part in self._by_action(target, recipient, context)
                ]
            case ChannelKind.ACTION if channel.call is not None:
                return self._by_fixed_call(channel.call, recipient, context)
            case ChannelKind.ANNOUNCEMENT:
                return [
                    Part(recipient.contact.name, lambda: self._announce(channel, request, context))
                ]
        name, body = recipient.contact.name, request.content.body
        return [Part(name, lambda: run_actions(self._hass, channel, name, body, context))]

    def _to_entities(
        self, entity_ids: Sequence[str], recipient: Recipient, context: Context
    ) -> list[Part]:
        """Ask each entity by itself, and the members of a group instead of the group."""
        found = dict.fromkeys(
            member for item in entity_ids for member in member_entities(self._hass, item)
        )
        return [self._to_entity(entity_id, recipient, context) for entity_id in found]

    def _to_entity(self, entity_id: str, recipient: Recipient, context: Context) -> Part:
        """Ask an entity; a phone that may answer by its action, since entities are handed words alone."""
        body = recipient.request.content.body
        data = {ATTR_ENTITY_ID: [entity_id], ATTR_MESSAGE: body}

        async def make() -> None:
            self._require_states((entity_id,))
            phone = phone_of_entity(self._hass, entity_id)
            field = await self._answer_field(recipient) if phone is not None else None
            if phone is not None and field is not None:
                self.on_phone(recipient, phone.phone.user_id)
                await self._call(
                    phone.action, {ATTR_MESSAGE: body, ATTR_DATA: dict(field)}, context
                )
                return
            await self._call(f"{NOTIFY_DOMAIN}.{SERVICE_SEND_MESSAGE}", data, context)

        return Part(entity_name(self._hass, entity_id), make)

    async def _answer_field(self, recipient: Recipient) -> Mapping[str, Any] | None:
        """Return the field to answer in, None where there is none, or where it cannot be told."""
        try:
            return await self.answer_field(recipient)
        except Exception as error:  # noqa: BLE001 - a message goes without it
            log_failure("a field to answer in", error)
            return None

    def _by_action(
        self,
        action: str,
        recipient: Recipient,
        context: Context,
        fields: Mapping[str, Any] | None = None,
    ) -> list[Part]:
        """Ask each member of a legacy group by itself, and a phone by its entity: it tells of errors."""
        found = []
        for name, data in member_calls(self._hass, action, fields or {}):
            phone = phone_of_action(self._hass, name)
            if phone is not None and phone.entity_id is not None and not data:
                found.append(self._to_entity(phone.entity_id, recipient, context))
            else:
                call = FixedCall(name, data)
                found.append(self._of_call(call, recipient.request, context))
        return found

    def _by_fixed_call(self, call: FixedCall, recipient: Recipient, context: Context) -> list[Part]:
        if call.action.startswith(f"{NOTIFY_DOMAIN}.") and call.words == ATTR_MESSAGE:
            return self._by_action(call.action, recipient, context, call.fields)
        return [self._of_call(call, recipient.request, context)]

    def _of_call(self, call: FixedCall, request: Request, context: Context) -> Part:
        data = {**call.fields, call.words: request.content.body}

        async def make() -> None:
            body = request.content.body
            if is_script(call.action) and await run_script(
                self._hass, call.action, data, body, context
            ):
                return
            async with steps(self._hass, ({"action": call.action},)):
                await self._call(call.action, data, context)

        return Part(action_name(self._hass, call.action), make)

    async def _announce(self, channel: Channel, request: Request, context: Context) -> None:
        """Announce on every satellite but the one that is speaking with the sender."""
        targets = [target for target in channel.targets if target != request.origin.satellite_id]
        if not targets:
            raise DeliveryError("speaking_satellite")
        self._require_states(targets)
        if not await until_idle(self._hass, targets, BUSY_SECONDS):
            raise DeliveryError("channel_busy")
        data = {ATTR_ENTITY_ID: targets, ATTR_MESSAGE: request.content.body}
        await self._call(f"{SATELLITE_DOMAIN}.announce", data, context)

    async def _call(self, action: str, data: Mapping[str, Any], context: Context) -> None:
        action, said = as_plain_text(self._hass, action, data)
        domain, _, name = action.partition(".")
        if not self._hass.services.has_service(domain, name):
            raise DeliveryError("channel_missing")
        await self._hass.services.async_call(domain, name, said, blocking=True, context=context)

    def _require_states(self, entity_ids: Sequence[str]) -> None:
        """Home Assistant only warns about an entity that is gone, and reports success."""
        for entity_id in entity_ids:
            state = self._hass.states.get(entity_id)
            if state is None or state.state == STATE_UNAVAILABLE:
                raise DeliveryError("channel_missing")
