"""An automation that hands words to an agent is a way round, unless the agent is guarded."""

from typing import Any

from homeassistant.components.assist_pipeline import async_get_pipelines
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.message_guard.const import DOMAIN
from tests.spoken_home import SpokenHome, home, sentence

from .test_finding import look, repairs

__all__ = ["home", "repairs"]


async def test_words_handed_to_an_agent_directly(home: SpokenHome) -> None:
    """An agent that is ours is none."""
    ours = er.async_get(home.hass).async_get_or_create("conversation", DOMAIN, "agent:x")
    process: dict[str, Any] = {"action": "conversation.process", "data": {"text": "hello"}}
    guarded = {**process, "data": {"text": "hello", "agent_id": ours.entity_id}}
    await home.automate(
        sentence(process, alias="Direct"), sentence(guarded, said="other", alias="Guarded")
    )
    assert await look(home) == {"gap_agent_automation.direct"}


@pytest.mark.parametrize("agent", [{}, {"agent_id": "conversation.home_assistant"}])
async def test_words_handed_to_home_assistants_own_agent(
    home: SpokenHome, agent: dict[str, str]
) -> None:
    """It is guarded in its place as soon as an assistant that uses it is guarded."""
    step = {"action": "conversation.process", "data": {"text": "tell Anna hello there", **agent}}
    await home.automate(sentence(step, alias="Direct"))
    assert await look(home) == {"gap_agent_automation.direct"}
    await home.update(pipelines=[item.id for item in async_get_pipelines(home.hass)])
    assert await look(home) == set()
    await home.say("dinner is ready")
    (waiting,) = home.pending
    assert waiting.recipients[0].contact.name == "Anna"
