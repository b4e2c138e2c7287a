"""Which pipeline is running a turn, and whom it asks in the next one."""

from homeassistant.components.assist_pipeline import Pipeline
from homeassistant.components.assist_pipeline.default_pipeline import KEY_PIPELINE_CONVERSATION_DATA
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
def ask_everybody_next(hass: HomeAssistant, conversation_id: str) -> None:
    """Let the next utterance of a conversation that our question keeps open take the pipeline's usual way.

    After a question the pipeline asks nobody but who has asked, and a command would lose its beep. What is
    ours is found by nobody else anyway. The pipeline notes whom to ask when its agent has answered, in the same step.
    """
    hass.loop.call_soon(_ask_everybody, hass, conversation_id)


@callback
def _ask_everybody(hass: HomeAssistant, conversation_id: str) -> None:
    data = hass.data.get(KEY_PIPELINE_CONVERSATION_DATA, {}).get(conversation_id)
    if data is not None:
        data.continue_conversation_agent = None
