"""The one method by which language models call tools, wrapped in place.

Relies on: helpers/llm.py, `APIInstance.async_call_tool`, which calls every tool of Home Assistant's, whoever offers it and
whatever agent uses it; since 2026.10. When that is gone: wrapping raises AttributeError where the guard starts, so the
door stays closed.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from homeassistant.core import callback
from homeassistant.helpers.llm import APIInstance, ToolInput, ToolResult

type CallTool = Callable[[APIInstance, ToolInput], Coroutine[Any, Any, ToolResult]]
type Wrapper = Callable[[CallTool, APIInstance, ToolInput], Coroutine[Any, Any, ToolResult]]
"""Is handed what was there before, and what that would be handed."""

_standing: list[tuple[CallTool, CallTool]] = []
"""What was there, and what we have put in its place: one pair at most. The method is everybody's."""


@callback
def wrap(wrapper: Wrapper) -> None:
    """Put `wrapper` in front of every call of a tool, unless one of ours stands there already."""
    if _standing and APIInstance.async_call_tool is _standing[0][1]:
        return
    original: CallTool = APIInstance.async_call_tool

    async def async_call_tool(api: APIInstance, tool_input: ToolInput) -> ToolResult:
        return await wrapper(original, api, tool_input)

    _standing[:] = [(original, async_call_tool)]
    APIInstance.async_call_tool = async_call_tool  # type: ignore[assignment,method-assign]


@callback
def unwrap() -> None:
    """Put back what was there, unless somebody has wrapped ours in turn."""
    if _standing and APIInstance.async_call_tool is _standing[0][1]:
        APIInstance.async_call_tool = _standing[0][0]  # type: ignore[assignment,method-assign]
        _standing.clear()
