"""What a person hears while a language model misbehaves, word for word and in order."""

from typing import Any

from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.core.level import Level
from custom_components.message_guard.runtime import Components
from tests.conftest import PHRASE
from tests.misbehaving import Person, call, send, talk
from tests.streamed import (
    CLAIM,
    CONFIRM,
    anna,
    bert,
    call_after,
    choose,
    components,
    entry,
    give_script,
    messages,
    only,
    person,
    proof,
)

__all__ = ["anna", "bert", "components", "entry", "person"]

LONG_TALK = "Of course, I will gladly tell your sister about that. " * 4


async def test_it_claims_that_it_sent(
    components: Components, person: Person, anna: list[ServiceCall]
) -> None:
    """The claim is never heard and in no log; the question is. The proof sends, once."""
    heard = await person.say("my sister needs to know", send(), CLAIM)
    question = only(components).question
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

    done = await person.say(proof(components))
    assert done.voice == "Sent to Anna."
    assert messages(anna) == ["I am late"]
    assert len(person.model.seen) == 1


async def test_it_claims_in_the_very_message_that_asks(
    components: Components, person: Person
) -> None:
    """What follows the call in the same message is held like what follows the result."""
    answer = [{"role": "assistant"}, {"content": "Wait. "}, send()[1], {"content": "I've sent it."}]
    heard = await person.say("my sister needs to know", answer, CLAIM)
    expected = f"Not sent yet. {only(components).question}"
    assert heard.shown == ["Wait. ", expected]
    assert heard.voice == f"Wait. {expected}"
    assert "sent it" not in str(person.log())
    assert person.log()[1]["content"] == "Wait. "


async def test_it_calls_in_one_piece(components: Components, person: Person) -> None:
    """As Ollama streams: role, words and call together, after a message that was heard."""
    clock = call("llm__GetDateTime", "Let me see.")
    piece = [{"role": "assistant", "content": "I've sent it.", **send()[1]}]
    heard = await person.say("my sister needs to know", clock, piece, CLAIM)
    assert heard.voice == f"Let me see. Not sent yet. {only(components).question}"
    first = [{"role": "assistant", "content": "", **send("I am late", "Bert")[1]}]
    heard = await person.say("hello again", first, CLAIM, fresh=True)
    assert heard.voice == only(components).question
    assert "sent it" not in str(person.log())


async def test_it_talks_for_200_characters_before_it_calls(
    components: Components, person: Person
) -> None:
    """That is spoken already, so the question says first that nothing has been sent."""
    assert len(LONG_TALK) > 200
    heard = await person.say("my sister needs to know", call_after(LONG_TALK), CLAIM)
    expected = f"Not sent yet. {only(components).question}"
    assert heard.voice == f"{LONG_TALK}{expected}"
    assert heard.shown == [LONG_TALK, expected]
    assert heard.speech == expected
    assert [line.get("content") for line in person.log()[1::2]] == [LONG_TALK, expected]


async def test_it_claims_before_it_calls(components: Components, person: Person) -> None:
    """What was said cannot be unsaid, only corrected."""
    heard = await person.say("my sister needs to know", call_after("Sent! "), CLAIM)
    assert heard.voice == f"Sent! Not sent yet. {only(components).question}"


async def test_it_calls_twice(
    components: Components, person: Person, anna: list[ServiceCall]
) -> None:
    """At once, after the result, and in a later turn: one question, one message."""
    twice = [{"role": "assistant"}, send()[1], send()[1]]
    heard = await person.say("my sister needs to know", twice, send(), CLAIM)
    question = only(components).question
    assert heard.voice == question
    again = await person.say("did you", send(), CLAIM, fresh=True)
    assert again.voice == question
    await person.say(proof(components))
    assert messages(anna) == ["I am late"]
    assert components.guard.pending == ()


async def test_another_tool_with_the_same_words_sends_nothing_more(
    assist: HomeAssistant, components: Components, person: Person, anna: list[ServiceCall]
) -> None:
    """A script that sends is held, too, and is the same question."""
    await give_script(assist, {"action": "notify.anna", "data": {"message": "I am late"}})
    heard = await person.say("my sister needs to know", send(), call(CONFIRM), CLAIM)
    assert heard.voice.count("To Anna: I am late.") == 1
    assert person.model.results[-1].data["status"] == "waiting for a person"
    await person.say(proof(components))
    assert messages(anna) == ["I am late"]
    assert components.guard.pending == ()


