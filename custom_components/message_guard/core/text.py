"""Text folding that every language shares: Unicode forms, case, punctuation, invisible characters.

What differs between languages (number words, contractions, articles …) is data; see `language`.
"""

from collections.abc import Iterable
from functools import lru_cache
import re
import unicodedata

from .signs import MARKS, Signs

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


_APOSTROPHE = re.compile(f"[{re.escape(_APOSTROPHES)}]")


def lacks(text: str, words: Iterable[str]) -> bool:
    """Return whether one of these folded words is surely not in the text; quicker than to fold it.

    False where a look does not tell: what `fold` leaves out may stand inside of a word.
    """
    seen = text.casefold()
    if not text.isascii():
        seen = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    for word in words:
        if word not in seen:
            return seen.isprintable() and _APOSTROPHE.search(seen) is None
    return False


_INITIALS = re.compile(r"(?<!\w)(?:[^\W\d_]\.\s?){2,}")
_JOINED_LETTER = re.compile(rf"(?<=\w)[{re.escape(_HYPHENS + _APOSTROPHES)}](?=\w{{2}})")


def joined(name: str) -> str:
    """Return a name without the hyphens and apostrophes that join its words: "Maryjane", "OBrien"."""
    return _JOINED_LETTER.sub("", name)


def apart(name: str) -> str:
    """Return a name with spaces for the hyphens and apostrophes that join its words: "Mary Jane", "O Brien"."""
    return _JOINED_LETTER.sub(" ", name)


def initials_joined(name: str) -> str:
    """Return a name with its initials in one word: "JR O'Neil" for "J.R. O'Neil" and "J. R. O'Neil"."""
    return _INITIALS.sub(lambda found: re.sub(r"\W", "", found[0]) + " ", name)


def without_symbols(text: str) -> str:
    """Return the text with spaces for emoji and other symbols (Unicode categories S*), which nobody says."""
    if text.isascii() and not _SYMBOL.search(text):
        return text
    return "".join(" " if _is_symbol(character) else character for character in text)


def can_be_said(name: str) -> bool:
    """Return whether a name holds anything that a voice can say: a letter or a digit."""
    return any(map(str.isalnum, unicodedata.normalize("NFKC", without_symbols(name))))


def is_blank(text: str) -> bool:
    """Return whether a text shows nothing: spaces, control and invisible characters only."""
    shown = (character for character in text if _visible(character).strip())
    return all(unicodedata.category(character)[0] == "M" for character in shown)


_SYMBOL = re.compile(r"[$+<=>^`|~]")
_KEYCAPS = frozenset(
    "\N{VARIATION SELECTOR-15}\N{VARIATION SELECTOR-16}\N{COMBINING ENCLOSING KEYCAP}"
)


def _is_symbol(character: str) -> bool:
    if character in _APOSTROPHES:
        return False
    return unicodedata.category(character)[0] == "S" or character in _KEYCAPS


_LATIN = str.maketrans(
    {
        "\N{LATIN SMALL LETTER O WITH STROKE}": "o",
        "\N{LATIN SMALL LETTER AE}": "ae",
        "\N{LATIN SMALL LIGATURE OE}": "oe",
        "\N{LATIN SMALL LETTER L WITH STROKE}": "l",
        "\N{LATIN SMALL LETTER D WITH STROKE}": "d",
        "\N{LATIN SMALL LETTER ETH}": "d",
        "\N{LATIN SMALL LETTER THORN}": "th",
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
    }
)


def plain_letters(word: str, kept: frozenset[str]) -> str:
    """Return a folded word with Latin letters without their marks, but for those that are to be kept."""
    if word.isascii():
        return word
    return "".join(
        letter if letter in kept else _plain_letter(letter)
        for letter in unicodedata.normalize("NFC", word)
    )


def _plain_letter(letter: str) -> str:
    letters = unicodedata.normalize("NFD", letter)
    base = letters[0]
    marked = len(letters) > 1 and base.isascii() and base.isalpha()
    return base if marked else letter.translate(_LATIN)


_FEWEST_SOUNDS = 4
"""A word with fewer sounds is too much like others: yes and less, now and no, your and yeah."""

