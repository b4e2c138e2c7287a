"""What Home Assistant's own agent would make of something. It is asked, and nothing is done."""

from collections.abc import Callable
from dataclasses import replace
import logging

from hassil import RecognizeResult
from homeassistant.components.conversation import ConversationInput
from homeassistant.components.conversation.default_agent import (
    DefaultAgent,
    SentenceTriggerResult,
)
from homeassistant.core import HomeAssistant

from ..hooks.default_agent import default_agent, second_opinion

_LOGGER = logging.getLogger(__name__)


class Understanding:
    """Asks Home Assistant's recognisers."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Create the view on this home's own agent."""
        self._hass = hass

    async def is_households_own(
        self, user_input: ConversationInput, is_recipient: Callable[[str], bool]
    ) -> bool:
        """Return whether a sentence trigger is exactly this, or leaves out nothing but whom it is to.

        "Ask {who} where he is" has the words of the message written down; "ask {who} {what}" takes anybody's.
        """
        agent = self._agent
        found = await agent.async_recognize_sentence_trigger(user_input) if agent else None
        return found is not None and any(
            all(is_recipient(str(entity.value).strip()) for entity in matched.entities.values())
            for matched in found.matched_triggers.values()
        )

    async def understands(
        self, user_input: ConversationInput, conversation_id: str, *, plainly: bool = False
    ) -> bool:
        """Return whether it would know what to do, or what is wrong.

        Args:
            user_input: What was said.
            conversation_id: Where.
            plainly: That it takes any words for something does not count.
        """
        if (agent := self._agent) is None:
            return False
        trigger = await agent.async_recognize_sentence_trigger(user_input)
        if trigger is not None and (not plainly or _is_literal(trigger)):
            return True
        found = await agent.async_recognize_intent(user_input)
        if found is not None:
            if (command := _delayed_command(found)) is not None:
                later = replace(user_input, text=command)
                return await self._will_understand(agent, later, conversation_id, plainly=plainly)
            if not plainly or _is_plain(found):
                return True
        return await _gazetteer_accepts(agent, user_input, conversation_id)

    async def names_a_thing(self, user_input: ConversationInput, conversation_id: str) -> bool:
        """Return whether it says what is wrong: "I see you're targeting the vacuums, but …"."""
        if (agent := self._agent) is None:
            return False
        found = await second_opinion(agent, user_input, conversation_id)
        return found is not None and bool(found.refusal_target)

    async def delayed_command(self, user_input: ConversationInput) -> str | None:
        """Return the words that it would let a timer say, None where it takes this for no delayed command."""
        agent = self._agent
        if agent is None or await agent.async_recognize_sentence_trigger(user_input) is not None:
            return None
        found = await agent.async_recognize_intent(user_input)
        return None if found is None else _delayed_command(found)

    async def _will_understand(
        self,
        agent: DefaultAgent,
        command: ConversationInput,
        conversation_id: str,
        *,
        plainly: bool,
    ) -> bool:
        """Return whether it would do something with a delayed command. Nobody hears what is wrong with it."""
        if await agent.async_recognize_sentence_trigger(command) is not None:
            return True
        found = await agent.async_recognize_intent(command)
        if found is not None and not found.unmatched_entities:
            return not plainly or _is_plain(found)
        return await _gazetteer_accepts(agent, command, conversation_id)

    @property
    def _agent(self) -> DefaultAgent | None:
        return default_agent(self._hass)


def _is_literal(found: SentenceTriggerResult) -> bool:
    return any(not matched.entities for matched in found.matched_triggers.values())


def _delayed_command(found: RecognizeResult) -> str | None:
    """Return the words that a timer is to say, None where it is no delayed command."""
    command = found.entities.get("conversation_command")
    return str(command.value).strip() if command is not None else None


def _is_plain(found: RecognizeResult) -> bool:
    """Return whether every word of it is known to Home Assistant."""
    return not found.unmatched_entities and not any(
        entity.is_wildcard for entity in found.entities_list
    )


async def _gazetteer_accepts(
    agent: DefaultAgent, user_input: ConversationInput, conversation_id: str
) -> bool:
    """Return whether its second recogniser understands it; False where that cannot be asked."""
    found = await second_opinion(agent, user_input, conversation_id)
    return found is not None and bool(found.accepted and found.frames)
