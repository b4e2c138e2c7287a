"""Delivery: the only module that sends.

A delivery runs in a task with a fresh context and carries an exemption that dies with it. The exemption is
what lets a guarded action through: the delivery's own calls, and nothing that they set off.
"""

import asyncio
from collections.abc import Callable
from contextvars import Context as ContextVars
from weakref import WeakKeyDictionary

from homeassistant.core import Context, HomeAssistant

from ..channels.attempt import attempt
from ..channels.watching import telling_late
from ..channels.ways import Ways
from ..core.confirmation import Recipient
from ..core.contacts import ChannelKind
from ..core.outcome import Outcome, failed, unknown
from ..core.request import Request
from ..core.trouble import ERROR, TIMEOUT
from .exemption import Exemption, passing
from .holds import Held, Holds
from .ports import log_failure

DELIVERY_SECONDS = 60.0
"""How long a channel may take. Whether anything arrived of what took longer, it alone knows."""

STOP_SECONDS = 3.0
"""How long the guard's end waits for deliveries that it has cut off."""

STOPPED = "stopped"

OWN_ACTIONS_SECONDS = 24 * 3600.0
"""How long a contact's own actions may take: they may wait until somebody is home."""


class Delivery:
    """Makes the one actual call of a channel."""

    def __init__(
        self,
        hass: HomeAssistant,
        holds: Holds,
        begins: Callable[[Request, Context], None] = lambda _request, _context: None,
    ) -> None:
        """Send through this Home Assistant.

        Args:
            hass: Home Assistant.
            holds: Where captured calls wait.
            begins: Called, in the delivery's task, with the context that it has.

        Attributes:
            ways: What is called to reach a contact.
            on_delivery: Called likewise, with the recipient.
            on_doubt: Called with the recipient when its channel logs an error after it has taken the message.
        """
        self._hass = hass
        self.ways = Ways(hass)
        self.on_delivery: Callable[[Recipient, Context], None] = lambda _recipient, _context: None
        self.on_doubt: Callable[[Recipient], None] = lambda _recipient: None
        self._holds = holds
        self._begins = begins
        self._calls = WeakKeyDictionary[Held, asyncio.Task[Outcome]]()
        self._running: set[_Running] = set()

    @staticmethod
    def may_wait(recipient: Recipient) -> bool:
        """Return whether this may rightly take long: a contact's own actions wait for whatever they like."""
        held = recipient.request.held_call is not None
        kinds = {channel.kind for channel in recipient.contact.channels}
        return not held and ChannelKind.ACTIONS in kinds

    async def send(self, recipient: Recipient) -> Outcome:
        """Deliver one authorised request, and return what is known of it. Raises nothing but cancellation.

        Several requests may share one captured call: it is made once, and its outcome is that of all.
        """
        request = recipient.request
        if request.held_call is None:
            return await self._made(recipient, None)
        held = self._holds.take(request.id)
        if held is None:
            return failed("hold_gone")
        calls = self._calls
        if (making := calls.get(held)) is None:
            making = calls[held] = self._hass.async_create_background_task(
                self._made(recipient, held), "message_guard shared delivery"
            )
        return await asyncio.shield(making)

    async def stop(self) -> None:
        """Let what is nearly done be done, and cut off the rest; what becomes of it nobody knows."""
        soon = [running.task for running in self._running if not running.patient]
        if soon:
            await asyncio.wait(soon, timeout=STOP_SECONDS)
        for running in tuple(self._running):
            running.cut_off()

    async def _made(self, recipient: Recipient, held: Held | None) -> Outcome:
        """Make the call in a task of its own, and wait no longer than it may take."""
        request = recipient.request
        context = _context(request) if held is None else held.context
        exemption = Exemption(context)
        task = ContextVars().run(
            self._hass.async_create_background_task,
            self._deliver(recipient, held, context, exemption),
            "message_guard delivery",
            eager_start=False,
        )
        running = _Running(task, exemption, patient=self.may_wait(recipient))
        self._running.add(running)
        try:
            return await running.outcome()
        finally:
            running.cut_off()
            self._running.discard(running)

    async def _deliver(
        self, recipient: Recipient, held: Held | None, context: Context, exemption: Exemption
    ) -> Outcome:
        self._begins(recipient.request, context)
        try:
            self.on_delivery(recipient, context)
        except Exception as error:  # noqa: BLE001 - whoever watches must not stop what is sent
            log_failure("a listener", error)
        ways, body = self.ways, recipient.request.content.body

        async def call() -> Outcome | None:
            if held is not None:
                return await held.replay()
            return await ways.use(recipient, context)

        with passing(exemption), telling_late(lambda: self.on_doubt(recipient)):
            return await attempt(self._hass, call, body)


class _Running:
    """A call that is being made."""

    def __init__(self, task: asyncio.Task[Outcome], exemption: Exemption, *, patient: bool) -> None:
        self.task = task
        self.patient = patient
        self._exemption = exemption
        self._cut_off = asyncio.Event()

    async def outcome(self) -> Outcome:
        """Return what is known when it has ended, has taken too long, or was cut off."""
        cut_off = asyncio.create_task(self._cut_off.wait())
        seconds = OWN_ACTIONS_SECONDS if self.patient else DELIVERY_SECONDS
        try:
            await asyncio.wait(
                {self.task, cut_off}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            cut_off.cancel()
        if not self.task.done():
            return unknown(STOPPED if self._cut_off.is_set() else TIMEOUT)
        if self.task.cancelled():
            return unknown(STOPPED)
        if (error := self.task.exception()) is not None:
            log_failure("delivery", error)
            return unknown(ERROR)
        return self.task.result()

    def cut_off(self) -> None:
        """End it as well as can be. A channel may swallow that and go on: nothing it calls gets through then."""
        self._cut_off.set()
        self._exemption.alive = False
        self.task.cancel()


def _context(request: Request) -> Context:
    """Return a context with the sender's user, and no parent: what carries it later is not spoken."""
    return Context(user_id=request.origin.user_id)
