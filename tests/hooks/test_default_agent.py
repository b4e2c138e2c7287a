"""Home Assistant's own agent has the entrances that we stand in, and they are what is asked."""

from typing import Any, override

from homeassistant.components.assist_pipeline import async_get_pipeline, async_update_pipeline
from homeassistant.components.conversation import (
    DATA_COMPONENT,
    ConversationEntity,
    ConversationInput,
    ConversationResult,
)
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import intent
import pytest

from custom_components.message_guard.hooks.default_agent import (
    HANDLE,
    INTENTS,
    RECOGNISE,
    RELIED_ON,
    TRIGGERS,
    ChangedAgentError,
    checked_agent,
    default_agent,
    second_opinion,
)
from custom_components.message_guard.hooks.in_place import Replaced
from tests.hooks.house import say, say_to_pipeline, set_up


class Other(ConversationEntity):
    """An agent that knows nothing of the home."""

    entity_id = "conversation.other"

    @property
    @override
    def supported_languages(self) -> list[str]:
        """Return that it speaks English."""
        return ["en"]

    @override
    async def async_process(self, user_input: ConversationInput) -> ConversationResult:
        """Say something."""
        response = intent.IntentResponse(language="en")
        response.async_set_speech("hm")
        return ConversationResult(response=response)


def follow(hass: HomeAssistant, *names: str) -> list[tuple[str, tuple[Any, ...], dict[str, Any]]]:
    """Return what these methods of the agent will be called with."""
    agent = checked_agent(hass)
    calls: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []

    def stand(name: str) -> None:
        original = getattr(agent, name)

        async def method(*given: Any, **more: Any) -> Any:
            calls.append((name, given, more))
            return await original(*given, **more)

        Replaced(agent, name, method)

    for name in names:
        stand(name)
    return calls


async def test_it_has_what_we_rely_on(talking: HomeAssistant) -> None:
    """All of it, or the guard does not start."""
    assert checked_agent(talking) is default_agent(talking)


@pytest.mark.parametrize("name", sorted(RELIED_ON))
async def test_an_agent_that_lacks_something_is_not_guarded(
    talking: HomeAssistant, name: str
) -> None:
    """Whether it is gone, or takes something else."""
    agent = checked_agent(talking)
    Replaced(agent, name, lambda _anything_else: None)
    with pytest.raises(ChangedAgentError, match=name):
        checked_agent(talking)
    object.__setattr__(agent, name, None)
    with pytest.raises(ChangedAgentError, match=name):
        checked_agent(talking)


async def test_a_pipeline_asks_the_agent_by_its_entrances(assisting: HomeAssistant) -> None:
    """By its own first, and by no other before."""
    calls = follow(assisting, HANDLE, TRIGGERS, INTENTS)
    await say_to_pipeline(assisting, "hello there")
    assert calls[0][0] == HANDLE
    assert all(given[0].text == "hello there" for _, given, _ in calls)


async def test_a_pipeline_with_another_agent_asks_for_local_intents(
    assisting: HomeAssistant,
) -> None:
    """With what filters them by its name, where it is given."""
    await assisting.data[DATA_COMPONENT].async_add_entities([Other()])
    pipeline = async_get_pipeline(assisting)
    await async_update_pipeline(
        assisting, pipeline, conversation_engine="conversation.other", prefer_local_intents=True
    )
    calls = follow(assisting, HANDLE, TRIGGERS, INTENTS)
    await say_to_pipeline(assisting, "what time is it")
    assert [name for name, _, _ in calls] == [TRIGGERS, INTENTS]
    _, given, more = calls[1]
    assert given[0].agent_id == "conversation.other"
    assert given[1].conversation_id
    assert set(more) <= {"intent_filter"}


async def test_the_agent_alone_is_asked_by_one_entrance(talking: HomeAssistant) -> None:
    """Whoever asks it directly."""
    calls = follow(talking, HANDLE)
    result = await say(talking, "hello there")
    ((_, (user_input, chat_log), _),) = calls
    assert user_input.text == "hello there"
    assert chat_log.conversation_id == result.conversation_id


async def test_a_timer_asks_whether_its_command_will_be_understood(talking: HomeAssistant) -> None:
    """By the method that we answer for."""
    calls = follow(talking, RECOGNISE)
    slots = {"minutes": {"value": 1}, "conversation_command": {"value": "blow up the moon"}}
    with pytest.raises(intent.IntentHandleError):
        await intent.async_handle(talking, "test", intent.INTENT_START_TIMER, slots)
    assert [given[0].text for _, given, _ in calls] == ["blow up the moon"]


async def test_its_second_recogniser_can_be_asked(talking: HomeAssistant) -> None:
    """What it says has the parts that are looked at."""
    await set_up(talking, "input_boolean", {"lamp": {"name": "Lamp"}})
    async_expose_entity(talking, "conversation", "input_boolean.lamp", True)
    agent = checked_agent(talking)

    def said(text: str, language: str = "en") -> ConversationInput:
        return ConversationInput(
            text=text,
            context=Context(),
            conversation_id="mine",
            device_id=None,
            satellite_id=None,
            language=language,
            agent_id=agent.entity_id,
        )

    found = await second_opinion(agent, said("turn on the lamp"), "mine")
    assert found is not None
    assert found.accepted
    assert found.frames
    nothing = await second_opinion(agent, said("my sister is late again"), "mine")
    assert nothing is not None
    assert not (nothing.accepted and nothing.frames)
    assert hasattr(nothing, "refusal_target")
    assert await second_opinion(agent, said("turn on the lamp", "xx"), "mine") is None


async def test_without_it_there_is_no_second_opinion(talking: HomeAssistant) -> None:
    """And nothing fails."""
    agent = checked_agent(talking)
    object.__setattr__(agent, "_gazetteer", None)
    given = ConversationInput(
        text="hello",
        context=Context(),
        conversation_id=None,
        device_id=None,
        satellite_id=None,
        language="en",
        agent_id=agent.entity_id,
    )
    assert await second_opinion(agent, given, "mine") is None
