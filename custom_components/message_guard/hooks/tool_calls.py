"""The one method by which language models call tools, wrapped in place.

Relies on: helpers/llm.py, `APIInstance.async_call_tool`, which calls every tool of Home Assistant's, whoever offers it and
whatever agent uses it; since 2026.10. When that is gone: it is logged, and a language model is not told by its tool's
result what waits; what a tool calls is held all the same.
"""

from collections.abc import Callable, Coroutine
import logging
from typing import Any, Final

from homeassistant.core import callback
from homeassistant.helpers.llm import APIInstance, ToolInput, ToolResult

_LOGGER = logging.getLogger(__name__)

_CALL: Final = "async_call_tool"

type CallTool = Callable[[APIInstance, ToolInput], Coroutine[Any, Any, ToolResult]]
type Wrapper = Callable[[CallTool, APIInstance, ToolInput], Coroutine[Any, Any, ToolResult]]
"""Is handed what was there before, and what that would be handed."""

_installed: list[tuple[CallTool, CallTool]] = []
"""What was there, and what we have put in its place: one pair at most. The method is everybody's."""


@callback
def wrap(wrapper: Wrapper) -> None:
    """Put `wrapper` in front of every call of a tool, unless one of ours stands there already."""
    original: CallTool | None = getattr(APIInstance, _CALL, None)
    if original is None:
        _LOGGER.error(
            "A language model is not told what its tools leave waiting: they cannot be followed"
        )
        return
    if _installed and original is _installed[0][1]:
        return

    async def async_call_tool(api: APIInstance, tool_input: ToolInput) -> ToolResult:
        return await wrapper(original, api, tool_input)

    _installed[:] = [(original, async_call_tool)]
    APIInstance.async_call_tool = async_call_tool  # type: ignore[assignment,method-assign]


@callback
def unwrap() -> None:
    """Put back what was there, unless somebody has wrapped ours in turn."""
    if _installed and getattr(APIInstance, _CALL, None) is _installed[0][1]:
        APIInstance.async_call_tool = _installed[0][0]  # type: ignore[assignment,method-assign]
        _installed.clear()
