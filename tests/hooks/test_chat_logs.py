"""The chat log of a conversation is found where it is stored."""

from homeassistant.core import HomeAssistant

from custom_components.message_guard.hooks.chat_logs import stored
from tests.hooks.house import say


async def test_what_was_said_stands_in_it(talking: HomeAssistant) -> None:
    """By the id of the conversation."""
    result = await say(talking, "hello there")
    assert result.conversation_id is not None
    log = stored(talking, result.conversation_id)
    assert log is not None
    assert "hello there" in [getattr(item, "content", None) for item in log.content]
    assert stored(talking, "another") is None
