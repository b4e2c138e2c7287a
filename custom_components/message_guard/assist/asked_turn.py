"""A turn of our own agent, which stands in front of a language model, say.

The pipeline has run sentence triggers, and local intents if it prefers them, before it asks us: also after a
question of ours (`hooks/next_agent.py`). Not so where the model has asked something, or somebody asks us directly.
"""

from homeassistant.components.conversation import ConversationInput, ConversationResult
from homeassistant.helpers import intent

from .default_agent import GuardedDefaultAgent
from .guarded_turn import Ask, GuardedTurn


class AskedTurn:
    """One turn in which our agent is asked."""

    def __init__(
        self, turn: GuardedTurn, home: GuardedDefaultAgent, user_input: ConversationInput
    ) -> None:
        """Create the turn; `answer` answers it."""
        self._turn = turn
        self._home = home
        self._input = user_input

    async def answer(self, ask: Ask) -> ConversationResult:
        """Answer what is ours, and what the stages before have left for us to say; else ask the wrapped agent."""
        if (held := self._turn.heard.held) is not None:
            return await self._answered_by(held)
        answered = await self._turn.answer() if await self._is_ours() else None
        if answered is None:
            self._turn.let_go()
            answered = await self._turn.answer() if await self._is_wrong() else None
        return answered or await self._turn.said_by(ask, streams=True)

    async def _is_ours(self) -> bool:
        if self._turn.heard.ours is not None:
            return self._turn.heard.ours
        return await self._home.is_ours(self._turn, self._input)

    async def _is_wrong(self) -> bool:
        if self._turn.heard.wrong is not None:
            return self._turn.heard.wrong
        return await self._home.is_wrong_reply(self._turn, self._input)

    async def _answered_by(self, response: intent.IntentResponse) -> ConversationResult:
        async def ask() -> ConversationResult:
            return self._turn.answered_by(response)

        return await self._turn.said_by(ask, streams=False)
