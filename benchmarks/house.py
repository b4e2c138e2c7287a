"""A Home Assistant in this process, with Message Guard set up from its own config entry.

Only two things stand in for something else: the agent that is wrapped understands nothing, and the
channel counts what reaches it.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from tempfile import TemporaryDirectory
from typing import Any, Literal, override
from unittest.mock import patch

from homeassistant import loader
from homeassistant.components import conversation
from homeassistant.components.conversation import ConversationInput, ConversationResult
from homeassistant.components.conversation.models import AbstractConversationAgent
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.const import MATCH_ALL
from homeassistant.core import Context, HomeAssistant, ServiceCall
from homeassistant.helpers import entity_registry as er, intent
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import imageio_ffmpeg
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_test_home_assistant,
)

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.guarding.pins import hash_pin

CONTACTS = {"Mum": "phrase", "Alice": "code", "Bob": "pin"}
"""Who can be written to, and the proof that each needs."""

SILENT_AGENT = "benchmark_silence"


class SilentAgent(AbstractConversationAgent):
    """Understands nothing: what the guard does not want ends here."""

    @property
    @override
    def supported_languages(self) -> list[str] | Literal["*"]:
        """All."""
        return MATCH_ALL

    @override
    async def async_process(self, user_input: ConversationInput) -> ConversationResult:
        """Say that it was not understood."""
        response = intent.IntentResponse(language=user_input.language)
        response.async_set_error(intent.IntentResponseErrorCode.NO_INTENT_MATCH, "Sorry?")
        return ConversationResult(response, user_input.conversation_id)


class Clock:
    """The time, as the benchmark tells it."""

    def __init__(self) -> None:
        """Start now."""
        self._now = dt_util.utcnow()

    def __call__(self) -> datetime:
        """Return the time."""
        return self._now

    def pass_on(self, seconds: float) -> None:
        """Let time pass."""
        self._now += timedelta(seconds=seconds)


@dataclass(slots=True)
class House:
    """A home with a guarded agent.

    Attributes:
        hass: Home Assistant.
        agent_id: The guarded agent.
        clock: The time.
        received: What arrived: contact and message.
    """

    hass: HomeAssistant
    agent_id: str
    clock: Clock
    received: list[tuple[str, str]] = field(default_factory=list)

    async def say(self, text: str, conversation_id: str | None) -> ConversationResult:
        """Say something to the guarded agent: one whole turn."""
        return await conversation.async_converse(
            hass=self.hass,
            text=text,
            conversation_id=conversation_id,
            context=Context(),
            language="en",
            agent_id=self.agent_id,
        )

    def answer_of_code(self) -> str:
        """Return the answer to the code that is being asked for, as a person would work it out."""
        (entry,) = self.hass.config_entries.async_entries(DOMAIN)
        challenges = [waiting.challenge for waiting in entry.runtime_data.components.guard.pending]
        expected = [min(item.expected) for item in challenges if item is not None and item.expected]
        return expected[-1] if expected else ""


@asynccontextmanager
async def guarded_house(phrase: str, pin: str) -> AsyncIterator[House]:
    """Set up a home, guard its agent, and take it down again."""
    clock = Clock()
    with TemporaryDirectory() as folder, patch.object(dt_util, "utcnow", clock):
        async with async_test_home_assistant(config_dir=folder) as hass:
            del hass.data[loader.DATA_CUSTOM_COMPONENTS]
            house = House(hass, "", clock)
            await _set_up_assist(hass)
            for name in CONTACTS:
                _receive(house, name)
            entry = MockConfigEntry(
                domain=DOMAIN,
                title="Message Guard",
                options=await _options(hass, phrase, pin),
                subentries_data=[_contact(name, level) for name, level in CONTACTS.items()],
            )
            entry.add_to_hass(hass)
            if not await hass.config_entries.async_setup(entry.entry_id):
                raise RuntimeError("Message Guard could not be set up")
            await hass.async_block_till_done()
            house.agent_id = _guarded_agent(hass, entry.entry_id)
            yield house
            await hass.config_entries.async_unload(entry.entry_id)
            await hass.async_stop(force=True)


async def _set_up_assist(hass: HomeAssistant) -> None:
    ffmpeg = {"ffmpeg": {"ffmpeg_bin": imageio_ffmpeg.get_ffmpeg_exe()}}
    for domain in ("homeassistant", "conversation", "ffmpeg", "assist_pipeline", "intent"):
        if not await async_setup_component(hass, domain, ffmpeg if domain == "ffmpeg" else {}):
            raise RuntimeError(f"{domain} could not be set up")
    agent_entry = MockConfigEntry(entry_id=SILENT_AGENT, domain="conversation")
    agent_entry.add_to_hass(hass)
    conversation.async_set_agent(hass, agent_entry, SilentAgent())
    await hass.async_block_till_done()


async def _options(hass: HomeAssistant, phrase: str, pin: str) -> dict[str, Any]:
    from homeassistant.components.assist_pipeline import (  # noqa: PLC0415 - slow, and needed once
        async_get_pipelines,
        async_update_pipeline,
    )

    pipelines = async_get_pipelines(hass)
    for pipeline in pipelines:
        await async_update_pipeline(
            hass, pipeline, conversation_engine=SILENT_AGENT, conversation_language="en"
        )
    return {
        "pipelines": [pipeline.id for pipeline in pipelines],
        "default_level": "phrase",
        "phrase": phrase,
        "pin_hash": await hass.async_add_executor_job(hash_pin, pin),
        "model_steps": 1,
        "approvers": [],
        "guarded_actions": [],
        "guarded_intents": [],
        "observe": False,
        "reactions": "record",
    }


def _contact(name: str, level: str) -> ConfigSubentryData:
    return ConfigSubentryData(
        data={
            "name": name,
            "aliases": [],
            "channel": "notify_action",
            "targets": [f"notify.{name.lower()}"],
            "level": level,
            "observe": False,
        },
        subentry_type="contact",
        title=name,
        unique_id=f"contact:{name.lower()}",
    )


def _receive(house: House, name: str) -> None:
    async def received(call: ServiceCall) -> None:
        house.received.append((name, call.data["message"]))

    house.hass.services.async_register("notify", name.lower(), received)


def _guarded_agent(hass: HomeAssistant, entry_id: str) -> str:
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry_id)
    return next(entity.entity_id for entity in entities if entity.domain == "conversation")
