"""Turns in a home that is guarded: whose words they carry, and who is told at their end."""

from collections.abc import AsyncGenerator
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components import conversation
from homeassistant.components.assist_satellite import DOMAIN as SATELLITE
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.components.notify import DOMAIN as NOTIFY
from homeassistant.core import Context, ServiceCall, SupportsResponse
from homeassistant.helpers import llm
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed, async_mock_service

from custom_components.message_guard.core.request import Origin
from tests.clock import pass_time
from tests.lamp import lamp
from tests.spoken_home import KITCHEN, SpokenHome, home, moment, notify, sentence
from tests.turns_bench import add_agent, say

__all__ = ["home"]

AGENT = "conversation.agent"
LAMP_ID = "input_boolean.lamp"


# --- language models ---------------------------------------------------------------------------------


@pytest.mark.parametrize("streamed", [False, True])
async def test_a_script_that_runs_as_a_models_tool_tells_the_model(
    home: SpokenHome, streamed: bool
) -> None:
    """The model sees no success, the request is the model's, and the script goes on."""
    hass = home.hass
    await lamp(home)
    steps = [notify(), {"action": "input_boolean.turn_on", "target": {"entity_id": LAMP_ID}}]
    await home.script(tell={"description": "Tells Anna", "sequence": steps})
    async_expose_entity(hass, "conversation", "script.tell", True)
    results: list[Any] = []

    async def act(
        user_input: conversation.ConversationInput, chat_log: conversation.ChatLog
    ) -> None:
        await chat_log.async_provide_llm_data(
            user_input.as_llm_context("agent"), llm.LLM_API_ASSIST
        )
        assert chat_log.llm_api is not None
        (name,) = [t.name for t in chat_log.llm_api.tools if t.name.endswith("tell")]
        tool_input = llm.ToolInput(tool_name=name, tool_args={})
        if streamed:

            async def deltas() -> AsyncGenerator[Any]:
                yield {"role": "assistant", "tool_calls": [tool_input]}

            stream = chat_log.async_add_delta_content_stream("conversation.agent", deltas())
        else:
            content = conversation.AssistantContent(
                agent_id="conversation.agent", content=None, tool_calls=[tool_input]
            )
            stream = chat_log.async_add_assistant_content(content)
        results.extend([item async for item in stream])

    await add_agent(hass, act)
    await say(hass, "tell Anna that dinner is ready", satellite_id=KITCHEN)
    await hass.async_block_till_done()
    result = results[-1].result
    assert result.data["status"] == "waiting for a person"
    assert result.data["rest"]
    assert hass.states.get(LAMP_ID).state == "on"
    assert home.sent == []
    (confirmation,) = home.pending
    assert confirmation.recipients[0].request.by_model
    await home.approve()
    assert home.sent == [("notify.anna", "Dinner is ready")]


@pytest.mark.parametrize("given_tools", [True, False])
async def test_a_sentence_that_hands_its_words_to_a_model(
    home: SpokenHome, given_tools: bool
) -> None:
    """An automation of the household's asks a model in its turn: what that then does is a model's request."""
    hass = home.hass

    async def act(
        user_input: conversation.ConversationInput, chat_log: conversation.ChatLog
    ) -> None:
        if given_tools:
            await chat_log.async_provide_llm_data(
                user_input.as_llm_context("agent"), llm.LLM_API_ASSIST
            )
        await hass.services.async_call(
            "notify", "anna", {"message": "Hello"}, context=user_input.context
        )

    await add_agent(hass, act)
    ask = {"agent_id": "conversation.agent", "text": "{{ trigger.slots.what }}"}
    await home.automate(
        sentence({"action": "conversation.process", "data": ask}, said="butler {what}")
    )
    await home.say("butler see to it")
    (confirmation,) = home.pending
    assert confirmation.recipients[0].request.by_model is given_tools
    assert home.sent == []


async def test_a_sentence_trigger_is_not_a_models_request(home: SpokenHome) -> None:
    """Even in a conversation in which a model has spoken before."""
    hass = home.hass
    await home.automate(sentence(notify()))
    asked: list[str] = []

    async def act(
        user_input: conversation.ConversationInput, chat_log: conversation.ChatLog
    ) -> None:
        if user_input.text == "dinner is ready":
            await conversation.async_handle_sentence_triggers(hass, user_input, chat_log)
            return
        asked.append(user_input.text)
        await chat_log.async_provide_llm_data(
            user_input.as_llm_context("agent"), llm.LLM_API_ASSIST
        )

    await add_agent(hass, act)
    await say(hass, "how are you", conversation_id="mine")
    await say(hass, "dinner is ready", conversation_id="mine")
    await hass.async_block_till_done()
    assert asked == ["how are you"]
    (confirmation,) = home.pending
    assert not confirmation.recipients[0].request.by_model


# --- what opens no turn ------------------------------------------------------------------------------


