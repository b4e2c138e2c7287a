"""The switch that stops all sending. Speech can turn it off, and only a person turns it on again."""

from typing import Any, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .approvals.control import components_outside_a_turn
from .const import DOMAIN, ISSUE_BURST
from .core.control import Operation
from .entity import MessageGuardEntity
from .runtime import MessageGuardConfigEntry
from .settings.household import keep_sending_allowed

PARALLEL_UPDATES = 0

SENDING_ALLOWED = SwitchEntityDescription(
    key="sending_allowed",
    translation_key="sending_allowed",
    entity_category=EntityCategory.CONFIG,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: MessageGuardConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the switch."""
    async_add_entities([SendingAllowedSwitch(entry)])


class SendingAllowedSwitch(MessageGuardEntity, SwitchEntity):
    """Whether anything may be sent at all. It is stored with the options, so a restart changes nothing."""

    entity_description = SENDING_ALLOWED

    @property
    @override
    def is_on(self) -> bool | None:
        """Return whether messages may be sent."""
        components = self.components
        return None if components is None else components.guard.sending_allowed

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Allow sending again.

        Raises:
            ServiceValidationError: If it is no approver who asks for it now, having seen that it is off.
        """
        state = self.hass.states.get(self.entity_id)
        off_since = state.context.id if state is not None and self.is_on is False else None
        context = self._context or Context()
        await components_outside_a_turn(self.hass, context, Operation.ALLOW_SENDING, off_since)
        self._set(allowed=True)
        ir.async_delete_issue(self.hass, DOMAIN, ISSUE_BURST)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Stop sending. This only makes the guard stricter, so anything may ask for it."""
        self._set(allowed=False)

    def _set(self, *, allowed: bool) -> None:
        if self.components is not None:
            self.components.guard.sending_allowed = allowed
        keep_sending_allowed(self.hass, self.entry, allowed=allowed)
        self.async_write_ha_state()
