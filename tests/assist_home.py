"""A home with an Assist pipeline, and somebody who talks to it."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from homeassistant.components import assist_pipeline, conversation
from homeassistant.components.assist_pipeline.pipeline import PipelineInput, PipelineRun
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.config_entries import ConfigEntryState, ConfigSubentry, ConfigSubentryData
from homeassistant.core import Context, HomeAssistant, ServiceCall
from homeassistant.helpers import chat_session, entity_registry as er
from homeassistant.setup import async_setup_component
import imageio_ffmpeg
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from custom_components.message_guard.const import DOMAIN

PHRASE = "yes send the message"


@dataclass
class Spoken:
    """What came back from one run of the pipeline."""

    speech: str
    conversation_id: str
    listen: bool
    kind: str
    local: bool


class Assist:
    """Talks to the preferred pipeline."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Talk to this home."""
        self.hass = hass
        self.conversation_id: str | None = None

    async def say(
        self,
        text: str,
        *,
        fresh: bool = False,
        device_id: str | None = "speaker",
        satellite_id: str | None = None,
        user_id: str | None = None,
    ) -> Spoken:
        """Say something, in the running conversation unless after a fresh wake."""
        events: list[assist_pipeline.PipelineEvent] = []
        pipeline = assist_pipeline.pipeline.async_get_pipeline(self.hass)
        wanted = None if fresh else self.conversation_id
        with chat_session.async_get_chat_session(self.hass, wanted) as session:
            run = PipelineRun(
                self.hass,
                context=Context(user_id=user_id),
                pipeline=pipeline,
                start_stage=assist_pipeline.PipelineStage.INTENT,
                end_stage=assist_pipeline.PipelineStage.INTENT,
                event_callback=events.append,
            )
            given = PipelineInput(
                run=run,
                session=session,
                intent_input=text,
                device_id=device_id,
                satellite_id=satellite_id,
            )
            await given.execute(validate=True)
        (end,) = [e for e in events if e.type is assist_pipeline.PipelineEventType.INTENT_END]
        output: dict[str, Any] = end.data["intent_output"]  # type: ignore[index]
        self.conversation_id = output["conversation_id"]
        return Spoken(
            speech=output["response"]["speech"].get("plain", {}).get("speech", ""),
            conversation_id=output["conversation_id"],
            listen=output["continue_conversation"],
            kind=output["response"]["response_type"],
            local=end.data["processed_locally"],  # type: ignore[index]
        )


def contact(name: str, **more: Any) -> ConfigSubentryData:
    """Return the stored form of a contact who is reached by a legacy notify action."""
    data = {
        "name": name,
        "aliases": [],
        "channel": "notify_action",
        "targets": ["notify.anna"],
        "level": "inherit",
        "observe": False,
        **more,
    }
    return ConfigSubentryData(
        data=data, subentry_type="contact", title=name, unique_id=f"contact:{name.lower()}"
    )


async def add(home: HomeAssistant, entry: MockConfigEntry, name: str, **more: Any) -> None:
    """Put somebody on the list, reached as `contact` says."""
    made = contact(name, **more)
    home.config_entries.async_add_subentry(
        entry,
        ConfigSubentry(
            data=MappingProxyType(made["data"]),
            subentry_type="contact",
            title=name,
            unique_id=made["unique_id"],
        ),
    )
    await home.async_block_till_done()


@pytest.fixture
async def home(hass: HomeAssistant, enable_custom_integrations: None) -> HomeAssistant:
    """Return a home with an Assist pipeline and a kitchen light."""
    assert await async_setup_component(hass, "homeassistant", {})
    ffmpeg = {"ffmpeg": {"ffmpeg_bin": imageio_ffmpeg.get_ffmpeg_exe()}}
    assert await async_setup_component(hass, "ffmpeg", ffmpeg)
    for domain in ("conversation", "assist_pipeline", "intent", "light"):
        assert await async_setup_component(hass, domain, {})
    lights = er.async_get(hass)
    light = lights.async_get_or_create("light", "demo", "kitchen", original_name="kitchen light")
    hass.states.async_set(light.entity_id, "off", {"friendly_name": "kitchen light"})
    async_expose_entity(hass, conversation.DOMAIN, light.entity_id, True)
    await hass.async_block_till_done()
    return hass


@pytest.fixture
async def entry(home: HomeAssistant) -> AsyncGenerator[MockConfigEntry]:
    """Return a loaded entry that guards the preferred pipeline."""
    pipeline = assist_pipeline.pipeline.async_get_pipeline(home)
    made = MockConfigEntry(
        domain=DOMAIN,
        title="Message Guard",
        options={"pipelines": [pipeline.id], "default_level": "phrase", "phrase": PHRASE},
        subentries_data=[contact("Anna", aliases=["my sister"])],
    )
    made.add_to_hass(home)
    assert await home.config_entries.async_setup(made.entry_id)
    await home.async_block_till_done()
    yield made
    if made.state is ConfigEntryState.LOADED:
        await home.config_entries.async_unload(made.entry_id)


@pytest.fixture
def sent(home: HomeAssistant) -> list[ServiceCall]:
    """Return what reached Anna."""
    return async_mock_service(home, "notify", "anna")


@pytest.fixture
def lit(home: HomeAssistant) -> list[ServiceCall]:
    """Return what reached the light."""
    return async_mock_service(home, "light", "turn_on")
