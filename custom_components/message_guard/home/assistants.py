"""The household's assistants, as Home Assistant's Assist calls its pipelines."""

from homeassistant.components.assist_pipeline import Pipeline, async_get_pipelines
from homeassistant.core import HomeAssistant, callback

from ..hooks.pipeline_changes import has_assistants


@callback
def async_assistants(hass: HomeAssistant) -> list[Pipeline]:
    """Return all assistants; none as long as Home Assistant has not loaded them, or cannot."""
    return async_get_pipelines(hass) if has_assistants(hass) else []
