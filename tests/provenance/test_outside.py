"""Text from outside: an automation hands on what came in, from a chat that is wired to Assist, say."""

from typing import Any

from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.core.level import Level
from tests.conftest import PHRASE
from tests.spoken_home import SpokenHome, home, notify, sentence

__all__ = ["home"]


def chat(**data: Any) -> dict[str, Any]:
    """Return an automation that says what comes in to an agent."""
    text = "{{ trigger.event.data.text }}"
    converse = {"action": "conversation.process", "data": {"text": text, **data}}
    trigger = {"trigger": "event", "event_type": "telegram_text"}
    return {"alias": "chat", "triggers": [trigger], "actions": [converse]}


@pytest.mark.parametrize("from_outside", [True, False])
async def test_text_that_an_automation_hands_on_needs_a_device(
    home: SpokenHome, from_outside: bool
) -> None:
    """A chat that is wired to Assist: whoever may write there can ask, and only an approver's tap sends."""
    hass = home.hass
    await home.automate(sentence(notify()), chat())
    if from_outside:
        hass.bus.async_fire("telegram_text", {"text": "dinner is ready"})
        await hass.async_block_till_done()
    else:
        await home.say("dinner is ready", satellite=None)
    (confirmation,) = home.pending
    assert ("from_outside" in confirmation.reasons) is from_outside
    assert (confirmation.level is Level.DEVICE) is from_outside
    assert home.sent == []
    await home.approve()
    assert home.sent == [("notify.anna", "Dinner is ready")]


async def test_our_own_sentence_that_comes_from_outside(
    assist: HomeAssistant, guard: MockConfigEntry, outbox: list[ServiceCall]
) -> None:
    """Through the guarded agent; a phrase that is typed there proves nothing."""
    (agent,) = [
        item.entity_id
        for item in er.async_get(assist).entities.values()
        if item.platform == DOMAIN and item.domain == "conversation"
    ]
    config = {"automation": [chat(agent_id=agent, conversation_id="chat")]}
    assert await async_setup_component(assist, "automation", config)
    for text in ("send a message to Anna: dinner is ready", PHRASE):
        assist.bus.async_fire("telegram_text", {"text": text})
        await assist.async_block_till_done()
    (confirmation,) = guard.runtime_data.components.guard.pending
    assert confirmation.level is Level.DEVICE
    assert "from_outside" in confirmation.reasons
    assert not outbox
