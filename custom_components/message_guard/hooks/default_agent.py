"""Home Assistant's own agent: its entrances, and its second recogniser.

Relies on: components/conversation/agent_manager.py, `get_agent_manager(hass).default_agent`; and
components/conversation/default_agent.py, the methods in `RELIED_ON`, `_gazetteer` and `_get_satellite_area_and_device`; since
2026.10. When a method is gone, or takes something else: `checked_agent` raises, so the guard does not start and the
door stays closed. Without the gazetteer nobody is asked for a second opinion.
"""

import inspect
import logging
from typing import Any, Final

from homeassistant.components.conversation import ConversationInput
from homeassistant.components.conversation.agent_manager import get_agent_manager
from homeassistant.components.conversation.default_agent import DefaultAgent
from homeassistant.core import HomeAssistant, callback

from ..core.errors import MessageGuardError

_LOGGER = logging.getLogger(__name__)

HANDLE: Final = "_async_handle_message"
TRIGGERS: Final = "async_handle_sentence_triggers"
INTENTS: Final = "async_handle_intents"
RECOGNISE: Final = "async_recognize_intent"
RELIED_ON: Final = {
    HANDLE: ("user_input", "chat_log"),
    TRIGGERS: ("user_input", "chat_log"),
    INTENTS: ("user_input", "chat_log", "intent_filter"),
    "async_recognize_sentence_trigger": ("user_input",),
    RECOGNISE: ("user_input", "strict_intents_only"),
}
"""Methods of Home Assistant's agent and the parameters that they take, the same in 2026.10 and 2026.11."""


class ChangedAgentError(MessageGuardError):
    """Home Assistant's own agent is not what it was, so it cannot be guarded."""


@callback
def default_agent(hass: HomeAssistant) -> DefaultAgent | None:
    """Return Home Assistant's own agent, None as long as it has not been loaded."""
    agent: DefaultAgent | None = get_agent_manager(hass).default_agent
    return agent


@callback
def checked_agent(hass: HomeAssistant) -> DefaultAgent:
    """Return Home Assistant's own agent.

    Raises:
        ChangedAgentError: If it has not got the methods that we rely on, or there is none.
    """
    agent = default_agent(hass)
    if agent is None:
        raise ChangedAgentError("there is none")
    for name, wanted in RELIED_ON.items():
        method = getattr(agent, name, None)
        if not callable(method):
            raise ChangedAgentError(f"{name} is missing")
        parameters = inspect.signature(method).parameters
        anything = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
        if not anything and not set(wanted) <= parameters.keys():
            raise ChangedAgentError(f"{name} takes {sorted(parameters)}")
    return agent


async def second_opinion(
    agent: DefaultAgent, user_input: ConversationInput, conversation_id: str
) -> Any | None:
    """Return what its second recogniser makes of it, None where that cannot be asked.

    It is `accepted` with `frames`, or has a `refusal_target`.
    """
    try:
        gazetteer = agent._gazetteer  # noqa: SLF001 - it has no public way in
        if not gazetteer.supports(user_input.language):
            return None
        area, _ = agent._get_satellite_area_and_device(  # noqa: SLF001 - what it is asked with
            user_input.satellite_id, user_input.device_id
        )
        _, found = await gazetteer.async_interpret(user_input.text, conversation_id, area)
    except Exception as error:  # noqa: BLE001 - a second opinion, and not public
        _LOGGER.debug("The gazetteer was not asked: %s", type(error).__name__)
        return None
    return found
