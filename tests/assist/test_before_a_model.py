"""What is found before a language model is asked: the household's sentences, local commands, and wrong replies."""

from typing import Any

from homeassistant.components import assist_pipeline
from homeassistant.components.assist_satellite import AssistSatelliteEntityFeature
from homeassistant.components.conversation.agent_manager import get_agent_manager
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockUser,
    async_mock_service,
)

from custom_components.message_guard.core.confirmation import TRIES
from custom_components.message_guard.guarding.answers import LAST_WORDS
from custom_components.message_guard.runtime import Components
from tests.conftest import PHRASE
from tests.misbehaving import Person, talk
from tests.spoken_home import KITCHEN, SpokenHome, notify, sentence
from tests.streamed import anna, bert, components, entry, messages, only, person, proof

__all__ = ["anna", "bert", "components", "entry", "person"]

ASK = "tell Anna that I am late"
LIGHT = "turn on the kitchen light"


@pytest.fixture
async def lit(assist: HomeAssistant) -> list[ServiceCall]:
    """Return what reaches the kitchen light."""
    assert await async_setup_component(assist, "light", {})
    light = er.async_get(assist).async_get_or_create(
        "light", "demo", "kitchen", original_name="kitchen light"
    )
    assist.states.async_set(light.entity_id, "off", {"friendly_name": "kitchen light"})
    async_expose_entity(assist, "conversation", light.entity_id, True)
    return async_mock_service(assist, "light", "turn_on")


@pytest.fixture
async def spoken(assist: HomeAssistant, person: Person) -> Person:
    """Return the person in front of a satellite that opens its microphone after a question."""
    features = AssistSatelliteEntityFeature.START_CONVERSATION
    assist.states.async_set(KITCHEN, "idle", {"supported_features": features})
    person.satellite_id = KITCHEN
    return person


async def prefer_local(hass: HomeAssistant) -> None:
    """Let the pipeline try local commands before its model."""
    pipeline = assist_pipeline.pipeline.async_get_pipeline(hass)
    await assist_pipeline.async_update_pipeline(hass, pipeline, prefer_local_intents=True)


async def automate(hass: HomeAssistant, *automations: dict[str, Any]) -> None:
    """Set up automations."""
    assert await async_setup_component(hass, "automation", {"automation": list(automations)})
    await hass.async_block_till_done()


# --- the pipeline's own stages ------------------------------------------------------------------------


async def test_a_local_command_stays_one_while_a_question_waits(
    assist: HomeAssistant, components: Components, person: Person, lit: list[ServiceCall]
) -> None:
    """Processed locally, as before the question; it costs no try, and the model hears nothing of it."""
    await prefer_local(assist)
    assert (await person.say(LIGHT)).local
    assert (await person.say(ASK)).listen
    assert (await person.say(LIGHT)).local
    assert len(lit) == 2
    assert only(components).tries_left == TRIES
    assert person.model.seen == []


async def test_a_request_is_no_local_command(
    assist: HomeAssistant, components: Components, person: Person, anna: list[ServiceCall]
) -> None:
    """Though Home Assistant takes any words with a time behind them for a delayed command."""
    await prefer_local(assist)
    asked = await person.say("tell Anna that I will be home in ten minutes")
    assert "I will be home in ten minutes" in asked.voice
    await person.say(proof(components))
    assert messages(anna) == ["I will be home in ten minutes"]
    assert person.model.seen == []


async def test_a_sentence_that_sends_asks_in_its_own_turn(
    assist: HomeAssistant, components: Components, person: Person, anna: list[ServiceCall]
) -> None:
    """It does not say "Done", and the model is not asked; the reply sends."""
    await automate(assist, sentence(notify()))
    asked = await person.say("dinner is ready")
    assert "To Anna: Dinner is ready" in asked.voice
    assert "Done" not in asked.voice
    assert asked.listen
    await person.say(proof(components))
    assert messages(anna) == ["Dinner is ready"]
    assert person.model.seen == []


async def test_a_local_command_that_sends_asks_in_its_own_turn(
    assist: HomeAssistant,
    entry: MockConfigEntry,
    components: Components,
    person: Person,
    anna: list[ServiceCall],
) -> None:
    """It does not say what the household has written for it, as if it were done."""
    await prefer_local(assist)
    await SpokenHome(assist, entry, []).intent("Dinner", "call everybody to the table")
    script = {"Dinner": {"action": [notify()], "speech": {"text": "They know."}}}
    assert await async_setup_component(assist, "intent_script", {"intent_script": script})
    await assist.async_block_till_done()
    asked = await person.say("call everybody to the table")
    assert "To Anna: Dinner is ready" in asked.voice
    assert "They know" not in asked.voice
    assert asked.listen
    await person.say(proof(components))
    assert messages(anna) == ["Dinner is ready"]
    assert person.model.seen == []


