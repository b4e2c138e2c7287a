"""The pipeline that runs a turn is known by its context, and what it has told can be changed in place."""

from typing import Any

from homeassistant.components.assist_pipeline import async_get_pipeline
from homeassistant.components.conversation.chat_log import async_subscribe_chat_logs
from homeassistant.components.conversation.const import ChatLogEventType
from homeassistant.core import Context, HomeAssistant

from custom_components.message_guard.hooks.opening import opening
from custom_components.message_guard.hooks.pipeline_runs import pipeline_of, told
from tests.hooks.house import say, say_to_pipeline

SAID = "the orchid blooms at night"


async def test_the_pipeline_that_runs_a_turn(assisting: HomeAssistant) -> None:
    """While it does; whoever speaks to the agent itself is run by none."""
    found: list[Any] = []

    def heard(_id: str, event: ChatLogEventType, data: dict[str, Any]) -> None:
        if event is ChatLogEventType.CONTENT_ADDED and data["content"]["role"] == "user":
            given = opening().user_input
            assert given is not None
            found.append((pipeline_of(assisting, given.context), given.context))

    async_subscribe_chat_logs(assisting, heard)
    await say_to_pipeline(assisting, "hello there")
    await say(assisting, "hello there")
    (in_pipeline, context), (alone, _) = found
    assert in_pipeline.id == async_get_pipeline(assisting).id
    assert alone is None
    assert pipeline_of(assisting, context) is None  # it runs no more
    assert pipeline_of(assisting, Context()) is None
    assert pipeline_of(assisting, None) is None


async def test_what_a_run_has_told(assisting: HomeAssistant) -> None:
    """What was said stands in it, and can be replaced."""
    await say_to_pipeline(assisting, SAID)
    found = [data for data in told(assisting) if SAID in data.values()]
    assert [data["intent_input"] for data in found] == [SAID]
    found[0]["intent_input"] = "gone"
    assert SAID not in str(list(told(assisting)))


async def test_without_assistants_there_is_nothing(house: HomeAssistant) -> None:
    """And nobody is asked."""
    assert pipeline_of(house, Context()) is None
    assert list(told(house)) == []
