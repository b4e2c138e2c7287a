"""A language model that does what the test tells it to, and a voice that tells what a person hears.

Nothing between them is a stand-in: the model uses Home Assistant's chat log, its streaming and its
language-model API; the pipeline streams into the voice as it does into any that can.
"""

from collections import deque
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from typing import Any, Literal, override

from homeassistant.components import assist_pipeline, conversation
from homeassistant.components.assist_pipeline.pipeline import PipelineInput, PipelineRun
from homeassistant.components.conversation.const import DATA_COMPONENT
from homeassistant.components.tts import (
    DATA_COMPONENT as TTS_COMPONENT,
    TextToSpeechEntity,
    TTSAudioRequest,
    TTSAudioResponse,
    TtsAudioType,
)
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import chat_session, llm
from homeassistant.setup import async_setup_component

MODEL = "conversation.model"
SEND = "message_guard__SendMessage"

type Delta = dict[str, Any]
type Answer = list[Delta]
"""One message of the model, as it streams."""


def talk(*parts: str) -> Answer:
    """Return a message of nothing but words."""
    return [{"role": "assistant"}, *({"content": part} for part in parts)]


def call(tool: str = SEND, said_before: str = "", /, **arguments: Any) -> Answer:
    """Return a message that calls a tool, after some words or none."""
    words = [{"content": said_before}] if said_before else []
    return [{"role": "assistant"}, *words, tool_call(tool, **arguments)]


def tool_call(tool: str = SEND, /, **arguments: Any) -> Delta:
    """Return the part of a message that calls a tool."""
    return {"tool_calls": [llm.ToolInput(tool_name=tool, tool_args=arguments)]}


def send(body: str = "I am late", *contacts: str, **more: Any) -> Answer:
    """Return a message that asks to send something."""
    return call(SEND, contacts=list(contacts or ("Anna",)), message=body, **more)


class Model(conversation.ConversationEntity):
    """An agent that says and calls what it was told to, whatever it is asked.

    Attributes:
        answers: What it does next; a turn takes one, and one more after each round of tool results.
        seen: The chat log at the beginning of each turn, as a provider would be sent it.
        results: What its tools have answered.
        tools: The tools that it was offered last.
        api: The API whose tools it is offered.
        after_tools: Called before it goes on after tool results; may raise, as a provider does.
    """

    _attr_supports_streaming = True
    _attr_name = "Model"
    _attr_supported_features = conversation.ConversationEntityFeature.CONTROL

    def __init__(self) -> None:
        """Do nothing yet."""
        self.entity_id = MODEL
        self.answers: deque[Answer] = deque()
        self.seen: list[str] = []
        self.results: list[llm.ToolResult] = []
        self.tools: list[llm.Tool] = []
        self.after_tools: Callable[[], None] = lambda: None
        self.api = "assist"

    @property
    @override
    def supported_languages(self) -> list[str] | Literal["*"]:
        return "*"

    @override
    async def _async_handle_message(
        self, user_input: conversation.ConversationInput, chat_log: conversation.ChatLog
    ) -> conversation.ConversationResult:
        await chat_log.async_provide_llm_data(user_input.as_llm_context("test"), self.api)
        assert chat_log.llm_api is not None
        self.tools = chat_log.llm_api.tools
        self.seen.append(str([content.as_dict() for content in chat_log.content[1:]]))
        while True:
            answer = self.answers.popleft() if self.answers else talk("Okay.")
            async for content in chat_log.async_add_delta_content_stream(
                MODEL, self._stream(answer)
            ):
                if isinstance(content, conversation.ToolResultContent):
                    self.results.append(content.result)
            if not chat_log.unresponded_tool_results:
                break
            self.after_tools()
        return conversation.async_get_result_from_chat_log(user_input, chat_log)

    async def _stream(self, answer: Answer) -> AsyncGenerator[Any]:
        for delta in answer:
            yield dict(delta)


class Voice(TextToSpeechEntity):
    """Text to speech that keeps the words it was given, in the order of the sound."""

    _attr_name = "Voice"
    _attr_default_language = "en"
    _attr_supported_languages: list[str] = ["en"]  # noqa: RUF012 - as Home Assistant declares it

    def __init__(self) -> None:
        """Say nothing yet."""
        self.entity_id = "tts.voice"
        self.said: list[str] = []

    @override
    async def async_get_tts_audio(
        self, message: str, language: str, options: dict[str, Any]
    ) -> TtsAudioType:
        self.said.append(message)
        return "mp3", b"sound"

    @override
    async def async_stream_tts_audio(self, request: TTSAudioRequest) -> TTSAudioResponse:
        async def sound() -> AsyncGenerator[bytes]:
            self.said.append("")
            async for words in request.message_gen:
                self.said[-1] += words
                yield b"sound"

        return TTSAudioResponse("mp3", sound())


