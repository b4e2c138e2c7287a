"""The corpus of cases, played through every way from speech to a message."""

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any, override

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.assist_pipeline import (
    PipelineStage,
    async_get_pipeline,
)
from homeassistant.components.assist_pipeline.pipeline import PipelineInput, PipelineRun
from homeassistant.components.assist_satellite import AssistSatelliteEntityFeature
from homeassistant.core import Context, HomeAssistant, ServiceCall
from homeassistant.helpers import chat_session, intent, llm
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.core.confirmation import Confirmation
from custom_components.message_guard.core.request import Origin
from custom_components.message_guard.guarding.records import Approver
from custom_components.message_guard.runtime import Works
from tests.conftest import contact_data, options
from tests.corpus.play import KITCHEN, PHRASE, ROUTES, Case, cases, play

PERSON = Approver("a person", "action")
LETTER = "SendLetter"
TOOL = "message_guard__SendMessage"
NAMES = ("anna", "ben", "chris", "zoe")


class SendLetter(intent.IntentHandler):
    """An intent of another integration, which sends as soon as it is handled."""

    intent_type = LETTER

    def __init__(self, sent: list[tuple[str, str]]) -> None:
        """Keep in `sent` what is sent."""
        self._sent = sent

    @override
    async def async_handle(self, intent_obj: intent.Intent) -> intent.IntentResponse:
        slots = intent_obj.slots
        self._sent.append((slots["recipient"]["value"], slots["message"]["value"]))
        return intent_obj.create_response()


@dataclass
class HomeStage:
    """A guarded home in which one way is used to ask, and the real pipeline to answer."""

    hass: HomeAssistant
    entry: MockConfigEntry
    route: str
    freezer: FrozenDateTimeFactory
    sent: list[tuple[str, str]] = field(default_factory=list)
    question: str = ""
    # Home Assistant's own recogniser takes minutes over 100,000 characters; 2,000 is where we stop.
    longest: int = 2_500

    @property
    def works(self) -> Works:
        """The moving parts."""
        works: Works | None = self.entry.runtime_data.works
        assert works is not None
        works.actions.on_unasked = None  # the stage itself tells when a question is spoken
        return works

    @property
    def waiting(self) -> Confirmation | None:
        """What waits for its proof."""
        return next(iter(self.works.guard.pending), None)

    @property
    def proof(self) -> str:
        """What proves it now."""
        waiting = self.waiting
        return min(waiting.challenge.expected) if waiting and waiting.challenge else ""

    async def ask(self, to: str, body: str) -> None:
        """Ask by the way that is played."""
        self._state(KITCHEN, "processing")
        await {
            "sentence": self._by_sentence,
            "intent": self._by_intent,
            "action": self._by_action,
            "llm_tool": self._by_tool,
        }[self.route](to, body)
        await self.hass.async_block_till_done()
        self.question = self.waiting.question if self.waiting is not None else ""

    def heard(self) -> None:
        """Let the loudspeakers finish."""
        waiting = self.waiting
        if waiting is not None and not waiting.given:
            self.works.guard.question_given(waiting.id)
        for place in (KITCHEN, "hall"):
            self._state(place, "idle")

    async def say(self, text: str, place: str) -> None:
        """Say it to the pipeline, at a satellite."""
        self._state(place, "processing")
        await self._pipeline(text, place)
        await self.hass.async_block_till_done()

    async def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.freezer.tick(seconds)
        async_fire_time_changed(self.hass)
        await self.hass.async_block_till_done()

    async def decide(self, *, approve: bool) -> None:
        """Decide on a device."""
        guard, waiting = self.works.guard, self.waiting
        if waiting is not None:
            await (guard.approve if approve else guard.decline)(waiting.id, PERSON)
            await self.hass.async_block_till_done()

    async def restart(self) -> None:
        """Load the entry anew; nothing is kept in memory."""
        assert await self.hass.config_entries.async_reload(self.entry.entry_id)
        await self.hass.async_block_till_done()

    # --- the ways ---------------------------------------------------------------------------------

    async def _by_sentence(self, to: str, body: str) -> None:
        await self._pipeline(f"send a message to {to} saying {body}", KITCHEN)

    async def _by_intent(self, to: str, body: str) -> None:
        await intent.async_handle(
            self.hass,
            "conversation",
            LETTER,
            {"recipient": {"value": to}, "message": {"value": body}},
            text_input="post a letter",
            context=Context(),
            language="en",
            satellite_id=_satellite(KITCHEN),
        )

    async def _by_action(self, to: str, body: str) -> None:
        self.hass.states.async_set("input_text.words", body)
        await self._pipeline(f"write to {to} now", KITCHEN)

    async def _by_tool(self, to: str, body: str) -> None:
        turn = self.works.turns.begin(Origin(satellite_id=_satellite(KITCHEN), language="en"))
        context = llm.LLMContext("test", Context(), "en", "conversation", None)
        try:
            api = await llm.async_get_api(self.hass, llm.LLM_API_ASSIST, context)
            given = {"contacts": [to], "message": body}
            await api.async_call_tool(llm.ToolInput(tool_name=TOOL, tool_args=given))
        finally:
            self.works.turns.end(turn)

    async def _pipeline(self, text: str, place: str) -> None:
        with chat_session.async_get_chat_session(self.hass, None) as session:
            run = PipelineRun(
                self.hass,
                context=Context(),
                pipeline=async_get_pipeline(self.hass),
                start_stage=PipelineStage.INTENT,
                end_stage=PipelineStage.INTENT,
                event_callback=lambda _event: None,
            )
            given = PipelineInput(
                run=run, session=session, intent_input=text, satellite_id=_satellite(place)
            )
            await given.execute(validate=True)

    def _state(self, place: str, state: str) -> None:
        features = AssistSatelliteEntityFeature.START_CONVERSATION
        self.hass.states.async_set(_satellite(place), state, {"supported_features": features})


