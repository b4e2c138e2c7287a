"""Commands about what waits: follow it, decide it, change its words, and the switch."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.core import HomeAssistant, callback
import probatio

from ..approvals.control import failed, invalid
from ..approvals.switching import Why, allow_sending, stop_sending
from ..core.answer import Answer, AnswerKind
from ..core.confirmation import Confirmation
from ..core.screen import LONG_LIVED_TOKEN, PIN_NOT_SET
from ..guarding.editing import may_be_edited
from ..panel.people import Role
from ..panel.screens import follow
from .command import Call, Result, command, subscription
from .fields import ID

LONGEST_BODY = 2000
"""Characters. What is too long to be read aloud is refused by the rules, and told so."""

_CONFIRMATION = {probatio.Required("confirmation_id"): ID}
_SEEN = {**_CONFIRMATION, probatio.Required("bound"): ID}
"""What waits, as it was when the person saw it: others may have become part of the question since."""

_WHY_NOT: Mapping[str | None, str] = {
    LONG_LIVED_TOKEN: "token_not_allowed",
    PIN_NOT_SET: "pin_not_set",
}


@subscription("now/subscribe")
@callback
def subscribe(hass: HomeAssistant, connection: ActiveConnection, message_id: int) -> None:
    """Send what waits, what was decided and how the guard stands, as far as it is for this person."""
    follow(hass, connection, message_id)


@command("pending/approve", _SEEN, role=Role.APPROVER)
async def approve(call: Call) -> Result:
    """Approve one; a shared account has to post its PIN with it."""
    require_approver(call)
    if call.person.shared:
        raise invalid("pin_needed")
    return await approved(call)


@command("pending/decline", _CONFIRMATION, role=Role.APPROVER)
async def decline(call: Call) -> Result:
    """Decline one."""
    try:
        return described(
            await call.components.guard.decline(call.message["confirmation_id"], call.approver)
        )
    except KeyError as error:
        raise invalid("not_pending") from error


@command(
    "pending/edit",
    {
        **_SEEN,
        probatio.Required("body"): probatio.All(str, probatio.Length(max=LONGEST_BODY)),
    },
    role=Role.APPROVER,
)
async def edit(call: Call) -> Result:
    """Ask anew about other words, in place of the former."""
    require_approver(call)
    former, body = waiting(call), call.message["body"].strip()
    if not (call.person.may_edit and may_be_edited(former)):
        raise invalid("not_editable")
    if body == former.recipients[0].request.content.body.strip():
        raise invalid("not_changed")
    now = call.components.home.now()
    return described(await call.components.guard.edits.edit(former, body, call.approver, now))


@command("sending/set", {probatio.Required("allowed"): bool}, role=Role.APPROVER)
async def set_sending(call: Call) -> Result:
    """Switch sending off, which anybody may who sees the switch, or on, which takes what an approval takes."""
    if not call.message["allowed"]:
        stop_sending(call.hass, call.entry, call.components.guard, Why.SWITCH, call.person.user_id)
        return {"allowed": False}
    require_approver(call)
    if call.person.shared:
        raise invalid("pin_needed")
    return allowed(call)


# --- shared with what is posted with a PIN --------------------------------------------------------


def require_approver(call: Call) -> None:
    """Raise why this screen may approve nothing, if it may not.

    Raises:
        ServiceValidationError: If it may not.
    """
    why_not = call.person.why_not
    if why_not is not None or not call.person.may_approve:
        raise invalid(_WHY_NOT.get(why_not, "not_allowed"))


def waiting(call: Call) -> Confirmation:
    """Return what is named, as it was seen.

    Raises:
        ServiceValidationError: If it does not wait any more, or is for others as well by now.
    """
    wanted = call.message["confirmation_id"]
    for confirmation in call.components.guard.pending:
        if confirmation.id == wanted:
            if confirmation.bound != call.message["bound"]:
                raise invalid("not_as_seen")
            return confirmation
    raise invalid("not_pending")


async def approved(call: Call, source: str | None = None) -> Result:
    """Approve what is named, for somebody who may; `source` is written down with it.

    Raises:
        ServiceValidationError: If it does not wait any more, or is for others as well by now.
    """
    seen, approver = waiting(call), replace(call.approver, source=source)
    try:
        answer = await call.components.guard.approve(seen.id, approver, seen.bound)
    except KeyError as error:
        raise invalid("not_pending") from error
    return described(answer)


def allowed(call: Call) -> Result:
    """Switch sending on, for somebody who may."""
    allow_sending(call.hass, call.entry, call.components.guard)
    return {"allowed": True}


def described(answer: Answer) -> dict[str, Any]:
    """Return what has come of it.

    Raises:
        HomeAssistantError: If it was refused, or could not be sent.
    """
    if answer.kind is AnswerKind.REFUSED:
        raise invalid("refused", answer=answer.text)
    if answer.kind is AnswerKind.FAILED:
        raise failed("delivery_failed", answer=answer.text)
    return {
        "kind": answer.kind.value,
        "text": answer.text,
        "reasons": list(answer.reasons),
        "confirmation_id": answer.confirmation_id,
    }
