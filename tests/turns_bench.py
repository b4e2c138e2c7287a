"""An agent that does as a test says, and what is said to it."""

from typing import Any, Literal, override

from homeassistant.components import conversation
from homeassistant.core import Context, HomeAssistant


class Agent(conversation.ConversationEntity):
    """An agent that does as a test says."""

    _attr_name = "agent"
    entity_id = "conversation.agent"

    def __init__(self, act: Any) -> None:
        """Call `act` with what was said."""
        self._act = act

    @property
    @override
    def supported_languages(self) -> Literal["*"]:
        return "*"

    @override
    async def _async_handle_message(
        self, user_input: conversation.ConversationInput, chat_log: conversation.ChatLog
    ) -> conversation.ConversationResult:
        await self._act(user_input, chat_log)
        chat_log.async_add_assistant_content_without_tools(
            conversation.AssistantContent(agent_id=self.entity_id, content="Done")
        )
        return conversation.async_get_result_from_chat_log(user_input, chat_log)


async def add_agent(hass: HomeAssistant, act: Any) -> None:
    """Add an agent that does this."""
    await hass.data[conversation.const.DATA_COMPONENT].async_add_entities([Agent(act)])


async def say(
    hass: HomeAssistant, text: str = "hello", *, conversation_id: str | None = None, **more: Any
) -> conversation.ConversationResult:
    """Say something to the agent of a test."""
    given: dict[str, Any] = {"context": Context(), "agent_id": "conversation.agent", **more}
    return await conversation.async_converse(
        hass, text, conversation_id, given.pop("context"), **given
    )
