"""The dialogue by itself: late proofs, strangers without words, microphones opened by hand."""

from dataclasses import replace
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.assist_satellite import AssistSatelliteEntityFeature
from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar, device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.message_guard.assist.dialogue import Dialogue
from custom_components.message_guard.assist.drafts import REOPEN_SECONDS
from custom_components.message_guard.core.answer import Answer, AnswerKind
from custom_components.message_guard.core.request import Origin
from custom_components.message_guard.home.origin import area_of
from custom_components.message_guard.home.satellites import SatelliteWatch
from custom_components.message_guard.recognition.sentences import async_load_languages
from tests.guard_bench import KITCHEN, PHRASE, Bench, bench

__all__ = ["bench"]


@pytest.fixture
async def dialogue(hass: HomeAssistant, bench: Bench) -> Dialogue:
    """Return a dialogue with the guard on the bench."""
    home: Any = bench.guard._home
    watch = SatelliteWatch(hass, home.now, *[lambda _satellite: None] * 3)
    return Dialogue(bench.guard, await async_load_languages(hass), home, watch)


async def take(dialogue: Dialogue, utterance: str, origin: Origin) -> Answer | None:
    """Read an utterance and do what it asks for."""
    return await dialogue.act(dialogue.read(utterance, origin), origin)


async def test_the_phrase_with_nothing_to_prove(dialogue: Dialogue) -> None:
    """Is answered here and given to nobody else."""
    answer = await take(dialogue, PHRASE, KITCHEN)
    assert answer is not None
    assert answer.kind is AnswerKind.INFORMED


async def test_a_stranger_is_refused_before_the_words_are_asked_for(dialogue: Dialogue) -> None:
    """Nobody dictates a message that cannot be sent."""
    answer = await take(dialogue, "send a message to Zoe", KITCHEN)
    assert answer is not None
    assert answer.kind is AnswerKind.REFUSED
    assert "unknown_recipient" in answer.reasons


@pytest.mark.parametrize(("later", "expected"), [(1.0, True), (REOPEN_SECONDS + 1, False)])
async def test_a_microphone_that_opens_late_was_opened_by_hand(
    bench: Bench, dialogue: Dialogue, later: float, expected: bool
) -> None:
    """What is said into it may be for somebody else."""
    await bench.ask()
    (waiting,) = bench.guard.pending
    bench.guard._pending.update(replace(waiting, reopens=True))
    assert waiting.heard_at is not None
    watch: Any = dialogue._satellites
    watch._listening_since[KITCHEN.satellite_id] = waiting.heard_at + later
    assert dialogue.expects_reply(KITCHEN) is expected
    assert not dialogue.expects_reply(replace(KITCHEN, conversation_id="another"))


async def test_the_words_are_taken_in_the_same_conversation_only(
    bench: Bench, dialogue: Dialogue
) -> None:
    """Somebody else who wakes it afresh says something else; the draft is gone then."""
    await take(dialogue, "send a message to Anna", KITCHEN)
    elsewhere = replace(KITCHEN, conversation_id="another")
    assert await take(dialogue, "what is the weather tomorrow", elsewhere) is None
    assert await take(dialogue, "I am late", KITCHEN) is None
    assert bench.notices == []
    await take(dialogue, "send a message to Anna", KITCHEN)
    answer = await take(dialogue, "I am late", KITCHEN)
    assert answer is not None
    assert answer.kind is AnswerKind.ASKED


@pytest.mark.parametrize(
    ("can_reopen", "later", "taken"),
    [(True, 4.0, True), (True, REOPEN_SECONDS + 1, False), (False, REOPEN_SECONDS + 1, True)],
    ids=["reopened", "woken by hand", "has to be woken"],
)
async def test_the_words_come_through_the_microphone_that_was_left_open(
    hass: HomeAssistant,
    dialogue: Dialogue,
    freezer: FrozenDateTimeFactory,
    can_reopen: bool,
    later: float,
    taken: bool,
) -> None:
    """Where it opens by itself; a satellite keeps its conversation after a fresh wake, too."""
    assert KITCHEN.satellite_id is not None
    features = AssistSatelliteEntityFeature.ANNOUNCE
    if can_reopen:
        features |= AssistSatelliteEntityFeature.START_CONVERSATION
    hass.states.async_set(KITCHEN.satellite_id, "idle", {"supported_features": features})
    await take(dialogue, "send a message to Anna", KITCHEN)
    freezer.tick(later)
    watch: Any = dialogue._satellites
    watch._listening_since[KITCHEN.satellite_id] = dialogue._home.now()
    answer = await take(dialogue, "I am late", KITCHEN)
    assert (answer is not None) is taken


async def test_the_area_of_a_device(hass: HomeAssistant) -> None:
    """A speaker that is no entity has one as well; what is unknown has none."""
    entry = MockConfigEntry(domain="test")
    entry.add_to_hass(hass)
    devices = dr.async_get(hass)
    device = devices.async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={("test", "1")}
    )
    area = ar.async_get(hass).async_get_or_create("kitchen")
    devices.async_update_device(device.id, area_id=area.id)
    assert area_of(hass, None, device.id) == area.id
    assert area_of(hass, "assist_satellite.gone", device.id) == area.id
    assert area_of(hass, None, "gone") is None
    assert area_of(hass, None, None) is None
