"""Pipelines: put behind our agent and put back; those with Home Assistant's own agent are left as they are."""

from collections.abc import AsyncGenerator
from typing import Any
from unittest.mock import patch

from homeassistant.components import assist_pipeline, conversation
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.storage import Store
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.message_guard.assist.pipelines import STORAGE_KEY, STORAGE_VERSION
from custom_components.message_guard.const import DOMAIN
from tests.assist_home import PHRASE, entry, home as plain_home
from tests.hearing import METADATA, SENTENCE, Plain, add_engine, audio
from tests.turns_bench import add_agent

__all__ = ["entry", "plain_home"]

ENGINE = "conversation.agent"
ORIGINAL = (ENGINE, False)


def engine(hass: HomeAssistant) -> tuple[str, bool]:
    """Return the preferred pipeline's engine, and whether it prefers local intents."""
    pipeline = assist_pipeline.pipeline.async_get_pipeline(hass)
    return pipeline.conversation_engine, pipeline.prefer_local_intents


def ours(hass: HomeAssistant, wrapped: str = ENGINE) -> str | None:
    """Return the entity id of our agent for another one."""
    return er.async_get(hass).async_get_entity_id("conversation", DOMAIN, f"agent:{wrapped}")


async def choose(hass: HomeAssistant, agent: str | None, *, local: bool) -> None:
    """Give the preferred pipeline an engine."""
    pipeline = assist_pipeline.pipeline.async_get_pipeline(hass)
    await assist_pipeline.async_update_pipeline(
        hass, pipeline, conversation_engine=agent, prefer_local_intents=local
    )


@pytest.fixture
async def home(plain_home: HomeAssistant) -> HomeAssistant:
    """Return a home whose pipeline asks an agent that is not Home Assistant's own."""

    async def act(*_: object) -> None:
        """Do nothing."""

    await add_agent(plain_home, act)
    await choose(plain_home, ENGINE, local=False)
    return plain_home


async def test_the_pipeline_is_guarded_and_put_back_on_unload(
    home: HomeAssistant, entry: MockConfigEntry
) -> None:
    """And guarded again when the entry is loaded again."""
    assert engine(home) == (ours(home), False)
    await home.config_entries.async_unload(entry.entry_id)
    assert engine(home) == ORIGINAL
    await home.config_entries.async_setup(entry.entry_id)
    assert engine(home) == (ours(home), False)


async def test_put_back_on_disable_and_removal(home: HomeAssistant, entry: MockConfigEntry) -> None:
    """However it ends."""
    await home.config_entries.async_set_disabled_by(entry.entry_id, ConfigEntryDisabler.USER)
    assert engine(home) == ORIGINAL
    await home.config_entries.async_set_disabled_by(entry.entry_id, None)
    assert engine(home) == (ours(home), False)
    await home.config_entries.async_remove(entry.entry_id)
    assert engine(home) == ORIGINAL


async def test_put_back_when_home_assistant_stops(
    home: HomeAssistant, entry: MockConfigEntry
) -> None:
    """A start without the integration must answer."""
    home.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await home.async_block_till_done()
    assert engine(home) == ORIGINAL


async def test_an_engine_that_somebody_else_chose_is_left_alone(
    home: HomeAssistant, entry: MockConfigEntry
) -> None:
    """Put back only what is still ours."""
    pipeline = assist_pipeline.pipeline.async_get_pipeline(home)
    await assist_pipeline.async_update_pipeline(
        home, pipeline, conversation_engine="conversation.other"
    )
    await home.config_entries.async_unload(entry.entry_id)
    assert engine(home)[0] == "conversation.other"


async def test_a_pipeline_left_guarded_by_a_kill_is_recognised(
    home: HomeAssistant, entry: MockConfigEntry
) -> None:
    """The engine to wrap is the one behind ours, also when nothing was put back."""
    pipelines = entry.runtime_data.pipelines
    pipeline = assist_pipeline.pipeline.async_get_pipeline(home)
    assert pipelines.engines([pipeline.id]) == [ENGINE]
    pipelines._originals.clear()
    await pipelines.restore()
    assert engine(home)[0] == ENGINE


