"""Fixed calls: one action with all that says whom it reaches, such as a room, a number or a chat.

What decides whether a held call is somebody's is compared here: who is meant, not how it is told.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
import re
from typing import Final

from .request import Json, is_empty

DEFAULT_WORDS: Final = "message"

WORD_FIELDS: Final = (
    "message",
    "text",
    "body",
    "content",
    "caption",
    "question",
    "msg",
    "payload",
    "command",
    "sms",
    "note",
    "status",
    "speech",
    "announcement",
)
"""Where actions take their words, most specific first."""

_MANNER: Final = frozenset(
    {
        "attachments",
        "data",
        "disable_notification",
        "disable_web_page_preview",
        "encoding",
        "format",
        "html",
        "icon",
        "images",
        "language",
        "parse_mode",
        "priority",
        "qos",
        "retain",
        "silent",
        "sound",
        "subject",
        "tags",
        "timeout",
        "title",
        "volume",
    }
)
"""Fields that say how something is told, and not to whom: with others of them it is the same contact."""

_WHOM: Final = frozenset(
    {
        *("address", "addresses", "bcc", "cc", "channel", "channels", "chat", "chats", "contact"),
        *("contacts", "conversation", "device", "devices", "email", "emails", "entity", "entry"),
        *("group", "groups", "jid", "mail", "mobile", "msisdn", "number", "numbers", "phone"),
        *("phones", "receiver", "receivers", "recipient", "recipients", "room", "rooms", "target"),
        *("targets", "thread", "to", "topic", "url", "user", "username", "users"),
    }
)
"""Words in the names of fields that say whom something reaches."""

_WORD: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


@dataclass(frozen=True, slots=True)
class FixedCall:
    """An action with what is always the same about it.

    Attributes:
        action: Such as "rest_command.sms".
        fields: What it is always handed, without the words.
        words: The field that holds the words of a message.
    """

    action: str
    fields: Mapping[str, Json] = field(default_factory=dict)
    words: str = DEFAULT_WORDS

    def reaches_same(self, data: Mapping[str, object]) -> bool:
        """Return whether a call of the action with this data reaches whom this one reaches.

        Every fixed field has to be there with the same value, lists in any order; a field that says whom
        else it reaches must not be. The words, and how they are told, make no difference.
        """
        for name, value in self.fields.items():
            if name not in _MANNER and not same(value, data.get(name)):
                return False
        return not any(
            says_whom(name) and not is_empty(value)
            for name, value in data.items()
            if name not in self.fields and name != self.words
        )

    def settles(self, data: Mapping[str, object]) -> frozenset[str]:
        """Return the fields of a call that are fixed here, and the same: nothing of them is news."""
        return frozenset(
            name for name, value in self.fields.items() if name in data and same(value, data[name])
        )


def says_whom(name: str) -> bool:
    """Return whether a field of this name says whom an action reaches."""
    return any(word.lower() in _WHOM for word in _WORD.findall(name))


def same(left: object, right: object) -> bool:
    """Return whether two values are the same to an action: 7 and "7", one and a list of one, any order."""
    if is_empty(left) or is_empty(right):
        return is_empty(left) and is_empty(right)
    return _members(left) == _members(right)


def _members(value: object) -> frozenset[object]:
    if isinstance(value, list | tuple | set | frozenset):
        return frozenset(_plain(item) for item in value)
    return frozenset({_plain(value)})


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return frozenset((str(key), _members(item)) for key, item in value.items())
    if isinstance(value, list | tuple | set | frozenset):
        return _members(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()
