"""A turn of our own agent, which stands in front of a language model, say.

The pipeline has run sentence triggers, and local intents if it prefers them, before it asks us. After a
question of ours it asks nobody but us: then its stages are run from here, in its own order.
"""

from typing import Final

from homeassistant.components.conversation import ChatLog, ConversationInput, ConversationResult
from homeassistant.components.media_player.const import INTENT_MEDIA_SEARCH_AND_PLAY
from homeassistant.helpers import intent

from .default_agent import LONGEST_COMMAND, GuardedDefaultAgent
from .guarded_turn import Ask, GuardedTurn
from .reading import Meaning

NOT_LOCAL: Final = frozenset({intent.INTENT_GET_STATE, INTENT_MEDIA_SEARCH_AND_PLAY})
"""Intents that a pipeline leaves to an agent that can control the home."""


class AskedTurn:
    """One turn in which a pipeline asks our agent."""

    def __init__(
        self,
        turn: GuardedTurn,
        home: GuardedDefaultAgent,
        user_input: ConversationInput,
        chat_log: ChatLog,
    ) -> None:
        """Answer nothing yet."""
        self._turn = turn
        self._home = home
        self._input = user_input
        self._chat_log = chat_log

    async def answer(self, ask: Ask, *, controls: bool) -> ConversationResult:
        """Answer what is ours; let the home's own sentences and the wrapped agent have the rest.

        Args:
            ask: Asks the wrapped agent.
            controls: The wrapped agent can control the home.
        """
        left_open = self._turn.was_left_open()
        if (ours := await self._ours()) is not None:
            return ours
        self._turn.let_go()
        pipeline = self._turn.pipeline
        staged = self._turn.heard.staged or not left_open or pipeline is None
        local = None if staged else await self._triggered()
        # Asked before the local intents: what those have not understood, Home Assistant remembers as not understood.
        wrong = local is None and await self._is_wrong()
        if local is None and not staged and pipeline is not None and pipeline.prefer_local_intents:
            local = await self._local_intent(controls)
        if local is not None:
            return await self._answered_by(local)
        answered = await self._turn.answer() if wrong else None
        return answered or await self._turn.said_by(ask, streams=True)

    async def _ours(self) -> ConversationResult | None:
        """Answer what is for nobody else, and what the stages before have left for us to say."""
        turn, heard = self._turn, self._turn.heard
        if heard.held is not None:
            return await self._answered_by(heard.held)
        endless = turn.reading.meaning is Meaning.WRONG and len(self._input.text) > LONGEST_COMMAND
        if (
            endless
            or heard.ours
            or (not heard.staged and await self._home.is_ours(turn, self._input))
        ):
            return await turn.answer()
        return None

    async def _triggered(self) -> intent.IntentResponse | None:
        speech = await self._home.sentence_trigger(self._input, self._chat_log)
        return None if speech is None else self._turn.response(speech)

    async def _local_intent(self, controls: bool) -> intent.IntentResponse | None:
        return await self._home.local_intent(
            self._input,
            self._chat_log,
            intent_filter=(lambda found: found.intent.name in NOT_LOCAL) if controls else None,
        )

    async def _is_wrong(self) -> bool:
        if self._turn.heard.wrong is not None:
            return self._turn.heard.wrong
        return await self._home.is_wrong_reply(self._turn, self._input)

    async def _answered_by(self, response: intent.IntentResponse) -> ConversationResult:
        async def ask() -> ConversationResult:
            return self._turn.answered_by(response)

        return await self._turn.said_by(ask, streams=False)
