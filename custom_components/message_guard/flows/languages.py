"""The languages that names and phrases are checked in."""

from collections.abc import Iterable

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import AbortFlow

from ..core.language import Language
from ..home.assistants import async_assistants
from ..recognition.sentences import Languages, async_load_languages
from ..runtime import loaded_components


async def all_languages(hass: HomeAssistant) -> Languages:
    """Return every language that is understood.

    Raises:
        AbortFlow: If no language file can be read; nothing could be checked then.
    """
    if (components := loaded_components(hass)) is not None:
        return components.languages
    languages = await async_load_languages(hass)
    if not any(languages):
        raise AbortFlow("no_language")
    return languages


async def draft_languages(hass: HomeAssistant, pipeline_ids: Iterable[str]) -> tuple[Language, ...]:
    """Return the languages of these assistants whose files nobody who speaks them has checked.

    Raises:
        AbortFlow: If no language file can be read.
    """
    languages = await all_languages(hass)
    chosen = set(pipeline_ids)
    tags = [
        pipeline.conversation_language
        for pipeline in async_assistants(hass)
        if pipeline.id in chosen
    ]
    found = dict.fromkeys(languages.get(tag) for tag in tags)
    return tuple(language for language in found if language is not None and language.draft)


async def household_languages(
    hass: HomeAssistant, pipeline_ids: Iterable[str]
) -> tuple[Language, ...]:
    """Return the languages of these assistants that are understood, else Home Assistant's, else all.

    Raises:
        AbortFlow: If no language file can be read.
    """
    languages = await all_languages(hass)
    chosen = set(pipeline_ids)
    tags = [
        tag
        for pipeline in async_assistants(hass)
        if pipeline.id in chosen
        for tag in (pipeline.conversation_language, pipeline.language)
    ]
    found = [languages.get(tag) for tag in (*tags, hass.config.language)]
    known = tuple(dict.fromkeys(language for language in found if language is not None))
    return known or tuple(languages)
