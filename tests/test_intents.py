"""Intents that send: held when the household chose them, and handled once on approval."""

from collections.abc import AsyncGenerator
import logging
from pathlib import Path
from typing import Any, override

from homeassistant.components import conversation
from homeassistant.components.assist_pipeline import async_get_pipelines
from homeassistant.components.assist_satellite import AssistSatelliteEntityFeature
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import Context, HomeAssistant, ServiceCall
from homeassistant.helpers import device_registry as dr, entity_registry as er, intent
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import load_yaml_dict
import probatio
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_mock_service,
    patch_yaml_files,
)
import yaml

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.core.answer import AnswerKind
from custom_components.message_guard.core.confirmation import Confirmation
from custom_components.message_guard.core.policy import Level
from custom_components.message_guard.holds import HoldsFullError
from custom_components.message_guard.records import Approver, Notice
from custom_components.message_guard.routes.broadcast import reached_satellites
from custom_components.message_guard.routes.intents import looks_like_message
from custom_components.message_guard.runtime import Works
from custom_components.message_guard.sentences import FOLDER
from tests.conftest import PHRASE, contact_data, options
from tests.misbehaving import Person, async_add_model, call, talk
from tests.speaker import Speaker, add_speaker

BROADCAST = "HassBroadcast"
POST = "PostNote"
SOMEBODY = Approver("somebody", "phone")


class PostNote(intent.IntentHandler):
    """Another integration's intent, which sends a note to somebody."""

    intent_type = POST
    description = "Post a note"

    def __init__(self) -> None:
        """Have posted nothing yet."""
        self.posted: list[tuple[str, str]] = []
        self.fails: Exception | None = None
        self.answers_with_error = False

    @property
    @override
    def slot_schema(self) -> dict[Any, Any]:
        return {probatio.Required("note"): str, probatio.Required("recipient"): str}

    @override
    async def async_handle(self, intent_obj: intent.Intent) -> intent.IntentResponse:
        if self.fails is not None:
            raise self.fails
        slots = intent_obj.slots
        self.posted.append((slots["recipient"]["value"], slots["note"]["value"]))
        response = intent_obj.create_response()
        response.async_set_speech("Posted.")
        if self.answers_with_error:
            response.async_set_error(intent.IntentResponseErrorCode.FAILED_TO_HANDLE, "No paper")
        return response


async def teach(hass: HomeAssistant, name: str, said: str) -> None:
    """Let Home Assistant's own agent recognise an intent."""
    folder = Path(hass.config.path("custom_sentences", "en"))
    lists = "lists:\n  note:\n    wildcard: true\n  recipient:\n    wildcard: true\n"
    data = f"language: en\nintents:\n  {name}:\n    data:\n      - sentences:\n          - {said}\n"

    def write() -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.yaml").write_text(data + lists)

    await hass.async_add_executor_job(write)


@pytest.fixture
async def kitchen(assist: HomeAssistant) -> Speaker:
    """Return a satellite that speaks to the preferred pipeline."""
    return await add_speaker(assist, "kitchen", piped=True)


@pytest.fixture
async def hall(assist: HomeAssistant) -> Speaker:
    """Return the other satellite of the house."""
    return await add_speaker(assist, "hall")


@pytest.fixture
def note(assist: HomeAssistant) -> PostNote:
    """Return an intent that posts notes."""
    handler = PostNote()
    intent.async_register(assist, handler)
    return handler


@pytest.fixture(autouse=True)
def anna(assist: HomeAssistant) -> list[ServiceCall]:
    """Return what Anna is sent."""
    return async_mock_service(assist, "notify", "anna")


