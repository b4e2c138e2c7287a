"""A PIN: digits said by themselves, and never together with a message.

The core sees digits only to count them; whether they are the PIN is told by whoever holds the hash.
"""

from itertools import groupby, pairwise

from .language import Language
from .policy import Level
from .proof import Challenge

FEWEST_DIGITS, MOST_DIGITS = 4, 10
"""Length of a PIN (design)."""

TOMBSTONE_SECONDS = 180.0
"""How long after its question digits are swallowed where a PIN was asked for, so that a late PIN
reaches no language model and no log."""

MOST_RUNS = 3
"""Runs of digits inside a message that are compared with the PIN; with more of them it is refused."""


def pin_challenge() -> Challenge:
    """Return the challenge that the PIN answers; what is expected is known to nobody here."""
    return Challenge(
        level=Level.PIN,
        prompt_key="question_pin",
        placeholders={},
        expected=frozenset(),
        single_try=False,
    )


def pin_said(utterance: str, language: Language) -> str | None:
    """Return the digits when the whole utterance is nothing but a PIN's worth of them."""
    digits = language.digits(utterance)
    if digits is None or not FEWEST_DIGITS <= len(digits) <= MOST_DIGITS:
        return None
    return digits


def is_pin(text: str) -> bool:
    """Return whether a typed text may be a PIN."""
    return text.isascii() and text.isdecimal() and FEWEST_DIGITS <= len(text) <= MOST_DIGITS


def is_weak(pin: str) -> bool:
    """Return whether a PIN is said by chance: one digit over and over, or counting up or down.

    People count aloud, and read out rows of the same digit, when they talk about other things.
    """
    steps = {int(after) - int(before) for before, after in pairwise(pin)}
    return steps <= {0} or steps <= {1} or steps <= {-1}


def digit_runs(text: str, language: Language) -> tuple[str, ...]:
    """Return the runs of digits inside a text that are as long as a PIN, spoken or written."""
    words = text.split()
    spelt = [language.digits(word) for word in words]
    runs = (
        "".join(digits for digits in group if digits is not None)
        for numeric, group in groupby(spelt, key=lambda digits: digits is not None)
        if numeric
    )
    found = dict.fromkeys(run for run in runs if FEWEST_DIGITS <= len(run) <= MOST_DIGITS)
    return tuple(found)
