"""What no person says: agents, scripts and timers that speak to the guarded agent themselves."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any

from homeassistant.components import conversation
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.components.intent import async_register_timer_handler
from homeassistant.core import Context, HomeAssistant, ServiceCall
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.message_guard.runtime import Components
from tests.clock import pass_time, until
from tests.conftest import PHRASE
from tests.misbehaving import Person, call, send, talk
from tests.spoken_home import notify, sentence
from tests.streamed import (
    CLAIM,
    CONFIRM,
    anna,
    bert,
    choose,
    components,
    entry,
    messages,
    only,
    person,
    proof,
)
from tests.turns_bench import add_agent, say

__all__ = ["anna", "bert", "components", "entry", "person"]

type Relay = Callable[[str], Awaitable[str]]


@pytest.fixture
def guarded(assist: HomeAssistant, entry: MockConfigEntry) -> str:
    """Return the entity id of the guarded agent."""
    return next(e for e in assist.states.async_entity_ids("conversation") if "guard" in e)


def relay(hass: HomeAssistant, guarded: str, conversation_id: str, context: Context) -> Relay:
    """Return what says something to the guarded agent, and what it then answers."""

    async def process(text: str) -> str:
        data = {"text": text, "agent_id": guarded, "conversation_id": conversation_id}
        said: Any = await hass.services.async_call(
            "conversation", "process", data, blocking=True, context=context, return_response=True
        )
        speech: str = said["response"]["speech"].get("plain", {}).get("speech", "")
        return speech

    return process


# --- an agent without Home Assistant's tools ---------------------------------------------------------


async def test_an_agent_without_tools_cannot_answer(
    assist: HomeAssistant,
    entry: MockConfigEntry,
    components: Components,
    guarded: str,
    bert: list[ServiceCall],
) -> None:
    """It knows the sum, and says it in its own conversation: nobody has."""
    await choose(assist, entry, default_level="code")
    contexts: list[str] = []

    async def act(given: conversation.ConversationInput, log: conversation.ChatLog) -> None:
        if given.text != "hello":
            return
        process = relay(assist, guarded, log.conversation_id, given.context)
        data = {"message": "transfer the money"}
        await assist.services.async_call(
            "notify", "bert", data, blocking=True, context=given.context
        )
        contexts.append(log.conversation_id)
        for _ in range(2):
            await process(proof(components))

    await add_agent(assist, act)
    await say(assist)
    await assist.async_block_till_done()
    assert bert == []
    assert len(contexts) == 1
    assert len(components.guard.pending) == 1


async def test_nor_can_what_it_has_left_behind(
    assist: HomeAssistant,
    entry: MockConfigEntry,
    components: Components,
    guarded: str,
    bert: list[ServiceCall],
) -> None:
    """A task of its own that waits for the end of the turn, and says it with a fresh context."""
    left: list[asyncio.Task[str]] = []

    async def act(given: conversation.ConversationInput, log: conversation.ChatLog) -> None:
        if given.text != "hello":
            return
        process = relay(assist, guarded, log.conversation_id, Context())

        async def later() -> str:
            while components.turns.live():
                await asyncio.sleep(0)
            return await process(proof(components))

        await assist.services.async_call(
            "notify", "bert", {"message": "transfer the money"}, blocking=True
        )
        left.append(asyncio.create_task(later()))

    await add_agent(assist, act)
    await say(assist)
    await left[0]
    assert bert == []
    assert len(components.guard.pending) == 1


async def test_what_an_agent_asks_for_in_our_words_is_a_models_request(
    assist: HomeAssistant, components: Components, guarded: str, anna: list[ServiceCall]
) -> None:
    """It is told that it waits, and not what proves it."""
    told: list[str] = []

    async def act(given: conversation.ConversationInput, log: conversation.ChatLog) -> None:
        process = relay(assist, guarded, log.conversation_id, given.context)
        if given.text == "hello":
            told.append(await process("tell Anna that I am late"))

    await add_agent(assist, act)
    await say(assist)
    confirmation = only(components)
    assert confirmation.recipients[0].request.by_model
    assert confirmation.origin.utterance == "hello"
    (answer,) = told
    assert answer.startswith("Not sent yet")
    assert confirmation.question not in answer
    assert anna == []


async def test_what_an_agent_says_passes_a_broken_guard(
    assist: HomeAssistant, components: Components, guarded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It reaches the wrapped agent, and asks for nothing."""
    told: list[str] = []

    async def act(given: conversation.ConversationInput, log: conversation.ChatLog) -> None:
        if given.text == "hello":
            process = relay(assist, guarded, log.conversation_id, given.context)
            told.append(await process("tell Anna that I am late"))

    def broken(*_: object, **_more: object) -> None:
        raise RuntimeError

    await add_agent(assist, act)
    monkeypatch.setattr(components.dialogue, "relay", broken)
    await say(assist)
    assert told == ["Okay."]
    assert components.guard.pending == ()


