"""A guarded home as a stage for the corpus: one way is used to ask, and the real pipeline to answer."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any, override

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.assist_pipeline.pipeline import (
    PipelineEvent,
    PipelineEventType,
    PipelineInput,
    PipelineRun,
    PipelineStage,
    async_get_pipeline,
)
from homeassistant.components.assist_satellite import AssistSatelliteEntityFeature
from homeassistant.core import Context, HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import chat_session, intent, llm
import probatio
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.core.confirmation import Confirmation
from custom_components.message_guard.core.level import Level
from custom_components.message_guard.core.request import Origin
from custom_components.message_guard.runtime import Components
from tests.corpus.intruders import Intruders
from tests.corpus.play import (
    GARAGE,
    HALL,
    KITCHEN,
    NOWHERE,
    PIN,
    STRANGER,
    WRITER,
    Ask,
    Case,
)

LETTER = "SendLetter"
TOOL = "message_guard__SendMessage"
CALLS = "input_text.calls"
TAKES_IN = f"switch.{DOMAIN}_messages_come_in"
HOUSEHOLD = ("Anna", "Ben", "Chris")


def addresses(case: Case) -> dict[str, str]:
    """Return the notify action of everybody whom this case can write to, by name."""
    more = {name: f"more_{number}" for number, name in enumerate(case.contacts)}
    return {**{name: name.lower() for name in (*HOUSEHOLD, STRANGER)}, **more}


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
    """A guarded home with the household of the corpus."""

    hass: HomeAssistant
    entry: MockConfigEntry
    case: Case
    route: str
    freezer: FrozenDateTimeFactory
    intruders: Intruders
    sent: list[tuple[str, str]] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)
    question: str = ""
    read: str = ""
    # Home Assistant's own recogniser takes minutes over 100,000 characters; 2,000 is where we stop.
    longest: int = 2_500

    @property
    def components(self) -> Components:
        """The moving parts."""
        components: Components | None = self.entry.runtime_data.components
        assert components is not None
        components.actions.on_unasked = None  # the stage itself tells when a question is spoken
        return components

    @property
    def waiting(self) -> Confirmation | None:
        """What waits for its proof, the newest of it."""
        return next(reversed(self.components.guard.pending), None)

    @property
    def proof(self) -> str:
        """What proves it now."""
        waiting = self.waiting
        if waiting is None or waiting.challenge is None:
            return ""
        return PIN if waiting.level is Level.PIN else min(waiting.challenge.expected)

    # --- asking -----------------------------------------------------------------------------------

    async def ask(self, ask: Ask) -> None:
        """Ask by the way that is played."""
        self._state(ask.place, "processing")
        await {
            "sentence": self._by_sentence,
            "intent": self._by_intent,
            "action": self._by_action,
            "llm_tool": self._by_tool,
        }[self.route](ask)
        await self.hass.async_block_till_done()
        if self.waiting is not None:
            self.question = self.waiting.question

    def heard(self) -> None:
        """Let the loudspeakers finish."""
        for waiting in self.components.guard.pending:
            if not waiting.given:
                self.components.guard.question_given(waiting.id)
        for place in (KITCHEN, HALL, GARAGE):
            self._state(place, "responding")
            self._state(place, "idle")

    async def _by_sentence(self, ask: Ask) -> None:
        names = " and ".join(ask.to)
        await self._pipeline(f"send a message to {names} saying {ask.body}", ask.place)

    async def _by_intent(self, ask: Ask) -> None:
        (name,) = ask.to
        turn = self.components.turns.begin(_origin(ask.place))
        try:
            await intent.async_handle(
                self.hass,
                "conversation",
                LETTER,
                {"recipient": {"value": name}, "message": {"value": ask.body}},
                text_input="post a letter",
                context=Context(),
                language="en",
                satellite_id=_satellite(ask.place),
            )
        finally:
            self.components.turns.end(turn)

    async def _by_action(self, ask: Ask) -> None:
        """Let an automation write to addresses: all of them at once, with the same words."""
        data = {"message": ask.body, **ask.data}
        known = addresses(self.case)
        calls = [known.get(name, name.lower()) for name in ask.to]
        self.hass.states.async_set(CALLS, "calls", {"to": calls, "data": data})
        words = "them" if len(calls) > 1 else "one"
        await self._pipeline(f"put it in writing to {words} now", ask.place)

    async def _by_tool(self, ask: Ask) -> None:
        turn = self.components.turns.begin(_origin(ask.place))
        context = llm.LLMContext("test", Context(), "en", "conversation", None)
        try:
            api = await llm.async_get_api(self.hass, llm.LLM_API_ASSIST, context)
            given = {"contacts": list(ask.to), "message": ask.body, **ask.data}
            with suppress(probatio.Invalid):
                await api.async_call_tool(llm.ToolInput(tool_name=TOOL, tool_args=given))
        finally:
            self.components.turns.end(turn)

    # --- speaking ---------------------------------------------------------------------------------

    async def say(self, text: str, place: str) -> None:
        """Say it to the pipeline, at a satellite, in the conversation that is going on there."""
        self._state(place, "processing")
        await self._pipeline(text, place)
        await self.hass.async_block_till_done()

    async def announce(self, text: str, place: str) -> None:
        """Announce it, as an automation would."""
        await self.hass.services.async_call(
            "assist_satellite", "announce", {"entity_id": _satellite(place), "message": text}
        )
        await self.hass.async_block_till_done()

    async def incoming(self, text: str) -> None:
        """Let the administrator put it down as hers, as an automation would, and ask what she has said."""
        context = Context(user_id=self.intruders.owner)
        for domain, service, data in (
            ("switch", "turn_on", {"entity_id": TAKES_IN}),
            (DOMAIN, "receive", {"contact": WRITER, "message": text}),
        ):
            await self.hass.services.async_call(
                domain, service, data, blocking=True, context=context
            )
        self._state(KITCHEN, "processing")
        self.read = await self._pipeline(f"what did {WRITER} say?", KITCHEN)
        await self.hass.async_block_till_done()

    async def _pipeline(self, text: str, place: str) -> str:
        """Let the pipeline hear it; return what is answered."""
        events: list[PipelineEvent] = []
        with chat_session.async_get_chat_session(self.hass, _conversation(place)) as session:
            run = PipelineRun(
                self.hass,
                context=Context(),
                pipeline=async_get_pipeline(self.hass),
                start_stage=PipelineStage.INTENT,
                end_stage=PipelineStage.INTENT,
                event_callback=events.append,
            )
            given = PipelineInput(
                run=run, session=session, intent_input=text, satellite_id=_satellite(place)
            )
            await given.execute(validate=True)
        for event in events:
            if event.type is PipelineEventType.INTENT_END and event.data is not None:
                answer = event.data["intent_output"]["response"]["speech"]
                return str(answer.get("plain", {}).get("speech", ""))
        return ""

    def _state(self, place: str, state: str) -> None:
        if (satellite_id := _satellite(place)) is not None:
            features = AssistSatelliteEntityFeature.START_CONVERSATION
            self.hass.states.async_set(satellite_id, state, {"supported_features": features})

    # --- what else happens ------------------------------------------------------------------------

    async def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.freezer.tick(seconds)
        async_fire_time_changed(self.hass)
        await self.hass.async_block_till_done()

    async def restart(self) -> None:
        """Load the entry anew; nothing is kept in memory."""
        assert await self.hass.config_entries.async_reload(self.entry.entry_id)
        await self.hass.async_block_till_done()

    async def act(self, by: str, does: str) -> None:
        """Do it, as far as Home Assistant and the guard let them."""
        waiting = self.waiting
        place = KITCHEN if waiting is None or waiting.origin.satellite_id is not None else NOWHERE
        self.intruders.know(waiting, self.proof, _conversation(place))
        with suppress(HomeAssistantError):
            await self.intruders.act(by, does, self._speaks, self.wait)
        await self.hass.async_block_till_done()

    async def _speaks(self, text: str) -> None:
        self._state(KITCHEN, "processing")
        await self._pipeline(text, KITCHEN)
        self._state(KITCHEN, "responding")
        self._state(KITCHEN, "idle")

    def receiver(self, name: str) -> Callable[[ServiceCall], Any]:
        """Return what takes the messages to somebody."""

        async def receive(call: ServiceCall) -> None:
            self.sent.append((name, call.data["message"]))

        return receive


def write_to(words: str) -> dict[str, Any]:
    """Return an automation that writes to one address, or to several at once."""
    steps = [
        {
            "if": f"{{{{ state_attr('{CALLS}', 'to') | count > {number} }}}}",
            "then": {
                "action": f"notify.{{{{ state_attr('{CALLS}', 'to')[{number}] }}}}",
                "data": f"{{{{ state_attr('{CALLS}', 'data') }}}}",
            },
        }
        for number in range(2)
    ]
    return {
        "alias": f"write to {words}",
        "triggers": [{"trigger": "conversation", "command": f"put it in writing to {words} now"}],
        "actions": [{"parallel": steps}] if words == "them" else steps[:1],
    }


def steady() -> Callable[[int], int]:
    """Return a draw that never gives the same code twice in a row."""
    numbers = count()
    return lambda below: next(numbers) * 7 % below


def _satellite(place: str) -> str | None:
    return None if place == NOWHERE else f"assist_satellite.{place}"


def _conversation(place: str) -> str:
    """Return the conversation that goes on there: a satellite keeps its own for some minutes."""
    return f"talk in {place}"


def _origin(place: str) -> Origin:
    return Origin(
        satellite_id=_satellite(place),
        conversation_id=_conversation(place),
        area_id=place if place in {KITCHEN, GARAGE} else None,
        language="en",
    )
