"""What a loaded entity was made from can be compared with what stands in a file."""

from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant
import pytest

from custom_components.message_guard.hooks.entities import entity
from custom_components.message_guard.hooks.written_down import config_of, of_blueprint, scene_of
from tests.hooks.house import set_up

SCRIPT: dict[str, Any] = {"alias": "Waits", "sequence": [{"delay": 1}]}
AUTOMATION: dict[str, Any] = {"id": "1", "alias": "Waits", "triggers": [], "actions": []}


async def test_scripts_and_automations(house: HomeAssistant) -> None:
    """Word for word, as it was written."""
    await set_up(house, "script", {"waits": dict(SCRIPT)})
    await set_up(house, "automation", [dict(AUTOMATION)])
    assert config_of(entity(house, "script.waits")) == SCRIPT
    assert config_of(entity(house, "automation.waits")) == AUTOMATION
    assert of_blueprint(entity(house, "script.waits")) is None
    assert of_blueprint(entity(house, "automation.waits")) is None


@pytest.mark.parametrize("domain", ["automation", "script"])
async def test_what_only_names_a_blueprint(house: HomeAssistant, domain: str) -> None:
    """What stands in the file, and what it becomes."""
    path = Path(house.config.path("blueprints", domain, "waits.yaml"))
    steps = "sequence" if domain == "script" else "triggers: []\nactions"
    text = f"blueprint: {{name: Waits, domain: {domain}, input: {{long: {{}}}}}}\n"
    text += f"{steps}: [{{delay: !input long}}]\n"

    def write() -> None:
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")

    await house.async_add_executor_job(write)
    written = {"alias": "Waits", "use_blueprint": {"path": "waits.yaml", "input": {"long": 5}}}
    config: Any = {"waits": written} if domain == "script" else [written]
    await set_up(house, domain, config)
    found = entity(house, f"{domain}.waits")
    made = config_of(found)
    assert made is not None
    assert made["sequence" if domain == "script" else "actions"] == [{"delay": 5}]
    of_file = of_blueprint(found)
    assert of_file is not None
    assert of_file["use_blueprint"] == written["use_blueprint"]


async def test_scenes(house: HomeAssistant) -> None:
    """Their names and states."""
    scene = {"name": "Night", "entities": {"light.a": {"state": "on", "brightness": 3}}}
    await set_up(house, "scene", [scene])
    found = scene_of(entity(house, "scene.night"))
    assert found.name == "Night"
    state = found.states["light.a"]
    assert (state.state, dict(state.attributes)) == ("on", {"brightness": 3})


async def test_anything_else_was_not_written_down(house: HomeAssistant) -> None:
    """Neither as the one nor as the other."""
    assert config_of(object()) is None
    assert scene_of(object()) is None
    assert of_blueprint(object()) is None
