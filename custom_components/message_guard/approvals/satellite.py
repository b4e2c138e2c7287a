"""A question on the satellite, after the turn that needs it.

Sentence triggers, scripts and pipelines that are not guarded answer for themselves: "Done", says the
satellite, and a message waits. So when the turn is over and the satellite is silent, it is told what
really happened, and asked for the proof. What it hears goes to the guard like any other reply, with the
same rules about echoes, tries and newer questions.

Home Assistant's `ask_question` has no deadline, takes whatever text comes next and cuts off a running
pipeline. So it is called only while the satellite is idle, ended when the confirmation ends, and what
is no reply to us goes on to Home Assistant's own commands.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
import logging
from typing import Any, Final

from homeassistant.components import conversation
from homeassistant.components.assist_satellite import DOMAIN as SATELLITE_DOMAIN
from homeassistant.components.assist_satellite.entity import AssistSatelliteState
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import (
    CALLBACK_TYPE,
    Context,
    Event,
    EventStateChangedData,
    HomeAssistant,
    callback,
)
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er, intent
from homeassistant.helpers.event import async_track_state_change_event

from ..assist.aside import aside
from ..assist.redaction import redact_answer
from ..const import DOMAIN
from ..core.answer import Answer, AnswerKind
from ..core.confirmation import PROMPT_SECONDS, VOICE_SECONDS, Confirmation
from ..core.language import Language
from ..core.proof import Verdict
from ..core.question import asked_again, join_names
from ..core.request import Origin, satellite_place
from ..guarding.answers import words_for
from ..guarding.guard import Guard
from ..guarding.records import Notice
from ..home.satellites import until_idle
from ..home.surroundings import Home, logged
from ..ledger.format.entries import FINAL, Kind
from ..provenance.turn import Turn

_LOGGER = logging.getLogger(__name__)

BUSY_SECONDS: Final = 60.0
"""How long a satellite may go on talking before the correction is given up."""

SETTLE_SECONDS: Final = 0.7
"""A satellite that opens its microphone again is idle for a moment in between."""

FASTEST_CHARACTERS: Final = 50.0
"""Characters that no voice says in less than a second: five hundred words a minute.

