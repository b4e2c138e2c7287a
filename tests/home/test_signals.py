"""Risk signals: what the home knows, and what the question says about it."""

from dataclasses import replace
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.assist_pipeline import async_update_pipeline
from homeassistant.components.assist_pipeline.pipeline import async_get_pipeline
from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import async_mock_service

from custom_components.message_guard.core.level import Level
from custom_components.message_guard.core.request import Content, Origin, Request, Route
from custom_components.message_guard.core.rules import Signal
from custom_components.message_guard.home.satellites import WAKE_SECONDS, SatelliteWatch
from custom_components.message_guard.home.signals import (
    IDLE_WAKES,
    LONG_UTTERANCE,
    MEDIA_PLAYING,
    NOBODY_HOME,
    REPEATED_WAKES,
    Signals,
)
from tests.assist_home import Assist, entry, home, sent
from tests.guard_bench import Bench, bench, contact, household

__all__ = ["bench", "entry", "home", "sent"]

SATELLITE = "assist_satellite.kitchen"


def said(utterance: str = "tell Anna hello", **origin: Any) -> Request:
    """Return a sentence spoken in the kitchen."""
    found = Origin(**{"satellite_id": SATELLITE, "area_id": "kitchen", **origin})
    return Request(
        id="r",
        route=Route.SENTENCE,
        origin=replace(found, utterance=utterance),
        recipient="Anna",
        content=Content(body="hello"),
        created_at=0.0,
    )


@pytest.fixture
def watch(hass: HomeAssistant) -> SatelliteWatch:
    """Return a watch over satellites with a clock that stands still."""
    return SatelliteWatch(hass, hass.loop.time, *[lambda _satellite: None] * 3)


@pytest.fixture
def signals(hass: HomeAssistant, watch: SatelliteWatch) -> Signals:
    """Return the signals of a home."""
    return Signals(hass, watch)


async def test_a_quiet_home_has_none(signals: Signals) -> None:
    """Nothing plays, nobody is tracked, one short utterance."""
    assert signals.of(said()) == frozenset()


@pytest.mark.parametrize(
    ("room", "state", "area", "there"),
    [
        ("kitchen", "playing", "kitchen", True),
        ("kitchen", "paused", "kitchen", False),
        ("cellar", "playing", "kitchen", False),
        ("cellar", "playing", None, True),
        (None, "playing", "kitchen", True),
    ],
)
async def test_media_where_the_request_was_spoken(
    hass: HomeAssistant,
    signals: Signals,
    room: str | None,
    state: str,
    area: str | None,
    there: bool,
) -> None:
    """A player without an area may stand anywhere; so may whoever spoke."""
    player = er.async_get(hass).async_get_or_create("media_player", "test", "tv")
    if room is not None:
        made = ar.async_get(hass).async_get_or_create(room)
        er.async_get(hass).async_update_entity(player.entity_id, area_id=made.id)
    hass.states.async_set(player.entity_id, state)
    assert (MEDIA_PLAYING in signals.of(said(area_id=area))) is there


async def test_nobody_home(hass: HomeAssistant, signals: Signals) -> None:
    """Only where somebody is tracked; a person who is home is somebody."""
    hass.states.async_set("zone.home", "0")
    assert NOBODY_HOME not in signals.of(said())
    hass.states.async_set("person.anna", "not_home", {"device_trackers": ["device_tracker.a"]})
    assert NOBODY_HOME in signals.of(said())
    # Whoever is signed in is somebody, wherever that is.
    assert NOBODY_HOME not in signals.of(said(satellite_id=None, user_id="anna"))
    hass.states.async_set("zone.home", "1")
    assert NOBODY_HOME not in signals.of(said())


async def test_repeated_wakes(hass: HomeAssistant, watch: SatelliteWatch, signals: Signals) -> None:
    """Woken again and again without a request; a request makes them good."""
    stop = watch.start()
    for _ in range(IDLE_WAKES):
        assert REPEATED_WAKES not in signals.of(said())
        hass.states.async_set(SATELLITE, "listening")
        hass.states.async_set(SATELLITE, "idle")
    await hass.async_block_till_done()
    assert REPEATED_WAKES in signals.of(said())
    assert REPEATED_WAKES not in signals.of(said(satellite_id=None))
    watch.understood(SATELLITE)
    assert REPEATED_WAKES not in signals.of(said())
    stop()


