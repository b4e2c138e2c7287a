"""Turns: is this happening because someone spoke?

A turn begins when an utterance is added to a chat log, which happens in the turn's own task before
sentence triggers, local intents or an agent see it. It sets a context variable, so whatever the turn
calls while it lives is known to be spoken. What outlives the turn is known by its Home Assistant
contexts, which are tagged while the turn lives: a script that still waits carries the tagged context
with it, a coordinator that the turn has refreshed does not.

A lapsed context variable alone is not speech: scheduling copies it, so one spoken command that
refreshes a coordinator would leave every later poll "inside" the turn for ever.
"""

import asyncio
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import replace
from functools import partial
import logging
from typing import Any

from homeassistant.components.automation import ATTR_SOURCE, EVENT_AUTOMATION_TRIGGERED
from homeassistant.components.conversation.chat_log import async_subscribe_chat_logs
from homeassistant.components.conversation.const import ChatLogEventType
from homeassistant.components.script.const import EVENT_SCRIPT_STARTED
from homeassistant.const import ATTR_DOMAIN, ATTR_ENTITY_ID, EVENT_CALL_SERVICE, MATCH_ALL
from homeassistant.core import CALLBACK_TYPE, Context, Event, HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from ..core.request import Origin, Request, Route
from ..guarding.exemption import automation_begins, delivering
from ..home.origin import origin_of_input
from ..hooks.opening import AI_TASK, Opening, opening
from ..hooks.timers import says_delayed_command, timers
from ..hooks.trace_variables import fired_in_run
from .contexts import Contexts
from .delayed import at_the_place_of
from .early_states import EarlyStates
from .endings import Endings
from .lineage import UNSPOKEN, Kinship, Lineage, Memory
from .made import made_by_speech
from .script_trace import describes_state
from .turn import FEW_TURNS, Turn

_LOGGER = logging.getLogger(__name__)

_MEMORY: HassKey[Memory] = HassKey("message_guard_turns")

_turn: ContextVar[Turn | None] = ContextVar("message_guard_turn", default=None)

_delivered: ContextVar[Turn | None] = ContextVar("message_guard_delivered", default=None)
"""The turn whose message is being delivered."""

_heard_of: ContextVar[Turn | None] = ContextVar("message_guard_heard_of", default=None)
"""The turn that has led to what is being made, whose hearers Home Assistant hands no context."""


