"""Conditions for automations: how the guard stands. Without a guard none of them holds."""

from abc import abstractmethod
from typing import Final, Unpack, cast, override

from homeassistant.const import CONF_OPTIONS
from homeassistant.core import HomeAssistant
from homeassistant.helpers.condition import Condition, ConditionCheckParams
from homeassistant.helpers.typing import ConfigType
import probatio

from .runtime import Components, loaded_components

_SCHEMA: Final = probatio.Schema({probatio.Optional(CONF_OPTIONS, default=dict): {}})


class GuardCondition(Condition):
    """A condition without options: there is one guard in a home."""

    @override
    @classmethod
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        """Return the configuration, which is empty."""
        return cast("ConfigType", _SCHEMA(config))

    @override
    def _async_check(self, **kwargs: Unpack[ConditionCheckParams]) -> bool:
        """Return whether it holds."""
        components = loaded_components(self._hass)
        return components is not None and self.holds(components)

    @abstractmethod
    def holds(self, components: Components) -> bool:
        """Return whether it holds for this guard."""


class ApprovalNeeded(GuardCondition):
    """At least one message waits for its proof."""

    @override
    def holds(self, components: Components) -> bool:
        """Return whether something waits."""
        return bool(components.guard.pending)


class SendingAllowed(GuardCondition):
    """The household's switch is on."""

    @override
    def holds(self, components: Components) -> bool:
        """Return whether messages may be sent."""
        return components.guard.sending_allowed


class LedgerSound(GuardCondition):
    """The latest check of the ledger found nothing wrong."""

    @override
    def holds(self, components: Components) -> bool:
        """Return what the latest check found."""
        return components.ledger_watch.sound is True


class MessagesWaiting(GuardCondition):
    """At least one message has come in that nobody has heard."""

    @override
    def holds(self, components: Components) -> bool:
        """Return whether one waits."""
        return bool(components.messages.inbox.waiting)


CONDITIONS: dict[str, type[Condition]] = {
    "approval_needed": ApprovalNeeded,
    "ledger_sound": LedgerSound,
    "messages_waiting": MessagesWaiting,
    "sending_allowed": SendingAllowed,
}


async def async_get_conditions(hass: HomeAssistant) -> dict[str, type[Condition]]:
    """Return the conditions."""
    return CONDITIONS
