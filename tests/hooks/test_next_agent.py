"""A conversation that stays open asks its last agent alone, unless everybody is to be asked."""

from typing import Any

from homeassistant.components.assist_pipeline.default_pipeline import KEY_PIPELINE_CONVERSATION_DATA
from homeassistant.components.conversation import ConversationResult
from homeassistant.core import HomeAssistant

from custom_components.message_guard.hooks.default_agent import HANDLE, checked_agent
from custom_components.message_guard.hooks.in_place import Replaced
from custom_components.message_guard.hooks.next_agent import ask_everybody_next
from tests.hooks.house import say_to_pipeline


async def ask(hass: HomeAssistant, *, everybody: bool) -> Any:
    """Let the agent keep a conversation open; return whom the pipeline will ask next in it."""
    agent = checked_agent(hass)
    original = agent._async_handle_message

    async def handle(user_input: Any, chat_log: Any) -> ConversationResult:
        result = await original(user_input, chat_log)
        result.continue_conversation = True
        if everybody:
            ask_everybody_next(hass, chat_log.conversation_id)
        return result

    replaced = Replaced(agent, HANDLE, handle)
    conversation_id = await say_to_pipeline(hass, "hello there")
    replaced.put_back()
    return hass.data[KEY_PIPELINE_CONVERSATION_DATA][conversation_id].continue_conversation_agent


async def test_the_agent_that_has_asked_is_asked_next(assisting: HomeAssistant) -> None:
    """That is what there is to undo."""
    assert await ask(assisting, everybody=False) == checked_agent(assisting).entity_id


async def test_everybody_is_asked_next(assisting: HomeAssistant) -> None:
    """In the same step in which the pipeline has noted its agent."""
    assert await ask(assisting, everybody=True) is None


async def test_where_no_pipeline_runs_nothing_happens(talking: HomeAssistant) -> None:
    """There is nothing to forget, and nothing is raised in the step in which it is looked for."""
    raised: list[dict[str, Any]] = []
    talking.loop.set_exception_handler(lambda _loop, context: raised.append(context))
    ask_everybody_next(talking, "mine")
    await talking.async_block_till_done()
    assert raised == []
