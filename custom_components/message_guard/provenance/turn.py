"""A turn: one utterance being handled, from the moment it enters a conversation to its answer."""

import asyncio
from collections.abc import Callable
from contextvars import Context as ContextVars
from itertools import chain
from types import GeneratorType
from typing import TYPE_CHECKING, Any
from weakref import ref

from homeassistant.components.conversation import HOME_ASSISTANT_AGENT
from homeassistant.components.conversation.chat_log import ChatLog
from homeassistant.core import Context, HomeAssistant, callback

from ..core.answer import Answer
from ..core.request import Origin
from ..guarding.undecided import Undecided
from ..hooks.opening import is_open

if TYPE_CHECKING:
    from ..assist.reading import Heard

LONGEST_TURN_SECONDS = 600.0
"""A turn whose end cannot be seen is over after this; the contexts that it has tagged stay tagged."""

FEW_TURNS = 20
"""Whoever has a list of turns may keep so many that are over: to look through it with each turn would cost that turn more."""

LATE_SECONDS = 1.0
"""What a turn has begun and not waited for may call its first action as late after it."""


_ENTITIES = frozenset(
    {
        "climate",
        "cover",
        "fan",
        "homeassistant",
        "humidifier",
        "input_boolean",
        "input_number",
        "input_select",
        "lawn_mower",
        "light",
        "lock",
        "media_player",
        "number",
        "select",
        "siren",
        "switch",
        "timer",
        "todo",
        "vacuum",
        "valve",
        "water_heater",
    }
)
"""Domains whose actions write no file of Home Assistant's; what they set off calls actions of its own."""


