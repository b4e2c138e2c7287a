"""Near names: who may have been meant where the name that was heard is nobody's: "Did you mean Callum?".

Recognisers write names as words that they know: "column" for Callum, "Mary" for María. Half of the requests that are lost
with the engines that homes use are lost so, and nothing but the person who has spoken can tell what was meant
(`scripts/bench engines`). Nothing is taken for granted here: the person is asked, and then proves the message as any other.
"""

from collections.abc import Iterable
from difflib import SequenceMatcher

from .text import sound_of

NEAR = 0.6
"""How much alike names have to be, of 1: so that most names that engines mishear are near whom they were meant for, and one
stranger in six near one of eight contacts, which costs a no (`scripts/bench engines`)."""


def near(spoken: str, keys: Iterable[str]) -> list[str]:
    """Return the names that are near a spoken one, all in the form of `Language.name_key`, the nearest first."""
    letters, sounds = (SequenceMatcher(autojunk=False) for _ in range(2))
    said = _letters(spoken)
    letters.set_seq2(said)
    sounds.set_seq2(sound_of((said,)))
    found: list[tuple[float, str]] = []
    for key in dict.fromkeys(keys):
        name = _letters(key)
        letters.set_seq1(name)
        sounds.set_seq1(sound_of((name,)))
        # The cheap bounds first: of most names they say enough.
        if not name or letters.quick_ratio() + sounds.quick_ratio() < 2 * NEAR:
            continue
        if (likeness := letters.ratio() + sounds.ratio()) >= 2 * NEAR:
            found.append((-likeness, key))
    return [key for _, key in sorted(found)]


def _letters(key: str) -> str:
    return "".join(filter(str.isalnum, key))
