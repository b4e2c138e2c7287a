"""Plain text: a message that its channel would read as markup is handed over as the words that it is.

Telegram's integration takes every message for Markdown unless it is told otherwise (its option *parse mode*): of
"*now*" it makes "now", and a lone "*" or "_" it refuses. A mode that the household itself has written into a call stays.
"""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.components.notify.const import (
    ATTR_DATA,
    DOMAIN as NOTIFY,
    SERVICE_SEND_MESSAGE,
)
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from ..hooks.notify_platforms import platform_of

TELEGRAM: Final = "telegram_bot"
LEGACY_TELEGRAM: Final = "telegram"
PARSE_MODE: Final = "parse_mode"
PLAIN_TEXT: Final = "plain_text"

_PARSES: Final = frozenset(
    {
        *("edit_caption", "edit_message", "edit_message_media", "send_animation"),
        *("send_document", "send_media_group", "send_message", "send_message_draft"),
        *("send_photo", "send_video", "send_voice"),
    }
)
"""Actions of Telegram that take a parse mode (components/telegram_bot/services.py)."""


@callback
def as_plain_text(
    hass: HomeAssistant, action: str, data: Mapping[str, Any]
) -> tuple[str, dict[str, Any]]:
    """Return the action and the data that hand the words of a call over as they are.

    Args:
        hass: Home Assistant.
        action: Such as "notify.send_message".
        data: What it is handed; entities are a list.
    """
    domain, _, service = action.partition(".")
    said = dict(data)
    if action == f"{NOTIFY}.{SERVICE_SEND_MESSAGE}":
        if not _all_chats(hass, said.get(ATTR_ENTITY_ID)):
            return action, said
        # Its notify entity takes no mode; its own action sends to the same chat.
        return f"{TELEGRAM}.{SERVICE_SEND_MESSAGE}", {**said, PARSE_MODE: PLAIN_TEXT}
    if domain == TELEGRAM and service in _PARSES:
        said.setdefault(PARSE_MODE, PLAIN_TEXT)
    elif domain == NOTIFY and platform_of(hass, service) == LEGACY_TELEGRAM:
        said[ATTR_DATA] = {PARSE_MODE: PLAIN_TEXT, **(said.get(ATTR_DATA) or {})}
    return action, said


def _all_chats(hass: HomeAssistant, entity_ids: Any) -> bool:
    registry = er.async_get(hass)
    found = [registry.async_get(entity_id) for entity_id in entity_ids or ()]
    return bool(found) and all(item is not None and item.platform == TELEGRAM for item in found)
