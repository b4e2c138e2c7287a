"""What handles an intent is found, and is what Home Assistant calls."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers import intent

from custom_components.message_guard.hooks.intent_handlers import handler_of, replace_handle


class Hum(intent.IntentHandler):
    """Hums."""

    intent_type = "Hum"

    async def async_handle(self, intent_obj: intent.Intent) -> intent.IntentResponse:
        """Hum."""
        response = intent_obj.create_response()
        response.async_set_speech("hm")
        return response


async def test_ours_is_called_in_its_place(house: HomeAssistant) -> None:
    """And what was there, once it is put back."""
    hum = Hum()
    intent.async_register(house, hum)
    assert handler_of(house, "Hum") is hum
    assert handler_of(house, "Whistle") is None

    async def whistle(intent_obj: intent.Intent) -> intent.IntentResponse:
        response = intent_obj.create_response()
        response.async_set_speech("fiu")
        return response

    async def heard() -> str:
        response = await intent.async_handle(house, "test", "Hum")
        return str(response.speech["plain"]["speech"])

    replaced = replace_handle(hum, whistle)
    assert await heard() == "fiu"
    replaced.put_back()
    assert await heard() == "hm"


async def test_without_intents_there_is_none(house: HomeAssistant) -> None:
    """Nothing is registered yet."""
    assert handler_of(house, "Hum") is None
