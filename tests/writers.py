"""Agents that write automations, in the two ways of the most used ones, and what they write.

Written anew from what they do: one has a function that appends to automations.yaml and calls `automation.reload` in
the turn (extended_openai_conversation's `add_automation`); the other posts to the editor's API with a
long-lived token (MCP servers for Home Assistant). Either may leave the reload to somebody else.
"""

from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.util import yaml as yaml_util

FILE = "automations.yaml"
NAG: dict[str, Any] = {
    "alias": "Nag Anna",
    "triggers": [{"trigger": "time_pattern", "seconds": "/2"}],
    "actions": [{"action": "notify.anna", "data": {"message": "Call me"}}],
}


async def include(hass: HomeAssistant) -> None:
    """Lay out the configuration as Home Assistant does for everybody."""
    config = (
        f"automation: !include {FILE}\nscript: !include scripts.yaml\nscene: !include scenes.yaml\n"
    )

    def write() -> None:
        folder = Path(hass.config.config_dir)
        (folder / "configuration.yaml").write_text(config)
        (folder / FILE).write_text("[]\n")
        (folder / "scenes.yaml").write_text("[]\n")
        (folder / "scripts.yaml").write_text("{}\n")

    await hass.async_add_executor_job(write)


async def write(hass: HomeAssistant, file: str, content: Any) -> None:
    """Write a file of the configuration."""
    text = yaml_util.dump(content)
    await hass.async_add_executor_job(Path(hass.config.path(file)).write_text, text)


async def add_automation(
    hass: HomeAssistant, config: dict[str, Any], automation_id: str = "1732752000000"
) -> None:
    """Append an automation, and reload, as the function of a model does."""
    await append_automation(hass, {"id": automation_id, **config})
    await hass.services.async_call("automation", "reload", blocking=True)


async def append_automation(hass: HomeAssistant, config: dict[str, Any]) -> None:
    """Append an automation, and leave it to others to load it."""

    def append() -> None:
        path = Path(hass.config.path(FILE))
        present: list[Any] = yaml_util.parse_yaml(path.read_text()) or []  # type: ignore[assignment]
        path.write_text(yaml_util.dump([*present, config]))

    await hass.async_add_executor_job(append)
