"""What an utterance is to the guard, here and now: found out once, and passed along."""

from dataclasses import dataclass, field
from enum import StrEnum

from ..core.confirmation import Confirmation
from ..core.proof import Verdict


class Late(StrEnum):
    """A proof for which nothing waits here any more, or not by this proof."""

    PROOF = "proof"
    """Digits that come too late for a PIN, or the household's phrase."""

    FORMER_PHRASE = "former_phrase"
    """It was the phrase when it was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyReading:
    """One utterance, read against the question that waits where it was said.

    Attributes:
        utterance: What was said.
        waiting: The question that waits at its place, as it stood then; None without one.
        verdict: What it is to that question; None without one, or where it can be no reply.
        guess: It answers the code that is asked for, right or wrong.
        pin_digits: A PIN is asked for, and digits are said that may be it.
        late: It is a proof for which nothing waits here; for nobody else.
        echo: It is what the house has just said, heard again; looked for where words of a message are awaited.
    """

    utterance: str = field(repr=False)
    waiting: Confirmation | None = None
    verdict: Verdict | None = None
    guess: bool = False
    pin_digits: bool = False
    late: Late | None = None
    echo: bool = False

    @property
    def known(self) -> bool:
        """Whether it is something to the guard: a proof, a no, a yes, an echo, or an answer to a code, right or wrong."""
        of_a_reply = self.verdict is not None and self.verdict is not Verdict.WRONG
        return of_a_reply or self.guess or self.echo or self.late is not None
