"""Delivery: the only module that sends.

A delivery runs in a task with a fresh context and carries a passage that dies with it. The passage is
what lets a guarded action through: the delivery's own calls, and nothing that they set off.
"""

import asyncio
from collections.abc import Callable
from contextvars import Context as ContextVars
from typing import Protocol

from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from .channels.ways import Ways
from .core.confirmation import Recipient
from .core.errors import DeliveryError
from .core.outcome import Outcome
from .core.request import Request
from .guarding.passage import Passage, passing

DELIVERY_SECONDS = 60.0
"""A channel that has not answered by then has failed; whether anything arrived, it alone knows."""


class Held(Protocol):
    """A captured call that waits."""

    @property
    def context(self) -> Context:
        """The context that the call is made with."""

    async def replay(self) -> Outcome | None:
        """Make the call, once, by whatever handles it now."""


class HeldCalls(Protocol):
    """Where captured calls wait."""

    def take(self, request_id: str) -> Held | None:
        """Remove and return the call of this request; None when there is none (any more)."""


class Delivery:
    """Makes the one actual call of a channel."""

    def __init__(
        self,
        hass: HomeAssistant,
        holds: HeldCalls,
        begins: Callable[[Request, Context], None] = lambda _request, _context: None,
    ) -> None:
        """Send through this Home Assistant.

        Args:
            hass: Home Assistant.
            holds: Where captured calls wait.
            begins: Called, in the delivery's task, with the context that it has.
        """
        self._hass = hass
        self._ways = Ways(hass)
        self._holds = holds
        self._begins = begins

    async def send(self, recipient: Recipient) -> None:
        """Deliver one authorised request.

        Raises:
            DeliveryError: If the channel is missing, fails or does not answer; its text is a reason id.
        """
        task = ContextVars().run(
            self._hass.async_create_task,
            self._deliver(recipient),
            "message_guard delivery",
            eager_start=False,
        )
        try:
            async with asyncio.timeout(DELIVERY_SECONDS):
                await task
        except TimeoutError as error:
            raise DeliveryError("channel_timeout") from error
        except HomeAssistantError as error:
            raise DeliveryError("channel_error") from error

    async def _deliver(self, recipient: Recipient) -> None:
        request = recipient.request
        if request.held_call is None:
            context = _context(request)
            self._begins(request, context)
            with passing(Passage(context)):
                _require(await self._ways.use(recipient, context))
            return
        held = self._holds.take(request.id)
        if held is None:
            raise DeliveryError("hold_gone")
        self._begins(request, held.context)
        with passing(Passage(held.context)):
            _require(await held.replay())


def _require(outcome: Outcome | None) -> None:
    """Raise what went wrong, unless a channel has taken it for somebody."""
    if outcome is not None and not outcome.taken:
        raise DeliveryError(next(iter(outcome.reasons), "channel_error"))


def _context(request: Request) -> Context:
    """Return a context with the sender's user, and no parent: what carries it later is not spoken."""
    return Context(user_id=request.origin.user_id)
