"""Turns: begun by every utterance, ended with its answer, and remembered by their contexts."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any, Literal, override
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components import conversation
from homeassistant.components.assist_satellite import DOMAIN as SATELLITE
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.components.notify import DOMAIN as NOTIFY
from homeassistant.core import Context, HomeAssistant, ServiceCall, SupportsResponse
from homeassistant.helpers import llm
import pytest
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.message_guard.core.request import Origin
from custom_components.message_guard.routes.turns import Kinship, Turns
from tests.spoken_home import KITCHEN, SpokenHome, home, notify, sentence

__all__ = ["home"]


@pytest.fixture
async def turns(assist: HomeAssistant) -> AsyncGenerator[Turns]:
    """Return turns that are watched."""
    made = Turns(assist)
    made.start()
    yield made
    made.stop()


class Agent(conversation.ConversationEntity):
    """An agent that does as a test says."""

    _attr_name = "agent"
    entity_id = "conversation.agent"

    def __init__(self, act: Any) -> None:
        """Call `act` with what was said."""
        self._act = act

    @property
    @override
    def supported_languages(self) -> Literal["*"]:
        return "*"

    @override
    async def _async_handle_message(
        self, user_input: conversation.ConversationInput, chat_log: conversation.ChatLog
    ) -> conversation.ConversationResult:
        await self._act(user_input, chat_log)
        chat_log.async_add_assistant_content_without_tools(
            conversation.AssistantContent(agent_id=self.entity_id, content="Done")
        )
        return conversation.async_get_result_from_chat_log(user_input, chat_log)


async def add_agent(hass: HomeAssistant, act: Any) -> None:
    """Add an agent that does this."""
    await hass.data[conversation.const.DATA_COMPONENT].async_add_entities([Agent(act)])


async def say(
    hass: HomeAssistant, text: str = "hello", *, conversation_id: str | None = None, **more: Any
) -> conversation.ConversationResult:
    """Say something to the agent of a test."""
    given: dict[str, Any] = {"context": Context(), "agent_id": "conversation.agent", **more}
    return await conversation.async_converse(
        hass, text, conversation_id, given.pop("context"), **given
    )


async def test_the_origin_is_what_home_assistant_was_told(
    assist: HomeAssistant, turns: Turns, hass_admin_user: MockUser
) -> None:
    """Utterance, language, satellite, device, user, agent and conversation."""
    seen: list[Origin] = []

    async def act(*_: object) -> None:
        turn = turns.current()
        assert turn is not None
        seen.append(turn.origin)

    await add_agent(assist, act)
    context = Context(user_id=hass_admin_user.id)
    result = await say(
        assist, "hello there", context=context, language="de", satellite_id=KITCHEN, device_id="d"
    )
    assert seen == [
        Origin(
            satellite_id=KITCHEN,
            device_id="d",
            user_id=hass_admin_user.id,
            conversation_id=result.conversation_id,
            agent_id="conversation.agent",
            language="de",
            utterance="hello there",
        )
    ]
    assert turns.is_spoken(context)


async def test_a_turn_ends_with_its_answer(assist: HomeAssistant, turns: Turns) -> None:
    """In its own task and in every task that it has left behind."""
    seen: list[Any] = []
    asked = asyncio.Event()

    async def later() -> None:
        await asked.wait()
        seen.append(turns.current())

    async def act(*_: object) -> None:
        seen.append(turns.current())
        assist.async_create_task(later())

    await add_agent(assist, act)
    for _ in range(2):
        await say(assist, conversation_id="mine")
        assert turns.current() is None
    asked.set()
    await assist.async_block_till_done()
    assert [turn is None for turn in seen] == [False, False, True, True]
    assert seen[0] is not seen[1]
    assert turns.live() == ()


@pytest.mark.parametrize("conversation_id", [None, "mine"])
async def test_a_turn_that_fails_ends(
    assist: HomeAssistant, turns: Turns, conversation_id: str | None
) -> None:
    """Even where Home Assistant does not clear up after it and the task goes on."""

    async def act(*_: object) -> None:
        raise ValueError("out of order")

    await add_agent(assist, act)
    with pytest.raises(ValueError, match="out of order"):
        await say(assist, conversation_id=conversation_id)
    assert turns.live() == ()


async def test_a_turn_without_an_end_is_over_some_day(
    assist: HomeAssistant, turns: Turns, freezer: FrozenDateTimeFactory
) -> None:
    """Ten minutes."""
    turn = turns.begin(Origin())
    freezer.tick(599)
    assert turn.live
    freezer.tick(2)
    assert not turn.live
    assert turns.current() is None


async def test_two_turns_at_once_are_two(assist: HomeAssistant, turns: Turns) -> None:
    """Each task knows its own."""
    seen: dict[str, Any] = {}
    both = asyncio.Barrier(2)

    async def act(user_input: conversation.ConversationInput, _: object) -> None:
        await both.wait()
        seen[user_input.text] = turns.current()
        await both.wait()

    await add_agent(assist, act)
    await asyncio.gather(say(assist, "one"), say(assist, "two"))
    assert seen["one"] is not seen["two"]
    assert seen["one"].origin.utterance == "one"


async def test_an_agent_that_asks_another_stays_in_the_turn(
    assist: HomeAssistant, turns: Turns
) -> None:
    """What somebody said is what the first one was told."""
    seen: list[Any] = []

    async def act(user_input: conversation.ConversationInput, _: object) -> None:
        seen.append(turns.current())
        if user_input.text == "hello":
            await say(assist, "what does hello mean", context=user_input.context)

    await add_agent(assist, act)
    await say(assist, satellite_id=KITCHEN)
    assert seen[0] is seen[1]
    assert seen[0].origin.utterance == "hello"


async def test_what_follows_a_turn_runs_after_it_and_outside_of_it(
    assist: HomeAssistant, turns: Turns
) -> None:
    """Once, soon, and with nothing of the turn about it."""
    told: list[tuple[bool, Any]] = []

    async def act(*_: object) -> None:
        turn = turns.current()
        assert turn is not None
        turns.on_end(turn, lambda ended: told.append((ended.live, turns.current())))
        await asyncio.sleep(0.12)
        assert told == []

    await add_agent(assist, act)
    await say(assist)
    await asyncio.sleep(0.15)
    assert told == [(False, None)]


async def test_a_follow_up_that_fails_does_not_stop_the_others(
    assist: HomeAssistant, turns: Turns
) -> None:
    """Each is told."""
    told: list[str] = []

    def fail(_: object) -> None:
        raise ValueError("out of order")

    turn = turns.begin(Origin())
    turns.end(turn)
    turns.on_end(turn, fail)
    turns.on_end(turn, lambda _: told.append("told"))
    await asyncio.sleep(0.1)
    assert told == ["told"]


async def test_an_unreadable_origin_is_a_turn_all_the_same(
    assist: HomeAssistant, turns: Turns
) -> None:
    """A doubt is a refusal, and the conversation goes on."""
    seen: list[Any] = []

    async def act(*_: object) -> None:
        seen.append(turns.current())

    await add_agent(assist, act)
    with patch("custom_components.message_guard.routes.turns.opening", side_effect=KeyError):
        result = await say(assist, conversation_id="mine")
    assert result.response.speech["plain"]["speech"] == "Done"
    assert seen[0].origin.place == "conversation:mine:"


async def test_kinship(assist: HomeAssistant, turns: Turns) -> None:
    """A tagged context is direct, its child a reaction, anything else nothing."""
    spoken = Context()
    turn = turns.begin(Origin(), spoken)
    turns.end(turn)
    assert turns.lineage(spoken).kinship is Kinship.DIRECT
    assert turns.lineage(Context(parent_id=spoken.id)).kinship is Kinship.REACTION
    assert turns.lineage(Context()).kinship is Kinship.NONE
    assert turns.lineage(spoken).turn is turn
    assert not turns.is_spoken(Context(parent_id=spoken.id))


async def test_what_is_remembered_is_bounded(
    assist: HomeAssistant, turns: Turns, freezer: FrozenDateTimeFactory
) -> None:
    """By a day since it was last seen, and by number."""
    first, used = Context(), Context()
    turn = turns.begin(Origin(), first)
    turns.end(turn)
    turns.remember(Origin(), used)
    freezer.tick(23 * 3600)
    assert turns.is_spoken(used)
    freezer.tick(2 * 3600)
    turns.remember(Origin(), Context())
    assert not turns.is_spoken(first)
    assert turns.is_spoken(used)
    with patch("custom_components.message_guard.routes.turns.MOST_TAGS", 10):
        for _ in range(20):
            turns.remember(Origin(), Context())
        assert len(turns._memory.tags) == 10


async def test_memory_outlives_a_reload(assist: HomeAssistant, turns: Turns) -> None:
    """A script that waits does too."""
    spoken = Context()
    turns.end(turns.begin(Origin(), spoken))
    turns.stop()
    again = Turns(assist)
    assert again.is_spoken(spoken)


async def test_stopping_ends_what_is_live(assist: HomeAssistant, turns: Turns) -> None:
    """And forgets who waits for an end."""
    turn = turns.begin(Origin())
    turns.on_end(turn, lambda _: pytest.fail("called"))
    turns.stop()
    assert not turn.live
    await asyncio.sleep(0.1)


# --- language models ---------------------------------------------------------------------------------


@pytest.mark.parametrize("streamed", [False, True])
async def test_a_script_that_runs_as_a_models_tool_tells_the_model(
    home: SpokenHome, streamed: bool
) -> None:
    """It waits for a person: the model sees no success, and the request is the model's."""
    hass = home.hass
    await home.script(tell={"description": "Tells Anna", "sequence": [notify()]})
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
    assert result.error
    assert "Not sent yet" in result.data["error_text"]
    assert home.sent == []
    (confirmation,) = home.pending
    assert confirmation.recipients[0].request.by_model
    await home.approve()
    assert home.sent == [("notify.anna", "Dinner is ready")]


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