@pytest.fixture
async def entry(
    assist: HomeAssistant, kitchen: Speaker, hall: Speaker, note: PostNote
) -> AsyncGenerator[MockConfigEntry]:
    """Return a guard of both intents, loaded."""
    await teach(assist, POST, "post {note} to {recipient}")
    satellites = [kitchen.entity_id, hall.entity_id]
    made = MockConfigEntry(
        domain=DOMAIN,
        options=options(assist, guarded_intents=[BROADCAST, POST, "NobodyHasIt"]),
        subentries_data=[
            contact_data("Anna"),
            contact_data("Everyone at home", channel="announcement", targets=satellites),
        ],
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


@pytest.fixture
def notices(works: Works) -> list[Notice]:
    """Return what is written down."""
    found: list[Notice] = []
    works.guard.subscribe(found.append)
    return found


async def choose(hass: HomeAssistant, entry: MockConfigEntry, **more: Any) -> None:
    """Change what the household chose."""
    hass.config_entries.async_update_entry(entry, options={**entry.options, **more})
    await hass.async_block_till_done()


def only(works: Works) -> Confirmation:
    """Return the one thing that waits."""
    (confirmation,) = works.guard.pending
    return confirmation


# --- the broadcast ------------------------------------------------------------------------------------


async def test_a_broadcast_is_free_unless_it_was_chosen(
    assist: HomeAssistant, entry: MockConfigEntry, kitchen: Speaker, hall: Speaker, works: Works
) -> None:
    """It stays in the house."""
    await choose(assist, entry, guarded_intents=[])
    await kitchen.turn("broadcast dinner is ready")
    assert hall.said == ["dinner is ready"]
    assert works.guard.pending == ()


async def test_a_chosen_broadcast_asks_and_is_made_once(
    works: Works, kitchen: Speaker, hall: Speaker, notices: list[Notice]
) -> None:
    """Its speech is our question; the phrase, after a second wake, lets it go as it was captured."""
    question = await kitchen.turn("broadcast dinner is ready")
    assert question == only(works).question
    assert "To Everyone at home: dinner is ready." in question
    assert hall.said == []
    answer = await kitchen.turn(PHRASE)
    assert answer == "Sent to Everyone at home."
    assert hall.said == ["dinner is ready"]
    assert await kitchen.turn(PHRASE) != answer
    assert hall.said == ["dinner is ready"]
    assert [notice.kind for notice in notices] == ["asked", "authorised", "delivered"]
    assert notices[0].request.held_call == f"intent:{BROADCAST}"


async def test_a_broadcast_goes_to_nobody_on_the_list(
    assist: HomeAssistant, works: Works, kitchen: Speaker, hall: Speaker
) -> None:
    """A satellite that no contact covers: the refusal names who would have heard it."""
    cellar = await add_speaker(assist, "cellar")
    answer = await kitchen.turn("broadcast dinner is ready")
    assert answer.startswith(
        "I can't send that: cellar, hall, kitchen is not one of your contacts."
    )
    assert works.guard.pending == ()
    assert hall.said == cellar.said == []


# --- any intent -----------------------------------------------------------------------------------------


async def test_any_chosen_intent_is_held_with_its_slots(
    works: Works, kitchen: Speaker, note: PostNote
) -> None:
    """The recipient comes from a slot, the words from another, and both are handled unchanged."""
    question = await kitchen.turn("post out of milk to anna")
    assert "To Anna: out of milk." in question
    assert note.posted == []
    assert await kitchen.turn(PHRASE) == "Sent to Anna."
    assert note.posted == [("anna", "out of milk")]


async def test_a_stranger_is_refused(works: Works, kitchen: Speaker, note: PostNote) -> None:
    """With what to do, and as an answer of Home Assistant's own."""
    assert "zoe is not one of your contacts" in await kitchen.turn("post hello to zoe")
    assert works.guard.pending == ()
    assert len(works.holds) == 0


@pytest.mark.parametrize("no", ["never mind", "cancel that", "no"])
async def test_declined_it_is_never_handled(
    works: Works, kitchen: Speaker, note: PostNote, no: str
) -> None:
    """And nothing is kept of it."""
    await kitchen.turn("post out of milk to anna")
    assert await kitchen.turn(no) == "Okay, I won't send it."
    await kitchen.turn(PHRASE)
    assert note.posted == []
    assert len(works.holds) == 0


async def test_an_intent_without_words_is_refused(
    assist: HomeAssistant, works: Works, anna: list[ServiceCall]
) -> None:
    """Nobody could be told what it would send; the name of the intent stands for the recipient."""
    response = await intent.async_handle(
        assist, "test", POST, {"recipient": {"value": "Anna"}}, "post it", language="en"
    )
    assert response.error_code is intent.IntentResponseErrorCode.FAILED_TO_HANDLE
    assert "empty" in response.speech["plain"]["speech"]
    slots = {"note": {"value": "hi"}}
    response = await intent.async_handle(assist, "test", POST, slots, "post it", language="en")
    assert POST in response.speech["plain"]["speech"]


async def test_what_no_slot_explains_is_named(
    assist: HomeAssistant, works: Works, note: PostNote
) -> None:
    """A person's own sentence may carry more; the question says so."""
    slots = {"recipient": "Anna", "note": "hi", "colour": "red", "preferred_area_id": "kitchen"}
    await intent.async_handle(
        assist,
        "test",
        POST,
        {name: {"value": value} for name, value in slots.items()},
        "post it",
        language="en",
        device_id="speaker",
    )
    assert "more that I can't read aloud" in only(works).question
    assert only(works).recipients[0].request.content.extras == {"colour": "red"}
    assert only(works).place == "device:speaker"


@pytest.mark.parametrize("error", [True, False])
async def test_a_handler_that_fails_is_said(
    works: Works, kitchen: Speaker, note: PostNote, notices: list[Notice], error: bool
) -> None:
    """Whether it raises or answers with an error."""
    note.fails = RuntimeError("no paper") if error else None
    note.answers_with_error = not error
    await kitchen.turn("post out of milk to anna")
    assert (await kitchen.turn(PHRASE)).startswith("I could not reach Anna.")
    assert notices[-1].kind == "failed"


async def test_where_no_proof_is_needed_the_handler_answers(
    assist: HomeAssistant, entry: MockConfigEntry, kitchen: Speaker, note: PostNote
) -> None:
    """In its own words."""
    await choose(assist, entry, default_level="none")
    assert await kitchen.turn("post out of milk to anna") == "Posted."
    assert note.posted == [("anna", "out of milk")]


async def test_observed_it_goes_through_and_is_written_down(
    assist: HomeAssistant,
    entry: MockConfigEntry,
    kitchen: Speaker,
    note: PostNote,
    notices: list[Notice],
) -> None:
    """Observe mode holds nothing."""
    await choose(assist, entry, observe=True)
    assert await kitchen.turn("post out of milk to anna") == "Posted."
    assert note.posted == [("anna", "out of milk")]
    await assist.async_block_till_done()
    assert [notice.kind for notice in notices] == ["observed"]


async def test_too_much_waits(
    works: Works, kitchen: Speaker, note: PostNote, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be kept is refused."""

    def full(*_: object) -> None:
        raise HoldsFullError("full")

    monkeypatch.setattr(works.holds, "put", full)
    assert "too many messages" in await kitchen.turn("post out of milk to anna")
    assert note.posted == []


async def test_a_guard_that_is_broken_posts_nothing(
    works: Works, kitchen: Speaker, note: PostNote, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Home Assistant says that it failed."""

    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(works.guard, "submit", broken)
    await kitchen.turn("post out of milk to anna")
    assert note.posted == []


# --- registered anew -------------------------------------------------------------------------------------


async def test_a_handler_registered_anew_is_held_from_the_next_turn_on(
    assist: HomeAssistant, works: Works, kitchen: Speaker, note: PostNote
) -> None:
    """Nothing tells that it was, so every turn looks."""
    newer = PostNote()
    intent.async_register(assist, newer)
    await kitchen.turn("post out of milk to anna")
    assert newer.posted == []
    await works.guard.approve(only(works).id, SOMEBODY)
    assert newer.posted == [("anna", "out of milk")]
    assert note.posted == []


async def test_a_handler_that_is_gone_by_then(
    assist: HomeAssistant, works: Works, kitchen: Speaker, note: PostNote
) -> None:
    """Nothing is sent, and that is said."""
    await kitchen.turn("post out of milk to anna")
    intent.async_remove(assist, POST)
    answer = await works.guard.approve(only(works).id, SOMEBODY)
    assert answer.kind is AnswerKind.FAILED
    assert note.posted == []


async def test_scripts_of_intents_reloaded_in_between(
    assist: HomeAssistant,
    entry: MockConfigEntry,
    works: Works,
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
    assist: HomeAssistant, entry: MockConfigEntry, works: Works, note: PostNote
) -> None:
    """The handlers are as they were, a hundred times over."""
    handlers = assist.data[intent.DATA_KEY]
    for _ in range(100):
        works.intents.stop()
        assert all("async_handle" not in vars(handler) for handler in handlers.values())
        works.intents.start()
        assert "async_handle" in vars(note)
    await assist.config_entries.async_unload(entry.entry_id)
    assert all("async_handle" not in vars(handler) for handler in handlers.values())


async def test_transparent_when_somebody_wrapped_on_top(
    assist: HomeAssistant, entry: MockConfigEntry, works: Works, kitchen: Speaker, note: PostNote
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
    works.intents.stop()
    assert vars(note)["async_handle"] is theirs
    await kitchen.turn("post out of soap to anna")
    assert note.posted[1:] == [("anna", "out of soap")]


async def test_a_turn_survives_a_handler_that_cannot_be_wrapped(
    assist: HomeAssistant, works: Works, kitchen: Speaker, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged, and the turn goes on."""

    class Slotted:
        __slots__ = ()
        intent_type = POST

    assist.data[intent.DATA_KEY][POST] = Slotted()  # type: ignore[assignment]
    with caplog.at_level(logging.ERROR):
        assert await kitchen.turn("what time is it")
    assert "could not be guarded" in caplog.text


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
    assist: HomeAssistant, works: Works, note: PostNote
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
    assert result.response.speech["plain"]["speech"] == only(works).question
    assert result.continue_conversation
    done = await conversation.async_converse(
        assist, PHRASE, result.conversation_id, Context(), "en", guarded.entity_id
    )
    assert done.response.speech["plain"]["speech"] == "Sent to Anna."
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


# --- models ------------------------------------------------------------------------------------------------


@pytest.fixture
async def person(assist: HomeAssistant, entry: MockConfigEntry) -> Person:
    """Return somebody who talks to a guarded model."""
    await choose(assist, entry, pipelines=[])
    person = await async_add_model(assist)
    pipelines = [pipeline.id for pipeline in async_get_pipelines(assist)]
    await choose(assist, entry, pipelines=pipelines)
    return person


async def test_a_model_that_broadcasts_waits(
    assist: HomeAssistant, entry: MockConfigEntry, person: Person, kitchen: Speaker, hall: Speaker
) -> None:
    """It sees an error, the person hears the question one level up, and the code lets it go."""
    works: Works = entry.runtime_data.works
    tool = f"assist_satellite__{BROADCAST}"
    heard = await person.say("call them", call(tool, message="dinner is ready"), talk("Done!"))
    assert heard.voice == only(works).question
    assert person.model.results[0].error
    assert "waits until a person" in str(person.model.results[0].data)
    assert only(works).level is Level.CODE
    assert kitchen.said == hall.said == []
    challenge = only(works).challenge
    assert challenge is not None
    await person.say(next(iter(challenge.expected)))
    assert kitchen.said == hall.said == ["dinner is ready"]


async def test_a_model_is_told_of_a_refusal(entry: MockConfigEntry, person: Person) -> None:
    """And the person hears why."""
    works: Works = entry.runtime_data.works
    works.guard.sending_allowed = False
    tool = f"assist_satellite__{BROADCAST}"
    heard = await person.say("call them", call(tool, message="dinner is ready"), talk("Done!"))
    assert heard.voice.startswith("Not sent: sending is switched off.")
    assert "could not let it through" in str(person.model.results[0].data)


async def test_a_model_cannot_say_never_mind(
    assist: HomeAssistant, works: Works, kitchen: Speaker, note: PostNote
) -> None:
    """Nor can anything else that has no words: only what somebody said ends a question."""
    await kitchen.turn("post out of milk to anna")
    await intent.async_handle(assist, "test", intent.INTENT_NEVERMIND, {}, language="en")
    assert len(works.guard.pending) == 1


# --- never mind ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("no", ["never mind", "nevermind", "cancel", "forget it"])
async def test_never_mind_after_a_fresh_wake_declines(
    works: Works, kitchen: Speaker, anna: list[ServiceCall], notices: list[Notice], no: str
) -> None:
    """Home Assistant answers it before any agent, and we are heard all the same."""
    await kitchen.turn("tell Anna that I am late")
    assert await kitchen.turn(no) == "Okay, I won't send it."
    assert works.guard.pending == ()
    await kitchen.turn(PHRASE)
    assert anna == []
    assert [notice.kind for notice in notices] == ["asked", "declined"]


@pytest.fixture
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let somebody ask more often than people do."""
    for limit in ("PLACE_LIMIT", "BURST_LIMIT"):
        monkeypatch.setattr(f"custom_components.message_guard.traffic.{limit}", 1000)


async def test_no_word_for_no_is_lost_to_home_assistant(
    unlimited: None, works: Works, kitchen: Speaker, anna: list[ServiceCall]
) -> None:
    """Each of ours, after a fresh wake, whichever of its own commands Home Assistant takes it for."""
    sentences = load_yaml_dict(str(FOLDER / "en.yaml"))
    lost = []
    for word in sentences["replies"]["decline"]:
        await kitchen.turn("tell Anna that I am late")
        assert only(works)
        await kitchen.turn(word)
        if works.guard.pending:
            lost.append(word)
    assert lost == []
    assert anna == []


async def test_never_mind_elsewhere_ends_nothing(
    assist: HomeAssistant, works: Works, kitchen: Speaker
) -> None:
    """It belongs to whoever was asked."""
    bedroom = await add_speaker(assist, "bedroom", piped=True)
    await kitchen.turn("tell Anna that I am late")
    assert await bedroom.turn("never mind") == ""
    assert len(works.guard.pending) == 1


async def test_never_mind_ends_a_message_without_words(
    works: Works, kitchen: Speaker, anna: list[ServiceCall]
) -> None:
    """What is said next is not the message."""
    await kitchen.turn("send a message to Anna")
    await kitchen.turn("never mind")
    await kitchen.turn("I wonder whether it rains tomorrow")
    assert works.guard.pending == ()


async def test_never_mind_works_when_we_do_not(
    works: Works, kitchen: Speaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is Home Assistant's own, and stays so."""

    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(works.dialogue, "forget", broken)
    assert await kitchen.turn("never mind") == ""


# --- suggesting ------------------------------------------------------------------------------------------------


class Named(intent.IntentHandler):
    """An intent by name, with or without slots."""

    def __init__(self, name: str, slots: dict[Any, Any] | None = None) -> None:
        """Be called so."""
        self.intent_type = name
        self._slots = slots

    @property
    @override
    def slot_schema(self) -> dict[Any, Any] | None:
        if self.intent_type == "Broken":
            raise RuntimeError
        return self._slots


@pytest.mark.parametrize(
    ("handler", "suggested"),
    [
        (Named("SendSms"), True),
        (Named(BROADCAST), True),
        (Named("Whisper", {probatio.Required("message"): str}), True),
        (Named("TurnOn", {probatio.Required("name"): str}), False),
        (Named("Nothing"), False),
        (Named("Broken"), False),
    ],
)
def test_what_looks_like_a_message(handler: Named, suggested: bool) -> None:
    """By its name or by its slots; a suggestion only."""
    assert looks_like_message(handler) is suggested
