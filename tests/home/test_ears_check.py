"""The whole check of a house's speech recognition: by an action, in Configure, and what follows from it."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.assist_pipeline import async_update_pipeline
from homeassistant.components.assist_pipeline.pipeline import (
    KEY_ASSIST_PIPELINE,
    async_get_pipeline,
)
from homeassistant.core import Context, HomeAssistant
from homeassistant.data_entry_flow import EVENT_DATA_ENTRY_FLOW_PROGRESS_UPDATE, FlowResultType
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockUser,
    async_capture_events,
    async_fire_time_changed,
)

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.flows.ears import SHOWN_SECONDS
from custom_components.message_guard.home.ear_sounds import Sound, samples
from custom_components.message_guard.home.ears_memory import VALID_SECONDS
from tests.conftest import PHRASE
from tests.flow_forms import Result
from tests.hearing import VOICE, Engine, add_voice, nothing, polite, prompted, raising
from tests.home.test_ears import engine, guarded, iot_class, issues, level, repair, settle

__all__ = ["engine", "iot_class"]


async def check(hass: HomeAssistant, **data: Any) -> list[Any]:
    """Check by the action; return what it tells of the engines."""
    (entry,) = hass.config_entries.async_loaded_entries(DOMAIN)
    assert entry.runtime_data.components is not None
    admin = next(user for user in await hass.auth.async_get_users() if user.is_admin)
    found = await hass.services.async_call(
        DOMAIN,
        "check_ears",
        data,
        blocking=True,
        return_response=True,
        context=Context(user_id=admin.id),
    )
    await hass.async_block_till_done()
    assert found is not None
    engines = found["engines"]
    assert isinstance(engines, list)
    return engines


@pytest.mark.parametrize(
    ("text", "taken_for", "issue", "asked"),
    [
        ("Yes, send the message.", "phrase", "ears_invent", "code"),
        ("The answer is 57.", "code", "ears_invent_code", "refused"),
        ("Please send 57.", "code", "ears_invent_code", "refused"),
        ("Send a message to Anna saying hello.", "request", "ears_invent_request", "code"),
        ("No.", "no", "ears_invent_no", "phrase"),
        ("Thank you.", "nothing", None, "phrase"),
        ("[Music]", "nothing", None, "phrase"),
    ],
)
async def test_what_is_made_up_confirms_nothing_until_it_is_mended(
    assist: HomeAssistant,
    engine: Engine,
    hass_admin_user: MockUser,
    text: str,
    taken_for: str,
    issue: str | None,
    asked: str,
) -> None:
    """Silence and noise tell nothing here; only the whole check finds it, and it stays found."""
    await guarded(assist)
    engine.writes = lambda sound: text if sound == samples(Sound.HUM) else ""
    (told,) = await check(assist)
    assert told["made_up"] == taken_for
    assert [one["sound"] for one in told["heard"]] == ["silence", "noise", "hum", "chords"]
    assert [one["text"] for one in told["heard"]] == ["", "", text, ""]
    assert issues(assist) == ({issue} if issue else set())
    assert (await level(assist))[0] == asked
    engine.writes = nothing
    (told,) = await check(assist)
    assert told["made_up"] == "nothing"
    assert issues(assist) == set()
    assert (await level(assist))[0] == "phrase"


async def test_what_was_found_by_the_whole_check_is_tried_by_the_whole_again(
    assist: HomeAssistant,
    engine: Engine,
    hass_admin_user: MockUser,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A week later, silence and noise alone would tell that all is well."""
    await guarded(assist)
    engine.writes = lambda sound: PHRASE if sound == samples(Sound.CHORDS) else ""
    await check(assist)
    freezer.tick(VALID_SECONDS + 1)
    engine.heard.clear()
    await settle(assist, 7 * 3600)
    assert len(engine.heard) == 4
    assert issues(assist) == {"ears_invent"}


