"""The speech-to-text engine in front of a fixture engine: no offline engine tells speakers apart today."""

from collections.abc import AsyncGenerator, AsyncIterable
from dataclasses import dataclass
from typing import Any

from homeassistant.components import assist_pipeline, stt
from homeassistant.config_entries import ConfigEntry, ConfigFlow
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockModule,
    MockPlatform,
    mock_config_flow,
    mock_integration,
    mock_platform,
)

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.core.level import Level
from custom_components.message_guard.core.request import Origin
from custom_components.message_guard.home.speakers import (
    MOST_UTTERANCES,
    REMEMBERED_SECONDS,
    Speakers,
)
from tests.assist_home import PHRASE, Assist, contact, home
from tests.hearing import English

__all__ = ["home"]

AUDIO = [b"\x01\x02" * 160, b"\x03\x04" * 160]
SENTENCE = "tell Anna that I am late"


@dataclass
class Partial:
    """A partial result, as Home Assistant 2026.11 has it."""

    text: str
    speaker_id: str | None


class Plain(English):
    """An engine that gives a final result only."""

    _attr_name = "plain"
    _attr_unique_id = "plain"

    async def async_process_audio_stream(
        self, metadata: stt.SpeechMetadata, stream: AsyncIterable[bytes]
    ) -> stt.SpeechResult:
        """Understand the sentence."""
        return stt.SpeechResult(SENTENCE, stt.SpeechResultState.SUCCESS)


class Telling(Plain):
    """An engine that tells speakers apart."""

    _attr_name = "telling"
    _attr_unique_id = "telling"

    def __init__(self, speakers: list[str | None]) -> None:
        """Hear these speakers in every utterance."""
        self.speakers = speakers
        self.heard: list[bytes] = []

    async def async_process_audio_stream_with_progress(
        self, metadata: stt.SpeechMetadata, stream: AsyncIterable[bytes]
    ) -> AsyncGenerator[Any]:
        """Yield a partial for each speaker, then the sentence."""
        self.heard = [chunk async for chunk in stream]
        for speaker in self.speakers:
            yield Partial("tell", speaker)
        yield stt.SpeechResult(SENTENCE, stt.SpeechResultState.SUCCESS)


METADATA = stt.SpeechMetadata(
    language="en",
    format=stt.AudioFormats.WAV,
    codec=stt.AudioCodecs.PCM,
    bit_rate=stt.AudioBitRates.BITRATE_16,
    sample_rate=stt.AudioSampleRates.SAMPLERATE_16000,
    channel=stt.AudioChannels.CHANNEL_MONO,
)


async def audio() -> AsyncGenerator[bytes]:
    """Speak."""
    for chunk in AUDIO:
        yield chunk


async def add_engine(hass: HomeAssistant, engine: stt.SpeechToTextEntity) -> str:
    """Add an engine as an integration does; return its entity id."""

    async def setup_entry(hass: HomeAssistant, entry: ConfigEntry) -> bool:
        await hass.config_entries.async_forward_entry_setups(entry, ["stt"])
        return True

    async def setup_platform(
        hass: HomeAssistant, entry: ConfigEntry, add: AddConfigEntryEntitiesCallback
    ) -> None:
        add([engine])

    mock_integration(hass, MockModule("test", async_setup_entry=setup_entry))
    mock_platform(hass, "test.config_flow")
    mock_platform(hass, "test.stt", MockPlatform(async_setup_entry=setup_platform))
    entry = MockConfigEntry(domain="test")
    entry.add_to_hass(hass)
    with mock_config_flow("test", ConfigFlow):
        assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return engine.entity_id


async def guard_it(hass: HomeAssistant, engine: str) -> MockConfigEntry:
    """Guard the preferred pipeline, which has this speech-to-text engine."""
    pipeline = assist_pipeline.pipeline.async_get_pipeline(hass)
    await assist_pipeline.async_update_pipeline(
        hass, pipeline, stt_engine=engine, stt_language="en"
    )
    entry = MockConfigEntry(
        domain=DOMAIN,
        options={"pipelines": [pipeline.id], "default_level": "phrase", "phrase": PHRASE},
        subentries_data=[contact("Anna")],
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry


def engine_of(hass: HomeAssistant) -> str | None:
    """Return the preferred pipeline's speech-to-text engine."""
    return assist_pipeline.pipeline.async_get_pipeline(hass).stt_engine


@pytest.mark.parametrize(
    ("speakers", "level"),
    [([], Level.PHRASE), (["a", "a", None], Level.PHRASE), (["a", "b"], Level.CODE)],
)
async def test_several_speakers_are_asked_for_more(
    home: HomeAssistant, speakers: list[str | None], level: Level
) -> None:
    """Audio, results and the rest pass through untouched."""
    engine = Telling(speakers)
    wrapped = await add_engine(home, engine)
    entry = await guard_it(home, wrapped)
    ours = engine_of(home)
    assert ours is not None
    assert ours != wrapped
    entity = stt.async_get_speech_to_text_entity(home, ours)
    assert entity is not None
    assert entity.check_metadata(METADATA)
    assert entity.audio_processing == engine.audio_processing
    result = await entity.async_process_audio_stream(METADATA, audio())
    assert result.text == SENTENCE
    assert engine.heard == AUDIO
    question = await Assist(home).say(SENTENCE)
    assert "Anna" in question.speech
    (waiting,) = entry.runtime_data.components.guard.pending
    assert waiting.level is level
    await home.config_entries.async_unload(entry.entry_id)
    assert engine_of(home) == wrapped


async def test_an_engine_that_cannot_tell_is_left_alone(home: HomeAssistant) -> None:
    """Nothing is gained by standing in front of it."""
    wrapped = await add_engine(home, Plain())
    entry = await guard_it(home, wrapped)
    assert engine_of(home) == wrapped
    assert not er.async_get(home).async_get_entity_id("stt", DOMAIN, f"speech:{wrapped}")
    await home.config_entries.async_unload(entry.entry_id)


async def test_without_a_final_result_it_is_an_error(home: HomeAssistant) -> None:
    """As it is for the engine itself."""

    class Silent(Telling):
        async def async_process_audio_stream_with_progress(
            self, metadata: stt.SpeechMetadata, stream: AsyncIterable[bytes]
        ) -> AsyncGenerator[Any]:
            yield Partial("tell", "a")

    entry = await guard_it(home, await add_engine(home, Silent([])))
    entity = stt.async_get_speech_to_text_entity(home, engine_of(home))
    assert entity is not None
    with pytest.raises(RuntimeError):
        await entity.async_process_audio_stream(METADATA, audio())
    await home.config_entries.async_unload(entry.entry_id)


def test_utterances_are_remembered_for_a_while_and_not_without_end() -> None:
    """By their words."""
    now = [0.0]
    speakers = Speakers(lambda: now[0])
    speakers.heard("hello", 2)
    assert speakers.several(Origin(utterance="hello"))
    assert not speakers.several(Origin(utterance="other"))
    now[0] = REMEMBERED_SECONDS + 1
    assert not speakers.several(Origin(utterance="hello"))
    for number in range(MOST_UTTERANCES):
        speakers.heard(str(number), 2)
    assert len(speakers._heard) == MOST_UTTERANCES
