"""The switch that stops all sending. Speech can turn it off, and only a person turns it on again."""

from abc import abstractmethod
from typing import Any, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .approvals.control import cause_of_call, components_outside_a_turn
from .approvals.switching import SIGNAL_SENDING, Why, allow_sending, stop_sending
from .core.control import Operation
from .entity import MessageGuardEntity
from .guarding.guard import Guard
from .runtime import MessageGuardConfigEntry
from .settings.household import keep_incoming_allowed

PARALLEL_UPDATES = 0

SENDING_ALLOWED = SwitchEntityDescription(
    key="sending_allowed",
    translation_key="sending_allowed",
    entity_category=EntityCategory.CONFIG,
)

INCOMING_ALLOWED = SwitchEntityDescription(
    key="incoming_allowed",
    translation_key="incoming_allowed",
    entity_category=EntityCategory.CONFIG,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: MessageGuardConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the switch."""
    async_add_entities([SendingAllowedSwitch(entry), IncomingAllowedSwitch(entry)])


class _ApproversSwitch(MessageGuardEntity, SwitchEntity):
    """A switch that only an approver turns on, who has seen that it is off."""

    @abstractmethod
    def allow(self) -> None:
        """Do what turning it on means."""

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Turn it on.

        Raises:
            ServiceValidationError: If it is no approver who asks for it now, having seen that it is off.
        """
        state = self.hass.states.get(self.entity_id)
        off_since = state.context.id if state is not None and self.is_on is False else None
        context = self._context or Context()
        await components_outside_a_turn(self.hass, context, Operation.ALLOW_SENDING, off_since)
        self.allow()


class IncomingAllowedSwitch(_ApproversSwitch):
    """Whether messages are taken in at all: off until a person turns it on; anything may turn it off."""

    entity_description = INCOMING_ALLOWED

    @property
    @override
    def is_on(self) -> bool | None:
        """Return whether messages are taken in."""
        components = self.components
        return None if components is None else components.messages.inbox.allowed

    @override
    def allow(self) -> None:
        """Take messages in."""
        self._set(allowed=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Take nothing in any more: anything may ask for that, at any time."""
        self._set(allowed=False)

    def _set(self, *, allowed: bool) -> None:
        if self.components is not None:
            self.components.messages.inbox.allowed = allowed
        keep_incoming_allowed(self.hass, self.entry, allowed=allowed)
        self.async_write_ha_state()


class SendingAllowedSwitch(_ApproversSwitch):
    """Whether anything may be sent at all. It is stored with the options, so a restart changes nothing."""

    entity_description = SENDING_ALLOWED

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the switch, wherever it is turned."""
        await super().async_added_to_hass()
        self.async_on_remove(
            async_dispatcher_connect(self.hass, SIGNAL_SENDING, self.async_write_ha_state)
        )

    @property
    @override
    def is_on(self) -> bool | None:
        """Return whether messages may be sent."""
        components = self.components
        return None if components is None else components.guard.sending_allowed

    @override
    def allow(self) -> None:
        """Allow sending again."""
        allow_sending(self.hass, self.entry, self._guard)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Stop sending. This only makes the guard stricter, so anything may ask for it."""
        if (guard := self._guard) is not None:
            guard.sending_allowed = False  # before anything is waited for
        context = self._context or Context()
        spoken = (
            self.components is not None
            and (await cause_of_call(self.hass, self.components, context)).spoken
        )
        why = Why.SPEECH if spoken else Why.SWITCH
        stop_sending(self.hass, self.entry, self._guard, why, context.user_id)

    @property
    def _guard(self) -> Guard | None:
        return None if self.components is None else self.components.guard
