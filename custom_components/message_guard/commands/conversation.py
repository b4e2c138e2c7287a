"""Commands about what people write to the house, and a conversation: who wrote what, when, both ways."""

import probatio

from ..approvals.control import invalid
from ..approvals.tokens import is_persons
from ..ledger.correspondence import ReceivedRow, read_correspondence
from ..panel.board import async_board
from ..panel.messages import readable, received
from ..panel.people import Role
from ..panel.rows import described
from .command import Call, Result, command
from .fields import ID, PAGE


@command(
    "conversation/page",
    {
        probatio.Optional("contact_id"): ID,
        **PAGE,
    },
)
async def page(call: Call) -> Result:
    """Return what was written to and by a contact, or everybody, the newest first."""
    asked = call.message
    found = await read_correspondence(
        call.components.ledger,
        asked.get("contact_id"),
        before=asked.get("before"),
        limit=asked["limit"],
    )
    household, board = call.components.guard.household, async_board(call.hass)
    return {
        "rows": [
            received(call.hass, household, board, row)
            if isinstance(row, ReceivedRow)
            else {"direction": "out", **described(call.hass, household, board, row)}
            for row in found.rows
        ],
        "before": found.before,
    }


@command("messages/read", {probatio.Required("message_id"): ID}, role=Role.APPROVER)
async def read(call: Call) -> Result:
    """Write down that this person has read a message on their screen: it is not read out any more.

    A program reads nothing: its token may not say so for a person, unless the household lets it approve for one.
    """
    tokens_approve = call.components.guard.household.tokens_approve
    if not (tokens_approve or is_persons(call.hass, call.refresh_token_id)):
        raise invalid("token_reads_nothing")
    for waiting in readable(call.components, call.person):
        if waiting.message.id == call.message["message_id"]:
            if await call.components.messages.inbox.read_on_screen(waiting.message):
                return {}
            break
    raise invalid("no_message")
