"""The closed door: what stands where the guard will stand, from the first moment on.

Home Assistant sets up what can be spoken to and what can send in any order, and whatever the guard needs
may be slow, or fail. So the door is closed before anything is waited for, and whenever no guard stands in
it: while Home Assistant starts and stops, between two loads, and when the guard cannot start. What is sent
because someone spoke is refused then, and remembered until there is a ledger to write it into. Everything
else goes through.

This module loads nothing that sends, hears or asks: the sooner it is there, the sooner the door is closed.
"""

from collections import deque
from collections.abc import Callable, Iterable
import logging
from typing import Any, Final

from homeassistant.components.conversation.chat_log import async_subscribe_chat_logs
from homeassistant.components.conversation.const import ChatLogEventType
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import EVENT_COMPONENT_LOADED
from homeassistant.core import CALLBACK_TYPE, CoreState, Event, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import intent, issue_registry as ir
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey
from homeassistant.util.ulid import ulid_now

from .const import DOMAIN, ISSUE_REFUSED_MEANWHILE
from .core.answer import Answer, AnswerKind
from .core.confirmation import Confirmation
from .core.household import Household
from .core.request import Content, Request, Route
from .guarding.exemption import delivering
from .guarding.holds import Holds
from .guarding.records import Ledger, Notice
from .guarding.unwritten import Unwritten
from .home.origin import origin_of_intent
from .hooks.in_place import Replaced
from .hooks.intent_handlers import handlers, replace_handle
from .interception.actions import GuardedActions
from .interception.slots import BODY_SLOTS, RECIPIENT_SLOTS, first_text, values_of
from .ledger.format.entries import Kind
from .provenance.running import tag_what_runs
from .provenance.turn import Turn
from .provenance.turns import Turns
from .settings.household import free_actions, guarded_actions, guarded_intents, household_from_entry

_LOGGER = logging.getLogger(__name__)

STARTING: Final = "starting"
NOT_STARTED: Final = "not_started"
STOPPING: Final = "stopping"

LAST_WORDS: Final = {
    STARTING: "Not sent: Message Guard is still starting. Say it again in a moment.",
    STOPPING: "Not sent: Home Assistant is stopping. Say it again when it is back.",
    NOT_STARTED: "Not sent: Message Guard is not running. Reload it in Home Assistant's settings.",
}
"""What is said, by reason, where there is no language file to say it with."""

NOT_SENT: Final = "Not sent: Message Guard is not ready. Do not say that it was sent."
"""What a model is told."""

STORAGE_KEY: Final = f"{DOMAIN}.unwritten"
STORAGE_VERSION: Final = 1
SAVE_SECONDS: Final = 1.0
"""After which a refusal is on disk, should Home Assistant end before there is a ledger."""

TOLD_WITHIN: Final = 60.0
"""Seconds after which nobody is told any more, where it was said, that it was not sent."""

MOST_UNTOLD: Final = 20

_LOCKDOWN: HassKey[Lockdown] = HassKey("message_guard_lockdown")

type Tell = Callable[[Answer, Turn], None]


