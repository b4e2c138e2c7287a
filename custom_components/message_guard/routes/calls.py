"""Calls: a captured action call as requests, one for each contact it would reach."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
import math
from typing import Any, Final

from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.util import dt as dt_util
from homeassistant.util.ulid import ulid_now

from ..core.contacts import AddressBook
from ..core.request import Content, Json, Request, Route
from ..guarding.holds import Hold
from .targets import replayed_to_each, targets_of
from .turn import Turn

BODY_KEYS: Final = ("message", "text", "body", "content", "caption", "question")
"""Where actions take their words, most specific first; everything else of a call is extras."""

NOBODY: Final = ""
"""Contact id of a target that is nobody's channel: no contact has it, and no name is looked up for it."""


@dataclass(frozen=True, slots=True)
class Captured:
    """A call as it waits: its requests, and the hold of each."""

    requests: tuple[Request, ...]
    holds: tuple[Hold, ...]

    @property
    def content(self) -> Content:
        """What would be sent, the same to everyone."""
        return self.requests[0].content

    def pairs(self) -> Iterator[tuple[Request, Hold]]:
        """Return each request with its hold."""
        return zip(self.requests, self.holds, strict=True)


@callback
def capture(hass: HomeAssistant, call: ServiceCall, turn: Turn, contacts: AddressBook) -> Captured:
    """Return the call as requests. A call that cannot be divided has one hold for all of them."""
    targets = targets_of(hass, call, contacts)
    content = content_of(replayed_to_each(call, targets))
    whole = Hold(call)
    return Captured(
        tuple(
            Request(
                id=ulid_now(),
                route=Route.ACTION,
                origin=turn.origin,
                recipient=target.name,
                content=content,
                created_at=dt_util.utcnow().timestamp(),
                contact_id=NOBODY if target.contact_id is None else target.contact_id,
                by_model=turn.by_model,
                held_call=f"{call.domain}.{call.service}",
            )
            for target in targets
        ),
        tuple(whole if target.data is None else Hold(call, target.data) for target in targets),
    )


@callback
def content_of(data: Mapping[str, Any]) -> Content:
    """Return the words of a call, and everything else that its channel would be handed.

    Args:
        data: What is replayed to each target, see `targets.replayed_to_each`.
    """
    key = next((key for key in BODY_KEYS if isinstance(data.get(key), str)), None)
    extras: dict[str, Json] = {
        str(name): _json(value) for name, value in data.items() if name != key
    }
    return Content(body="" if key is None else data[key], extras=extras)


def _json(value: object) -> Json:
    """Return a value as JSON, for the proof to be bound to; what is replayed is the value itself."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Mapping):
        return {str(key): _json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_json(item) for item in value]
    if isinstance(value, set | frozenset):
        return [str(item) for item in sorted(value, key=str)]
    return str(value)
