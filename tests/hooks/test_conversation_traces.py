"""What the traces of conversations hold can be changed in place."""

from typing import Any

from homeassistant.components.conversation.trace import (
    ConversationTraceEvent,
    ConversationTraceEventType,
    async_get_traces,
)
from homeassistant.core import HomeAssistant

from custom_components.message_guard.assist.redaction import redact_answer
from custom_components.message_guard.hooks.conversation_traces import kept
from tests.hooks.house import say

SAID = "the orchid blooms at night"


def all_kept() -> str:
    """Return everything that Home Assistant keeps of the last conversations."""
    return str([trace.as_dict() for trace in async_get_traces()])


async def test_what_was_said_is_found_and_can_be_changed(talking: HomeAssistant) -> None:
    """Under "text"; what is changed is changed in the trace."""
    await say(talking, SAID)
    empty = ConversationTraceEvent(ConversationTraceEventType.AGENT_DETAIL, None)
    async_get_traces()[-1].add_event(empty)
    found: list[dict[str, Any]] = [data for data in kept() if data.get("text") == SAID]
    assert found
    for data in found:
        data["text"] = "gone"
    assert [data for data in kept() if data.get("text") == "gone"] == found


async def test_an_answer_that_is_redacted_stands_nowhere_in_them(talking: HomeAssistant) -> None:
    """Not in the content of the turn either, which is kept since 2026.11."""
    result = await say(talking, SAID)
    assert SAID in all_kept()
    redact_answer(talking, SAID, result.conversation_id)
    assert SAID not in all_kept()
