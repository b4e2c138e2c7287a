"""Who opens a chat log, and with what.

A subscriber of chat logs is told the text and the conversation, not the satellite, the user, the language or the Home
Assistant context. They are in the variables of the function that is adding the text at that very moment, so they are read
there.

Relies on: components/conversation/chat_log.py, `ChatLog.async_add_user_content` telling its subscribers in its own call,
and `async_get_chat_log`, a generator with a variable `user_input`, adding what a person says; since 2026.10. A frame
names its generator since Python 3.14. When that is gone: the turn counts as spoken all the same, with an unknown origin, and
is over after the longest time that a turn may take.
"""

import sys
from types import FrameType, GeneratorType
from typing import Final, NamedTuple

from homeassistant.components.conversation import ConversationInput
from homeassistant.components.conversation.chat_log import ChatLog
from homeassistant.core import Context

AI_TASK: Final = "homeassistant.components.ai_task.entity"
"""Adds an automation's instructions as if a user had said them: that is not a turn."""

MOST_FRAMES: Final = 8
"""The text is added two calls above the subscriber; a decorator more or less makes no difference."""

_ADDS: Final = "async_add_user_content"
_OPENS: Final = "async_get_chat_log"
_CALLS_ABOVE: Final = 4
"""Calls from `opening` up to what opens the chat log: the subscriber, what tells it and what adds the text lie between."""


class Opening(NamedTuple):
    """What is known of the text that is being added.

    Attributes:
        caller: Module that adds it.
        user_input: The utterance with its circumstances.
        chat_log: The chat log it is added to.
        block: What keeps the chat log open; it has run to its end when the turn is over, however that
            came about.
    """

    caller: str | None = None
    user_input: ConversationInput | None = None
    chat_log: ChatLog | None = None
    block: object = None

    @property
    def context(self) -> Context | None:
        """The Home Assistant context of the utterance, None where that was not found."""
        return self.user_input.context if self.user_input is not None else None


def opening() -> Opening:
    """Return what is being opened; call it from a subscriber of chat logs."""
    try:
        # Frames in between are not looked at: each that is costs as much as all else here.
        usual = sys._getframe(_CALLS_ABOVE)  # noqa: SLF001 - see above
    except ValueError:
        usual = None
    if usual is not None and usual.f_code.co_name == _OPENS:
        return _opened_in(usual, None)
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001
    chat_log: ChatLog | None = None
    for _ in range(MOST_FRAMES):
        if frame is None:
            break
        name = frame.f_code.co_name
        if name == _ADDS:
            found = frame.f_locals.get("self")
            chat_log = found if isinstance(found, ChatLog) else None
        elif name == _OPENS:
            return _opened_in(frame, chat_log)
        elif chat_log is not None:
            return Opening(frame.f_globals.get("__name__"), None, chat_log)
        frame = frame.f_back
    return Opening(chat_log=chat_log)


def is_open(block: GeneratorType[object, object, object] | None) -> bool:
    """Return whether a block has not run to its end; one that nobody runs any more (None) has."""
    return block is not None and block.gi_frame is not None


def _opened_in(frame: FrameType, chat_log: ChatLog | None) -> Opening:
    """Return what is opened by the function that runs in this frame, and to which chat log the text is added."""
    given = frame.f_locals
    user_input, opened = given.get("user_input"), given.get("chat_log")
    return Opening(
        frame.f_globals.get("__name__"),
        user_input if isinstance(user_input, ConversationInput) else None,
        opened if isinstance(opened, ChatLog) else chat_log,
        frame.f_generator,  # new in Python 3.14
    )
