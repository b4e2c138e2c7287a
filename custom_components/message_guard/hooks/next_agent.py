"""Whom a pipeline asks in the next turn of a conversation that stays open.

Relies on: components/assist_pipeline/default_pipeline.py, which keeps for each conversation
(`KEY_PIPELINE_CONVERSATION_DATA`) the agent to ask next (`continue_conversation_agent`), and notes it when its agent has
answered, in the same step; since 2026.10. When that is gone: the next utterance goes to our agent alone, which hands on
what is not ours, and a command loses its beep.
"""

from homeassistant.components.assist_pipeline.default_pipeline import KEY_PIPELINE_CONVERSATION_DATA
from homeassistant.core import HomeAssistant, callback


@callback
def ask_everybody_next(hass: HomeAssistant, conversation_id: str) -> None:
    """Let the next utterance of a conversation that our question keeps open take the pipeline's usual way.

    After a question the pipeline asks nobody but who has asked, and a command would lose its beep. What is
    ours is found by nobody else anyway.
    """
    hass.loop.call_soon(_ask_everybody, hass, conversation_id)


@callback
def _ask_everybody(hass: HomeAssistant, conversation_id: str) -> None:
    data = hass.data.get(KEY_PIPELINE_CONVERSATION_DATA, {}).get(conversation_id)
    if data is not None:
        data.continue_conversation_agent = None
