"""An answer: what the guard tells an entrance to say."""

from dataclasses import dataclass
from enum import StrEnum


class AnswerKind(StrEnum):
    """What became of a request or a reply."""

    SENT = "sent"
    """A channel took it."""
    UNDER_WAY = "under_way"
    """A channel is being called, and takes long; what comes of it is told later."""
    UNKNOWN = "unknown"
    """It may have been sent, to some or to all."""
    ASKED = "asked"
    ASKED_AGAIN = "asked_again"
    WAITING = "waiting"
    REFUSED = "refused"
    DECLINED = "declined"
    FAILED = "failed"
    OBSERVED = "observed"
    NOT_HEARD = "not_heard"
    INFORMED = "informed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of it, in the speaker's language.

    Attributes:
        kind: What became of it.
        text: To be spoken or shown. Holds the body when it is a question: never log it.
        listen: The conversation goes on; open the microphone if that is possible.
        confirmation_id: The question it belongs to.
        asked: Ids of the requests of that question: somebody may have answered it already.
        reasons: Ids of the reasons.
        private: A PIN was, or may have been, in what was said: no copy of it is to stay.
        foreign: It holds what somebody has written to the house: no model is ever to be handed it.
    """

    kind: AnswerKind
    text: str
    listen: bool = False
    confirmation_id: str | None = None
    asked: frozenset[str] = frozenset()
    reasons: tuple[str, ...] = ()
    private: bool = False
    foreign: bool = False

    @property
    def pending(self) -> bool:
        """Whether a person still has to prove it."""
        return self.kind in {AnswerKind.ASKED, AnswerKind.ASKED_AGAIN, AnswerKind.WAITING}
