"""What an utterance asks for, and how sure that is."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

type Kind = Literal[
    "send",
    "status",
    "waiting",
    "change",
    "again",
    "who",
    "help",
    "messages",
    "read_out",
    "said",
    "answer",
    "forget",
]

OF_WHAT_COMES_IN: frozenset[Kind] = frozenset({"messages", "read_out", "said", "answer", "forget"})
"""Sentences about what somebody has written to the house."""


class Strength(StrEnum):
    """How sure it is that an utterance is meant for us."""

    STRONG = "strong"
    """It names a contact, or says itself that it is about a message: nobody else's, whoever it is for."""

    WEAK = "weak"
    """People say it to things and assistants, too: "tell the vacuum that …". It is ours only if nobody
    else can do anything with it."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """What an utterance asks for.

    Attributes:
        recipients: As they were said; empty unless `kind` is "send", or a "change" of them.
        body: The message, or its correction, word for word; None where there is none.
        kind: "send" a message; "status": did it send; "waiting": what waits; "change" what waits; "again": say its
            question once more; "who": whom one can write to; "help": how to; "messages": has somebody written; "read_out": read it; "said": what
            has this contact written (the only recipient); "answer" whom was read out last; "forget": never
            a word of it.
        strength: Whether it is certainly for us. A weak "change" may as well be words that are awaited. A weak "send" names nobody on the list: Home Assistant or a
            model gets it first. A weak "status" or "waiting" ("did it arrive?") names no message: it is ours
            only where something was sent lately, or waits.
        after_no: It says no to the question that waits, by itself ("no, tell Ben …") or by whom it names ("I meant Ben").
        too: A "change" adds its recipients to those of the question ("and tell Ben too"); otherwise they take
            their place ("I meant Ben").
    """

    recipients: tuple[str, ...]
    body: str | None
    kind: Kind = "send"
    strength: Strength = Strength.STRONG
    after_no: bool = False
    too: bool = False

    @property
    def is_request(self) -> bool:
        """Whether it asks for a message, and nobody else can be meant."""
        return self.kind == "send" and self.strength is Strength.STRONG
