"""Home Assistant's own agent, guarded in place.

A pipeline runs sentence triggers and local intents by itself, through Home Assistant's own agent, and
only there does it beep and say that it was processed locally. Home Assistant's delayed commands and
broadcasts match what people say to us. So the agent's own three entrances are wrapped, and what tells a timer
whether a command will be understood: what is ours is not found by them, everything else goes to what was
there before, once, exactly as without us.

Pipelines with Home Assistant's own agent keep it as their engine. In front of any other stands our agent
(`conversation.py`), which answers what was not found here.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
import logging
from typing import Any, Final

from hassil import RecognizeResult
from hassil.intents import Intent, IntentData
from homeassistant.components.conversation import (
    ChatLog,
    ConversationInput,
    ConversationResult,
)
from homeassistant.components.conversation.default_agent import DefaultAgent
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import intent

from ..home.assistants import async_assistants
from ..hooks.default_agent import (
    HANDLE,
    INTENTS,
    RECOGNISE,
    TRIGGERS,
    checked_agent,
    default_agent,
)
from ..hooks.in_place import Replaced
from ..hooks.pipeline_runs import pipeline_of
from ..provenance.turn import Turn
from .aside import is_aside
from .guarded_turn import Ask, GuardedTurn, speech_of
from .parts import TurnParts
from .pipelines import uses_default_agent, wrapped_agent
from .reading import Meaning
from .understanding import Understanding

_LOGGER = logging.getLogger(__name__)

LONGEST_COMMAND: Final = 2000
"""Characters. No spoken command comes near it, and Home Assistant's recogniser takes a minute for fifty times as many."""

_KEPT: Final = RecognizeResult(Intent("MessageGuardDelayed"), IntentData([]))
"""Stands for a request in a delayed command; Home Assistant only asks whether there is something."""

