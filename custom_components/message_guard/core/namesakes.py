"""Namesakes: names that are the same to the ear, however a recogniser spells them: "Luke as" for Lukas, "Cursedy" for Kirsty.

All their consonants are the same, three at least, voiced ones like voiceless ones; they begin and end alike, and one vowel
at most is more, less or another. Of 42,485 pairs of different names, one is the same so: Shawn for Siobhan (`scripts/bench engines`).
Anything further would be a guess at who is meant: Henry is not Harry, and Maria neither Mario nor Mary.
"""

from collections.abc import Iterable, Mapping
import unicodedata

from .text import sound_of, sounds_near

_FEWEST_CONSONANTS = 3

_VOWEL = "a"
"""What `sound_of` makes of every vowel but y."""

_ENDS = {"a": "a", "e": "i", "i": "i", "y": "i", "o": "o", "u": "o"}
"""Vowels that end a name, and which of them sound alike there; the others tell Maria from Mario."""


class Namesakes:
    """Names by how they sound."""

    def __init__(self, keys: Iterable[str]) -> None:
        """Take names in the form of `Language.name_key`."""
        found: dict[str, list[tuple[str, str]]] = {}
        for key in keys:
            if (told := _told(key)) is not None:
                found.setdefault(told[0], []).append((told[1], key))
        self._by_consonants: Mapping[str, list[tuple[str, str]]] = found

    def of(self, key: str) -> frozenset[str]:
        """Return all of them that are the same to the ear as this one."""
        if (told := _told(key)) is None:
            return frozenset()
        consonants, stem = told
        same = self._by_consonants.get(consonants, ())
        return frozenset(other for known, other in same if sounds_near(stem, known))


def _told(key: str) -> tuple[str, str] | None:
    """Return the consonants of a name and how it begins and ends, and the name without its end.

    None where the consonants are too few, or where it is more than letters.
    """
    letters = unicodedata.normalize("NFD", key.replace(" ", ""))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    stem = plain.rstrip("".join(_ENDS))
    if not stem.isalpha():
        return None
    sound = sound_of((stem,))
    consonants = sound.replace(_VOWEL, "")
    if len(consonants) < _FEWEST_CONSONANTS:
        return None
    begins = _VOWEL if sound.startswith(_VOWEL) else ""
    ends = _ENDS.get(plain[-1], "")
    return f"{begins}{consonants} {ends}", stem
