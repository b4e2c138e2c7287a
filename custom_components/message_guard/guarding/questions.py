"""Questions: asking for a proof, asking again, and what becomes of the questions themselves."""

from collections import deque
import secrets
from typing import Final

from ..core.answer import Answer, AnswerKind
from ..core.confirmation import Confirmation, Recipient, State, Transition, first_deadline
from ..core.errors import LedgerError, MessageGuardError
from ..core.household import Household
from ..core.language import Language
from ..core.level import Level
from ..core.policy import Decision, Outcome
from ..core.proof import Verdict
from ..core.question import Question, asked_again, compose
from ..ledger.format.entries import Kind
from .answers import Answers, asked_for
from .decisions import Decisions
from .echo_memory import EchoMemory
from .pending import PendingConfirmations
from .ports import Surroundings, log_failure
from .records import Approver, Book
from .replies import Replies

EDITED = "edited"
"""Why the former words are not sent, and why the new ones are asked about."""

LAST_CODES: Final = 5
"""Codes whose answers are not asked for again: whoever repeats the last ones guesses nothing."""


class HinderedError(MessageGuardError):
    """Nobody can be asked."""

    def __init__(self, reason: str) -> None:
        """Name the id of the reason."""
        super().__init__(reason)
        self.reason = reason


class Questions:
    """Asks, and ends what was asked."""

    def __init__(
        self,
        decisions: Decisions,
        book: Book,
        home: Surroundings,
        pending: PendingConfirmations,
        replies: Replies,
        spoken: EchoMemory,
        answers: Answers,
    ) -> None:
        """Create what asks for proofs; nothing is asked yet."""
        self._decisions = decisions
        self._book = book
        self._home = home
        self._pending = pending
        self._replies = replies
        self._spoken = spoken
        self._answers = answers
        self._codes: deque[int] = deque(maxlen=LAST_CODES)

    @property
    def _household(self) -> Household:
        return self._decisions.household

    async def instead(
        self,
        former: Confirmation,
        recipients: tuple[Recipient, ...],
        decision: Decision,
        approver: Approver,
    ) -> Answer | None:
        """Ask for one proof of other words than the former, which then wait no more.

        Returns:
            None if the former have been decided meanwhile: then nobody is asked.

        Raises:
            HinderedError: If nobody can be asked; then the former words wait on.
            LedgerError: Likewise.
        """
        taken = self._pending.take(former.id)
        if taken is None:
            return None
        try:
            answer = await self.ask(recipients, decision)
        except BaseException:
            self._pending.add(taken)
            raise
        await self.end(taken, Transition.SUPERSEDE, Kind.SUPERSEDED, (EDITED,), approver)
        return answer

    async def ask(self, recipients: tuple[Recipient, ...], decision: Decision) -> Answer:
        """Ask for one proof of all, or say again what is asked already.

        Raises:
            HinderedError: If nobody can be asked.
            LedgerError: If it could not be written down: then nothing waits.
        """
        requests = tuple(item.request for item in recipients)
        given = all(request.answered_at_once for request in requests)
        same = self._pending.same(recipients)
        if same is not None and same.level >= decision.level:
            if given:
                self.given(same.id)
            return self._answers.question(same)
        if self._pending.full:
            raise HinderedError("too_many_pending")
        origin, now = requests[0].origin, self._home.now()
        try:
            question = self._composed(recipients, decision, self._answers.words(origin))
        except MessageGuardError:
            # What asks for no proof by itself may have to be asked about, and every proof may be locked.
            locked = self._decisions.facts(requests[0]).locked
            raise HinderedError("locked" if locked else "unsatisfiable") from None
        await self._require_provable(question.level, recipients)
        confirmation = Confirmation(
            id=secrets.token_urlsafe(16),
            recipients=recipients,
            level=question.level,
            reasons=decision.reasons,
            challenge=question.challenge,
            question=question.text,
            asked_at=now,
            deadline=first_deadline(question.level, now, given=given),
            state=State.HANDED_OVER if given else State.MADE,
            reopens=question.challenge is not None and self._home.reopens(origin),
        )
        joined = self._joined(recipients, decision)
        replaced: list[Confirmation] = []
        asked = confirmation

        def wait() -> None:
            nonlocal asked
            if joined is not None and self._pending.update(joined):
                asked = joined
                return
            if (before := self._pending.add(confirmation)) is not None:
                replaced.append(before)
            if given:
                self._spoken.add(now, confirmation.place, question.text)

        await self._book.record_confirmation(
            Kind.ASKED, joined or confirmation, decision.reasons, None, wait, recipients
        )
        for before in replaced:
            await self.end(before, Transition.SUPERSEDE, Kind.SUPERSEDED, ("newer_request",))
        return self._answers.question(asked)

    def _composed(
        self, recipients: tuple[Recipient, ...], decision: Decision, words: Language
    ) -> Question:
        question = compose(
            recipients,
            decision,
            self._household,
            words,
            secrets.randbelow,
            self._codes,
            on_phone=self._decisions.facts(recipients[0].request).on_phone,
        )
        if question.challenge is not None and question.challenge.answer is not None:
            self._codes.append(question.challenge.answer)
        return question

    def _joined(self, recipients: tuple[Recipient, ...], decision: Decision) -> Confirmation | None:
        """Return the question that a loop over people has begun, for these people as well; None without one."""
        begun = self._pending.at(recipients[0].request.origin.place)
        if begun is None or not begun.may_be_joined_by(recipients):
            return None
        everyone = (*begun.recipients, *recipients)
        reasons = tuple(dict.fromkeys((*begun.reasons, *decision.reasons)))
        both = Decision(Outcome.CONFIRM, max(begun.level, decision.level), reasons)
        words = self._answers.words(begun.origin)
        question = self._composed(everyone, both, words)
        return begun.joined_by(
            recipients, question.level, question.challenge, question.text, reasons
        )

    async def _require_provable(self, level: Level, recipients: tuple[Recipient, ...]) -> None:
        """Raise the reason for which nobody can be asked for a proof of this level, if there is one."""
        requests = tuple(item.request for item in recipients)
        # What is asked for may be more than what was decided.
        if level in self._decisions.facts(requests[0]).locked:
            raise HinderedError("locked")
        if level is not Level.PIN:
            return
        pins = self._household.pins(tuple(item.contact.id for item in recipients))
        if await self._replies.pin_inside(requests, pins):
            raise HinderedError("pin_inside")
        if level in self._decisions.facts(requests[0]).locked:
            # What was compared is counted, and was one guess too many.
            raise HinderedError("locked")

    def given(self, confirmation_id: str) -> None:
        """Note that a question is handed over to be spoken now."""
        confirmation = self._pending.get(confirmation_id)
        if confirmation is not None and confirmation.can(Transition.GIVE):
            now = self._home.now()
            self._pending.update(confirmation.give(now))
            self._spoken.add(now, confirmation.place, confirmation.question)

    def begun(self, place: str | None) -> None:
        """Note that a loudspeaker has begun to speak at this place."""
        confirmation = self._pending.at(place)
        if confirmation is not None and confirmation.can(Transition.BEGIN):
            self._pending.update(confirmation.after(Transition.BEGIN))

    def heard(self, place: str | None) -> None:
        """Note that the question asked at this place has been spoken to its end: replies count now."""
        confirmation = self._pending.at(place)
        if confirmation is not None and confirmation.can(Transition.HEAR):
            self._pending.update(confirmation.hear(self._home.now()))

    def interrupted(self, place: str | None) -> None:
        """Note that nobody has heard the end of what was being spoken there: it has to be asked anew."""
        confirmation = self._pending.at(place)
        if confirmation is not None and confirmation.can(Transition.INTERRUPT):
            self._pending.update(confirmation.after(Transition.INTERRUPT))

    async def again(self, confirmation: Confirmation, verdict: Verdict, words: Language) -> Answer:
        """Ask once more after a reply that was no proof; refuse what the household has put an end to meanwhile."""
        decision = Decision(Outcome.CONFIRM, confirmation.level, confirmation.reasons)
        again = self._composed(confirmation.recipients, decision, words)
        if again.challenge is None:
            return await self._overtaken(confirmation)
        kind = "hint" if verdict is Verdict.AFFIRMATION else "wrong"
        key = f"{kind}_{again.level.label}"
        text = words.say(key, **again.challenge.placeholders)
        now = self._home.now()
        asked = confirmation.ask_again(again.challenge, text, now)
        if not self._pending.update(asked):  # decided on a device while the reply was compared
            return self._answers.say(AnswerKind.INFORMED, "nothing_pending", asked.origin)
        self._spoken.add(now, asked.place, text)
        await self.note(Kind.WRONG_REPLY, asked, (verdict.value,))
        return self._answers.about(AnswerKind.ASKED_AGAIN, text, asked)

    def repeat(self, confirmation: Confirmation) -> Answer:
        """Say the question of what waits once more; it costs nothing, and gives no more time."""
        words = self._answers.words(confirmation.origin)
        facts = self._decisions.facts(confirmation.recipients[0].request)
        text = asked_again(
            confirmation.recipients, confirmation.challenge, words, on_phone=facts.on_phone
        )
        self._spoken.add(self._home.now(), confirmation.place, text)
        return self._answers.about(AnswerKind.INFORMED, text, confirmation)

    async def _overtaken(self, confirmation: Confirmation) -> Answer:
        """Refuse what no voice can prove any more: a PIN was removed, or two of them are needed now."""
        reasons = self._decisions.changed(confirmation) or ("rules_changed",)
        if self._pending.take(confirmation.id) is not None:
            await self.end(confirmation, Transition.FAIL, Kind.REFUSED, reasons)
        return self._answers.refusal(reasons, asked_for(confirmation.recipients))

    def anew(self, confirmation: Confirmation) -> None:
        """Ask for the phrase that is the household's now; the one that was asked for proves nothing any more."""
        decision = Decision(Outcome.CONFIRM, confirmation.level, confirmation.reasons)
        words = self._answers.words(confirmation.origin)
        question = self._composed(confirmation.recipients, decision, words)
        self._pending.update(confirmation.renew(question.level, question.challenge, question.text))

    async def end(
        self,
        confirmation: Confirmation,
        transition: Transition,
        kind: Kind,
        reasons: tuple[str, ...],
        approver: Approver | None = None,
    ) -> None:
        """End without a send."""
        ended = confirmation.after(transition)
        self._replies.bury(ended)
        await self.note(kind, ended, reasons, approver)

    async def note(
        self,
        kind: Kind,
        confirmation: Confirmation,
        reasons: tuple[str, ...],
        approver: Approver | None = None,
    ) -> None:
        """Record a step that sends nothing. That it could not be recorded changes nothing about it."""
        try:
            await self._book.record_confirmation(kind, confirmation, reasons, approver)
        except LedgerError as error:
            log_failure("the ledger", error)
