"""The one door: request → decision → confirmation → delivery → ledger.

Every entrance makes requests and hands them to `Guard.submit`. Nothing else decides, and nothing
but `delivery` sends. Whatever goes wrong in here, the answer is a refusal: nothing is sent.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
import secrets

from .core.answer import Answer, AnswerKind
from .core.confirmation import Confirmation, Recipient, Step, first_deadline
from .core.errors import LedgerError, MessageGuardError
from .core.household import Household
from .core.language import Language
from .core.ledger import Kind
from .core.policy import Decision, Level, Outcome, joint
from .core.proof import Verdict
from .core.question import Question, compose
from .core.request import Origin, Request
from .guarding.answers import Answers
from .guarding.decisions import Decisions
from .guarding.pending import PendingConfirmations
from .guarding.ports import Sender, Surroundings, log_failure
from .guarding.records import Approver, Book, Notice
from .guarding.refusals import FailClosed
from .guarding.replies import Replies
from .guarding.sending import Sending
from .guarding.spoken import Spoken
from .guarding.standing import Standing


class Guard:
    """Decides about requests, asks for proof, sends, and writes everything down."""

    def __init__(
        self,
        decisions: Decisions,
        book: Book,
        sender: Sender,
        surroundings: Surroundings,
        pending: PendingConfirmations,
        replies: Replies,
        spoken: Spoken,
    ) -> None:
        """Create a guard that may send; nothing runs until a request comes."""
        self.decisions = decisions
        self._book = book
        self._home = surroundings
        self._pending = pending
        self._replies = replies
        self._spoken = spoken
        self._answers = Answers(surroundings)
        self._sending = Sending(book, sender, self._answers)
        self._work = FailClosed(surroundings, self._answers)
        # A model calls its tools side by side: the second call has to see the question of the first.
        self._one_at_a_time = asyncio.Lock()
        self._standing = Standing(self._answers)
        book.subscribe(self._standing.seen)
        pending.on_expired = self._expired

    @property
    def household(self) -> Household:
        """What the household has chosen."""
        return self.decisions.household

    @household.setter
    def household(self, household: Household) -> None:
        self.decisions.household = household

    @property
    def sending_allowed(self) -> bool:
        """The household's switch."""
        return self.decisions.sending_allowed

    @sending_allowed.setter
    def sending_allowed(self, allowed: bool) -> None:
        self.decisions.sending_allowed = allowed

    @property
    def pending(self) -> tuple[Confirmation, ...]:
        """What waits for its proof, oldest first."""
        return self._pending.all()

    def subscribe(self, listener: Callable[[Notice], None]) -> Callable[[], None]:
        """Call `listener` at every step of every request; returns what ends that."""
        return self._book.subscribe(listener)

    # --- asking -----------------------------------------------------------------------------

    async def submit(self, *requests: Request) -> Answer:
        """Decide about requests that belong to one utterance, and ask for one proof of all.

        Never raises: what goes wrong is a refusal. What is started survives the caller's turn.
        """
        return await self._work.protected(self._submit(requests), requests[0].origin)

    async def _submit(self, requests: tuple[Request, ...]) -> Answer:
        facts = [self.decisions.facts(request) for request in requests]
        decisions = [self.decisions.decide(*pair) for pair in zip(requests, facts, strict=True)]
        if self.decisions.only_watched(requests, facts):
            await self._book.record(Kind.OBSERVED, requests, facts, decisions)
            return Answer(kind=AnswerKind.OBSERVED, text="")
        decision = joint(decisions)
        if decision.outcome is Outcome.REFUSE:
            private = self._private(requests)
            await self._book.record(Kind.REFUSED, requests, facts, decisions, private=private)
            return replace(self._answers.refusal(decision.reasons, requests), private=private)
        recipients = tuple(
            Recipient(request, fact.contact)
            for request, fact in zip(requests, facts, strict=True)
            if fact.contact is not None
        )
        if decision.outcome is Outcome.SEND:
            return await self._sending.send(recipients, decision.level, decision.reasons, None)
        async with self._one_at_a_time:
            return await self._ask(recipients, decision)

    async def _ask(self, recipients: tuple[Recipient, ...], decision: Decision) -> Answer:
        requests = tuple(item.request for item in recipients)
        given = all(request.answered_at_once for request in requests)
        same = self._pending.same(recipients)
        if same is not None and same.level >= decision.level:
            if given:
                self.question_given(same.id)
            return self._answers.question(same)
        if self._pending.full:
            return await self._refuse(recipients, ("too_many_pending",))
        origin, now = requests[0].origin, self._home.now()
        try:
            question = compose(
                recipients, decision, self.household, self._answers.words(origin), secrets.randbelow
            )
        except MessageGuardError:
            return await self._refuse(recipients, ("unsatisfiable",))
        if (hindrance := await self._hindrance(question.level, recipients)) is not None:
            return await self._refuse(recipients, (hindrance,))
        confirmation = Confirmation(
            id=secrets.token_urlsafe(16),
            recipients=recipients,
            level=question.level,
            reasons=decision.reasons,
            challenge=question.challenge,
            question=question.text,
            asked_at=now,
            deadline=first_deadline(question.level, now, given=given),
            given=given,
            reopens=question.challenge is not None and self._home.reopens(origin),
        )
        await self._book.record_confirmation(Kind.ASKED, confirmation, decision.reasons)
        replaced = self._pending.add(confirmation)
        if replaced is not None:
            await self._end(replaced, Step.SUPERSEDE, Kind.SUPERSEDED, ("newer_request",))
        if given:
            self._spoken.add(now, confirmation.place, question.text)
        return self._answers.question(confirmation)

    async def _hindrance(self, level: Level, recipients: tuple[Recipient, ...]) -> str | None:
        """Return the reason for which nobody can be asked for a proof of this level, None without one."""
        requests = tuple(item.request for item in recipients)
        # What is asked for may be more than what was decided.
        if level in self.decisions.facts(requests[0]).locked:
            return "locked"
        if level is not Level.PIN:
            return None
        pins = self.household.pins(tuple(item.contact.id for item in recipients))
        if await self._replies.pin_inside(requests, pins):
            return "pin_inside"
        # What was compared is counted, and may have been one guess too many.
        return "locked" if level in self.decisions.facts(requests[0]).locked else None

    def question_given(self, confirmation_id: str) -> None:
        """Tell that a question is handed over to be spoken now, which `submit` did not cause by itself.

        Needed for everything but our own sentences and held local intents: what the speaker hears in
        answer to a script or from a model is not our question.
        """
        confirmation = self._pending.get(confirmation_id)
        if confirmation is not None and not confirmation.given:
            now = self._home.now()
            self._pending.update(confirmation.give(now))
            self._spoken.add(now, confirmation.place, confirmation.question)

    def spoke(self, place: str | None, text: str) -> None:
        """Tell that the house has just said something there: heard again, it is an echo."""
        self._spoken.add(self._home.now(), place, text)

    def question_heard(self, place: str | None) -> None:
        """Tell that the question asked at this place has been spoken to its end: replies count now."""
        confirmation = self._pending.at(place)
        if confirmation is not None and confirmation.given and confirmation.heard_at is None:
            self._pending.update(confirmation.finish_prompt(self._home.now()))

    def question_interrupted(self, place: str | None) -> None:
        """Tell that nobody has heard the end of what was being spoken there: it has to be asked anew."""
        confirmation = self._pending.at(place)
        if confirmation is not None and confirmation.heard_at is None:
            self._pending.update(replace(confirmation, given=False))

    # --- watching ---------------------------------------------------------------------------

    def only_watches(self, *requests: Request) -> bool:
        """Return whether these requests would only be written down, and held by nobody."""
        return self.decisions.only_watched(
            requests, [self.decisions.facts(request) for request in requests]
        )

    def observe(self, reason: str, *requests: Request) -> None:
        """Write down what is let through, in a task of its own; that it fails stops nothing."""
        self._home.run(
            self._work.closed(self._record(Kind.OBSERVED, reason, requests), requests[0].origin)
        )

    async def turn_down(self, reason: str, *requests: Request) -> Answer:
        """Refuse requests that nobody will be asked about."""
        work = self._record(Kind.REFUSED, reason, requests)
        return await self._work.protected(work, requests[0].origin)

    async def _record(self, kind: Kind, reason: str, requests: tuple[Request, ...]) -> Answer:
        facts = [self.decisions.facts(request) for request in requests]
        decided = [self.decisions.decide(*pair) for pair in zip(requests, facts, strict=True)]
        decisions = [replace(item, reasons=(*item.reasons, reason)) for item in decided]
        private = kind is Kind.REFUSED and self._private(requests)
        await self._book.record(kind, requests, facts, decisions, private=private)
        if kind is Kind.REFUSED:
            return replace(self._answers.refusal((reason,), requests), private=private)
        return Answer(kind=AnswerKind.OBSERVED, text="")

    # --- replies ----------------------------------------------------------------------------

    def verdict(self, utterance: str, origin: Origin) -> Verdict | None:
        """Return what this utterance would be to the question asked at its place, None without one."""
        waiting = self._pending.at(origin.place)
        return self._replies.read(utterance, origin, waiting, self.household.earshot)

    def is_guess(self, utterance: str, origin: Origin) -> bool:
        """Return whether this utterance answers the code asked for at its place, right or wrong."""
        return self._replies.is_guess(utterance, origin, self._pending.at(origin.place))

    def may_say_pin(self, utterance: str, origin: Origin) -> bool:
        """Return whether a PIN is asked for at this place and digits are said that may be it."""
        waiting = self._pending.at(origin.place)
        asked = waiting is not None and waiting.level is Level.PIN
        return asked and self._replies.may_say_pin(utterance, origin)

    def is_echo(self, utterance: str, origin: Origin) -> bool:
        """Return whether the utterance is what the house itself has just said, heard again."""
        return self._replies.is_echo(utterance, origin, self.household.earshot)

    def swallow(self, utterance: str, origin: Origin) -> Answer | None:
        """Return an answer to a proof for which nothing waits here; None to anything else.

        Digits that come too late for a PIN, and the household's phrase, are for nobody else.
        """
        if self.verdict(utterance, origin) is Verdict.PROOF:
            return None  # it is not late: it has been asked for again
        if self._replies.swallows(utterance, origin):
            return self._answers.say(AnswerKind.INFORMED, "expired", origin)
        waiting = self._pending.at(origin.place)
        if waiting is None and self._replies.is_phrase(utterance, origin, self.household.phrase):
            return self._answers.say(AnswerKind.INFORMED, "nothing_pending", origin)
        return None

    async def reply(self, utterance: str, origin: Origin) -> Answer | None:
        """Take an utterance as the reply to the question asked at its place.

        A wrong reply costs a try: the caller asks `verdict` first where the utterance may as well be
        for somebody else.

        Returns:
            What to say, or None when no spoken reply is awaited here.
        """
        if self.verdict(utterance, origin) is None:
            return None
        return await self._work.protected(self._reply(utterance, origin), origin)

    async def _reply(self, utterance: str, origin: Origin) -> Answer:
        async with self._replies.one_at_a_time(origin.place):
            # Looked at here and not before: the reply before this one may have changed the question.
            verdict = self.verdict(utterance, origin)
            confirmation = self._pending.at(origin.place)
            if verdict is None or confirmation is None:
                return self._answers.say(AnswerKind.INFORMED, "nothing_pending", origin)
            answer = await self._unless_proved(confirmation, verdict, utterance, origin)
        # It is taken before anything else is read; sending may then take as long as it likes.
        return answer or await self._approve(confirmation, None)

    async def _unless_proved(
        self, confirmation: Confirmation, verdict: Verdict, utterance: str, origin: Origin
    ) -> Answer | None:
        """Return what to say to a reply that is no proof, None to one that is."""
        words = self._answers.words(confirmation.origin)
        if verdict is Verdict.DECLINE:
            return await self._decline(confirmation, None)
        if verdict is Verdict.ECHO:
            return self._answers.about(AnswerKind.NOT_HEARD, words.say("listening"), confirmation)
        if confirmation.heard_at is None:
            self.question_given(confirmation.id)
            return self._answers.about(AnswerKind.NOT_HEARD, confirmation.question, confirmation)
        verdict, used_up = await self._replies.settle(
            verdict, utterance, origin, confirmation, self.household
        )
        if verdict is Verdict.PROOF:
            return None
        if used_up or confirmation.tries_left <= 1:
            if self._pending.take(confirmation.id) is not None:
                await self._end(confirmation, Step.FAIL, Kind.PROOF_FAILED, ("wrong_replies",))
            return Answer(kind=AnswerKind.FAILED, text=words.say("too_many"))
        return await self._ask_again(confirmation, verdict, words)

    async def _ask_again(
        self, confirmation: Confirmation, verdict: Verdict, words: Language
    ) -> Answer:
        decision = Decision(Outcome.CONFIRM, confirmation.level, confirmation.reasons)
        again: Question = compose(
            confirmation.recipients, decision, self.household, words, secrets.randbelow
        )
        if again.challenge is None:
            raise MessageGuardError("the question can no longer be asked by voice")
        kind = "hint" if verdict is Verdict.AFFIRMATION else "wrong"
        key = f"{kind}_{again.level.label}"
        text = words.say(key, **again.challenge.placeholders)
        now = self._home.now()
        asked = confirmation.ask_again(again.challenge, text, now)
        if not self._pending.update(asked):  # decided on a device while the reply was compared
            return self._answers.say(AnswerKind.INFORMED, "nothing_pending", asked.origin)
        self._spoken.add(now, asked.place, text)
        await self._note(Kind.WRONG_REPLY, asked, (verdict.value,))
        return self._answers.about(AnswerKind.ASKED_AGAIN, text, asked)

    def standing(self, origin: Origin) -> Answer:
        """Return how things stand at this place: what waits, else what became of the last request."""
        return self._standing.answer(origin, self._pending.at(origin.place))

    # --- deciding outside the conversation ------------------------------------------------------

    async def approve(self, confirmation_id: str, approver: Approver) -> Answer:
        """Take a person's approval; the caller has checked that this person may.

        Raises:
            KeyError: If nothing with this id waits.
        """
        confirmation = self._waiting(confirmation_id)
        return await self._work.protected(
            self._approve(confirmation, approver), confirmation.origin
        )

    async def decline(self, confirmation_id: str, approver: Approver) -> Answer:
        """Take a person's no.

        Raises:
            KeyError: If nothing with this id waits.
        """
        confirmation = self._waiting(confirmation_id)
        return await self._work.protected(
            self._decline(confirmation, approver), confirmation.origin
        )

    def _waiting(self, confirmation_id: str) -> Confirmation:
        confirmation = self._pending.get(confirmation_id)
        if confirmation is None:
            raise KeyError(confirmation_id)
        return confirmation

    async def _approve(self, confirmation: Confirmation, approver: Approver | None) -> Answer:
        taken = self._pending.take(confirmation.id)
        if taken is None or taken.bound != confirmation.bound:
            return self._answers.refusal(
                ("gone",), tuple(r.request for r in confirmation.recipients)
            )
        taken.step(Step.APPROVE)
        self._replies.bury(taken)  # somebody may just be saying the PIN
        changed = self.decisions.changed(taken)
        if changed:
            return await self._refuse(taken.recipients, changed)
        return await self._sending.send(taken.recipients, taken.level, taken.reasons, approver)

    async def _decline(self, confirmation: Confirmation, approver: Approver | None) -> Answer:
        words = self._answers.words(confirmation.origin)
        if self._pending.take(confirmation.id) is not None:
            await self._end(confirmation, Step.DECLINE, Kind.DECLINED, (), approver)
        return Answer(kind=AnswerKind.DECLINED, text=words.say("declined"))

    # --- endings ----------------------------------------------------------------------------

    async def stop(self) -> None:
        """End all that waits: the guard is being switched off."""
        async with self._one_at_a_time:  # what is just being asked ends with the others
            self._pending.close()
        for confirmation in self._pending.all():
            if self._pending.take(confirmation.id) is not None:
                await self._end(confirmation, Step.EXPIRE, Kind.EXPIRED, ("stopped",))
        self._pending.stop()

    def _expired(self, confirmation: Confirmation) -> None:
        self._replies.bury(confirmation)  # at once: somebody may just be saying the PIN
        self._home.run(self._end(confirmation, Step.EXPIRE, Kind.EXPIRED, ("timeout",)))

    async def _end(
        self,
        confirmation: Confirmation,
        step: Step,
        kind: Kind,
        reasons: tuple[str, ...],
        approver: Approver | None = None,
    ) -> None:
        """End without a send."""
        ended = confirmation.step(step)
        self._replies.bury(ended)
        await self._note(kind, ended, reasons, approver)

    async def _note(
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

    # --- refusing -----------------------------------------------------------------------------

    async def _refuse(self, recipients: tuple[Recipient, ...], reasons: tuple[str, ...]) -> Answer:
        requests = tuple(item.request for item in recipients)
        private = self._private(requests)
        await self._book.record_recipients(
            Kind.REFUSED, recipients, Level.BLOCK, reasons, None, private=private
        )
        return replace(self._answers.refusal(reasons, requests), private=private)

    def _private(self, requests: tuple[Request, ...]) -> bool:
        """Return whether a refusal keeps no words: who is refused has said the PIN too soon, perhaps."""
        return self.household.has_pin and self._replies.may_hold_pin(requests)
