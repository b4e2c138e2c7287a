"""Engines that write the household's phrase out of silence: found out by the form, and while the guard runs."""

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
from homeassistant.config_entries import ConfigEntry, ConfigFlow
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import (
    EVENT_DATA_ENTRY_FLOW_PROGRESSED,
    FlowResultType,
)
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockModule,
    MockPlatform,
    async_capture_events,
    async_fire_time_changed,
    mock_config_flow,
    mock_integration,
    mock_platform,
)

from custom_components.message_guard.config_flow import QUICK_SECONDS
from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.core.request import Content, Origin, Request, Route
from custom_components.message_guard.flows.ears import SHOWN_SECONDS
from custom_components.message_guard.home import ears
from custom_components.message_guard.home.ears_memory import AGAIN_SECONDS, VALID_SECONDS
from tests.conftest import PHRASE, contact_data, options
from tests.flow_forms import ENGLISH, Result, ids
from tests.hearing import Engine, nothing, of_noise, polite, prompted, raising
from tests.speaker import add_speaker


@pytest.fixture
def iot_class() -> str:
    """Return where the engine is."""
    return "local_polling"


@pytest.fixture
async def engine(assist: HomeAssistant, iot_class: str) -> Engine:
    """Return the engine that the preferred assistant hears with."""
    made = Engine(nothing)

    async def setup_entry(hass: HomeAssistant, entry: ConfigEntry) -> bool:
        await hass.config_entries.async_forward_entry_setups(entry, ["stt"])
        return True

    async def setup_platform(
        hass: HomeAssistant, entry: ConfigEntry, add: AddConfigEntryEntitiesCallback
    ) -> None:
        add([made])

    module = MockModule(
        "hearing", async_setup_entry=setup_entry, partial_manifest={"iot_class": iot_class}
    )
    mock_integration(assist, module)
    mock_platform(assist, "hearing.config_flow")
    mock_platform(assist, "hearing.stt", MockPlatform(async_setup_entry=setup_platform))
    entry = MockConfigEntry(domain="hearing", options={"prompt": ""})
    entry.add_to_hass(assist)
    with mock_config_flow("hearing", ConfigFlow):
        assert await assist.config_entries.async_setup(entry.entry_id)
    await assist.async_block_till_done()
    pipeline = async_get_pipeline(assist)
    await async_update_pipeline(assist, pipeline, stt_engine=made.entity_id, stt_language="en")
    return made


# --- at set-up --------------------------------------------------------------------------------------


async def fill_in(hass: HomeAssistant, form: Result | None = None, **entered: Any) -> Result:
    """Fill in the form."""
    flow = hass.config_entries.flow
    if form is None:
        form = dict(await flow.async_init(DOMAIN, context={"source": "user"}))
    level = entered.pop("default_level", "phrase")
    filled = {"pipelines": ids(hass), "phrase": PHRASE, "more": {"default_level": level}, **entered}
    return dict(await flow.async_configure(form["flow_id"], filled))


@pytest.mark.parametrize("writes", [prompted, of_noise])
async def test_an_engine_that_invents_the_phrase_is_found_at_set_up(
    assist: HomeAssistant, engine: Engine, writes: Callable[[bytes], str]
) -> None:
    """The form names it and what to look at; nothing was set up, and another way to confirm goes through."""
    engine.writes = writes
    again = await fill_in(assist)
    assert again["type"] is FlowResultType.FORM
    assert again["errors"] == {"phrase": "ears_invent"}
    assert again["description_placeholders"]["engines"] == "Whisper"
    assert assist.config_entries.async_entries(DOMAIN) == []
    done = await fill_in(assist, again, default_level="code")
    assert done["type"] is FlowResultType.CREATE_ENTRY


async def test_it_hears_two_seconds_of_silence_and_of_noise(
    assist: HomeAssistant, engine: Engine
) -> None:
    """In the format that satellites send."""
    assert (await fill_in(assist))["type"] is FlowResultType.CREATE_ENTRY
    silence, noise = engine.heard
    assert len(silence) == len(noise) == 2 * 16000 * 2
    assert not any(silence)
    assert any(noise)


