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
from homeassistant.util.yaml import Secrets, load_yaml

from ..hooks.entities import entities
from ..hooks.written_down import config_of, of_blueprint, scene_of

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


type Item = tuple[str, Thing]
"""What it is known by, the domain and the id or else the entity id, and what it is."""

type Things = dict[str, Thing]
"""By what they are known by."""


@callback
def loaded(hass: HomeAssistant, domain: str) -> Things:
    """Return what is loaded, but for what was not written down."""
    found = ((entity, described(domain, entity)) for entity in entities(hass, domain))
    return {key_of(domain, entity): thing for entity, thing in found if thing is not None}


def key_of(domain: str, entity: Any) -> str:
    """Return what a loaded entity is known by."""
    return f"{domain}.{entity.unique_id or entity.entity_id}"


def described(domain: str, entity: Any) -> Thing | None:
    """Return a loaded entity's configuration; None for what was not written down."""
    name = str(entity.name or entity.entity_id)
    if domain == SCENE:
        scene = scene_of(entity)
        if scene is None:
            return None
        states = {key: [item.state, dict(item.attributes)] for key, item in scene.states.items()}
        return _scene(scene.name, states)
    config = config_of(entity)
    if config is None:
        return None
    of_file = of_blueprint(entity)
    written = (config,) if of_file is None else (config, of_file)
    return Thing(tuple(_hash(item) for item in written), name, config)


def in_files(folder: Path, since: float) -> dict[str, list[Item]]:
    """Read what stands in the files that were written, or put in their place, since then, by domain. Blocks.

    Home Assistant leaves out what it cannot load and loads the rest; so does this.

    Args:
        folder: Home Assistant's configuration.
        since: Seconds since the epoch.
    """
    found: dict[str, list[Item]] = {}
    for domain, name in _FILES.items():
        path = folder / name
        try:
            written = path.stat()
            # Whoever moves a file in keeps when it was written, and not when it came.
            if max(written.st_mtime, written.st_ctime) >= since - TOLERANCE_SECONDS:
                found[domain] = list(_items(domain, load_yaml(str(path), Secrets(folder))))
        except FileNotFoundError:
            continue
        except Exception as error:  # noqa: BLE001 - what cannot be read here cannot be loaded either
            _LOGGER.warning("%s cannot be read: %s", name, type(error).__name__)
    return found


def _parts(domain: str, content: Any) -> Iterator[tuple[str, Any]]:
    """Yield what a file holds: scripts by their names, the others one by one; one that stands alone is a list of one."""
    if domain == SCRIPT:
        yield from content.items()
    else:
        yield from (("", item) for item in (content if isinstance(content, list) else [content]))


def _items(domain: str, content: Any) -> Iterator[Item]:
    known: set[str] = set()
    for name, part in _parts(domain, content or ()):
        try:
            key, thing = _READ[domain](name, part)
            # Of several with the same id Home Assistant takes one: each is looked for by what it is.
            yield (key if key not in known else f"{domain}.{thing.hashes[0]}"), thing
            known.add(key)
        except Exception as error:  # noqa: BLE001 - one that is broken hides no other
            _LOGGER.debug("One %s cannot be read: %s", domain, type(error).__name__)


def _automation(_name: str, item: Any) -> Item:
    thing = Thing((_hash(item),), str(item.get(CONF_ALIAS, item.get(CONF_ID))), item)
    return _key(AUTOMATION, item, thing), thing


def _script(name: str, item: Any) -> Item:
    return f"{SCRIPT}.{name}", Thing((_hash(item),), str(item.get(CONF_ALIAS, name)), item)


def _scene_of_file(_name: str, item: Any) -> Item:
    states = dict(map(_state, item[CONF_ENTITIES].items()))
    thing = _scene(str(item[CONF_NAME]), states)
    return _key(SCENE, item, thing), thing


def _key(domain: str, item: Mapping[str, Any], thing: Thing) -> str:
    """Return what it is known by; what has no id is called something that only Home Assistant knows."""
    return f"{domain}.{item.get(CONF_ID) or thing.hashes[0]}"


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


_FILES: Final[Mapping[str, str]] = {
    AUTOMATION: AUTOMATION_CONFIG_PATH,
    SCRIPT: SCRIPT_CONFIG_PATH,
    SCENE: SCENE_CONFIG_PATH,
}
"""Where Home Assistant's editor keeps them, and so does whoever writes for it."""

_READ: Final[Mapping[str, Callable[[str, Any], Item]]] = {
    AUTOMATION: _automation,
    SCRIPT: _script,
    SCENE: _scene_of_file,
}
