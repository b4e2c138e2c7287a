"""Text folding that every language shares: Unicode forms, case, punctuation, invisible characters.

What differs between languages (number words, contractions, articles …) is data; see `language`.
"""

from functools import lru_cache
import re
import unicodedata

_APOSTROPHES = "'\N{RIGHT SINGLE QUOTATION MARK}\N{LEFT SINGLE QUOTATION MARK}\N{ACUTE ACCENT}`\N{MODIFIER LETTER APOSTROPHE}"
_HYPHENS = "-\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}\N{EN DASH}\N{EM DASH}\N{HORIZONTAL BAR}\N{MINUS SIGN}"
_DROPPED = (
    '.,;:!?…"()[]{}_/\\|¡¿«»“”„‚‹›'  # noqa: RUF001 - quotation marks
    "、。「」『』【】《》〈〉・"  # Chinese and Japanese
    "؟،؛"  # Arabic
    "।"  # Devanagari
)
"""Punctuation that no spoken word depends on. `%`, `&`, `+`, `$` … are spoken, so they stay."""

_MINUS = re.compile(r"(?:(?<=\s)|^)[-\N{MINUS SIGN}](?=\d)")
_SPOKEN_MINUS = "\N{HEAVY MINUS SIGN}"
_INVISIBLE = frozenset({"Cf", "Cs", "Co", "Cn"})
"""Unicode categories without a shape: zero-width and bidi controls, surrogates, private, unassigned."""


def _visible(character: str) -> str:
    """Return what a reader sees: nothing, a space, or the character."""
    category = unicodedata.category(character)
    if category in _INVISIBLE:
        return ""
    return " " if category[0] == "Z" or category == "Cc" else character


class _Table(dict[int, str]):
    """A `str.translate` table that grows as characters turn up, but not without end."""

    _LIMIT = 4096

    def __init__(self, fixed: dict[int, str]) -> None:
        super().__init__(fixed)
        self._fixed = fixed

    def __missing__(self, code: int) -> str:
        if len(self) > self._LIMIT:
            self.clear()
            self.update(self._fixed)
        self[code] = visible = _visible(chr(code))
        return visible


_FOLD = _Table(
    {ord(character): " " for character in _DROPPED + _HYPHENS}
    | {ord(character): "'" for character in _APOSTROPHES}
)


def fold(text: str) -> str:
    """Return the text in lower case (NFKC, casefold), words apart by single spaces.

    Punctuation and invisible characters are gone; apostrophes inside words stay, as "'"; a minus sign
    in front of a number stays as a word of its own, since "-7" is not "7".
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    folded = _MINUS.sub(f" {_SPOKEN_MINUS} ", folded).translate(_FOLD)
    return " ".join(word for word in folded.split() if word.strip("'"))


_FEWEST_SOUNDS = 4
"""A word with fewer sounds is too much like others: yes and less, now and no, your and yeah."""

_SOUND_OF = str.maketrans("bdgvzcqwyjeiou", "ptkfskkfiiaaaa")


def sounds_alike(one: str, other: str) -> bool:
    """Return whether a recogniser may take one folded word for the other.

    True when both have at least four sounds and, with vowels alike and voiced consonants like voiceless
    ones, at most one sound is different, more or less.
    """
    return min(len(_sound(one)), len(_sound(other))) >= _FEWEST_SOUNDS and sounds_near(one, other)


def sounds_near(one: str, other: str) -> bool:
    """Return whether two folded words of any length are one sound apart at most, as `sounds_alike` has it.

    For short words that says little: "to" is near "no". Something else has to tell that it was meant.
    """
    return one.isalpha() and other.isalpha() and _one_apart(_sound(one), _sound(other))


@lru_cache(maxsize=4096)
def _sound(word: str) -> str:
    letters = unicodedata.normalize("NFD", word)
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return _DOUBLED.sub(r"\1", bare.replace("ph", "f").replace("ck", "k").translate(_SOUND_OF))


def _one_apart(one: str, other: str) -> bool:
    """Return whether one letter at most has to be changed, added or left out."""
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1:
        return False
    same = next(
        (at for at, pair in enumerate(zip(short, long, strict=False)) if pair[0] != pair[1]),
        len(short),
    )
    return short[same:] == long[same + 1 :] or short[same + 1 :] == long[same + 1 :]


_REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Bidirectional embeddings, overrides and isolates (Unicode Standard Annex 9)."""


def reorders(text: str) -> bool:
    """Return whether the text may be shown in another order than that in which it is read aloud.

    Letters that run from right to left by themselves do not: everybody reads them in the order they have.
    """
    return not _REORDERING.isdisjoint(text)


_DOUBLED = re.compile(r"(.)\1+")
_TAG = re.compile(
    r"<(/?)(a|b|br|break|code|em|i|p|pre|s|span|speak|strong|u)\s?(/?)>", re.IGNORECASE | re.ASCII
)
"""Tags that give words a shape. Of any other, the name may be a word of the message."""
_ALONE = "br"
_MARKUP = str.maketrans(dict.fromkeys("<>*_`#~|\\^{}[]", " "))
_READ_ALOUD = _Table({})


def speakable(text: str) -> str:
    """Return the text as it may be handed to a voice.

    A bare tag that gives words a shape goes if it is opened and closed ("<b>…</b>", "<break/>"); of any
    other, and of one that carries more, only the brackets go, so that no sentence of tags stays unread.
    Control, zero-width and bidirectional characters go too.
    """
    text = unicodedata.normalize("NFC", text)
    tags = {(closes, name.lower()) for closes, name, _ in _TAG.findall(text)}

    def shape(tag: re.Match[str]) -> str:
        name = tag[2].lower()
        complete = tag[3] or name == _ALONE or {("", name), ("/", name)} <= tags
        return " " if complete else f" {tag[2]} "

    plain = _TAG.sub(shape, text).translate(_READ_ALOUD)
    return " ".join(plain.translate(_MARKUP).split())
