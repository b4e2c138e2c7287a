"""Asking about held calls: one question at a time for each turn.

Branches of a script that run side by side, and actions that follow each other, often send the same
words to several people. What says the same and is called at the same moment shares one question;
whatever else the turn wants to send is asked when the question before it has been answered. A place
has one question at most, so asking at once would end the question before.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from contextvars import Context as ContextVars
from dataclasses import dataclass, field
import logging
from typing import Protocol

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback

from ..core.answer import Answer, AnswerKind
from ..core.confirmation import LONGEST_WAIT_SECONDS, Confirmation
from ..core.household import Household
from ..core.request import Request
from ..guarding.holds import Asks, Holds
from ..guarding.records import Notice
from ..ledger.format.entries import FINAL, Kind
from ..provenance.turn import Turn
from ..provenance.turns import Turns
from .calls import Captured

_LOGGER = logging.getLogger(__name__)

TOO_MANY_IN_TURN = "too_many_in_turn"
"""Reason of what one command asks to send beyond what anybody would answer for."""

MOST_IN_LINE = 10
"""Calls that wait behind the question of their turn. A script that sends more is not meant for people."""

LEADS_ON = frozenset({Kind.DELIVERED, Kind.HANDED_OVER, Kind.UNKNOWN, Kind.FAILED, Kind.DECLINED})
"""After these somebody is there to be asked the next question; after anything else nobody is."""

SAME_MOMENT = 3
"""Turns of the loop in which branches that run side by side make their calls."""


class Door(Asks, Protocol):
    """What is needed of the guard."""

    @property
    def pending(self) -> tuple[Confirmation, ...]:
        """What waits for its proof."""

    @property
    def household(self) -> Household:
        """What the household chose."""

    def only_watches(self, *requests: Request) -> bool:
        """Return whether these would only be written down."""

    def observe(self, reason: str, *requests: Request) -> None:
        """Write down what is let through."""

    async def let_through(self, reason: str, *requests: Request) -> bool:
        """Record what the household lets through; False where it is to be asked about all the same."""

    def subscribe(self, listener: Callable[[Notice], None]) -> Callable[[], None]:
        """Call `listener` at every step."""


type Unasked = Callable[[Answer, Turn], None]


@dataclass(slots=True)
class _Line:
    """What one turn wants to send, in order."""

    turn: Turn
    waiting: deque[Captured] = field(default_factory=deque)
    asking: set[str] = field(default_factory=set)
    """Requests of the question that is being asked."""
    busy: bool = False
    asked_at: float = 0.0
    """When the last question of it was asked, by the clock of the loop."""
    told: bool = False
    """Somebody was told that more was asked for than can stand in line."""


class HeldQuestions:
    """Submits held calls, and sees to it that somebody is told."""

    def __init__(self, hass: HomeAssistant, turns: Turns, guard: Door, holds: Holds) -> None:
        """Create the questions about held calls; nothing is asked yet."""
        self._hass = hass
        self._turns = turns
        self._guard = guard
        self._holds = holds
        self._lines: dict[Turn, _Line] = {}
        self._unsubscribe: CALLBACK_TYPE | None = None
        self.on_unasked: Unasked | None = None

    @callback
    def start(self) -> None:
        """Follow what becomes of the questions."""
        self._unsubscribe = self._guard.subscribe(self._noticed)

    @callback
    def stop(self) -> None:
        """Follow nothing any more; what waited is gone."""
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        self._turns.not_on_end(self._tell_unasked)
        self._lines.clear()

    async def ask(self, captured: Captured, turn: Turn) -> Answer | None:
        """Submit a held call; None when it waits behind another question of the same turn."""
        self._end_unended()
        now = self._hass.loop.time()
        line = self._lines.setdefault(turn, _Line(turn, asked_at=now))
        if len(line.waiting) >= MOST_IN_LINE:
            return await self._too_many(line, captured)
        if self._may_join(line, captured):
            return await self._join(line, captured)
        line.waiting.append(captured)
        if line.busy:
            return None
        line.busy = True
        try:
            for _ in range(SAME_MOMENT):
                await asyncio.sleep(0)
        except asyncio.CancelledError:
            self._go_on(line)  # the caller was cut off; what waits behind it is asked all the same
            raise
        return await self._ask_next(line)

    def _may_join(self, line: _Line, captured: Captured) -> bool:
        """Return whether the question that the line is about to ask can be asked about this as well."""
        return not line.waiting and any(
            not confirmation.given
            and confirmation.recipients[0].request.content == captured.content
            and any(item.request.id in line.asking for item in confirmation.recipients)
            for confirmation in self._guard.pending
        )

    async def _join(self, line: _Line, captured: Captured) -> Answer:
        """Submit a call that says the same as the one before it in a loop over people."""
        before = line.asking
        answer = await self._submit(line, [captured])
        waiting = {
            item.request.id
            for confirmation in self._guard.pending
            for item in confirmation.recipients
        }
        line.asking |= before & waiting
        self.tell(answer, line.turn)
        return answer

    async def decline_line(self) -> None:
        """Refuse everything that stands in line: nobody is asked about it any more."""
        for line in tuple(self._lines.values()):
            requests = [request for captured in line.waiting for request in captured.requests]
            line.waiting.clear()
            if requests:
                await self._guard.turn_down("declined_all", *requests)

    async def _too_many(self, line: _Line, captured: Captured) -> Answer:
        """Refuse what is too much for one command, and say so once."""
        answer = await self._guard.turn_down(TOO_MANY_IN_TURN, *captured.requests)
        if not line.told:
            line.told = True
            self.tell(answer, line.turn)
        return answer

    async def _ask_next(self, line: _Line) -> Answer:
        """Submit the first that waits with all that say the same; the line must not be empty."""
        first = line.waiting.popleft()
        same = [item for item in line.waiting if item.content == first.content]
        line.waiting = deque(item for item in line.waiting if item.content != first.content)
        answer = await self._submit(line, [first, *same])
        self.tell(answer, line.turn)
        if line.asking:
            return answer
        if line.waiting:
            self._go_on(line)
        else:
            self._lines.pop(line.turn, None)
        return answer

    async def _submit(self, line: _Line, together: list[Captured]) -> Answer:
        held = [pair for captured in together for pair in captured.pairs()]
        line.asking, line.asked_at = {request.id for request, _ in held}, self._hass.loop.time()
        answer = await self._holds.submit(self._guard, held)
        # The same words may be waiting for an answer already: that question then leads on.
        line.asking = set(answer.asked) if answer.pending else set()
        return answer

    def _go_on(self, line: _Line) -> None:
        async def ask_next() -> None:
            await self._ask_next(line)

        # Outside of the turn, and of the delivery that may just have ended.
        ContextVars().run(
            self._hass.async_create_task,
            ask_next(),
            "message_guard next question",
            eager_start=False,
        )

    @callback
    def _noticed(self, notice: Notice) -> None:
        """Let go of what has ended, and ask the next question."""
        if notice.kind not in FINAL:
            return
        self._holds.take(notice.request.id)
        for line in list(self._lines.values()):
            if notice.request.id not in line.asking:
                continue
            line.asking.discard(notice.request.id)
            if line.asking:
                return
            if notice.kind in LEADS_ON and line.waiting:
                self._go_on(line)
                return
            del self._lines[line.turn]
            if line.waiting:
                self._give_up(line)

    def _end_unended(self) -> None:
        """Let go of lines whose question must have ended: that it has could not be written down, so nobody was told."""
        oldest = self._hass.loop.time() - LONGEST_WAIT_SECONDS
        for line in [line for line in self._lines.values() if line.asked_at < oldest]:
            del self._lines[line.turn]
            if line.waiting:
                self._give_up(line)

    def _give_up(self, line: _Line) -> None:
        """Refuse what was never asked, since nobody answered the question before it."""
        requests = [request for captured in line.waiting for request in captured.requests]
        ContextVars().run(
            self._hass.async_create_task,
            self._guard.turn_down("unanswered", *requests),
            "message_guard turn down",
            eager_start=False,
        )

    @callback
    def tell(self, answer: Answer, turn: Turn) -> None:
        """Keep the answer for whoever speaks in this turn; after the turn, see that it is told.

        What was under way when the guard was stopped has nobody left who would tell it after the turn.
        """
        if answer.kind in {AnswerKind.OBSERVED, AnswerKind.SENT, AnswerKind.UNDER_WAY}:
            return  # nothing to say, or it is said when it is over
        turn.add_answer(answer)
        if self._unsubscribe is not None:
            self._turns.on_end(turn, self._tell_unasked)

    @callback
    def _tell_unasked(self, turn: Turn) -> None:
        for answer in turn.take_answers():
            if self.on_unasked is None:
                _LOGGER.debug("Nothing tells what became of a held call: %s", answer.kind)
            else:
                self.on_unasked(answer, turn)