async def test_no_answer_makes_it_no_better(
    assist: HomeAssistant, engine: Engine, hass_admin_user: MockUser
) -> None:
    """Nor does it make it worse."""
    await guarded(assist)
    engine.writes = prompted
    await check(assist)
    engine.writes = raising
    (told,) = await check(assist)
    assert told["made_up"] == "unknown"
    assert issues(assist) == {"ears_invent"}


async def test_a_code_that_is_made_up_can_be_ignored_and_told_again(
    assist: HomeAssistant, engine: Engine, hass_admin_user: MockUser
) -> None:
    """It goes on proving nothing."""
    entry = await guarded(assist)
    engine.writes = lambda _sound: "The answer is 57."
    await check(assist)
    await repair(assist, "ears_invent_code", "ignore")
    assert issues(assist) == set()
    assert (await level(assist))[0] == "refused"
    watch = entry.runtime_data.components.ears
    (key,) = await watch.ignored()
    assert (await watch.ignored())[key][0] == "ears_invent_code"
    await watch.tell_again({key})
    await settle(assist)
    assert issues(assist) == {"ears_invent_code"}


@pytest.mark.parametrize("iot_class", ["cloud_polling"])
async def test_a_cloud_engine_is_checked_when_that_is_said(
    assist: HomeAssistant, engine: Engine, hass_admin_user: MockUser
) -> None:
    """It costs."""
    await guarded(assist)
    assert await check(assist) == []
    assert engine.heard == []
    assert len(await check(assist, cloud=True)) == 1
    assert len(engine.heard) == 4


async def test_the_houses_own_voice_asks_a_question(
    assist: HomeAssistant, engine: Engine, hass_admin_user: MockUser
) -> None:
    """As the assistant's voice says it; what the engine writes of that is an echo, unless it is a proof."""
    await add_voice(assist)
    await async_update_pipeline(
        assist, async_get_pipeline(assist), tts_engine="tts.voice", tts_language="en"
    )
    await guarded(assist)
    question = "To Anna: No message is waiting. It goes out when you say your phrase."
    engine.writes = lambda sound: question if sound == VOICE else ""
    (told,) = await check(assist)
    assert told["heard"][-1] == {"sound": "voice", "text": question, "made_up": "nothing"}
    engine.writes = lambda sound: PHRASE if sound == VOICE else ""
    (told,) = await check(assist)
    assert told["made_up"] == "phrase"


@pytest.mark.parametrize(("voice", "says"), [("clear", True), ("hoarse", False)])
async def test_a_voice_that_fails_is_left_out(
    assist: HomeAssistant, engine: Engine, hass_admin_user: MockUser, voice: str, says: bool
) -> None:
    """What has no word in it is tried all the same."""
    await add_voice(assist)
    await async_update_pipeline(
        assist,
        async_get_pipeline(assist),
        tts_engine="tts.voice",
        tts_language="en",
        tts_voice=voice,
    )
    await guarded(assist)
    (told,) = await check(assist)
    sounds = ["silence", "noise", "hum", "chords"]
    assert [one["sound"] for one in told["heard"]] == [*sounds, *(["voice"] if says else [])]


async def test_it_is_checked_in_configure(assist: HomeAssistant, engine: Engine) -> None:
    """With progress; the result says what was written."""
    entry = await guarded(assist)
    engine.writes = prompted
    told = async_capture_events(assist, EVENT_DATA_ENTRY_FLOW_PROGRESS_UPDATE)
    flow = assist.config_entries.options
    menu = await flow.async_init(entry.entry_id)
    form = await flow.async_configure(menu["flow_id"], {"next_step_id": "ears"})
    assert form["step_id"] == "ears"
    assert form["description_placeholders"]["engines"] == "Whisper"
    shown = await flow.async_configure(menu["flow_id"], {})
    assert shown["type"] is FlowResultType.SHOW_PROGRESS
    done = await ended(assist, menu["flow_id"])
    assert done["step_id"] == "ears_invented"
    assert done["description_placeholders"] == {"texts": "“Yes, send the message.”"}
    assert [event.data["progress"] for event in told][-1] >= 0.8
    assert issues(assist) == {"ears_invent"}
    saved = await flow.async_configure(menu["flow_id"], {})
    assert saved["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("writes", "step"), [(nothing, "ears_fine"), (polite, "ears_fine"), (raising, "ears_none")]
)
async def test_configure_says_that_nothing_was_made_up(
    assist: HomeAssistant, engine: Engine, writes: Callable[[bytes], str], step: str
) -> None:
    """Or that nothing has answered."""
    entry = await guarded(assist)
    engine.writes = writes
    flow = assist.config_entries.options
    menu = await flow.async_init(entry.entry_id)
    await flow.async_configure(menu["flow_id"], {"next_step_id": "ears"})
    await flow.async_configure(menu["flow_id"], {})
    assert (await ended(assist, menu["flow_id"]))["step_id"] == step