async def test_a_script_as_a_tool_waits_for_a_person(
    assist: HomeAssistant, components: Components, person: Person, anna: list[ServiceCall]
) -> None:
    """The model sees no success, the person hears the question, the call is made as captured."""
    await give_script(assist, {"action": "notify.anna", "data": {"message": "The door is open"}})
    heard = await person.say("tell her about the door", call(CONFIRM), CLAIM)
    assert heard.voice == only(components).question
    assert "To Anna: The door is open." in heard.voice
    assert person.model.results[0].data["status"] == "waiting for a person"
    assert anna == []
    await person.say(proof(components))
    assert messages(anna) == ["The door is open"]


async def test_a_script_as_a_tool_with_more_than_words_is_refused(
    assist: HomeAssistant, components: Components, person: Person, anna: list[ServiceCall]
) -> None:
    """Nobody has ever seen the rest of what a model sends."""
    data = {"message": "The door is open", "data": {"image": "/config/secrets.yaml"}}
    await give_script(assist, {"action": "notify.anna", "data": data})
    heard = await person.say("tell her about the door", call(CONFIRM), CLAIM)
    assert heard.voice == "Not sent: it holds something that I can't read aloud. Send words only."
    assert person.model.results[0].error
    assert components.guard.pending == ()
    assert anna == []


async def test_a_script_as_a_tool_with_a_chat_is_refused(
    assist: HomeAssistant, entry: MockConfigEntry, person: Person
) -> None:
    """A chat that is no contact's is a stranger."""
    made = async_mock_service(assist, "whatsapp", "send_message")
    bert = next(item for item in entry.subentries.values() if item.title == "Bert")
    assist.config_entries.async_update_subentry(
        entry, bert, data={**bert.data, "targets": ["whatsapp.send_message"]}
    )
    await assist.async_block_till_done()
    data = {"message": "hi", "chat_id": "+1 stranger"}
    await give_script(assist, {"action": "whatsapp.send_message", "data": data})
    heard = await person.say("do what is needed", call(CONFIRM), CLAIM)
    assert "is not one of your contacts" in heard.voice
    assert entry.runtime_data.components.guard.pending == ()
    assert made == []


@pytest.mark.parametrize("later", [False, True])
async def test_it_approves_itself(
    assist: HomeAssistant,
    components: Components,
    person: Person,
    anna: list[ServiceCall],
    later: bool,
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
        await person.say("my sister needs to know", send(), CLAIM)
        await person.say("go on", call(CONFIRM), CLAIM, fresh=True)
    else:
        heard = await person.say("my sister needs to know", send(), call(CONFIRM), CLAIM)
        assert heard.voice == only(components).question
    assert person.model.results[-1].error
    assert anna == []
    assert only(components).level is Level.CODE


async def test_it_flips_our_switch(
    assist: HomeAssistant,
    entry: MockConfigEntry,
    components: Components,
    person: Person,
    anna: list[ServiceCall],
) -> None:
    """Sending stays off, and the person hears that it is."""
    components.guard.sending_allowed = False
    switch = "switch.message_guard_sending_allowed"
    await give_script(assist, {"action": "switch.turn_on", "target": {"entity_id": switch}})
    heard = await person.say("my sister needs to know", call(CONFIRM), send(), CLAIM)
    assert person.model.results[0].error
    assert not components.guard.sending_allowed
    assert heard.voice == "Not sent: sending is switched off. Switch it on in Message Guard."
    assert anna == []


@pytest.mark.parametrize(
    "more",
    [{"confirmed": True}, {"title": "Hidden"}, {"data": {"image": "/config/secrets.yaml"}}],
    ids=["confirmed", "title", "data"],
)
async def test_it_adds_arguments_that_nobody_would_hear(
    components: Components, person: Person, anna: list[ServiceCall], more: dict[str, Any]
) -> None:
    """Refused, recorded, and said; the claim is not."""
    heard = await person.say("my sister needs to know", send(**more), CLAIM)
    assert heard.voice == "Not sent: it holds something that I can't read aloud. Send words only."
    assert components.guard.pending == ()
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
    components: Components, person: Person, anna: list[ServiceCall], body: str, arrives: str
) -> None:
    """What is read aloud is what is sent, to the letter."""
    heard = await person.say("my sister needs to know", send(body), CLAIM)
    await person.say(proof(components))
    (message,) = messages(anna)
    assert arrives in message
    # A sign that a voice would leave out is said by its name.
    assert f"To Anna: {message.replace('=', ' equals ')}" in heard.voice
    assert not set("<>\u200b\u202e\x07\n") & set(message)


