"""Editing: other words for what waits are another message, which is asked about anew."""

import asyncio
from dataclasses import replace
import uuid

from ..core.answer import Answer
from ..core.confirmation import Confirmation, Recipient
from ..core.level import Level
from ..core.policy import Outcome, joint
from ..core.request import Content, Request
from ..ledger.format.entries import Kind
from .answers import Answers, asked_for, asked_of, resolved
from .decisions import Decisions
from .questions import EDITED, HinderedError, Questions
from .records import Approver, Book
from .refusals import FailClosed
from .replies import Replies


def may_be_edited(confirmation: Confirmation) -> bool:
    """Return whether its words are ours to change: a held call is made as it stands, or not at all."""
    return all(item.request.held_call is None for item in confirmation.recipients)


class Edits:
    """Asks for the same people about other words, in place of the former."""

    def __init__(
        self,
        decisions: Decisions,
        book: Book,
        questions: Questions,
        replies: Replies,
        answers: Answers,
        work: FailClosed,
        one_at_a_time: asyncio.Lock,
    ) -> None:
        """Create what changes words; `one_at_a_time` is held whenever something is asked."""
        self._decisions = decisions
        self._book = book
        self._questions = questions
        self._answers = answers
        self._work = work
        self._replies = replies
        self._one_at_a_time = one_at_a_time

    async def edit(self, former: Confirmation, body: str, approver: Approver, now: float) -> Answer:
        """Ask anew, with the same proof at least. What is refused leaves the former words waiting.

        Args:
            former: What waits.
            body: The words to send instead.
            approver: Who has changed them; the caller has checked that this person may.
            now: Seconds since the epoch.
        """
        requests = _edited(former, body, now)
        return await self._work.protected(self._edit(former, requests, approver), former.origin)

    async def _edit(
        self, former: Confirmation, requests: tuple[Request, ...], approver: Approver
    ) -> Answer:
        facts = [self._decisions.facts(request) for request in requests]
        decisions = [self._decisions.decide(*pair) for pair in zip(requests, facts, strict=True)]
        decision = joint(decisions)
        if decision.outcome is Outcome.REFUSE:
            private = self._private(requests)
            await self._book.record(Kind.REFUSED, requests, facts, decisions, private=private)
            return self._answers.refusal(decision.reasons, asked_of(requests, facts))
        recipients = resolved(requests, facts)
        asked = decision.at_least(former.level, EDITED, *former.reasons)
        try:
            async with self._one_at_a_time:
                answer = await self._questions.instead(former, recipients, asked, approver)
        except HinderedError as hindered:
            return await self._refused(recipients, hindered.reason)
        return answer or self._answers.refusal(("gone",), asked_for(recipients))

    def _private(self, requests: tuple[Request, ...]) -> bool:
        return self._replies.keep_private(requests, self._decisions.household)

    async def _refused(self, recipients: tuple[Recipient, ...], reason: str) -> Answer:
        private = self._private(tuple(item.request for item in recipients))
        await self._book.record_recipients(
            Kind.REFUSED, recipients, Level.BLOCK, (reason,), None, private=private
        )
        return self._answers.refusal((reason,), asked_for(recipients))


def _edited(confirmation: Confirmation, body: str, now: float) -> tuple[Request, ...]:
    """Return the requests for other words, of the same person, to the same people, made at `now`.

    Whoever has asked does not hear the question that follows: they have said nothing just now.
    """
    return tuple(
        replace(
            item.request,
            id=uuid.uuid4().hex,
            contact_id=item.contact.id,
            content=Content(body=body, extras=item.request.content.extras),
            created_at=now,
            relayed=True,
            replaces=item.request.id,
        )
        for item in confirmation.recipients
    )
