"""The steps that entities and intents run, as `Script` keeps them.

Relies on: `AutomationEntity.action_script` (components/automation/__init__.py), `ScriptEntity.script`
(components/script/__init__.py), `ScriptIntentHandler.config` (components/intent_script/__init__.py), the list "template" of
coordinators, each with a `config` (components/template/__init__.py), and on template entities and the like
keeping a `Script` in an attribute, or in a mapping; a universal media player keeps its calls in `_cmds`
(components/universal/media_player.py). All since 2026.10. When one is gone: what it runs is not known beforehand, so no way
round is told of it and nothing of it is let through without a proof; when it runs, what it sends is held as ever.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.script import Script

_UNIVERSAL: Final = "_cmds"
"""Where a universal media player keeps the calls of its commands."""


@callback
def script_of(entity: object) -> Script | None:
    """Return what an automation or a script runs, None for any other entity and for one that could not be read."""
    for name in ("action_script", "script"):
        found = getattr(entity, name, None)
        if isinstance(found, Script):
            return found
    return None


@callback
def sequences_of(entity: object) -> Iterator[Any]:
    """Yield the steps that an entity runs when it is operated: of a script, a template, and the like."""
    kept: Mapping[str, Any] = getattr(entity, "__dict__", {})
    for key, value in kept.items():
        if isinstance(value, Script):
            yield value.sequence
        elif isinstance(value, Mapping):
            if key == _UNIVERSAL:
                yield list(value.values())
            else:
                yield from (item.sequence for item in value.values() if isinstance(item, Script))


@callback
def template_configs(hass: HomeAssistant) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Yield the configuration of every template with triggers, and what it is called."""
    for coordinator in hass.data.get("template", ()):
        config = getattr(coordinator, "config", None) or {}
        yield config, str(config.get("unique_id") or getattr(coordinator, "name", "template"))


@callback
def intent_sequence(handler: object) -> Any:
    """Return the steps of an intent_script, None for any other intent."""
    config = getattr(handler, "config", None)
    script = config.get("action") if isinstance(config, Mapping) else None
    return getattr(script, "sequence", None)
