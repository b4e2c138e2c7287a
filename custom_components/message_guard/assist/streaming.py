"""Streaming: an agent's text passes as it comes until it calls a tool; from there on it is held.

The pipeline speaks an agent's text while it streams, whatever the final answer says. So what a model
says after a tool call ("Sent!") is held back at the chat log's listener until the turn is over: if the
guard has asked something meanwhile, our question is spoken in its place; otherwise all that was held
passes, in order.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from homeassistant.components.conversation import AssistantContent, ChatLog
from homeassistant.core import callback

from ..core.answer import Answer
from ..core.language import Language

type Delta = dict[str, Any]
type DeltaListener = Callable[[ChatLog, Delta], None]


@dataclass(slots=True)
class HeldStream:
    """What one agent streams in one turn.

    Attributes:
        chat_log: The chat log of the turn.
        heard: All text that has passed, which may have been spoken already.
        heard_last: The part of it that belongs to the message that was streaming when holding began.
    """

    chat_log: ChatLog
    heard: str = ""
    heard_last: str = ""
    _first: int = 0
    _held: list[Delta] = field(default_factory=list)
    _holding: bool = False
    _listener: DeltaListener | None = None
    _attached: DeltaListener | None = None

    @callback
    def attach(self) -> None:
        """Stand between the chat log and whoever listens; nothing to do where nobody does."""
        self._first = len(self.chat_log.content)
        self._listener = self.chat_log.delta_listener
        if self._listener is not None:
            self._attached = self._take
            self.chat_log.delta_listener = self._attached

    @callback
    def detach(self) -> None:
        """Step aside. What is held by then and was not released is never heard."""
        if self._attached is not None and self.chat_log.delta_listener is self._attached:
            self.chat_log.delta_listener = self._listener
        self._held.clear()

    @callback
    def release(self) -> None:
        """Let everything pass that was held, in order, and all that follows."""
        self._holding = False
        held, self._held = self._held, []
        for delta in held:
            self._pass(delta)

    @callback
    def say(self, text: str) -> None:
        """Put our words in the place of everything that was held."""
        self._held.clear()
        if self._listener is not None:
            self._listener(self.chat_log, {"role": "assistant"})
            self._listener(self.chat_log, {"content": text})

    @callback
    def rewrite(self, text: str, agent_id: str) -> None:
        """Let the chat log hold what was heard and then our words, in place of what the agent said.

        Messages are replaced and never deleted; tool calls and their results stay.
        """
        content = self.chat_log.content
        calls = [i for i in range(self._first, len(content)) if _calls_tools(content[i])]
        begun = calls[0] if calls else len(content) - 1
        for index in range(max(begun, self._first), len(content)):
            said = content[index]
            if isinstance(said, AssistantContent):
                heard = self.heard_last if index == begun else ""
                content[index] = _only_heard(said, heard)
        last = content[-1]
        if (
            isinstance(last, AssistantContent)
            and len(content) > self._first
            and not last.tool_calls
        ):
            content[-1] = replace(last, content=f"{last.content or ''} {text}".strip())
        else:
            self.chat_log.async_add_assistant_content_without_tools(
                AssistantContent(agent_id=agent_id, content=text)
            )

    @callback
    def _take(self, _chat_log: ChatLog, delta: Delta) -> None:
        if not self._holding and any(not call.external for call in delta.get("tool_calls") or ()):
            self._holding = True
            if "role" in delta:
                self.heard_last = ""
        if self._holding:
            self._held.append(delta)
        else:
            self._pass(delta)

    def _pass(self, delta: Delta) -> None:
        if "role" in delta:
            self.heard_last = ""
        if delta.get("role", "assistant") == "assistant" and (text := delta.get("content")):
            self.heard += text
            self.heard_last += text
        if self._listener is not None:
            self._listener(self.chat_log, delta)


def _calls_tools(content: object) -> bool:
    return isinstance(content, AssistantContent) and any(
        not call.external for call in content.tool_calls or ()
    )


def _only_heard(said: AssistantContent, heard: str) -> AssistantContent:
    """Return a message with only that part of its text which passed."""
    if (said.content or "").strip() == heard.strip():
        return said
    # What the provider keeps beside the text describes the text that it no longer is.
    return replace(said, content=heard or None, thinking_content=None, native=None)


def spoken_answer(answers: Iterable[Answer], words: Language, *, after_talk: bool) -> str:
    """Return what is said in place of an agent's own words.

    Args:
        answers: What the guard has answered in this turn, in order.
        words: The language of the turn.
        after_talk: The agent has been heard already, and may have claimed anything.
    """
    answers = tuple(answers)
    asked = [answer for answer in answers if answer.pending]
    parts = list(dict.fromkeys(answer.text for answer in answers if not answer.pending))
    if not asked:
        return " ".join(parts)
    if after_talk:
        parts.insert(0, words.say("not_sent_yet"))
    if len({answer.confirmation_id for answer in asked}) > 1:
        # One question at a time: whatever the agent asked for before it is not asked for any more.
        parts.append(words.say("superseded"))
    parts.append(asked[-1].text)
    return " ".join(parts)
