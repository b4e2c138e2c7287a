"""Intents that models call, and "never mind", which Home Assistant would take for its own."""

from homeassistant.components import conversation
from homeassistant.components.assist_pipeline import async_get_pipelines
from homeassistant.core import Context, HomeAssistant, ServiceCall
from homeassistant.helpers import intent
from homeassistant.util.yaml import load_yaml_dict
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.message_guard.core.answer import Answer
from custom_components.message_guard.core.level import Level
from custom_components.message_guard.guarding.records import Notice
from custom_components.message_guard.recognition.sentences import FOLDER
from custom_components.message_guard.runtime import Components
from tests.clock import pass_time, until
from tests.conftest import PHRASE
from tests.misbehaving import Person, async_add_model, call, talk
from tests.posting import (
    BROADCAST,
    PostNote,
    anna,
    choose,
    components,
    entry,
    hall,
    kitchen,
    note,
    notices,
    only,
)
from tests.speaker import Speaker, add_speaker

__all__ = ["anna", "components", "entry", "hall", "kitchen", "note", "notices"]


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
    components: Components = entry.runtime_data.components
    tool = f"assist_satellite__{BROADCAST}"
    heard = await person.say("call them", call(tool, message="dinner is ready"), talk("Done!"))
    assert heard.voice == only(components).question
    assert person.model.results[0].error
    assert "waits until a person" in str(person.model.results[0].data)
    assert only(components).level is Level.CODE
    assert kitchen.said == hall.said == []
    challenge = only(components).challenge
    assert challenge is not None
    await person.say(next(iter(challenge.expected)))
    assert kitchen.said == hall.said == ["dinner is ready"]


async def test_a_model_is_told_of_a_refusal(entry: MockConfigEntry, person: Person) -> None:
    """And the person hears why."""
    components: Components = entry.runtime_data.components
    components.guard.sending_allowed = False
    tool = f"assist_satellite__{BROADCAST}"
    heard = await person.say("call them", call(tool, message="dinner is ready"), talk("Done!"))
    assert heard.voice.startswith("Not sent: sending is switched off.")
    assert "could not let it through" in str(person.model.results[0].data)


async def test_a_model_cannot_say_never_mind(
    assist: HomeAssistant, components: Components, kitchen: Speaker, note: PostNote
) -> None:
    """Nor can anything else that has no words: only what somebody said ends a question."""
    await kitchen.turn("post out of milk to anna")
    await intent.async_handle(assist, "test", intent.INTENT_NEVERMIND, {}, language="en")
    assert len(components.guard.pending) == 1


# --- never mind ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("no", ["never mind", "nevermind", "cancel", "forget it"])
async def test_never_mind_after_a_fresh_wake_declines(
    components: Components,
    kitchen: Speaker,
    anna: list[ServiceCall],
    notices: list[Notice],
    no: str,
) -> None:
    """Home Assistant answers it before any agent, and we are heard all the same."""
    await kitchen.turn("tell Anna that I am late")
    assert await kitchen.turn(no) == "Okay, I won't send it."
    assert components.guard.pending == ()
    await kitchen.turn(PHRASE)
    assert anna == []
    assert [notice.kind for notice in notices] == ["asked", "declined"]


@pytest.fixture
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let somebody ask more often than people do."""
    for limit in ("PLACE_LIMIT", "BURST_LIMIT"):
        monkeypatch.setattr(f"custom_components.message_guard.home.traffic.{limit}", 1000)


async def test_no_word_for_no_is_lost_to_home_assistant(
    unlimited: None, components: Components, kitchen: Speaker, anna: list[ServiceCall]
) -> None:
    """Each of ours, after a fresh wake, whichever of its own commands Home Assistant takes it for."""
    sentences = load_yaml_dict(str(FOLDER / "en.yaml"))
    lost = []
    for word in sentences["replies"]["decline"]:
        await kitchen.turn("tell Anna that I am late")
        assert only(components)
        await kitchen.turn(word)
        if components.guard.pending:
            lost.append(word)
    assert lost == []
    assert anna == []


async def test_never_mind_elsewhere_ends_nothing(
    assist: HomeAssistant, components: Components, kitchen: Speaker
) -> None:
    """It belongs to whoever was asked."""
    bedroom = await add_speaker(assist, "bedroom", piped=True)
    await kitchen.turn("tell Anna that I am late")
    assert await bedroom.turn("never mind") == ""
    assert len(components.guard.pending) == 1


async def test_never_mind_ends_a_message_without_words(
    components: Components, kitchen: Speaker, anna: list[ServiceCall]
) -> None:
    """What is said next is not the message."""
    await kitchen.turn("send a message to Anna")
    await kitchen.turn("never mind")
    await kitchen.turn("I wonder whether it rains tomorrow")
    assert components.guard.pending == ()


async def test_never_mind_works_when_we_do_not(
    components: Components, kitchen: Speaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is Home Assistant's own, and stays so."""

    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(components.dialogue, "forget", broken)
    assert await kitchen.turn("never mind") == ""


# --- timers ------------------------------------------------------------------------------------------------


async def test_a_delayed_sentence_is_asked_about_afterwards(
    assist: HomeAssistant, components: Components, note: PostNote
) -> None:
    """Nobody hears what is answered to a timer: so the question has not been asked yet."""
    told: list[Answer] = []
    components.actions.on_unasked = lambda answer, _turn: told.append(answer)
    await conversation.async_converse(
        assist, "in 20 seconds post hello to Anna", None, Context(), "en", device_id="speaker"
    )
    await pass_time(20)
    await until(lambda: told)
    waiting = only(components)
    assert (waiting.given, waiting.heard_at) == (False, None)
    assert told[0].confirmation_id == waiting.id
    assert note.posted == []
