"""What comes in: one message that somebody has written to the house, and who that is.

Who it is from is what the channel knows of its writer, never a name in the text. All of it is hostile until it
has been said: see `read_out` for what of it may be said, and `read_aloud` for what is heard while it is.
"""

from dataclasses import dataclass, field
from enum import StrEnum
import re

KEPT_CHARACTERS = 4000
"""Of a longer message the rest is left with the channel: nobody types that to a kitchen. Telegram's own limit is 4,096."""

_TELEGRAM_USER = re.compile(r"[1-9][0-9]{3,14}", re.ASCII)
_MATRIX_USER = re.compile(r"@[^\s:@]{1,200}:[^\s@]{1,200}")
_MATRIX_QUOTE = re.compile(r"\A> (?:\* )?<@[^\n]*(?:\n>[^\n]*)*\n*")


class Through(StrEnum):
    """How it has come in. The values are stored: they may be added to, never changed."""

    PHONE = "phone"
    TELEGRAM = "telegram"
    MATRIX = "matrix"
    ACTION = "action"


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One message.

    Attributes:
        id: Unique, a ULID.
        contact_id: Whom it is from.
        body: Its words, as they have come: hostile.
        through: How it has come in.
        at: When it was written, seconds since the epoch.
        reply_to: Id of the request that it answers, None where nothing tells.
        user_id: Who has asked for that by typing it: it is for that person's screen, and never said aloud.
        source: What the same message would have again, if it came twice; empty where that cannot be told.
    """

    id: str
    contact_id: str
    body: str = field(repr=False)
    through: Through
    at: float
    reply_to: str | None = None
    user_id: str | None = None
    source: str = ""


def cut(body: str) -> str:
    """Return as much of a message as is kept."""
    return body if len(body) <= KEPT_CHARACTERS else body[:KEPT_CHARACTERS]


@dataclass(frozen=True, slots=True)
class Writers:
    """Who counts as one contact, on the channels that tell who writes.

    Attributes:
        users: Home Assistant users whose phones reach the contact.
        telegram: Telegram users.
        chats: Telegram chats in which they write to the house: nobody writes there for anybody else.
        matrix: Addresses of Matrix users, in lower case.
        rooms: Matrix rooms in which they write to the house; empty: any, since a homeserver vouches for who it is.
    """

    users: frozenset[str] = frozenset()
    telegram: frozenset[int] = frozenset()
    chats: frozenset[int] = frozenset()
    matrix: frozenset[str] = frozenset()
    rooms: frozenset[str] = frozenset()

    def wrote_in_telegram(self, user: int, chat: int) -> bool:
        """Return whether this user in this chat is the contact: that user, and a chat of theirs."""
        return user in self.telegram and chat in self.chats

    def wrote_in_matrix(self, user: str, room: str) -> bool:
        """Return whether this user in this room is the contact."""
        return user.casefold() in self.matrix and (not self.rooms or room in self.rooms)


def is_sender(text: str) -> bool:
    """Return whether a text names a writer as a channel does: 123456789 for Telegram, @anna:example.org for Matrix."""
    return telegram_user(text) is not None or matrix_user(text) is not None


def telegram_user(text: str) -> int | None:
    """Return the Telegram user that a text names, None where it names none."""
    return int(text) if _TELEGRAM_USER.fullmatch(text) else None


def matrix_user(text: str) -> str | None:
    """Return the Matrix user that a text names, None where it names none."""
    return text.casefold() if _MATRIX_USER.fullmatch(text) else None


def matrix_words(body: str) -> str | None:
    """Return what somebody has written in Matrix; None for an edit, "" where nothing but a quote has come.

    Matrix' clients write what is quoted before a reply, each line behind ">", and an edit as a new message behind "* "
    (client-server API, rich replies and event replacements). A list, too, begins with "* ", and goes on with it.
    """
    if body.startswith("* ") and (body.startswith("* * ") or "\n* " not in body):
        return None
    return _MATRIX_QUOTE.sub("", body)