type Method = Callable[..., Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class _Wrapped:
    """The agent, and what we have put into it."""

    agent: DefaultAgent
    ours: tuple[Replaced, ...]


class GuardedDefaultAgent:
    """Stands in the entrances of Home Assistant's own agent."""

    def __init__(self, hass: HomeAssistant, chosen: Callable[[str], bool]) -> None:
        """Create the guard of Home Assistant's own agent; `start` puts it in place.

        Args:
            hass: Home Assistant.
            chosen: Tells of the id of a pipeline whether the household guards it.
        """
        self._hass = hass
        self._chosen = chosen
        self.understanding = Understanding(hass)
        self._components: TurnParts | None = None
        self._wrapped: _Wrapped | None = None
        self._unsubscribe: CALLBACK_TYPE | None = None
        self._stages: dict[str, Method] = {
            HANDLE: self._handle,
            TRIGGERS: self._triggers,
            INTENTS: self._intents,
            RECOGNISE: self._recognise,
        }

    @callback
    def start(self, components: TurnParts) -> None:
        """Take our place: now, or with the first turn if Home Assistant has not loaded its agent yet.

        Raises:
            ChangedAgentError: If the agent has not got the methods that we rely on.
        """
        self._components = components
        if default_agent(self._hass) is not None:
            self._wrap(checked_agent(self._hass))
        self._unsubscribe = components.turns.on_utterance(self._assert)

    @callback
    def stop(self) -> None:
        """Put back what is still ours; where somebody has wrapped on top, become transparent."""
        self._components = None
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        self._unwrap()

    # --- wrapping -----------------------------------------------------------------------------

    @callback
    def _assert(self) -> None:
        """Assert the wrapping at the start of a turn. Raises nothing: it runs inside the turn.

        Another agent in the place of the one that was wrapped is wrapped, too.
        """
        agent = default_agent(self._hass)
        if self._wrapped is not None and self._wrapped.agent is agent:
            return
        try:
            self._unwrap()
            self._wrap(checked_agent(self._hass))
        except Exception as error:  # noqa: BLE001 - the turn must go on
            _LOGGER.error("Home Assistant's agent could not be guarded: %s", type(error).__name__)

    def _wrap(self, agent: DefaultAgent) -> None:
        ours = [
            Replaced(agent, name, partial(stage, getattr(agent, name)))
            for name, stage in self._stages.items()
        ]
        self._wrapped = _Wrapped(agent, tuple(ours))

    def _unwrap(self) -> None:
        wrapped, self._wrapped = self._wrapped, None
        for replaced in () if wrapped is None else wrapped.ours:
            replaced.put_back()

    # --- the three entrances ------------------------------------------------------------------

    def _handle(
        self, original: Method, user_input: ConversationInput, chat_log: ChatLog
    ) -> Awaitable[ConversationResult]:
        """Answer for Home Assistant's own agent where that is what a guarded pipeline asks."""
        turn = self._turn(user_input, chat_log, self._is_guarded)
        if turn is None:
            return original(user_input, chat_log)
        return self._answer_first(turn, user_input, partial(original, user_input, chat_log))

    async def _answer_first(
        self, turn: GuardedTurn, user_input: ConversationInput, ask: Ask
    ) -> ConversationResult:
        if not turn.take():
            return await turn.hand_on(ask)
        result = await self._answer(turn, user_input, ask)
        turn.understood(result)
        return result

    async def _answer(
        self, turn: GuardedTurn, user_input: ConversationInput, ask: Ask
    ) -> ConversationResult:
        if await self.is_ours(turn, user_input) or await self._is_wrong(turn, user_input):
            answered = await turn.answer()
            if answered is not None:
                return answered
        turn.let_go()
        result = await turn.said_by(ask, streams=False)
        if not turn.reading.waits_for_others or not _not_understood(result.response, turn):
            return result
        if turn.reading.weak and await self.understanding.names_a_thing(
            user_input, result.conversation_id or ""
        ):
            return result
        return await turn.answer_instead(result)

    async def _triggers(
        self, original: Method, user_input: ConversationInput, chat_log: ChatLog
    ) -> str | None:
        """Find no sentence trigger in what is ours; let our agent say what the others have begun."""
        turn = self._staged(user_input, chat_log)
        if turn is None:
            speech: str | None = await original(user_input, chat_log)
            return speech
        heard = turn.heard
        heard.ours = await self.is_ours(turn, user_input)
        if heard.ours:
            return None
        turn.let_go()
        speech = await original(user_input, chat_log)
        await turn.settled()
        if speech is None:
            heard.wrong = await self.is_wrong_reply(turn, user_input)
        if speech is None or not turn.waits_behind(speech):
            return speech
        heard.held = turn.response(speech)
        return None

    async def _intents(
        self,
        original: Method,
        user_input: ConversationInput,
        chat_log: ChatLog,
        **more: Any,
    ) -> intent.IntentResponse | None:
        """Find no local intent in what is ours; let our agent say what a held one asks."""
        turn = self._staged(user_input, chat_log)
        if turn is None:
            found: intent.IntentResponse | None = await original(user_input, chat_log, **more)
            return found
        heard = turn.heard
        if heard.ours or heard.wrong or heard.held is not None:
            return None
        response: intent.IntentResponse | None = await original(user_input, chat_log, **more)
        if response is None or not turn.waits_behind(speech_of(response)):
            return response
        turn.heard.held = response
        return None

    async def _recognise(
        self, original: Method, user_input: ConversationInput, strict_intents_only: bool = False
    ) -> RecognizeResult | None:
        """Let a timer keep one of our sentences: Home Assistant keeps only what it will understand."""
        found: RecognizeResult | None = await original(user_input, strict_intents_only)
        if found is None and self._is_kept_for_later(user_input.text):
            return _KEPT
        return found

    # --- for our own agent --------------------------------------------------------------------

    async def is_ours(self, turn: GuardedTurn, user_input: ConversationInput) -> bool:
        """Return whether nobody else is to be asked first.

        What we have asked for is ours. A sentence of ours is, too, unless the household has made the very
        same sentence its own, whoever it is to: what its automation sends is held.
        """
        if turn.reading.awaited:
            return True
        return turn.reading.addressed and not await self.understanding.is_households_own(
            user_input, turn.is_recipient
        )

    async def is_wrong_reply(self, turn: GuardedTurn, user_input: ConversationInput) -> bool:
        """Return whether a model would be given what has to be counted as a wrong reply.

        Whoever types may have gone on to something else. What a satellite hears through the microphone
        that we have left open is talk, unless Home Assistant would understand it. To be asked before the local
        intents: what those have not understood, Home Assistant remembers as not understood.
        """
        if turn.reading.meaning is not Meaning.WRONG:
            return False
        if len(user_input.text) > LONGEST_COMMAND:
            return True
        similar = turn.resembles_reply()
        if turn.typed and not similar:
            return False
        return not await self.understanding.understands(
            user_input, turn.conversation_id, plainly=similar
        )

    async def _is_wrong(self, turn: GuardedTurn, user_input: ConversationInput) -> bool:
        """Return whether what was said into the open microphone is a wrong reply, whoever would take it.

        What resembles the reply is one, unless it is plainly a command. Home Assistant takes anything for
        a delayed command that has a time behind it: it is one if its words are a command.
        """
        if turn.reading.meaning is not Meaning.WRONG:
            return False
        if len(user_input.text) > LONGEST_COMMAND:
            return True
        if turn.resembles_reply():
            return not await self.understanding.understands(
                user_input, turn.conversation_id, plainly=True
            )
        delayed = await self.understanding.delayed_command(user_input)
        return delayed is not None and (
            turn.is_reply(delayed)
            or not await self.understanding.understands(user_input, turn.conversation_id)
        )

    def _is_kept_for_later(self, words: str) -> bool:
        """Return whether these words are a request inside of what is being said."""
        turn = self._components.turns.current() if self._components is not None else None
        if (
            self._components is None
            or turn is None
            or not turn.guarded
            or words == turn.origin.utterance
        ):
            return False
        return self._components.dialogue.is_request(words, turn.origin)

    # --- which turns --------------------------------------------------------------------------

    def _turn(
        self,
        user_input: ConversationInput,
        chat_log: ChatLog,
        counts: Callable[[Turn | None, ConversationInput], bool],
    ) -> GuardedTurn | None:
        """Return the turn if it counts; None where it is to go on as without us."""
        components = self._components
        if components is None:
            return None
        try:
            turn: Turn | None = components.turns.current()
            if not counts(turn, user_input):
                return None
            return GuardedTurn(self._hass, components, user_input, chat_log, turn)
        except Exception as error:  # noqa: BLE001 - a broken guard must not break "turn on the light"
            _LOGGER.error("The guard failed with %s", type(error).__name__)
            return None

    def _staged(self, user_input: ConversationInput, chat_log: ChatLog) -> GuardedTurn | None:
        """Return the turn of a pipeline that will ask our agent next, if a person says this."""
        turn = self._turn(user_input, chat_log, self._asks_us)
        return turn if turn is not None and turn.by_person else None

    def _asks_us(self, _turn: Turn | None, user_input: ConversationInput) -> bool:
        return wrapped_agent(self._hass, user_input.agent_id) is not None

    def _is_guarded(self, turn: Turn | None, user_input: ConversationInput) -> bool:
        """Return whether the household guards whatever asks Home Assistant's own agent now.

        That is the pipeline that runs the turn. Where none does, somebody asks the agent directly, who is
        guarded if a guarded pipeline uses it.
        """
        if is_aside(user_input.context):
            return False
        if turn is not None and wrapped_agent(self._hass, turn.origin.agent_id) is not None:
            return True
        context = turn.context if turn is not None and turn.context else user_input.context
        pipeline = pipeline_of(self._hass, context)
        if pipeline is not None:
            return self._chosen(pipeline.id)
        return self.guards_who_asks_directly

    @property
    def guards_who_asks_directly(self) -> bool:
        """Whether we hear what is said to Home Assistant's own agent without a pipeline: an action does so."""
        return any(
            self._chosen(pipeline.id) and uses_default_agent(pipeline.conversation_engine)
            for pipeline in async_assistants(self._hass)
        )


def _not_understood(response: intent.IntentResponse, turn: GuardedTurn) -> bool:
    """Return whether it was not understood; or taken for a thing that there is not, and may be words to a contact.

    Home Assistant knows of no device called "say hi" in "say hi to Ben".
    """
    if response.response_type is not intent.IntentResponseType.ERROR:
        return False
    codes = intent.IntentResponseErrorCode
    return response.error_code is codes.NO_INTENT_MATCH or (
        response.error_code is codes.NO_VALID_TARGETS and turn.may_be_to_contacts
    )