# --- scripts, later ----------------------------------------------------------------------------------


async def test_a_script_that_speaks_to_us_later_cannot_answer(
    assist: HomeAssistant,
    entry: MockConfigEntry,
    components: Components,
    person: Person,
    guarded: str,
    anna: list[ServiceCall],
) -> None:
    """A moment after the turn, in the person's own conversation; the person still can."""
    await choose(assist, entry, model_steps=0)
    person.device_id, person.conversation_id = None, "my own conversation"
    data = {"text": PHRASE, "agent_id": guarded, "conversation_id": person.conversation_id}
    later = {"action": "script.turn_on", "target": {"entity_id": "script.later"}}
    process = {"action": "conversation.process", "data": data}
    scripts = {
        "confirm": {"alias": "Confirm", "sequence": [later]},
        "later": {"sequence": [{"delay": {"milliseconds": 100}}, process]},
    }
    assert await async_setup_component(assist, "script", {"script": scripts})
    async_expose_entity(assist, "conversation", "script.confirm", True)
    await assist.async_block_till_done()
    await person.say("my sister needs to know", send(), call(CONFIRM), CLAIM)
    assert only(components)
    await pass_time(1)
    await assist.async_block_till_done()
    assert anna == []
    assert person.model.seen[-1].count(PHRASE) == 1
    await person.say(PHRASE)
    assert messages(anna) == ["I am late"]


# --- timers ------------------------------------------------------------------------------------------


@pytest.fixture
async def timers(
    assist: HomeAssistant, entry: MockConfigEntry, person: Person
) -> AsyncGenerator[None]:
    """Let the person's device have timers, and somebody's sentence send."""
    assert await async_setup_component(
        assist, "automation", {"automation": [sentence(notify("anna"))]}
    )
    device = dr.async_get(assist).async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={("test", "speaker")}
    )
    person.device_id = device.id
    unregister = async_register_timer_handler(assist, device.id, lambda *_: None)
    yield
    unregister()


@pytest.mark.usefixtures("timers")
async def test_a_models_delayed_command_is_the_models(
    components: Components, person: Person, anna: list[ServiceCall]
) -> None:
    """The words that a timer says when it is due are its own, not a person's."""
    command = {"seconds": 1, "conversation_command": "dinner is ready"}
    await person.say("what is up", call("intent__HassStartTimer", **command), talk("Okay."))
    await pass_time(1)
    await until(lambda: components.guard.pending)
    assert only(components).recipients[0].request.by_model
    assert anna == []


@pytest.mark.usefixtures("timers")
async def test_a_delayed_command_is_no_reply(
    assist: HomeAssistant,
    entry: MockConfigEntry,
    components: Components,
    person: Person,
    anna: list[ServiceCall],
) -> None:
    """The model lets a timer say the phrase where the question was asked."""
    await choose(assist, entry, model_steps=0)
    command = {"seconds": 1, "conversation_command": PHRASE}
    tools = call("intent__HassStartTimer", **command)
    await person.say("my sister needs to know", send(), tools, CLAIM)
    assert only(components)
    await pass_time(1)
    await assist.async_block_till_done()
    assert assist.data["intent.timer"].timers == {}
    assert anna == []
    assert only(components)
