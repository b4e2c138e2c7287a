"""The button that declines everything that waits."""

from typing import override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .approvals.control import components_outside_a_turn
from .core.control import Operation
from .entity import MessageGuardEntity
from .guarding.records import Approver
from .runtime import MessageGuardConfigEntry

PARALLEL_UPDATES = 0

DECLINE_ALL = ButtonEntityDescription(key="decline_all", translation_key="decline_all")


async def async_setup_entry(
    hass: HomeAssistant,
    entry: MessageGuardConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the button."""
    async_add_entities([DeclineAllButton(entry)])


class DeclineAllButton(MessageGuardEntity, ButtonEntity):
    """Declines everything that waits."""

    entity_description = DECLINE_ALL

    @override
    async def async_press(self) -> None:
        """Decline.

        Raises:
            ServiceValidationError: If somebody's speech pressed it.
        """
        context = self._context or Context()
        components = await components_outside_a_turn(self.hass, context, Operation.DECLINE)
        approver = Approver(user_id=context.user_id, via="button", source=self.entity_id)
        await components.actions.decline_line()  # first, or the next of it would be asked
        for confirmation in components.guard.pending:
            try:
                await components.guard.decline(confirmation.id, approver)
            except KeyError:
                # It was decided while the ones before it were being declined.
                continue
