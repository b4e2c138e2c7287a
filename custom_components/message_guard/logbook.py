"""The household's logbook: what became of messages, in words that a person understands, without the body."""

from collections.abc import Callable
from typing import Any

from homeassistant.components.logbook.const import (
    LOGBOOK_ENTRY_ENTITY_ID,
    LOGBOOK_ENTRY_MESSAGE,
    LOGBOOK_ENTRY_NAME,
)
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers.translation import async_get_cached_translations

from .const import DOMAIN, NAME
from .guarding.step_events import EVENT_STEP

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
        contact, satellite = data.get("contact"), data.get("satellite_id")
        step = steps.get(_STEP.format(kind), kind)
        line = lines.get(_LINE.format("to" if contact else "unknown"), "{step}")
        described = {
            LOGBOOK_ENTRY_NAME: NAME,
            LOGBOOK_ENTRY_MESSAGE: line.format(contact=contact, step=step),
        }
        if satellite:
            described[LOGBOOK_ENTRY_ENTITY_ID] = satellite
        return described

    async_describe_event(DOMAIN, EVENT_STEP, describe)