async def test_what_follows_the_answer_to_a_question_was_spoken(home: SpokenHome) -> None:
    """`ask_question` ends at speech-to-text and opens no chat log."""
    hass = home.hass

    async def ask(call: ServiceCall) -> dict[str, Any]:
        return {"id": "yes", "sentence": "yes please", "slots": {}}

    hass.services.async_register(
        SATELLITE, "ask_question", ask, supports_response=SupportsResponse.ONLY
    )
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


# --- telling -----------------------------------------------------------------------------------------


async def test_the_correction_comes_after_the_turn(home: SpokenHome) -> None:
    """Home Assistant has answered "Done"; that it was not sent is told afterwards."""
    await home.automate(sentence(notify()))
    assert await home.say("dinner is ready") == "Done"
    await asyncio.sleep(0.2)
    ((answer, turn),) = home.unasked
    assert answer.confirmation_id == home.pending[0].id
    assert "Anna" in answer.text
    assert not turn.live
    assert turn.origin.satellite_id == KITCHEN


async def test_whoever_speaks_in_the_turn_takes_the_answer(home: SpokenHome) -> None:
    """Then nothing is told afterwards."""
    turn = home.works.turns.begin(Origin(conversation_id="talk"))
    await home.hass.services.async_call(NOTIFY, "anna", notify()["data"], blocking=True)
    (answer,) = turn.take_answers()
    assert answer.pending
    assert turn.take_answers() == ()
    home.works.turns.end(turn)
    await asyncio.sleep(0.1)
    assert home.unasked == []
