"""The household's own sentences: which automation's trigger takes an utterance.

Home Assistant hears them before any agent. One with a wildcard in it, such as "please {task}", takes far more than the
sentence that somebody had in mind when writing it.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from hassil.errors import MissingRuleError
from hassil.expression import Expression, Group, ListReference
from hassil.intents import Intents, WildcardSlotList
from hassil.recognize import recognize_all
from homeassistant.components.automation.const import DOMAIN as AUTOMATION_DOMAIN
from homeassistant.components.conversation import DOMAIN as CONVERSATION_DOMAIN
from homeassistant.const import CONF_COMMAND, CONF_PLATFORM
from homeassistant.core import HomeAssistant, callback

from ..hooks.entities import entities
from ..hooks.triggers import triggers_of

_INTENT: Final = "trigger"


async def async_taken(hass: HomeAssistant, utterances: Iterable[str]) -> dict[str, str]:
    """Return which of these utterances an automation takes by one of its sentences, and its name."""
    sentences = tuple(_sentences(hass))
    return await hass.async_add_executor_job(_taken, sentences, tuple(utterances))


def _taken(
    sentences: tuple[tuple[str, list[str]], ...], utterances: tuple[str, ...]
) -> dict[str, str]:
    """Compare each with each; for an executor, since every sentence has to be parsed."""
    parsed = [(name, _parsed(template)) for name, templates in sentences for template in templates]
    found: dict[str, str] = {}
    for utterance in utterances:
        for name, intents in parsed:
            if _takes(intents, utterance):
                found.setdefault(utterance, name)
    return found


def _takes(intents: Intents, utterance: str) -> bool:
    """Return whether a sentence takes this; one with a rule that nobody has written takes nothing."""
    try:
        return any(recognize_all(utterance, intents))
    except MissingRuleError:
        return False


@callback
def _sentences(hass: HomeAssistant) -> Iterator[tuple[str, list[str]]]:
    for entity in entities(hass, AUTOMATION_DOMAIN):
        if entity.is_on:
            found = list(_commands(triggers_of(entity)))
            if found:
                yield str(entity.name or entity.entity_id), found


def _commands(triggers: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the sentences of triggers, as Home Assistant has validated them."""
    for trigger in triggers:
        if trigger.get(CONF_PLATFORM) == CONVERSATION_DOMAIN:
            yield from trigger[CONF_COMMAND]


def _parsed(sentence: str) -> Intents:
    """Return a sentence as Home Assistant reads it: every list is a wildcard."""
    intents = Intents.from_dict(
        {"language": "", "intents": {_INTENT: {"data": [{"sentences": [sentence]}]}}}
    )
    for data in intents.intents[_INTENT].data:
        for part in data.sentences:
            for name in _lists(part.expression):
                intents.slot_lists[name] = WildcardSlotList(name)
    return intents


def _lists(expression: Expression) -> Iterator[str]:
    if isinstance(expression, Group):
        for item in expression.items:
            yield from _lists(item)
    elif isinstance(expression, ListReference):
        yield expression.slot_name