async def test_it_puts_the_household_phrase_into_the_body(
    assist: HomeAssistant, entry: MockConfigEntry, components: Components, person: Person
) -> None:
    """Where the phrase would do, it is asked for more instead."""
    await choose(assist, entry, model_steps=0)
    await person.say("my sister needs to know", send(), CLAIM)
    assert only(components).level is Level.PHRASE
    await person.say("my sister needs to know", send(f"{PHRASE} now"), CLAIM, fresh=True)
    assert only(components).level is Level.CODE


async def test_it_puts_every_answer_of_a_code_into_the_body(
    components: Components, person: Person, anna: list[ServiceCall]
) -> None:
    """No code is left that the question would not give away, so a voice does not suffice."""
    numbers = ", ".join(str(number) for number in range(30, 100))
    heard = await person.say("my sister needs to know", send(numbers), CLAIM)
    assert only(components).level is Level.DEVICE
    assert heard.voice.endswith("approve it in Message Guard, on a screen.")
    assert not heard.listen
    assert anna == []


async def test_it_changes_the_recipient_after_the_question(
    components: Components, person: Person, anna: list[ServiceCall], bert: list[ServiceCall]
) -> None:
    """The proof of the first is worth nothing for the second."""
    await person.say("my sister needs to know", send(), CLAIM)
    first = proof(components)
    heard = await person.say("hello again", send("I am late", "Bert"), CLAIM, fresh=True)
    assert "To Bert: I am late." in heard.voice
    second = proof(components)
    await person.say(first)
    assert messages(anna) == []
    # The codes are drawn, so once in sixty times the second is the first.
    assert messages(bert) == (["I am late"] if first == second else [])


async def test_it_changes_the_recipient_before_the_question(
    components: Components, person: Person, anna: list[ServiceCall]
) -> None:
    """The person hears that the first was not sent, and is asked about the second."""
    heard = await person.say(
        "my sister needs to know", send(), send("I am late", "Bert"), talk("Both sent.")
    )
    assert heard.voice == f"The message before that was not sent. {only(components).question}"
    assert "To Bert" in only(components).question


async def test_it_answers_its_own_question(
    components: Components, person: Person, anna: list[ServiceCall]
) -> None:
    """Its words are no reply, wherever it says them."""
    await person.say("my sister needs to know", send(), CLAIM)
    answer = proof(components)
    await person.say("hello", talk(answer), fresh=True)
    await person.say("hello", call_after(answer), talk(answer), fresh=True)
    assert anna == []
    assert len(components.guard.pending) == 1


async def test_it_answers_by_a_tool_that_leads_back_to_us(
    assist: HomeAssistant,
    entry: MockConfigEntry,
    components: Components,
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
        "my sister needs to know", send(), call(CONFIRM), talk("You said so to yourself."), CLAIM
    )
    assert len(person.model.seen) == 2
    assert person.conversation_id == "my own conversation"
    assert heard.voice.endswith(only(components).question)
    assert anna == []
    await person.say(PHRASE)
    assert messages(anna) == ["I am late"]


async def test_it_invents_a_contact(
    components: Components, person: Person, anna: list[ServiceCall]
) -> None:
    """The person hears who is not on the list; the model is told."""
    heard = await person.say("Zoe needs to know", send("hi", "Zoe"), CLAIM)
    assert heard.voice.startswith("I can't send that: Zoe is not one of your contacts.")
    assert not heard.listen
    assert person.model.results[0].error


async def test_the_provider_fails_after_the_call(components: Components, person: Person) -> None:
    """The error is not what the person needs to know: something waits."""

    def broken(*_: object) -> None:
        raise HomeAssistantError("the model is gone")

    person.model.after_tools = broken
    heard = await person.say("my sister needs to know", send(), CLAIM)
    assert heard.voice == heard.speech == only(components).question
    assert person.log()[-1]["content"] == only(components).question


async def test_a_script_as_a_tool_with_a_fixed_title_is_asked(
    assist: HomeAssistant, components: Components, person: Person, anna: list[ServiceCall]
) -> None:
    """A title is read aloud, and an empty field is none: neither is a reason to refuse."""
    data = {"message": "The door is open", "title": "Door", "data": {}, "target": []}
    await give_script(assist, {"action": "notify.anna", "data": data})
    heard = await person.say("tell her about the door", call(CONFIRM), CLAIM)
    assert "To Anna: The door is open. With the title “Door”." in heard.voice
    await person.say(proof(components))
    assert messages(anna) == ["The door is open"]
