"""The household phrase: one to begin with, what is wrong with one, and how it is kept."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
import secrets
from typing import Any

from hassil.errors import MissingRuleError
from homeassistant.components.assist_pipeline.pipeline import async_get_pipeline
from homeassistant.components.conversation import HOME_ASSISTANT_AGENT, ConversationInput
from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.util.ulid import ulid_now

from ..assist.understanding import Understanding
from ..const import CONF_DEFAULT_LEVEL, CONF_PHRASE
from ..core.contacts import AddressBook, Contact
from ..core.language import Language
from ..core.level import Level
from ..core.text import speakable
from ..home.assistants import async_assistants
from ..home.sentence_triggers import async_taken
from ..runtime import loaded_components
from .checks import phrase_problem
from .languages import all_languages, household_languages


async def suggested_phrase(hass: HomeAssistant) -> str:
    """Return a phrase to begin with in the language that is spoken here, empty where there is none.

    That is the language of the preferred assistant: speech recognition hears no other one, whatever the language of the
    screens is. The phrase is drawn at random, so that not every house has the same, from those that no sentence of the
    household's own takes.

    Raises:
        AbortFlow: If no language file can be read.
    """
    languages = await all_languages(hass)
    spoken = (languages.get(tag) for tag in (*_preferred(hass), hass.config.language))
    language = next((language for language in spoken if language is not None), None)
    offered = () if language is None else language.suggested_phrases
    taken = await async_taken(hass, offered)
    free = [phrase for phrase in offered if phrase not in taken]
    return secrets.choice(free) if free else ""


@callback
def _preferred(hass: HomeAssistant) -> tuple[str, ...]:
    """Return the languages of the preferred assistant, none where there is no assistant."""
    if not async_assistants(hass):
        return ()
    pipeline = async_get_pipeline(hass)
    return (pipeline.conversation_language, pipeline.language)


async def phrase_errors(
    hass: HomeAssistant,
    chosen: Mapping[str, Any],
    pipeline_ids: Iterable[str],
    contacts: Iterable[Contact],
    placeholders: dict[str, str],
) -> dict[str, str]:
    """Return the error of the household phrase; fills in what it names.

    Args:
        hass: Home Assistant.
        chosen: Level and phrase, as they were entered.
        pipeline_ids: The assistants that the phrase will be said to.
        contacts: Whose names must not hold the phrase.
        placeholders: Of the form.
    """
    phrase = chosen.get(CONF_PHRASE, "")
    if not phrase.strip():
        needed = chosen[CONF_DEFAULT_LEVEL] == Level.PHRASE.label
        return {CONF_PHRASE: "phrase_needed"} if needed else {}
    languages = await household_languages(hass, pipeline_ids)
    # It is compared with all that the house says in all of these languages, which takes a while.
    problem = await hass.async_add_executor_job(phrase_problem, phrase, languages, tuple(contacts))
    if problem is not None:
        placeholders |= problem[1]
        return {CONF_PHRASE: problem[0]}
    taken = await async_taken(hass, [phrase])
    if taken:
        placeholders["automation"] = taken[phrase]
        return {CONF_PHRASE: "phrase_in_automation"}
    if await _is_command(hass, phrase, languages):
        return {CONF_PHRASE: "phrase_is_command"}
    return {}


async def _is_command(hass: HomeAssistant, phrase: str, languages: Iterable[Language]) -> bool:
    """Return whether the phrase does something by itself, Home Assistant's or ours: it is said for that, too."""
    known, running = await all_languages(hass), loaded_components(hass)
    book = AddressBook() if running is None else running.guard.household.contacts
    understanding, nowhere = Understanding(hass), ulid_now()
    for language in languages:
        recogniser = known.recogniser(language.code, book)
        if recogniser is not None and recogniser.recognise(phrase) is not None:
            return True
        said = ConversationInput(
            text=phrase,
            context=Context(),
            conversation_id=nowhere,
            device_id=None,
            satellite_id=None,
            language=language.code,
            agent_id=HOME_ASSISTANT_AGENT,
        )
        with suppress(MissingRuleError):  # of a sentence with a rule that nobody has written
            if await understanding.understands(said, nowhere, plainly=True):
                return True
    return False


def tidy_phrase(chosen: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was entered, with the phrase as it can be spoken."""
    return {**chosen, CONF_PHRASE: speakable(chosen.get(CONF_PHRASE, ""))}
