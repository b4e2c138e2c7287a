"""What a person hears of a language model, word for word and in order."""

from typing import Any, override

from homeassistant.components import conversation
from homeassistant.components.conversation.const import DATA_COMPONENT
from homeassistant.core import Context, HomeAssistant, ServiceCall
from homeassistant.helpers import llm
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.message_guard.runtime import Components
from tests.misbehaving import MODEL, Person, call, send, talk
from tests.streamed import (
    CLAIM,
    anna,
    bert,
    call_after,
    choose,
    components,
    entry,
    messages,
    only,
    person,
    proof,
)

__all__ = ["anna", "bert", "components", "entry", "person"]


# --- talking ----------------------------------------------------------------------------------------


async def test_a_model_that_sends_nothing_is_heard_as_ever(
    components: Components, person: Person
) -> None:
    """Every part as it comes, and the log untouched."""
    heard = await person.say("how are you", talk("I am fine,", " thank you."))
    assert heard.voice == heard.speech == "I am fine, thank you."
    assert heard.shown == ["I am fine, thank you."]
    assert person.log()[-1]["content"] == "I am fine, thank you."


async def test_other_tools_pass_with_all_that_is_said_around_them(
    components: Components, person: Person
) -> None:
    """Held until the turn is over, then heard in order."""
    heard = await person.say(
        "what time is it", call("llm__GetDateTime", "Let me see."), talk("It is noon.")
    )
    assert heard.shown == ["Let me see.", "It is noon."]
    assert heard.voice == "Let me see. It is noon."
    assert heard.speech == "It is noon."
    assert [line.get("content") for line in person.log()[-3::2]] == ["Let me see.", "It is noon."]


async def test_a_tool_of_the_provider_holds_nothing(components: Components, person: Person) -> None:
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
    entry: MockConfigEntry, components: Components, person: Person
) -> None:
    """A guard that could not start guards nothing by conversation, and is in nobody's way."""
    entry.runtime_data.components = None
    assert (await person.say("hello", talk("Hello."))).voice == "Hello."
    entry.runtime_data.components = components


# --- other levels, other agents ----------------------------------------------------------------------


async def test_where_no_proof_is_needed_the_model_tells_the_truth(
    assist: HomeAssistant, entry: MockConfigEntry, person: Person, anna: list[ServiceCall]
) -> None:
    """A household may choose that, for models as well; then its words are heard."""
    await choose(assist, entry, default_level="none", model_steps=0)
    heard = await person.say("my sister needs to know", send(), CLAIM)
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
    assist: HomeAssistant, person: Person, components: Components, anna: list[ServiceCall]
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
    heard = await person.say("my sister needs to know")
    assert heard.voice == only(components).question
    assert person.log()[-1]["content"] == only(components).question
    await person.say(proof(components))
    assert messages(anna) == ["I am late"]


async def test_without_a_listener_nothing_is_heard_before_the_end(
    assist: HomeAssistant, components: Components, person: Person
) -> None:
    """As with the action `conversation.process`: one answer, and no claim in the log."""
    guarded = next(
        entity for entity in assist.states.async_entity_ids("conversation") if "guard" in entity
    )
    person.model.answers.extend([call_after("Sent! "), CLAIM])
    result = await conversation.async_converse(
        assist, "my sister needs to know", None, Context(), "en", guarded
    )
    assert result.response.speech["plain"]["speech"] == only(components).question
    assert result.continue_conversation
    person.conversation_id = result.conversation_id
    assert "Sent!" not in str(person.log())
    done = await conversation.async_converse(
        assist, proof(components), result.conversation_id, Context(), "en", guarded
    )
    assert done.response.speech["plain"]["speech"] == "Sent to Anna."
