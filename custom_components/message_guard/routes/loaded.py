"""What is loaded of automations, scripts and scenes, and what stands in Home Assistant's files for them.

Both are known by the same keys and hashes, so that what was written can be recognised when somebody loads it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
import hashlib
import json
import logging
from pathlib import Path
from typing import Any, Final

from homeassistant.config import AUTOMATION_CONFIG_PATH, SCENE_CONFIG_PATH, SCRIPT_CONFIG_PATH
from homeassistant.const import (
    CONF_ALIAS,
    CONF_ENTITIES,
    CONF_ID,
    CONF_NAME,
    CONF_STATE,
    STATE_OFF,
    STATE_ON,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_component import DATA_INSTANCES
from homeassistant.util import slugify
from homeassistant.util.yaml import Secrets, load_yaml

_LOGGER = logging.getLogger(__name__)

AUTOMATION: Final = "automation"
SCENE: Final = "scene"
SCRIPT: Final = "script"

TOLERANCE_SECONDS: Final = 2.0
"""What a file says of when it was written may be so much too early: FAT keeps every other second."""


@dataclass(frozen=True, slots=True)
class Thing:
    """One automation, script or scene.

    Attributes:
        hashes: Of its configuration, and of the file's where that one only names a blueprint.
        name: What people call it.
        config: Its configuration.
    """

    hashes: tuple[str, ...]
    name: str
    config: Any

    def same_as(self, other: Thing | None) -> bool:
        """Return whether the other one has the same configuration."""
        return other is not None and not set(self.hashes).isdisjoint(other.hashes)


type Things = dict[str, Thing]
"""By key: the domain, and the id or else the entity id."""


@callback
def loaded(hass: HomeAssistant, domain: str) -> Things:
    """Return what is loaded, but for what was not written down."""
    found = ((entity, described(domain, entity)) for entity in entities(hass, domain))
    return {key_of(domain, entity): thing for entity, thing in found if thing is not None}


def entities(hass: HomeAssistant, domain: str) -> Iterator[Any]:
    """Yield the entities of a domain."""
    component = hass.data.get(DATA_INSTANCES, {}).get(domain)
    if component is not None:
        yield from component.entities


def key_of(domain: str, entity: Any) -> str:
    """Return what a loaded entity is known by."""
    return f"{domain}.{entity.unique_id or entity.entity_id}"


def described(domain: str, entity: Any) -> Thing | None:
    """Return a loaded entity's configuration; None for what was not written down."""
    name = str(entity.name or entity.entity_id)
    if domain == SCENE:
        scene = getattr(entity, "scene_config", None)
        if scene is None:
            return None
        states = {key: [item.state, dict(item.attributes)] for key, item in scene.states.items()}
        return _scene(scene.name, states)
    config = getattr(entity, "raw_config", None)
    if not isinstance(config, Mapping):
        return None
    # 2026.10 and 2026.11 name it differently.
    of_file = getattr(entity, "_raw_blueprint_inputs", getattr(entity, "_blueprint_inputs", None))
    written = (config,) if of_file is None else (config, of_file)
    return Thing(tuple(_hash(item) for item in written), name, config)


def in_files(folder: Path, since: float) -> dict[str, Things]:
    """Read what stands in the files that were written since then, by domain. Blocks.

    Args:
        folder: Home Assistant's configuration.
        since: Seconds since the epoch.
    """
    found: dict[str, Things] = {}
    for domain, (name, read) in _FILES.items():
        path = folder / name
        try:
            if path.stat().st_mtime >= since - TOLERANCE_SECONDS:
                found[domain] = dict(read(load_yaml(str(path), Secrets(folder))))
        except FileNotFoundError:
            continue
        except Exception as error:  # noqa: BLE001 - what cannot be read here cannot be loaded either
            _LOGGER.warning("%s cannot be read: %s", name, type(error).__name__)
    return found


def _automations(content: Any) -> Iterator[tuple[str, Thing]]:
    for item in content or ():
        name = str(item.get(CONF_ALIAS, item.get(CONF_ID)))
        key = item.get(CONF_ID) or f"{AUTOMATION}.{slugify(name)}"
        yield f"{AUTOMATION}.{key}", Thing((_hash(item),), name, item)


def _scripts(content: Any) -> Iterator[tuple[str, Thing]]:
    for key, item in (content or {}).items():
        yield f"{SCRIPT}.{key}", Thing((_hash(item),), str(item.get(CONF_ALIAS, key)), item)


def _scenes(content: Any) -> Iterator[tuple[str, Thing]]:
    for item in content or ():
        name = str(item[CONF_NAME])
        key = item.get(CONF_ID) or f"{SCENE}.{slugify(name)}"
        yield f"{SCENE}.{key}", _scene(name, dict(map(_state, item[CONF_ENTITIES].items())))


def _state(item: tuple[str, Any]) -> tuple[str, list[Any]]:
    """Return an entity and its state, as Home Assistant reads them (components/homeassistant/scene.py)."""
    entity_id, info = item
    attributes = dict(info) if isinstance(info, Mapping) else {CONF_STATE: info}
    state = attributes.pop(CONF_STATE, None)
    if isinstance(state, bool):  # YAML takes "on" for one
        state = STATE_ON if state else STATE_OFF
    return entity_id.lower(), [state, attributes]


def _scene(name: str, states: Mapping[str, Any]) -> Thing:
    config = {"name": name, "states": states}
    return Thing((_hash(config),), name, config)


def _hash(config: Mapping[str, Any]) -> str:
    encoded = json.dumps(config, sort_keys=True, default=str).encode()
    return hashlib.sha256(encoded).hexdigest()


type _Read = Callable[[Any], Iterator[tuple[str, Thing]]]

_FILES: Final[Mapping[str, tuple[str, _Read]]] = {
    AUTOMATION: (AUTOMATION_CONFIG_PATH, _automations),
    SCRIPT: (SCRIPT_CONFIG_PATH, _scripts),
    SCENE: (SCENE_CONFIG_PATH, _scenes),
}
"""Where Home Assistant's editor keeps them, and so does whoever writes for it."""
