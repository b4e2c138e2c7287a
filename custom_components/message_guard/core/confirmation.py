"""A confirmation: a decision that waits for its proof.

Theory of operation. A confirmation covers the requests of one question. It is *asked* until exactly
one thing ends it; nothing leads out of an end state, so a proof is used once and a request is sent
at most once.

    state      step             next state
    ---------  ---------------  ----------
    asked      prompt_finished  asked        the question has been heard: replies count from here on
    asked      wrong            asked        a wrong reply; one try less
    asked      approve          approved     the proof was given
    asked      decline          declined     somebody said no
    asked      expire           expired      the time is over
    asked      fail             failed       the last try was wrong, or the guard gave up
    asked      supersede        superseded   a newer question took its place

Anything else raises `IllegalTransitionError`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
import hashlib
from types import MappingProxyType
from typing import TYPE_CHECKING

from .errors import IllegalTransitionError
from .level import Level
from .request import Origin, Request

if TYPE_CHECKING:
    from .contacts import Contact
    from .proof import Challenge

VOICE_SECONDS = 30.0
"""How long a question waits for a spoken proof, from the moment it has been heard (design)."""

DEVICE_SECONDS = 300.0
"""How long it waits for a tap on a phone or in the panel (design)."""

PROMPT_SECONDS = 45.0
"""How long a question may take to be spoken, when nothing tells that it has been heard."""

MOST_JOINED = 10
"""People that one question can name and somebody still listens to."""

TRIES = 3
"""Wrong replies that end a confirmation (design)."""


class State(StrEnum):
    """Where a confirmation stands."""

    ASKED = "asked"
    APPROVED = "approved"
    DECLINED = "declined"
    EXPIRED = "expired"
    FAILED = "failed"
    SUPERSEDED = "superseded"


class Step(StrEnum):
    """What can happen to a confirmation."""

    PROMPT_FINISHED = "prompt_finished"
    WRONG = "wrong"
    APPROVE = "approve"
    DECLINE = "decline"
    EXPIRE = "expire"
    FAIL = "fail"
    SUPERSEDE = "supersede"


TRANSITIONS: Mapping[tuple[State, Step], State] = MappingProxyType(
    {
        (State.ASKED, Step.PROMPT_FINISHED): State.ASKED,
        (State.ASKED, Step.WRONG): State.ASKED,
        (State.ASKED, Step.APPROVE): State.APPROVED,
        (State.ASKED, Step.DECLINE): State.DECLINED,
        (State.ASKED, Step.EXPIRE): State.EXPIRED,
        (State.ASKED, Step.FAIL): State.FAILED,
        (State.ASKED, Step.SUPERSEDE): State.SUPERSEDED,
    }
)


@dataclass(frozen=True, slots=True)
class Recipient:
    """One request of a confirmation, with the contact that it resolved to."""

    request: Request
    contact: Contact


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """A pending decision and how far its proof has come.

    Attributes:
        id: Unique for all time.
        recipients: One or more requests that share one question and one proof.
        level: The proof that is asked for.
        reasons: Why it is asked for.
        challenge: What a spoken reply must be; None at `Level.DEVICE`.
        question: What was, or will be, spoken; a reply made of its words is an echo.
        asked_at: Seconds since the epoch when the question was handed over to be spoken.
        deadline: Seconds since the epoch when it expires.
        given: The question has been handed to a loudspeaker or a screen. What a script or a model causes
            is asked later, or never: until then nothing that is spoken can have been the question.
        heard_at: When the question had been spoken to its end; None until then, and no reply counts.
        reopens: The microphone opens by itself after the question.
        moved_to: Where the person who has asked in an app was asked once more, None for where it was asked first.
        tries_left: Wrong replies that are still allowed.
        state: Where it stands.
        bound: Hash over the requests, what a proof is for.
    """

    id: str
    recipients: tuple[Recipient, ...]
    level: Level
    reasons: tuple[str, ...]
    challenge: Challenge | None
    question: str
    asked_at: float
    deadline: float
    given: bool = True
    heard_at: float | None = None
    reopens: bool = False
    moved_to: str | None = None
    tries_left: int = TRIES
    state: State = State.ASKED
    bound: str = field(init=False)

    def __post_init__(self) -> None:
        """Bind the confirmation to its requests."""
        object.__setattr__(self, "bound", bind(self.recipients))

    @property
    def origin(self) -> Origin:
        """Where the question was asked."""
        return self.recipients[0].request.origin

    @property
    def place(self) -> str | None:
        """What a reply must share."""
        return self.moved_to or self.origin.place

    def expired(self, now: float) -> bool:
        """Return whether its time is over at `now` (seconds since the epoch)."""
        return now >= self.deadline

    def step(self, step: Step) -> Confirmation:
        """Return the confirmation after `step`.

        Raises:
            IllegalTransitionError: If the table has no such step from here.
        """
        try:
            state = TRANSITIONS[self.state, step]
        except KeyError:
            raise IllegalTransitionError(f"{step} is not possible when {self.state}") from None
        return replace(self, state=state)

    def may_be_joined_by(self, recipients: tuple[Recipient, ...]) -> bool:
        """Return whether calls of the same command can still become part of this question.

        Nobody has been asked yet, they say the same, and the same person's words have led to them.
        """
        mine, theirs = self.recipients[0].request, recipients[0].request
        return (
            not self.given
            and self.heard_at is None
            and len(self.recipients) + len(recipients) <= MOST_JOINED
            and all(
                item.request.held_call is not None and item.request.content == mine.content
                for item in (*self.recipients, *recipients)
            )
            and mine.by_model == theirs.by_model
            and mine.origin.conversation_id == theirs.origin.conversation_id
            and mine.origin.utterance == theirs.origin.utterance
        )

    def joined_by(
        self,
        recipients: tuple[Recipient, ...],
        level: Level,
        challenge: Challenge | None,
        question: str,
        reasons: tuple[str, ...],
    ) -> Confirmation:
        """Return the confirmation with more recipients, whom its one proof covers, and its question for all."""
        return replace(
            self,
            recipients=(*self.recipients, *recipients),
            level=level,
            challenge=challenge,
            question=question,
            reasons=reasons,
        )

    def give(self, now: float) -> Confirmation:
        """Return the confirmation when its question is handed over to be spoken, later than it was made.

        That never makes it wait longer.
        """
        return replace(self, given=True, asked_at=now)

    def finish_prompt(self, now: float) -> Confirmation:
        """Return the confirmation after its question has been heard: the clock starts here."""
        seconds = VOICE_SECONDS if self.challenge is not None else DEVICE_SECONDS
        return replace(
            self.step(Step.PROMPT_FINISHED),
            heard_at=now,
            deadline=now + seconds,
        )

    def ask_again(self, challenge: Challenge, question: str, now: float) -> Confirmation:
        """Return the confirmation after a wrong reply, with the question that follows.

        The new question has not been heard yet, so nothing counts until it has.
        """
        return replace(
            self.step(Step.WRONG),
            tries_left=self.tries_left - 1,
            challenge=challenge,
            question=question,
            asked_at=now,
            given=True,
            heard_at=None,
            deadline=now + PROMPT_SECONDS + VOICE_SECONDS,
        )


def bind(recipients: tuple[Recipient, ...]) -> str:
    """Return the SHA-256, in hex, that ties a proof to these requests and their contacts."""
    parts = [f"{item.request.digest()}:{item.contact.id}" for item in recipients]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def first_deadline(level: Level, now: float, *, given: bool = True) -> float:
    """Return when a question of this level expires unless it is heard before.

    What is not asked by voice, or not yet, can still be approved on a device.
    """
    if level is Level.DEVICE or not given:
        return now + DEVICE_SECONDS
    return now + PROMPT_SECONDS + VOICE_SECONDS
