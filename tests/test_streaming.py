"""What a person hears while a language model misbehaves, word for word and in order."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable
from typing import Any, override

from homeassistant.components import conversation
from homeassistant.components.conversation.const import DATA_COMPONENT
from homeassistant.components.conversation.trace import async_get_traces
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import Context, HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import llm
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from custom_components.message_guard.answers import LAST_WORDS
from custom_components.message_guard.approvals import satellite
from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.core.answer import Answer, AnswerKind
from custom_components.message_guard.core.confirmation import Confirmation
from custom_components.message_guard.core.policy import Level
from custom_components.message_guard.records import Approver
from custom_components.message_guard.redaction import PLACEHOLDER
from custom_components.message_guard.runtime import Works
from tests.conftest import PHRASE, contact_data, options
from tests.misbehaving import MODEL, Person, async_add_model, call, send, talk
from tests.speaker import add_speaker

CLAIM = talk("Done! I've sent", " it to Anna.")
LONG_TALK = "Of course, I will gladly tell your sister about that. " * 4
CONFIRM = "script__confirm"


@pytest.fixture
async def person(assist: HomeAssistant) -> Person:
    """Return somebody who talks to a pipeline with a model."""
    return await async_add_model(assist)


@pytest.fixture
async def entry(assist: HomeAssistant, person: Person) -> AsyncGenerator[MockConfigEntry]:
    """Return the loaded guard around that model, with Anna and Bert on its list."""
    made = MockConfigEntry(
        domain=DOMAIN,
        options=options(assist),
        subentries_data=[contact_data("Anna", aliases=["my sister"]), contact_data("Bert")],
    )
    made.add_to_hass(assist)
    assert await assist.config_entries.async_setup(made.entry_id)
    await assist.async_block_till_done()
    yield made
    if made.state is ConfigEntryState.LOADED:
        await assist.config_entries.async_unload(made.entry_id)
        await assist.async_block_till_done()


@pytest.fixture
def works(entry: MockConfigEntry) -> Works:
    """Return its moving parts."""
    found: Works = entry.runtime_data.works
    return found


@pytest.fixture(autouse=True)
def anna(assist: HomeAssistant) -> list[ServiceCall]:
    """Return what Anna is sent."""
    return async_mock_service(assist, "notify", "anna")


@pytest.fixture(autouse=True)
def bert(assist: HomeAssistant) -> list[ServiceCall]:
    """Return what Bert is sent."""
    return async_mock_service(assist, "notify", "bert")


async def choose(hass: HomeAssistant, entry: MockConfigEntry, **more: Any) -> None:
    """Change what the household chose."""
    hass.config_entries.async_update_entry(entry, options={**entry.options, **more})
    await hass.async_block_till_done()


async def give_script(hass: HomeAssistant, *sequence: dict[str, Any]) -> None:
    """Let the model run a script, as a household does by exposing it."""
    script = {"alias": "Confirm", "sequence": list(sequence)}
    assert await async_setup_component(hass, "script", {"script": {"confirm": script}})
    async_expose_entity(hass, "conversation", "script.confirm", True)
    await hass.async_block_till_done()


def only(works: Works) -> Confirmation:
    """Return the one thing that waits."""
    (confirmation,) = works.guard.pending
    return confirmation


def proof(works: Works) -> str:
    """Return what a person would say to the question that waits."""
    challenge = only(works).challenge
    assert challenge is not None
    return next(iter(challenge.expected))


def messages(calls: list[ServiceCall]) -> list[str]:
    """Return what was sent."""
    return [made.data["message"] for made in calls]


# --- talking ----------------------------------------------------------------------------------------


async def test_a_model_that_sends_nothing_is_heard_as_ever(works: Works, person: Person) -> None:
    """Every part as it comes, and the log untouched."""
    heard = await person.say("how are you", talk("I am fine,", " thank you."))
    assert heard.voice == heard.speech == "I am fine, thank you."
    assert heard.shown == ["I am fine, thank you."]
    assert person.log()[-1]["content"] == "I am fine, thank you."


async def test_other_tools_pass_with_all_that_is_said_around_them(
    works: Works, person: Person
) -> None:
    """Held until the turn is over, then heard in order."""
    heard = await person.say(
        "what time is it", call("llm__GetDateTime", "Let me see."), talk("It is noon.")
    )
    assert heard.shown == ["Let me see.", "It is noon."]
    assert heard.voice == "Let me see. It is noon."
    assert heard.speech == "It is noon."
    assert [line.get("content") for line in person.log()[-3::2]] == ["Let me see.", "It is noon."]


async def test_a_tool_of_the_provider_holds_nothing(works: Works, person: Person) -> None:
    """What Home Assistant does not run cannot send; what is said after it is heard at once."""
    search: dict[str, Any] = {
        "tool_calls": [llm.ToolInput("web_search", {"query": "weather"}, external=True)]
    }
    found = [{"role": "assistant"}, search, {"content": "It rains."}]
    heard = await person.say("what is the weather like in Portland today", found)
    assert heard.voice == heard.speech == "It rains."
    assert heard.shown == ["It rains."]


async def test_the_agent_is_mirrored(
    assist: HomeAssistant, entry: MockConfigEntry, person: Person
) -> None:
    """The pipeline treats the guarded agent as the one it had."""
    guarded = next(
        entity for entity in assist.states.async_entity_ids("conversation") if "guard" in entity
    )
    info = conversation.async_get_agent_info(assist, guarded)
    assert info is not None
    assert info.supports_streaming
    state = assist.states.get(guarded)
    assert state is not None
    assert state.attributes["supported_features"] == conversation.ConversationEntityFeature.CONTROL
    languages = conversation.async_get_conversation_languages
    assert languages(assist, guarded) == "*"
    agent = conversation.async_get_agent(assist, guarded)
    assert agent is not None
    agent._engine = conversation.HOME_ASSISTANT_AGENT  # type: ignore[union-attr]
    assert {"de", "en"} <= set(languages(assist, guarded))
    agent._engine = "conversation.gone"  # type: ignore[union-attr]
    assert languages(assist, guarded) == "*"
    agent._engine = MODEL  # type: ignore[union-attr]
    await agent.async_prepare("en")
    await agent.async_prepare()


async def test_without_works_every_turn_is_passed_on(
    entry: MockConfigEntry, works: Works, person: Person
) -> None:
    """A guard that could not start guards nothing by conversation, and is in nobody's way."""
    entry.runtime_data.works = None
    assert (await person.say("hello", talk("Hello."))).voice == "Hello."
    entry.runtime_data.works = works


