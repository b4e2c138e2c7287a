"""A request as a row, and its story step by step, as a screen shows them."""

from typing import Any

from homeassistant.core import HomeAssistant, callback

from ..core.household import Household
from ..core.request import Route
from ..ledger.format.encoding import FINAL
from ..ledger.format.entries import LATER, Entry, Fact, Kind
from ..ledger.history import RequestRow
from .board import Board
from .names import iso_us, place_name

_TYPED = frozenset({Route.SENTENCE.value, Route.LLM_TOOL.value, Route.INTENT.value})
_OVER = FINAL | LATER | {Kind.OBSERVED.value}

NO_PROOF, VOICE = "none", "voice"


@callback
def described(
    hass: HomeAssistant, household: Household, board: Board, row: RequestRow
) -> dict[str, Any]:
    """Return one row; see docs/websocket-api.md."""
    facts, first, last = row.first.facts, row.first, row.last
    satellite_id, user_id = _text(facts.get("satellite_id")), _text(facts.get("user_id"))
    contact_id, decided = _text(facts.get("contact_id")), row.decided
    contact = household.contacts.get(contact_id)
    route = facts.get("route")
    return {
        "request_id": first.request_id,
        "cursor": first.sequence,
        "at": iso_us(first.time),
        "ended_at": iso_us(last.time) if last.kind in _OVER else None,
        "contact": None
        if contact_id is None
        else {"id": contact_id, "name": None if contact is None else contact.name},
        "recipient": row.private.get("recipient"),
        "body": row.private.get("body"),
        "utterance": row.private.get("utterance"),
        "words_kept": bool(row.private),
        "place": place_name(hass, satellite_id, None),
        "satellite_id": satellite_id,
        "who": board.name(user_id),
        "user_id": user_id,
        "typed": user_id is not None and satellite_id is None and route in _TYPED,
        "route": route,
        "by_model": facts.get("by_model") is True,
        "held_call": facts.get("held_call"),
        "what": board.through(first.request_id),
        "outcome": row.outcome.value,
        "kind": last.kind,
        "level": facts.get("level"),
        "reasons": list(first.reasons),
        "proved_by": _proved_by(row),
        "approver": None if decided is None else board.name(_text(decided.facts.get("approver"))),
        "source": None if decided is None else decided.facts.get("source"),
    }


def story(board: Board, row: RequestRow, former: RequestRow | None) -> list[dict[str, Any]]:
    """Return each step of a request, in order; whoever has changed the words of a former one has begun it."""
    steps = [_step(board, step) for step in row.steps]
    if former is not None and former.decided is not None:
        edited = _step(board, former.decided)
        steps[0] |= {"by": edited["by"], "via": edited["via"]}
    return steps


def _step(board: Board, step: Entry) -> dict[str, Any]:
    return {
        "sequence": step.sequence,
        "at": iso_us(step.time),
        "kind": step.kind,
        "reasons": list(step.reasons),
        "level": step.facts.get("level"),
        "by": board.name(_text(step.facts.get("approver"))),
        "via": step.facts.get("via"),
        "facts": dict(step.facts),
        "hash": step.hash,
    }


def _proved_by(row: RequestRow) -> str | None:
    authorised = row.authorised
    if authorised is None:
        return None
    if row.unproved:
        return NO_PROOF
    via = authorised.facts.get("via")
    return str(via) if via is not None else VOICE


def _text(value: Fact) -> str | None:
    return value if isinstance(value, str) else None
