"""Digits as people say them: by themselves ("one two"), in pairs ("twelve"), repeated ("double five")."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .words import Phrasebook

type Numbers = tuple[str, ...]
"""Digits, number by number as they were said: "twelve double five" is ("12", "55")."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class DigitWords:
    """The words that a language spells digits with.

    Attributes:
        digits: Digits of each number word.
        repeats: How often "double", "triple" … say the digit that follows.
    """

    digits: Phrasebook[str]
    repeats: Phrasebook[int]

    def whole(self, words: Sequence[str]) -> Numbers | None:
        """Return the numbers when the words are nothing else, None when they are."""
        rows = list(self.rows(words))
        return rows[0][0] if len(rows) == 1 and rows[0][1] == len(words) else None

    def rows(self, words: Sequence[str]) -> Iterator[tuple[Numbers, int]]:
        """Yield each row of numbers that nothing interrupts, and how many words it has."""
        start, row, length = 0, list[str](), 0
        while start < len(words):
            if (found := self._number(words, start)) is None:
                if row:
                    yield tuple(row), length
                start, row, length = start + 1, [], 0
            else:
                row.append(found[0])
                start, length = start + found[1], length + found[1]
        if row:
            yield tuple(row), length

    def _number(self, words: Sequence[str], start: int) -> tuple[str, int] | None:
        """Return the digits of the number at `start`, and how many words it has."""
        if (repeat := self.repeats.longest(words, start)) is None:
            return self._plain(words, start)
        times, length = repeat
        if start + length == len(words):
            return None
        digit = self._plain(words, start + length)
        if digit is None or len(digit[0]) != 1:
            return None
        return digit[0] * times, length + digit[1]

    def _plain(self, words: Sequence[str], start: int) -> tuple[str, int] | None:
        word = words[start]
        if word.isdecimal():
            return "".join(str(int(character)) for character in word), 1
        return self.digits.longest(words, start)
