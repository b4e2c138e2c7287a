"""What a loaded automation, script or scene was made from.

Relies on: `raw_config`, and `_blueprint_inputs` (2026.10) or `_raw_blueprint_inputs` (2026.11), of automations and scripts
(components/automation/__init__.py, components/script/__init__.py), and `scene_config` of scenes
(components/homeassistant/scene.py). When that is gone: nothing that is loaded is recognised as what stands in a file, so
what speech writes, and what is loaded after it, is not known to belong together.
"""

from collections.abc import Mapping
from typing import Any

from homeassistant.core import callback


@callback
def config_of(entity: object) -> Mapping[str, Any] | None:
    """Return the configuration of an automation or a script; None for what was not written down."""
    config = getattr(entity, "raw_config", None)
    return config if isinstance(config, Mapping) else None


@callback
def of_blueprint(entity: object) -> Any | None:
    """Return what stands in the file of an automation or a script that only names a blueprint, else None."""
    return getattr(entity, "_raw_blueprint_inputs", getattr(entity, "_blueprint_inputs", None))


@callback
def scene_of(entity: object) -> Any | None:
    """Return the configuration of a scene, with its `name` and its `states`; None for any other entity."""
    return getattr(entity, "scene_config", None)