_SOUND_OF = str.maketrans("bdgvzcqwyjeiou", "ptkfskkfiiaaaa")


def sounds_alike(one: str, other: str) -> bool:
    """Return whether a recogniser may take one folded word for the other.

    True when both have at least four sounds and, with vowels alike and voiced consonants like voiceless
    ones, at most one sound is different, more or less.
    """
    return one.isalpha() and other.isalpha() and _alike(one, other)


@lru_cache(maxsize=4096)
def _alike(one: str, other: str) -> bool:
    return min(len(_sound(one)), len(_sound(other))) >= _FEWEST_SOUNDS and sounds_near(one, other)


def sounds_near(one: str, other: str) -> bool:
    """Return whether two folded words of any length are one sound apart at most, as `sounds_alike` has it.

    For short words that says little: "to" is near "no". Something else has to tell that it was meant.
    """
    return one.isalpha() and other.isalpha() and _one_apart(_sound(one), _sound(other))


def sound_of(words: Iterable[str]) -> str:
    """Return how folded words sound one after the other, as `sounds_alike` has it; no two are set apart."""
    return "".join(_sound(word) if word.isalpha() else word for word in words)


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
_READ_ALOUD = _Table({})


def speakable(text: str, signs: Signs | None = None) -> str:
    """Return the text as it may be handed to a voice.

    Shape that no voice has goes: a bare tag that is opened and closed ("<b>…</b>", "<break/>"), stars and
    underscores around words, marks at the beginning of a line. Of any other tag only the brackets go, so that
    no sentence of tags stays unread. Every other sign that a voice would leave out or obey is said by its
    name, so that "2*3" is not read back as "2 3", nor "-5" as "5". Control, zero-width and bidirectional characters go.

    Args:
        text: What is to be read.
        signs: What signs are called in the language of the voice; without, all stay but `MARKS`, which go: for
            what is changed before it is read and sent.
    """
    text = unicodedata.normalize("NFC", text)
    tags = {(closes, name.lower()) for closes, name, _ in _TAG.findall(text)}

    def shape(tag: re.Match[str]) -> str:
        tag_name = tag[2].lower()
        complete = tag[3] or tag_name == _ALONE or {("", tag_name), ("/", tag_name)} <= tags
        return " " if complete else f" {tag[2]} "

    plain = _ANY_TAG.sub(r" \1 ", _TAG.sub(shape, text))
    plain = _LINK.sub(r"\1 (", _LINE_MARK.sub(" ", plain))
    for emphasis in _EMPHASIS:
        plain = emphasis.sub(r" \2 ", plain)
    plain = _SIGN.sub(" ", plain) if signs is None else signs.said(plain)
    return " ".join(plain.translate(_BRACKETS).translate(_READ_ALOUD).split())


_SIGN = re.compile(f"[{re.escape(MARKS)}]+")
_BRACKETS = str.maketrans("{}[]", "()()")
"""Brackets are shape to a voice; espeak takes "[[" for the beginning of phonemes."""
_TAG = re.compile(
    r"<(/?)(a|b|br|break|code|em|i|p|pre|s|span|speak|strong|u)\s?(/?)>", re.IGNORECASE | re.ASCII
)
"""Tags that give words a shape. Of any other, the name may be a word of the message."""
_ALONE = "br"
_ANY_TAG = re.compile(
    r"<(/?[a-z][\w:-]{0,40}(?:\s{1,3}[\w:-]{1,40}=(?:\"[^\"<>]{0,200}\"|'[^'<>]{0,200}'|[^\s<>]{1,200}))*\s?/?)>",
    re.IGNORECASE,
)
_LINE_MARK = re.compile(r"^[ \t]{0,3}(?:[*>]|#{1,6})[ \t]+(?=\S)", re.MULTILINE)
_LINK = re.compile(r"\[([^\[\]\n]{0,200})\]\(")
_EMPHASIS = tuple(
    re.compile(
        rf"(?<![\w{mark}])({mark}{{1,3}})(?=[^\s{mark}])([^{mark}\n]{{1,500}})(?<=\S)\1(?![\w{mark}])"
    )
    for mark in (r"\*", "_", "~", "`")
)
"""Marks around words, as Markdown has them."""
