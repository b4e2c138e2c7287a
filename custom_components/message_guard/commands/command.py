"""What all commands share: who may use them, and what happens when there is no guard."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.components.websocket_api.const import WebSocketCommandHandler
from homeassistant.components.websocket_api.decorators import (
    async_response,
    require_admin,
    websocket_command,
)
from homeassistant.core import HomeAssistant
import probatio

from ..approvals.control import components_outside_a_turn, failed, guard_entry
from ..const import DOMAIN
from ..core.errors import LedgerError
from ..guarding.records import Approver
from ..runtime import Components, MessageGuardConfigEntry

type Result = Mapping[str, Any]

VIA_PANEL = "panel"


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a command, by an administrator, outside of any spoken turn.

    Attributes:
        hass: Home Assistant.
        entry: The loaded entry.
        components: The guard.
        connection: The connection it came through.
        message: What was sent, checked by the command's schema.
    """

    hass: HomeAssistant
    entry: MessageGuardConfigEntry
    components: Components
    connection: ActiveConnection
    message: Mapping[str, Any]

    @property
    def approver(self) -> Approver:
        """The person at the other end."""
        return Approver(user_id=self.connection.user.id, via=VIA_PANEL)


type Fields = Mapping[Any, Any]
"""Markers of probatio → what checks their values; the markers are of two types that share none."""

type Handler = Callable[[Call], Awaitable[Result]]

COMMANDS: list[WebSocketCommandHandler] = []
"""Everything that `command` has made."""


def command(name: str, fields: Fields | None = None) -> Callable[[Handler], Handler]:
    """Make a command `message_guard/<name>` of a handler, for administrators only.

    What the handler returns is the result. Errors of Home Assistant's kind are sent with their translation
    key; a ledger that cannot be read is one of them.

    Args:
        name: The rest of the command's type.
        fields: The schema of what else it takes.
    """

    def decorate(handler: Handler) -> Handler:
        @require_admin
        @websocket_command({probatio.Required("type"): f"{DOMAIN}/{name}", **(fields or {})})
        @async_response
        @wraps(handler)
        async def run(
            hass: HomeAssistant, connection: ActiveConnection, message: dict[str, Any]
        ) -> None:
            components = await components_outside_a_turn(hass, connection.context(message))
            call = Call(hass, guard_entry(hass), components, connection, message)
            try:
                result = await handler(call)
            except LedgerError as error:
                raise failed("ledger_unreadable") from error
            connection.send_result(message["id"], result)

        COMMANDS.append(run)
        return handler

    return decorate
