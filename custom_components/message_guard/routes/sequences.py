"""What automations, scripts and intents call, read off their configuration without running them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from homeassistant.components.automation import DATA_COMPONENT as AUTOMATION_COMPONENT
from homeassistant.components.homeassistant.exposed_entities import async_should_expose
from homeassistant.components.script.const import DOMAIN as SCRIPT_DOMAIN
from homeassistant.const import (
    ATTR_ENTITY_ID,
    CONF_ACTION,
    CONF_PLATFORM,
    CONF_SERVICE,
    CONF_SERVICE_DATA,
    CONF_TARGET,
    CONF_TRIGGERS,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import intent
from homeassistant.helpers.entity_component import DATA_INSTANCES
from homeassistant.helpers.template import Template

CONVERSATION: Final = "conversation"
_DATA_KEYS: Final = ("data", "data_template", CONF_SERVICE_DATA)
_MOST_DEPTH: Final = 40
type _Script = Any
"""A script's entity. Its class lies in different modules in 2026.10 and 2026.11."""

type _Automation = Any
"""An automation's entity, likewise."""

_SCRIPT_STARTERS: Final = frozenset({"script.turn_on", "script.toggle", "homeassistant.turn_on"})


@dataclass(frozen=True, slots=True)
class Call:
    """One call of an action.

    Attributes:
        action: "notify.anna"; None when a template works it out when it runs.
        data: What it is handed, as far as it is fixed.
    """

    action: str | None
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Spoken:
    """Something that speech can start.

    Attributes:
        name: What people call it.
        id: Its entity id, or the intent.
        calls: What it calls, through scripts as well.
    """

    name: str
    id: str
    calls: tuple[Call, ...]


@callback
def spoken_sequences(hass: HomeAssistant) -> tuple[Spoken, ...]:
    """Return all that speech can start: exposed scripts, sentence triggers, intents with actions."""
    scripts = _scripts(hass)
    found = [
        Spoken(str(entity.name or entity.entity_id), entity.entity_id, _all(entity, scripts))
        for entity in scripts.values()
        if async_should_expose(hass, CONVERSATION, entity.entity_id)
    ]
    for automation in _automations(hass):
        if automation.is_on and _has_sentence(automation):
            calls = _reached(automation.action_script.sequence, scripts, frozenset())
            name = str(automation.name or automation.entity_id)
            found.append(Spoken(name, automation.entity_id, tuple(calls)))
    for handler in intent.async_get(hass):
        action = _intent_action(handler)
        if action is not None:
            calls = _reached(action, scripts, frozenset())
            found.append(Spoken(handler.intent_type, handler.intent_type, tuple(calls)))
    return tuple(found)


def _scripts(hass: HomeAssistant) -> dict[str, _Script]:
    component = hass.data.get(DATA_INSTANCES, {}).get(SCRIPT_DOMAIN)
    entities = component.entities if component is not None else ()
    return {item.entity_id: item for item in entities if hasattr(item, "script")}


def _automations(hass: HomeAssistant) -> Iterator[_Automation]:
    component = hass.data.get(AUTOMATION_COMPONENT)
    for entity in component.entities if component is not None else ():
        if hasattr(entity, "action_script"):
            yield entity


def _has_sentence(automation: _Automation) -> bool:
    """Return whether a sentence starts it, also inside a list of triggers."""

    def sentence(trigger: Any) -> bool:
        if not isinstance(trigger, Mapping):
            return False
        inner = trigger.get(CONF_TRIGGERS)
        if isinstance(inner, list) and any(sentence(item) for item in inner):
            return True
        return trigger.get(CONF_PLATFORM) == CONVERSATION

    # Home Assistant keeps them to itself, and what was written down differs with blueprints.
    triggers: Iterable[Any] = getattr(automation, "_trigger_config", ())
    return any(sentence(trigger) for trigger in triggers)


def _intent_action(handler: intent.IntentHandler) -> Any:
    """Return the steps of an intent_script, None for any other intent."""
    config = getattr(handler, "config", None)
    script = config.get(CONF_ACTION) if isinstance(config, Mapping) else None
    return getattr(script, "sequence", None)


def _all(entity: _Script, scripts: Mapping[str, _Script]) -> tuple[Call, ...]:
    return tuple(_reached(entity.script.sequence, scripts, frozenset({entity.entity_id})))


def _reached(steps: Any, scripts: Mapping[str, _Script], seen: frozenset[str]) -> Iterator[Call]:
    """Yield the calls of these steps, and of the scripts that they start."""
    for call in calls_in(steps):
        yield call
        for script_id in _started(call):
            if script_id in scripts and script_id not in seen:
                sequence = scripts[script_id].script.sequence
                yield from _reached(sequence, scripts, seen | {script_id})


def _started(call: Call) -> Iterator[str]:
    action = call.action
    if action is None or not (action in _SCRIPT_STARTERS or action.startswith("script.")):
        return
    if action not in _SCRIPT_STARTERS:
        yield action
        return
    named = call.data.get(ATTR_ENTITY_ID)
    yield from [named] if isinstance(named, str) else named if isinstance(named, list) else ()


def calls_in(steps: Any, depth: int = 0) -> Iterator[Call]:
    """Yield every call in a sequence, however deep it is nested."""
    if depth > _MOST_DEPTH:
        return
    if isinstance(steps, Mapping):
        named = steps.get(CONF_ACTION, steps.get(CONF_SERVICE))
        if isinstance(named, str) and "{" not in named and "." in named:
            yield Call(named, _data_of(steps))
        elif isinstance(named, str | Template) and "{" in str(named):
            yield Call(None, {})
        for key, value in steps.items():
            if key not in {*_DATA_KEYS, CONF_TARGET}:
                yield from calls_in(value, depth + 1)
    elif isinstance(steps, list | tuple):
        for step in steps:
            yield from calls_in(step, depth + 1)


def _data_of(step: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key in (*_DATA_KEYS, CONF_TARGET):
        part = step.get(key)
        if isinstance(part, Mapping):
            found.update(part)
    return found
