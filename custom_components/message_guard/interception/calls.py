"""Calls: a captured action call as requests, one for each contact it would reach."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from homeassistant.components.notify.const import ATTR_MESSAGE, ATTR_TITLE
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.util import dt as dt_util
from homeassistant.util.ulid import ulid_now

from ..channels.groups import member_calls, member_entities
from ..channels.names import action_name, entity_name
from ..channels.phones import phone_of_action
from ..channels.plain_text import as_plain_text
from ..core.contacts import AddressBook
from ..core.fixed_call import WORD_FIELDS
from ..core.request import Content, Json, Request, Route, as_json, is_empty
from ..guarding.held_parts import HeldParts
from ..guarding.holds import Hold
from ..provenance.turn import Turn
from .targets import ATTR_TARGET, NOTIFY, SEND_MESSAGE, Target, replayed_to_each, targets_of

_TOLD_BY_ENTITIES: Final = frozenset({ATTR_MESSAGE, ATTR_TITLE})
"""What a notify entity takes; an action may be handed more."""

NOBODY: Final = ""
"""Contact id of a target that is nobody's channel: no contact has it, and no name is looked up for it."""


@dataclass(frozen=True, slots=True)
class Captured:
    """A call as it waits: its requests, and the hold of each."""

    requests: tuple[Request, ...]
    holds: tuple[Hold | HeldParts, ...]

    @property
    def content(self) -> Content:
        """What would be sent, the same to everyone."""
        return self.requests[0].content

    def pairs(self) -> Iterator[tuple[Request, Hold | HeldParts]]:
        """Return each request with its hold."""
        return zip(self.requests, self.holds, strict=True)


@callback
def capture(hass: HomeAssistant, call: ServiceCall, turn: Turn, contacts: AddressBook) -> Captured:
    """Return the call as requests. A call that cannot be divided has one hold for all of them."""
    targets = targets_of(hass, call, contacts)
    words = next((target.words for target in targets if target.words is not None), None)
    content = content_of(replayed_to_each(call, targets), words)
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
        tuple(_hold(hass, call, target, content.body, whole) for target in targets),
    )


@callback
def _hold(
    hass: HomeAssistant, call: ServiceCall, target: Target, body: str, whole: Hold
) -> Hold | HeldParts:
    """Return what is held for one target: each phone and each member of a group has a call of its own."""
    action = target.action or f"{call.domain}.{call.service}"
    data = call.data if target.data is None else target.data
    if (entity_ids := data.get(ATTR_ENTITY_ID)) and target.data is not None:
        found = dict.fromkeys(
            member for entity_id in entity_ids for member in member_entities(hass, entity_id)
        )
        parts = [(entity_name(hass, item), {**data, ATTR_ENTITY_ID: [item]}) for item in found]
        holds = [(name, _plain(hass, call, part, action)) for name, part in parts]
    elif call.domain == NOTIFY:
        holds = [
            (action_name(hass, name), _of_member(hass, call, name, part))
            for name, part in member_calls(hass, action, data)
        ]
    else:
        holds = []
    if len(holds) > 1:
        return HeldParts(hass, body, holds)
    if holds and call.domain == NOTIFY:
        return holds[0][1]
    return whole if target.data is None else _plain(hass, call, target.data, action)


def _plain(hass: HomeAssistant, call: ServiceCall, data: Mapping[str, Any], action: str) -> Hold:
    """Return a call that hands its words over as they were read back, and not as markup."""
    named, said = as_plain_text(hass, action, data)
    return Hold(call, said, named)


def _of_member(
    hass: HomeAssistant, call: ServiceCall, action: str, data: Mapping[str, Any]
) -> Hold:
    """Return a call of a notify action. A phone is reached by its entity, which tells of errors."""
    phone = phone_of_action(hass, action)
    said = {name: value for name, value in data.items() if name in _TOLD_BY_ENTITIES and value}
    rest = {name for name, value in data.items() if name not in said and not is_empty(value)}
    entity_id = None if phone is None else phone.entity_id
    if phone is None or entity_id is None or rest - {ATTR_TARGET} or not phone.addressed_by(data):
        return _plain(hass, call, data, action)
    return Hold(call, {**said, ATTR_ENTITY_ID: [entity_id]}, f"{NOTIFY}.{SEND_MESSAGE}")


@callback
def content_of(data: Mapping[str, Any], words: str | None = None) -> Content:
    """Return the words of a call, and everything else that its channel would be handed.

    Args:
        data: What is replayed to each target, see `targets.replayed_to_each`.
        words: The field that holds the words, None to find it.
    """
    fields = WORD_FIELDS if words is None else (words, *WORD_FIELDS)
    key = next((key for key in fields if isinstance(data.get(key), str)), None)
    extras: dict[str, Json] = {
        str(name): as_json(value)
        for name, value in data.items()
        if name != key and not is_empty(value)
    }
    return Content(body="" if key is None else data[key], extras=extras)
