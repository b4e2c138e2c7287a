"""What an utterance is to us. It is found out once a turn, before anybody acts on it."""

from dataclasses import dataclass
from enum import StrEnum

from homeassistant.helpers import intent

from ..guarding.utterance import ReplyReading
from ..recognition.recogniser import Recognised


class Meaning(StrEnum):
    """What an utterance can be."""

    LATE = "late"
    """A proof for which nothing waits any more."""

    REPLY = "reply"
    """A proof, a no, a yes, an echo, or an answer to a code: right or wrong."""

    WRONG = "wrong"
    """Said into the microphone that our question has left open, and no reply to it."""

    WORDS = "words"
    """The words that "What should I tell …?" has asked for."""

    WHOM = "whom"
    """Whom a message is for of which "Did you mean …?" has been asked: a yes, a no, a name."""

    REQUEST = "request"
    """Somebody asks for a message to be sent."""

    CHANGE = "change"
    """Other words for the message that waits, or others whom it is for."""

    STATUS = "status"
    """A question about what waits, what became of it, or what somebody has written to the house."""

    ECHO = "echo"
    """It is what somebody has written to the house, heard again while it is read out: it does nothing."""

    NOTHING = "nothing"
    """It is for somebody else."""


_AWAITED = frozenset({Meaning.LATE, Meaning.REPLY, Meaning.WORDS, Meaning.WHOM, Meaning.CHANGE})


@dataclass(frozen=True, slots=True)
class Reading:
    """One utterance, read.

    Attributes:
        utterance: What was said.
        meaning: What it is.
        found: What was recognised in it, None without one of our sentences.
        reply: What it is to the guard, None where that could not be found out.
        private: It is, or may be, a proof: nobody else may be given it, and no copy of it may stay.
        weak: Somebody else may as well be meant: the home is asked first, and what it does not understand
            is for us.
    """

    utterance: str
    meaning: Meaning = Meaning.NOTHING
    found: Recognised | None = None
    reply: ReplyReading | None = None
    private: bool = False
    weak: bool = False

    @property
    def awaited(self) -> bool:
        """Whether we have asked for it: then it is ours, whoever else would take it."""
        return self.meaning in _AWAITED or self.private

    @property
    def waits_for_others(self) -> bool:
        """Whether it is ours only where nobody else understands it."""
        return (self.meaning is Meaning.WRONG and not self.private) or self.weak

    @property
    def addressed(self) -> bool:
        """Whether it is one of our sentences, and nobody else can be meant."""
        return self.meaning in {Meaning.REQUEST, Meaning.STATUS} and not self.weak

    @property
    def says_no(self) -> bool:
        """Whether it says no to what waits, and what is wanted instead: "no, tell Ben …", "no, change it to …"."""
        asks = self.meaning in {Meaning.REQUEST, Meaning.CHANGE}
        return asks and self.found is not None and self.found.after_no


@dataclass(slots=True)
class Heard:
    """What a turn keeps of it.

    Attributes:
        reading: What was said.
        ours: None of Home Assistant's own sentences may have it; None while nobody has looked.
        wrong: It is a wrong reply to our question; None while nobody has looked.
        held: What Home Assistant has answered there, although something waits for a proof: our agent says so.
    """

    reading: Reading
    ours: bool | None = None
    wrong: bool | None = None
    held: intent.IntentResponse | None = None
