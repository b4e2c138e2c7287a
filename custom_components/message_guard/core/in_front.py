"""What stands in front of what is said to the house: the wake words of the home's own, as recognisers leave them there."""

from collections.abc import Iterable
import re
from typing import Final
import unicodedata

from .heard import SOUND_BEGINS
from .language import Language
from .wake_words import CALLS, CALLS_NOT_SPACED, as_spoken, without_call

MOST_OF_A_HOME: Final = 200
"""Wake words of one home that are known; an engine offers a handful, some a few dozen."""

_LONGEST_NAME: Final = 60
"""Characters of a wake word. What is longer describes one."""

_FEWEST_LETTERS: Final = 2

_MOST_TIMES: Final = 2
"""How often somebody may have said it before a satellite woke."""

_MOST_IN_A_GAP: Final = 2
_PAUSES: Final = frozenset(",;:!?…、。，！？；：")  # noqa: RUF001 - full width on purpose
"""Characters that may stand within a word of a name that is written apart ("na boo", "J.A.R.V.I.S."), and those that may not."""

_NOT_SPACED: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff"
)
_KATAKANA: Final = re.compile(r"[\u30a1-\u30ff]")
_OF_NO_WORD: Final = re.compile(rf"[{_NOT_SPACED}]")
_GOES_ON: Final = re.compile(rf"[^\W_{_NOT_SPACED}]|['’]\w")  # noqa: RUF001 - an apostrophe
"""What tells that a word is longer than a name: nothing does in scripts without spaces, a foreign name in Katakana aside."""

_BEHIND: Final = re.compile(rf"[^\w{re.escape(SOUND_BEGINS)}]*")


class InFront:
    """The wake words of one home, as recognisers leave them in front of what is said to it.

    A wake word may be somebody's name, or the first word of the phrase: whoever reads an utterance reads it as it stands
    first, and what stands behind one only where that is nothing to us.
    """

    def __init__(self, names: Iterable[str] = (), languages: Iterable[Language] = ()) -> None:
        """Know these wake words ("okay_nabu", "Hey Kitchen"), but none with a no in a language: "stop", "never"."""
        known, ways = tuple(languages), dict[str, frozenset[int]]()
        for name in names:
            said = as_spoken(name)
            if len(said) > _LONGEST_NAME or len(ways) == MOST_OF_A_HOME:
                continue
            # The call in front may be cut off, or be written as another one.
            for way in (without_call(said), said):
                if _is_usable(way, known):
                    ways.setdefault(*_letters_and_ends(way))
                    break
        self._names = tuple(sorted(ways.items(), key=lambda way: -len(way[0])))
        begins = {begun[:2] for begun in (*ways, *(_CALL_LETTERS if ways else ()))}
        # Hardly any utterance gets past this; what begins with other letters is looked at.
        known_begins = "|".join(sorted(begun for begun in begins if begun.isascii()))
        self._may_begin = (
            re.compile(rf"[a-z0-9]?[^a-z0-9]|{known_begins or '(?!)'}", re.IGNORECASE | re.ASCII)
            if ways
            else re.compile(r"(?!)")
        ).match

    def behind(self, text: str) -> tuple[str, ...]:
        """Return what stands behind a wake word in front of a text, and behind another one there: mostly nothing."""
        if self._may_begin(text) is None:
            return ()
        found: list[str] = []
        while len(found) < _MOST_TIMES and (rest := self._rest(text)) is not None:
            found.append(text := rest)
        return tuple(found)

    def _rest(self, text: str) -> str | None:
        """Return what stands behind a wake word, "" where that is nothing; None where there is none in front."""
        head = text[: 2 * _LONGEST_NAME]
        at = [index for index, letter in enumerate(head) if letter.isalnum()]
        letters = "".join(_folded(head[index]) for index in at)
        end = self._end(head, letters, at)
        behind = None if end is None else _BEHIND.match(text, at[end - 1] + 1)
        return None if behind is None else text[behind.end() :]

    def _end(self, head: str, letters: str, at: list[int]) -> int | None:
        """Return before which letter a wake word ends, with or without a call in front."""
        begins = [0, *(len(one) for one in _CALL_LETTERS if letters.startswith(one))]
        for name, ends in self._names:
            for begin in begins:
                end = begin + len(name)
                if (
                    letters.startswith(name, begin)
                    and not _goes_on(head, at[end - 1])
                    and not any(
                        _is_apart(head[at[index - 1] + 1 : at[index]])
                        for index in range(begin + 1, end)
                        if index - begin not in ends
                    )
                ):
                    return end
        return None


def _is_usable(name: str, languages: Iterable[Language]) -> bool:
    """Return whether a wake word may be cut off: no mere call, and nothing that says no."""
    letters, _ = _letters_and_ends(name)
    return (
        len(letters) >= _FEWEST_LETTERS
        and letters not in _CALL_LETTERS
        and not any(_says_no(name, language) for language in languages)
    )


def _says_no(name: str, language: Language) -> bool:
    """Return whether a name is a no, has one in it, or makes one of what follows: without a "never" it would be a proof."""
    words = language.words(without_call(name) or name) if language.spaced else ()
    alone = len(words) == 1 and language.is_negative(words[0])
    return alone or any(map(language.is_decline, (name, *words)))


def _folded(letter: str) -> str:
    """Return a letter without case, and a Latin one without its marks."""
    lower = letter.lower()[:1]
    if lower.isascii():
        return lower
    base = unicodedata.normalize("NFKD", lower)[:1]
    return base if base.isascii() and base.isalnum() else lower


def _letters_and_ends(name: str) -> tuple[str, frozenset[int]]:
    """Return the letters of a name, and behind how many of them a word of it ends."""
    letters, ends = "", set[int]()
    for word in re.split(r"[\W_]+", name):
        letters += "".join(map(_folded, word))
        ends.add(len(letters))
    return letters, frozenset(ends)


def _goes_on(head: str, last: int) -> bool:
    """Return whether the word of a name's last letter is longer than the name."""
    if _KATAKANA.match(head, last):
        return _KATAKANA.match(head, last + 1) is not None
    return not _OF_NO_WORD.match(head, last) and _GOES_ON.match(head, last + 1) is not None


def _is_apart(gap: str) -> bool:
    """Return whether what stands between two letters says that they are no one word's."""
    return len(gap) > _MOST_IN_A_GAP or not _PAUSES.isdisjoint(gap)


_CALL_LETTERS: Final = tuple(
    sorted({_letters_and_ends(call)[0] for call in (*CALLS, *CALLS_NOT_SPACED)})
)
