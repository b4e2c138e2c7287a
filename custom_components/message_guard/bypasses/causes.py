"""What causes what in this home: which steps, events and states lead to which others, by configuration."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Any, Final

from homeassistant.components.automation.const import DOMAIN as AUTOMATION_DOMAIN
from homeassistant.components.scene.const import DOMAIN as SCENE_DOMAIN
from homeassistant.components.script.const import DOMAIN as SCRIPT_DOMAIN
from homeassistant.const import (
    ATTR_ENTITY_ID,
    CONF_ACTION,
    CONF_ACTIONS,
    CONF_ENABLED,
    CONF_EVENT_DATA,
    CONF_PLATFORM,
    CONF_TARGET,
    CONF_TRIGGER,
    CONF_TRIGGERS,
    CONF_VALUE_TEMPLATE,
    ENTITY_MATCH_ALL,
    EVENT_CALL_SERVICE,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.group import get_entity_ids

from ..hooks.entities import by_domain
from ..hooks.sequences import script_of, sequences_of, template_configs
from ..hooks.triggers import triggers_of
from ..hooks.written_down import scene_of
from .steps import (
    Call,
    Fired,
    beginning_of,
    entities_named,
    entities_of,
    steps_in,
    templated,
    text_of,
)

CONF_EVENT_TYPE: Final = "event_type"

SLICE_SECONDS: Final = 0.005
"""So long the configuration is read before the event loop goes on with everything else."""

HELPERS: Final = frozenset(
    {
        "counter",
        "input_boolean",
        "input_button",
        "input_datetime",
        "input_number",
        "input_select",
        "input_text",
        "timer",
    }
)
"""Change because somebody speaks, and do nothing but that something watches them."""

HOLDS_WORDS: Final = frozenset({"input_text", "text", "todo"})
"""What was said may lie in these, for whoever watches them."""

OTHER_VOICES: Final = frozenset(
    [
        "alexa",
        "assistant",
        "bixby",
        "cortana",
        "dicio",
        "hermes",
        "hotword",
        "intent",
        "intents",
        "jarvis",
        "mycroft",
        "neon",
        "ovos",
        "rhasspy",
        "siri",
        "snips",
        "speech",
        "spoken",
        "stt",
        "utterance",
        "voice",
        "wakeword",
        "willow",
    ]
)
"""Words in the names of events and topics by which other voice systems say what they have heard."""

_TURNS: Final = frozenset(
    {"homeassistant.turn_on", "homeassistant.turn_off", "homeassistant.toggle"}
)
_DOES_NOTHING: Final = frozenset({"reload", "turn_off"})
"""Of automations and scripts: nothing runs because of these."""


class Slices:
    """Lets everything else run again and again while much is read."""

    def __init__(self) -> None:
        """Create the slices of working time and begin the first one."""
        self._began = perf_counter()

    async def rest(self) -> None:
        """Give the event loop back if this slice is over."""
        if perf_counter() - self._began > SLICE_SECONDS:
            await asyncio.sleep(0)
            self._began = perf_counter()


@dataclass(slots=True)
class Part:
    """What one node does: its calls, and which nodes follow; with True those that react to a state."""

    calls: list[Call] = field(default_factory=list)
    next: list[tuple[str, bool]] = field(default_factory=list)


class Causes:
    """The home as a graph. A node is an entity id, or stands for steps that no entity has."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Create the map of causes; it is read when it is asked."""
        self._hass = hass
        self._entities: dict[str, Any] = {}
        self._sequences: dict[str, Any] = {}
        self._names: dict[str, str] = {}
        self._parts: dict[str, Part] = {}
        self._events: dict[str, list[tuple[str, Mapping[str, Any]]]] = {}
        self._watched: dict[str, list[str]] = {}
        self.sentences: list[str] = []
        """What a sentence starts."""
        self.other_voices: list[str] = []
        """What an event or a message of another voice system starts."""

    async def read(self, slices: Slices) -> None:
        """Read what there is. Call it once, before anything else."""
        for domain, found in by_domain(self._hass):
            for entity in found:
                self._entities[entity.entity_id] = entity
                if domain == AUTOMATION_DOMAIN:
                    self._read_automation(entity)
                elif sequences := list(sequences_of(entity)):
                    self._sequences[entity.entity_id] = sequences
                await slices.rest()
        for number, (config, name) in enumerate(template_configs(self._hass)):
            if config.get(CONF_ACTIONS):
                node = self.add(f"template:{number}", config[CONF_ACTIONS], name)
                self._listen(node, config.get(CONF_TRIGGERS, ()))

    def _read_automation(self, entity: Any) -> None:
        if (script := script_of(entity)) is None:
            return
        self._sequences[entity.entity_id] = script.sequence
        if entity.is_on:
            self._listen(entity.entity_id, triggers_of(entity))

    def add(self, node: str, steps: Any, name: str | None = None) -> str:
        """Add steps that no entity has; returns their node."""
        self._sequences[node] = steps
        self._names[node] = name or node
        self._parts.pop(node, None)
        return node

    def name(self, node: str) -> str:
        """Return what people call a node."""
        if node in self._names:
            return self._names[node]
        entity = self._entities.get(node)
        named = getattr(entity, "name", None)
        if isinstance(named, str) and named:
            return named
        state = self._hass.states.get(node)
        return node if state is None else state.name

    def acting(self) -> Iterator[str]:
        """Yield the entities that do something a household has written, or that something watches."""
        for entity_id in list(self._entities):
            domain = entity_id.partition(".")[0]
            if domain == AUTOMATION_DOMAIN:
                continue  # speech can only switch it on and off
            if (
                entity_id in self._sequences
                or domain == SCENE_DOMAIN
                or (domain in HELPERS and entity_id in self._watched)
                or get_entity_ids(self._hass, entity_id)
            ):
                yield entity_id

    def part(self, node: str) -> Part:
        """Return what a node does."""
        if (known := self._parts.get(node)) is None:
            known = self._parts[node] = Part()
            for step in steps_in(self._sequences.get(node)):
                if isinstance(step, Fired):
                    known.next += self._follow_event(step.event_type, {})
                else:
                    call = self._meant(step)
                    known.calls.append(call)
                    known.next += self._follow_call(call)
            known.next += self._from_itself(node)
        return known

    # --- from one node to the next --------------------------------------------------------------

    def _from_itself(self, node: str) -> Iterator[tuple[str, bool]]:
        """Yield what follows when an entity is operated: members, a scene's states, whoever watches it."""
        if ":" in node or "." not in node:
            return
        for entity_id in get_entity_ids(self._hass, node):
            yield entity_id, False
        states: Any = getattr(scene_of(self._entities.get(node)), "states", None)
        for entity_id in states if isinstance(states, Mapping) else ():
            if not entity_id.startswith(f"{SCRIPT_DOMAIN}.") or states[entity_id].state == "on":
                yield from self._operate(entity_id, "scene.turn_on")
        for watcher in self._watched.get(node, ()):
            yield watcher, True
        if node.startswith(f"{SCRIPT_DOMAIN}."):
            yield from self._follow_event("script_started", {ATTR_ENTITY_ID: node})
        elif node.startswith(f"{AUTOMATION_DOMAIN}."):
            yield from self._follow_event("automation_triggered", {ATTR_ENTITY_ID: node})

    def _meant(self, call: Call) -> Call:
        """Return a call with the actions that a template for its name can come to, as far as its source says."""
        if call.action is not None:
            return call
        begins = beginning_of(text_of(call.data[CONF_ACTION]))
        domain = "" if begins is None else begins.partition(".")[0]
        named = (
            f"{domain}.{name}" for name in self._hass.services.async_services_for_domain(domain)
        )
        return replace(call, may_be=tuple(name for name in named if name.startswith(begins or ".")))

    def _follow_call(self, call: Call) -> Iterator[tuple[str, bool]]:
        action = call.action
        if action is None:
            for meant in call.may_be:
                yield from self._follow_call(replace(call, action=meant))
            return
        domain, _, name = action.partition(".")
        yield from self._follow_event(EVENT_CALL_SERVICE, {"domain": domain, "service": name})
        if action in self._sequences and domain == SCRIPT_DOMAIN:
            yield action, False
            return
        if domain in {AUTOMATION_DOMAIN, SCRIPT_DOMAIN} and name in _DOES_NOTHING:
            return
        if action == "scene.apply":
            states = call.data.get("entities")
            for entity_id in states if isinstance(states, Mapping) else ():
                yield from self._operate(str(entity_id), action)
            return
        for entity_id in self._acted_on(call, domain):
            if action in _TURNS or entity_id.partition(".")[0] in {domain, "group"}:
                yield from self._operate(entity_id, action)

    def _acted_on(self, call: Call, domain: str) -> set[str]:
        found = entities_of(self._hass, call.data) or set()
        if ENTITY_MATCH_ALL in found:
            return {item for item in self._sequences if item.startswith(f"{domain}.")}
        return found

    def _operate(self, entity_id: str, action: str) -> Iterator[tuple[str, bool]]:
        domain = entity_id.partition(".")[0]
        if domain == AUTOMATION_DOMAIN:
            # One that is only switched on runs when something else happens.
            yield entity_id, action != f"{AUTOMATION_DOMAIN}.trigger"
        else:
            yield entity_id, False

    def _follow_event(self, event_type: str, data: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
        for node, wanted in self._events.get(event_type, ()):
            if all(data.get(key, value) == value for key, value in wanted.items()):
                yield node, False

    # --- what starts a node ---------------------------------------------------------------------

    def _listen(self, node: str, triggers: Iterable[Mapping[str, Any]]) -> None:
        """Remember what starts a node."""
        for trigger in _enabled(triggers):
            platform = trigger.get(CONF_PLATFORM, trigger.get(CONF_TRIGGER))
            if platform == "conversation":
                if node not in self.sentences:
                    self.sentences.append(node)
            elif platform == "event":
                self._listen_to_events(node, trigger)
            elif platform == "mqtt" and _of_other_voices(text_of(trigger.get("topic", ""))):
                self._hear_others(node)
            for entity_id in self._watched_by(trigger):
                self._watched.setdefault(entity_id, []).append(node)

    def _listen_to_events(self, node: str, trigger: Mapping[str, Any]) -> None:
        types = trigger.get(CONF_EVENT_TYPE)
        wanted = trigger.get(CONF_EVENT_DATA)
        fixed = {
            key: text_of(value)
            for key, value in (wanted.items() if isinstance(wanted, Mapping) else ())
            if not templated(value)
        }
        for item in types if isinstance(types, list) else [types]:
            event_type = text_of(item)
            if event_type.startswith("timer.") and ATTR_ENTITY_ID in fixed:
                self._watched.setdefault(fixed[ATTR_ENTITY_ID], []).append(node)
            self._events.setdefault(event_type, []).append((node, fixed))
            if _of_other_voices(event_type):
                self._hear_others(node)

    def _hear_others(self, node: str) -> None:
        if node not in self.other_voices:
            self.other_voices.append(node)

    def _watched_by(self, trigger: Mapping[str, Any]) -> set[str]:
        """Return the entities whose states a trigger looks at."""
        given = trigger.get(CONF_TARGET)
        found = entities_of(self._hass, given) if isinstance(given, Mapping) else None
        named = trigger.get(ATTR_ENTITY_ID)
        registry = er.async_get(self._hass)
        watched = {
            er.async_resolve_entity_id(registry, item) or item
            for item in (named if isinstance(named, list) else [named])
            if isinstance(item, str)
        }
        if (source := trigger.get(CONF_VALUE_TEMPLATE)) is not None:
            watched |= entities_named(source)
        return watched | (found or set())


def _enabled(triggers: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield triggers that are not switched off. Home Assistant has flattened lists of them by now."""
    for trigger in triggers:
        if trigger.get(CONF_ENABLED) is not False:
            yield trigger


def _of_other_voices(name: str) -> bool:
    words = name.lower()
    for mark in "_-./:#+":
        words = words.replace(mark, " ")
    return not OTHER_VOICES.isdisjoint(words.split())