async def test_closing_the_dialogue_stops_it(assist: HomeAssistant, engine: Engine) -> None:
    """Nothing is remembered of what was not finished."""
    entry = await guarded(assist)
    engine.heard.clear()
    engine.answers.clear()
    flow = assist.config_entries.options
    menu = await flow.async_init(entry.entry_id)
    await flow.async_configure(menu["flow_id"], {"next_step_id": "ears"})
    await flow.async_configure(menu["flow_id"], {})
    while not engine.heard:
        await asyncio.sleep(0)
    flow.async_abort(menu["flow_id"])
    engine.answers.set()
    await settle(assist)
    assert len(engine.heard) == 1


@pytest.mark.parametrize("iot_class", ["cloud_polling"])
async def test_configure_asks_about_a_cloud_engine(assist: HomeAssistant, engine: Engine) -> None:
    """There is nothing else to check here."""
    entry = await guarded(assist)
    flow = assist.config_entries.options
    menu = await flow.async_init(entry.entry_id)
    form = await flow.async_configure(menu["flow_id"], {"next_step_id": "ears"})
    assert form["description_placeholders"]["clouds"] == "Whisper"
    none = await flow.async_configure(menu["flow_id"], {"cloud": False})
    assert none["step_id"] == "ears_none"
    assert engine.heard == []


async def ended(hass: HomeAssistant, flow_id: str) -> Result:
    """Let the time pass for which a progress is shown, and return what follows."""
    flow = hass.config_entries.options
    shown = dict(await flow.async_configure(flow_id))
    while shown["type"] is FlowResultType.SHOW_PROGRESS:
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=SHOWN_SECONDS + 1))
        await asyncio.sleep(0.02)
        shown = dict(await flow.async_configure(flow_id))
    return shown


@pytest.mark.parametrize(
    "made_up", [{"en": PHRASE, "de": "Nein."}, {"en": "No.", "de": PHRASE}], ids=["first", "last"]
)
async def test_one_engine_in_two_languages(
    assist: HomeAssistant, engine: Engine, hass_admin_user: MockUser, made_up: dict[str, str]
) -> None:
    """What it makes up in one of them counts, whatever it makes up in the other."""
    engine.supported_languages = ("en", "de")
    preferred = async_get_pipeline(assist)
    store = assist.data[KEY_ASSIST_PIPELINE].pipeline_store
    settings = {key: value for key, value in preferred.to_json().items() if key != "id"}
    german = {"name": "German", "language": "de", "stt_language": "de"}
    await store.async_create_item({**settings, **german})
    engine.writes = lambda _sound: made_up[engine.language]
    await guarded(assist)
    assert issues(assist) == {"ears_invent", "ears_invent_no"}
    assert (await level(assist))[0] == "code"


async def test_no_answer_makes_an_engine_no_better(
    assist: HomeAssistant, engine: Engine, freezer: FrozenDateTimeFactory
) -> None:
    """What it made up counts until it was heard to make up nothing, though that was long ago."""
    engine.writes = prompted
    await guarded(assist)
    freezer.tick(VALID_SECONDS + 1)
    engine.writes = raising
    await settle(assist, 7 * 3600)
    assert (await level(assist))[0] == "code"
    engine.writes = nothing
    freezer.tick(7 * 3600)
    await settle(assist, 7 * 3600)
    assert (await level(assist))[0] == "phrase"