# --- misbehaving ------------------------------------------------------------------------------------


async def test_it_claims_that_it_sent(
    works: Works, person: Person, anna: list[ServiceCall]
) -> None:
    """The claim is never heard and in no log; the question is. The proof sends, once."""
    heard = await person.say("write to my sister", send(), CLAIM)
    question = only(works).question
    assert "To Anna: I am late." in question
    assert heard.voice == heard.speech == question
    assert heard.shown == [question]
    assert heard.listen
    assert anna == []
    assert [line["role"] for line in person.log()] == [
        "user",
        "assistant",
        "tool_result",
        "assistant",
    ]
    assert "Done!" not in str(person.log())
    assert person.log()[-1]["content"] == question
    assert person.model.results[0].data["status"] == "waiting for a person"

    done = await person.say(proof(works))
    assert done.voice == "Sent to Anna."
    assert messages(anna) == ["I am late"]
    assert len(person.model.seen) == 1


async def test_it_claims_in_the_very_message_that_asks(works: Works, person: Person) -> None:
    """What follows the call in the same message is held like what follows the result."""
    answer = [{"role": "assistant"}, {"content": "Wait. "}, send()[1], {"content": "I've sent it."}]
    heard = await person.say("write to my sister", answer, CLAIM)
    expected = f"Not sent yet. {only(works).question}"
    assert heard.shown == ["Wait. ", expected]
    assert heard.voice == f"Wait. {expected}"
    assert "sent it" not in str(person.log())
    assert person.log()[1]["content"] == "Wait. "


