"""Commands about what waits: see it, follow it, decide it."""

from typing import Any

from homeassistant.core import callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.util import dt as dt_util
import probatio

from ..approvals import may_approve
from ..approvals.control import invalid
from ..core.answer import Answer
from ..core.confirmation import Confirmation
from ..guarding.step_events import SIGNAL_STEP, StepData
from .command import Call, Result, command

_CONFIRMATION = {probatio.Required("confirmation_id"): str}


@command("pending/subscribe")
async def subscribe(call: Call) -> Result:
    """Return what waits, and send it again with every step that any request takes."""

    @callback
    def step(kind: str, step_data: StepData) -> None:
        call.hass.loop.call_soon(send, kind, dict(step_data))

    @callback
    def send(kind: str, step_data: dict[str, Any]) -> None:
        """Send once the step has been taken: it is told of just before."""
        call.connection.send_event(call.message["id"], {"step": kind, **step_data, **_status(call)})

    call.connection.subscriptions[call.message["id"]] = async_dispatcher_connect(
        call.hass, SIGNAL_STEP, step
    )
    return _status(call)


@command("pending/approve", _CONFIRMATION)
async def approve(call: Call) -> Result:
    """Approve one; for those of the administrators whom the household lets approve."""
    if not await may_approve(call.hass, call.components.guard.household, call.connection.user.id):
        raise invalid("not_allowed")
    try:
        answer = await call.components.guard.approve(call.message["confirmation_id"], call.approver)
    except KeyError as error:
        raise invalid("not_pending") from error
    return _described(answer)


@command("pending/decline", _CONFIRMATION)
async def decline(call: Call) -> Result:
    """Decline one."""
    try:
        answer = await call.components.guard.decline(call.message["confirmation_id"], call.approver)
    except KeyError as error:
        raise invalid("not_pending") from error
    return _described(answer)


def _status(call: Call) -> dict[str, Any]:
    guard = call.components.guard
    return {
        "sending_allowed": guard.sending_allowed,
        "observe": guard.household.observe,
        "pending": [_waiting(confirmation) for confirmation in guard.pending],
    }


def _waiting(confirmation: Confirmation) -> dict[str, Any]:
    request = confirmation.recipients[0].request
    return {
        "confirmation_id": confirmation.id,
        "contacts": [
            {"id": item.contact.id, "name": item.contact.name} for item in confirmation.recipients
        ],
        "body": request.content.body,
        "extras": sorted(request.content.extras),
        "utterance": request.origin.utterance,
        "level": confirmation.level.label,
        "reasons": list(confirmation.reasons),
        "route": request.route.value,
        "by_model": request.by_model,
        "satellite_id": request.origin.satellite_id,
        "area_id": request.origin.area_id,
        "user_id": request.origin.user_id,
        "asked_at": _iso(confirmation.asked_at),
        "expires_at": _iso(confirmation.deadline),
        "tries_left": confirmation.tries_left,
    }


def _described(answer: Answer) -> Result:
    return {"kind": answer.kind.value, "text": answer.text, "reasons": list(answer.reasons)}


def _iso(timestamp: float) -> str:
    return dt_util.utc_from_timestamp(timestamp).isoformat()
