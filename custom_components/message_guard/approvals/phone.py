"""Approval on a phone: a notification of the Home Assistant app with two buttons.

A tap comes back as an event on Home Assistant's bus. Every integration can read that bus, and every
automation can fire events on it, so the nonce in the buttons proves nothing by itself: it only says
which question, on which phone, is answered. What counts is who answers. The app's webhook marks its
events as coming from outside and as the user who registered the phone; neither can be had by an
automation, a script or a spoken turn.

The notification is our own message, not speech's: it is sent from a task of its own with a Home
Assistant context of its own, so nothing holds it and nothing has to let it through.
"""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
import logging
import secrets
from typing import Any, Final

from homeassistant.components.notify.const import (
    ATTR_DATA,
    ATTR_MESSAGE,
    ATTR_TITLE,
    DOMAIN as NOTIFY_DOMAIN,
)
from homeassistant.const import ATTR_DEVICE_ID, ATTR_FRIENDLY_NAME
from homeassistant.core import CALLBACK_TYPE, Context, Event, EventOrigin, HomeAssistant, callback
from homeassistant.helpers.translation import async_get_translations

from ..const import DOMAIN
from ..core.answer import AnswerKind
from ..core.confirmation import Confirmation
from ..core.control import Caller, tap_problem
from ..core.language import Language
from ..core.question import join_names, read_aloud
from ..guarding.answers import words_for
from ..guarding.guard import Guard
from ..guarding.records import Approver, Notice
from ..home.surroundings import Home, logged
from ..ledger.format.entries import Kind
from . import caller_of, may_approve
from .registrations import Phone, chosen_phones, phones
from .tokens import is_programs_call

_LOGGER = logging.getLogger(__name__)

EVENT_TAPPED: Final = "mobile_app_notification_action"
"""What the app fires through its webhook when a button of a notification is tapped."""

ATTR_ACTION: Final = "action"
APPROVE: Final = "MESSAGE_GUARD_APPROVE_"
DECLINE: Final = "MESSAGE_GUARD_DECLINE_"

CLEAR_NOTIFICATION: Final = "clear_notification"
"""Message by which the app takes back the notification with the same tag."""

MOST_CHARACTERS: Final = 1000
"""What is longer has no buttons: a phone would not show all of it, and a push has room for 4 KB."""

STOP_SECONDS: Final = 5.0
"""How long unloading waits until phones have been told."""

VIA_PHONE: Final = "phone"