class Lockdown:
    """The door of this Home Assistant. It outlives every load of the entry.

    Attributes:
        turns: What is spoken: known without a gap, whoever stands in the door.
        unwritten: What was refused while there was no ledger.
    """

    def __init__(self, hass: HomeAssistant) -> None:
        """Create the lockdown; `close` closes the door."""
        self.turns = Turns(hass)
        self.unwritten = Unwritten(lambda: dt_util.utcnow().timestamp())
        self._hass = hass
        self._store: Store[list[dict[str, Any]]] = Store(hass, STORAGE_VERSION, STORAGE_KEY)
        self._loaded = False
        self._ends: list[CALLBACK_TYPE] = []
        self._watches = False
        self._untold: deque[tuple[float, Answer, Turn]] = deque(maxlen=MOST_UNTOLD)

    @property
    def closed(self) -> bool:
        """Whether nothing that is spoken is sent."""
        return bool(self._ends)

    @callback
    def close(self, entry: ConfigEntry) -> None:
        """Refuse what is sent because someone spoke, until a guard stands in the door."""
        if self._ends:
            return
        self.unwritten.on_added = self._save_soon
        self.watch()
        guard = ClosedGuard(self._hass, entry, self.unwritten)
        chosen, free = guarded_actions(entry), free_actions(entry)
        actions = GuardedActions(self._hass, self.turns, guard, Holds(), chosen, free)
        actions.on_unasked = self._keep_untold
        intents = ClosedIntents(self._hass, self.turns, guard, guarded_intents(entry))
        actions.start()
        intents.start()
        self._ends = [actions.stop, intents.stop]
        _LOGGER.debug("The door is closed")

    @callback
    def watch(self) -> None:
        """Know from now on what is spoken; what may have been spoken before counts as spoken."""
        if not self._watches:
            self._watches = True
            self.turns.start()
            tag_what_runs(self._hass, self.turns)

    async def write_down(self, ledger: Ledger) -> None:
        """Write into the ledger what was refused before it was there, in this run or an earlier one.

        Raises:
            LedgerError: If it could not be written. It is kept then.
        """
        await self._load()
        await self.unwritten.write(ledger)
        await self._store.async_remove()

    async def _load(self) -> None:
        """Take up, once, what an earlier run has stored."""
        if self._loaded:
            return
        self._loaded = True
        try:
            self.unwritten.restore(await self._store.async_load())
        except (HomeAssistantError, NotImplementedError, OSError) as error:
            _LOGGER.error("What was refused in an earlier run: %s", type(error).__name__)

    @callback
    def _save_soon(self) -> None:
        async def save() -> None:
            await self._load()
            self._store.async_delay_save(self.unwritten.dump, SAVE_SECONDS)

        self._hass.async_create_task(save(), "message_guard unwritten")

    @callback
    def hand_over(self) -> None:
        """Let a guard take the place; it has to stand in the door in the same step of the loop."""
        self._release()
        _LOGGER.debug("A guard stands in the door")

    @callback
    def tell(self, tell: Tell) -> None:
        """Tell people what they have not been told yet."""
        now = self._hass.loop.time()
        while self._untold:
            said_at, answer, turn = self._untold.popleft()
            if now - said_at < TOLD_WITHIN:
                tell(answer, turn)

    @callback
    def end(self) -> None:
        """Open the door of a household that wants no guard, and watch nothing any more."""
        self._release()
        self._untold.clear()
        if self._watches:
            self._watches = False
            self.turns.stop()

    def _release(self) -> None:
        ends, self._ends = self._ends, []
        for end in reversed(ends):
            end()

    def _keep_untold(self, answer: Answer, turn: Turn) -> None:
        now = self._hass.loop.time()
        while self._untold and now - self._untold[0][0] >= TOLD_WITHIN:
            self._untold.popleft()
        self._untold.append((now, answer, turn))


@callback
def async_lockdown(hass: HomeAssistant) -> Lockdown:
    """Return the one door."""
    found = hass.data.get(_LOCKDOWN)
    if found is None:
        found = hass.data[_LOCKDOWN] = Lockdown(hass)
    return found


