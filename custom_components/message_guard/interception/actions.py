"""Actions: whatever is sent by an action because someone spoke is held.

The handlers of whatever sends words out of the house (`core/senders.py`), and of the household's own list,
are swapped in place. A call that a turn has made is captured and submitted as requests; everything else
goes straight through. What is guarded is decided when an action is registered, not when it is called.
"""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from contextvars import Context as ContextVars
from functools import partial
import logging
from typing import Any, Final

from homeassistant.const import ATTR_DOMAIN, ATTR_ENTITY_ID, ATTR_SERVICE, EVENT_SERVICE_REGISTERED
from homeassistant.core import CALLBACK_TYPE, Context, Event, HomeAssistant, ServiceCall, callback
from homeassistant.exceptions import HomeAssistantError

from ..bypasses.steps import calls_in
from ..const import DOMAIN
from ..core.answer import Answer, AnswerKind
from ..core.household import Reactions
from ..core.request import Origin
from ..core.senders import Sort
from ..guarding.exemption import Exemption, alive, delivering, passing
from ..guarding.holds import Holds
from ..guarding.ports import log_failure
from ..guarding.status import REACTS
from ..home.origin import area_of
from ..hooks.service_job import Job, Swaps, dispatch
from ..provenance.lineage import Kinship
from ..provenance.made import MAKERS, made_by_speech
from ..provenance.turn import Turn
from ..provenance.turns import Turns
from .action_table import SENDERS, Descriptions
from .asking import Door, HeldQuestions, Unasked
from .calls import Captured, capture
from .controls import CONTROLS, forbidden_tool, refusal
from .fixed_calls import FIXED_CALL, FixedCalls
from .targets import NOTIFY, TELEGRAM
from .tools import GuardedTools, tool_run

_LOGGER = logging.getLogger(__name__)

NEVER_GUARDED: Final = frozenset({DOMAIN, "persistent_notification"})

FREE_NOTIFY: Final = frozenset({"persistent_notification"})
"""Stays in the house."""

NEVER_FREE: Final = frozenset({NOTIFY, TELEGRAM})
"""They are for nothing but messages: no household can say that they send nothing to anybody."""

ASK_QUESTION: Final = ("assist_satellite", "ask_question")
"""Ends at speech-to-text and opens no turn: what follows its answer was spoken all the same."""

NOTIFIES_HOUSE: Final = ("persistent_notification", "create")
"""Stays in the house; an automation that hears of it is handed no context."""


type Captures = Callable[[Captured, Context], None]
"""Called with every call that is held, and the context that it was made in."""


