"""The household's logbook: what became of messages, in words that a person understands, without the body.

The event entity's steps are lines there already, in Home Assistant's own words and with their icons. These lines are for a
household that has disabled it; they say to whom as well.
"""

from collections.abc import Callable, Mapping
import json
from pathlib import Path
from typing import Any, Final

from homeassistant.components.logbook.const import (
    LOGBOOK_ENTRY_ICON,
    LOGBOOK_ENTRY_MESSAGE,
    LOGBOOK_ENTRY_NAME,
)
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers.translation import async_get_cached_translations

from .const import DOMAIN, NAME
from .guarding.step_events import EVENT_STEP

_STEPS = json.loads(Path(__file__).with_name("icons.json").read_text(encoding="utf-8"))["entity"][
    "event"
]["request"]["state_attributes"]["event_type"]
_ICON: Final[str] = _STEPS["default"]
_ICONS: Final[Mapping[str, str]] = _STEPS["state"]
"""The icon of each step, as the event entity shows it. This module is loaded in a thread."""

_LINE = f"component.{DOMAIN}.common.logbook_{{}}"
_STEP = f"component.{DOMAIN}.entity.event.request.state_attributes.event_type.state.{{}}"


@callback
def async_describe_events(
    hass: HomeAssistant,
    async_describe_event: Callable[[str, str, Callable[[Event], dict[str, Any]]], None],
) -> None:
    """Describe the steps of requests."""

    @callback
    def describe(event: Event) -> dict[str, Any]:
        data = event.data
        language = hass.config.language
        lines = async_get_cached_translations(hass, language, "common", DOMAIN)
        steps = async_get_cached_translations(hass, language, "entity", DOMAIN)
        kind = str(data.get("kind"))
        contact = data.get("contact")
        step = steps.get(_STEP.format(kind), kind)
        line = lines.get(_LINE.format("to" if contact else "unknown"), "{step}")
        return {
            LOGBOOK_ENTRY_NAME: NAME,
            LOGBOOK_ENTRY_MESSAGE: line.format(contact=contact, step=step),
            LOGBOOK_ENTRY_ICON: _ICONS.get(kind, _ICON),
        }

    async_describe_event(DOMAIN, EVENT_STEP, describe)
