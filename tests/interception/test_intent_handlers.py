"""Handlers of intents that come and go: wrapped anew, handled by others, and put back."""

import logging
from typing import override

from homeassistant.components import conversation
from homeassistant.components.assist_satellite import AssistSatelliteEntityFeature
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import Context, HomeAssistant, ServiceCall
from homeassistant.helpers import device_registry as dr, entity_registry as er, intent
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, patch_yaml_files
import yaml

from custom_components.message_guard.core.answer import AnswerKind
from custom_components.message_guard.guarding.records import Approver
from custom_components.message_guard.interception.broadcast import reached_satellites
from custom_components.message_guard.runtime import Components
from tests.conftest import PHRASE
from tests.posting import (
    POST,
    PostNote,
    anna,
    choose,
    components,
    entry,
    hall,
    kitchen,
    note,
    only,
    teach,
)
from tests.speaker import Speaker

__all__ = ["anna", "components", "entry", "hall", "kitchen", "note"]

SOMEBODY = Approver("somebody", "phone")


async def test_a_handler_registered_anew_is_held_from_the_next_turn_on(
    assist: HomeAssistant, components: Components, kitchen: Speaker, note: PostNote
) -> None:
    """Nothing tells that it was, so every turn looks."""
    newer = PostNote()
    intent.async_register(assist, newer)
    await kitchen.turn("post out of milk to anna")
    assert newer.posted == []
    await components.guard.approve(only(components).id, SOMEBODY)
    assert newer.posted == [("anna", "out of milk")]
    assert note.posted == []


async def test_a_handler_that_is_gone_by_then(
    assist: HomeAssistant, components: Components, kitchen: Speaker, note: PostNote
) -> None:
    """Nothing is sent, and that is said."""
    await kitchen.turn("post out of milk to anna")
    intent.async_remove(assist, POST)
    answer = await components.guard.approve(only(components).id, SOMEBODY)
    assert answer.kind is AnswerKind.FAILED
    assert note.posted == []


async def test_scripts_of_intents_reloaded_in_between(
    assist: HomeAssistant,
    entry: MockConfigEntry,
    components: Components,
    kitchen: Speaker,
    anna: list[ServiceCall],
) -> None:
    """An intent script is held as it was said, and handled once by the script that is loaded then."""
    action = {"action": "notify.anna", "data": {"message": "{{ note }} is missing"}}
    config = {"intent_script": {"TellAnna": {"action": [action], "speech": {"text": "Told."}}}}
    assert await async_setup_component(assist, "intent_script", config)
    await teach(assist, "TellAnna", "complain about {note}")
    contact = next(iter(entry.subentries.values()))
    assist.config_entries.async_update_subentry(
        entry, contact, data={**contact.data, "aliases": ["TellAnna"]}
    )
    await choose(assist, entry, guarded_intents=["TellAnna"])
    question = await kitchen.turn("complain about milk")
    assert "To Anna: milk." in question
    assert anna == []
    path = assist.config.path("configuration.yaml")

    with patch_yaml_files({path: yaml.safe_dump(config)}):
        await assist.services.async_call("intent_script", "reload", {}, blocking=True)
    assert await kitchen.turn(PHRASE) == "Sent to Anna."
    assert [made.data["message"] for made in anna] == ["milk is missing"]


async def test_put_back_when_it_stops(
    assist: HomeAssistant, entry: MockConfigEntry, components: Components, note: PostNote
) -> None:
    """The handlers are as they were, a hundred times over."""
    handlers = assist.data[intent.DATA_KEY]
    for _ in range(100):
        components.intents.stop()
        assert all("async_handle" not in vars(handler) for handler in handlers.values())
        components.intents.start()
        assert "async_handle" in vars(note)
    await assist.config_entries.async_set_disabled_by(entry.entry_id, ConfigEntryDisabler.USER)
    assert all("async_handle" not in vars(handler) for handler in handlers.values())


