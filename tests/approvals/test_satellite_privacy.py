"""What a satellite hears to our question goes through a pipeline, which keeps what it has heard."""

from collections.abc import AsyncIterable
from typing import override

from homeassistant.components import stt
from homeassistant.components.assist_pipeline import (
    PipelineStage,
    async_get_pipelines,
    async_pipeline_from_audio_stream,
    async_update_pipeline,
)
from homeassistant.components.assist_pipeline.runtime import KEY_ASSIST_PIPELINE
from homeassistant.components.assist_satellite.const import DATA_COMPONENT
from homeassistant.components.conversation.chat_log import DATA_CHAT_LOGS
from homeassistant.components.conversation.trace import async_get_traces
from homeassistant.core import Context
from homeassistant.setup import async_setup_component
import pytest

from custom_components.message_guard.assist.redaction import PLACEHOLDER
from tests.approvals.test_satellite_question import SENT, quick, settled
from tests.conftest import PHRASE
from tests.hearing import METADATA, Plain, add_engine, audio
from tests.speaker import Speaker
from tests.spoken_home import SpokenHome, home, notify, sentence

__all__ = ["home", "quick"]


class Ears(Plain):
    """A speech-to-text engine that understands what a test lets it understand."""

    sentence = ""

    @override
    async def async_process_audio_stream(
        self, metadata: stt.SpeechMetadata, stream: AsyncIterable[bytes]
    ) -> stt.SpeechResult:
        return stt.SpeechResult(self.sentence, stt.SpeechResultState.SUCCESS)


class Listening(Speaker):
    """Hears through the preferred pipeline, as real satellites do."""

    def __init__(self, name: str, ears: Ears) -> None:
        """Have these ears."""
        super().__init__(name)
        self._ears = ears

    @override
    def hear(self, text: str) -> None:
        self._ears.sentence = text
        self.hass.async_create_task(
            async_pipeline_from_audio_stream(
                self.hass,
                context=Context(),
                event_callback=self._internal_on_pipeline_event,
                stt_metadata=METADATA,
                stt_stream=audio(),
                start_stage=PipelineStage.STT,
                end_stage=PipelineStage.STT,
            )
        )


@pytest.mark.parametrize("reply", [PHRASE, "yes send the massages please"])
async def test_what_it_hears_is_kept_nowhere(home: SpokenHome, reply: str) -> None:
    """A proof, or what may be half of one: not in the assistant's debug view, nor in any other log."""
    hass = home.hass
    ears = Ears()
    engine = await add_engine(hass, ears)
    (pipeline,) = async_get_pipelines(hass)
    await async_update_pipeline(hass, pipeline, stt_engine=engine, stt_language="en")
    assert await async_setup_component(hass, "assist_satellite", {})
    kitchen = Listening("kitchen", ears)
    await hass.data[DATA_COMPONENT].async_add_entities([kitchen])
    await hass.async_block_till_done()
    await home.automate(sentence(notify()))
    home.components.actions.on_unasked = home.components.questions.follow_up
    kitchen.replies.extend([reply, "no"])
    await kitchen.turn("dinner is ready")
    await settled(home)
    assert home.sent == (SENT if reply == PHRASE else [])
    events = [
        event.data
        for runs in hass.data[KEY_ASSIST_PIPELINE].pipeline_debug.values()
        for run in runs.values()
        for event in run.events
    ]
    assert PLACEHOLDER in str(events)
    for kept in (
        events,
        [trace.as_dict() for trace in async_get_traces()],
        [log.content for log in hass.data[DATA_CHAT_LOGS].values()],
    ):
        assert reply not in str(kept)