_OUTCOMES: Final = {Kind.AUTHORISED: "phone_approved", Kind.DECLINED: "phone_declined"}
"""What the others are told. Every other ending clears the notification."""
_ENDINGS: Final = frozenset(
    {*_OUTCOMES, Kind.EXPIRED, Kind.SUPERSEDED, Kind.PROOF_FAILED, Kind.REFUSED}
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One notification on one phone."""

    nonce: str
    confirmation_id: str
    bound: str
    phone: Phone

    @property
    def tag(self) -> str:
        return _tag(self.nonce)


class PhoneApprovals:
    """Asks the household's phones, and takes their answers."""

    def __init__(self, hass: HomeAssistant, guard: Guard, home: Home) -> None:
        """Create the approval on phones; `start` begins to ask."""
        self._hass = hass
        self._guard = guard
        self._home = home
        self._asked: dict[str, _Asked] = {}
        self._recipient: dict[str, str] = {}
        self._confirmation_of: dict[str, str] = {}
        self._bound: dict[str, str] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._unsubscribe: list[CALLBACK_TYPE] = []

    @callback
    def start(self) -> None:
        """Watch the guard and the phones."""
        self._unsubscribe = [
            self._guard.subscribe(self._noticed),
            self._hass.bus.async_listen(EVENT_TAPPED, self._tapped, event_filter=_is_ours),
        ]

    async def stop(self) -> None:
        """Stop, once the phones know that nothing waits any more; call it after the guard's `stop`."""
        while self._unsubscribe:
            self._unsubscribe.pop()()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=STOP_SECONDS)

    # --- asking and telling -------------------------------------------------------------------

    @callback
    def _noticed(self, notice: Notice) -> None:
        """Follow the steps of requests. Notices come once for each recipient of a question.

        A question that more recipients have joined is asked anew: nobody has seen those whom it is for now.
        """
        confirmation = notice.confirmation
        if notice.kind is Kind.ASKED and confirmation is not None:
            as_shown = self._bound.get(confirmation.id) == confirmation.bound
            if not as_shown and self._wanted(confirmation):
                former = self._forget(confirmation.id)
                self._bound[confirmation.id] = confirmation.bound
                for item in confirmation.recipients:
                    self._confirmation_of[item.request.id] = confirmation.id
                self._run(self._ask(confirmation, former))
        elif notice.kind in _ENDINGS:
            confirmation_id = self._confirmation_of.get(notice.request.id)
            if confirmation_id is not None:
                self._run(self._tell(self._forget(confirmation_id), notice.kind, confirmation_id))

    def _wanted(self, confirmation: Confirmation) -> bool:
        """Return whether phones are asked: where a voice cannot prove it, or may never be asked to."""
        household = self._guard.household
        if not household.phones:
            return False
        return household.phones_always or confirmation.challenge is None or not confirmation.given

    def _forget_gone(self) -> None:
        """Forget what has ended without a notice: its ending could not be written down."""
        waiting = {confirmation.id for confirmation in self._guard.pending}
        for gone in {*self._confirmation_of.values()} - waiting:
            self._forget(gone)
            self._recipient.pop(gone, None)

    def _forget(self, confirmation_id: str) -> list[_Asked]:
        """Make every button of this confirmation worthless, and return where they are shown."""
        shown = [item for item in self._asked.values() if item.confirmation_id == confirmation_id]
        for item in shown:
            del self._asked[item.nonce]
        for request_id in [k for k, v in self._confirmation_of.items() if v == confirmation_id]:
            del self._confirmation_of[request_id]
        self._bound.pop(confirmation_id, None)
        return shown

    async def _ask(self, confirmation: Confirmation, former: list[_Asked]) -> None:
        """Ask each phone, in place of what it was asked about fewer people."""
        for item in former:
            await self._clear(item.phone, item.tag)
        language = words_for(self._home, confirmation.origin)
        texts = await self._texts()
        self._forget_gone()
        household = self._guard.household
        recipient = join_names(confirmation.recipients, language)
        self._recipient[confirmation.id] = recipient
        for phone in chosen_phones(self._hass, household.phones):
            if not await may_approve(self._hass, household, phone.user_id):
                continue
            if self._bound.get(confirmation.id) != confirmation.bound:
                return  # decided, or asked about more people, while we were asking
            nonce = secrets.token_hex(16).upper()
            asked = _Asked(nonce, confirmation.id, confirmation.bound, phone)
            self._asked[asked.nonce] = asked
            question = self._question(confirmation, asked, recipient, language, texts)
            await self._push(phone, **question)

    def _question(
        self,
        confirmation: Confirmation,
        asked: _Asked,
        recipient: str,
        language: Language,
        texts: dict[str, str],
    ) -> dict[str, Any]:
        """Return the notification: recipient, words and origin, with two buttons."""
        body = read_aloud(confirmation.recipients, language)
        place = self._place(confirmation, texts)
        actions = [
            {
                "action": APPROVE + asked.nonce,
                "title": texts["phone_send"],
                "authenticationRequired": True,
            },
            {
                "action": DECLINE + asked.nonce,
                "title": texts["phone_do_not_send"],
                "destructive": True,
            },
        ]
        if len(body) > MOST_CHARACTERS:
            body, actions = texts["phone_too_long"], actions[1:]
        seconds = max(1, int(confirmation.deadline - self._home.now()))
        return {
            "title": texts["phone_title"].format(recipient=recipient),
            "message": texts["phone_question"].format(body=body, place=place),
            "data": {
                "tag": asked.tag,
                "actions": actions,
                # Android: at once, gone when it is too late, hidden on a locked screen.
                "ttl": 0,
                "priority": "high",
                "timeout": seconds,
                "channel": "Message Guard",
                "visibility": "private",
                # iOS: also through a focus.
                "push": {"interruption-level": "time-sensitive"},
            },
        }

    def _place(self, confirmation: Confirmation, texts: dict[str, str]) -> str:
        """Return what people call the place where it was said, or typed by somebody who is signed in."""
        origin = confirmation.origin
        if origin.satellite_id is None:
            return texts["phone_somewhere" if origin.user_id is None else "phone_app"]
        state = self._hass.states.get(origin.satellite_id)
        name = state.attributes.get(ATTR_FRIENDLY_NAME) if state is not None else None
        return str(name) if name else origin.satellite_id

    async def _tell(self, shown: list[_Asked], kind: Kind, confirmation_id: str) -> None:
        """Tell every phone that was asked what became of it."""
        recipient = self._recipient.pop(confirmation_id, "")
        key = _OUTCOMES.get(kind)
        texts = await self._texts() if key is not None and shown else {}
        for item in shown:
            if key is None:
                await self._clear(item.phone, item.tag)
            else:
                await self._replace(item.phone, item.tag, texts[key].format(recipient=recipient))

    async def _clear(self, phone: Phone, tag: str) -> None:
        await self._push(phone, message=CLEAR_NOTIFICATION, data={"tag": tag})

    async def _replace(self, phone: Phone, tag: str, message: str) -> None:
        data = {"tag": tag, "alert_once": True, "push": {"interruption-level": "passive"}}
        await self._push(phone, message=message, data=data)

    async def _push(
        self, phone: Phone, *, message: str, data: dict[str, Any], title: str | None = None
    ) -> None:
        """Send one notification; a phone that cannot be reached changes nothing for the others."""
        content: dict[str, Any] = {ATTR_MESSAGE: message, ATTR_DATA: data}
        if title is not None:
            content[ATTR_TITLE] = title
        try:
            await self._hass.services.async_call(
                NOTIFY_DOMAIN, phone.service, content, blocking=True, context=Context()
            )
        except Exception as error:  # noqa: BLE001 - whatever a push service raises
            _LOGGER.warning("The phone %s was not reached: %s", phone.name, type(error).__name__)

    async def _texts(self) -> dict[str, str]:
        """Return what phones are shown, in Home Assistant's language."""
        found = await async_get_translations(
            self._hass, self._hass.config.language, "common", [DOMAIN]
        )
        prefix = f"component.{DOMAIN}.common."
        return {key.removeprefix(prefix): text for key, text in found.items()}

    # --- answers --------------------------------------------------------------------------------

    @callback
    def _tapped(self, event: Event) -> None:
        self._run(self._take(event, program=is_programs_call(self._hass)))

    async def _take(self, event: Event, *, program: bool) -> None:
        """Take one tap, from the person and the phone it was shown to or from nobody."""
        action: str = event.data[ATTR_ACTION]
        approve = action.startswith(APPROVE)
        nonce = action.removeprefix(APPROVE if approve else DECLINE)
        outside = event.origin is EventOrigin.remote
        caller = await caller_of(self._hass, event.context, outside=outside, program=program)
        if not caller.from_app:
            _LOGGER.warning("A tap was not accepted: it does not come from the app")
            return
        asked = self._asked.get(nonce)
        if asked is None:
            await self._tell_late(event, nonce)
            return
        problem = self._problem(event, caller, asked)
        if problem is not None:
            _LOGGER.warning("A tap was not accepted: %s", problem)
            return
        approver = Approver(event.context.user_id, VIA_PHONE, asked.phone.id)
        try:
            if approve:
                answer = await self._guard.approve(asked.confirmation_id, approver, asked.bound)
            else:
                answer = await self._guard.decline(asked.confirmation_id, approver)
        except KeyError:
            await self._tell_late(event, nonce)
            return
        if answer.kind in {AnswerKind.REFUSED, AnswerKind.FAILED, AnswerKind.UNKNOWN}:
            await self._replace(asked.phone, asked.tag, answer.text)

    def _problem(self, event: Event, tap: Caller, asked: _Asked) -> str | None:
        """Return what is wrong with a tap, None when it is the answer we asked for."""
        household = self._guard.household
        current = next(iter(chosen_phones(self._hass, household.phones & {asked.phone.id})), None)
        device_id = current.device_id if current is not None else None
        return tap_problem(
            tap,
            asked.phone.user_id,
            current.user_id if current is not None else None,
            household,
            same_device=event.data.get(ATTR_DEVICE_ID, device_id) == device_id,
        )

    async def _tell_late(self, event: Event, nonce: str) -> None:
        """Tell a person who tapped too late that this tap has sent nothing."""
        texts = await self._texts()
        for phone in phones(self._hass):
            if phone.user_id == event.context.user_id:
                await self._replace(phone, _tag(nonce), texts["phone_late"])

    # --- tasks ------------------------------------------------------------------------------------

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        """Start a task of its own, outside of whatever turn or event led here."""
        task = self._home.run(logged("Asking the phones", work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _tag(nonce: str) -> str:
    return f"{DOMAIN}_{nonce}"


@callback
def _is_ours(data: Any) -> bool:
    action = data.get(ATTR_ACTION)
    return isinstance(action, str) and action.startswith((APPROVE, DECLINE))
