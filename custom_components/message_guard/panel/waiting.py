"""What waits and what was decided lately, as a screen shows it."""

from typing import Any

from homeassistant.core import HomeAssistant, callback

from ..core.confirmation import Confirmation
from ..core.household import Household
from ..core.request import TITLE, is_empty
from ..core.screen import pin_problem, pins_of
from ..guarding.editing import may_be_edited
from ..runtime import Components
from .board import Board, Decided
from .names import iso, place_name, through
from .people import Person


@callback
def pending(
    hass: HomeAssistant, components: Components, board: Board, person: Person
) -> list[dict[str, Any]]:
    """Return what waits, with the words, for somebody who may see them."""
    household = components.guard.household
    usual = household.default_level.label
    return [
        {
            **_described(hass, confirmation, board),
            "usual_level": usual,
            "editable": person.may_edit and may_be_edited(confirmation),
            "pin_of": _pin_of(household, confirmation) if person.shared else [],
            "why_not": pin_problem(household, confirmation) if person.shared else None,
        }
        for confirmation in components.guard.pending
    ]


def _pin_of(household: Household, confirmation: Confirmation) -> list[dict[str, str]]:
    """Return the contacts whose own PIN it takes."""
    whose = pins_of(household, confirmation)
    return [
        {"id": item.contact.id, "name": item.contact.name}
        for item in confirmation.recipients
        if item.contact.id in whose
    ]


def decided(board: Board) -> list[dict[str, Any]]:
    """Return what was decided lately, without the words."""
    return [_decided(item, board) for item in board.decided()]


def _described(hass: HomeAssistant, confirmation: Confirmation, board: Board) -> dict[str, Any]:
    request = confirmation.recipients[0].request
    origin, content = request.origin, request.content
    return {
        "confirmation_id": confirmation.id,
        "bound": confirmation.bound,
        "request_ids": [item.request.id for item in confirmation.recipients],
        "contacts": [
            {"id": item.contact.id, "name": item.contact.name} for item in confirmation.recipients
        ],
        "body": content.body,
        "extras": sorted(
            name for name, value in content.extras.items() if name != TITLE and not is_empty(value)
        ),
        "title": content.title or None,
        "utterance": origin.utterance,
        "level": confirmation.level.label,
        "reasons": list(confirmation.reasons),
        "route": request.route.value,
        "by_model": request.by_model,
        "what": through(hass, request) or board.through(request.id),
        "held_call": request.held_call,
        "place": place_name(hass, origin.satellite_id, origin.area_id),
        "satellite_id": origin.satellite_id,
        "area_id": origin.area_id,
        "who": board.name(origin.user_id),
        "user_id": origin.user_id,
        "typed": origin.typed,
        "asked_at": iso(confirmation.asked_at),
        "expires_at": iso(confirmation.deadline),
        "tries_left": confirmation.tries_left,
    }


def _decided(item: Decided, board: Board) -> dict[str, Any]:
    return {
        "confirmation_id": item.confirmation_id,
        "request_ids": list(item.steps),
        "contacts": [{"id": key, "name": name} for key, name in item.contacts.items()],
        "step": item.step.value,
        "by": board.name(item.user_id),
        "via": item.via,
        "reasons": list(item.reasons),
        "at": iso(item.at),
    }