@pytest.mark.parametrize(
    "stored",
    [["x"], "text", 7, {"a": 1}, {"ours": "x"}, {"ours": {"engine": 5}}, {"ours": {"engine": "x"}}],
)
async def test_a_file_about_the_pipelines_that_cannot_be_read(
    home: HomeAssistant, entry: MockConfigEntry, stored: Any
) -> None:
    """It starts all the same, and the pipeline is put back to what our agent stands in front of."""
    pipeline = assist_pipeline.pipeline.async_get_pipeline(home)
    assert await home.config_entries.async_unload(entry.entry_id)
    if isinstance(stored, dict) and "ours" in stored:
        stored = {pipeline.id: stored["ours"]}
    await Store(home, STORAGE_VERSION, STORAGE_KEY).async_save(stored)
    assert await home.config_entries.async_setup(entry.entry_id)
    assert engine(home)[0] != ORIGINAL[0]
    assert await home.config_entries.async_unload(entry.entry_id)
    assert engine(home)[0] == ORIGINAL[0]


async def test_a_file_about_the_pipelines_of_a_newer_version(
    home: HomeAssistant, entry: MockConfigEntry
) -> None:
    """It is passed over."""
    assert await home.config_entries.async_unload(entry.entry_id)
    await Store(home, STORAGE_VERSION + 1, STORAGE_KEY).async_save({})
    assert await home.config_entries.async_setup(entry.entry_id)
    assert engine(home)[0] != ORIGINAL[0]


@pytest.mark.parametrize("broken", ["async_update_pipeline", "Store.async_save"])
async def test_a_pipeline_that_cannot_be_changed(
    home: HomeAssistant, entry: MockConfigEntry, broken: str
) -> None:
    """The guard runs, and holds what is sent, without it."""
    assert await home.config_entries.async_unload(entry.entry_id)
    with patch(f"custom_components.message_guard.assist.pipelines.{broken}", side_effect=OSError):
        assert await home.config_entries.async_setup(entry.entry_id)
        assert engine(home) == ORIGINAL
        assert entry.runtime_data.components is not None
        assert await home.config_entries.async_unload(entry.entry_id)
    assert await home.config_entries.async_setup(entry.entry_id)
    assert engine(home)[0] != ORIGINAL[0]


async def test_unticking_a_pipeline_puts_it_back(
    home: HomeAssistant, entry: MockConfigEntry
) -> None:
    """Without a reload, so that nothing that waits is lost."""
    components = entry.runtime_data.components
    home.config_entries.async_update_entry(entry, options={**entry.options, "pipelines": []})
    await home.async_block_till_done()
    assert engine(home) == ORIGINAL
    assert entry.runtime_data.components is components


# --- Home Assistant's own agent ---------------------------------------------------------------------


@pytest.fixture
async def loaded(plain_home: HomeAssistant) -> AsyncGenerator[MockConfigEntry]:
    """Return a loaded entry that guards a pipeline with Home Assistant's own agent."""
    pipeline = assist_pipeline.pipeline.async_get_pipeline(plain_home)
    made = MockConfigEntry(
        domain=DOMAIN,
        options={"pipelines": [pipeline.id], "default_level": "phrase", "phrase": PHRASE},
    )
    made.add_to_hass(plain_home)
    assert await plain_home.config_entries.async_setup(made.entry_id)
    await plain_home.async_block_till_done()
    yield made
    if made.state.recoverable:
        await plain_home.config_entries.async_unload(made.entry_id)


@pytest.mark.parametrize("local", [True, False])
async def test_home_assistants_own_agent_stays_the_engine(
    plain_home: HomeAssistant, loaded: MockConfigEntry, local: bool
) -> None:
    """Neither it nor the preference for local intents is changed, loaded or not."""
    before = (conversation.HOME_ASSISTANT_AGENT, local)
    await choose(plain_home, conversation.HOME_ASSISTANT_AGENT, local=local)
    assert await plain_home.config_entries.async_reload(loaded.entry_id)
    assert engine(plain_home) == before
    (pipeline,) = assist_pipeline.async_get_pipelines(plain_home)
    assert loaded.runtime_data.pipelines.guarded(pipeline)
    assert await plain_home.config_entries.async_unload(loaded.entry_id)
    assert engine(plain_home) == before