@dataclass
class Heard:
    """What a person was given for one utterance.

    Attributes:
        voice: What came out of the loudspeaker, in order.
        shown: The words that an app shows as they stream, message by message.
        speech: The final answer.
        listen: The microphone opens again.
        local: Home Assistant answered before any agent was asked.
    """

    voice: str
    shown: list[str]
    speech: str
    listen: bool
    local: bool


@dataclass
class Person:
    """Somebody who speaks to a pipeline through one device."""

    hass: HomeAssistant
    model: Model
    voice: Voice
    device_id: str | None = "speaker"
    satellite_id: str | None = None
    user_id: str | None = None
    conversation_id: str | None = None
    heard: list[Heard] = field(default_factory=list)

    async def say(self, text: str, *answers: Answer, fresh: bool = False) -> Heard:
        """Say something; the model will answer as told. Returns what is heard."""
        self.model.answers = deque(answers)
        self.voice.said.clear()
        events: list[assist_pipeline.PipelineEvent] = []
        wanted = None if fresh else self.conversation_id
        with chat_session.async_get_chat_session(self.hass, wanted) as session:
            run = PipelineRun(
                self.hass,
                context=Context(user_id=self.user_id),
                pipeline=assist_pipeline.pipeline.async_get_pipeline(self.hass),
                start_stage=assist_pipeline.PipelineStage.INTENT,
                end_stage=assist_pipeline.PipelineStage.TTS,
                event_callback=events.append,
            )
            given = PipelineInput(
                run=run,
                session=session,
                intent_input=text,
                device_id=self.device_id,
                satellite_id=self.satellite_id,
            )
            await given.execute(validate=True)
        token = _last(events, assist_pipeline.PipelineEventType.TTS_END)["tts_output"]["token"]
        stream = self.hass.data["tts_manager"].token_to_stream[token]
        async for _ in stream.async_stream_result():
            pass
        end = _last(events, assist_pipeline.PipelineEventType.INTENT_END)
        output: dict[str, Any] = end["intent_output"]
        self.conversation_id = output["conversation_id"]
        heard = Heard(
            voice=" ".join(self.voice.said),
            shown=_shown(events),
            speech=output["response"]["speech"].get("plain", {}).get("speech", ""),
            listen=output["continue_conversation"],
            local=end["processed_locally"],
        )
        self.heard.append(heard)
        return heard

    def log(self) -> list[dict[str, Any]]:
        """Return the stored chat log of the conversation."""
        logs = self.hass.data[conversation.chat_log.DATA_CHAT_LOGS]
        assert self.conversation_id is not None
        return [content.as_dict() for content in logs[self.conversation_id].content[1:]]


def _last(
    events: list[assist_pipeline.PipelineEvent], kind: assist_pipeline.PipelineEventType
) -> dict[str, Any]:
    data = [event.data for event in events if event.type is kind][-1]
    assert data is not None
    return data


def _shown(events: list[assist_pipeline.PipelineEvent]) -> list[str]:
    shown: list[str] = []
    for event in events:
        delta = (event.data or {}).get("chat_log_delta")
        if event.type is not assist_pipeline.PipelineEventType.INTENT_PROGRESS or not delta:
            continue
        if delta.get("role") == "assistant" or not shown:
            shown.append("")
        if delta.get("role", "assistant") == "assistant":
            shown[-1] += delta.get("content") or ""
    return [text for text in shown if text]


async def async_add_model(hass: HomeAssistant) -> Person:
    """Let the preferred pipeline ask the model and speak with the voice; return somebody to speak."""
    assert await async_setup_component(hass, "tts", {})
    await hass.async_block_till_done()
    model, voice = Model(), Voice()
    await hass.data[DATA_COMPONENT].async_add_entities([model])
    await hass.data[TTS_COMPONENT].async_add_entities([voice])
    pipeline = assist_pipeline.pipeline.async_get_pipeline(hass)
    await assist_pipeline.async_update_pipeline(
        hass,
        pipeline,
        conversation_engine=MODEL,
        conversation_language="en",
        language="en",
        tts_engine="tts.voice",
        tts_language="en",
        prefer_local_intents=False,
    )
    await hass.async_block_till_done()
    return Person(hass, model, voice)
