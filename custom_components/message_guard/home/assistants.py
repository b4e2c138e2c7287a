"""The household's assistants, as Home Assistant's Assist calls its pipelines."""

from homeassistant.components.assist_pipeline import Pipeline, async_get_pipelines
from homeassistant.components.assist_pipeline.pipeline import KEY_ASSIST_PIPELINE
from homeassistant.core import HomeAssistant, callback


@callback
def async_assistants(hass: HomeAssistant) -> list[Pipeline]:
    """Return all assistants; none as long as Home Assistant has not loaded them, or cannot."""
    return async_get_pipelines(hass) if KEY_ASSIST_PIPELINE in hass.data else []
