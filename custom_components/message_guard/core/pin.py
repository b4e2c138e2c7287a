"""A PIN: digits said by themselves, and never together with a message.

The core sees digits only to count them; whether they are the PIN is told by whoever holds the hash.
"""

from itertools import pairwise

from .code import in_figures
from .digits import Numbers
from .language import Language
from .level import Level
from .proof import Challenge

FEWEST_DIGITS, MOST_DIGITS = 4, 10
"""Length of a PIN (design)."""

TOMBSTONE_SECONDS = 180.0
"""How long after its question digits are swallowed where a PIN was asked for, so that a late PIN
reaches no language model and no log."""

_PAIR = 2
"""Digits of the longest number that people say: "forty-nine seventeen"."""

MOST_RUNS = 2
"""Runs of digits inside a message that are compared with the PIN; with more of them it is refused.

Each is counted as a wrong PIN until the right one is said: fewer than the three that lock it.
"""


def pin_challenge() -> Challenge:
    """Return the challenge that the PIN answers; what is expected is known to nobody here."""
    return Challenge(
        level=Level.PIN,
        prompt_key="question_pin",
        placeholders={},
        expected=frozenset(),
    )


def pins_said(utterance: str, language: Language) -> tuple[str, ...]:
    """Return what PIN the utterance may be, when the whole of it is nothing but a PIN's worth of digits.

    Recognisers stutter: "four nine nine one seven" is 49917, or else 4917. So the digits with one number
    said twice in a row are among them, if there is only one such number; and so is 2847 for "28, 4 to 7", as they
    write forty-seven. Of each length there is one at most: an utterance is still one guess.
    """
    numbers = language.numbers(utterance)
    heard = () if numbers is None else ("".join(numbers), *_unstuttered(numbers))
    of_length = {len(digits): digits for digits in (*_in_pairs(utterance, language), *heard)}
    return tuple(
        digits for digits in of_length.values() if FEWEST_DIGITS <= len(digits) <= MOST_DIGITS
    )


def _in_pairs(utterance: str, language: Language) -> tuple[str, ...]:
    """Return the digits with numbers put together that recognisers write apart; nothing without any."""
    pairs = _put_together(utterance, language)
    numbers = None if pairs is None else language.numbers(pairs)
    return () if numbers is None else ("".join(numbers),)


def _put_together(text: str, language: Language) -> str | None:
    """Return the words of a text with numbers put together that recognisers write apart ("4 to 7", "70, 2"), if there are any."""
    words = language.words(text)
    pairs: list[str] = []
    for word in in_figures(words, language):
        if pairs and _is_tens(pairs[-1]) and _is_unit(word):
            pairs[-1] = pairs[-1][0] + word
        else:
            pairs.append(word)
    return " ".join(pairs) if len(pairs) < len(words) else None


def _is_tens(word: str) -> bool:
    return len(word) == _PAIR and word.isascii() and word.isdecimal() and word[1] == "0" < word[0]


def _is_unit(word: str) -> bool:
    return len(word) == 1 and word.isascii() and word.isdecimal() and word != "0"


def _unstuttered(numbers: Numbers) -> tuple[str, ...]:
    """Return the digits with the one number that is said twice in a row said once; nothing if it is not one."""
    # What is written in one go ("49917") was said digit by digit, as far as anybody can tell.
    said = [part for number in numbers for part in (number if len(number) > _PAIR else (number,))]
    found = {
        "".join(said[:at] + said[at + 1 :])
        for at, (one, other) in enumerate(pairwise(said))
        if one == other
    }
    return tuple(found) if len(found) == 1 else ()


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
    """Return the runs of digits inside a text that are as long as a PIN, spoken or written.

    "28, 4 to 7" is 28427 and, as recognisers write forty-seven, 2847.
    """
    pairs = _put_together(text, language)
    texts = (text,) if pairs is None else (text, pairs)
    found = dict.fromkeys(
        run
        for written in texts
        for run in language.digit_rows(written)
        if FEWEST_DIGITS <= len(run) <= MOST_DIGITS
    )
    return tuple(found)


class Tombstones:
    """Where a PIN was asked for a while ago: digits that come late are for nobody else there."""

    def __init__(self) -> None:
        """Create the record of places where a PIN was asked for; it is empty."""
        self._until: dict[str, float] = {}

    def __len__(self) -> int:
        """Return how many places are remembered, those included whose time is over."""
        return len(self._until)

    def bury(self, place: str | None, now: float) -> None:
        """Remember that a question for a PIN has ended at this place at `now` (seconds since the epoch)."""
        self._until = {where: until for where, until in self._until.items() if now < until}
        if place is not None:
            self._until[place] = now + TOMBSTONE_SECONDS

    def swallows(self, utterance: str, place: str | None, now: float, language: Language) -> bool:
        """Return whether the utterance is a PIN that comes too late."""
        until = self._until.get(place or "")
        if until is None:
            return False
        if now >= until:
            del self._until[place or ""]
            return False
        return language.digits(utterance) is not None
