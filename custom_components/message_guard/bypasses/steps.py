"""Steps of sequences as they are configured: what they call, which events they fire, whom they act on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
import re
from typing import Any, Final

from homeassistant.components.scene.const import DOMAIN as SCENE_DOMAIN
from homeassistant.const import (
    ATTR_ENTITY_ID,
    CONF_ACTION,
    CONF_CONDITION,
    CONF_DEVICE_ID,
    CONF_DOMAIN,
    CONF_EVENT,
    CONF_PLATFORM,
    CONF_SCENE,
    CONF_SERVICE,
    CONF_SERVICE_DATA,
    CONF_TARGET,
    CONF_TRIGGER,
    CONF_TYPE,
    ENTITY_MATCH_ALL,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.target import TargetSelection, async_extract_referenced_entity_ids

_DATA_KEYS: Final = ("data", "data_template", CONF_SERVICE_DATA)
_MOST_DEPTH: Final = 40
_NO_STEP: Final = frozenset({CONF_CONDITION, CONF_PLATFORM, CONF_TRIGGER})
"""Keys of conditions and triggers, which may name events and devices as well."""

_BEGINNING: Final = re.compile(r"\s*([a-z][a-z0-9_]*\.[a-z0-9_]*)\{")
_ENTITY_ID: Final = re.compile(r"\b[a-z_]+\.[a-z0-9_]+\b")


@dataclass(frozen=True, slots=True)
class Call:
    """One call of an action.

    Attributes:
        action: "notify.anna"; None when a template works it out when it runs.
        data: What it is handed, as far as it is fixed, and whom it acts on.
        way: Names of what leads to it, from what is spoken on.
        reaction: It follows from a state that changes on that way, and not from a call alone.
        carried: On that way lies a helper or a list that holds words.
        may_be: The actions that a template can come to, where it says how they begin ("notify.{{ who }}").
    """

    action: str | None
    data: Mapping[str, Any]
    way: tuple[str, ...] = ()
    reaction: bool = False
    carried: bool = False
    may_be: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fired:
    """An event that a step fires; its type may be a template."""

    event_type: str


type ScriptStep = Call | Fired


def steps_in(steps: Any, depth: int = 0) -> Iterator[ScriptStep]:
    """Yield every call and event in a sequence, however deep it is nested."""
    if depth > _MOST_DEPTH:
        return
    if isinstance(steps, Mapping):
        if not _NO_STEP & steps.keys():
            yield from _step(steps)
        for key, value in steps.items():
            if key not in {*_DATA_KEYS, CONF_TARGET}:
                yield from steps_in(value, depth + 1)
    elif isinstance(steps, list | tuple):
        for step in steps:
            yield from steps_in(step, depth + 1)


def beginning_of(source: str) -> str | None:
    """Return how the action that a template works out begins, with its domain; None where that is open."""
    found = _BEGINNING.match(source)
    return None if found is None else found[1]


def calls_in(steps: Any) -> Iterator[Call]:
    """Yield every call in a sequence, however deep it is nested."""
    for step in steps_in(steps):
        if isinstance(step, Call):
            yield step


def _step(step: Mapping[str, Any]) -> Iterator[ScriptStep]:
    """Yield what one step does by itself."""
    named = step.get(CONF_ACTION, step.get(CONF_SERVICE))
    if isinstance(named, str) and "{" not in named:
        if "." in named:
            yield Call(named, _data_of(step))
    elif named is not None and "{" in text_of(named):
        yield Call(None, {CONF_ACTION: text_of(named), **_data_of(step)})
    elif isinstance(scene := step.get(CONF_SCENE), str):
        yield Call(f"{SCENE_DOMAIN}.turn_on", {ATTR_ENTITY_ID: scene})
    elif step.get(CONF_EVENT) is not None and isinstance(step[CONF_EVENT], str):
        yield Fired(step[CONF_EVENT])
    elif CONF_DEVICE_ID in step and CONF_DOMAIN in step and CONF_TYPE in step:
        # A device's own action calls one of its domain's, or something that is called like it.
        yield Call(f"{step[CONF_DOMAIN]}.{step[CONF_TYPE]}", dict(step))


def _data_of(step: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key in (*_DATA_KEYS, CONF_TARGET):
        part = step.get(key)
        if isinstance(part, Mapping):
            found.update(part)
    return found


def text_of(value: Any) -> str:
    """Return a configured value as text; that of a template is its source."""
    return str(getattr(value, "template", value))


def templated(value: Any) -> bool:
    """Return whether a configured value, or a part of it, is worked out when it runs."""
    if isinstance(value, Mapping):
        return any(templated(item) for item in value.values())
    if isinstance(value, list | tuple):
        return any(templated(item) for item in value)
    text = text_of(value)
    return "{{" in text or "{%" in text


def entities_named(value: Any) -> set[str]:
    """Return what looks like an entity in the source of a template, or in any other text."""
    return set(_ENTITY_ID.findall(text_of(value)))


@callback
def entities_of(hass: HomeAssistant, target: Mapping[str, Any]) -> set[str] | None:
    """Return the entities that a call acts on: by name, device, area, floor or label.

    Returns:
        None where a template works them out and does not name any.
    """
    fixed: dict[str, list[str]] = {}
    found: set[str] = set()
    for key in ("entity_id", "device_id", "area_id", "floor_id", "label_id"):
        given = target.get(key)
        for item in given if isinstance(given, list | tuple) else [given]:
            if item is None:
                continue
            if templated(item):
                named = entities_named(item)
                if not named:
                    return None
                found |= named
            else:
                parts = [part.strip() for part in text_of(item).split(",")]
                fixed.setdefault(key, []).extend(part for part in parts if part)
    if ENTITY_MATCH_ALL in fixed.get(ATTR_ENTITY_ID, ()):
        return {ENTITY_MATCH_ALL}
    registry = er.async_get(hass)
    if ATTR_ENTITY_ID in fixed:
        # A device's action names its entity by the registry's id.
        fixed[ATTR_ENTITY_ID] = [
            er.async_resolve_entity_id(registry, item) or item for item in fixed[ATTR_ENTITY_ID]
        ]
    if CONF_TYPE in target and ATTR_ENTITY_ID in fixed:
        fixed.pop(CONF_DEVICE_ID, None)  # the device is only where the entity was found
    if fixed:
        selected = async_extract_referenced_entity_ids(hass, TargetSelection(fixed))
        found |= selected.referenced | selected.indirectly_referenced
    return found
