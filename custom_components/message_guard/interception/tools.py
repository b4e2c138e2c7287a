"""Tools: what a language model is told of what its tool has set off.

A tool may run a script, and the script goes on behind its message: the lamp goes on. So a held call breaks
nothing; it is the tool's result that says what waits. A tool that does not wait for what it calls has
its result all the same only when it is decided: a model that is told "done" says "sent".

Every tool of Home Assistant's is called by `APIInstance.async_call_tool`, whoever offers it and whatever
agent uses it (homeassistant/helpers/llm.py); that one method is wrapped in place.
"""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.llm import APIInstance, ToolInput, ToolResult
from homeassistant.util.hass_dict import HassKey

from ..core.answer import Answer, AnswerKind
from ..guarding.undecided import Undecided
from ..hooks.tool_calls import CallTool, unwrap, wrap

WAITING: Final = (
    "Not sent. Waiting for a person: Message Guard reads the message to them and asks for their proof "
    "itself. Do not say that it was sent, do not ask them to confirm, do not call this again."
)
"""What a model is told about a message that waits. Models read it; people never do."""

UNSURE: Final = frozenset({AnswerKind.UNDER_WAY, AnswerKind.UNKNOWN})

REST: Final = "Everything else that this tool does has been done."

type Forbids = Callable[[ToolInput], str | None]
"""Returns why a model may not call a tool, as the text of an error; None when it may."""


class ToolRun:
    """One call of a tool, with what was held because of it."""

    __slots__ = ("_answers", "undecided")

    def __init__(self) -> None:
        """Create the record of one tool's call; nothing is held yet."""
        self.undecided = Undecided()
        self._answers: list[Answer | None] = []

    @callback
    def add(self, answer: Answer | None) -> None:
        """Keep what became of a call; None is one that waits behind another question."""
        self._answers.append(answer)

    def told(self, result: ToolResult) -> ToolResult:
        """Return what the model is told in place of a tool's own result, if anything was held."""
        if not self._answers:
            return result
        for answer in self._answers:
            if answer is None or answer.pending:
                return waiting(rest=True)
        answers = [answer for answer in self._answers if answer is not None]
        if (unsure := next((item for item in answers if item.kind in UNSURE), None)) is not None:
            return not_known(unsure, rest=True)
        return not_sent(answers[0], rest=True)


_run: ContextVar[ToolRun | None] = ContextVar("message_guard_tool", default=None)
_inside: ContextVar[ToolInput | None] = ContextVar("message_guard_tool_input", default=None)
"""The call that has been asked about already."""


@callback
def tool_run() -> ToolRun | None:
    """Return the call of a tool that has led to the caller, None without one."""
    return _run.get()


_INSTALLED: HassKey[list[GuardedTools]] = HassKey("message_guard_tools")
"""Those that stand between models and tools now; the newest is asked."""


class GuardedTools:
    """Stands between the models and their tools.

    The method is everybody's, so there is one wrapper, however often a guard starts: while a guard takes over
    from the closed door two of them stand there, and a wrapper in a wrapper would stay behind at every reload.
    """

    def __init__(self, hass: HomeAssistant, forbids: Forbids) -> None:
        """Create the guard of models' tools; `forbids` is asked before every call."""
        self._installed = hass.data.setdefault(_INSTALLED, [])
        self._forbids = forbids

    @callback
    def start(self) -> None:
        """Take the place of the one method by which tools are called."""
        self._installed.append(self)
        wrap(_call_tool)

    @callback
    def stop(self) -> None:
        """Put back what is still ours, with the last that stood there."""
        if self in self._installed:
            self._installed.remove(self)
        if not self._installed:
            unwrap()

    async def call(self, original: CallTool, api: APIInstance, tool_input: ToolInput) -> ToolResult:
        """Call a tool, unless it is forbidden, and tell what it has left waiting."""
        if (problem := self._forbids(tool_input)) is not None:
            return ToolResult(data={"error": "not allowed", "error_text": problem}, error=True)
        run = ToolRun()
        token, inside = _run.set(run), _inside.set(tool_input)
        try:
            result = await original(api, tool_input)
            await run.undecided.settled()
        finally:
            _inside.reset(inside)
            _run.reset(token)
        return run.told(result)


async def _call_tool(original: CallTool, api: APIInstance, tool_input: ToolInput) -> ToolResult:
    standing = api.api.hass.data.get(_INSTALLED)
    # Nobody stands here any more, or somebody has wrapped us and we have wrapped them in turn.
    if not standing or _inside.get() is tool_input:
        return await original(api, tool_input)
    return await standing[-1].call(original, api, tool_input)


def waiting(*, rest: bool = False) -> ToolResult:
    """Return the result of a tool whose message waits."""
    return ToolResult(
        data={
            "status": "waiting for a person",
            "instructions": WAITING,
            **({"rest": REST} if rest else {}),
        }
    )


def not_known(answer: Answer, *, rest: bool = False) -> ToolResult:
    """Return the result of a tool of whose message nobody knows whether it arrived, or not yet."""
    return ToolResult(
        data={
            "status": "not known whether it arrived",
            "instructions": "Do not say that it was sent, do not call this again.",
            "say": answer.text,
            **({"rest": REST} if rest else {}),
        }
    )


def not_sent(answer: Answer, *, rest: bool = False) -> ToolResult:
    """Return the result of a tool whose message was refused, or did not arrive."""
    return ToolResult(
        data={
            "error": "not sent",
            "error_text": answer.text,
            "reasons": list(answer.reasons),
            **({"rest": REST} if rest else {}),
        },
        error=True,
    )


def result_of(answer: Answer) -> ToolResult:
    """Return the result of a tool that does nothing but ask."""
    if answer.kind is AnswerKind.SENT:
        return ToolResult(data={"status": "sent"})
    if answer.kind in UNSURE:
        return not_known(answer)
    return waiting() if answer.pending else not_sent(answer)
