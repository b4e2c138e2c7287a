"""The same home three times in one process: without Message Guard, with it, and a second time without it (A/A)."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from tempfile import TemporaryDirectory
from typing import Any

from homeassistant import core, loader
from homeassistant.components import assist_pipeline
from homeassistant.components.assist_pipeline.pipeline import (
    KEY_ASSIST_PIPELINE,
    PipelineInput,
    PipelineRun,
    PipelineStage,
    async_get_pipeline,
)
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

EXPOSED = 100
"""Lights that can be spoken of."""

CHANNELS = 10
"""Actions that send. Contacts share them: an address book may be large, what a home sends by is not, and a contact
without a channel is a repair of its own."""

PHRASE = "yes, send the message"


@dataclass(slots=True)
class BenchHome:
    """A home with lights, actions that send and two pipelines with Home Assistant's own agent.

    Attributes:
        hass: Its Home Assistant.
        pipeline: The pipeline that Message Guard guards, where there is one.
        plain: A pipeline that it leaves alone.
        entry: Message Guard; None in a home without it.
    """

    hass: HomeAssistant
    pipeline: assist_pipeline.Pipeline
    plain: assist_pipeline.Pipeline
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
                "pipelines": [self.pipeline.id],
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

    async def say(self, text: str, *, plain: bool = False, conversation: str | None = None) -> Any:
        """Run the intent stage of a pipeline, and return what `intent-end` tells."""
        ends: list[Any] = []

        def keep(event: assist_pipeline.PipelineEvent) -> None:
            if event.type is assist_pipeline.PipelineEventType.INTENT_END and event.data:
                ends.append(event.data["intent_output"])

        with chat_session.async_get_chat_session(self.hass, conversation) as session:
            run = PipelineRun(
                self.hass,
                context=Context(),
                pipeline=self.plain if plain else self.pipeline,
                start_stage=PipelineStage.INTENT,
                end_stage=PipelineStage.INTENT,
                event_callback=keep,
            )
            await PipelineInput(run=run, session=session, intent_input=text).execute(validate=True)
        return ends[-1]

    async def command(self, text: str, *, plain: bool = False) -> None:
        """Say something that Home Assistant does.

        Raises:
            RuntimeError: If it was not done.
        """
        said = await self.say(text, plain=plain)
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


async def _furnish(hass: HomeAssistant) -> BenchHome:
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
    store = hass.data[KEY_ASSIST_PIPELINE].pipeline_store
    plain = await store.async_create_item(
        {
            "name": "Left alone",
            "conversation_engine": "conversation.home_assistant",
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
    await hass.async_block_till_done()
    return BenchHome(hass, async_get_pipeline(hass), plain)


@asynccontextmanager
async def homes() -> AsyncIterator[dict[str, BenchHome]]:
    """Furnish the three homes, none of them guarded yet; they are closed at the end."""
    async with AsyncExitStack() as stack:
        found: dict[str, BenchHome] = {}
        for name in NAMES:
            folder = stack.enter_context(TemporaryDirectory())
            hass = await stack.enter_async_context(async_test_home_assistant(config_dir=folder))
            del hass.data[loader.DATA_CUSTOM_COMPONENTS]
            found[name] = await _furnish(hass)
        yield found
        for home in found.values():
            home.step_in()
            if home.entry is not None:
                await home.unload()
            await home.hass.async_stop(force=True)