class GuardedActions:
    """Stands in front of the actions that send."""

    def __init__(
        self,
        hass: HomeAssistant,
        turns: Turns,
        guard: Door,
        holds: Holds,
        chosen: Iterable[str] = (),
        free: Iterable[str] = (),
    ) -> None:
        """Create the guard of actions; `start` puts it in place.

        Args:
            hass: Home Assistant.
            turns: What is spoken.
            guard: Decides about what is held.
            holds: Where captured calls wait.
            chosen: The household's own list, such as "rest_command.sms" or "rest_command.*".
            free: What sends nothing to anybody, so the household says, whatever it looks like.
        """
        self._hass = hass
        self._turns = turns
        self._guard = guard
        self._questions = HeldQuestions(hass, turns, guard, holds)
        self._chosen = frozenset(chosen)
        self._free = frozenset(free)
        self._decided: dict[tuple[str, str], bool] = {}
        self._descriptions = Descriptions(hass)
        self._undescribed: set[str] = set()
        self._swaps = Swaps(hass)
        self._tools = GuardedTools(hass, partial(forbidden_tool, hass))
        self._unsubscribe: CALLBACK_TYPE | None = None
        self.on_captured: Captures | None = None
        self.fixed = FixedCalls(hass, hass.loop.time)

    @property
    def on_unasked(self) -> Unasked | None:
        """Called after a turn with each answer that nobody spoke in it: "Not sent yet …"."""
        return self._questions.on_unasked

    @on_unasked.setter
    def on_unasked(self, listener: Unasked | None) -> None:
        self._questions.on_unasked = listener

    @callback
    def tell(self, answer: Answer, turn: Turn) -> None:
        """See that an answer is told: by whoever speaks in this turn, else after it."""
        self._questions.tell(answer, turn)

    async def decline_line(self) -> None:
        """Refuse everything that stands in line behind a question."""
        await self._questions.decline_line()

    @callback
    def start(self) -> None:
        """Take the place of every handler that is guarded, now and as they come."""
        self._questions.start()
        self._tools.start()
        self._unsubscribe = self._hass.bus.async_listen(EVENT_SERVICE_REGISTERED, self._registered)
        self._swap_all()

    @callback
    def stop(self) -> None:
        """Put back what is still ours."""
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        self._swaps.restore_all()
        self._tools.stop()
        self._questions.stop()

    @callback
    def choose(self, chosen: Iterable[str], free: Iterable[str] = ()) -> None:
        """Guard another list of the household's."""
        self._chosen = frozenset(chosen)
        self._free = frozenset(free)
        self._decide_anew()

    @callback
    def guards(self, domain: str, name: str) -> bool:
        """Return whether calls of this action are held when they are spoken."""
        decided = self._decided.get((domain, name))
        return self._decide(domain, name) if decided is None else decided

    @callback
    def guesses(self, domain: str, name: str) -> bool:
        """Return whether it is guarded by nothing but what it looks like."""
        return self.guards(domain, name) and not (
            self._is_chosen(domain, name) or SENDERS.known(f"{domain}.{name}") is Sort.SENDS
        )

    @property
    def free(self) -> frozenset[str]:
        """What sends nothing to anybody, so the household says."""
        return self._free

    @callback
    def guarded(self) -> tuple[str, ...]:
        """Return the actions of this home that are guarded now."""
        return tuple(sorted(".".join(action) for action, held in self._decided.items() if held))

    def _decide(self, domain: str, name: str) -> bool:
        action = f"{domain}.{name}"
        if domain in NEVER_GUARDED or (domain == NOTIFY and name in FREE_NOTIFY):
            return False
        if self._is_chosen(domain, name):
            return True
        if domain in NEVER_FREE:
            return SENDERS.known(action) in {None, Sort.SENDS}  # also what a later version adds
        if action in self._free:
            return False
        return SENDERS.sort(self._descriptions.shape(domain, name)) is Sort.SENDS

    def _is_chosen(self, domain: str, name: str) -> bool:
        return not self._chosen.isdisjoint((f"{domain}.{name}", f"{domain}.*"))

    def _watches(self, domain: str, name: str) -> bool:
        return self.guards(domain, name) or (domain, name) in {
            ASK_QUESTION,
            NOTIFIES_HOUSE,
            *CONTROLS,
            *MAKERS,
        }

    def _decide_anew(self) -> None:
        self._decided.clear()
        self._swap_all()
        for domain, name in self._swaps.actions():
            if not self._watches(domain, name):
                self._swaps.restore(domain, name)

    def _swap_all(self) -> None:
        for domain, services in self._hass.services.async_services().items():
            for name in services:
                self._swap(domain, name)

    @callback
    def _registered(self, event: Event) -> None:
        self._swap(event.data[ATTR_DOMAIN], event.data[ATTR_SERVICE])

    def _swap(self, domain: str, name: str) -> None:
        self._decided[domain, name] = self._decide(domain, name)
        if self._watches(domain, name):
            self._swaps.swap(domain, name, self._handle)
        elif (domain, name) in self._swaps:
            self._swaps.restore(domain, name)
        if self._descriptions.unread(domain, name):
            if not self._undescribed:
                # A context of its own: a turn's must not be carried into what follows it.
                ContextVars().run(self._hass.async_create_task, self._describe())
            self._undescribed.add(domain)

    async def _describe(self) -> None:
        """Look again at the actions of others, now with what their integrations say of them."""
        await asyncio.sleep(0)  # an integration registers its actions one after the other
        domains, self._undescribed = self._undescribed, set()
        try:
            await self._descriptions.read(domains)
        except Exception as error:  # noqa: BLE001 - what they look like has to do
            _LOGGER.error("Reading descriptions of actions failed: %s", type(error).__name__)
        if self._unsubscribe is None:
            return
        for domain in domains:
            for name in self._hass.services.async_services_for_domain(domain):
                self._swap(domain, name)

    # --- handling -----------------------------------------------------------------------------

    async def _handle(self, original: Job, call: ServiceCall) -> Any:
        """Handle a call that is guarded, asks a question, makes something or could end what guards."""
        if (call.domain, call.service) in MAKERS:
            return await self._made(original, call)
        await self._turns.known()
        if not self._turns.may_be_spoken(call.context):
            return await self._make(original, call)
        if (call.domain, call.service) == NOTIFIES_HOUSE:
            return await self._notify_house(original, call)
        if (call.domain, call.service) in CONTROLS:
            await self._refuse_control(call)
        if not self.guards(call.domain, call.service):
            return await self._make(original, call)
        try:
            with self._undecided():
                held = await self._held(call)
        except Exception as error:
            # A doubt is a refusal: what may be spoken is not sent by a guard that is broken.
            _LOGGER.error("Holding a call failed with %s; it was not made", type(error).__name__)
            raise _error("not_sent", call) from error
        if held is not None:
            return held.response
        with passing(Exemption(call.context, NOTIFY)):
            return await self._make(original, call)

    async def _notify_house(self, original: Job, call: ServiceCall) -> Any:
        """Show something in the house; what hears of it belongs to the turn that has led to it."""
        turn = (await self._turns.lineage_of_call(call.context)).turn
        if turn is None:
            return await self._make(original, call)
        ends = self._turns.heard_of(turn)
        try:
            return await self._make(original, call)
        finally:
            ends()

    async def _made(self, original: Job, call: ServiceCall) -> Any:
        """Let something be made, and remember whether speech has asked for it."""
        lineage = await self._turns.lineage_of_call(call.context)
        turn = lineage.turn or self._turns.left_behind()
        return await made_by_speech(self._hass).watch(
            call, turn, partial(self._make, original, call), self._sends
        )

    def _sends(self, config: Any) -> bool:
        return any(
            step.action is None or self.guards(*step.action.split(".", 1))
            for step in calls_in(config)
        )

    async def _refuse_control(self, call: ServiceCall) -> None:
        """Raise an error if speech may not do this."""
        turn = (await self._turns.lineage_of_call(call.context)).turn
        if turn is not None and (key := await refusal(call, turn)) is not None:
            raise _error(key, call)

    def _undecided(self) -> ExitStack:
        """Let the turn, and the tool, that make a call wait for what is decided about it."""
        open_calls = ExitStack()
        for who in (self._turns.current(), tool_run()):
            if who is not None:
                open_calls.enter_context(who.undecided.one())
        return open_calls

    async def _held(self, call: ServiceCall) -> _Held | None:
        """Return what a held call returns; None when it may go on as if nothing had happened."""
        lineage = await self._turns.lineage_of_call(call.context)
        turn = lineage.turn
        # By now an automation has said that it was set off by what is let through.
        if turn is None or delivering(call.context) or _passing(call):
            return None
        household = self._guard.household
        reaction = lineage.kinship is Kinship.REACTION
        if reaction and household.reactions is Reactions.IGNORE:
            return None
        captured = capture(self._hass, call, turn, household.contacts)
        if reaction and household.reactions is Reactions.RECORD:
            self._guard.observe(REACTS, *captured.requests)
            return None
        if self._guard.only_watches(*captured.requests):
            self._guard.observe("observe", *captured.requests)
            return None
        if self.fixed.take(call, turn) and await self._guard.let_through(
            FIXED_CALL, *captured.requests
        ):
            return None
        return await self._submitted(call, captured, turn)

    async def _submitted(self, call: ServiceCall, captured: Captured, turn: Turn) -> _Held | None:
        """Ask about a held call. Its caller goes on: what stands behind a message is not the message."""
        if self.on_captured is not None:
            try:
                self.on_captured(captured, call.context)
            except Exception as error:  # noqa: BLE001 - whoever watches must not stop what is asked
                log_failure("a listener", error)
        answer = await self._questions.ask(captured, turn)
        kind = AnswerKind.WAITING if answer is None else answer.kind
        if kind is AnswerKind.OBSERVED:
            return None
        if kind is AnswerKind.SENT:
            sent = captured.holds[0].response if len(captured.holds) == 1 else None
            return _Held(_nothing_sent(call) if sent is None else sent)
        if (run := tool_run()) is not None:
            run.add(answer)
        return _Held(_nothing_sent(call))

    async def _make(self, original: Job, call: ServiceCall) -> Any:
        """Make a call; what its caller does after somebody's answer to a question was spoken."""
        response = await dispatch(original, call)
        if (call.domain, call.service) != ASK_QUESTION or delivering(call.context):
            return response
        if isinstance(response, dict) and (said := response.get("sentence")):
            self._remember(call, str(said))
        return response

    def _remember(self, call: ServiceCall, said: str) -> None:
        named = call.data.get(ATTR_ENTITY_ID)
        satellite_id = named[0] if isinstance(named, list) and named else named
        satellite_id = satellite_id if isinstance(satellite_id, str) else None
        origin = Origin(
            satellite_id=satellite_id,
            area_id=area_of(self._hass, satellite_id, None),
            user_id=None,
            language=self._hass.config.language,
            utterance=said,
        )
        self._turns.remember(origin, call.context)


class _Held:
    """What a held call returns to its caller."""

    __slots__ = ("response",)

    def __init__(self, response: Any = None) -> None:
        self.response = response


def _passing(call: ServiceCall) -> bool:
    """Return whether a notify group that was let through passes its message on to its members."""
    return any(
        exemption.domain == call.domain and exemption.covers(call.context) for exemption in alive()
    )


def _nothing_sent(call: ServiceCall) -> dict[str, Any] | None:
    """Return what an integration answers that has sent nothing: its response without anybody in it."""
    if not call.return_response:
        return None
    return {"chats": []} if call.domain == TELEGRAM else {}


def _error(key: str, call: ServiceCall) -> HomeAssistantError:
    return HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders={"action": f"{call.domain}.{call.service}"},
    )
