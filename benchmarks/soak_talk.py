"""What one connection of a soak says, turn after turn: the same words, whoever listens."""

import random

from tests.e2e.guarded import PHRASE
from tests.e2e.turn import Turn

CONTACT = "Mum"

LAMPS = 20

SHARE = 5
"""Of so many turns of a mixed talk one belongs to a message: a request, or in its turn the proof of it."""

_ORDINARY = (
    "turn on lamp {lamp}",
    "turn off lamp {lamp}",
    "turn on the lamp {lamp}",
    "switch lamp {lamp} off",
    "is lamp {lamp} on",
    "what time is it",
    "set lamp {lamp} to {percent} percent",
    "what is the weather like on the moon",
)
"""Ordinary commands and questions; the last two Home Assistant answers with what it has not understood, or cannot do."""


class Talk:
    """The words of one connection, drawn from a seed of its own.

    Attributes:
        conversation: The conversation in which the next is said, None for a new one.
        proves: What was said last is a proof.
    """

    def __init__(self, number: int) -> None:
        """Begin a talk; `number` is that of the connection."""
        self.conversation: str | None = None
        self.proves = False
        self._chance = random.Random(number)
        self._number = number
        self._letters = 0
        self._asked: str | None = None

    @property
    def owes_proof(self) -> bool:
        """Whether somebody waits for the proof of what was asked for last."""
        return self._asked is not None

    def next(self, *, mixed: bool) -> str:
        """Return what is said next, in `conversation`."""
        self.conversation, self.proves = None, False
        if self._asked is not None:
            self.conversation, self._asked, self.proves = self._asked, None, True
            return PHRASE
        # A request is followed by its proof: half as often, and both together are the share.
        if mixed and self._chance.randrange(2 * SHARE - 1) == 0:
            self._letters += 1
            self._asked = ""
            return f"tell {CONTACT} that there are {self._letters} letters at door {self._number}"
        return self._chance.choice(_ORDINARY).format(
            lamp=self._chance.randrange(LAMPS), percent=self._chance.randrange(100)
        )

    def answered(self, turn: Turn) -> None:
        """Take the answer: what has asked for a proof is proved in the same conversation."""
        if self._asked is not None:
            self._asked = turn.conversation_id
