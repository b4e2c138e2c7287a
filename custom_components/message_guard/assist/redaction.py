"""Redaction: what a person proved with is taken out of every copy of the turn that can be reached.

A later turn hands the whole chat log to a language model, and Home Assistant keeps the last turns for
its debug views. Everything is replaced in place: Home Assistant counts on positions in the chat log, so
nothing may be deleted. docs/language-models.md names what cannot be reached.
"""

from collections.abc import Callable
from dataclasses import replace
import logging
from typing import Any, Final

from homeassistant.components.conversation import ChatLog, UserContent
from homeassistant.core import HomeAssistant, callback

from ..hooks.chat_logs import stored
from ..hooks.conversation_traces import kept
from ..hooks.pipeline_runs import told
from ..provenance.turn import Turn

_LOGGER = logging.getLogger(__name__)

PLACEHOLDER: Final = "(answered Message Guard)"
"""Stands for a reply in chat logs. Models read it; people see it in debug views only."""

READ_OUT: Final = "(Message Guard has read out a message)"
"""Stands for what somebody has written to the house: no model is handed it."""


@callback
def redact_reply(hass: HomeAssistant, chat_log: ChatLog, utterance: str, turn: Turn | None) -> None:
    """Take a reply out of the turn that it was said in.

    Args:
        hass: Home Assistant.
        chat_log: The chat log of the turn.
        utterance: What was said.
        turn: The turn, which is remembered with its origin.
    """
    _redact(
        lambda: _redact_chat_log(chat_log, utterance),
        lambda: _redact_stored_chat_log(hass, chat_log.conversation_id, utterance),
        lambda: _redact_turn(turn, utterance),
        lambda: _redact_traces(utterance),
        lambda: _redact_pipeline_runs(hass, utterance),
    )


@callback
def redact_answer(hass: HomeAssistant, utterance: str, conversation_id: str | None = None) -> None:
    """Take out what a satellite has heard that was asked by us: no turn of anybody's.

    Args:
        hass: Home Assistant.
        utterance: What was said.
        conversation_id: Where Home Assistant's own agent was asked about it; None if it was not.
    """
    _redact(
        lambda: _redact_stored_chat_log(hass, conversation_id, utterance),
        lambda: _redact_traces(utterance),
        lambda: _redact_pipeline_runs(hass, utterance),
    )


def _redact(*places: Callable[[], None]) -> None:
    for redact in places:
        try:
            redact()
        except Exception as error:  # noqa: BLE001 - one that cannot be reached must not save the others
            _LOGGER.error("A copy of a reply could not be redacted: %s", type(error).__name__)


def _redact_stored_chat_log(
    hass: HomeAssistant, conversation_id: str | None, utterance: str
) -> None:
    """Redact the log that is stored, which the one of a turn may be a copy of."""
    log = stored(hass, conversation_id or "")
    if log is not None:
        _redact_chat_log(log, utterance)


def _redact_chat_log(log: ChatLog, utterance: str) -> None:
    _replace_content(log.content, utterance)


def _replace_content(contents: list[Any], utterance: str) -> None:
    for index, content in enumerate(contents):
        if isinstance(content, UserContent) and content.content == utterance:
            contents[index] = replace(content, content=PLACEHOLDER)


def _redact_turn(turn: Turn | None, utterance: str) -> None:
    if turn is not None and turn.origin.utterance == utterance:
        turn.origin = replace(turn.origin, utterance=PLACEHOLDER)


def _redact_traces(utterance: str) -> None:
    """Redact the conversation traces, of which Home Assistant keeps the last three."""
    for data in kept():
        _replace_text(data, utterance)


def _redact_pipeline_runs(hass: HomeAssistant, utterance: str) -> None:
    """Redact the debug view of the pipelines, which keeps the last ten runs of each."""
    for data in told(hass):
        _replace_text(data, utterance)


_TEXTS: Final = frozenset({"intent_input", "text"})
"""Where traces and pipeline events keep what was said. Other values may be equal by chance ("no")."""


def _replace_text(data: dict[str, Any], utterance: str) -> None:
    for key, value in data.items():
        if key in _TEXTS and value == utterance:
            data[key] = PLACEHOLDER
        elif isinstance(value, dict):
            _replace_text(value, utterance)
        elif isinstance(value, list):
            _replace_content(value, utterance)  # since 2026.11 a trace keeps what a turn has added