class ClosedGuard:
    """Refuses everything, and remembers it."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, unwritten: Unwritten) -> None:
        """Refuse what this household would hold."""
        self.pending: tuple[Confirmation, ...] = ()
        self._hass = hass
        self._entry = entry
        self._unwritten = unwritten
        self._household: Household | None = None
        self._read_from: tuple[object, object] = (None, None)

    @property
    def household(self) -> Household:
        """What the household chose, read when it is first needed and after each change."""
        stored = self._entry.options, self._entry.subentries
        if self._household is None or any(
            now is not before for now, before in zip(stored, self._read_from, strict=True)
        ):
            self._household = household_from_entry(self._hass, self._entry)
            self._read_from = stored
        return self._household

    @property
    def reason(self) -> str:
        """Why the door is closed."""
        if self._hass.is_stopping:
            return STOPPING
        state = self._entry.state
        loading = {ConfigEntryState.SETUP_IN_PROGRESS, ConfigEntryState.UNLOAD_IN_PROGRESS}
        settled = self._hass.state is CoreState.running and DOMAIN in self._hass.config.components
        early = state is ConfigEntryState.NOT_LOADED and not settled
        return STARTING if early or state in loading else NOT_STARTED

    def subscribe(self, listener: Callable[[Notice], None]) -> Callable[[], None]:
        """Never call anybody."""
        return lambda: None

    async def submit(self, *requests: Request) -> Answer:
        """Refuse, and remember it."""
        reason = self.reason
        _LOGGER.warning("A message was not sent: Message Guard is closed (%s)", reason)
        household = self.household
        private = bool(household.pin_hash or household.contact_pins)
        self._unwritten.add(Kind.REFUSED, reason, *requests, private=private)
        _report(self._hass, self._unwritten.refused)
        text = await async_text(self._hass, reason, requests[0].origin.language)
        return Answer(kind=AnswerKind.REFUSED, text=text, reasons=(reason,))

    async def turn_down(self, reason: str, *requests: Request) -> Answer:
        """Refuse; that the door is closed is reason enough."""
        return await self.submit(*requests)

    def only_watches(self, *requests: Request) -> bool:
        """Return whether the household lets all of these through."""
        household = self.household
        watched = {contact.id for contact in household.contacts if contact.observe}
        return household.observe or all(request.contact_id in watched for request in requests)

    async def let_through(self, reason: str, *requests: Request) -> bool:
        """Let nothing through: nobody knows whether it may be."""
        return False

    def observe(self, reason: str, *requests: Request) -> None:
        """Remember what is let through."""
        self._unwritten.add(Kind.OBSERVED, reason, *requests)


class ClosedIntents:
    """Refuses the intents that the household guards, whenever they come."""

    def __init__(
        self, hass: HomeAssistant, turns: Turns, guard: ClosedGuard, chosen: Iterable[str]
    ) -> None:
        """Create what refuses intents; `start` puts it in place."""
        self._hass = hass
        self._turns = turns
        self._guard = guard
        self._chosen = tuple(chosen)
        self._refusing: dict[str, Replaced] = {}
        self._running = False
        self._unsubscribe: list[CALLBACK_TYPE] = []

    @callback
    def start(self) -> None:
        """Take the place of every handler that is there, and of those that come."""
        self._running = True
        if self._chosen:
            self._unsubscribe = [
                async_subscribe_chat_logs(self._hass, self._chat_log_changed),
                self._hass.bus.async_listen(EVENT_COMPONENT_LOADED, self._loaded),
            ]
            self._wrap_all()

    @callback
    def stop(self) -> None:
        """Put back what is still ours, and be transparent elsewhere."""
        self._running = False
        while self._unsubscribe:
            self._unsubscribe.pop()()
        for replaced in self._refusing.values():
            replaced.put_back()
        self._refusing.clear()

    @callback
    def _loaded(self, _event: Event) -> None:
        self._wrap_all()

    @callback
    def _chat_log_changed(
        self, _conversation_id: str, event_type: ChatLogEventType, data: dict[str, Any]
    ) -> None:
        if event_type is ChatLogEventType.CONTENT_ADDED and data["content"]["role"] == "user":
            self._wrap_all()

    def _wrap_all(self) -> None:
        """Assert the wrapping. Raises nothing: it runs inside a turn."""
        registered = handlers(self._hass)
        for intent_type in self._chosen:
            handler = registered.get(intent_type)
            known = self._refusing.get(intent_type)
            if handler is None or (known is not None and known.target is handler):
                continue
            try:
                self._wrap(intent_type, handler)
            except Exception as error:  # noqa: BLE001 - one that cannot be wrapped was never held either
                _LOGGER.error("An intent stays open: %s", type(error).__name__)

    def _wrap(self, intent_type: str, handler: intent.IntentHandler) -> None:
        original = handler.async_handle

        async def refuse(intent_obj: intent.Intent) -> intent.IntentResponse:
            if not self._running or delivering(intent_obj.context):
                return await original(intent_obj)
            request = self._request(intent_obj)
            if self._guard.only_watches(request):
                self._guard.observe("observe", request)
                return await original(intent_obj)
            answer = await self._guard.submit(request)
            if request.by_model:
                raise intent.IntentHandleError(NOT_SENT)
            response = intent_obj.create_response()
            response.async_set_error(intent.IntentResponseErrorCode.FAILED_TO_HANDLE, answer.text)
            return response

        self._refusing[intent_type] = replace_handle(handler, refuse)

    def _request(self, intent_obj: intent.Intent) -> Request:
        turn = self._turns.current()
        values = values_of(intent_obj.slots)
        return Request(
            id=ulid_now(),
            route=Route.INTENT,
            origin=origin_of_intent(self._hass, intent_obj) if turn is None else turn.origin,
            recipient=first_text(values, RECIPIENT_SLOTS) or intent_obj.intent_type,
            content=Content(body=first_text(values, BODY_SLOTS) or ""),
            created_at=dt_util.utcnow().timestamp(),
            by_model=intent_obj.text_input is None or (turn is not None and turn.by_model),
            held_call=f"intent:{intent_obj.intent_type}",
        )


async def async_text(hass: HomeAssistant, reason: str, language: str) -> str:
    """Return what is said about a refusal; never raises. The files are read when the first one is due."""
    try:
        return await hass.async_add_executor_job(_text, reason, language)
    except Exception as error:  # noqa: BLE001 - the language files may be what is broken
        _LOGGER.error("A refusal could not be put into words: %s", type(error).__name__)
        return LAST_WORDS[reason]


def _text(reason: str, language: str) -> str:
    # Loaded here, in a thread: reading sentences is no part of closing the door.
    from .recognition.sentences import load_languages  # noqa: PLC0415

    words = load_languages().get_or_english(language)
    return LAST_WORDS[reason] if words is None else words.say(f"refused_{reason}")


@callback
def _report(hass: HomeAssistant, count: int) -> None:
    """Say where the household sees it that something was not sent."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        ISSUE_REFUSED_MEANWHILE,
        is_fixable=False,
        is_persistent=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key=ISSUE_REFUSED_MEANWHILE,
        translation_placeholders={"count": str(count)},
    )
