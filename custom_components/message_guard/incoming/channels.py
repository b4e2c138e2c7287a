"""What channels bring in: Telegram's and Matrix' messages, and the answers typed into a phone's notification.

Every integration and every app can fire any event with any data. So an event counts only for what its context proves:
one of Telegram's or Matrix' comes from inside, for no user, and nothing has led to it; a phone's answer comes through the
app's webhook, from the user who has registered that phone. What speech has led to is none of them.
"""

from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime
from hashlib import sha256
import logging
from typing import Any, Final

from homeassistant.core import CALLBACK_TYPE, Context, Event, EventOrigin, HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ..approvals import caller_of
from ..approvals.tokens import is_programs_call
from ..core.confirmation import Recipient
from ..core.contacts import Contact
from ..core.household import Household
from ..core.incoming import Through, Writers, matrix_words
from ..core.incoming_rules import Handling
from ..core.recent import Recent
from ..home.surroundings import Home, logged
from ..provenance.lineage import Kinship
from ..provenance.turns import Turns
from .inbox import Inbox
from .phone_answers import EVENT_TAPPED, is_answer, request_of
from .writers import writers_of

_LOGGER = logging.getLogger(__name__)

EVENT_TELEGRAM_TEXT: Final = "telegram_text"
EVENT_TELEGRAM_SENT: Final = "telegram_sent"
EVENT_MATRIX_COMMAND: Final = "matrix_command"
MATRIX_COMMAND_NAME: Final = "message_guard"
"""The command of the household's Matrix configuration whose messages are for the house."""

MOST_SENT, SENT_SECONDS = 2000, 7 * 24 * 3600.0
MOST_DELIVERIES, DELIVERY_SECONDS = 200, 24 * 3600.0


