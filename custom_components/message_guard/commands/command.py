"""What all commands share: who may use them, and what happens when there is no guard."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

from homeassistant.auth.models import User
from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.components.websocket_api.const import WebSocketCommandHandler
from homeassistant.components.websocket_api.decorators import (
    async_response,
    websocket_command,
)
from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.exceptions import Unauthorized
import probatio

from ..approvals.control import components_outside_a_turn, failed, guard_entry
from ..const import DOMAIN
from ..core.control import Operation
from ..core.errors import LedgerError
from ..guarding.records import Approver
from ..panel.people import Person, Role, person_of
from ..runtime import Components, MessageGuardConfigEntry

type Result = Mapping[str, Any]

VIA_PANEL = "panel"


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a command, outside of any spoken turn.

    Attributes:
        hass: Home Assistant.
        entry: The loaded entry.
        components: The guard.
        message: What was sent, checked by the command's schema.
        person: Who is at the other end.
        refresh_token_id: What they have signed in with.
    """

    hass: HomeAssistant
    entry: MessageGuardConfigEntry
    components: Components
    message: Mapping[str, Any]
    person: Person
    refresh_token_id: str | None

    @property
    def approver(self) -> Approver:
        """The person at the other end."""
        return Approver(user_id=self.person.user_id, via=VIA_PANEL)


type Fields = Mapping[Any, Any]
"""Markers of probatio → what checks their values; the markers are of two types that share none."""

type Handler = Callable[[Call], Awaitable[Result]]
type Subscription = Callable[[HomeAssistant, ActiveConnection, int], None]

COMMANDS: list[WebSocketCommandHandler] = []
"""Everything that `command` and `subscription` have made."""


def command(
    name: str, fields: Fields | None = None, *, role: Role = Role.ADMINISTRATOR
) -> Callable[[Handler], Handler]:
    """Make a command `message_guard/<name>` of a handler.

    What the handler returns is the result. Errors of Home Assistant's kind are sent with their translation
    key; a ledger that cannot be read is one of them.

    Args:
        name: The rest of the command's type.
        fields: The schema of what else it takes.
        role: Who may use it; administrators may use all.
    """

    def decorate(handler: Handler) -> Handler:
        @websocket_command({probatio.Required("type"): f"{DOMAIN}/{name}", **(fields or {})})
        @async_response
        @wraps(handler)
        async def run(
            hass: HomeAssistant, connection: ActiveConnection, message: dict[str, Any]
        ) -> None:
            result = await answer(
                hass, connection.user, connection.refresh_token_id, message, handler, role
            )
            connection.send_result(message["id"], result)

        COMMANDS.append(run)
        return handler

    return decorate


def subscription(name: str) -> Callable[[Subscription], Subscription]:
    """Make a command `message_guard/<name>` of what sends events to whoever may have them, guard or not."""

    def decorate(handler: Subscription) -> Subscription:
        @websocket_command({probatio.Required("type"): f"{DOMAIN}/{name}"})
        @callback
        @wraps(handler)
        def run(hass: HomeAssistant, connection: ActiveConnection, message: dict[str, Any]) -> None:
            handler(hass, connection, message["id"])

        COMMANDS.append(run)
        return handler

    return decorate


async def answer(
    hass: HomeAssistant,
    user: User,
    refresh_token_id: str | None,
    message: Mapping[str, Any],
    handler: Handler,
    role: Role,
) -> Result:
    """Return what a handler answers to somebody who may ask it.

    Raises:
        Unauthorized: To somebody who may not.
        HomeAssistantError: What it refuses, and why.
    """
    person = person_of(hass, user, refresh_token_id)
    may = role is not Role.ADMINISTRATOR and person.role is not Role.NOBODY
    if not (may or user.is_admin):
        raise Unauthorized
    context = Context(user_id=user.id)
    components = await components_outside_a_turn(hass, context, Operation.ASK)
    call = Call(hass, guard_entry(hass), components, message, person, refresh_token_id)
    try:
        return await handler(call)
    except LedgerError as error:
        raise failed("ledger_unreadable") from error
