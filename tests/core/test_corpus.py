"""The corpus of cases, played on the pure core."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

import pytest

from custom_components.message_guard.core.confirmation import (
    Confirmation,
    Recipient,
    Step,
    first_deadline,
)
from custom_components.message_guard.core.contacts import AddressBook, Contact
from custom_components.message_guard.core.errors import MessageGuardError
from custom_components.message_guard.core.household import Household
from custom_components.message_guard.core.language import Language
from custom_components.message_guard.core.policy import Decision, Facts, Level, Outcome, decide
from custom_components.message_guard.core.proof import Verdict, interpret
from custom_components.message_guard.core.question import compose
from custom_components.message_guard.core.request import Content, Origin, Request, Route
from tests.corpus.play import KITCHEN, PHRASE, Case, cases, play


@dataclass
class CoreStage:
    """Asks the core's functions what becomes of a request, and keeps at most one question a place."""

    household: Household
    language: Language
    draw: Callable[[int], int]
    now: float = 1_000_000.0
    sent: list[tuple[str, str]] = field(default_factory=list)
    question: str = ""
    waiting: Confirmation | None = None
    number: int = 0
    longest: int = 100_000

    async def ask(self, to: str, body: str) -> None:
        """Decide, and ask."""
        self.number += 1
        request = Request(
            id=str(self.number),
            route=Route.SENTENCE,
            origin=Origin(satellite_id=KITCHEN),
            recipient=to,
            content=Content(body=body),
            created_at=self.now,
        )
        match = self.household.contacts.match(to, self.language)
        facts = Facts(contact=match.contact, ambiguous=match.ambiguous, now=self.now)
        decision = decide(request, facts, self.household.policy, self.household.satisfiable)
        if decision.outcome is not Outcome.CONFIRM or match.contact is None:
            return
        recipients = (Recipient(request, match.contact),)
        if self.waiting is not None and self._same(recipients):
            return
        self._ask(recipients, decision)

    def _same(self, recipients: tuple[Recipient, ...]) -> bool:
        assert self.waiting is not None
        known = [(i.contact.id, i.request.content.body) for i in self.waiting.recipients]
        return known == [(i.contact.id, i.request.content.body) for i in recipients]

    def _ask(self, recipients: tuple[Recipient, ...], decision: Decision) -> None:
        if self.waiting is not None:
            self._end(Step.SUPERSEDE)
        try:
            asked = compose(recipients, decision, self.household, self.language, self.draw)
        except MessageGuardError:
            return
        self.question = asked.text
        self.waiting = Confirmation(
            id=str(self.number),
            recipients=recipients,
            level=asked.level,
            reasons=decision.reasons,
            challenge=asked.challenge,
            question=asked.text,
            asked_at=self.now,
            deadline=first_deadline(asked.level, self.now),
        )

    def heard(self) -> None:
        """Start the clock."""
        if self.waiting is not None and self.waiting.heard_at is None:
            self.waiting = self.waiting.finish_prompt(self.now)

    async def say(self, text: str, place: str) -> None:
        """Interpret a reply, if one is awaited there."""
        waiting = self.waiting
        if waiting is None or place != waiting.origin.satellite_id or waiting.expired(self.now):
            return
        if waiting.challenge is None:
            if self.language.is_decline(text):
                self._end(Step.DECLINE)
            return
        verdict = interpret(
            text, waiting.challenge, self.language, (waiting.question, self.question)
        )
        if verdict is Verdict.DECLINE:
            self._end(Step.DECLINE)
        elif verdict is Verdict.ECHO or waiting.heard_at is None:
            return
        elif verdict is Verdict.PROOF:
            self._approve()
        elif waiting.tries_left <= 1:
            self._end(Step.FAIL)
        else:
            self._ask_again(waiting)

    def _ask_again(self, waiting: Confirmation) -> None:
        decision = Decision(Outcome.CONFIRM, waiting.level, waiting.reasons)
        again = compose(waiting.recipients, decision, self.household, self.language, self.draw)
        assert again.challenge is not None
        self.waiting = waiting.ask_again(again.challenge, again.text, self.now)

    async def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds
        if self.waiting is not None and self.waiting.expired(self.now):
            self._end(Step.EXPIRE)

    async def decide(self, *, approve: bool) -> None:
        """Approve or decline."""
        if self.waiting is None:
            return
        if approve:
            self._approve()
        else:
            self._end(Step.DECLINE)

    async def restart(self) -> None:
        """Forget what waits, as it lives in memory only."""
        self.waiting = None

    @property
    def proof(self) -> str:
        """What proves it now."""
        if self.waiting is None or self.waiting.challenge is None:
            return ""
        return min(self.waiting.challenge.expected)

    def _approve(self) -> None:
        assert self.waiting is not None
        self.waiting.step(Step.APPROVE)
        for item in self.waiting.recipients:
            self.sent.append((item.contact.name, item.request.content.body))
        self.waiting = None

    def _end(self, step: Step) -> None:
        assert self.waiting is not None
        self.waiting.step(step)
        self.waiting = None


def steady() -> Callable[[int], int]:
    """Return a draw that never gives the same code twice in a row."""
    numbers = count()
    return lambda below: next(numbers) * 7 % below


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.id)
async def test_case(case: Case, english: Language, make_contact: Callable[..., Contact]) -> None:
    """Nothing leaves the house but what the case allows."""
    book = AddressBook(
        [
            make_contact("Anna", level=Level.from_label(case.level)),
            make_contact("Ben"),
            make_contact("Chris", contact_id="c1"),
            make_contact("Christine", "Chris", contact_id="c2"),
        ]
    )
    stage = CoreStage(Household(contacts=book, phrase=PHRASE), english, steady())
    await play(case, stage)


def test_there_is_enough_of_everything() -> None:
    """Each file holds cases, and each way is on some."""
    found = list(cases())
    assert len({case.id for case in found}) == len(found)
    for kind, fewest in (("genuine", 12), ("mistakes", 12), ("attacks", 20)):
        assert len([case for case in found if case.id.startswith(kind)]) >= fewest
    assert any(case.sent for case in found)