A microphone that opens sooner was opened by whoever woke the satellite while it asked.
"""

_NOT_CUT_IN: Final = frozenset({AssistSatelliteState.IDLE, AssistSatelliteState.RESPONDING})
"""What a satellite is while it says something, and after it."""

_MOST_ROUNDS: Final = 12
"""Questions in a row; echoes cost no try, and a satellite that only hears itself must come to an end."""

_OUTCOMES: Final = {
    Kind.DELIVERED: "sent",
    Kind.HANDED_OVER: "handed_over",
    Kind.UNKNOWN: "arrival_unknown",
    Kind.FAILED: "delivery_failed",
    Kind.DECLINED: "declined",
    Kind.EXPIRED: "expired",
}
"""What a satellite whose question was decided elsewhere is told."""


class SatelliteQuestions:
    """Tells satellites what waits, and asks them for the proof."""

    def __init__(self, hass: HomeAssistant, guard: Guard, home: Home) -> None:
        """Create the questions on satellites; `start` begins to ask them."""
        self._hass = hass
        self._guard = guard
        self._home = home
        self._open: dict[str, asyncio.Future[Kind]] = {}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._tasks: set[asyncio.Task[None]] = set()

    @callback
    def start(self) -> CALLBACK_TYPE:
        """Follow what becomes of the questions; returns what ends that, and every open question."""
        unsubscribe = self._guard.subscribe(self._noticed)

        @callback
        def stop() -> None:
            unsubscribe()
            for task in self._tasks:
                task.cancel()

        return stop

    @callback
    def follow_up(self, answer: Answer, turn: Turn) -> None:
        """Tell the satellite of a turn that has ended what nobody said in it."""
        if turn.origin.satellite_id is None:
            return
        task = self._home.run(
            logged("Asking on a satellite", self._tell(answer, turn.origin.satellite_id, turn))
        )
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def say(self, satellite_id: str, text: str) -> bool:
        """Say something once the satellite is silent; return whether it was said."""
        async with self._locks[satellite_id]:
            return await self._until_idle(satellite_id) and await self._announce(satellite_id, text)

    @asynccontextmanager
    async def floor(self, satellite_id: str) -> AsyncIterator[bool]:
        """Have a satellite to oneself once it is silent, nothing else of ours is said there; False if it goes on."""
        async with self._locks[satellite_id]:
            yield await self._until_idle(satellite_id)

    async def announce(self, satellite_id: str, text: str) -> bool:
        """Say something now, to be called on the `floor`; return whether it was said to the end."""
        return await self._announce(satellite_id, text)

    # --- telling and asking -----------------------------------------------------------------------

    async def _tell(self, answer: Answer, satellite_id: str, turn: Turn) -> None:
        origin = turn.origin
        async with self._locks[satellite_id]:
            if not await self._until_idle(satellite_id):
                return
            if not answer.pending:
                await self._announce(satellite_id, answer.text)
                return
            confirmation = self._waiting(answer.confirmation_id)
            if confirmation is None or confirmation.given:
                return  # decided meanwhile, or somebody else asks
            words = words_for(self._home, origin)
            correction = words.say("not_sent_yet")
            if confirmation.challenge is not None and self._home.reopens(origin):
                await self._ask(confirmation, satellite_id, f"{correction} {confirmation.question}")
            elif turn.guarded or self._replies_reach_us(origin):
                await self._announce_question(confirmation, satellite_id, correction)
            else:
                await self._announce(
                    satellite_id, f"{correction} {self._on_device(confirmation, words)}"
                )

    async def _ask(self, confirmation: Confirmation, satellite_id: str, text: str) -> None:
        """Ask until the confirmation has ended, or nobody says anything.

        A satellite falls silent in the same way when it could not speak at all. So a question is not given
        before the microphone opens: until then no silence is its end.
        """
        ended: asyncio.Future[Kind] = self._hass.loop.create_future()
        self._open[confirmation.id] = ended
        try:
            for _ in range(_MOST_ROUNDS):
                sentence = await self._sentence(confirmation.id, satellite_id, text, ended)
                if ended.done():
                    await self._tell_outcome(confirmation, satellite_id, ended.result())
                    return
                if not sentence:
                    return
                answer = await self._reply(sentence, confirmation)
                if answer is None or self._waiting(confirmation.id) is None:
                    if answer is not None:
                        await self._announce(satellite_id, answer.text)
                    return
                text = answer.text
                self._guard.question_interrupted(confirmation.place)
        finally:
            del self._open[confirmation.id]

    async def _sentence(
        self, confirmation_id: str, satellite_id: str, text: str, ended: asyncio.Future[Kind]
    ) -> str | None:
        """Return what is said after the question; None when nothing is, or the question has ended."""
        stop = self._heard_when_it_listens(confirmation_id, satellite_id, text)
        asking = self._hass.async_create_task(
            self._hass.services.async_call(
                SATELLITE_DOMAIN,
                "ask_question",
                {ATTR_ENTITY_ID: satellite_id, "question": text},
                blocking=True,
                return_response=True,
                context=Context(),
            ),
            "message_guard question",
        )
        try:
            await asyncio.wait(
                (asking, ended),
                timeout=PROMPT_SECONDS + VOICE_SECONDS,
                return_when=asyncio.FIRST_COMPLETED,
            )
            if not asking.done() or ended.done():
                return None
            response: dict[str, Any] = asking.result() or {}
            return str(response.get("sentence") or "")
        except HomeAssistantError as error:
            _LOGGER.debug("The question was not answered: %s", type(error).__name__)
            return None
        finally:
            stop()
            await _end(asking)

    @callback
    def _heard_when_it_listens(
        self, confirmation_id: str, satellite_id: str, text: str
    ) -> CALLBACK_TYPE:
        """Count the question as heard when the microphone opens: here nobody has to wake it for that."""
        place, clock = satellite_place(satellite_id), self._hass.loop.time
        spoken_at = clock() + len(text) / FASTEST_CHARACTERS

        @callback
        def changed(event: Event[EventStateChangedData]) -> None:
            new = event.data["new_state"]
            if new is None or new.state != AssistSatelliteState.LISTENING:
                return
            if clock() < spoken_at:
                self._guard.question_interrupted(place)
            else:
                self._guard.question_given(confirmation_id)
                self._guard.question_heard(place)

        return async_track_state_change_event(self._hass, satellite_id, changed)

    async def _reply(self, sentence: str, confirmation: Confirmation) -> Answer | None:
        """Take what was said as a reply, unless it is one of the home's own commands."""
        origin = replace(confirmation.origin, utterance=sentence)
        read = self._guard.read(sentence, origin)
        if read.verdict is Verdict.WRONG:
            done = await self._home.run(self._command(sentence, origin))
            if done is not None:
                return await self._asked_again_after(done, confirmation)
        redact_answer(self._hass, sentence)
        return await self._guard.reply(sentence, origin, read)

    async def _asked_again_after(self, done: str, confirmation: Confirmation) -> Answer:
        """Let a command have its own answer; the question is another sentence, and says that it waits."""
        if done and (satellite_id := confirmation.origin.satellite_id) is not None:
            await self._announce(satellite_id, done)
        words = self._home.language(confirmation.origin.language)
        correction = words.say("not_sent_yet") if words is not None else ""
        text = f"{correction} {confirmation.question}".strip()
        return Answer(kind=AnswerKind.NOT_HEARD, text=text)

    async def _command(self, sentence: str, origin: Origin) -> str | None:
        """Let Home Assistant's own agent have a sentence; None when it does not understand it."""
        context = Context()
        with aside(context):
            result = await conversation.async_converse(
                hass=self._hass,
                text=sentence,
                conversation_id=None,
                context=context,
                language=origin.language,
                agent_id=conversation.HOME_ASSISTANT_AGENT,
                device_id=origin.device_id,
                satellite_id=origin.satellite_id,
            )
        # What is wrong with a command ("not aware of any device called …") is an answer to it.
        if result.response.error_code is intent.IntentResponseErrorCode.NO_INTENT_MATCH:
            redact_answer(self._hass, sentence, result.conversation_id)
            return None
        speech: str = result.response.speech.get("plain", {}).get("speech", "")
        return speech

    async def _announce_question(
        self, confirmation: Confirmation, satellite_id: str, correction: str
    ) -> None:
        """Ask where the microphone has to be opened by hand or by a wake word.

        That the satellite falls silent tells nothing here: Home Assistant has a Wyoming satellite fall
        silent two seconds after the answer before this, in the middle of what it says now. So the
        question has been heard when the announcement is over, unless somebody has cut in.
        """
        heard = await self._announce(satellite_id, f"{correction} {confirmation.question}")
        waiting = self._waiting(confirmation.id)
        if heard and waiting is not None and not waiting.given:
            self._guard.question_given(confirmation.id)
            self._guard.question_heard(confirmation.place)

    async def _tell_outcome(
        self, confirmation: Confirmation, satellite_id: str, kind: Kind
    ) -> None:
        """Tell a satellite that was still asking that it was decided elsewhere."""
        key = _OUTCOMES.get(kind)
        words = self._home.language(confirmation.origin.language)
        if key is not None and words is not None:
            names = join_names(confirmation.recipients, words)
            await self._announce(satellite_id, words.say(key, recipient=names))

    async def _announce(self, satellite_id: str, text: str) -> bool:
        """Say something to the end; return whether nobody has cut in, as far as can be told."""
        cut_in = False

        @callback
        def changed(event: Event[EventStateChangedData]) -> None:
            nonlocal cut_in
            new = event.data["new_state"]
            cut_in = cut_in or new is None or new.state not in _NOT_CUT_IN

        stop = async_track_state_change_event(self._hass, satellite_id, changed)
        try:
            await self._hass.services.async_call(
                SATELLITE_DOMAIN,
                "announce",
                {ATTR_ENTITY_ID: satellite_id, "message": text},
                blocking=True,
                context=Context(),
            )
        except HomeAssistantError as error:
            _LOGGER.warning("%s could not be told: %s", satellite_id, type(error).__name__)
            return False
        finally:
            stop()
        return not cut_in

    # --- what is so -------------------------------------------------------------------------------

    @callback
    def _noticed(self, notice: Notice) -> None:
        """End the question of a confirmation that has ended."""
        if notice.kind not in FINAL or not self._open:
            return
        waiting = {confirmation.id for confirmation in self._guard.pending}
        for confirmation_id, ended in self._open.items():
            if confirmation_id not in waiting and not ended.done():
                ended.set_result(notice.kind)

    def _waiting(self, confirmation_id: str | None) -> Confirmation | None:
        return next((item for item in self._guard.pending if item.id == confirmation_id), None)

    def _replies_reach_us(self, origin: Origin) -> bool:
        """Return whether what is said after the next wake comes to a guarded agent."""
        agent = er.async_get(self._hass).async_get(origin.agent_id) if origin.agent_id else None
        return agent is not None and agent.platform == DOMAIN

    def _on_device(self, confirmation: Confirmation, words: Language) -> str:
        """Return the question for where no reply can reach us: it is approved on a device."""
        facts = self._guard.decisions.facts(confirmation.recipients[0].request)
        return asked_again(confirmation.recipients, None, words, on_phone=facts.on_phone)

    async def _until_idle(self, satellite_id: str) -> bool:
        """Wait until the satellite has been silent for a moment; False if it is gone or goes on."""
        return await until_idle(self._hass, [satellite_id], BUSY_SECONDS, SETTLE_SECONDS)


async def _end(task: asyncio.Task[Any]) -> None:
    if not task.done():
        task.cancel()
        await asyncio.wait((task,))
    elif not task.cancelled():
        task.exception()  # looked at, so that it is not reported as lost
