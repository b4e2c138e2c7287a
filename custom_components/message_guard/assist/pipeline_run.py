"""Which pipeline is running a turn, and whether the household has chosen it."""

from homeassistant.components.assist_pipeline import Pipeline
from homeassistant.components.assist_pipeline.runtime import KEY_ASSIST_PIPELINE
from homeassistant.core import Context, HomeAssistant, callback


@callback
def pipeline_of(hass: HomeAssistant, context: Context | None) -> Pipeline | None:
    """Return the pipeline that runs in this very context; None when no pipeline does.

    A run hands its own context on to whatever it asks, so nothing has to be guessed.
    """
    data = hass.data.get(KEY_ASSIST_PIPELINE)
    if data is None or context is None:
        return None
    for runs in data.pipeline_runs._pipeline_runs.values():  # noqa: SLF001 - nothing else names the running ones
        for run in runs.values():
            if run.context is context:
                return run.pipeline
    return None
