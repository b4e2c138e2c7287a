"""Words in a row, and what a row of words can stand for (numbers, fixed phrases)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
import re

type Words = tuple[str, ...]

UNSPACED_LETTERS = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
"""Letters of scripts that set no words apart, for use between brackets of a pattern."""

_UNSPACED = re.compile(rf"[{UNSPACED_LETTERS}]|[^\s{UNSPACED_LETTERS}]+")


def split(folded: str, *, spaced: bool) -> list[str]:
    """Return the words of folded text; where a script has no spaces, each character is a word."""
    return folded.split() if spaced else _UNSPACED.findall(folded)


class Phrasebook[Value]:
    """Rows of words and what they stand for, found by their longest match.

    A look-up costs the length of the longest phrase at most, however many phrases there are.
    """

    def __init__(self, phrases: Mapping[Words, Value]) -> None:
        """Index the phrases by their first word; an empty row of words is left out."""
        by_first: dict[str, list[tuple[Words, Value]]] = {}
        for words, value in phrases.items():
            if words:
                by_first.setdefault(words[0], []).append((words, value))
        for rows in by_first.values():
            rows.sort(key=lambda row: -len(row[0]))
        self._by_first = by_first

    def longest(self, words: Sequence[str], start: int) -> tuple[Value, int] | None:
        """Return what the longest phrase at `start` stands for and how many words it has."""
        for phrase, value in self._by_first.get(words[start], ()):
            if tuple(words[start : start + len(phrase)]) == phrase:
                return value, len(phrase)
        return None

    def segments(self, words: Sequence[str]) -> Iterator[tuple[str, Value | None]]:
        """Yield each word that starts no phrase with None, each phrase with what it stands for."""
        start = 0
        while start < len(words):
            found = self.longest(words, start)
            if found is None:
                yield words[start], None
                start += 1
            else:
                yield words[start], found[0]
                start += found[1]

    def covers(self, words: Sequence[str]) -> list[Value]:
        """Return what each phrase stands for if the words are nothing but phrases, else nothing."""
        values: list[Value] = []
        for _, value in self.segments(words):
            if value is None:
                return []
            values.append(value)
        return values


def unstuttered(words: Sequence[str], longest: int) -> list[str]:
    """Return the words with immediate repetitions, of up to `longest` words each, said once."""
    kept: list[str] = []
    for word in words:
        kept.append(word)
        for length in range(1, longest + 1):
            if kept[-length:] == kept[-2 * length : -length]:
                del kept[-length:]
                break
    return kept


def without(words: Sequence[str], leading: Iterable[Words]) -> Sequence[str]:
    """Return the words without what they begin with, as often as it occurs; never none of them."""
    rows = sorted(leading, key=len, reverse=True)
    again = True
    while again:
        again = False
        for row in rows:
            if len(words) > len(row) and tuple(words[: len(row)]) == row:
                words, again = words[len(row) :], True
                break
    return words


def fewest_changes(part: str, whole: str) -> int:
    """Return how many letters of a text are changed, added or left out against the nearest piece of another one."""
    return changes(part, whole)[0]


def changes(part: str, whole: str) -> tuple[int, int]:
    """Return how many letters of a text are changed, added or left out against a piece of another one.

    Myers' bit-parallel algorithm (1999): one step for each letter of the other one, whatever the text's length.

    Returns:
        Against the nearest piece, and against the nearest one that the other text ends with.
    """
    places: dict[str, int] = {}
    for index, letter in enumerate(part):
        places[letter] = places.get(letter, 0) | 1 << index
    every, last = (1 << len(part)) - 1, 1 << len(part) >> 1
    more, less, now = every, 0, len(part)
    fewest = now
    for letter in whole:
        here = places.get(letter, 0)
        down = here | less
        across = (((here & more) + more) ^ more) | here
        longer, shorter = less | ~(across | more) & every, more & across
        now += bool(longer & last) - bool(shorter & last)
        fewest = min(fewest, now)
        longer, shorter = longer << 1 & every, shorter << 1 & every
        more, less = shorter | ~(down | longer) & every, longer & down
    return fewest, now


def in_order(words: Sequence[str], text: Sequence[str]) -> int:
    """Return how many of the words stand in the text in their order: their longest common subsequence.

    Hyyrö's bit-parallel algorithm (2004): one step for each word, whatever the text's length.
    """
    places: dict[str, int] = {}
    for index, word in enumerate(text):
        places[word] = places.get(word, 0) | 1 << index
    every = (1 << len(text)) - 1
    free = every
    for word in words:
        taken = free & places.get(word, 0)
        free = (free + taken | free - taken) & every
    return len(text) - free.bit_count()
