"""The same home three times in one process: without Message Guard, with it, and a second time without it (A/A)."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from tempfile import TemporaryDirectory
from typing import Any, Literal, override

from homeassistant import core, loader
from homeassistant.components import assist_pipeline
from homeassistant.components.assist_pipeline.pipeline import (
    KEY_ASSIST_PIPELINE,
    PipelineInput,
    PipelineRun,
    PipelineStage,
    async_get_pipeline,
)
from homeassistant.components.conversation import (
    AssistantContent,
    ChatLog,
    ConversationEntity,
    ConversationEntityFeature,
    ConversationInput,
    ConversationResult,
    async_get_result_from_chat_log,
)
from homeassistant.components.conversation.const import DATA_COMPONENT
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import Context, HomeAssistant, ServiceCall
from homeassistant.helpers import chat_session
from homeassistant.setup import async_setup_component
import imageio_ffmpeg
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_test_home_assistant

from custom_components.message_guard.const import DOMAIN

WITHOUT, GUARDED, AGAIN = "without", "guarded", "again"
NAMES = (WITHOUT, GUARDED, AGAIN)

LEFT_ALONE, DEFAULT_AGENT, ANOTHER_AGENT = "left_alone", "default_agent", "another_agent"
"""Pipelines: one that Message Guard does not guard, and two that it does, with Home Assistant's own agent and another."""

EXPOSED = 100
"""Lights that can be spoken of."""

CHANNELS = 10
"""Actions that send. Contacts share them: an address book may be large, what a home sends by is not, and a contact
without a channel is a repair of its own."""

PHRASE = "yes, send the message"


@dataclass(slots=True)
class BenchHome:
    """A home with lights, actions that send and pipelines.

    Attributes:
        hass: Its Home Assistant.
        pipelines: Ids of its pipelines, by what they are.
        entry: Message Guard; None in a home without it.
    """

    hass: HomeAssistant
    pipelines: dict[str, str]
    entry: MockConfigEntry | None = field(default=None)

    def step_in(self) -> None:
        """Be the home that Home Assistant's own code finds by itself: it keeps one for each thread."""
        core._hass.hass = self.hass  # noqa: SLF001 - there is no public way to have three

    async def guard(self, contacts: int) -> None:
        """Add Message Guard, with so many contacts."""
        self.entry = MockConfigEntry(
            domain=DOMAIN,
            title="Message Guard",
            options={
                "pipelines": [it for name, it in self.pipelines.items() if name != LEFT_ALONE],
                "default_level": "phrase",
                "phrase": PHRASE,
            },
            subentries_data=[_contact(number) for number in range(contacts)],
        )
        self.entry.add_to_hass(self.hass)
        await self.load()

    async def load(self) -> None:
        """Load Message Guard.

        Raises:
            RuntimeError: If it cannot be loaded.
        """
        assert self.entry is not None
        if not await self.hass.config_entries.async_setup(self.entry.entry_id):
            raise RuntimeError("Message Guard could not be set up")
        await self.hass.async_block_till_done()
        if self.entry.runtime_data.components is None:
            raise RuntimeError("Message Guard could not start")

    async def unload(self) -> None:
        """Unload it."""
        assert self.entry is not None
        await self.hass.config_entries.async_unload(self.entry.entry_id)
        await self.hass.async_block_till_done()

    async def say(
        self, text: str, pipeline: str = DEFAULT_AGENT, conversation: str | None = None
    ) -> Any:
        """Run the intent stage of a pipeline, and return what `intent-end` tells."""
        ends: list[Any] = []

        def keep(event: assist_pipeline.PipelineEvent) -> None:
            if event.type is assist_pipeline.PipelineEventType.INTENT_END and event.data:
                ends.append(event.data["intent_output"])

        with chat_session.async_get_chat_session(self.hass, conversation) as session:
            run = PipelineRun(
                self.hass,
                context=Context(),
                pipeline=async_get_pipeline(self.hass, self.pipelines[pipeline]),
                start_stage=PipelineStage.INTENT,
                end_stage=PipelineStage.INTENT,
                event_callback=keep,
            )
            await PipelineInput(run=run, session=session, intent_input=text).execute(validate=True)
        return ends[-1]

    async def command(self, text: str, pipeline: str = DEFAULT_AGENT) -> None:
        """Say something that Home Assistant does.

        Raises:
            RuntimeError: If it was not done.
        """
        said = await self.say(text, pipeline)
        if said["response"]["response_type"] != "action_done":
            raise RuntimeError(f"{text!r} was not done")

    async def call(self) -> None:
        """Send as a time automation does."""
        await self.hass.services.async_call(
            "notify", "person_0", {"message": "The washing is done"}, blocking=True
        )