@pytest.mark.parametrize("writes", [nothing, raising, polite])
async def test_other_engines_go_through(
    assist: HomeAssistant, engine: Engine, writes: Callable[[bytes], str]
) -> None:
    """One that fails tells nothing, and what is no proof is none here either."""
    engine.writes = writes
    assert (await fill_in(assist))["type"] is FlowResultType.CREATE_ENTRY


async def test_an_engine_that_hangs_does_not_hang_the_form(
    assist: HomeAssistant, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is left to itself, whether it lets itself be cancelled or not."""
    monkeypatch.setattr(ears, "PATIENCE", 0.01)
    engine.hangs = True
    done = await fill_in(assist)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    engine.hangs = False
    for task in asyncio.all_tasks():
        if task.get_name() == "message_guard listens to nothing":
            task.cancel()


async def test_what_is_quick_shows_no_progress(assist: HomeAssistant, engine: Engine) -> None:
    """A page that is told of the end before it has asked for it would wait for ever."""
    told = async_capture_events(assist, EVENT_DATA_ENTRY_FLOW_PROGRESSED)
    form = await assist.config_entries.flow.async_init(DOMAIN, context={"source": "user"})
    filled = {"pipelines": ids(assist), "phrase": PHRASE, "more": {"default_level": "phrase"}}
    done = await assist.config_entries.flow.async_configure(form["flow_id"], filled)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert told == []


async def test_a_progress_lasts_until_a_page_can_know_of_its_end(
    assist: HomeAssistant, engine: Engine
) -> None:
    """Also where the engine answers as soon as it is shown."""
    told = async_capture_events(assist, EVENT_DATA_ENTRY_FLOW_PROGRESSED)
    flow = assist.config_entries.flow
    engine.answers.clear()
    form = await flow.async_init(DOMAIN, context={"source": "user"})
    filled = {"pipelines": ids(assist), "phrase": PHRASE, "more": {"default_level": "phrase"}}
    submitted = assist.async_create_background_task(
        flow.async_configure(form["flow_id"], filled), "submit"
    )
    while not engine.heard:
        await asyncio.sleep(0)
    async_fire_time_changed(assist, dt_util.utcnow() + timedelta(seconds=QUICK_SECONDS + 1))
    shown = await submitted
    assert shown["type"] is FlowResultType.SHOW_PROGRESS
    assert shown["progress_action"] == "listening"
    assert shown["description_placeholders"] == {"engines": "Whisper"}
    engine.answers.set()
    while len(engine.heard) < 2:
        await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert told == []
    assert (await flow.async_configure(form["flow_id"]))["type"] is FlowResultType.SHOW_PROGRESS
    async_fire_time_changed(assist, dt_util.utcnow() + timedelta(seconds=SHOWN_SECONDS + 1))
    await assist.async_block_till_done()
    assert len(told) == 1
    done = await flow.async_configure(form["flow_id"])
    assert done["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize("iot_class", ["cloud_polling", "cloud_push"])
async def test_a_cloud_engine_is_asked_about_first(assist: HomeAssistant, engine: Engine) -> None:
    """It costs. Who does not want that is not asked again."""
    engine.writes = prompted
    form = dict(await assist.config_entries.flow.async_init(DOMAIN, context={"source": "user"}))
    assert form["description_placeholders"]["clouds"] == "Whisper"
    found = await fill_in(assist, form, try_cloud=True)
    assert found["errors"] == {"phrase": "ears_invent"}
    engine.heard.clear()
    done = await fill_in(assist, form, try_cloud=False)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await settle(assist)
    assert engine.heard == []
    assert issues(assist) == set()


async def test_a_local_engine_is_not_asked_about(assist: HomeAssistant, engine: Engine) -> None:
    """There is nothing to ask."""
    form = await assist.config_entries.flow.async_init(DOMAIN, context={"source": "user"})
    assert form["data_schema"] is not None
    assert "try_cloud" not in form["data_schema"].schema


# --- while it runs ------------------------------------------------------------------------------------


async def settle(hass: HomeAssistant, seconds: float = 30) -> None:
    """Let so much time go by, and then enough to look."""
    await hass.async_block_till_done()
    for passed in (seconds, seconds + 30):
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=passed))
        await hass.async_block_till_done(wait_background_tasks=True)


def issues(hass: HomeAssistant) -> set[str]:
    """Return what Repairs says about ears."""
    return {
        key
        for (domain, key), issue in ir.async_get(hass).issues.items()
        if domain == DOMAIN and key.startswith("ears_") and issue.active
    }


async def guarded(hass: HomeAssistant) -> MockConfigEntry:
    """Return a guarded home."""
    entry = MockConfigEntry(
        domain=DOMAIN, options=options(hass), subentries_data=[contact_data("Anna")]
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass)
    return entry


async def level(hass: HomeAssistant) -> tuple[str, str]:
    """Return what a message has to be confirmed by, and the question; "refused" where nothing here will do."""
    said = {"contact": "Anna", "message": "hi"}
    try:
        asked = await hass.services.async_call(
            DOMAIN, "send", said, blocking=True, return_response=True
        )
    except ServiceValidationError as error:
        return "refused", str(error)
    assert asked is not None
    (entry,) = hass.config_entries.async_loaded_entries(DOMAIN)
    (waiting,) = entry.runtime_data.components.guard.pending
    await hass.services.async_call(
        DOMAIN, "decline", {"confirmation_id": waiting.id}, blocking=True, return_response=True
    )
    await hass.async_block_till_done()
    return waiting.level.label, str(asked["text"])


async def set_engine(hass: HomeAssistant, **settings: str) -> None:
    """Change the settings of the engine, as its own form does."""
    (entry,) = hass.config_entries.async_entries("hearing")
    hass.config_entries.async_update_entry(entry, options=settings)
    await settle(hass)


async def test_a_change_of_the_engine_is_noticed(assist: HomeAssistant, engine: Engine) -> None:
    """Repairs tells, the phrase proves nothing any more, and the question says why."""
    await guarded(assist)
    assert issues(assist) == set()
    assert (await level(assist))[0] == "phrase"
    engine.writes = prompted
    await set_engine(assist, prompt=PHRASE)
    assert issues(assist) == {"ears_invent"}
    asked, question = await level(assist)
    assert asked == "code"
    assert "makes up replies" in question
    engine.writes = nothing
    await set_engine(assist, prompt="")
    # What it was like before that setting is remembered.
    assert issues(assist) == set()
    assert (await level(assist))[0] == "phrase"


async def test_other_ears_are_as_good_as_before(assist: HomeAssistant, engine: Engine) -> None:
    """A satellite that speaks to another assistant is not heard by the engine that invents."""
    preferred = async_get_pipeline(assist)
    store = assist.data[KEY_ASSIST_PIPELINE].pipeline_store
    settings = {key: value for key, value in preferred.to_json().items() if key != "id"}
    await store.async_create_item({**settings, "name": "Other", "stt_engine": "stt.good"})
    await add_speaker(assist, "here")
    there = await add_speaker(assist, "there")
    there._attr_pipeline_entity_id = "select.there"
    assist.states.async_set("select.there", "Other")
    engine.writes = prompted
    entry = await guarded(assist)

    def asked(**origin: str) -> str:
        request = Request(
            id="r",
            route=Route.SENTENCE,
            origin=Origin(language="en", **origin),  # type: ignore[arg-type]
            recipient="Anna",
            content=Content(body="hi"),
            created_at=0.0,
        )
        decisions = entry.runtime_data.components.guard.decisions
        return str(decisions.decide(request, decisions.facts(request)).level.label)

    assert asked(satellite_id="assist_satellite.here") == "code"
    assert asked(satellite_id="assist_satellite.there") == "phrase"
    assert asked(satellite_id="assist_satellite.unknown") == "code"
    assert asked(user_id="somebody") == "code"


async def test_it_is_tried_once(
    assist: HomeAssistant, engine: Engine, freezer: FrozenDateTimeFactory
) -> None:
    """Until something changes, or a week has gone by: not every setting can be seen from here."""
    entry = await guarded(assist)
    assert len(engine.heard) == 2
    assert await assist.config_entries.async_reload(entry.entry_id)
    await settle(assist)
    assert len(engine.heard) == 2
    freezer.tick(VALID_SECONDS + 1)
    await settle(assist, 7 * 3600)
    assert len(engine.heard) == 4


async def test_another_phrase_is_tried(assist: HomeAssistant, engine: Engine) -> None:
    """An engine that invents one phrase may not invent another."""
    engine.writes = prompted
    entry = await guarded(assist)
    assert issues(assist) == {"ears_invent"}
    assist.config_entries.async_update_entry(
        entry, options={**entry.options, "phrase": "let the pigeon fly home"}
    )
    await settle(assist)
    assert issues(assist) == set()
    assert (await level(assist))[0] == "phrase"


async def test_another_engine_is_tried(assist: HomeAssistant, engine: Engine) -> None:
    """An assistant without ears has none that invent."""
    engine.writes = prompted
    await guarded(assist)
    assert issues(assist) == {"ears_invent"}
    await async_update_pipeline(
        assist, async_get_pipeline(assist), stt_engine=None, stt_language=None
    )
    await settle(assist)
    assert issues(assist) == set()


@pytest.mark.parametrize("iot_class", ["cloud_polling"])
async def test_a_cloud_engine_is_tried_when_somebody_says_so(
    assist: HomeAssistant, engine: Engine
) -> None:
    """Repairs asks; submitting tries it, and tells."""
    engine.writes = prompted
    await guarded(assist)
    assert issues(assist) == {"ears_untried"}
    assert engine.heard == []
    await repair(assist, "ears_untried")
    assert issues(assist) == {"ears_invent"}
    engine.writes = nothing
    await repair(assist, "ears_invent")
    assert issues(assist) == set()


@pytest.mark.parametrize("iot_class", ["cloud_polling"])
async def test_it_can_be_ignored(assist: HomeAssistant, engine: Engine) -> None:
    """For good: also when it is looked again."""
    entry = await guarded(assist)
    await repair(assist, "ears_untried", "ignore")
    assert await assist.config_entries.async_reload(entry.entry_id)
    await settle(assist)
    assert issues(assist) == set()
    assert engine.heard == []


async def test_what_is_ignored_proves_nothing(assist: HomeAssistant, engine: Engine) -> None:
    """Somebody may live with codes, and need not be told every week."""
    engine.writes = prompted
    entry = await guarded(assist)
    await repair(assist, "ears_invent", "ignore")
    assert await assist.config_entries.async_reload(entry.entry_id)
    await settle(assist)
    assert issues(assist) == set()
    assert (await level(assist))[0] == "code"


async def test_an_engine_that_gives_no_answer_is_left_alone(
    assist: HomeAssistant, engine: Engine, freezer: FrozenDateTimeFactory
) -> None:
    """It tells nothing, and is tried again later."""
    engine.writes = raising
    await guarded(assist)
    assert issues(assist) == set()
    tried = len(engine.heard)
    await set_engine(assist, prompt="")
    assert len(engine.heard) == tried
    freezer.tick(AGAIN_SECONDS + 1)
    engine.writes = prompted
    await settle(assist, 7 * 3600)
    assert issues(assist) == {"ears_invent"}


async def repair(hass: HomeAssistant, issue_id: str, choice: str = "confirm") -> None:
    """Choose what Repairs offers about an issue."""
    assert await async_setup_component(hass, "repairs", {})
    manager = hass.data["repairs"]["flow_manager"]
    menu = await manager.async_init(DOMAIN, data={"issue_id": issue_id})
    assert menu["type"] is FlowResultType.MENU
    texts = ENGLISH["issues"][issue_id]["fix_flow"]["step"]["init"]
    assert set(menu["menu_options"]) == texts["menu_options"].keys()
    done = await manager.async_configure(menu["flow_id"], {"next_step_id": choice})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