class Turn:
    """One turn.

    Attributes:
        origin: Where it was said, and what.
        relayed: No person says this now: a script, a timer or an agent does, which another turn has led to.
        undecided: What was called in it and is not decided yet.
        delayed: It is a command that a timer has kept: the words are those of whoever set it.
        borrowed_context_id: The turn runs in the context of an automation that asked for it; that
            context is spoken only as long as the turn lives.
        context: The context in which it was said, None where it is unknown.
        heard: What the words are to us, once that has been found out.
        guarded: Whoever replies to what is asked in it is heard by us.
    """

    __slots__ = (
        "_answers",
        "_began_at",
        "_began_in",
        "_block",
        "_by_model",
        "_chat_log",
        "_first",
        "_handed_on",
        "_hass",
        "_only_entities",
        "_over",
        "_over_at",
        "_taken",
        "_task",
        "_tell",
        "borrowed_context_id",
        "context",
        "delayed",
        "guarded",
        "heard",
        "origin",
        "relayed",
        "undecided",
    )

    def __init__(
        self,
        hass: HomeAssistant,
        origin: Origin,
        chat_log: ChatLog | None = None,
        block: object = None,
        task: asyncio.Task[Any] | None = None,
        relayed_from: Turn | None = None,
        by_model: bool = False,
        context: Context | None = None,
        delayed: bool = False,
    ) -> None:
        """Create the turn of an utterance; it begins now.

        Args:
            hass: Home Assistant.
            origin: Where it was said, and what.
            chat_log: The chat log that was opened for it, None when there is none.
            block: The generator that keeps the chat log open, None when it was not found.
            task: The task it runs in; the turn is over with it at the latest.
            relayed_from: The turn that has led to this one, None when a person speaks.
            by_model: A language model has spoken in it.
            context: The context in which it was said.
            delayed: A timer says what it was set to say.
        """
        self.origin = origin
        self.borrowed_context_id: str | None = None
        self.undecided = Undecided()
        self.context = context
        self.heard: Heard | None = None
        self.guarded = False
        self._hass = hass
        self._chat_log = chat_log
        self._first = 0 if chat_log is None else len(chat_log.content) - 1
        self._handed_on: list[tuple[ChatLog, int]] = []
        # A generator that nobody runs any more is thrown away: it must not live on because of us.
        self._block = ref(block, self._left) if isinstance(block, GeneratorType) else None
        self._task = task
        self._began_in = None if task is None else ref(task)
        self._began_at = hass.loop.time()
        self.delayed = delayed
        self.relayed = delayed or relayed_from is not None
        # Nobody knows who has set a timer that is older than we are.
        self._by_model = by_model or (delayed if relayed_from is None else relayed_from.by_model)
        self._only_entities = True
        self._taken = False
        self._over = False
        self._over_at = 0.0
        self._tell: Callable[[Turn], None] | None = None
        self._answers: list[Answer] = []

    @property
    def live(self) -> bool:
        """Whether it is still being handled."""
        if self._over:
            return False
        if self._has_ended():
            self.finish()
            return False
        return True

    @property
    def by_model(self) -> bool:
        """Whether a language model has been handed this turn, or the one it comes from, with tools."""
        if not self._by_model and self._chat_log is not None:
            logs = ((self._chat_log, self._first), *self._handed_on)
            self._by_model = any(
                log.llm_api is not None and log.llm_input_provided_index > first
                for log, first in logs
            )
        return self._by_model

    @callback
    def hand_on(self, chat_log: ChatLog | None) -> None:
        """Note that words are said in another conversation because of it: a model may be handed tools there."""
        if chat_log is not None and chat_log is not self._chat_log:
            self._handed_on.append((chat_log, len(chat_log.content) - 1))

    @callback
    def hand_to_model(self) -> None:
        """Note that it is handed to an agent that may be a language model, with tools of its own."""
        self._by_model = True

    @callback
    def note_call(self, domain: str) -> None:
        """Note that an action of this domain was called in it, or by what it has begun and not waited for."""
        if domain in _ENTITIES or not self._only_entities:
            return
        if not self._over:
            self._only_entities = False
        elif self._hass.loop.time() - self._over_at < LATE_SECONDS:
            self._only_entities = False
            if self._tell is not None:
                self._tell(self)

    @callback
    def tell_if_it_wrote(self, tell: Callable[[Turn], None]) -> None:
        """Call `tell` when nothing keeps its chat log open any more, or its task is done, unless it wrote nothing.

        In whatever thread that happens, and once more if it turns out later; `tell` raises nothing. To be called in
        the task of the turn.
        """
        self._tell = tell
        if self._block is None and (task := asyncio.current_task()) is not None:
            # A context of its own: the turn's must not be carried into what follows it.
            task.add_done_callback(self._left, context=ContextVars())

    def _left(self, _left_by: object) -> None:
        """End it: what has kept its chat log open is thrown away as soon as it has ended, or its task is done."""
        self.finish()
        if self._tell is not None and not self.writes_nothing:
            self._tell(self)

    @property
    def writes_nothing(self) -> bool:
        """Whether nobody but Home Assistant's own agent has answered, and nothing but entities was acted on."""
        if self._over or not self._only_entities:
            return self._only_entities
        return not self.by_model and self._is_home_assistants

    @property
    def shows_its_end(self) -> bool:
        """Whether its end can be seen, whoever else speaks in its conversation meanwhile."""
        return self._block is not None

    @property
    def has_led_here(self) -> bool:
        """Whether the caller runs in a task that this turn has left behind.

        The caller carries the turn's context variable. In the turn's own task that says nothing: the
        next utterance may be handled there as well.
        """
        return self._began_in is not None and self._began_in() is not asyncio.current_task()

    @property
    def taken(self) -> bool:
        """Whether somebody has taken the words, or put others in their place."""
        return self._taken

    def take(self) -> bool:
        """Take the words as what was said; False when somebody has, and may have put others in their place."""
        taken, self._taken = self._taken, True
        return not taken

    @property
    def has_answers(self) -> bool:
        """Whether somebody still has to be told something about this turn."""
        return bool(self._answers)

    def add_answer(self, answer: Answer) -> None:
        """Keep what somebody still has to be told about this turn."""
        self._answers.append(answer)

    def take_answers(self) -> tuple[Answer, ...]:
        """Return what has to be told, once: whoever takes it tells it."""
        answers, self._answers = tuple(self._answers), []
        return answers

    def finish(self) -> None:
        """End it, and let go of the conversation."""
        if self._over:
            return
        by_model = self._by_model = self.by_model
        self._only_entities = self._only_entities and not by_model and self._is_home_assistants
        self._over = True
        self._over_at = self._hass.loop.time()
        self._chat_log = self._task = None
        self._handed_on.clear()

    @property
    def _is_home_assistants(self) -> bool:
        if self._chat_log is None:
            return False
        # An agent that writes no answer down is not known: Home Assistant's own always does.
        own = self._chat_log.content[self._first + 1 :]
        others = (log.content[first + 1 :] for log, first in self._handed_on)
        for item in chain(own, *others):
            if getattr(item, "agent_id", "") != HOME_ASSISTANT_AGENT:
                return False
        return bool(own)

    def _has_ended(self) -> bool:
        """Look whether it is over: nothing tells when a turn ends, and 2026.10 does not even mark it."""
        if self._task is not None and self._task.done():
            return True
        if self._block is not None:
            return not is_open(self._block())
        return self._hass.loop.time() - self._began_at > LONGEST_TURN_SECONDS
