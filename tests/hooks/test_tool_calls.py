"""Every tool of a language model is called by the one method that we wrap."""

from typing import Any, override

from homeassistant.components.conversation import AssistantContent
from homeassistant.components.conversation.chat_log import async_get_chat_log
from homeassistant.core import HomeAssistant
from homeassistant.helpers.llm import API, APIInstance, LLMContext, Tool, ToolInput, ToolResult
import pytest

from custom_components.message_guard.hooks import tool_calls
from custom_components.message_guard.hooks.tool_calls import CallTool, unwrap, wrap
from tests.hooks.house import chat_session_of


@pytest.fixture(autouse=True)
def nobody_stands_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin without what a home of another test may have left in place: the method is everybody's."""
    for original, _ in tool_calls._installed:
        monkeypatch.setattr(APIInstance, "async_call_tool", original)
    monkeypatch.setattr(tool_calls, "_installed", [])


HUM = ToolInput(tool_name="hum", tool_args={})


class Hum(Tool):
    """Hums."""

    name = "hum"

    @override
    async def async_call(self, *_: Any) -> Any:
        """Hum."""
        return ToolResult(data={"heard": "hm"})


class Hummer(API):
    """Hands out the one tool."""

    @override
    async def async_get_api_instance(self, llm_context: LLMContext) -> APIInstance:
        """Return the tool."""
        return APIInstance(api=self, api_prompt="", llm_context=llm_context, tools=[Hum()])


async def heard(hass: HomeAssistant) -> str:
    """Return what a model hears that calls the tool in a conversation."""
    context = LLMContext(
        platform="test", context=None, language="en", assistant=None, device_id=None
    )
    api = await Hummer(hass=hass, id="hummer", name="Hummer").async_get_api_instance(context)
    with (
        chat_session_of(hass) as session,
        async_get_chat_log(hass, session) as log,
    ):
        log.llm_api = api
        said = AssistantContent(agent_id="test", content=None, tool_calls=[HUM])
        results = [item async for item in log.async_add_assistant_content(said)]
    (result,) = results
    return str(result.result.data["heard"])


async def whistle(original: CallTool, api: APIInstance, tool_input: ToolInput) -> ToolResult:
    """Call the tool, and say something else."""
    result = await original(api, tool_input)
    assert result.data == {"heard": "hm"}
    return ToolResult(data={"heard": "fiu"})


async def test_a_conversation_calls_its_tools_by_it(talking: HomeAssistant) -> None:
    """Once, however often it is wrapped; and as without us when it is unwrapped."""
    before = APIInstance.async_call_tool
    assert await heard(talking) == "hm"
    wrap(whistle)
    ours = APIInstance.async_call_tool
    wrap(whistle)
    assert APIInstance.async_call_tool is ours
    assert await heard(talking) == "fiu"
    unwrap()
    assert await heard(talking) == "hm"
    assert APIInstance.async_call_tool is before


async def test_what_somebody_has_put_on_top_stays(talking: HomeAssistant) -> None:
    """They may go before us, or after."""
    before = APIInstance.async_call_tool
    wrap(whistle)
    ours = APIInstance.async_call_tool

    async def theirs(api: APIInstance, tool_input: ToolInput) -> ToolResult:
        return await ours(api, tool_input)

    APIInstance.async_call_tool = theirs  # type: ignore[method-assign]
    unwrap()
    assert APIInstance.async_call_tool is theirs
    assert await heard(talking) == "fiu"
    APIInstance.async_call_tool = ours  # type: ignore[method-assign]
    unwrap()
    assert APIInstance.async_call_tool is before


async def test_a_home_assistant_without_it_goes_on(
    talking: HomeAssistant, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What is held is held without it."""
    monkeypatch.delattr(APIInstance, "async_call_tool")
    wrap(whistle)
    assert "cannot be followed" in caplog.text
    assert not hasattr(APIInstance, "async_call_tool")
    unwrap()
