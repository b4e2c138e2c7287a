"""What a shared account posts with the household's PIN: an approval, or that sending is allowed again.

It is posted, and no command of the WebSocket API: Home Assistant writes down what it receives there when it is asked to
log all it can.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from aiohttp import web
from homeassistant.components.http.const import KEY_HASS_REFRESH_TOKEN_ID, KEY_HASS_USER
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.http import KEY_HASS, HomeAssistantView
import probatio

from ..approvals.control import invalid
from ..core.lockout import HOUSEHOLD
from ..core.screen import pin_problem
from ..panel.people import SOURCE_PIN, Role
from .command import Call, Result, answer
from .fields import ID
from .now import allowed, approved, require_approver, waiting

MOST_CHARACTERS: Final = 64
"""No PIN is as long; what is longer is not compared."""

_PIN = probatio.All(str, str.strip, probatio.Length(min=1, max=MOST_CHARACTERS))
_SCHEMA: Final = probatio.Schema(
    probatio.Any(
        {
            probatio.Required("pin"): _PIN,
            probatio.Required("confirmation_id"): ID,
            probatio.Required("bound"): ID,
        },
        {probatio.Required("pin"): _PIN, probatio.Required("allowed"): True},
    )
)


class PinView(HomeAssistantView):
    """Takes a PIN with what it is for; neither is ever logged, or sent back."""

    url = "/api/message_guard/pin"
    name = "api:message_guard:pin"

    async def post(self, request: web.Request) -> web.Response:
        """Answer like the command that takes no PIN.

        Raises:
            Unauthorized: If somebody asks who is nobody to the guard.
        """
        try:
            message = _SCHEMA(await request.json())
        except ValueError, LookupError, RecursionError, probatio.Invalid:
            # No JSON, in a charset that there is not, nested without end, or something else.
            return self._refused("invalid_format", "This takes a PIN and what it is for")
        try:
            result = await answer(
                request.app[KEY_HASS],
                request[KEY_HASS_USER],
                request.get(KEY_HASS_REFRESH_TOKEN_ID),
                message,
                _with_pin,
                Role.APPROVER,
            )
        except HomeAssistantError as error:
            if error.translation_key is None:
                raise
            return self._refused(
                "home_assistant_error",
                str(error),
                translation_key=error.translation_key,
                translation_domain=error.translation_domain,
                translation_placeholders=error.translation_placeholders,
            )
        return self.json(result)

    def _refused(self, code: str, message: str, **more: Any) -> web.Response:
        body = {"code": code, "message": message, **more}
        return self.json(body, status_code=HTTPStatus.BAD_REQUEST)


async def _with_pin(call: Call) -> Result:
    """Do it, if the PIN is right; a wrong one counts, and what no PIN can do costs no try."""
    message: Mapping[str, Any] = call.message
    require_approver(call)
    approves = "confirmation_id" in message
    about: tuple[str, ...] = (HOUSEHOLD,)
    guard = call.components.guard
    if approves:
        seen = waiting(call)
        if (why_not := pin_problem(guard.household, seen)) is not None:
            raise invalid(why_not)
        about = tuple(item.contact.id for item in seen.recipients)
    if not guard.household.pins(about):
        raise invalid("pin_not_set")
    right = await guard.is_pin(message["pin"], about)
    if right is None:
        raise invalid("pin_locked")
    if not right:
        raise invalid("pin_wrong")
    return await approved(call, SOURCE_PIN) if approves else allowed(call)
