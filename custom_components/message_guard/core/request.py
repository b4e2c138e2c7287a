"""A request: one attempt to send one message to one recipient."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
import hashlib
import json
import math

TITLE = "title"

TITLE_CHARACTERS = 100
"""A longer one is no title: it is named, and not read aloud."""

type Json = bool | int | float | str | list[Json] | dict[str, Json] | None


def is_empty(value: object) -> bool:
    """Return whether a field says nothing: not there, an empty text, list or mapping."""
    if isinstance(value, Mapping):
        return all(is_empty(item) for item in value.values())
    if isinstance(value, str):
        return not value.strip()
    return value is None or (isinstance(value, list | tuple | set | frozenset) and not value)


class Route(StrEnum):
    """How a request reached the guard."""

    SENTENCE = "sentence"
    INTENT = "intent"
    LLM_TOOL = "llm_tool"
    ACTION = "action"


def satellite_place(satellite_id: str) -> str:
    """Return the place that is a satellite, see `Origin.place`."""
    return f"satellite:{satellite_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a request, or a reply, came from.

    Satellites carry no user, apps carry no satellite: whatever Home Assistant does not know is None.

    Attributes:
        satellite_id: Entity id of the Assist satellite.
        device_id: Registry id of the device that was spoken to.
        area_id: Registry id of the area of that satellite or device.
        user_id: Home Assistant user on whose behalf the turn runs.
        conversation_id: Conversation of the turn. It binds nothing by itself: two assistants of one
            satellite share one conversation.
        agent_id: Conversation agent that handles the turn.
        language: BCP 47 tag of the turn, such as "en" or "pt-BR".
        utterance: What was heard, as recognised.
        from_outside: An automation that nobody spoke for has handed it on as text; no user stands for it.
    """

    satellite_id: str | None = None
    device_id: str | None = None
    area_id: str | None = None
    user_id: str | None = None
    conversation_id: str | None = None
    agent_id: str | None = None
    language: str = "en"
    utterance: str = ""
    from_outside: bool = False

    @property
    def typed(self) -> bool:
        """Whether somebody who is signed in has written it: no room has been overheard."""
        return self.user_id is not None and self.satellite_id is None

    @property
    def place(self) -> str | None:
        """What a reply must share with the request it answers; None when nothing identifies it.

        A satellite, else a device or a conversation together with its user: any user can name those of
        others.
        """
        if self.satellite_id is not None:
            return satellite_place(self.satellite_id)
        if self.device_id is not None:
            return f"device:{self.device_id}:{self.user_id or ''}"
        if self.conversation_id is not None:
            return f"conversation:{self.conversation_id}:{self.user_id or ''}"
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What would be sent.

    Attributes:
        body: The words of the message.
        extras: Whatever else the channel would be handed (title, data, attachments …), as JSON. Bound
            to the proof like the body; what of it cannot be read aloud is refused or named.
    """

    body: str
    extras: Mapping[str, Json] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """Return the title, if it is short enough to be read aloud; else an empty text."""
        title = self.extras.get(TITLE)
        readable = isinstance(title, str) and len(title) <= TITLE_CHARACTERS
        return title.strip() if readable and isinstance(title, str) else ""

    @property
    def unread(self) -> frozenset[str]:
        """Return the names of the extras that a voice cannot read; what holds nothing is none."""
        read = {TITLE} if self.title else set()
        return frozenset(
            name for name, value in self.extras.items() if not is_empty(value) and name not in read
        )

    @property
    def texts(self) -> tuple[str, ...]:
        """Return the extras that are texts, such as a title."""
        return tuple(value for value in self.extras.values() if isinstance(value, str))


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One attempt to send.

    Attributes:
        id: Unique for all time; the ledger's key.
        route: How it reached the guard.
        origin: Where it came from.
        recipient: The recipient as it was said, or the target of a held call.
        content: What would be sent.
        created_at: Seconds since the epoch, UTC.
        contact_id: Set by an entrance that resolved the recipient by its channel and not by its name.
        by_model: A language model asked, not a recognised sentence.
        relayed: A timer or a script has said the sentence: nobody hears the answer to it.
        replaces: Id of the request whose words somebody has changed on a screen.
        held_call: Identity of the captured intent or action call ("notify.family"), None for our own channels.
    """

    id: str
    route: Route
    origin: Origin
    recipient: str
    content: Content
    created_at: float
    contact_id: str | None = None
    by_model: bool = False
    relayed: bool = False
    replaces: str | None = None
    held_call: str | None = None

    @property
    def answered_at_once(self) -> bool:
        """Whether the answer to it is what its speaker hears next."""
        spoken = not (self.by_model or self.relayed)
        return spoken and self.route in {Route.SENTENCE, Route.INTENT}

    def digest(self) -> str:
        """Return the SHA-256, in hex, of everything a proof is bound to.

        Raises:
            TypeError: If the extras hold something that is not JSON.
        """
        bound = {
            "id": self.id,
            "route": self.route.value,
            "place": self.origin.place,
            "recipient": self.recipient,
            "contact_id": self.contact_id,
            "held_call": self.held_call,
            "body": self.content.body,
            "extras": dict(self.content.extras),
        }
        encoded = json.dumps(bound, sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(encoded.encode()).hexdigest()


def as_json(value: object) -> Json:
    """Return a value as JSON, for the proof to be bound to; what is replayed is the value itself."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Mapping):
        return {str(key): as_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(item) for item in value]
    if isinstance(value, set | frozenset):
        return [str(item) for item in sorted(value, key=str)]
    return str(value)