def _satellite(place: str) -> str:
    return f"assist_satellite.{place}"


def _write_to(name: str) -> dict[str, Any]:
    message = "{{ states('input_text.words') }}"
    return {
        "alias": name,
        "triggers": [{"trigger": "conversation", "command": f"write to {name} now"}],
        "actions": [{"action": f"notify.{name}", "data": {"message": message}}],
    }


def _steady() -> Callable[[int], int]:
    numbers = count()
    return lambda below: next(numbers) * 7 % below


@pytest.fixture
async def stage(
    assist: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> AsyncGenerator[HomeStage]:
    """Return a home for the case and the way that a test is about."""
    case: Case = request.node.callspec.params["case"]
    monkeypatch.setattr("custom_components.message_guard.guard.secrets.randbelow", _steady())
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Message Guard",
        options=options(assist, phrase=PHRASE, model_steps=0, guarded_intents=[LETTER]),
        subentries_data=[
            contact_data("Anna", level=case.level),
            contact_data("Ben"),
            contact_data("Chris"),
            contact_data("Christine", aliases=["Chris"], targets=["notify.chris"]),
        ],
    )
    made = HomeStage(assist, entry, request.node.callspec.params["route"], freezer)

    async def receive(call: ServiceCall) -> None:
        made.sent.append((call.service.capitalize(), call.data["message"]))

    for name in NAMES:
        assist.services.async_register("notify", name, receive)
    intent.async_register(assist, SendLetter(made.sent))
    automations = [_write_to(name) for name in NAMES]
    assert await async_setup_component(assist, "automation", {"automation": automations})
    entry.add_to_hass(assist)
    assert await assist.config_entries.async_setup(entry.entry_id)
    await assist.async_block_till_done()
    yield made
    if entry.state.recoverable:
        await assist.config_entries.async_unload(entry.entry_id)
        await assist.async_block_till_done()


@pytest.mark.parametrize(
    ("case", "route"),
    [
        pytest.param(case, route, id=f"{case.id}-{route}")
        for case in cases()
        for route in case.routes
    ],
)
async def test_case(stage: HomeStage, case: Case, route: str) -> None:
    """The same outcome as on the core, whichever way it was asked."""
    assert stage.route == route
    await play(case, stage)


def test_every_way_is_played() -> None:
    """Most cases on each of them."""
    for route in ROUTES:
        assert len([case for case in cases() if route in case.routes]) >= 45
