"""The household's own sentences: which automation's trigger takes an utterance.

Home Assistant hears them before any agent. One with a wildcard in it, such as "please {task}", takes far more than the
sentence that somebody had in mind when writing it.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from hassil.expression import Expression, Group, ListReference
from hassil.intents import Intents, WildcardSlotList
from hassil.parser import ParseError
from hassil.recognize import recognize_all
from homeassistant.components.automation import DATA_COMPONENT as AUTOMATION_COMPONENT
from homeassistant.components.conversation import DOMAIN as CONVERSATION_DOMAIN
from homeassistant.const import CONF_COMMAND, CONF_PLATFORM, CONF_TRIGGERS
from homeassistant.core import HomeAssistant, callback

_INTENT: Final = "trigger"


@callback
def trigger_that_takes(hass: HomeAssistant, utterance: str) -> str | None:
    """Return the name of an automation that takes an utterance by one of its sentences, None if none does."""
    for name, sentences in _sentences(hass):
        if any(_takes(sentence, utterance) for sentence in sentences):
            return name
    return None


def _sentences(hass: HomeAssistant) -> Iterator[tuple[str, list[str]]]:
    component = hass.data.get(AUTOMATION_COMPONENT)
    for entity in component.entities if component is not None else ():
        if entity.is_on:
            # Home Assistant keeps them to itself; an automation that could not be read has none.
            found = list(_commands(getattr(entity, "_trigger_config", ())))
            if found:
                yield str(entity.name or entity.entity_id), found


def _commands(triggers: Any) -> Iterator[str]:
    """Yield the sentences of triggers, also inside a list of triggers."""
    for trigger in triggers if isinstance(triggers, list | tuple) else ():
        if not isinstance(trigger, Mapping):
            continue
        yield from _commands(trigger.get(CONF_TRIGGERS))
        if trigger.get(CONF_PLATFORM) == CONVERSATION_DOMAIN:
            said = trigger.get(CONF_COMMAND, [])
            yield from [said] if isinstance(said, str) else said


def _takes(sentence: str, utterance: str) -> bool:
    """Return whether Home Assistant would hear this sentence in an utterance; every list is a wildcard."""
    try:
        intents = Intents.from_dict(
            {"language": "", "intents": {_INTENT: {"data": [{"sentences": [sentence]}]}}}
        )
        for data in intents.intents[_INTENT].data:
            for part in data.sentences:
                for name in _lists(part.expression):
                    intents.slot_lists[name] = WildcardSlotList(name)
        return any(recognize_all(utterance, intents))
    except ParseError, ValueError, KeyError:
        return False


def _lists(expression: Expression) -> Iterator[str]:
    if isinstance(expression, Group):
        for item in expression.items:
            yield from _lists(item)
    elif isinstance(expression, ListReference):
        yield expression.slot_name
