"""Intents: the handlers of the intents that the household chose are held like any other send.

Handlers are wrapped in place, by an attribute of the one handler object, so that whoever looks at the
handler (its class, its slots, its description) finds what was registered. Nothing tells when an intent
is registered anew, so the wrapping is asserted again at the start of every turn.

"Never mind" is an intent of Home Assistant's own, answered before any agent is asked. It is wrapped in
any case, so that it declines what waits where it was said.
"""

from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
import logging
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import intent
from homeassistant.util import dt as dt_util
from homeassistant.util.ulid import ulid_now

from ..assist.dialogue import Dialogue
from ..core.answer import Answer, AnswerKind
from ..core.errors import DeliveryError
from ..core.request import Content, Json, Origin, Request, Route
from ..guarding.exemption import delivering
from ..guarding.guard import Guard
from ..guarding.holds import Holds
from ..guarding.records import Approver
from ..home.origin import origin_of_intent
from ..home.satellites import SatelliteWatch
from ..hooks.in_place import Replaced
from ..hooks.intent_handlers import Handle, handlers, replace_handle
from ..provenance.turn import Turn
from ..provenance.turns import Turns
from .broadcast import broadcast_recipient
from .slots import BODY_SLOTS, RECIPIENT_SLOTS, values_of

_LOGGER = logging.getLogger(__name__)

MESSAGE_WORDS: Final = (
    "message",
    "broadcast",
    "announce",
    "notify",
    "send",
    "sms",
    "telegram",
    "mail",
)
"""What names of intents hold that send something."""

HASS_SLOTS: Final = frozenset({"preferred_area_id", "preferred_floor_id"})
"""Slots that Home Assistant adds by itself."""

VIA_VOICE: Final = "voice"

NOT_SENT: Final = "Not sent: Message Guard could not let it through. Do not say that it was sent."
UNSURE: Final = "It is not known whether the message arrived. Do not say that it was sent."
MAY_BE_SENT: Final = frozenset({AnswerKind.SENT, AnswerKind.UNDER_WAY, AnswerKind.UNKNOWN})
WAITING: Final = (
    "Not sent yet: it waits until a person has confirmed the message. Do not say that it was sent."
)
"""What a model is told; people hear the guard's own answer."""

type Tell = Callable[[Answer, Turn], None]

_taken: ContextVar[intent.Intent | None] = ContextVar("message_guard_intent", default=None)
"""The intent that is being decided about."""


class HeldIntent:
    """One captured intent, which is handled at most once."""

    def __init__(self, handle: Callable[[], Handle | None], intent_obj: intent.Intent) -> None:
        """Capture an intent; `handle` returns what handles it by then."""
        self._handle = handle
        self._intent = intent_obj
        self._done = False
        self.context = intent_obj.context
        self.response: intent.IntentResponse | None = None

    async def replay(self) -> None:
        """Handle the intent as it was captured.

        Raises:
            DeliveryError: If nothing handles it any more, or the handler answers with an error.
            Exception: Whatever the handler raises.
        """
        handle = self._handle()
        if handle is None or self._done:
            raise DeliveryError("hold_gone")
        self._done = True
        self.response = await handle(self._intent)
        if self.response.response_type is intent.IntentResponseType.ERROR:
            raise DeliveryError("channel_error")


