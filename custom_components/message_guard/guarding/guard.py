"""The one door: request → decision → confirmation → delivery → ledger.

Every entrance makes requests and hands them to `Guard.submit`. Nothing else decides, and nothing
but `delivery` sends. Whatever goes wrong in here, the answer is a refusal: nothing is sent.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from ..core.answer import Answer, AnswerKind
from ..core.confirmation import Confirmation, Recipient, Transition
from ..core.contacts import Contact
from ..core.household import Household
from ..core.level import Level
from ..core.lockout import HOUSEHOLD
from ..core.policy import Outcome, joint
from ..core.proof import Verdict
from ..core.request import Origin, Request
from ..core.rules import ONLY_WHERE_ASKED, RATE
from ..ledger.format.entries import Kind
from .afterwards import Afterwards
from .answers import Answers, asked_for, asked_of, resolved
from .decisions import Decisions
from .echo_memory import EchoMemory
from .editing import Edits
from .pending import PendingConfirmations
from .ports import Sender, Surroundings
from .questions import HinderedError, Questions
from .records import Approver, Book, Notice
from .refusals import FailClosed
from .replies import Replies
from .sending import Sending
from .status import Status
from .utterance import Late, ReplyReading


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
        spoken: EchoMemory,
    ) -> None:
        """Create a guard that may send; nothing runs until a request comes."""
        self.decisions = decisions
        self._book = book
        self._home = surroundings
        self._pending = pending
        self._replies = replies
        self._spoken = spoken
        self._answers = Answers(surroundings)
        self._questions = Questions(
            decisions, book, surroundings, pending, replies, spoken, self._answers
        )
        self.afterwards = Afterwards(book, self._answers, self._contact)
        self._sending = Sending(book, sender, self._answers, surroundings, self.afterwards)
        self._work = FailClosed(surroundings, self._answers)
        # A model calls its tools side by side: the second call has to see the question of the first.
        self._one_at_a_time = asyncio.Lock()
        self.edits = Edits(
            decisions,
            book,
            self._questions,
            replies,
            self._answers,
            self._work,
            self._one_at_a_time,
        )
        self._former_phrase = ""
        self.status_of = Status(self._answers, surroundings, self._contact)
        book.subscribe(self.status_of.seen)
        pending.on_expired = self._expired

    def _contact(self, contact_id: str | None) -> Contact | None:
        return self.household.contacts.get(contact_id)

    @property
    def household(self) -> Household:
        """What the household has chosen."""
        return self.decisions.household

    @household.setter
    def household(self, household: Household) -> None:
        before, self.decisions.household = self.decisions.household, household
        if before.phrase != household.phrase:
            self._former_phrase = before.phrase
            for confirmation in self._pending.all():
                if confirmation.level is Level.PHRASE:
                    self._questions.anew(confirmation)

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
        requests, facts = self.decisions.each_once(requests)
        for request, fact in zip(requests, facts, strict=True):
            # Whatever cannot be written down was not sent; what is written down corrects this.
            contact_id = fact.contact.id if fact.contact is not None else None
            self.status_of.note(request, Kind.REFUSED, contact_id)
        if self.decisions.only_watched(requests, facts):
            decisions = [self.decisions.decide(*pair) for pair in zip(requests, facts, strict=True)]
            await self._book.record(Kind.OBSERVED, requests, facts, decisions)
            return Answer(kind=AnswerKind.OBSERVED, text="")
        if not self._home.admit(requests):
            facts = [replace(fact, signals=fact.signals | {RATE}) for fact in facts]
        decisions = [self.decisions.decide(*pair) for pair in zip(requests, facts, strict=True)]
        decision = joint(decisions)
        if decision.outcome is Outcome.REFUSE:
            private = self._replies.keep_private(requests, self.household)
            await self._book.record(Kind.REFUSED, requests, facts, decisions, private=private)
            refused = [
                one
                for one, item in zip(asked_of(requests, facts), decisions, strict=True)
                if item.outcome is Outcome.REFUSE
            ]
            return replace(self._answers.refusal(decision.reasons, refused), private=private)
        recipients = resolved(requests, facts)
        if (again := self.status_of.still_open(recipients)) is not None:
            decision = self.decisions.asked_back(decision, again, facts[0])
        if decision.outcome is Outcome.SEND:
            return await self._send(recipients, decision.level, decision.reasons, None)
        async with self._one_at_a_time:
            try:
                return await self._questions.ask(recipients, decision)
            except HinderedError as hindered:
                return await self._refuse(recipients, (hindered.reason,))

    async def _send(
        self,
        recipients: tuple[Recipient, ...],
        level: Level,
        reasons: tuple[str, ...],
        approver: Approver | None,
    ) -> Answer:
        """Send what is decided, unless somebody of them has had enough: that is counted before anything else."""
        if not self._home.reserve([item.contact.id for item in recipients]):
            return await self._refuse(recipients, (RATE,))
        return await self._sending.send(recipients, level, reasons, approver)

    def question_given(self, confirmation_id: str) -> None:
        """Tell that a question is handed over to be spoken now, which `submit` did not cause by itself.

        Needed for everything but our own sentences and held local intents: what the speaker hears in
        answer to a script or from a model is not our question.
        """
        self._questions.given(confirmation_id)

    def question_begun(self, place: str | None) -> None:
        """Tell that a loudspeaker has begun to speak at this place."""
        self._questions.begun(place)

    def question_heard(self, place: str | None) -> None:
        """Tell that the question asked at this place has been spoken to its end: replies count now."""
        self._questions.heard(place)

    def question_interrupted(self, place: str | None) -> None:
        """Tell that nobody has heard the end of what was being spoken there: it has to be asked anew."""
        self._questions.interrupted(place)

    def spoke(self, place: str | None, text: str) -> None:
        """Tell that the house has just said something there: heard again, it is an echo."""
        self._spoken.add(self._home.now(), place, text)

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

    async def let_through(self, reason: str, *requests: Request) -> bool:
        """Record what the household lets through without a proof; only what is recorded goes.

        Returns:
            False where a rule refuses it for anything but that nobody is its recipient or that it has no words,
            where sending is switched off, and where it cannot be recorded.
        """
        for request in requests:
            decided = self.decisions.decide(request, self.decisions.facts(request))
            if decided.outcome is Outcome.REFUSE and not ONLY_WHERE_ASKED.issuperset(
                decided.reasons
            ):
                return False
        work = self._record(Kind.OBSERVED, reason, requests)
        answer = await self._work.protected(work, requests[0].origin)
        return answer.kind is AnswerKind.OBSERVED

    async def turn_down(self, reason: str, *requests: Request) -> Answer:
        """Refuse requests that nobody will be asked about."""
        work = self._record(Kind.REFUSED, reason, requests)
        return await self._work.protected(work, requests[0].origin)

    async def _record(self, kind: Kind, reason: str, requests: tuple[Request, ...]) -> Answer:
        facts = [self.decisions.facts(request) for request in requests]
        decided = [self.decisions.decide(*pair) for pair in zip(requests, facts, strict=True)]
        decisions = [replace(item, reasons=(*item.reasons, reason)) for item in decided]
        private = kind is Kind.REFUSED and self._replies.keep_private(requests, self.household)
        await self._book.record(kind, requests, facts, decisions, private=private)
        if kind is Kind.REFUSED:
            return replace(
                self._answers.refusal((reason,), asked_of(requests, facts)), private=private
            )
        return Answer(kind=AnswerKind.OBSERVED, text="")

    # --- replies ----------------------------------------------------------------------------

    def read(
        self, utterance: str, origin: Origin, *, words_since: float | None = None
    ) -> ReplyReading:
        """Return what an utterance is to the question asked at its place. Changes nothing.

        Args:
            utterance: What was said.
            origin: Where.
            words_since: Since when the words of a message are awaited there (seconds since the epoch); what the
                house has said since then is an echo. None where none are.
        """
        waiting = self._pending.at(origin.place) if self._pending else None
        phrase = self._former_phrase if waiting is not None else self.household.phrase
        earshot = self.household.earshot
        return self._replies.read(utterance, origin, waiting, earshot, phrase, words_since)

    def answer_late(self, read: ReplyReading, origin: Origin) -> Answer:
        """Answer a proof that came too late, or that the household has changed meanwhile."""
        waiting = self._pending.at(origin.place)
        if read.late is Late.FORMER_PHRASE and waiting is not None:
            self.question_given(waiting.id)
            return self._answers.about(AnswerKind.NOT_HEARD, waiting.question, waiting)
        return self.status_of.late(origin)

    async def reply(
        self, utterance: str, origin: Origin, read: ReplyReading | None = None
    ) -> Answer | None:
        """Take an utterance as the reply to the question asked at its place.

        A wrong reply costs a try: the caller reads it first where it may as well be for somebody else.

        Args:
            utterance: What was said.
            origin: Where.
            read: How it was read, if it was; it is read anew if the question is another one by now.

        Returns:
            What to say, or None when no spoken reply is awaited here.
        """
        read = read or self.read(utterance, origin)
        if read.verdict is None:
            return None
        return await self._work.protected(self._reply(read, origin), origin)

    async def _reply(self, read: ReplyReading, origin: Origin) -> Answer:
        async with self._replies.one_at_a_time(origin.place):
            confirmation = self._pending.at(origin.place)
            if confirmation is not read.waiting:
                # The reply before this one has changed the question, or it has been heard meanwhile.
                read = self.read(read.utterance, origin)
            if read.verdict is None or confirmation is None:
                return self._answers.say(AnswerKind.INFORMED, "nothing_pending", origin)
            if read.verdict is Verdict.KEEP:
                return self._questions.repeat(confirmation)
            answer = await self._unless_proved(confirmation, read.verdict, read, origin)
        # It is taken before anything else is read; sending may then take as long as it likes.
        return answer or await self._approve(confirmation, None)

    async def _unless_proved(
        self, confirmation: Confirmation, verdict: Verdict, read: ReplyReading, origin: Origin
    ) -> Answer | None:
        """Return what to say to a reply that is no proof, None to one that is."""
        words = self._answers.words(confirmation.origin)
        if verdict is Verdict.DECLINE:
            return await self._decline(confirmation, None)
        earshot = self.household.earshot
        if verdict is Verdict.ECHO or self._replies.is_like_echo(read, origin, earshot):
            return self._answers.about(AnswerKind.NOT_HEARD, words.say("listening"), confirmation)
        if confirmation.unheard:
            self.question_given(confirmation.id)
            return self._answers.about(AnswerKind.NOT_HEARD, confirmation.question, confirmation)
        settled, used_up = await self._replies.settle(read, origin, confirmation, self.household)
        if settled is Verdict.PROOF:
            return None
        if used_up or confirmation.tries_left <= 1:
            if self._pending.take(confirmation.id) is not None:
                await self._questions.end(
                    confirmation, Transition.FAIL, Kind.PROOF_FAILED, ("wrong_replies",)
                )
            return Answer(kind=AnswerKind.FAILED, text=words.say("too_many"))
        return await self._questions.again(confirmation, settled, words)

    def status(self, origin: Origin, asked: str | None = None) -> Answer:
        """Return how things stand at this place: what waits, else what became of the last request.

        Who asks in an app is told of what waits from their other conversations there, too, and can prove it here. What
        waits for a sum is asked again in any case: nobody keeps one in mind. What is `asked` for is the question
        "again", or only what is "waiting", where that is known.
        """
        waiting = self._pending.at(origin.place)
        if waiting is None and (elsewhere := self._pending.of_user(origin)) is not None:
            moved = self._pending.move(elsewhere, origin.place or "")
            if moved is not None:
                return self._questions.repeat(moved)
        if waiting is not None and (
            asked == "again" or (waiting.challenge and waiting.challenge.placeholders)
        ):
            return self._questions.repeat(waiting)
        return self.status_of.answer(origin, waiting, what_waits=asked == "waiting")

    def lately(self, origin: Origin) -> bool:
        """Return whether somebody has lately asked for a message at this place."""
        return self.status_of.lately(origin)

    # --- deciding outside the conversation ------------------------------------------------------

    async def approve(
        self, confirmation_id: str, approver: Approver, bound: str | None = None
    ) -> Answer:
        """Take a person's approval of what they have seen; the caller has checked that this person may.

        Raises:
            KeyError: If nothing with this id waits, or it is `bound` to other requests than those they have seen.
        """
        confirmation = self._waiting(confirmation_id, bound)
        work = self._approve(confirmation, approver)
        return await self._work.protected(work, confirmation.origin)

    async def decline(self, confirmation_id: str, approver: Approver | None) -> Answer:
        """Take a person's no, with no approver if it was said where it was asked.

        Raises:
            KeyError: If nothing with this id waits.
        """
        confirmation = self._waiting(confirmation_id)
        return await self._work.protected(
            self._decline(confirmation, approver), confirmation.origin
        )

    async def is_pin(self, digits: str, contact_ids: tuple[str, ...] = (HOUSEHOLD,)) -> bool | None:
        """Compare a PIN that was typed, counted as one that is said; None while PINs are locked."""
        return await self._replies.typed(digits, self.household.pins(contact_ids))

    def _waiting(self, confirmation_id: str, bound: str | None = None) -> Confirmation:
        confirmation = self._pending.get(confirmation_id)
        if confirmation is None or bound not in {None, confirmation.bound}:
            raise KeyError(confirmation_id)
        return confirmation

    async def _approve(self, confirmation: Confirmation, approver: Approver | None) -> Answer:
        taken = self._pending.take(confirmation.id)
        if taken is None or taken.bound != confirmation.bound:
            return self._answers.refusal(("gone",), asked_for(confirmation.recipients))
        taken.after(Transition.APPROVE)
        self._replies.bury(taken)  # somebody may just be saying the PIN
        changed = self.decisions.changed(taken)
        if changed:
            return await self._refuse(taken.recipients, changed)
        return await self._send(taken.recipients, taken.level, taken.reasons, approver)

    async def _decline(self, confirmation: Confirmation, approver: Approver | None) -> Answer:
        words = self._answers.words(confirmation.origin)
        if self._pending.take(confirmation.id) is not None:
            await self._questions.end(confirmation, Transition.DECLINE, Kind.DECLINED, (), approver)
        return Answer(kind=AnswerKind.DECLINED, text=words.say("declined"))

    # --- endings ----------------------------------------------------------------------------

    def stop_sending(self) -> None:
        """Let nothing more be sent, and end what waits: something asks for more than people do."""
        self.sending_allowed = False
        for confirmation in self._pending.all():
            if self._pending.take(confirmation.id) is not None:
                self._home.run(
                    self._questions.end(
                        confirmation, Transition.FAIL, Kind.REFUSED, ("sending_off", "burst")
                    )
                )

    async def stop(self) -> None:
        """End all that waits: the guard is being switched off."""
        async with self._one_at_a_time:  # what is just being asked ends with the others
            self._pending.close()
        for confirmation in self._pending.all():
            if self._pending.take(confirmation.id) is not None:
                await self._questions.end(
                    confirmation, Transition.EXPIRE, Kind.EXPIRED, ("stopped",)
                )
        self._pending.stop()
        await self._sending.stop()

    def _expired(self, confirmation: Confirmation) -> None:
        self._replies.bury(confirmation)  # at once: somebody may just be saying the PIN
        self._home.run(
            self._questions.end(confirmation, Transition.EXPIRE, Kind.EXPIRED, ("timeout",))
        )

    # --- refusing -----------------------------------------------------------------------------

    async def _refuse(self, recipients: tuple[Recipient, ...], reasons: tuple[str, ...]) -> Answer:
        requests = tuple(item.request for item in recipients)
        private = self._replies.keep_private(requests, self.household)
        await self._book.record_recipients(
            Kind.REFUSED, recipients, Level.BLOCK, reasons, None, private=private
        )
        return replace(self._answers.refusal(reasons, asked_for(recipients)), private=private)
