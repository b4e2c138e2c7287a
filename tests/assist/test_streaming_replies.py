"""What a person says to a question that waits: it reaches the guard, and no model and no log."""

from homeassistant.components.conversation.trace import async_get_traces
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.setup import async_setup_component
import pytest

from custom_components.message_guard.assist.redaction import PLACEHOLDER
from custom_components.message_guard.core.answer import Answer, AnswerKind
from custom_components.message_guard.guarding.answers import LAST_WORDS
from custom_components.message_guard.guarding.records import Approver
from custom_components.message_guard.runtime import Components
from tests.misbehaving import Person, send, talk
from tests.streamed import CLAIM, anna, bert, components, entry, messages, only, person, proof

__all__ = ["anna", "bert", "components", "entry", "person"]


@pytest.mark.parametrize("reply", ["right", "okay, whatever you say", "no, cancel that"])
async def test_no_reply_reaches_the_model(
    components: Components, person: Person, reply: str
) -> None:
    """Not the wrong ones either: they may be half of a proof."""
    await person.say("my sister needs to know", send(), CLAIM)
    await person.say(reply, talk("I shall send it."))
    assert len(person.model.seen) == 1
    assert reply not in [line.get("content") for line in person.log()]
    for confirmation in components.guard.pending:
        await components.guard.decline(confirmation.id, Approver("somebody", "phone"))
    await person.say("hello", talk("Hello."))
    assert len(person.model.seen) == 2
    assert reply not in person.model.seen[-1]


async def test_a_proof_is_kept_nowhere(
    assist: HomeAssistant, components: Components, person: Person, anna: list[ServiceCall]
) -> None:
    """Chat log, traces, the pipelines' debug view, the turn."""
    await person.say("my sister needs to know", send(), CLAIM)
    said = f"{proof(components).capitalize()}!"
    await person.say(said)
    assert messages(anna) == ["I am late"]
    assert [line["content"] for line in person.log() if line["role"] == "user"] == [
        "my sister needs to know",
        PLACEHOLDER,
    ]
    traces = str([trace.as_dict() for trace in async_get_traces()])
    assert said not in traces
    assert PLACEHOLDER in traces
    runs = str(assist.data["assist_pipeline"].pipeline_debug)
    assert said not in runs
    assert "my sister needs to know" in runs
    memory = assist.data["message_guard_turns"]
    turns = [lineage.turn.origin.utterance for _, lineage in memory._tags.items()]
    assert said not in turns
    assert PLACEHOLDER in turns
    await person.say("hello", talk("Hello."))
    assert said not in person.model.seen[-1]
    assert "my sister needs to know" in person.model.seen[-1]


async def test_what_cannot_be_redacted_does_not_save_the_rest(
    components: Components, person: Person, anna: list[ServiceCall], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Home Assistant's insides may change; the chat log is redacted all the same."""

    def broken() -> None:
        raise AttributeError

    monkeypatch.setattr("custom_components.message_guard.assist.redaction.kept", broken)
    await person.say("my sister needs to know", send(), CLAIM)
    said = proof(components)
    await person.say(said)
    assert messages(anna) == ["I am late"]
    assert said not in str(person.log())


async def test_digits_that_come_too_late_go_to_nobody(
    components: Components, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The PIN of a question whose time is over is no business of the model's."""
    late = Answer(kind=AnswerKind.INFORMED, text="Time is up.")
    monkeypatch.setattr(components.guard._replies, "swallows", lambda *_: True)
    monkeypatch.setattr(components.guard.status_of, "late", lambda *_: late)
    heard = await person.say("one two three four", talk("Which number is that?"))
    assert heard.voice == "Time is up."
    assert person.model.seen == []
    assert person.log()[0]["content"] == PLACEHOLDER


async def test_a_pin_said_together_with_a_message_is_taken_out(
    components: Components, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard refuses it; the log forgets it."""

    async def refused(*_: object) -> Answer:
        return Answer(kind=AnswerKind.REFUSED, text="Never say it.", private=True)

    monkeypatch.setattr(components.dialogue, "act", refused)
    await person.say("tell Anna four seven one one")
    assert person.log()[0]["content"] == PLACEHOLDER


async def test_a_sentence_trigger_works_while_a_question_is_open(
    assist: HomeAssistant, components: Components, person: Person
) -> None:
    """The household's own sentences go first, and are not a wrong reply."""
    trigger = {"trigger": "conversation", "command": "movie time"}
    action = {"set_conversation_response": "Enjoy."}
    automation = {"alias": "Movie", "triggers": [trigger], "actions": [action]}
    assert await async_setup_component(assist, "automation", {"automation": [automation]})
    await person.say("my sister needs to know", send(), CLAIM)
    tries = only(components).tries_left
    assert (await person.say("movie time")).voice == "Enjoy."
    assert only(components).tries_left == tries
    assert {"user", "movie time"} <= {
        value for line in person.log() for value in (line["role"], line.get("content"))
    }


async def test_a_broken_guard_gives_no_proof_to_the_model(
    components: Components, person: Person, anna: list[ServiceCall], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything else it passes on."""
    await person.say("my sister needs to know", send(), CLAIM)

    async def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("custom_components.message_guard.assist.dialogue.Dialogue.act", broken)
    assert (await person.say(proof(components))).voice == LAST_WORDS
    assert (await person.say("hello", talk("Hello."), fresh=True)).voice == "Hello."
    assert len(person.model.seen) == 2
    assert anna == []