async def test_it_calls_in_one_piece(works: Works, person: Person) -> None:
    """As Ollama streams: role, words and call together, after a message that was heard."""
    clock = call("llm__GetDateTime", "Let me see.")
    piece = [{"role": "assistant", "content": "I've sent it.", **send()[1]}]
    heard = await person.say("write to my sister", clock, piece, CLAIM)
    assert heard.voice == f"Let me see. Not sent yet. {only(works).question}"
    first = [{"role": "assistant", "content": "", **send("I am late", "Bert")[1]}]
    heard = await person.say("hello again", first, CLAIM, fresh=True)
    assert heard.voice == only(works).question
    assert "sent it" not in str(person.log())


async def test_it_talks_for_200_characters_before_it_calls(works: Works, person: Person) -> None:
    """That is spoken already, so the question says first that nothing has been sent."""
    assert len(LONG_TALK) > 200
    heard = await person.say("write to my sister", call_after(LONG_TALK), CLAIM)
    expected = f"Not sent yet. {only(works).question}"
    assert heard.voice == f"{LONG_TALK}{expected}"
    assert heard.shown == [LONG_TALK, expected]
    assert heard.speech == expected
    assert [line.get("content") for line in person.log()[1::2]] == [LONG_TALK, expected]


async def test_it_claims_before_it_calls(works: Works, person: Person) -> None:
    """What was said cannot be unsaid, only corrected."""
    heard = await person.say("write to my sister", call_after("Sent! "), CLAIM)
    assert heard.voice == f"Sent! Not sent yet. {only(works).question}"


async def test_it_calls_twice(works: Works, person: Person, anna: list[ServiceCall]) -> None:
    """At once, after the result, and in a later turn: one question, one message."""
    twice = [{"role": "assistant"}, send()[1], send()[1]]
    heard = await person.say("write to my sister", twice, send(), CLAIM)
    question = only(works).question
    assert heard.voice == question
    again = await person.say("did you", send(), CLAIM, fresh=True)
    assert again.voice == question
    await person.say(proof(works))
    assert messages(anna) == ["I am late"]
    assert works.guard.pending == ()


async def test_another_tool_with_the_same_words_sends_nothing_more(
    assist: HomeAssistant, works: Works, person: Person, anna: list[ServiceCall]
) -> None:
    """A script that sends is held, too, and is the same question."""
    await give_script(assist, {"action": "notify.anna", "data": {"message": "I am late"}})
    heard = await person.say("write to my sister", send(), call(CONFIRM), CLAIM)
    assert heard.voice.count("To Anna: I am late.") == 1
    assert person.model.results[-1].error
    await person.say(proof(works))
    assert messages(anna) == ["I am late"]
    assert works.guard.pending == ()


async def test_a_script_as_a_tool_waits_for_a_person(
    assist: HomeAssistant, works: Works, person: Person, anna: list[ServiceCall]
) -> None:
    """The model sees no success, the person hears the question, the call is made as captured."""
    await give_script(assist, {"action": "notify.anna", "data": {"message": "The door is open"}})
    heard = await person.say("tell her about the door", call(CONFIRM), CLAIM)
    assert heard.voice == only(works).question
    assert "To Anna: The door is open." in heard.voice
    assert person.model.results[0].error
    assert "waits until a person" in str(person.model.results[0].data)
    assert anna == []
    await person.say(proof(works))
    assert messages(anna) == ["The door is open"]


async def test_a_script_as_a_tool_with_more_than_words_is_refused(
    assist: HomeAssistant, works: Works, person: Person, anna: list[ServiceCall]
) -> None:
    """Nobody has ever seen the rest of what a model sends."""
    data = {"message": "The door is open", "data": {"image": "/config/secrets.yaml"}}
    await give_script(assist, {"action": "notify.anna", "data": data})
    heard = await person.say("tell her about the door", call(CONFIRM), CLAIM)
    assert heard.voice == "Not sent: it holds something that I can't read aloud. Send words only."
    assert person.model.results[0].error
    assert works.guard.pending == ()
    assert anna == []


