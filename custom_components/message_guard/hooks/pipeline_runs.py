"""Which pipeline is running a turn, and what the debug view keeps of those that have run.

Relies on: components/assist_pipeline/pipeline.py, whose `PipelineData` (`KEY_ASSIST_PIPELINE`) has the running ones in
`pipeline_runs._pipeline_runs` and what they have told in `pipeline_debug`; a run hands its own `context` on to whatever it
asks; since 2026.10. When that is gone: asking raises, and the turn goes on as without us where our agent is not asked
by its name; what it calls is held all the same.
"""

from collections.abc import Iterator
from typing import Any

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


@callback
def told(hass: HomeAssistant) -> Iterator[dict[str, Any]]:
    """Yield what each event of the last runs holds; what is changed in it is changed in the debug view."""
    data = hass.data.get(KEY_ASSIST_PIPELINE)
    for runs in data.pipeline_debug.values() if data is not None else ():
        for run in runs.values():
            for event in run.events:
                if event.data is not None:
                    yield event.data