class Turns:
    """Knows the turns, and what belongs to them.

    Attributes:
        answered: Called with its satellite when a turn has been answered that no agent of ours was asked about.
    """

    def __init__(
        self, hass: HomeAssistant, answered: Callable[[str], None] = lambda _satellite_id: None
    ) -> None:
        """Create the record of turns; `start` begins to watch."""
        self._hass = hass
        self.answered = answered
        self._memory = hass.data.setdefault(_MEMORY, Memory(hass.loop.time))
        self._early = EarlyStates(hass)
        self._made = made_by_speech(hass)
        self._contexts = Contexts(hass, self._memory, self._early, self._made, self.left_behind)
        self._live: list[Turn] = []
        self._endings = Endings(hass)
        self._unsubscribe: list[CALLBACK_TYPE] = []
        self._on_utterance: list[Callable[[], None]] = []

    @callback
    def start(self) -> None:
        """Watch chat logs, calls, automations, scripts, and what these fire."""
        bus = self._hass.bus
        self._unsubscribe = [
            async_subscribe_chat_logs(self._hass, self._chat_log_changed),
            bus.async_listen(EVENT_CALL_SERVICE, self._called, event_filter=_inside_turn),
            bus.async_listen(MATCH_ALL, self._fired, event_filter=fired_in_run),
            bus.async_listen(EVENT_AUTOMATION_TRIGGERED, self._automation_triggered),
            bus.async_listen(EVENT_SCRIPT_STARTED, self._script_started),
            self._early.start(),
        ]
        self._made.read(self._is_spoken)

    @callback
    def stop(self) -> None:
        """Watch nothing any more. What was spoken stays known."""
        while self._unsubscribe:
            self._unsubscribe.pop()()
        self._endings.stop()
        for turn in self._live:
            turn.finish()
        self._live.clear()

    # --- asking -----------------------------------------------------------------------------

    @callback
    def current(self) -> Turn | None:
        """Return the live turn that the caller runs in."""
        turn = _turn.get()
        return turn if turn is not None and turn.live else None

    @callback
    def left_behind(self) -> Turn | None:
        """Return the turn that has begun the task the caller runs in, whether it is over or not.

        For what nothing does by itself: a coordinator that a turn has refreshed reloads no automations.
        """
        return _turn.get()

    @callback
    def live(self) -> tuple[Turn, ...]:
        """Return the turns that are being handled now."""
        return tuple(turn for turn in self._live if turn.live)

    @callback
    def may_be_spoken(self, context: Context) -> bool:
        """Return False when a call with this context cannot be spoken; cheap, for every call."""
        inside = _turn.get() is not None or _delivered.get() is not None
        return inside or self._contexts.of_either(context) is not None

    @callback
    def delayed_commands(self, origin: Origin) -> tuple[str, ...]:
        """Return the commands that timers keep which were set at this place.

        A timer waits in a task that carries the turn in which it was set.
        """
        kept: list[str] = []
        for command, context in timers(self._hass):
            turn = context.get(_turn)
            if turn is not None and turn.origin.place == origin.place:
                kept.append(command)
        return tuple(kept)

    @callback
    def heard_of(self, turn: Turn) -> Callable[[], None]:
        """Let what begins in the caller's task, and has no context, belong to this turn; returns what ends it."""
        token = _heard_of.set(turn)
        return lambda: _heard_of.reset(token)

    async def known(self) -> None:
        """Wait, while Home Assistant starts, until it is known what speech has made in earlier runs."""
        if not self._made.loaded:
            await self._made.load()

    async def lineage_of_call(self, context: Context) -> Lineage:
        """Return where a call that is being handled comes from.

        An event that is fired while another is being dispatched reaches its listeners only after that,
        so what an automation's own event says about it may not have arrived yet: this waits one turn
        of the loop for it.
        """
        turn = None
        if self._contexts.known(context) is None and self.may_be_spoken(context):
            turn = self.current()
            await asyncio.sleep(0)
        return self.lineage(context, turn)

    @callback
    def lineage(self, context: Context, inside: Turn | None = None) -> Lineage:
        """Return what is known of a context; `inside` is the live turn that the caller ran in.

        A child of what is spoken is spoken in the same way, unless it has said itself that it reacts to
        a state.
        """
        if (known := self._contexts.known(context)) is not None:
            return known
        if (inside := inside or self.current()) is not None:
            return Lineage(Kinship.DIRECT, inside)
        return self._contexts.of_either(context) or UNSPOKEN

    # --- beginning and ending -------------------------------------------------------------------

    @callback
    def begin(self, origin: Origin, context: Context | None = None) -> Turn:
        """Begin a turn in the caller's task, for what opens no chat log; `end` must follow."""
        turn = Turn(self._hass, origin)
        if context is not None and self._memory.is_run(context.id):
            turn.borrowed_context_id = context.id
        self._enter(turn, context)
        return turn

    @callback
    def end(self, turn: Turn) -> None:
        """End a turn that was begun by `begin`."""
        turn.finish()
        self._live = [other for other in self._live if other is not turn]

    @callback
    def remember(self, origin: Origin, context: Context, kinship: Kinship = Kinship.DIRECT) -> Turn:
        """Remember that everything with this context comes from now on from what was just said."""
        return self._contexts.remember(origin, context.id, kinship)

    @callback
    def nobody_spoke(self, context: Context) -> None:
        """Remember that nobody has spoken for what runs with this context, for `lineage.RUN_SECONDS`."""
        self._memory.run_started(context.id)

    @callback
    def delivery_begins(self, request: Request, context: Context) -> None:
        """Remember, in the delivery's task, that what it sets off comes from what was said."""
        if (known := self._contexts.remembered(context.id)) is not None:
            turn = known.turn
        elif request.held_call is None and request.route is not Route.ACTION:
            turn = Turn(self._hass, request.origin, by_model=request.by_model)
            turn.finish()
            self._memory.delivery_began(context.id, turn)
        else:
            turn = None  # an automation, or a person in the app, has asked for it
        _delivered.set(turn)

    @callback
    def on_end(self, turn: Turn, listener: Callable[[Turn], None]) -> None:
        """Call `listener` once after the turn, outside of it; soon if it is over already."""
        self._endings.add(turn, listener)

    @callback
    def not_on_end(self, listener: Callable[[Turn], None]) -> None:
        """Call this listener no more."""
        self._endings.remove(listener)

    @callback
    def on_utterance(self, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Call `listener`, which raises nothing, inside every turn before anybody reads it; returns what ends that."""
        self._on_utterance.append(listener)
        return partial(self._on_utterance.remove, listener)

    # --- watching ---------------------------------------------------------------------------

    @callback
    def _chat_log_changed(
        self, conversation_id: str, event_type: ChatLogEventType, data: dict[str, Any]
    ) -> None:
        """Begin a turn with every utterance. Raises nothing: it runs inside the conversation."""
        if event_type is ChatLogEventType.CONTENT_ADDED:
            content = data["content"]
            if content["role"] == "user":
                try:
                    self._said(conversation_id, content["content"], opening())
                except Exception as error:  # noqa: BLE001 - a doubt is a refusal: still a turn
                    _LOGGER.error("The origin of a turn is unknown: %s", type(error).__name__)
                    self._enter(Turn(self._hass, Origin(conversation_id=conversation_id)), None)
                for listener in self._on_utterance:
                    listener()
            elif (turn := _turn.get()) is not None:
                self._was_answered(turn)
        elif event_type is ChatLogEventType.DELETED:
            self._deleted(conversation_id)

    def _was_answered(self, turn: Turn) -> None:
        satellite_id = turn.origin.satellite_id
        if satellite_id is None or turn.taken or not turn.live:
            return
        try:
            self.answered(satellite_id)
        except Exception as error:  # noqa: BLE001 - it only tells that a wake was not in vain
            _LOGGER.error("An answer was not noted: %s", type(error).__name__)

    def _said(self, conversation_id: str, text: str, opened: Opening) -> None:
        if opened.caller == AI_TASK:
            return  # instructions that an automation gives to a model
        before = _turn.get()
        if before is not None and before.live:
            # One agent asks another, and from now on the words need not be a person's. The same words are
            # added again where Home Assistant has tried an intent of its own in vain (2026.10).
            if text != before.origin.utterance:
                before.take()
            before.hand_on(opened.chat_log)
            return
        origin, context = _origin(self._hass, opened, conversation_id, text), opened.context
        task = asyncio.current_task()
        relayed_from, delayed = self._relayed_from(origin, context), says_delayed_command(task)
        in_run = context is not None and self._memory.is_run(context.id)
        if delayed:
            origin = at_the_place_of(self._hass, origin, relayed_from)
        elif in_run and relayed_from is None:
            # An automation or a script that nobody spoke for hands on text.
            origin = replace(origin, from_outside=_stands_for_nobody(origin))
        turn = Turn(
            self._hass,
            origin,
            opened.chat_log,
            opened.block,
            task,
            relayed_from,
            context=context,
            delayed=delayed,
        )
        if in_run and context is not None:
            turn.borrowed_context_id = context.id
        self._enter(turn, context)

    def _relayed_from(self, origin: Origin, context: Context | None) -> Turn | None:
        """Return the turn that has led to an utterance, None when a person says it now.

        A satellite's own utterance comes with a context of its own, and may be heard in a task that
        an earlier turn has left behind: the call that a spoken command has begun, say.
        """
        if context is not None and (known := self._contexts.of_either(context)) is not None:
            return known.turn
        before = _turn.get()
        if before is None or origin.satellite_id is not None:
            return None
        return before if before.has_led_here else None

    def _deleted(self, conversation_id: str) -> None:
        """End what shows no end of its own; another turn of the conversation may still be live."""
        for turn in tuple(self._live):
            if turn.origin.conversation_id == conversation_id and not turn.shows_its_end:
                self.end(turn)

    def _enter(self, turn: Turn, context: Context | None) -> None:
        self._live.append(turn)
        if len(self._live) > FEW_TURNS:
            self._live = [other for other in self._live if other.live]
        self._made.turn_began(turn)
        _turn.set(turn)
        if context is not None and turn.borrowed_context_id is None:
            self._memory.put(context.id, Kinship.DIRECT, turn)

    @callback
    def _called(self, event: Event) -> None:
        turn, context = _turn.get(), event.context
        if turn is not None:
            turn.note_call(event.data[ATTR_DOMAIN])
            if turn.context is context and turn.borrowed_context_id is None:
                return  # as most calls: it was tagged when the turn began
        self._belongs(context)

    @callback
    def _fired(self, event: Event) -> None:
        """Tag a sequence that has waited for speech before anything can follow from what it does."""
        self._contexts.known(event.context)

    @callback
    def _script_started(self, event: Event) -> None:
        self._was_made(event)
        if not self._belongs(event.context):
            self._memory.run_started(event.context.id)

    def _belongs(self, context: Context) -> bool:
        """Tag the context of what is called, if it is spoken; return whether it is."""
        if self._contexts.known(context) is not None:
            return True
        if (turn := self.current()) is not None:
            self._memory.put(context.id, Kinship.DIRECT, turn)
        return turn is not None

    @callback
    def _automation_triggered(self, event: Event) -> None:
        """Tag an automation by what triggered it: a call leads on, a state makes it a reaction."""
        context = event.context
        automation_begins(context)
        if self._was_made(event):
            return
        parent, turn = self._contexts.of_either(context), self.current() or _heard_of.get()
        if turn is None and delivering():
            turn = _delivered.get()
        if parent is None and turn is None:
            self._memory.run_started(context.id)
            return
        reaction = parent is not None and parent.kinship is Kinship.REACTION
        if reaction or describes_state(event.data.get(ATTR_SOURCE)):
            kinship = Kinship.REACTION
        else:
            kinship = Kinship.DIRECT
        origin = parent.turn if parent is not None else turn
        if origin is not None:
            self._memory.put_unless_known(context.id, kinship, origin)

    def _was_made(self, event: Event) -> bool:
        """Tag the run of something that speech has made, whatever has set it off."""
        return self.run_began(event.context, event.data.get(ATTR_ENTITY_ID, ""))

    @callback
    def run_began(self, context: Context, entity_id: str) -> bool:
        """Tag the run of something that speech has made; return whether it is known to be that."""
        turn = self._made.run_began(context, entity_id)
        if turn is not None:
            self._is_spoken(context, turn)
        return turn is not None

    def _is_spoken(self, context: Context, turn: Turn) -> None:
        self._memory.put(context.id, Kinship.DIRECT, turn)


def _stands_for_nobody(origin: Origin) -> bool:
    return origin.user_id is None and origin.satellite_id is None


def _origin(hass: HomeAssistant, opened: Opening, conversation_id: str, text: str) -> Origin:
    """Return where a text comes from, as far as that was found."""
    if opened.user_input is not None:
        return origin_of_input(hass, opened.user_input, conversation_id)
    language = hass.config.language
    return Origin(conversation_id=conversation_id, language=language, utterance=text)


@callback
def _inside_turn(_data: Any) -> bool:
    """Keep the listener out of the calls that no turn can have made."""
    return _turn.get() is not None
