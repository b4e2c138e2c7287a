"""What a call was signed in with: a person's log-in, or a long-lived token that a program holds."""

from typing import Final

from homeassistant.auth.models import TOKEN_TYPE_LONG_LIVED_ACCESS_TOKEN, TOKEN_TYPE_NORMAL
from homeassistant.components.websocket_api.connection import current_connection
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.http import current_request

IN_REQUEST: Final = "hass_refresh_token_id"
"""Where Home Assistant keeps it in a request (components/http/const.py)."""


@callback
def is_persons(hass: HomeAssistant, refresh_token_id: str | None) -> bool:
    """Return whether somebody has signed in with it, and no program holds it."""
    return _type(hass, refresh_token_id) == TOKEN_TYPE_NORMAL


@callback
def is_programs_call(hass: HomeAssistant) -> bool:
    """Return whether what is being done was asked for over the interfaces, with a long-lived token.

    What nobody has asked for there is no program's: an automation, a tap on a phone.
    """
    connection, request = current_connection.get(), current_request.get()
    token_id: str | None = None
    if connection is not None:
        token_id = connection.refresh_token_id
    elif request is not None:
        token_id = request.get(IN_REQUEST)
    return _type(hass, token_id) == TOKEN_TYPE_LONG_LIVED_ACCESS_TOKEN


def _type(hass: HomeAssistant, refresh_token_id: str | None) -> str | None:
    if refresh_token_id is None:
        return None
    token = hass.auth.async_get_refresh_token(refresh_token_id)
    return None if token is None else token.token_type