@pytest.mark.parametrize("listed", [[], ["assist_satellite.*"], ["assist_satellite.ask_question"]])
@pytest.mark.parametrize("loaded_anew", [False, True])
async def test_what_follows_the_answer_to_a_question_was_spoken(
    home: SpokenHome, listed: list[str], loaded_anew: bool
) -> None:
    """`ask_question` ends at speech-to-text and opens no chat log; guarding it as well loosens nothing."""
    hass = home.hass

    async def ask(call: ServiceCall) -> dict[str, Any]:
        return {"id": "yes", "sentence": "yes please", "slots": {}}

    hass.services.async_register(
        SATELLITE, "ask_question", ask, supports_response=SupportsResponse.ONLY
    )
    await home.update(guarded_actions=listed)
    if loaded_anew:
        assert await hass.config_entries.async_reload(home.entry.entry_id)
        home.watch()
    question = {
        "action": "assist_satellite.ask_question",
        "data": {"entity_id": KITCHEN, "question": "Shall I tell Anna?"},
        "response_variable": "answer",
    }
    on_event = {"trigger": "event", "event_type": "night"}
    await home.automate({"alias": "night", "triggers": [on_event], "actions": [question, notify()]})
    hass.bus.async_fire("night")
    await hass.async_block_till_done()
    assert home.sent == []
    (confirmation,) = home.pending
    assert confirmation.place == f"satellite:{KITCHEN}"
    assert confirmation.origin.utterance == "yes please"
    # A yes proves nothing: one question of ours follows it, and it is short.
    assert home.kinds == ["asked"]
    assert "Dinner is ready" in confirmation.question
    assert len(confirmation.question.split()) <= 20, confirmation.question
    await home.approve()
    assert home.sent == [("notify.anna", "Dinner is ready")]


async def test_a_question_that_speech_asks_is_held_while_it_is_listed(home: SpokenHome) -> None:
    """It takes effect at once, in both directions."""
    asked = async_mock_service(
        home.hass, SATELLITE, "ask_question", supports_response=SupportsResponse.OPTIONAL
    )
    question = {"action": "assist_satellite.ask_question", "data": {"entity_id": KITCHEN}}
    await home.automate(sentence(question))
    for listed in (["assist_satellite.*"], []):
        await home.update(guarded_actions=listed)
        asked.clear()
        await home.say("dinner is ready")
        assert bool(asked) is not bool(listed)
    assert home.kinds == ["refused"]


async def test_nobody_answered_the_question(home: SpokenHome) -> None:
    """Then nobody spoke."""
    hass = home.hass

    async def ask(call: ServiceCall) -> None:
        return None

    hass.services.async_register(SATELLITE, "ask_question", ask)
    on_event = {"trigger": "event", "event_type": "night"}
    question = {"action": "assist_satellite.ask_question", "data": {"entity_id": KITCHEN}}
    await home.automate({"alias": "night", "triggers": [on_event], "actions": [question, notify()]})
    hass.bus.async_fire("night")
    await hass.async_block_till_done()
    assert home.sent == [("notify.anna", "Dinner is ready")]


# --- what an automation asks for --------------------------------------------------------------------


@pytest.mark.parametrize("who", ["an automation", "a person's script"])
async def test_what_a_borrowed_turn_starts_is_held_later(
    home: SpokenHome, freezer: FrozenDateTimeFactory, who: str
) -> None:
    """It runs in the caller's own context, and goes on after the turn; the caller is free."""
    hass = home.hass

    async def act(given: conversation.ConversationInput, _: conversation.ChatLog) -> None:
        data = {"entity_id": "script.tell"}
        await hass.services.async_call(
            "script", "turn_on", data, blocking=True, context=given.context
        )

    await add_agent(hass, act)
    process = {"action": "conversation.process", "data": {"text": "tell", "agent_id": AGENT}}
    steps = [process, {"delay": {"minutes": 8}}, notify("ben")]
    await home.script(
        tell={"sequence": [{"delay": {"minutes": 5}}, notify()]}, relay={"sequence": steps}
    )
    on_event = {"trigger": "event", "event_type": "voice_mail"}
    await home.automate({"alias": "voice mail", "triggers": [on_event], "actions": steps})
    if who == "an automation":
        hass.bus.async_fire("voice_mail")
    else:
        data = {"entity_id": "script.relay"}
        context = Context(user_id="me")
        await hass.services.async_call("script", "turn_on", data, blocking=True, context=context)
    await moment(hass)
    freezer.tick(600)
    async_fire_time_changed(hass)
    await hass.async_block_till_done()
    assert home.sent == [("notify.ben", "Dinner is ready")]
    (confirmation,) = home.pending
    assert [item.contact.name for item in confirmation.recipients] == ["Anna"]


# --- telling -----------------------------------------------------------------------------------------


async def test_the_correction_comes_after_the_turn(home: SpokenHome) -> None:
    """Home Assistant has answered "Done"; that it was not sent is told afterwards."""
    await home.automate(sentence(notify()))
    assert await home.say("dinner is ready") == "Done"
    await pass_time(1)
    ((answer, turn),) = home.unasked
    assert answer.confirmation_id == home.pending[0].id
    assert "Anna" in answer.text
    assert not turn.live
    assert turn.origin.satellite_id == KITCHEN


async def test_whoever_speaks_in_the_turn_takes_the_answer(home: SpokenHome) -> None:
    """Then nothing is told afterwards."""
    turn = home.components.turns.begin(Origin(conversation_id="talk"))
    await home.hass.services.async_call(NOTIFY, "anna", notify()["data"], blocking=True)
    (answer,) = turn.take_answers()
    assert answer.pending
    assert turn.take_answers() == ()
    home.components.turns.end(turn)
    await pass_time(1)
    assert home.unasked == []