@pytest.mark.parametrize("kept", [True, False], ids=["with its file", "without it"])
async def test_what_an_earlier_version_has_switched_is_put_back(
    plain_home: HomeAssistant, loaded: MockConfigEntry, kept: bool
) -> None:
    """It had put an agent of its own in front, and preferred local intents."""
    pipeline = assist_pipeline.pipeline.async_get_pipeline(plain_home)
    assert await plain_home.config_entries.async_unload(loaded.entry_id)
    await choose(plain_home, ours(plain_home, conversation.HOME_ASSISTANT_AGENT), local=True)
    original = {"engine": conversation.HOME_ASSISTANT_AGENT, "prefer_local_intents": False}
    stored: dict[str, Any] = {pipeline.id: original} if kept else {}
    await Store(plain_home, STORAGE_VERSION, STORAGE_KEY).async_save(stored)
    assert await plain_home.config_entries.async_setup(loaded.entry_id)
    assert engine(plain_home) == (conversation.HOME_ASSISTANT_AGENT, not kept)


# --- what hears --------------------------------------------------------------------------------------


async def heard(hass: HomeAssistant) -> list[str]:
    """Return what the preferred pipeline makes of some sound."""
    texts: list[str] = []

    def note(event: assist_pipeline.PipelineEvent) -> None:
        if event.type is assist_pipeline.PipelineEventType.STT_END and event.data:
            texts.append(event.data["stt_output"]["text"])

    await assist_pipeline.async_pipeline_from_audio_stream(
        hass,
        context=Context(),
        event_callback=note,
        stt_metadata=METADATA,
        stt_stream=audio(),
        start_stage=assist_pipeline.PipelineStage.STT,
        end_stage=assist_pipeline.PipelineStage.STT,
    )
    return texts


async def behind_ours(hass: HomeAssistant, entry: MockConfigEntry) -> tuple[str, str]:
    """Leave the home as a version did that counted speakers and was ended by a kill; return theirs and ours."""
    theirs = await add_engine(hass, Plain())
    ours = er.async_get(hass).async_get_or_create(
        "stt", DOMAIN, f"speech:{theirs}", config_entry=entry
    )
    await assist_pipeline.async_update_pipeline(
        hass,
        assist_pipeline.pipeline.async_get_pipeline(hass),
        stt_engine=ours.entity_id,
        stt_language="en",
    )
    return theirs, ours.entity_id


def hears_with(hass: HomeAssistant) -> str | None:
    """Return the preferred pipeline's speech-to-text engine."""
    return assist_pipeline.pipeline.async_get_pipeline(hass).stt_engine


@pytest.mark.parametrize("chosen", [True, False], ids=["guarded", "not guarded"])
async def test_a_home_hears_after_an_update_from_a_version_that_counted_speakers(
    plain_home: HomeAssistant, loaded: MockConfigEntry, chosen: bool
) -> None:
    """Every assistant has its own engine back at the start, and nothing of ours is left among the entities."""
    assert await plain_home.config_entries.async_unload(loaded.entry_id)
    theirs, ours = await behind_ours(plain_home, loaded)
    if not chosen:
        plain_home.config_entries.async_update_entry(
            loaded, options={**loaded.options, "pipelines": []}
        )
    assert await plain_home.config_entries.async_setup(loaded.entry_id)
    assert hears_with(plain_home) == theirs
    assert er.async_get(plain_home).async_get(ours) is None
    assert await heard(plain_home) == [SENTENCE]


async def test_an_engine_that_could_not_be_put_back_is_at_the_next_start(
    plain_home: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """What it stands in front of is known until then, and the guard runs meanwhile."""
    assert await plain_home.config_entries.async_unload(loaded.entry_id)
    theirs, ours = await behind_ours(plain_home, loaded)
    with patch(
        "custom_components.message_guard.assist.pipelines.async_update_pipeline",
        side_effect=OSError,
    ):
        assert await plain_home.config_entries.async_setup(loaded.entry_id)
    assert hears_with(plain_home) == ours
    assert loaded.runtime_data.components is not None
    assert await plain_home.config_entries.async_reload(loaded.entry_id)
    assert hears_with(plain_home) == theirs
