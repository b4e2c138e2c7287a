"""Triggers for automations: what happened to a message, and what happened to the ledger."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final, cast, override

from homeassistant.const import CONF_OPTIONS
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.trigger import (
    Trigger,
    TriggerActionRunner,
    TriggerNotTriggeredReporter,
)
from homeassistant.helpers.typing import ConfigType
import probatio

from .guarding.step_events import SIGNAL_LEDGER, SIGNAL_STEP, StepData
from .incoming.step_events import SIGNAL_INCOMING
from .ledger.format.entries import Kind

_SCHEMA: Final = probatio.Schema({probatio.Optional(CONF_OPTIONS, default=dict): {}})


class GuardTrigger(Trigger):
    """A trigger without options: there is one guard in a home."""

    @override
    @classmethod
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        """Return the configuration, which is empty."""
        return cast("ConfigType", _SCHEMA(config))


class StepTrigger(GuardTrigger):
    """Fires when a message takes one of these steps.

    It knows nothing of the turn in which somebody spoke: what the automation then does is not spoken.
    """

    kinds: ClassVar[frozenset[Kind]]
    description: ClassVar[str]

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        """Listen for steps, also through reloads of the guard."""

        @callback
        def step(kind: str, step_data: StepData) -> None:
            if kind in self.kinds:
                run_action({"step": kind, **step_data}, self.description)

        return async_dispatcher_connect(self._hass, SIGNAL_STEP, step)


class ApprovalNeeded(StepTrigger):
    """A message waits for its proof."""

    kinds = frozenset({Kind.ASKED})
    description = "a message waits for its proof"


class MessageRefused(StepTrigger):
    """A message was refused, or its proof failed."""

    kinds = frozenset({Kind.REFUSED, Kind.PROOF_FAILED})
    description = "a message was refused"


class MessageSent(StepTrigger):
    """A channel has taken a message."""

    kinds = frozenset({Kind.DELIVERED, Kind.HANDED_OVER})
    description = "a message was sent"


class MessageArrived(StepTrigger):
    """The phones of a contact have confirmed that a message is there."""

    kinds = frozenset({Kind.ARRIVED})
    description = "a message has arrived"


class MessageFailed(StepTrigger):
    """A channel failed, at once or later, or nobody knows whether the message arrived."""

    kinds = frozenset({Kind.FAILED, Kind.FAILED_LATER, Kind.UNKNOWN, Kind.INTERRUPTED})
    description = "a message could not be delivered"


class LedgerNotSound(GuardTrigger):
    """The ledger can no longer be read, or somebody has changed it."""

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        """Listen for checks; fire once for each time that it goes bad."""
        was_sound = True

        @callback
        def checked(sound: bool, found: StepData) -> None:
            nonlocal was_sound
            if was_sound and not sound:
                payload: dict[str, Any] = dict(found)
                run_action(payload, "the ledger is not sound")
            was_sound = sound

        return async_dispatcher_connect(self._hass, SIGNAL_LEDGER, checked)


class MessageReceived(GuardTrigger):
    """Somebody who may has written to the house. It knows no word of it."""

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        """Listen for messages, also through reloads of the guard."""

        @callback
        def came_in(kind: str, told: Mapping[str, Any]) -> None:
            if kind == Kind.RECEIVED:
                run_action({"step": kind, **told}, "a message has come in")

        return async_dispatcher_connect(self._hass, SIGNAL_INCOMING, came_in)


TRIGGERS: dict[str, type[Trigger]] = {
    "approval_needed": ApprovalNeeded,
    "ledger_not_sound": LedgerNotSound,
    "message_arrived": MessageArrived,
    "message_failed": MessageFailed,
    "message_received": MessageReceived,
    "message_refused": MessageRefused,
    "message_sent": MessageSent,
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers."""
    return TRIGGERS
