"""What the guard needs of the outside: somebody who sends, and a home to ask."""

import asyncio
from collections.abc import Coroutine
import logging
import traceback
from typing import Any, Protocol

from ..core.confirmation import Recipient
from ..core.contacts import Contact
from ..core.language import Language
from ..core.policy import Facts
from ..core.request import Origin, Request
from ..core.satellites import Earshot

_LOGGER = logging.getLogger(__name__)


class Sender(Protocol):
    """What the guard needs of delivery."""

    async def send(self, recipient: Recipient) -> None:
        """Deliver one authorised request; raise DeliveryError when the channel fails."""


class Surroundings(Protocol):
    """What the guard asks of the home."""

    def now(self) -> float:
        """Return seconds since the epoch."""

    def language(self, tag: str) -> Language | None:
        """Return the language of this tag, None when there is no file for it."""

    def facts(self, request: Request, contact: Contact | None) -> Facts:
        """Return the time, the risk signals and the locked proofs, about this recipient."""

    def reopens(self, origin: Origin) -> bool:
        """Return whether that place opens its microphone by itself after a question."""

    def hears(self, origin: Origin, earshot: Earshot) -> tuple[str | None, ...]:
        """Return the places whose loudspeakers the microphone of this origin may hear."""

    def run[R](self, coroutine: Coroutine[Any, Any, R]) -> asyncio.Task[R]:
        """Start a task of its own, outside the caller's turn and context."""


def log_failure(what: str, error: BaseException) -> None:
    """Log where it failed, without the error's text: that may hold a body."""
    where = "".join(traceback.format_tb(error.__traceback__)[-3:])
    _LOGGER.error(
        "%s failed with %s; nothing was sent unrecorded\n%s", what, type(error).__name__, where
    )
