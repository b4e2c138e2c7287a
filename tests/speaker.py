"""A voice satellite without sound: Home Assistant's own satellite entity, and a person in front of it."""

from collections import deque
from typing import override

from homeassistant.components import conversation
from homeassistant.components.assist_pipeline import (
    PipelineEvent,
    PipelineEventType,
    PipelineStage,
    async_get_pipeline,
)
from homeassistant.components.assist_pipeline.pipeline import PipelineInput, PipelineRun
from homeassistant.components.assist_satellite import (
    AssistSatelliteAnnouncement,
    AssistSatelliteConfiguration,
    AssistSatelliteEntity,
    AssistSatelliteEntityFeature,
)
from homeassistant.components.assist_satellite.const import DATA_COMPONENT
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import chat_session
from homeassistant.setup import async_setup_component

from tests.clock import pass_time

BOTH = AssistSatelliteEntityFeature.ANNOUNCE | AssistSatelliteEntityFeature.START_CONVERSATION

SPEAKING_SECONDS = 0.05


class Speaker(AssistSatelliteEntity):
    """Keeps what it says, and hears what a test lets it hear.

    Attributes:
        said: Everything that came out of it, oldest first.
        replies: What it hears after each question: words, "" for silence, None for no end.
        piped: Its turns go through the preferred pipeline.
        cut_off: How often a running turn was cut off.
    """

    def __init__(
        self, name: str, features: AssistSatelliteEntityFeature = BOTH, *, piped: bool = False
    ) -> None:
        """Stand in the kitchen."""
        self.entity_id = f"assist_satellite.{name}"
        self._attr_name = name
        self._attr_unique_id = name
        self._attr_supported_features = features
        self.piped = piped
        self.said: list[str] = []
        self.replies: deque[str | None] = deque()
        self.cut_off = 0
        self._in_turn = False

    @override
    def async_get_configuration(self) -> AssistSatelliteConfiguration:
        """Return no wake words."""
        return AssistSatelliteConfiguration([], [], 1)

    @override
    async def async_set_configuration(self, config: AssistSatelliteConfiguration) -> None:
        """Have nothing to set."""

    @override
    def on_pipeline_event(self, event: PipelineEvent) -> None:
        """Follow nothing."""

    @override
    async def _resolve_announcement_media_id(
        self, message: str, media_id: str | None, preannounce_media_id: str | None = None
    ) -> AssistSatelliteAnnouncement:
        """Make no sound of the words."""
        return AssistSatelliteAnnouncement(message, "", "", None, "tts")

    @override
    async def async_announce(self, announcement: AssistSatelliteAnnouncement) -> None:
        """Say it."""
        await self._say(announcement.message)

    @override
    async def async_start_conversation(
        self, start_announcement: AssistSatelliteAnnouncement
    ) -> None:
        """Say it, then listen."""
        await self._say(start_announcement.message)
        reply = self.replies.popleft() if self.replies else None
        if reply is not None:
            self.hass.loop.call_soon(self.hear, reply)

    def hear(self, text: str) -> None:
        """Hear something, or nothing but silence."""
        heard = PipelineEvent(PipelineEventType.STT_END, {"stt_output": {"text": text}})
        self._internal_on_pipeline_event(PipelineEvent(PipelineEventType.STT_START))
        if text:
            self._internal_on_pipeline_event(heard)
        self._internal_on_pipeline_event(PipelineEvent(PipelineEventType.RUN_END))

    async def turn(self, text: str) -> str:
        """Take a turn from beginning to end, and return what it answers."""
        self._in_turn = True
        for kind in (
            PipelineEventType.STT_START,
            PipelineEventType.STT_END,
            PipelineEventType.INTENT_START,
        ):
            self._internal_on_pipeline_event(PipelineEvent(kind))
        speech = await (self._through_pipeline(text) if self.piped else self._to_agent(text))
        self._internal_on_pipeline_event(PipelineEvent(PipelineEventType.TTS_START))
        await self._say(speech)
        self._in_turn = False
        self.tts_response_finished()
        return speech

    async def _to_agent(self, text: str) -> str:
        """Hand the words to Home Assistant's own agent."""
        result = await conversation.async_converse(
            self.hass, text, None, Context(), language="en", satellite_id=self.entity_id
        )
        return str(result.response.speech.get("plain", {}).get("speech", ""))

    async def _through_pipeline(self, text: str) -> str:
        """Hand the words to the preferred pipeline: triggers, local commands, its agent."""
        events: list[PipelineEvent] = []
        with chat_session.async_get_chat_session(self.hass, None) as session:
            run = PipelineRun(
                self.hass,
                context=Context(),
                pipeline=async_get_pipeline(self.hass),
                start_stage=PipelineStage.INTENT,
                end_stage=PipelineStage.INTENT,
                event_callback=events.append,
            )
            given = PipelineInput(
                run=run, session=session, intent_input=text, satellite_id=self.entity_id
            )
            await given.execute(validate=True)
        (end,) = [event for event in events if event.type is PipelineEventType.INTENT_END]
        assert end.data is not None
        response = end.data["intent_output"]["response"]
        return str(response["speech"].get("plain", {}).get("speech", ""))

    async def _say(self, words: str) -> None:
        if self._in_turn and self._is_announcing:
            self.cut_off += 1
        self.said.append(words)
        await pass_time(SPEAKING_SECONDS)


async def add_speaker(
    hass: HomeAssistant,
    name: str = "kitchen",
    features: AssistSatelliteEntityFeature = BOTH,
    *,
    piped: bool = False,
) -> Speaker:
    """Put a satellite into the home."""
    assert await async_setup_component(hass, "assist_satellite", {})
    speaker = Speaker(name, features, piped=piped)
    await hass.data[DATA_COMPONENT].async_add_entities([speaker])
    await hass.async_block_till_done()
    return speaker