@pytest.mark.parametrize("later", [False, True])
async def test_it_approves_itself(
    assist: HomeAssistant, works: Works, person: Person, anna: list[ServiceCall], later: bool
) -> None:
    """By a script with the id of what waits, in the same turn or the next."""
    await give_script(
        assist,
        {"action": f"{DOMAIN}.list_pending", "response_variable": "waiting"},
        {
            "action": f"{DOMAIN}.approve",
            "data": {"confirmation_id": "{{ waiting.pending[0].confirmation_id }}"},
        },
    )
    if later:
        await person.say("write to my sister", send(), CLAIM)
        await person.say("go on", call(CONFIRM), CLAIM, fresh=True)
    else:
        heard = await person.say("write to my sister", send(), call(CONFIRM), CLAIM)
        assert heard.voice == only(works).question
    assert person.model.results[-1].error
    assert anna == []
    assert only(works).level is Level.CODE


async def test_it_flips_our_switch(
    assist: HomeAssistant,
    entry: MockConfigEntry,
    works: Works,
    person: Person,
    anna: list[ServiceCall],
) -> None:
    """Sending stays off, and the person hears that it is."""
    works.guard.sending_allowed = False
    (switch,) = assist.states.async_entity_ids("switch")
    await give_script(assist, {"action": "switch.turn_on", "target": {"entity_id": switch}})
    heard = await person.say("write to my sister", call(CONFIRM), send(), CLAIM)
    assert person.model.results[0].error
    assert not works.guard.sending_allowed
    assert heard.voice == "Not sent: sending is switched off. Switch it on in Message Guard."
    assert anna == []


@pytest.mark.parametrize(
    "more",
    [{"confirmed": True}, {"title": "Hidden"}, {"data": {"image": "/config/secrets.yaml"}}],
    ids=["confirmed", "title", "data"],
)
async def test_it_adds_arguments_that_nobody_would_hear(
    works: Works, person: Person, anna: list[ServiceCall], more: dict[str, Any]
) -> None:
    """Refused, recorded, and said; the claim is not."""
    heard = await person.say("write to my sister", send(**more), CLAIM)
    assert heard.voice == "Not sent: it holds something that I can't read aloud. Send words only."
    assert works.guard.pending == ()
    assert person.model.results[0].error
    assert anna == []


@pytest.mark.parametrize(
    ("body", "arrives"),
    [
        ("I am\u200b late\u202e\x07", "I am late"),
        ('<prosody volume="silent">the safe is open</prosody>', 'prosody volume="silent"'),
        ("I am late<break time='9s'/> and bring money", "bring money"),
        ("I am\n\n\n\nlate", "I am late"),
    ],
)
async def test_it_hides_text(
    works: Works, person: Person, anna: list[ServiceCall], body: str, arrives: str
) -> None:
    """What is read aloud is what is sent, to the letter."""
    heard = await person.say("write to my sister", send(body), CLAIM)
    await person.say(proof(works))
    (message,) = messages(anna)
    assert arrives in message
    assert f"To Anna: {message}" in heard.voice
    assert not set("<>\u200b\u202e\x07\n") & set(message)


async def test_it_puts_the_household_phrase_into_the_body(
    assist: HomeAssistant, entry: MockConfigEntry, works: Works, person: Person
) -> None:
    """Where the phrase would do, it is asked for more instead."""
    await choose(assist, entry, model_steps=0)
    await person.say("write to my sister", send(), CLAIM)
    assert only(works).level is Level.PHRASE
    await person.say("write to my sister", send(f"{PHRASE} now"), CLAIM, fresh=True)
    assert only(works).level is Level.CODE


