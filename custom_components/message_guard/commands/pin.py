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
from ..panel.people import Role
from .command import Call, Result, answer
from .now import allowed, approved, require_approver, waiting

MOST_CHARACTERS: Final = 64
"""No PIN is as long; what is longer is not compared."""

_SCHEMA: Final = probatio.Schema(
    {
        probatio.Required("pin"): probatio.All(str, probatio.Length(max=MOST_CHARACTERS)),
        probatio.Exclusive("confirmation_id", "what"): probatio.All(
            str, probatio.Length(min=1, max=255)
        ),
        probatio.Exclusive("allowed", "what"): True,
    }
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
        except ValueError, probatio.Invalid:
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
    """Do it, if the PIN is right; a wrong one counts."""
    message: Mapping[str, Any] = call.message
    if "confirmation_id" not in message and "allowed" not in message:
        raise invalid("not_pending")
    require_approver(call)
    about: tuple[str, ...] = (HOUSEHOLD,)
    if "confirmation_id" in message:
        about = tuple(item.contact.id for item in waiting(call).recipients)
    guard = call.components.guard
    if not guard.household.pins(about):
        raise invalid("pin_not_set")
    right = await guard.is_pin(message["pin"].strip(), about)
    if right is None:
        raise invalid("pin_locked")
    if not right:
        raise invalid("pin_wrong")
    return await approved(call) if "confirmation_id" in message else allowed(call)
