"""The wake words of a home are learnt from its engines and satellites, beside the turns; who fails costs nothing."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable

from homeassistant.components.assist_satellite import (
    AssistSatelliteConfiguration,
    AssistSatelliteWakeWord,
)
from homeassistant.components.wake_word import DATA_COMPONENT
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.message_guard.home.wake_words import (
    LOOK_AGAIN,
    LOOK_SECONDS,
    PATIENCE,
    HomeWakeWords,
)
from custom_components.message_guard.recognition.sentences import async_load_languages
from tests.assist_home import home
from tests.clock import in_time, pass_time
from tests.speaker import add_speaker
from tests.wake_words import Engine

__all__ = ["home"]

type Cuts = Callable[[str], bool]


@pytest.fixture
async def words(hass: HomeAssistant) -> AsyncGenerator[HomeWakeWords]:
    """Return what learns in a home that can have engines."""
    assert await async_setup_component(hass, "wake_word", {})
    made = HomeWakeWords(hass, await async_load_languages(hass))
    stop = made.start()
    yield made
    stop()


async def add(hass: HomeAssistant, engine: Engine) -> Engine:
    """Put an engine into the home."""
    await hass.data[DATA_COMPONENT].async_add_entities([engine])
    return engine


@pytest.fixture
def cuts(words: HomeWakeWords) -> Cuts:
    """Return whether a wake word is cut off that was learnt."""
    return lambda name: words.in_front.behind(f"{name}, no") == ("no",)


async def test_an_engine_that_comes_is_asked(hass: HomeAssistant, cuts: Cuts) -> None:
    """The phrase of a model counts, else its name."""
    assert not cuts("Hey Kitchen")
    await add(hass, Engine(("model_7", "Hey Kitchen"), "okay_zorro_v0.1"))
    await in_time(lambda: cuts("Hey Kitchen"))
    assert cuts("Okay Zorro")
    assert not cuts("model 7")


async def test_one_that_is_there_at_the_start(hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, "wake_word", {})
    await add(hass, Engine("hey_kitchen"))
    words = HomeWakeWords(hass, await async_load_languages(hass))
    stop = words.start()
    await in_time(lambda: words.in_front.behind("Hey Kitchen, no"))
    stop()


async def test_a_satellite_tells_its_own(
    home: HomeAssistant, cuts: Cuts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When it comes, and when it comes back."""
    speaker = await add_speaker(home)
    await pass_time(2 * LOOK_SECONDS)
    word = AssistSatelliteWakeWord(id="1", wake_word="Hey Zorro", trained_languages=[])
    configured = AssistSatelliteConfiguration([word], ["1"], 1)
    monkeypatch.setattr(speaker, "async_get_configuration", lambda: configured)
    assert not cuts("Hey Zorro")
    home.states.async_set(speaker.entity_id, STATE_UNAVAILABLE)
    home.states.async_set(speaker.entity_id, "idle")
    await in_time(lambda: cuts("Hey Zorro"))


async def test_a_list_that_changes(hass: HomeAssistant, cuts: Cuts) -> None:
    """It is read again when the engine has heard something, and from time to time."""
    engine = await add(hass, Engine("hey_kitchen"))
    await in_time(lambda: cuts("Hey Kitchen"))
    engine.words = ["hey_zorro"]

    async def audio() -> AsyncIterator[tuple[bytes, int]]:
        yield b"", 0

    await engine.async_process_audio_stream(audio(), None)
    await in_time(lambda: cuts("Hey Zorro"))
    assert not cuts("Hey Kitchen")
    await pass_time(2 * LOOK_SECONDS)
    engine.words = ["hey_pluto"]
    async_fire_time_changed(hass, dt_util.utcnow() + LOOK_AGAIN)
    await in_time(lambda: cuts("Hey Pluto"))


async def test_one_that_goes_takes_its_words_along(hass: HomeAssistant, cuts: Cuts) -> None:
    engine = await add(hass, Engine("hey_kitchen"))
    await in_time(lambda: cuts("Hey Kitchen"))
    await engine.async_remove()
    await in_time(lambda: not cuts("Hey Kitchen"))


async def test_one_that_fails_or_hangs_costs_the_others_nothing(
    hass: HomeAssistant, words: HomeWakeWords, cuts: Cuts
) -> None:
    """And itself nothing that it has told before."""
    broken, slow = Engine("hey_zorro", name="a"), Engine("hey_pluto", name="b")
    for engine in (broken, slow, Engine("hey_kitchen", name="c")):
        await add(hass, engine)
    await in_time(lambda: all(map(cuts, ("Hey Zorro", "Hey Pluto", "Hey Kitchen"))))
    broken.failure, slow.hangs = ValueError("no"), asyncio.Event()
    slow.words = ["hey_other"]
    looking = hass.async_create_task(words.look())
    await pass_time(PATIENCE + 1)
    assert looking.done()
    assert all(map(cuts, ("Hey Zorro", "Hey Pluto", "Hey Kitchen")))


@pytest.mark.parametrize("told", [[None], [object()], 7, None])
async def test_what_is_no_list_of_words(
    hass: HomeAssistant, cuts: Cuts, monkeypatch: pytest.MonkeyPatch, told: object
) -> None:
    engine = Engine(name="a")

    async def nonsense() -> object:
        return told

    monkeypatch.setattr(engine, "get_supported_wake_words", nonsense)
    await add(hass, engine)
    await add(hass, Engine("hey_kitchen", name="b"))
    await in_time(lambda: cuts("Hey Kitchen"))


async def test_many_changes_are_one_look(hass: HomeAssistant, cuts: Cuts) -> None:
    engine = await add(hass, Engine("hey_kitchen"))
    await in_time(lambda: cuts("Hey Kitchen"))
    await pass_time(2 * LOOK_SECONDS)
    before = engine.asked
    for number in range(50):
        hass.states.async_set(engine.entity_id, str(number))
    await pass_time(3 * LOOK_SECONDS)
    assert engine.asked - before == 2


async def test_what_is_learnt_is_not_pronounced(hass: HomeAssistant, words: HomeWakeWords) -> None:
    await add(hass, Engine("hey_zorro"))
    await in_time(lambda: words.unspoken().heard_in("Zorro, open the door"))
