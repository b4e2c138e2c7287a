"""A letter: an intent of another integration, which sends."""

from typing import override

from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import intent

LETTER = "SendLetter"


class SendLetter(intent.IntentHandler):
    """Sends a letter."""

    intent_type = LETTER

    def __init__(self) -> None:
        """Have sent nothing yet."""
        self.sent = 0

    @override
    async def async_handle(self, intent_obj: intent.Intent) -> intent.IntentResponse:
        self.sent += 1
        return intent_obj.create_response()


async def post(hass: HomeAssistant, language: str = "en") -> intent.IntentResponse:
    """Let the intent be handled."""
    slots = {"recipient": {"value": "Anna"}, "message": {"value": "hello"}}
    return await intent.async_handle(hass, "test", LETTER, slots, "post it", Context(), language)
