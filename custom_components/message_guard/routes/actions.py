"""Actions: whatever is sent by an action because someone spoke is held.

The handlers of `ALWAYS_GUARDED` and of the household's own list are swapped in place. A call that a turn
has made is captured and submitted as requests; everything else goes straight through.
"""

from collections.abc import Iterable
from contextlib import ExitStack
from fnmatch import fnmatchcase
from functools import partial
import logging
from typing import Any, Final

from homeassistant.components.script.const import DOMAIN as SCRIPT
from homeassistant.const import ATTR_DOMAIN, ATTR_ENTITY_ID, ATTR_SERVICE, EVENT_SERVICE_REGISTERED
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, ServiceCall, callback
from homeassistant.exceptions import HomeAssistantError

from ..const import DOMAIN
from ..core.answer import Answer, AnswerKind
from ..core.household import Reactions
from ..core.request import Origin
from ..guarding.holds import Holds, dispatch
from ..guarding.passage import Passage, alive, delivering, passing
from ..home.origin import area_of
from .asking import Door, HeldQuestions, Unasked
from .calls import Captured, capture
from .controls import CONTROLS, forbidden_tool, refusal
from .lineage import Kinship
from .swap import Job, Swaps
from .targets import NOTIFY, TELEGRAM
from .tools import GuardedTools, tool_run
from .turn import Turn
from .turns import Turns

_LOGGER = logging.getLogger(__name__)

FREE_NOTIFY: Final = frozenset({"persistent_notification"})
"""Stays in the house."""

FREE_TELEGRAM: Final = frozenset(
    {"delete_message", "download_file", "leave_chat", "send_chat_action"}
)
"""Carry no words to anybody. What is not named here is guarded, whatever a later version adds."""

ALWAYS_GUARDED: Final = (f"{NOTIFY}.*", f"{TELEGRAM}.*", "*.send_message", "ntfy.publish")
"""Whatever sends a message: by its domain, by its name, or because it acts on notify entities.

Integrations give their notify entities a `send_message` of their own that can do more than the common one
(smtp, html5, prowl, nfandroidtv), and ntfy calls it `publish`; matrix and bring have one without such entities.
"""

NEVER_GUARDED: Final = frozenset({DOMAIN, "persistent_notification"})

STEPS_ARE_GUARDED: Final = frozenset({SCRIPT})
"""A script may be called send_message, too; what it sends is held where it sends it."""

ASK_QUESTION: Final = ("assist_satellite", "ask_question")
"""Ends at speech-to-text and opens no turn: what follows its answer was spoken all the same."""


class GuardedActions:
    """Stands in front of the actions that send."""

    def __init__(
        self,
        hass: HomeAssistant,
        turns: Turns,
        guard: Door,
        holds: Holds,
        chosen: Iterable[str] = (),
    ) -> None:
        """Guard nothing yet.

        Args:
            hass: Home Assistant.
            turns: What is spoken.
            guard: Decides about what is held.
            holds: Where captured calls wait.
            chosen: The household's own list, such as "rest_command.send_sms" or "rest_command.*".
        """
        self._hass = hass
        self._turns = turns
        self._guard = guard
        self._questions = HeldQuestions(hass, turns, guard, holds)
        self._chosen = frozenset(chosen)
        self._swaps = Swaps(hass)
        self._tools = GuardedTools(partial(forbidden_tool, hass))
        self._unsubscribe: CALLBACK_TYPE | None = None

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
    def choose(self, chosen: Iterable[str]) -> None:
        """Guard another list of the household's."""
        self._chosen = frozenset(chosen)
        for domain, name in self._swaps.actions():
            if not self._watches(domain, name):
                self._swaps.restore(domain, name)
        self._swap_all()

    @callback
    def guards(self, domain: str, name: str) -> bool:
        """Return whether calls of this action are held when they are spoken."""
        if domain == NOTIFY:
            return name not in FREE_NOTIFY
        if domain == TELEGRAM:
            return name not in FREE_TELEGRAM
        if domain in NEVER_GUARDED:
            return False
        action = f"{domain}.{name}"
        if domain not in STEPS_ARE_GUARDED and _always_guarded(action):
            return True
        return action in self._chosen or f"{domain}.*" in self._chosen

    def _watches(self, domain: str, name: str) -> bool:
        return self.guards(domain, name) or (domain, name) in {ASK_QUESTION, *CONTROLS}

    def _swap_all(self) -> None:
        for domain, services in self._hass.services.async_services().items():
            for name in services:
                self._swap(domain, name)

    @callback
    def _registered(self, event: Event) -> None:
        self._swap(event.data[ATTR_DOMAIN], event.data[ATTR_SERVICE])

    def _swap(self, domain: str, name: str) -> None:
        if self._watches(domain, name):
            self._swaps.swap(domain, name, self._handle)

    # --- handling -----------------------------------------------------------------------------

    async def _handle(self, original: Job, call: ServiceCall) -> Any:
        """Handle a call of an action that is guarded, asks a question or could end what guards."""
        if not self._turns.may_be_spoken(call.context):
            return await self._make(original, call)
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
        with passing(Passage(call.context, NOTIFY)):
            return await self._make(original, call)

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
            self._guard.observe("reaction", *captured.requests)
            return None
        if self._guard.only_watches(*captured.requests):
            self._guard.observe("observe", *captured.requests)
            return None
        return await self._submitted(call, captured, turn)

    async def _submitted(self, call: ServiceCall, captured: Captured, turn: Turn) -> _Held | None:
        """Ask about a held call. Its caller goes on: what stands behind a message is not the message."""
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


def _always_guarded(action: str) -> bool:
    return any(fnmatchcase(action, pattern) for pattern in ALWAYS_GUARDED)


def _passing(call: ServiceCall) -> bool:
    """Return whether a notify group that was let through passes its message on to its members."""
    return any(
        passage.domain == call.domain and passage.covers(call.context) for passage in alive()
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
