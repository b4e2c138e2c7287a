"""What the guard needs of the outside: somebody who sends, and a home to ask."""

import asyncio
from collections.abc import Collection, Coroutine
import logging
import traceback
from typing import Any, Protocol

from ..core.confirmation import Recipient
from ..core.contacts import Contact
from ..core.language import Language
from ..core.outcome import Outcome
from ..core.policy import Facts
from ..core.request import Origin, Request
from ..core.satellites import Earshot

_LOGGER = logging.getLogger(__name__)


class Sender(Protocol):
    """What the guard needs of delivery."""

    async def send(self, recipient: Recipient) -> Outcome:
        """Deliver one authorised request; return what is known of it."""

    def may_wait(self, recipient: Recipient) -> bool:
        """Return whether this delivery may rightly take as long as it likes."""

    async def stop(self) -> None:
        """Cut off what is being delivered."""


class Surroundings(Protocol):
    """What the guard asks of the home."""

    def now(self) -> float:
        """Return seconds since the epoch."""

    def language(self, tag: str) -> Language | None:
        """Return the language of this tag, None when there is no file for it."""

    def behind_wake_word(self, utterance: str) -> tuple[str, ...]:
        """Return what stands behind a wake word of this home in front of an utterance, and behind another one there."""

    def heard_as(self, utterance: str) -> tuple[str, ...]:
        """Return an utterance, and what it is behind a wake word of this home if one is in front of it."""

    def facts(self, request: Request, contact: Contact | None) -> Facts:
        """Return the time, the risk signals and the locked proofs, about this recipient."""

    def admit(self, requests: tuple[Request, ...]) -> bool:
        """Count what one utterance asks for; return whether its place may ask for that much."""

    def reserve(self, contact_ids: Collection[str]) -> bool:
        """Count messages to these contacts before they are sent; return whether they may have them."""

    def reopens(self, origin: Origin) -> bool:
        """Return whether that place opens its microphone by itself after a question."""

    def hears(self, origin: Origin, earshot: Earshot) -> tuple[str | None, ...]:
        """Return the places whose loudspeakers the microphone of this origin may hear."""

    def run[R](self, coroutine: Coroutine[Any, Any, R]) -> asyncio.Task[R]:
        """Start a task of its own, outside the caller's turn and context."""

    def run_long[R](self, coroutine: Coroutine[Any, Any, R]) -> asyncio.Task[R]:
        """Start one that may take as long as it likes: nothing waits for it."""


def log_failure(what: str, error: BaseException) -> None:
    """Log where it failed, without the error's text: that may hold a body."""
    where = "".join(traceback.format_tb(error.__traceback__)[-3:])
    _LOGGER.error(
        "%s failed with %s; nothing was sent unrecorded\n%s", what, type(error).__name__, where
    )