async def test_it_puts_every_answer_of_a_code_into_the_body(
    works: Works, person: Person, anna: list[ServiceCall]
) -> None:
    """No code is left that the question would not give away, so a voice does not suffice."""
    numbers = ", ".join(str(number) for number in range(30, 100))
    heard = await person.say("write to my sister", send(numbers), CLAIM)
    assert only(works).level is Level.DEVICE
    assert heard.voice.endswith("approve it on your phone.")
    assert not heard.listen
    assert anna == []


async def test_it_changes_the_recipient_after_the_question(
    works: Works, person: Person, anna: list[ServiceCall], bert: list[ServiceCall]
) -> None:
    """The proof of the first is worth nothing for the second."""
    await person.say("write to my sister", send(), CLAIM)
    first = proof(works)
    heard = await person.say("hello again", send("I am late", "Bert"), CLAIM, fresh=True)
    assert "To Bert: I am late." in heard.voice
    second = proof(works)
    await person.say(first)
    assert messages(anna) == []
    # The codes are drawn, so once in sixty times the second is the first.
    assert messages(bert) == (["I am late"] if first == second else [])


async def test_it_changes_the_recipient_before_the_question(
    works: Works, person: Person, anna: list[ServiceCall]
) -> None:
    """The person hears that the first was not sent, and is asked about the second."""
    heard = await person.say(
        "write to my sister", send(), send("I am late", "Bert"), talk("Both sent.")
    )
    assert heard.voice == f"The message before that was not sent. {only(works).question}"
    assert "To Bert" in only(works).question


async def test_it_answers_its_own_question(
    works: Works, person: Person, anna: list[ServiceCall]
) -> None:
    """Its words are no reply, wherever it says them."""
    await person.say("write to my sister", send(), CLAIM)
    answer = proof(works)
    await person.say("hello", talk(answer), fresh=True)
    await person.say("hello", call_after(answer), talk(answer), fresh=True)
    assert anna == []
    assert len(works.guard.pending) == 1


async def test_it_answers_by_a_tool_that_leads_back_to_us(
    assist: HomeAssistant,
    entry: MockConfigEntry,
    works: Works,
    person: Person,
    anna: list[ServiceCall],
) -> None:
    """A script that talks to the guarded agent, in the person's own conversation."""
    await choose(assist, entry, model_steps=0)
    person.device_id, person.conversation_id = None, "my own conversation"
    guarded = next(
        entity for entity in assist.states.async_entity_ids("conversation") if "guard" in entity
    )
    data = {"text": PHRASE, "agent_id": guarded, "conversation_id": person.conversation_id}
    await give_script(assist, {"action": "conversation.process", "data": data})
    heard = await person.say(
        "write to my sister", send(), call(CONFIRM), talk("You said so to yourself."), CLAIM
    )
    assert len(person.model.seen) == 2
    assert person.conversation_id == "my own conversation"
    assert heard.voice.endswith(only(works).question)
    assert anna == []
    await person.say(PHRASE)
    assert messages(anna) == ["I am late"]


async def test_it_invents_a_contact(works: Works, person: Person, anna: list[ServiceCall]) -> None:
    """The person hears who is not on the list; the model is told."""
    heard = await person.say("write to Zoe", send("hi", "Zoe"), CLAIM)
    assert heard.voice.startswith("I can't send that: Zoe is not one of your contacts.")
    assert not heard.listen
    assert person.model.results[0].error


async def test_the_provider_fails_after_the_call(works: Works, person: Person) -> None:
    """The error is not what the person needs to know: something waits."""

    def broken(*_: object) -> None:
        raise HomeAssistantError("the model is gone")

    person.model.after_tools = broken
    heard = await person.say("write to my sister", send(), CLAIM)
    assert heard.voice == heard.speech == only(works).question
    assert person.log()[-1]["content"] == only(works).question


# --- replying ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("reply", ["right", "okay, whatever you say", "no, cancel that"])
async def test_no_reply_reaches_the_model(works: Works, person: Person, reply: str) -> None:
    """Not the wrong ones either: they may be half of a proof."""
    await person.say("write to my sister", send(), CLAIM)
    await person.say(reply, talk("I shall send it."))
    assert len(person.model.seen) == 1
    assert reply not in [line.get("content") for line in person.log()]
    for confirmation in works.guard.pending:
        await works.guard.decline(confirmation.id, Approver("somebody", "phone"))
    await person.say("hello", talk("Hello."))
    assert len(person.model.seen) == 2
    assert reply not in person.model.seen[-1]


