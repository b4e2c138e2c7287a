"""The chat log of a conversation as Home Assistant stores it, of which the one of a turn may be a copy.

Relies on: components/conversation/chat_log.py, which keeps them by conversation id (`DATA_CHAT_LOGS`); since 2026.10. When
that is gone: a log that is kept elsewhere is not found, and what a person has proved with stays in it.
"""

from homeassistant.components.conversation import ChatLog
from homeassistant.components.conversation.chat_log import DATA_CHAT_LOGS
from homeassistant.core import HomeAssistant, callback


@callback
def stored(hass: HomeAssistant, conversation_id: str) -> ChatLog | None:
    """Return the chat log that is stored for a conversation, None without one."""
    return hass.data.get(DATA_CHAT_LOGS, {}).get(conversation_id)