async def test_a_request_after_a_question_of_the_models(
    components: Components, person: Person
) -> None:
    """The pipeline asks nobody but us then; the request is ours all the same, everything else the model's."""
    assert (await person.say("hello", talk("Which lamp do you mean?"))).listen
    assert (await person.say("the big one", talk("And how bright?"))).voice == "And how bright?"
    asked = await person.say(ASK)
    assert asked.voice.startswith("To Anna: I am late")
    assert len(only(components).recipients) == 1
    assert len(person.model.seen) == 2


# --- what is no reply ---------------------------------------------------------------------------------


async def test_who_types_may_go_on_to_something_else(
    components: Components, person: Person
) -> None:
    """The model answers, and the question still waits."""
    await person.say(ASK)
    assert (await person.say("tell me a joke", talk("Knock, knock."))).voice == "Knock, knock."
    assert only(components).tries_left == TRIES


async def test_endless_words_are_a_wrong_reply(components: Components, person: Person) -> None:
    """Typed, too: answered at once, and given to nobody."""
    await person.say(ASK)
    assert (await person.say("blah blah " * 5000, talk("I see."))).listen
    assert only(components).tries_left == TRIES - 1
    assert person.model.seen == []


async def test_talk_in_the_room_reaches_no_model(components: Components, spoken: Person) -> None:
    """The microphone is open because of us, and nobody has said anything that is known."""
    assert (await spoken.say(ASK)).listen
    assert (await spoken.say("colourless green ideas", talk("How poetic."))).listen
    assert only(components).tries_left == TRIES - 1
    assert spoken.model.seen == []


@pytest.mark.parametrize("command", [LIGHT, f"in ten minutes {LIGHT}", "in ten minutes movie time"])
async def test_a_command_in_the_open_microphone_is_the_models(
    assist: HomeAssistant,
    components: Components,
    spoken: Person,
    lit: list[ServiceCall],
    command: str,
) -> None:
    """Where the household leaves commands to it: no try is lost."""
    await automate(assist, sentence(said="movie time"))
    await spoken.say(ASK)
    assert (await spoken.say(command, talk("As you like."))).voice == "As you like."
    assert only(components).tries_left == TRIES
    assert len(spoken.model.seen) == 1


async def test_talk_for_later_is_talk(components: Components, spoken: Person) -> None:
    """A time in front of it makes no command of it, though Home Assistant would try to keep it."""
    await spoken.say(ASK)
    await spoken.say("in ten minutes colourless green ideas", talk("Noted."))
    assert only(components).tries_left == TRIES - 1
    assert spoken.model.seen == []


async def test_talk_is_talk_without_home_assistants_second_recogniser(
    assist: HomeAssistant, components: Components, spoken: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has no public way in, and may be gone in a later version."""
    await spoken.say(ASK)
    monkeypatch.setattr(get_agent_manager(assist).default_agent, "_gazetteer", None)
    assert (await spoken.say("colourless green ideas", talk("How poetic."))).listen
    assert only(components).tries_left == TRIES - 1
    assert spoken.model.seen == []


# --- a guard that cannot read -------------------------------------------------------------------------


async def test_what_may_be_a_proof_is_kept_from_the_model_though_it_cannot_be_read(
    components: Components, person: Person, anna: list[ServiceCall], monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a proof is awaited; whatever can be none goes on, and without a question everything does."""

    def broken(*_: object) -> None:
        raise RuntimeError

    await person.say(ASK)
    with monkeypatch.context() as patch:
        patch.setattr(components.dialogue, "read", broken)
        patch.setattr(components.guard, "reply", broken)
        assert (await person.say(PHRASE)).voice == LAST_WORDS
        assert person.model.seen == []
        assert (await person.say("tell me a joke", talk("Knock."))).voice == "Knock."
    await person.say("no, cancel that")
    monkeypatch.setattr(components.dialogue, "read", broken)
    assert (await person.say("send it", talk("Send what?"))).voice == "Send what?"
    assert anna == []


@pytest.mark.parametrize("said", ["good morning", "send the vacuum home"])
async def test_what_somebody_types_next_is_for_the_model(
    assist: HomeAssistant, components: Components, person: Person, said: str
) -> None:
    """It begins with a yes and is none; it costs nothing."""
    assert (await person.say(ASK)).listen
    await person.say(said)
    (seen,) = person.model.seen
    assert said in seen
    assert only(components).tries_left == TRIES


async def test_a_silence_that_somebody_types_is_none(
    assist: HomeAssistant, components: Components, person: Person, hass_admin_user: MockUser
) -> None:
    """Recognisers write "thank you" where nobody speaks; whoever is signed in has written it."""
    person.user_id = hass_admin_user.id
    assert (await person.say(ASK)).listen
    await person.say("thank you")
    (seen,) = person.model.seen
    assert "thank you" in seen
    assert only(components).tries_left == TRIES