async def test_a_proof_is_kept_nowhere(
    assist: HomeAssistant, works: Works, person: Person, anna: list[ServiceCall]
) -> None:
    """Chat log, traces, the pipelines' debug view, the turn."""
    await person.say("write to my sister", send(), CLAIM)
    said = f"Send {proof(works).removeprefix('send ')}!"
    await person.say(said)
    assert messages(anna) == ["I am late"]
    assert [line["content"] for line in person.log() if line["role"] == "user"] == [
        "write to my sister",
        PLACEHOLDER,
    ]
    traces = str([trace.as_dict() for trace in async_get_traces()])
    assert said not in traces
    assert PLACEHOLDER in traces
    runs = str(assist.data["assist_pipeline"].pipeline_debug)
    assert said not in runs
    assert "write to my sister" in runs
    turns = [tag.turn.origin.utterance for tag in assist.data["message_guard_turns"].tags.values()]
    assert said not in turns
    assert PLACEHOLDER in turns
    await person.say("hello", talk("Hello."))
    assert said not in person.model.seen[-1]
    assert "write to my sister" in person.model.seen[-1]


async def test_what_cannot_be_redacted_does_not_save_the_rest(
    works: Works, person: Person, anna: list[ServiceCall], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Home Assistant's insides may change; the chat log is redacted all the same."""

    def broken() -> None:
        raise AttributeError

    monkeypatch.setattr("custom_components.message_guard.redaction.async_get_traces", broken)
    await person.say("write to my sister", send(), CLAIM)
    said = proof(works)
    await person.say(said)
    assert messages(anna) == ["I am late"]
    assert said not in str(person.log())


async def test_digits_that_come_too_late_go_to_nobody(
    works: Works, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The PIN of a question whose time is over is no business of the model's."""
    late = Answer(kind=AnswerKind.INFORMED, text="Time is up.")
    monkeypatch.setattr(works.guard, "swallow", lambda *_: late)
    heard = await person.say("one two three four", talk("Which number is that?"))
    assert heard.voice == "Time is up."
    assert person.model.seen == []
    assert person.log()[0]["content"] == PLACEHOLDER


async def test_a_pin_said_together_with_a_message_is_taken_out(
    works: Works, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard refuses it; the log forgets it."""

    async def refused(*_: object) -> Answer:
        return Answer(kind=AnswerKind.REFUSED, text="Never say it.", reasons=("pin_inside",))

    monkeypatch.setattr(works.dialogue, "take", refused)
    await person.say("tell Anna four seven one one")
    assert person.log()[0]["content"] == PLACEHOLDER


async def test_a_sentence_trigger_works_while_a_question_is_open(
    assist: HomeAssistant, works: Works, person: Person
) -> None:
    """The household's own sentences go first, and are not a wrong reply."""
    trigger = {"trigger": "conversation", "command": "movie time"}
    action = {"set_conversation_response": "Enjoy."}
    automation = {"alias": "Movie", "triggers": [trigger], "actions": [action]}
    assert await async_setup_component(assist, "automation", {"automation": [automation]})
    await person.say("write to my sister", send(), CLAIM)
    tries = only(works).tries_left
    assert (await person.say("movie time")).voice == "Enjoy."
    assert only(works).tries_left == tries
    assert {"user", "movie time"} <= {
        value for line in person.log() for value in (line["role"], line.get("content"))
    }


async def test_a_broken_guard_gives_no_proof_to_the_model(
    works: Works, person: Person, anna: list[ServiceCall], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything else it passes on."""
    await person.say("write to my sister", send(), CLAIM)

    async def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("custom_components.message_guard.dialogue.Dialogue.take", broken)
    assert (await person.say(proof(works))).voice == LAST_WORDS
    assert (await person.say("hello", talk("Hello."), fresh=True)).voice == "Hello."
    assert len(person.model.seen) == 2
    assert anna == []


# --- other levels, other agents ----------------------------------------------------------------------


async def test_where_no_proof_is_needed_the_model_tells_the_truth(
    assist: HomeAssistant, entry: MockConfigEntry, person: Person, anna: list[ServiceCall]
) -> None:
    """A household may choose that, for models as well; then its words are heard."""
    await choose(assist, entry, default_level="none", model_steps=0)
    heard = await person.say("write to my sister", send(), CLAIM)
    assert messages(anna) == ["I am late"]
    assert heard.voice == "Done! I've sent it to Anna."
    assert person.model.results[0].data == {"status": "sent"}


class OldAgent(conversation.ConversationEntity):
    """An agent without streaming, chat log or tools, which calls actions by itself."""

    @property
    @override
    def supported_languages(self) -> list[str]:
        return ["en"]

    @override
    async def async_process(
        self, user_input: conversation.ConversationInput
    ) -> conversation.ConversationResult:
        await self.hass.services.async_call(
            "notify", "anna", {"message": "I am late"}, blocking=True, context=user_input.context
        )
        response = conversation.intent.IntentResponse(language="en")
        response.async_set_speech("Done, I've sent it.")
        return conversation.ConversationResult(response, user_input.conversation_id)


async def test_an_agent_that_calls_actions_by_itself(
    assist: HomeAssistant, person: Person, works: Works, anna: list[ServiceCall]
) -> None:
    """Its claim is replaced as well, and the log has our words though it wrote none."""
    old = OldAgent()
    old.entity_id = "conversation.old"
    await assist.data[DATA_COMPONENT].async_add_entities([old])
    works_agent = next(
        entity
        for entity in assist.data[DATA_COMPONENT].entities
        if entity.entity_id not in {MODEL, old.entity_id, "conversation.home_assistant"}
    )
    works_agent._engine = old.entity_id
    heard = await person.say("write to my sister")
    assert heard.voice == only(works).question
    assert person.log()[-1]["content"] == only(works).question
    await person.say(proof(works))
    assert messages(anna) == ["I am late"]


async def test_without_a_listener_nothing_is_heard_before_the_end(
    assist: HomeAssistant, works: Works, person: Person
) -> None:
    """As with the action `conversation.process`: one answer, and no claim in the log."""
    guarded = next(
        entity for entity in assist.states.async_entity_ids("conversation") if "guard" in entity
    )
    person.model.answers.extend([call_after("Sent! "), CLAIM])
    result = await conversation.async_converse(
        assist, "write to my sister", None, Context(), "en", guarded
    )
    assert result.response.speech["plain"]["speech"] == only(works).question
    assert result.continue_conversation
    person.conversation_id = result.conversation_id
    assert "Sent!" not in str(person.log())
    done = await conversation.async_converse(
        assist, proof(works), result.conversation_id, Context(), "en", guarded
    )
    assert done.response.speech["plain"]["speech"] == "Sent to Anna."


# --- the model as the pipeline's own agent --------------------------------------------------------------


@pytest.fixture
async def unguarded(assist: HomeAssistant, entry: MockConfigEntry) -> MockConfigEntry:
    """Return the guard, loaded, with the pipeline left to the model alone."""
    await choose(assist, entry, pipelines=[])
    return entry


@pytest.mark.usefixtures("unguarded")
@pytest.mark.parametrize(
    "answers",
    [
        [send(), CLAIM],
        [[{"role": "assistant"}, send()[1], send()[1]], send(), CLAIM],
        [send("I am\u200b late"), CLAIM],
    ],
    ids=["claims", "calls twice", "hides text"],
)
async def test_unguarded_it_is_held_and_approved_elsewhere(
    assist: HomeAssistant,
    works: Works,
    person: Person,
    anna: list[ServiceCall],
    answers: list[list[dict[str, Any]]],
) -> None:
    """The model is heard with its claim, and nothing is sent until a person approves."""
    heard = await person.say("write to my sister", *answers)
    assert heard.voice == "Done! I've sent it to Anna."
    assert person.model.results[0].data["status"] == "waiting for a person"
    assert anna == []
    await works.guard.approve(only(works).id, Approver("somebody", "phone"))
    assert messages(anna) == ["I am late"]
    assert works.guard.pending == ()


@pytest.mark.usefixtures("unguarded")
async def test_unguarded_a_proof_said_to_the_model_is_none(
    works: Works, person: Person, anna: list[ServiceCall]
) -> None:
    """What the model is told, it may be told by anybody."""
    await person.say("write to my sister", send(), CLAIM)
    await person.say(proof(works), CLAIM)
    assert anna == []
    assert len(works.guard.pending) == 1


@pytest.mark.usefixtures("unguarded")
async def test_unguarded_a_script_waits_as_well(
    assist: HomeAssistant, works: Works, person: Person, anna: list[ServiceCall]
) -> None:
    """The model gets an error, the call is made once on approval."""
    await give_script(assist, {"action": "notify.anna", "data": {"message": "The door is open"}})
    await person.say("tell her about the door", call(CONFIRM), CLAIM)
    assert "waits until a person" in str(person.model.results[0].data)
    await works.guard.approve(only(works).id, Approver("somebody", "phone"))
    assert messages(anna) == ["The door is open"]


@pytest.mark.usefixtures("unguarded")
@pytest.mark.parametrize("more", [{"confirmed": True}, {"title": "Hidden"}])
async def test_unguarded_what_nobody_would_hear_is_refused(
    works: Works, person: Person, anna: list[ServiceCall], more: dict[str, Any]
) -> None:
    """The model is told; nothing waits."""
    await person.say("write to my sister", send(**more), CLAIM)
    assert person.model.results[0].error
    assert works.guard.pending == ()
    assert anna == []


# --- satellites ---------------------------------------------------------------------------------------


async def until(condition: Callable[[], object], within: float = 5.0) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110 - a satellite tells nobody what it says
            await asyncio.sleep(0.01)


@pytest.mark.usefixtures("unguarded")
async def test_unguarded_the_satellite_asks_after_the_turn(
    assist: HomeAssistant,
    works: Works,
    person: Person,
    anna: list[ServiceCall],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The claim is heard, then put right, and the reply to that goes to the guard."""
    monkeypatch.setattr(satellite, "SETTLE_SECONDS", 0.02)
    kitchen = await add_speaker(assist, "kitchen", piped=True)
    person.model.answers = deque([send(), CLAIM])
    assert await kitchen.turn("write to my sister") == "Done! I've sent it to Anna."
    question = only(works).question
    kitchen.replies.append(proof(works))
    await until(lambda: anna)
    assert messages(anna) == ["I am late"]
    assert kitchen.said[1] == f"Not sent yet. {question}"
    assert len(person.model.seen) == 1
    await until(lambda: not works.questions._tasks)


async def test_guarded_the_satellite_asks_in_the_turn_and_not_again(
    assist: HomeAssistant,
    works: Works,
    person: Person,
    anna: list[ServiceCall],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One question; the proof comes in the next turn, which may begin with a wake word."""
    monkeypatch.setattr(satellite, "SETTLE_SECONDS", 0.02)
    kitchen = await add_speaker(assist, "kitchen", piped=True)
    person.model.answers = deque([send(), CLAIM])
    question = await kitchen.turn("write to my sister")
    assert question == only(works).question
    await assist.async_block_till_done()
    await asyncio.sleep(0.2)
    assert kitchen.said == [question]
    assert await kitchen.turn(proof(works)) == "Sent to Anna."
    assert messages(anna) == ["I am late"]
    assert len(person.model.seen) == 1


def call_after(words: str) -> list[dict[str, Any]]:
    """Return a message that talks, and then asks to send."""
    return [{"role": "assistant"}, {"content": words}, send()[1]]