def _contact(number: int) -> ConfigSubentryData:
    name = f"Person {number}"
    return ConfigSubentryData(
        data={
            "name": name,
            "aliases": [],
            "channel": "notify_action",
            "targets": [f"notify.person_{number % CHANNELS}"],
            "level": "inherit",
            "observe": False,
        },
        subentry_type="contact",
        title=name,
        unique_id=f"contact:{number}",
    )


class DoesIt(ConversationEntity):
    """An agent that lets Home Assistant turn on the light, as a language model would, and says so."""

    _attr_name = "does it"
    entity_id = "conversation.does_it"
    _attr_supported_features = ConversationEntityFeature.CONTROL

    @property
    @override
    def supported_languages(self) -> Literal["*"]:
        """All."""
        return "*"

    @override
    async def _async_handle_message(
        self, user_input: ConversationInput, chat_log: ChatLog
    ) -> ConversationResult:
        """Turn it on."""
        await self.hass.services.async_call(
            "light",
            "turn_on",
            {"entity_id": "light.kitchen"},
            blocking=True,
            context=user_input.context,
        )
        chat_log.async_add_assistant_content_without_tools(
            AssistantContent(agent_id=user_input.agent_id, content="Turned on the light")
        )
        return async_get_result_from_chat_log(user_input, chat_log)


async def _furnish(hass: HomeAssistant, another_agent: bool) -> BenchHome:
    ffmpeg = {"ffmpeg": {"ffmpeg_bin": imageio_ffmpeg.get_ffmpeg_exe()}}
    for domain in (
        "homeassistant",
        "conversation",
        "ffmpeg",
        "assist_pipeline",
        "intent",
        "notify",
    ):
        if not await async_setup_component(hass, domain, ffmpeg if domain == "ffmpeg" else {}):
            raise RuntimeError(f"{domain} could not be set up")

    async def nothing(call: ServiceCall) -> None:
        pass

    for number in range(CHANNELS):
        hass.services.async_register("notify", f"person_{number}", nothing)
    hass.services.async_register("light", "turn_on", nothing)
    names = {"light.kitchen": "kitchen light"}
    names |= {f"light.lamp_{number}": f"lamp {number}" for number in range(1, EXPOSED)}
    for entity_id, name in names.items():
        hass.states.async_set(entity_id, "off", {"friendly_name": name})
        async_expose_entity(hass, "conversation", entity_id, True)
    await hass.async_block_till_done()
    pipelines = {
        DEFAULT_AGENT: async_get_pipeline(hass).id,
        LEFT_ALONE: await _pipeline(hass, "Left alone", "conversation.home_assistant"),
    }
    if another_agent:
        await hass.data[DATA_COMPONENT].async_add_entities([DoesIt()])
        pipelines[ANOTHER_AGENT] = await _pipeline(hass, "Another", DoesIt.entity_id)
    await hass.async_block_till_done()
    return BenchHome(hass, pipelines)


async def _pipeline(hass: HomeAssistant, name: str, engine: str) -> str:
    """Add a pipeline, and return its id."""
    store = hass.data[KEY_ASSIST_PIPELINE].pipeline_store
    pipeline = await store.async_create_item(
        {
            "name": name,
            "conversation_engine": engine,
            "conversation_language": "en",
            "language": "en",
            "stt_engine": None,
            "stt_language": None,
            "tts_engine": None,
            "tts_language": None,
            "tts_voice": None,
            "wake_word_entity": None,
            "wake_word_id": None,
        }
    )
    return pipeline.id


@asynccontextmanager
async def homes(*, another_agent: bool = False) -> AsyncIterator[dict[str, BenchHome]]:
    """Furnish the three homes, none of them guarded yet, with another agent if one is wanted; closed at the end."""
    async with AsyncExitStack() as stack:
        found: dict[str, BenchHome] = {}
        for name in NAMES:
            folder = stack.enter_context(TemporaryDirectory())
            hass = await stack.enter_async_context(async_test_home_assistant(config_dir=folder))
            del hass.data[loader.DATA_CUSTOM_COMPONENTS]
            found[name] = await _furnish(hass, another_agent)
        yield found
        for home in found.values():
            home.step_in()
            if home.entry is not None:
                await home.unload()
            await home.hass.async_stop(force=True)