class IncomingChannels:
    """Listens to the channels of all contacts."""

    def __init__(
        self,
        hass: HomeAssistant,
        inbox: Inbox,
        home: Home,
        turns: Turns,
        household: Callable[[], Household],
    ) -> None:
        """Create it; `start` listens."""
        self._hass = hass
        self._inbox = inbox
        self._home = home
        self._turns = turns
        self._household = household
        self._deliveries = Recent[str, tuple[str, str]](DELIVERY_SECONDS, MOST_DELIVERIES)
        self._sent = Recent[tuple[int, int], tuple[str, str]](SENT_SECONDS, MOST_SENT)

    @callback
    def start(self) -> CALLBACK_TYPE:
        """Listen; returns what ends it."""
        listen = self._hass.bus.async_listen
        ends = [
            listen(EVENT_TELEGRAM_TEXT, self._telegram),
            listen(EVENT_TELEGRAM_SENT, self._telegram_sent),
            listen(EVENT_MATRIX_COMMAND, self._matrix),
            listen(EVENT_TAPPED, self._phone, event_filter=is_answer),
        ]

        @callback
        def stop() -> None:
            for end in ends:
                end()

        return stop

    @callback
    def delivery_begins(self, recipient: Recipient, context: Context) -> None:
        """Remember by which context a request goes to a contact: a channel that tells its message's id tells this, too."""
        self._deliveries.put(
            context.id, (recipient.request.id, recipient.contact.id), self._home.now()
        )

    # --- Telegram -------------------------------------------------------------------------------

    @callback
    def _telegram_sent(self, event: Event) -> None:
        """Remember which message of which chat one of our requests has become."""
        sent = self._deliveries.get(event.context.id, self._home.now())
        chat, message = event.data.get("chat_id"), event.data.get("message_id")
        if sent is not None and isinstance(chat, int) and isinstance(message, int):
            self._sent.put((chat, message), sent, self._home.now())

    @callback
    def _telegram(self, event: Event) -> None:
        if self._inbox.allowed and self._from_integration(event):
            self._run(self._take_telegram(event.data))

    async def _take_telegram(self, data: Mapping[str, Any]) -> None:
        user, chat, message = data.get("user_id"), data.get("chat_id"), data.get("id")
        text, bot = data.get("text"), data.get("bot")
        if not (isinstance(user, int) and isinstance(chat, int) and isinstance(message, int)):
            return  # a channel's post: nobody has written it
        if not isinstance(text, str):
            return
        bot_id = bot.get("id") if isinstance(bot, Mapping) else None
        source = f"{bot_id} {chat} {message}"
        replied = data.get("reply_to_message_id")
        sent = (
            self._sent.get((chat, replied), self._home.now()) if isinstance(replied, int) else None
        )
        contact = self._who(
            lambda writers: writers.wrote_in_telegram(user, chat),
            lambda writers: len(writers.telegram) == 1,
            sent[1] if sent is not None else None,
        )
        if contact is None:
            await self._inbox.stranger(Through.TELEGRAM, f"{user} in {chat}", source)
            return
        ours = sent is not None and sent[1] == contact.id
        await self._inbox.take_in(
            contact.id,
            text,
            Through.TELEGRAM,
            at=_timestamp(data.get("date")),
            reply_to=sent[0] if sent is not None and ours else None,
            answers_unknown=isinstance(replied, int) and not ours,
            source=source,
        )

    # --- Matrix ---------------------------------------------------------------------------------

    @callback
    def _matrix(self, event: Event) -> None:
        if (
            self._inbox.allowed
            and event.data.get("command") == MATRIX_COMMAND_NAME
            and self._from_integration(event)
        ):
            self._run(self._take_matrix(event.data))

    async def _take_matrix(self, data: Mapping[str, Any]) -> None:
        sender, room = str(data.get("sender")), str(data.get("room"))
        source = str(data.get("event_id") or "")
        contact = self._who(
            lambda writers: writers.wrote_in_matrix(sender, room),
            lambda writers: len(writers.matrix) == 1,
        )
        if contact is None:
            await self._inbox.stranger(Through.MATRIX, f"{sender} in {room}", source)
            return
        args = data.get("args")
        texts = args.values() if isinstance(args, Mapping) else args or ()
        body = matrix_words(" ".join(str(text) for text in texts if text))
        if body is None:
            return  # an edit: what it was before is here
        if not body:
            _LOGGER.warning(
                "Of a reply in Matrix only what it quotes has come: let the expression of the command %s match"
                " several lines, as docs/answers.md has it",
                MATRIX_COMMAND_NAME,
            )
            return
        await self._inbox.take_in(contact.id, body, Through.MATRIX, source=source)

    # --- phones -----------------------------------------------------------------------------------

    @callback
    def _phone(self, event: Event) -> None:
        if self._inbox.allowed:
            self._run(self._take_phone(event, program=is_programs_call(self._hass)))

    async def _take_phone(self, event: Event, *, program: bool) -> None:
        """Take an answer from the user of a phone to which that very request has gone."""
        outside = event.origin is EventOrigin.remote
        caller = await caller_of(self._hass, event.context, outside=outside, program=program)
        request_id = request_of(str(event.data["action"]))
        text = event.data.get("reply_text")
        from_app = caller.from_app and caller.active and not caller.program
        if not from_app or not isinstance(text, str):
            _LOGGER.warning("An answer was not accepted: it does not come from the app")
            return
        contact_id = await self._inbox.asking.recipient_of(request_id)
        contact = self._household().contacts.get(contact_id)
        if contact is None or caller.user_id not in self._writers(contact).users:
            _LOGGER.warning("An answer was not accepted: nobody was asked for it on that phone")
            return
        await self._inbox.take_in(
            contact.id,
            text,
            Through.PHONE,
            reply_to=request_id,
            source=f"{caller.user_id} {request_id} {sha256(text.encode()).hexdigest()}",
        )

    # --- who --------------------------------------------------------------------------------------

    def _from_integration(self, event: Event) -> bool:
        """Return whether nothing but an integration's own code can have fired it, as far as its context tells."""
        context = event.context
        return (
            event.origin is EventOrigin.local
            and context.user_id is None
            and context.parent_id is None
            and self._turns.lineage(context).kinship is Kinship.NONE
        )

    def _writers(self, contact: Contact) -> Writers:
        return writers_of(self._hass, contact, self._household().incoming.of(contact.id))

    def _who(
        self,
        wrote: Callable[[Writers], bool],
        alone: Callable[[Writers], bool],
        written_to: str | None = None,
    ) -> Contact | None:
        """Return the only contact who can have written it; nobody where several can.

        Args:
            wrote: Whether somebody has written it, as far as the channel tells.
            alone: Whether it is one person: "the family" has several writers, and each may be a contact, too.
            written_to: Id of the contact whom it answers.
        """
        found = [
            (contact, writers)
            for contact in self._household().contacts
            if self._household().incoming.of(contact.id).reading is not Handling.DROP
            and wrote(writers := self._writers(contact))
        ]
        answering = [contact for contact, _ in found if contact.id == written_to]
        one = [contact for contact, writers in found if alone(writers)]
        for several in (answering, [contact for contact, _ in found], one):
            if len(several) == 1:
                return several[0]
        return None

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        self._home.run(logged("Taking in a message", work))


def _timestamp(date: object) -> float | None:
    if isinstance(date, datetime):
        return date.timestamp()
    parsed = dt_util.parse_datetime(date) if isinstance(date, str) else None
    return None if parsed is None else parsed.timestamp()
