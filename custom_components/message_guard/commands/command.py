"""What all commands share: who may use them, and what happens when there is no guard."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

from homeassistant.auth.models import User
from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.components.websocket_api.const import (
    ERR_HOME_ASSISTANT_ERROR,
    ERR_INVALID_FORMAT,
    WebSocketCommandHandler,
)
from homeassistant.components.websocket_api.decorators import (
    async_response,
    websocket_command,
)
from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, Unauthorized
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

SCHEMAS: dict[str, probatio.Schema] = {}
"""What each command takes besides its id and type, by the command's type.

Home Assistant writes a message that its own check refuses into its log, with the values: words, names, a PIN in the
wrong field. So it is told to take everything, and what we do not take we refuse ourselves.
"""

_ENVELOPE = frozenset({"id", "type"})


def command(
    name: str, fields: Fields | None = None, *, role: Role = Role.ADMINISTRATOR
) -> Callable[[Handler], Handler]:
    """Make a command `message_guard/<name>` of a handler.

    What the handler returns is the result. Errors of Home Assistant's kind are sent with their translation
    key; a ledger that cannot be read is one of them. None of them is logged: what they say may be somebody's words.

    Args:
        name: The rest of the command's type.
        fields: The schema of what else it takes.
        role: Who may use it; administrators may use all.
    """

    def decorate(handler: Handler) -> Handler:
        @websocket_command(_whatever_comes(name, fields))
        @async_response
        @wraps(handler)
        async def run(
            hass: HomeAssistant, connection: ActiveConnection, message: dict[str, Any]
        ) -> None:
            if (taken := _taken(connection, message)) is None:
                return
            try:
                result = await answer(
                    hass, connection.user, connection.refresh_token_id, taken, handler, role
                )
            except HomeAssistantError as error:
                if error.translation_key is None:
                    raise
                connection.send_error(
                    message["id"],
                    ERR_HOME_ASSISTANT_ERROR,
                    str(error),
                    error.translation_key,
                    error.translation_domain,
                    error.translation_placeholders,
                )
                return
            connection.send_result(message["id"], result)

        COMMANDS.append(run)
        return handler

    return decorate


def subscription(name: str) -> Callable[[Subscription], Subscription]:
    """Make a command `message_guard/<name>` of what sends events to whoever may have them, guard or not."""

    def decorate(handler: Subscription) -> Subscription:
        @websocket_command(_whatever_comes(name, None))
        @callback
        @wraps(handler)
        def run(hass: HomeAssistant, connection: ActiveConnection, message: dict[str, Any]) -> None:
            if _taken(connection, message) is not None:
                handler(hass, connection, message["id"])

        COMMANDS.append(run)
        return handler

    return decorate


def _whatever_comes(name: str, fields: Fields | None) -> dict[Any, Any]:
    """Return a schema of Home Assistant's that refuses nothing; ours is kept for `_taken`."""
    type_ = f"{DOMAIN}/{name}"
    SCHEMAS[type_] = probatio.Schema(dict(fields or {}))
    return {probatio.Required("type"): type_, probatio.Extra: object}


@callback
def _taken(connection: ActiveConnection, message: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return what a command was sent, checked; None where that was refused, in an error without any value."""
    sent = {key: value for key, value in message.items() if key not in _ENVELOPE}
    schema = SCHEMAS[message["type"]]
    try:
        taken: Mapping[str, Any] = schema(sent)
    except probatio.Invalid:
        known = ", ".join(sorted(map(str, schema.schema))) or "nothing"
        what = f"This command takes {known}, as docs/websocket-api.md describes it"
        connection.send_error(message["id"], ERR_INVALID_FORMAT, what)
        return None
    return taken


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