@pytest.mark.parametrize("local", [True, False])
@pytest.mark.parametrize(
    ("command", "asks_for_more"),
    [("what time is it", False), ("turn on the kitchen light", False), ("my dog has fleas", True)],
)
@pytest.mark.usefixtures("entry", "sent")
async def test_commands_make_wakes_good(
    home: HomeAssistant, local: bool, command: str, asks_for_more: bool
) -> None:
    """Whoever tells the home to do something has not woken it for nothing, whichever agent has understood it."""
    pipeline = async_get_pipeline(home)
    await async_update_pipeline(home, pipeline, prefer_local_intents=local)
    async_mock_service(home, "light", "turn_on")
    assist = Assist(home)
    for _ in range(IDLE_WAKES - 1):
        home.states.async_set(SATELLITE, "listening")
        await assist.say(command, fresh=True, satellite_id=SATELLITE)
        home.states.async_set(SATELLITE, "idle")
    home.states.async_set(SATELLITE, "listening")
    question = await assist.say("tell Anna hello", fresh=True, satellite_id=SATELLITE)
    assert question.speech.startswith("I was woken several times") is asks_for_more


async def test_long_utterances(signals: Signals) -> None:
    """The length counts for sentences: an automation's message has none of its own."""
    long = "tell Anna " + "and then " * 30
    assert signals.of(said(long)) == {LONG_UTTERANCE}
    assert signals.of(replace(said(long), route=Route.ACTION)) == frozenset()
    assert LONG_UTTERANCE in signals.of(said("字" * 300))
    # What somebody has written in the app, no room was overheard with; what a satellite heard, it was.
    assert signals.of(said(long, satellite_id=None, user_id="anna")) == frozenset()
    assert signals.of(said(long, user_id="voip")) == {LONG_UTTERANCE}
    assert signals.of(said(long, satellite_id=None)) == {LONG_UTTERANCE}


async def test_wakes_are_forgotten(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    """After two minutes, and when the satellite is removed."""
    now = [0.0]
    watch = SatelliteWatch(hass, lambda: now[0], *[lambda _satellite: None] * 3)
    stop = watch.start()
    for _ in range(IDLE_WAKES):
        hass.states.async_set(SATELLITE, "listening")
        hass.states.async_set(SATELLITE, "idle")
    await hass.async_block_till_done()
    assert watch.idle_wakes(SATELLITE) == IDLE_WAKES
    now[0] = WAKE_SECONDS + 1
    assert watch.idle_wakes(SATELLITE) == 0
    now[0] = 1.0
    hass.states.async_remove(SATELLITE)
    await hass.async_block_till_done()
    assert watch.idle_wakes(SATELLITE) == 0
    assert watch.listening_since(SATELLITE) is None
    stop()


async def test_the_question_says_why_it_asks_for_more(bench: Bench) -> None:
    """In few words, before the message is read back."""
    bench.guard.household = household(contact("Anna"), rules=(Signal(LONG_UTTERANCE, Level.CODE),))
    bench.guard._home.watch(_Always(LONG_UTTERANCE), _Never())
    question = await bench.ask()
    assert question.text.startswith("That was long for a command")
    assert bench.guard.pending[0].level is Level.CODE


class _Always:
    """Signals that are always the same."""

    def __init__(self, *names: str) -> None:
        self.names = frozenset(names)

    def of(self, _request: Request) -> frozenset[str]:
        return self.names


class _Never:
    """Traffic that is never too much."""

    def full(self, _contact_id: str) -> bool:
        return False

    def admit(self, _requests: tuple[Request, ...]) -> bool:
        return True

    def reserve(self, _contact_ids: tuple[str, ...]) -> bool:
        return True


@pytest.mark.usefixtures("entry", "sent")
async def test_a_playing_television_asks_for_a_code(home: HomeAssistant) -> None:
    """Through the whole pipeline, with the level that a household has by default."""
    home.states.async_set("media_player.tv", "playing")
    question = await Assist(home).say("tell Anna that I am late")
    assert question.speech.startswith("Something is playing")


@pytest.mark.usefixtures("entry", "sent")
async def test_a_long_message_that_was_typed_needs_no_more_than_usual(home: HomeAssistant) -> None:
    """Through the whole pipeline: spoken it asks for a code, written by somebody who is signed in it does not."""
    long = "tell Anna that I am late because " + "the train waits and " * 12 + "nobody knows why"
    spoken = await Assist(home).say(long, satellite_id=SATELLITE)
    assert spoken.speech.startswith("That was long for a command")
    user = await home.auth.async_create_user("Mia")
    typed = await Assist(home).say(long, user_id=user.id)
    assert "long for a command" not in typed.speech
    assert "the train waits" in typed.speech
