"""The one door: request → decision → confirmation → delivery → ledger.

Every entrance makes requests and hands them to `Guard.submit`. Nothing else decides, and nothing
but `delivery` sends. Whatever goes wrong in here, the answer is a refusal: nothing is sent.
"""

import asyncio
from collections.abc import Callable, Coroutine
import secrets
from typing import Any

from .core.answer import Answer, AnswerKind
from .core.confirmation import Confirmation, Recipient, Step, first_deadline
from .core.errors import DeliveryError, LedgerError, MessageGuardError
from .core.household import Household
from .core.language import Language
from .core.ledger import Kind
from .core.policy import Decision, Facts, Level, Outcome, decide, joint
from .core.proof import Verdict, interpret
from .core.question import Question, compose, join_names
from .core.request import Origin, Request, Route
from .pending import PendingConfirmations
from .ports import Sender, Surroundings, log_failure
from .records import Approver, Book, Notice
from .spoken import Spoken

LAST_WORDS = "Not sent: Message Guard itself has failed. Look at Home Assistant's log."
"""Said when even the language files cannot be asked."""


class Guard:
    """Decides about requests, asks for proof, sends, and writes everything down."""

    def __init__(
        self,
        household: Household,
        book: Book,
        sender: Sender,
        surroundings: Surroundings,
        pending: PendingConfirmations,
    ) -> None:
        """Create a guard that may send; nothing runs until a request comes."""
        self.household = household
        self.sending_allowed = True
        self._book = book
        self._sender = sender
        self._home = surroundings
        self._pending = pending
        self._spoken = Spoken()
        pending.on_expired = self._expire

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
        return await self._protected(self._submit(requests), requests[0].origin)

    async def _submit(self, requests: tuple[Request, ...]) -> Answer:
        origin = requests[0].origin
        language = self._home.language(origin.language)
        facts = [self._facts(request, language) for request in requests]
        decisions = [self._decide(*pair) for pair in zip(requests, facts, strict=True)]
        if self._observed(requests, facts):
            await self._book.record(Kind.OBSERVED, requests, facts, decisions)
            return Answer(kind=AnswerKind.OBSERVED, text="")
        decision = joint(decisions)
        if decision.outcome is Outcome.REFUSE:
            await self._book.record(Kind.REFUSED, requests, facts, decisions)
            return self._refusal(decision.reasons, requests)
        recipients = tuple(
            Recipient(request, fact.contact)
            for request, fact in zip(requests, facts, strict=True)
            if fact.contact is not None
        )
        if decision.outcome is Outcome.SEND:
            return await self._authorise(recipients, decision.level, decision.reasons, None)
        return await self._ask(recipients, decision)

    def _facts(self, request: Request, language: Language | None) -> Facts:
        """Return what is known, with the recipient resolved to a contact by name or by id."""
        known = self._home.facts(request)
        contacts = self.household.contacts
        if request.contact_id is not None:
            return known.about(
                contacts.get(request.contact_id), language_known=language is not None
            )
        if language is None:
            return known.about(None, language_known=False)
        match = contacts.match(request.recipient, language)
        return known.about(match.contact, ambiguous=match.ambiguous)

    def _decide(self, request: Request, facts: Facts) -> Decision:
        if not self.sending_allowed:
            return Decision(Outcome.REFUSE, Level.BLOCK, ("sending_off",))
        return decide(request, facts, self.household.policy, self.household.satisfiable)

    def _observed(self, requests: tuple[Request, ...], facts: list[Facts]) -> bool:
        """Whether these holds are only watched. What is our own sentence is never only watched."""
        if any(request.held_call is None for request in requests):
            return False
        return self.household.observe or all(
            fact.contact is not None and fact.contact.observe for fact in facts
        )

    async def _ask(self, recipients: tuple[Recipient, ...], decision: Decision) -> Answer:
        requests = tuple(item.request for item in recipients)
        given = all(_asked_at_once(request) for request in requests)
        if (same := self._pending.same(recipients)) is not None:
            if given:
                self.question_given(same.id)
            return self._question_answer(same)
        if self._pending.full:
            return await self._refuse(recipients, ("too_many_pending",))
        origin, now = requests[0].origin, self._home.now()
        try:
            question = compose(
                recipients, decision, self.household, self._words(origin), secrets.randbelow
            )
        except MessageGuardError:
            return await self._refuse(recipients, ("unsatisfiable",))
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
        return self._question_answer(confirmation)

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

    def question_heard(self, place: str | None) -> None:
        """Tell that the question asked at this place has been spoken to its end: replies count now."""
        confirmation = self._pending.at(place)
        if confirmation is not None and confirmation.given and confirmation.heard_at is None:
            self._pending.update(confirmation.finish_prompt(self._home.now()))

    # --- replies ----------------------------------------------------------------------------

    def verdict(self, utterance: str, origin: Origin) -> Verdict | None:
        """Return what this utterance would be to the question asked at its place, None without one."""
        confirmation = self._pending.at(origin.place)
        language = self._home.language(origin.language)
        if confirmation is None or language is None:
            return None
        if confirmation.challenge is None:
            return Verdict.DECLINE if language.is_decline(utterance) else None
        spoken = self._spoken.heard_at(self._home.now(), (origin.place, *self._home.hears(origin)))
        return interpret(
            utterance, confirmation.challenge, language, (confirmation.question, *spoken)
        )

    async def reply(self, utterance: str, origin: Origin) -> Answer | None:
        """Take an utterance as the reply to the question asked at its place.

        A wrong reply costs a try: the caller asks `verdict` first where the utterance may as well be
        for somebody else.

        Returns:
            What to say, or None when no spoken reply is awaited here.
        """
        verdict = self.verdict(utterance, origin)
        confirmation = self._pending.at(origin.place)
        if verdict is None or confirmation is None:
            return None
        return await self._protected(self._reply(confirmation, verdict), origin)

    async def _reply(self, confirmation: Confirmation, verdict: Verdict) -> Answer:
        words = self._words(confirmation.origin)
        if verdict is Verdict.DECLINE:
            return await self._decline(confirmation, None)
        if verdict is Verdict.ECHO:
            return self._answer(AnswerKind.NOT_HEARD, words.say("listening"), confirmation)
        if confirmation.heard_at is None:
            self.question_given(confirmation.id)
            return self._answer(AnswerKind.NOT_HEARD, confirmation.question, confirmation)
        if verdict is Verdict.PROOF:
            return await self._approve(confirmation, None)
        return await self._wrong(confirmation, verdict, words)

    async def _wrong(self, confirmation: Confirmation, verdict: Verdict, words: Language) -> Answer:
        if confirmation.tries_left <= 1:
            if self._pending.take(confirmation.id) is not None:
                await self._end(confirmation, Step.FAIL, Kind.PROOF_FAILED, ("wrong_replies",))
            return Answer(kind=AnswerKind.FAILED, text=words.say("too_many"))
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
        self._pending.update(asked)
        self._spoken.add(now, asked.place, text)
        return self._answer(AnswerKind.ASKED_AGAIN, text, asked)

    # --- deciding outside the conversation ------------------------------------------------------

    async def approve(self, confirmation_id: str, approver: Approver) -> Answer:
        """Take a person's approval; the caller has checked that this person may.

        Raises:
            KeyError: If nothing with this id waits.
        """
        confirmation = self._waiting(confirmation_id)
        return await self._protected(self._approve(confirmation, approver), confirmation.origin)

    async def decline(self, confirmation_id: str, approver: Approver) -> Answer:
        """Take a person's no.

        Raises:
            KeyError: If nothing with this id waits.
        """
        confirmation = self._waiting(confirmation_id)
        return await self._protected(self._decline(confirmation, approver), confirmation.origin)

    def _waiting(self, confirmation_id: str) -> Confirmation:
        confirmation = self._pending.get(confirmation_id)
        if confirmation is None:
            raise KeyError(confirmation_id)
        return confirmation

    async def _approve(self, confirmation: Confirmation, approver: Approver | None) -> Answer:
        taken = self._pending.take(confirmation.id)
        if taken is None or taken.bound != confirmation.bound:
            return self._refusal(("gone",), tuple(r.request for r in confirmation.recipients))
        taken.step(Step.APPROVE)
        changed = self._changed(taken)
        if changed:
            return await self._refuse(taken.recipients, changed)
        return await self._authorise(taken.recipients, taken.level, taken.reasons, approver)

    def _changed(self, confirmation: Confirmation) -> tuple[str, ...]:
        """Return why what was asked may no longer be sent: the list or a rule became stricter."""
        for item in confirmation.recipients:
            if self.household.contacts.get(item.contact.id) != item.contact:
                return ("contact_changed",)
            facts = self._home.facts(item.request).about(item.contact)
            decision = self._decide(item.request, facts)
            if decision.outcome is Outcome.REFUSE:
                return decision.reasons
            if decision.level > confirmation.level:
                return ("rules_changed",)
        return ()

    async def _decline(self, confirmation: Confirmation, approver: Approver | None) -> Answer:
        words = self._words(confirmation.origin)
        if self._pending.take(confirmation.id) is not None:
            await self._end(confirmation, Step.DECLINE, Kind.DECLINED, (), approver)
        return Answer(kind=AnswerKind.DECLINED, text=words.say("declined"))

    # --- sending ----------------------------------------------------------------------------

    async def _authorise(
        self,
        recipients: tuple[Recipient, ...],
        level: Level,
        reasons: tuple[str, ...],
        approver: Approver | None,
    ) -> Answer:
        """Write that it may be sent, durably; then send, each once."""
        await self._book.record_recipients(Kind.AUTHORISED, recipients, level, reasons, approver)
        failed = [item for item in recipients if not await self._deliver(item, level)]
        words = self._words(recipients[0].request.origin)
        if failed:
            text = words.say("delivery_failed", recipient=join_names(tuple(failed), words))
            return Answer(kind=AnswerKind.FAILED, text=text, reasons=("delivery_failed",))
        text = words.say("sent", recipient=join_names(recipients, words))
        return Answer(kind=AnswerKind.SENT, text=text)

    async def _deliver(self, recipient: Recipient, level: Level) -> bool:
        kind = Kind.DELIVERED
        reasons: tuple[str, ...] = ()
        try:
            await self._sender.send(recipient)
        except DeliveryError as error:
            kind, reasons = Kind.FAILED, (str(error),)
        except Exception as error:  # noqa: BLE001 - a channel may raise anything; it is recorded
            log_failure("delivery", error)
            kind, reasons = Kind.FAILED, ("channel_error", type(error).__name__)
        try:
            await self._book.record_recipients(kind, (recipient,), level, reasons, None)
        except LedgerError as error:
            # Authorised is on disk already; the next start reports it as interrupted.
            log_failure("the ledger, after delivery,", error)
        return kind is Kind.DELIVERED

    # --- endings ----------------------------------------------------------------------------

    async def stop(self) -> None:
        """End all that waits: the guard is being switched off."""
        self._pending.stop()
        for confirmation in self._pending.all():
            if self._pending.take(confirmation.id) is not None:
                await self._end(confirmation, Step.EXPIRE, Kind.EXPIRED, ("stopped",))
        self._pending.stop()

    async def _expire(self, confirmation: Confirmation) -> None:
        await self._end(confirmation, Step.EXPIRE, Kind.EXPIRED, ("timeout",))

    async def _end(
        self,
        confirmation: Confirmation,
        step: Step,
        kind: Kind,
        reasons: tuple[str, ...],
        approver: Approver | None = None,
    ) -> None:
        """Record an ending without a send. That it could not be recorded changes nothing about it."""
        ended = confirmation.step(step)
        try:
            await self._book.record_confirmation(kind, ended, reasons, approver)
        except LedgerError as error:
            log_failure("the ledger", error)

    # --- words ------------------------------------------------------------------------------

    def _words(self, origin: Origin) -> Language:
        words = self._home.language(origin.language) or self._home.language("en")
        if words is None:
            raise MessageGuardError("no language file could be read")
        return words

    def _question_answer(self, confirmation: Confirmation) -> Answer:
        kind = AnswerKind.WAITING if confirmation.challenge is None else AnswerKind.ASKED
        return self._answer(kind, confirmation.question, confirmation)

    def _answer(self, kind: AnswerKind, text: str, confirmation: Confirmation) -> Answer:
        return Answer(
            kind=kind,
            text=text,
            listen=confirmation.reopens and confirmation.challenge is not None,
            confirmation_id=confirmation.id,
            reasons=confirmation.reasons,
        )

    async def _refuse(self, recipients: tuple[Recipient, ...], reasons: tuple[str, ...]) -> Answer:
        await self._book.record_recipients(Kind.REFUSED, recipients, Level.BLOCK, reasons, None)
        return self._refusal(reasons, tuple(item.request for item in recipients))

    def _refusal(self, reasons: tuple[str, ...], requests: tuple[Request, ...]) -> Answer:
        words = self._words(requests[0].origin)
        name = words.speakable(requests[0].recipient)
        key = next((k for r in reasons if words.has(k := f"refused_{r}")), "refused_block")
        text = words.say(key, recipient=name)
        return Answer(kind=AnswerKind.REFUSED, text=text, reasons=reasons)

    # --- failing closed -----------------------------------------------------------------------

    async def _protected(self, work: Coroutine[Any, Any, Answer], origin: Origin) -> Answer:
        """Run in a task of its own, so that a turn that is cut off cuts off no delivery."""
        return await asyncio.shield(self._home.run(self._closed(work, origin)))

    async def _closed(self, work: Coroutine[Any, Any, Answer], origin: Origin) -> Answer:
        """Turn every error into a refusal."""
        try:
            return await work
        except LedgerError as error:
            log_failure("the ledger", error)
            return self._last_answer("ledger", origin)
        except Exception as error:  # noqa: BLE001 - a broken guard must never send, and must answer
            log_failure("the guard", error)
            return self._last_answer("error", origin)

    def _last_answer(self, reason: str, origin: Origin) -> Answer:
        try:
            text = self._words(origin).say(f"refused_{reason}")
        except Exception:  # noqa: BLE001 - the language files themselves are what is broken
            text = LAST_WORDS
        return Answer(kind=AnswerKind.REFUSED, text=text, reasons=(reason,))


def _asked_at_once(request: Request) -> bool:
    """Return whether the answer to this request is what its speaker hears next."""
    return request.route in {Route.SENTENCE, Route.INTENT} and not request.by_model
