"""A confirmation: a decision that waits for its proof.

Theory of operation. A confirmation covers the requests of one question. The question is made, handed over,
spoken and heard to its end, in this order; it may be interrupted and asked again. It waits until exactly one
thing ends it; nothing leads out of an end state, so a proof is used once and a request is sent at most once.

    state         transition   next state
    ------------  -----------  ------------
    made          give         handed_over   a loudspeaker or a screen has it
    made          join         made          a loop over people has asked for one more of them
    handed_over   begin        being_spoken  a loudspeaker has begun
    handed_over   hear         listening     nothing tells when it is spoken: it counts as heard
    being_spoken  hear         listening     it has been heard to its end: replies count from here on
    handed_over   interrupt    made          nobody has heard its end: it has to be asked anew
    being_spoken  interrupt    made          likewise
    listening     ask_again    handed_over   a wrong reply: one try less, and a new question
    any of these  renew        made          another proof is asked for, since the household has changed it
    any of these  move         handed_over   whoever has asked in an app was asked at another place of theirs
    any of these  approve      approved      the proof was given
    any of these  decline      declined      somebody said no
    any of these  expire       expired       the time is over
    any of these  fail         failed        the last try was wrong, or the guard gave up
    any of these  supersede    superseded    a newer question took its place

Anything else raises `IllegalTransitionError`. Nobody but this module sets a field of a confirmation.
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

LONGEST_WAIT_SECONDS = 3600.0
"""Longer than any question waits, however often it is asked again: what belongs to one is forgotten after this."""

MOST_JOINED = 10
"""People that one question can name and somebody still listens to."""

TRIES = 3
"""Wrong replies that end a confirmation (design)."""


class State(StrEnum):
    """Where a confirmation stands."""

    MADE = "made"
    HANDED_OVER = "handed_over"
    BEING_SPOKEN = "being_spoken"
    LISTENING = "listening"
    APPROVED = "approved"
    DECLINED = "declined"
    EXPIRED = "expired"
    FAILED = "failed"
    SUPERSEDED = "superseded"


class Transition(StrEnum):
    """What can happen to a confirmation."""

    GIVE = "give"
    JOIN = "join"
    BEGIN = "begin"
    HEAR = "hear"
    INTERRUPT = "interrupt"
    ASK_AGAIN = "ask_again"
    RENEW = "renew"
    MOVE = "move"
    APPROVE = "approve"
    DECLINE = "decline"
    EXPIRE = "expire"
    FAIL = "fail"
    SUPERSEDE = "supersede"


WAITING = (State.MADE, State.HANDED_OVER, State.BEING_SPOKEN, State.LISTENING)
"""The states that are no end."""

_UNHEARD = frozenset(WAITING) - {State.LISTENING}

_FROM_ANYWHERE = {
    Transition.RENEW: State.MADE,
    Transition.MOVE: State.HANDED_OVER,
    Transition.APPROVE: State.APPROVED,
    Transition.DECLINE: State.DECLINED,
    Transition.EXPIRE: State.EXPIRED,
    Transition.FAIL: State.FAILED,
    Transition.SUPERSEDE: State.SUPERSEDED,
}

TRANSITIONS: Mapping[tuple[State, Transition], State] = MappingProxyType(
    {
        (State.MADE, Transition.GIVE): State.HANDED_OVER,
        (State.MADE, Transition.JOIN): State.MADE,
        (State.HANDED_OVER, Transition.BEGIN): State.BEING_SPOKEN,
        (State.HANDED_OVER, Transition.HEAR): State.LISTENING,
        (State.HANDED_OVER, Transition.INTERRUPT): State.MADE,
        (State.BEING_SPOKEN, Transition.HEAR): State.LISTENING,
        (State.BEING_SPOKEN, Transition.INTERRUPT): State.MADE,
        (State.LISTENING, Transition.ASK_AGAIN): State.HANDED_OVER,
        **{
            (state, transition): end
            for state in WAITING
            for transition, end in _FROM_ANYWHERE.items()
        },
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
        heard_at: When the question had been spoken to its end, in seconds since the epoch; None unless it is
            `LISTENING`: until then no reply counts.
        reopens: The microphone opens by itself after the question.
        moved_to: Where the person who has asked in an app was asked once more, None for where it was asked first.
        tries_left: Wrong replies that are still allowed.
        state: Where it stands. What a script or a model causes is `MADE` and asked later, or never: until then
            nothing that is spoken can have been the question.
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
    heard_at: float | None = None
    reopens: bool = False
    moved_to: str | None = None
    tries_left: int = TRIES
    state: State = State.HANDED_OVER
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

    @property
    def given(self) -> bool:
        """Whether the question has been handed to a loudspeaker or a screen."""
        return self.state is not State.MADE

    @property
    def unheard(self) -> bool:
        """Whether nobody can have heard the question to its end yet: no reply counts."""
        return self.state in _UNHEARD

    def can(self, transition: Transition) -> bool:
        """Return whether this can happen to it now."""
        return (self.state, transition) in TRANSITIONS

    def after(self, transition: Transition) -> Confirmation:
        """Return the confirmation after `transition`.

        Raises:
            IllegalTransitionError: If the table has none from here.
        """
        try:
            state = TRANSITIONS[self.state, transition]
        except KeyError:
            raise IllegalTransitionError(
                f"{transition} is not possible when it is {self.state}"
            ) from None
        heard_at = self.heard_at if state is State.LISTENING else None
        return replace(self, state=state, heard_at=heard_at)

    def may_be_joined_by(self, recipients: tuple[Recipient, ...]) -> bool:
        """Return whether calls of the same command can still become part of this question.

        Nobody has been asked yet, they say the same, and the same person's words have led to them.
        """
        mine, theirs = self.recipients[0].request, recipients[0].request
        return (
            self.can(Transition.JOIN)
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
            self.after(Transition.JOIN),
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
        return replace(self.after(Transition.GIVE), asked_at=now)

    def hear(self, now: float) -> Confirmation:
        """Return the confirmation after its question has been heard: the clock starts here."""
        seconds = VOICE_SECONDS if self.challenge is not None else DEVICE_SECONDS
        return replace(self.after(Transition.HEAR), heard_at=now, deadline=now + seconds)

    def ask_again(self, challenge: Challenge, question: str, now: float) -> Confirmation:
        """Return the confirmation after a wrong reply, with the question that follows.

        The new question has not been heard yet, so nothing counts until it has.
        """
        return replace(
            self.after(Transition.ASK_AGAIN),
            tries_left=self.tries_left - 1,
            challenge=challenge,
            question=question,
            asked_at=now,
            deadline=now + PROMPT_SECONDS + VOICE_SECONDS,
        )

    def renew(self, level: Level, challenge: Challenge | None, question: str) -> Confirmation:
        """Return the confirmation with another proof: the one that was asked for proves nothing any more."""
        return replace(
            self.after(Transition.RENEW), level=level, challenge=challenge, question=question
        )

    def move(self, place: str) -> Confirmation:
        """Return the confirmation when its question is shown at another place, where a reply counts from now on."""
        return replace(self.after(Transition.MOVE), moved_to=place)


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
