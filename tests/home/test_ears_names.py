"""How the household's own speech recognition writes a name is offered when a contact is added."""

from pathlib import Path

from homeassistant.components.assist_pipeline import async_update_pipeline
from homeassistant.components.assist_pipeline.pipeline import async_get_pipeline
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.message_guard.home import ears_names
from tests.assist_home import Assist
from tests.contact_forms import contact_called, contact_form, details, places
from tests.flow_forms import Result, answer, every_text_is_there
from tests.hearing import VOICE, Engine, add_voice, raising
from tests.home.test_ears import engine, guarded, iot_class

__all__ = ["engine", "every_text_is_there", "iot_class"]


def niam(sound: bytes) -> str:
    """Write what Whisper writes for Niamh, and of noise nothing."""
    return "For example, say: Tell Niam that dinner is ready." if sound == VOICE else ""


async def with_voice(hass: HomeAssistant, where: str = "local_polling") -> MockConfigEntry:
    """Return a guarded home whose assistant has a voice."""
    await add_voice(hass, where)
    pipeline = async_get_pipeline(hass)
    await async_update_pipeline(hass, pipeline, tts_engine="tts.voice", tts_language="en")
    return await guarded(hass)


async def add(hass: HomeAssistant, entry: MockConfigEntry, name: str) -> Result:
    """Add a contact in the form; returns what it shows next."""
    places(hass)
    form = await contact_form(hass, entry)
    return await answer(hass, form, details(name, "notify_entity|notify.bob"))


def offered(form: Result) -> list[str]:
    """Return the spellings that a form offers."""
    assert form["step_id"] == "spellings"
    options = form["data_schema"].schema["spellings"].config["options"]
    return [option["value"] for option in options]


async def test_what_the_engine_writes_is_offered_first_and_understood_once_ticked(
    assist: HomeAssistant, engine: Engine
) -> None:
    entry = await with_voice(assist)
    engine.writes = niam
    form = await add(assist, entry, "Niamh")
    assert offered(form)[0] == "Niam"
    assert offered(form).count("Niam") == 1
    done = await answer(assist, form, {"spellings": ["Niam"]})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await assist.async_block_till_done()
    assert "Niam" in contact_called(entry, "Niamh").aliases
    said = (await Assist(assist).say("tell Niam that dinner is ready")).speech
    assert said.startswith("To Niamh: dinner is ready")


async def test_no_sound_of_a_name_stays_on_the_disk(assist: HomeAssistant, engine: Engine) -> None:
    """Home Assistant keeps what it says as files, unless it is told not to."""
    entry = await with_voice(assist)
    engine.writes = niam
    await add(assist, entry, "Niamh")
    await assist.async_block_till_done()
    assert VOICE in engine.heard
    kept = Path(assist.config.path("tts"))
    assert not await assist.async_add_executor_job(lambda: list(kept.glob("*")))


async def test_a_name_that_is_written_right_gets_no_form(
    assist: HomeAssistant, engine: Engine
) -> None:
    entry = await with_voice(assist)
    engine.writes = lambda _: "For example, say: tell Xanthippe that dinner is ready."
    done = await add(assist, entry, "Xanthippe")
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert VOICE in engine.heard


@pytest.mark.parametrize("heard", ["Anna", "me", "Everyone"])
async def test_what_means_somebody_else_is_not_offered(
    assist: HomeAssistant, engine: Engine, heard: str
) -> None:
    """Anna is on the list, and "tell me that …" is to nobody."""
    entry = await with_voice(assist)
    engine.writes = lambda _: f"For example, say: tell {heard} that dinner is ready."
    done = await add(assist, entry, "Xanthippe")
    assert done["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("iot_class", "voice"), [("cloud_polling", "local_polling"), ("local_polling", "cloud_push")]
)
async def test_no_name_leaves_the_house(
    assist: HomeAssistant, engine: Engine, iot_class: str, voice: str
) -> None:
    entry = await with_voice(assist, voice)
    engine.writes = niam
    done = await add(assist, entry, "Xanthippe")
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert VOICE not in engine.heard


@pytest.mark.parametrize("hangs", [True, False])
async def test_an_engine_that_does_not_answer_is_in_nobodys_way(
    assist: HomeAssistant, engine: Engine, monkeypatch: pytest.MonkeyPatch, hangs: bool
) -> None:
    entry = await with_voice(assist)
    engine.writes, engine.hangs = raising, hangs
    if hangs:
        monkeypatch.setattr(ears_names, "PATIENCE", 0.05)
    done = await add(assist, entry, "Xanthippe")
    assert done["type"] is FlowResultType.CREATE_ENTRY
    engine.hangs = False


async def test_a_house_without_a_voice_offers_what_is_listed(
    assist: HomeAssistant, engine: Engine
) -> None:
    entry = await guarded(assist)
    engine.writes = niam
    form = await add(assist, entry, "Niamh")
    assert "Neve" in offered(form)
    assert VOICE not in engine.heard


@pytest.mark.parametrize("language", ["ja", "no-such"])
async def test_a_language_without_spaces_or_sentences_offers_what_is_listed(
    assist: HomeAssistant, engine: Engine, language: str
) -> None:
    """Where a name ends cannot be told from what is written around it."""
    entry = await with_voice(assist)
    await async_update_pipeline(assist, async_get_pipeline(assist), stt_language=language)
    engine.writes = niam
    form = await add(assist, entry, "Niamh")
    assert "Neve" in offered(form)
    assert VOICE not in engine.heard
