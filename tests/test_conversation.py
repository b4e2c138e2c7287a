"""The guarded agent in a real Assist pipeline, given text as a satellite or an app would give it."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

from homeassistant.components import assist_pipeline, conversation
from homeassistant.components.assist_pipeline.pipeline import PipelineInput, PipelineRun
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.config_entries import ConfigEntryState, ConfigSubentryData
from homeassistant.core import Context, HomeAssistant, ServiceCall
from homeassistant.helpers import chat_session, entity_registry as er
from homeassistant.setup import async_setup_component
import imageio_ffmpeg
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.core.errors import LedgerWriteError

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
        self, text: str, *, fresh: bool = False, device_id: str | None = "speaker"
    ) -> Spoken:
        """Say something, in the running conversation unless after a fresh wake."""
        events: list[assist_pipeline.PipelineEvent] = []
        pipeline = assist_pipeline.pipeline.async_get_pipeline(self.hass)
        wanted = None if fresh else self.conversation_id
        with chat_session.async_get_chat_session(self.hass, wanted) as session:
            run = PipelineRun(
                self.hass,
                context=Context(),
                pipeline=pipeline,
                start_stage=assist_pipeline.PipelineStage.INTENT,
                end_stage=assist_pipeline.PipelineStage.INTENT,
                event_callback=events.append,
            )
            given = PipelineInput(run=run, session=session, intent_input=text, device_id=device_id)
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


@pytest.mark.usefixtures("entry")
async def test_ask_prove_send(home: HomeAssistant, sent: list[ServiceCall]) -> None:
    """The whole path, word for word."""
    assist = Assist(home)
    question = await assist.say("Tell my sister that I'll be late, sorry!")
    assert "Anna" in question.speech
    assert "I'll be late, sorry" in question.speech
    assert question.listen
    assert sent == []
    done = await assist.say("yes, send the message")
    assert "Anna" in done.speech
    assert not done.listen
    assert [call.data["message"] for call in sent] == ["I'll be late, sorry!"]


@pytest.mark.usefixtures("entry")
async def test_the_portland_chain(home: HomeAssistant, sent: list[ServiceCall]) -> None:
    """A request out of the air, a name, "right", and five more turns of background talk."""
    assist = Assist(home)
    await assist.say("send message")
    await assist.say("Anna")
    for talk in ("right", "so I told him", "yeah okay", "right right", "we should go", "okay"):
        await assist.say(talk)
    assert sent == []


@pytest.mark.usefixtures("entry")
async def test_the_light_goes_on_while_a_confirmation_waits(
    home: HomeAssistant, sent: list[ServiceCall], lit: list[ServiceCall]
) -> None:
    """In the open conversation and after a fresh wake; the confirmation stays."""
    assist = Assist(home)
    await assist.say("tell Anna that I am late")
    await assist.say("turn on the kitchen light")
    assert len(lit) == 1
    await assist.say("turn on the kitchen light", fresh=True)
    assert len(lit) == 2
    await assist.say(PHRASE, fresh=True)
    assert len(sent) == 1


@pytest.mark.usefixtures("entry")
async def test_no_body_is_asked_for_once(home: HomeAssistant, sent: list[ServiceCall]) -> None:
    """The next words are the message, whole."""
    assist = Assist(home)
    asked = await assist.say("send a message to Anna")
    assert asked.listen
    question = await assist.say("The key is under the mat")
    assert "The key is under the mat" in question.speech
    await assist.say(PHRASE)
    assert [call.data["message"] for call in sent] == ["The key is under the mat"]


@pytest.mark.usefixtures("entry")
async def test_a_no_instead_of_a_body(home: HomeAssistant, sent: list[ServiceCall]) -> None:
    """Ends it."""
    assist = Assist(home)
    await assist.say("send a message to Anna")
    await assist.say("cancel")
    await assist.say(PHRASE)
    assert sent == []


@pytest.mark.usefixtures("entry")
async def test_a_stranger_is_refused_with_what_to_do(home: HomeAssistant) -> None:
    """Nothing waits afterwards."""
    answer = await Assist(home).say("send a message to Zoe saying hello")
    assert "Zoe" in answer.speech or "zoe" in answer.speech
    assert not answer.listen


@pytest.mark.usefixtures("entry")
async def test_other_people_elsewhere_cannot_answer(
    home: HomeAssistant, sent: list[ServiceCall]
) -> None:
    """The proof said to another device is nothing."""
    await Assist(home).say("tell Anna that I am late")
    await Assist(home).say(PHRASE, device_id="another")
    assert sent == []


@pytest.mark.usefixtures("entry")
async def test_everything_else_keeps_its_way(home: HomeAssistant, lit: list[ServiceCall]) -> None:
    """Commands, and the answer when nobody understands."""
    assist = Assist(home)
    answer = await assist.say("turn on the kitchen light", fresh=True)
    assert answer.kind == "action_done"
    assert answer.local
    assert len(lit) == 1
    nonsense = await assist.say("colourless green ideas", fresh=True)
    assert nonsense.kind == "error"


async def test_a_broken_guard_breaks_nothing_else(
    home: HomeAssistant,
    entry: MockConfigEntry,
    sent: list[ServiceCall],
    lit: list[ServiceCall],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Injected at recognition: the turn goes on to the wrapped agent, and nothing is sent."""

    async def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("custom_components.message_guard.dialogue.Dialogue.take", broken)
    assist = Assist(home)
    await assist.say("tell Anna that I am late")
    await assist.say(PHRASE)
    assert sent == []
    await assist.say("turn on the kitchen light", fresh=True)
    assert len(lit) == 1


async def test_a_ledger_that_fails_is_said(
    home: HomeAssistant,
    entry: MockConfigEntry,
    sent: list[ServiceCall],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The user hears why, and the light still works."""

    async def full(*_: object) -> None:
        raise LedgerWriteError("disk full")

    monkeypatch.setattr(entry.runtime_data.works.ledger, "append_many", full)
    answer = await Assist(home).say("tell Anna that I am late")
    assert "disk" in answer.speech
    assert sent == []