class GuardedIntents:
    """Stands in front of the intents that send."""

    def __init__(
        self,
        hass: HomeAssistant,
        turns: Turns,
        guard: Guard,
        holds: Holds,
        dialogue: Dialogue,
        satellites: SatelliteWatch,
        tell: Tell,
        chosen: Iterable[str] = (),
    ) -> None:
        """Create the guard of intents; `start` puts it in place.

        Args:
            hass: Home Assistant.
            turns: What is spoken.
            guard: Decides about what is held.
            holds: Where captured intents wait.
            dialogue: Forgets a message that was begun when somebody says "never mind".
            satellites: Tell whether a question is still to be spoken.
            tell: Sees that an answer reaches a person when an agent, not the intent, answers the turn.
            chosen: The household's list, such as "HassBroadcast".
        """
        self._hass = hass
        self._turns = turns
        self._guard = guard
        self._holds = holds
        self._dialogue = dialogue
        self._satellites = satellites
        self._tell = tell
        self._chosen = frozenset(chosen)
        self._wanted = (*self._chosen, intent.INTENT_NEVERMIND)
        self._wrapped: dict[str, Replaced] = {}
        self._running = False
        self._unsubscribe: CALLBACK_TYPE | None = None

    @callback
    def start(self) -> None:
        """Wrap what is chosen, now and at the start of every turn."""
        self._running = True
        self._unsubscribe = self._turns.on_utterance(self._assert)
        self._wrap_all()

    @callback
    def stop(self) -> None:
        """Put back what is still ours; where somebody has wrapped on top, become transparent."""
        self._running = False
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        for intent_type in tuple(self._wrapped):
            self._unwrap(intent_type)

    @callback
    def choose(self, chosen: Iterable[str]) -> None:
        """Guard another list of the household's."""
        self._chosen = frozenset(chosen)
        self._wanted = (*self._chosen, intent.INTENT_NEVERMIND)
        for intent_type in set(self._wrapped).difference(self._wanted):
            self._unwrap(intent_type)
        self._wrap_all()

    # --- wrapping -----------------------------------------------------------------------------

    @callback
    def _assert(self) -> None:
        """Assert the wrapping at the start of a turn. Raises nothing: it runs inside the turn."""
        try:
            self._wrap_all()
        except Exception as error:  # noqa: BLE001 - the turn must go on
            _LOGGER.error("Intents could not be guarded: %s", type(error).__name__)

    def _wrap_all(self) -> None:
        registered = handlers(self._hass)
        for intent_type in self._wanted:
            handler, known = registered.get(intent_type), self._wrapped.get(intent_type)
            if handler is None or (known is not None and handler.async_handle is known.method):
                continue
            self._wrap(intent_type, handler)

    def _wrap(self, intent_type: str, handler: intent.IntentHandler) -> None:
        known = self._wrapped.get(intent_type)
        if known is not None and known.target is not handler:
            self._unwrap(intent_type)
        original: Handle = handler.async_handle
        hold = self._decline if intent_type == intent.INTENT_NEVERMIND else self._hold

        async def handle(intent_obj: intent.Intent) -> intent.IntentResponse:
            if not self._running or delivering(intent_obj.context) or _taken.get() is intent_obj:
                return await original(intent_obj)
            # Somebody who wrapped on top of us, and whom we wrapped in turn, leads here once more.
            token = _taken.set(intent_obj)
            try:
                return await hold(original, intent_obj)
            finally:
                _taken.reset(token)

        self._wrapped[intent_type] = replace_handle(handler, handle)

    def _unwrap(self, intent_type: str) -> None:
        self._wrapped.pop(intent_type).put_back()

    # --- holding ------------------------------------------------------------------------------

    async def _hold(self, original: Handle, intent_obj: intent.Intent) -> intent.IntentResponse:
        if intent_obj.intent_type not in self._chosen:
            return await original(intent_obj)
        turn = self._turns.current()
        request = self._request(intent_obj, turn)
        if self._guard.only_watches(request):
            self._guard.observe("observe", request)
            return await original(intent_obj)
        held = HeldIntent(lambda: self._handler_now(intent_obj.intent_type), intent_obj)
        answer = await self._holds.submit(self._guard, [(request, held)])
        if answer.kind is AnswerKind.OBSERVED:
            return await original(intent_obj)
        if answer.kind is AnswerKind.SENT and held.response is not None:
            return held.response
        if request.by_model:
            if turn is not None:
                self._tell(answer, turn)
            raise intent.IntentHandleError(_for_model(answer))
        if request.relayed and turn is not None:
            self._tell(answer, turn)
        return self._response(answer, intent_obj, request)

    def _handler_now(self, intent_type: str) -> Handle | None:
        """Return what handles the intent today: scripts of intents are unloaded when reloaded.

        It may be wrapped by us; inside a delivery the wrapper lets it through.
        """
        handler = handlers(self._hass).get(intent_type)
        return handler.async_handle if handler is not None else None

    def _response(
        self, answer: Answer, intent_obj: intent.Intent, request: Request
    ) -> intent.IntentResponse:
        origin, response = request.origin, intent_obj.create_response()
        if answer.pending or answer.kind in MAY_BE_SENT:
            response.async_set_speech(answer.text)
        else:
            code = intent.IntentResponseErrorCode.FAILED_TO_HANDLE
            response.async_set_error(code, answer.text)
        silent = origin.satellite_id is None or not self._satellites.speaks(origin.satellite_id)
        if silent and not request.relayed:
            self._guard.question_heard(origin.place)
        return response

    # --- saying no ----------------------------------------------------------------------------

    async def _decline(self, original: Handle, intent_obj: intent.Intent) -> intent.IntentResponse:
        response = await original(intent_obj)
        turn = self._turns.current()
        if turn is not None and turn.by_model:
            return response
        try:
            answer = await self._declined(_origin(self._hass, intent_obj, turn))
        except Exception as error:  # noqa: BLE001 - "never mind" is answered, whatever is wrong with us
            _LOGGER.error("Declining failed with %s", type(error).__name__)
            return response
        if answer is not None:
            response.async_set_speech(answer.text)
        return response

    async def _declined(self, origin: Origin) -> Answer | None:
        self._dialogue.forget(origin)
        for confirmation in self._guard.pending:
            if confirmation.place is not None and confirmation.place == origin.place:
                approver = Approver(origin.user_id, VIA_VOICE, origin.satellite_id)
                return await self._guard.decline(confirmation.id, approver)
        return None

    # --- reading an intent ----------------------------------------------------------------------

    def _request(self, intent_obj: intent.Intent, turn: Turn | None) -> Request:
        slots = values_of(intent_obj.slots)
        body = next((name for name in BODY_SLOTS if isinstance(slots.get(name), str)), None)
        recipient, contact_id, named_by = self._recipient(intent_obj, slots)
        extras = {
            name: value
            for name, value in slots.items()
            if name not in {body, named_by} and name not in HASS_SLOTS
        }
        return Request(
            id=ulid_now(),
            route=Route.INTENT,
            origin=_origin(self._hass, intent_obj, turn),
            recipient=recipient,
            content=Content(body=str(slots[body]) if body is not None else "", extras=extras),
            created_at=dt_util.utcnow().timestamp(),
            contact_id=contact_id,
            # A recognised sentence brings its words along; a model's tool call has none.
            by_model=intent_obj.text_input is None or (turn is not None and turn.by_model),
            relayed=turn is not None and turn.relayed,
            held_call=f"intent:{intent_obj.intent_type}",
        )

    def _recipient(
        self, intent_obj: intent.Intent, slots: Mapping[str, Json]
    ) -> tuple[str, str | None, str | None]:
        """Return who is named by a slot, else who goes by the name of the intent itself.

        With the contact's id where it is known, and the slot. A handler is handed all slots, so another
        one that may name somebody is no less than any extra.
        """
        if intent_obj.intent_type == intent.INTENT_BROADCAST:
            contacts = self._guard.household.contacts
            return *broadcast_recipient(self._hass, intent_obj, contacts), None
        for name in RECIPIENT_SLOTS:
            if isinstance(value := slots.get(name), str):
                return value, None, name
        return intent_obj.intent_type, None, None


def _origin(hass: HomeAssistant, intent_obj: intent.Intent, turn: Turn | None) -> Origin:
    return turn.origin if turn is not None else origin_of_intent(hass, intent_obj)


def _for_model(answer: Answer) -> str:
    if answer.pending:
        return WAITING
    return UNSURE if answer.kind in MAY_BE_SENT else NOT_SENT


@callback
def looks_like_message(handler: intent.IntentHandler) -> bool:
    """Return whether this intent may send something, by its name or its slots; to suggest it."""
    name = handler.intent_type.casefold()
    if any(word in name for word in MESSAGE_WORDS):
        return True
    try:
        slots = {str(slot) for slot in handler.slot_schema or {}}
    except Exception:  # noqa: BLE001 - another integration's code, and only a suggestion
        return False
    return not slots.isdisjoint(BODY_SLOTS)
