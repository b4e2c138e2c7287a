"""What handles an intent is found, and is what Home Assistant calls."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers import intent

from custom_components.message_guard.hooks.intent_handlers import handlers, replace_handle


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
    assert handlers(house)["Hum"] is hum
    assert "Whistle" not in handlers(house)

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
    assert handlers(house) == {}
