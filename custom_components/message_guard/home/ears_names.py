"""How the household's speech recognition writes a name: heard when somebody adds a contact.

Recognisers write a name as they know it, each in its own way: "Niam" for Niamh, "Shuvon" for Siobhan. So the house's own
voice says a request to the contact, and what an engine makes of the name may be chosen as another name. Engines and
voices outside of the house are left out: they would cost something, and be told the name.
"""

import asyncio
from collections.abc import Iterable

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from ..core.spellings import name_as_heard
from ..recognition.sentences import Languages
from .ear_sounds import spoken
from .ears import PATIENCE, Ear, ears_of, is_cloud, patiently, written
from .ears_check import assistant_of


async def names_as_written(
    hass: HomeAssistant, pipeline_ids: Iterable[str], name: str, languages: Languages
) -> tuple[str, ...]:
    """Return how the engines of these assistants write a name, each way once; never raises.

    What is the name anyway is not among it, nor is what an engine has not understood.
    """
    ears = [ear for ear in await ears_of(hass, pipeline_ids) if not ear.cloud]
    asked = [patiently(hass, _heard(hass, ear, name, languages), PATIENCE) for ear in ears]
    return tuple(dict.fromkeys(one for one in await asyncio.gather(*asked) if one is not None))


async def _heard(hass: HomeAssistant, ear: Ear, name: str, languages: Languages) -> str | None:
    language, assistant = languages.get(ear.language), assistant_of(hass, ear)
    engine = None if assistant is None else assistant.tts_engine
    if language is None or not language.spaced or assistant is None or engine is None:
        return None
    voice = er.async_get(hass).async_get(engine)
    if await is_cloud(hass, voice.platform if voice is not None else engine):
        return None
    said = language.say("how", recipient=name)
    sound = await spoken(hass, engine, assistant.tts_language, assistant.tts_voice, said)
    text = None if sound is None else await written(hass, ear, sound, PATIENCE)
    heard = None if text is None else name_as_heard(text, said, name, language)
    return None if heard is None or languages.is_nobody(heard, language) else heard