async def test_transparent_when_somebody_wrapped_on_top(
    assist: HomeAssistant,
    entry: MockConfigEntry,
    components: Components,
    kitchen: Speaker,
    note: PostNote,
) -> None:
    """Theirs stays; ours lets everything through once it has stopped."""
    inner = note.async_handle

    async def theirs(intent_obj: intent.Intent) -> intent.IntentResponse:
        return await inner(intent_obj)

    note.async_handle = theirs  # type: ignore[method-assign]
    await kitchen.turn("post out of milk to anna")
    assert note.posted == []
    await kitchen.turn(PHRASE)
    assert note.posted == [("anna", "out of milk")]
    components.intents.stop()
    assert vars(note)["async_handle"] is theirs
    await kitchen.turn("post out of soap to anna")
    assert note.posted[1:] == [("anna", "out of soap")]


async def test_a_turn_survives_a_handler_that_cannot_be_wrapped(
    assist: HomeAssistant,
    entry: MockConfigEntry,
    components: Components,
    kitchen: Speaker,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It is logged, and the turn goes on; the guard can be unloaded."""

    class Slotted:
        __slots__ = ()
        intent_type = POST

    assist.data[intent.DATA_KEY][POST] = Slotted()  # type: ignore[assignment]
    with caplog.at_level(logging.ERROR):
        assert await kitchen.turn("what time is it")
        assert await assist.config_entries.async_unload(entry.entry_id)
    assert "could not be guarded" in caplog.text
    assert "An intent stays open" in caplog.text


class IntentAgent(conversation.ConversationEntity):
    """An agent that recognises an intent by itself, after the pipeline has not."""

    @property
    @override
    def supported_languages(self) -> list[str]:
        return ["en"]

    @override
    async def _async_handle_message(
        self, user_input: conversation.ConversationInput, chat_log: conversation.ChatLog
    ) -> conversation.ConversationResult:
        response = await intent.async_handle(
            self.hass,
            "test",
            POST,
            {"recipient": {"value": "Anna"}, "note": {"value": "no milk"}},
            user_input.text,
            user_input.context,
            "en",
            satellite_id=user_input.satellite_id,
        )
        return conversation.ConversationResult(response, chat_log.conversation_id)


async def test_the_microphone_opens_when_a_guarded_agent_answers_with_our_question(
    assist: HomeAssistant, components: Components, note: PostNote
) -> None:
    """The question came as an intent's speech; the agent itself would not listen."""
    agent = IntentAgent()
    agent.entity_id = "conversation.intents"
    component = assist.data[conversation.const.DATA_COMPONENT]
    await component.async_add_entities([agent])
    guarded = next(item for item in component.entities if "guard" in item.entity_id)
    guarded._engine = agent.entity_id
    result = await conversation.async_converse(
        assist, "milk", None, Context(), "en", guarded.entity_id
    )
    assert result.response.speech["plain"]["speech"] == only(components).question
    assert result.continue_conversation
    # Whatever stands in front of an agent cannot know that it is no model.
    challenge = only(components).challenge
    assert challenge is not None
    done = await conversation.async_converse(
        assist,
        min(challenge.expected),
        result.conversation_id,
        Context(),
        "en",
        guarded.entity_id,
    )
    assert done.response.speech["plain"]["speech"] == "Handed over to Anna."
    assert note.posted == [("Anna", "no milk")]


async def test_a_broadcast_reaches_whom_home_assistant_would_reach(assist: HomeAssistant) -> None:
    """Not satellites that cannot announce, nor phones, nor the one that was spoken to."""
    phones = MockConfigEntry(domain="voip")
    rooms = MockConfigEntry(domain="esphome")
    for made in (phones, rooms):
        made.add_to_hass(assist)
    device = dr.async_get(assist).async_get_or_create(
        config_entry_id=rooms.entry_id, identifiers={("esphome", "spoken to")}
    )
    announce = AssistSatelliteEntityFeature.ANNOUNCE
    for name, config_entry, features, device_id in (
        ("bedroom", rooms, announce, None),
        ("desk_phone", phones, announce, None),
        ("deaf", rooms, AssistSatelliteEntityFeature(0), None),
        ("spoken_to", rooms, announce, device.id),
    ):
        entity = er.async_get(assist).async_get_or_create(
            "assist_satellite",
            config_entry.domain,
            name,
            object_id_base=name,
            config_entry=config_entry,
            device_id=device_id,
            supported_features=features,
        )
        assist.states.async_set(entity.entity_id, "idle")
    assist.states.async_set("assist_satellite.unknown", "idle")
    found = reached_satellites(assist, device.id)
    assert [entity_id for entity_id in found if "bedroom" in entity_id] == list(found)
    assert len(found) == 1
