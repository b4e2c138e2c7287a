"""What the guard writes down, and tells those who watch."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
import logging
from typing import Protocol

from ..core.confirmation import Confirmation, Recipient
from ..core.level import Level
from ..core.listeners import Listeners
from ..core.policy import Decision, Facts
from ..core.request import Request
from ..ledger.format.entries import Entry, Kind, Step

_LOGGER = logging.getLogger(__name__)

WITH_WORDS = frozenset({Kind.ASKED, Kind.REFUSED, Kind.OBSERVED})
"""First steps of a request. The words are kept once, beside the first; later steps refer to it by id."""


@dataclass(frozen=True, slots=True)
class Approver:
    """Who approved or declined outside the conversation, how and from where.

    Attributes:
        user_id: Home Assistant user.
        via: "action", "phone", "panel", "button", or "voice" for a "never mind" that Home Assistant answered.
        source: The entity or device it came from.
    """

    user_id: str | None
    via: str
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """One step of one request, for entities and approvals. It carries the request: never log it.

    Attributes:
        kind: The step.
        request: The request.
        contact_id: Whom it is for, None where that is nobody on the list.
        level: What was asked for, or would have been.
        reasons: Ids of the reasons.
        confirmation: What waits, or waited, for a proof.
        private: No words are kept: a PIN was, or may have been, among them.
        approver: Who has decided outside the conversation.
    """

    kind: Kind
    request: Request
    contact_id: str | None
    level: Level
    reasons: tuple[str, ...]
    confirmation: Confirmation | None = None
    private: bool = False
    approver: Approver | None = None


class Ledger(Protocol):
    """What is needed of the ledger."""

    async def append_many(self, steps: Sequence[Step]) -> Sequence[Entry]:
        """Make entries durable, all or none; raise LedgerError otherwise."""


class Book:
    """Turns what happens to requests into ledger entries, then into notices."""

    def __init__(self, ledger: Ledger) -> None:
        """Write into this ledger; nobody watches yet."""
        self._ledger = ledger
        self._listeners = Listeners[Notice]()

    def subscribe(self, listener: Callable[[Notice], None]) -> Callable[[], None]:
        """Call `listener` at every step; returns what ends that."""
        return self._listeners.add(listener)

    async def record(
        self,
        kind: Kind,
        requests: Sequence[Request],
        facts: Sequence[Facts],
        decisions: Sequence[Decision],
        *,
        private: bool = False,
    ) -> None:
        """Record decided requests that go no further, without their words if they are private."""
        await self.write(
            [
                Notice(
                    kind,
                    request,
                    known.contact.id if known.contact else None,
                    decision.level,
                    (*decision.reasons, *decision.errors),
                    private=private,
                )
                for request, known, decision in zip(requests, facts, decisions, strict=True)
            ]
        )

    async def record_recipients(
        self,
        kind: Kind,
        recipients: Sequence[Recipient],
        level: Level,
        reasons: tuple[str, ...],
        approver: Approver | None,
        *,
        private: bool = False,
    ) -> None:
        """Record the same step of several requests, all or none, without words if they are private."""
        await self.write(
            [
                Notice(
                    kind,
                    item.request,
                    item.contact.id,
                    level,
                    reasons,
                    private=private,
                    approver=approver,
                )
                for item in recipients
            ]
        )

    async def record_confirmation(
        self,
        kind: Kind,
        confirmation: Confirmation,
        reasons: tuple[str, ...],
        approver: Approver | None = None,
        make_true: Callable[[], None] | None = None,
        recipients: tuple[Recipient, ...] | None = None,
    ) -> None:
        """Record a step of a confirmation for each of its requests, all or none.

        Args:
            kind: The step.
            confirmation: What has taken it.
            reasons: Ids of the reasons.
            approver: Who has decided.
            make_true: Makes it true once it is on disk, before anybody is told.
            recipients: Those whose step it is; None for all.
        """
        await self.write(
            [
                Notice(
                    kind,
                    item.request,
                    item.contact.id,
                    confirmation.level,
                    reasons,
                    confirmation,
                    approver=approver,
                )
                for item in (confirmation.recipients if recipients is None else recipients)
            ],
            make_true,
        )

    async def write(
        self,
        notices: list[Notice],
        make_true: Callable[[], None] | None = None,
    ) -> None:
        """Take a step in the one order that there is: it is recorded, then true, then told.

        Raises:
            LedgerError: If it cannot be recorded; then it is neither true nor told.
        """
        await self._ledger.append_many([step_of(notice) for notice in notices])
        if make_true is not None:
            make_true()
        for notice in notices:
            for error in self._listeners.tell(notice):
                _LOGGER.error("A listener failed with %s", type(error).__name__)


def _keeps_words(notice: Notice) -> bool:
    if notice.private:
        return False
    # What needs no proof is authorised in its first step.
    return notice.kind in WITH_WORDS or (
        notice.kind is Kind.AUTHORISED and notice.level is Level.NONE
    )


def step_of(notice: Notice) -> Step:
    """Return a step as the ledger writes it down."""
    request, origin = notice.request, notice.request.origin
    facts: dict[str, str | int | bool | None] = {
        "route": request.route.value,
        "level": notice.level.label,
        "contact_id": notice.contact_id,
        "satellite_id": origin.satellite_id,
        "device_id": origin.device_id,
        "user_id": origin.user_id,
        "language": origin.language,
        "by_model": request.by_model,
    }
    if request.held_call is not None:
        facts["held_call"] = request.held_call
    if request.replaces is not None:
        facts["replaces"] = request.replaces
    approver = notice.approver
    if approver is not None:
        facts |= {"approver": approver.user_id, "via": approver.via, "source": approver.source}
    private: dict[str, str] = {}
    if _keeps_words(notice):
        private = {
            "recipient": request.recipient,
            "body": request.content.body,
            "utterance": origin.utterance,
        }
    return Step(
        kind=notice.kind,
        request_id=request.id,
        reasons=notice.reasons,
        facts=facts,
        private=private,
    )
