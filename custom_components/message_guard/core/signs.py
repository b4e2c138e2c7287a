"""Signs that a voice leaves out, takes for an order, or says in another language: they are said by their names.

Who confirms a message has only heard it. Of "-5" Piper says "five" in French, Polish and Spanish; "5 €" is "five" in
Polish, "¾" nothing in Spanish, and what is between "10" and "12" a minus in Portuguese. What each sign is called is
data of the language. What is sent keeps its signs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
import re
import unicodedata

from .words import UNSPACED_LETTERS

MARKS = "<>*_`#~|\\^"
"""What may be shape as well: it goes where signs have no names."""

DASH, MINUS, SLASH, AND, POINT, COMMA = "-", "\N{MINUS SIGN}", "/", "&", ".", ","
OTHER = "other"
"""The name of a mathematical or currency sign that has none of its own."""

_FRACTIONS = "½⅓⅔¼¾"
_ALONE = (*"+±×÷=≠≈≤≥²³‰%°€$£¥₹¢§№@→←↑↓", "°C", "°F", AND, MINUS, *_FRACTIONS)  # noqa: RUF001 - signs

NAMED = frozenset((*MARKS, *_ALONE, DASH, SLASH, POINT, COMMA, OTHER))
"""All that a language has a name for."""

DECIMALS = frozenset((POINT, COMMA))
"""What may stand in front of tenths. Of the two, a voice leaves out the one that is not its language's."""

_MOST_OF_ONE = 3
"""Signs in a row that are each said."""

_NO_SIGN = frozenset("$\N{FULLWIDTH TILDE}")
"""Signs by Unicode's table that mean nothing where they are left: "R$", and a vowel that is drawn out."""

_OTHER_FORMS = "＋％＝＜＞＊＃＆＠＄／＼＾＿｀｜￡￥－﹣﹪﹢➖➕✕✖➗⩽≦⩾≧≅≃⇒⟶➔➜➡⇐⟵⬅⬆⬇⁄∕"  # noqa: RUF001 - forms of signs
_THEIR_SIGNS = "+%=<>*#&@$/\\^_`|£¥--%+−+××÷≤≤≥≥≈≈→→→→→←←←↑↓//"  # noqa: RUF001 - signs
_FORMS = str.maketrans(
    dict(zip(_OTHER_FORMS, _THEIR_SIGNS, strict=True)) | {"↔": "←→", "℃": "°C", "℉": "°F"}
)
"""Other forms of the same, most of which no voice says."""

_WRITTEN = (
    (re.compile(r"-{1,3}>"), "→"),
    (re.compile(r"<-{1,3}(?![-\d.,€$£¥₹])"), "←"),
    (re.compile(r"!="), "≠"),
    (re.compile(r"<="), "≤"),
    (re.compile(r">="), "≥"),
    (re.compile(r"\+/?-(?=\s?\d)"), "±"),
    (re.compile(r"(?<=\d)º(?=\s?[CF])"), "°"),
    (re.compile("[\N{WAVE DASH}\N{FULLWIDTH TILDE}](?=\\s?\\d)"), "~"),
)
"""What is typed for a sign."""

_THOUSANDS = (
    "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}'\N{RIGHT SINGLE QUOTATION MARK}"
)
_GROUPS = re.compile(
    rf"(?<![\d.,{_THOUSANDS}])[1-9]\d{{0,2}}(?:[{_THOUSANDS}]\d{{3}}){{1,5}}(?![\d{_THOUSANDS}])"
)
"""A number in groups of three, which a voice reads as several: "1'000" is "one, zero, zero, zero"."""
_BETWEEN_GROUPS = re.compile(f"[{_THOUSANDS}]")

_STRAY = re.compile(r"[ ]{1,2}(?=[,.;:!?)](?:\s|$)|[、。，！？；：）」])")  # noqa: RUF001 - full width
"""What stands behind a sign stands behind its name."""

_ADDRESS = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+|\b(?:https?://|www\.)\S{1,500}",
    re.IGNORECASE,
)
_IN_ADDRESS = re.compile(r"(?<=\w)[.\-/](?=\w)")

_DASHES = "\\-\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}\N{EN DASH}"
_VULGAR = "¼-¾⅐-⅞↉"
_NUMBER_COMES = rf"(?=[€$£¥₹]?(?:[.,]?\d|[{_VULGAR}]))"
_DATE = re.compile(
    r"(?<![\d-])(?:(\d{4})-(\d{2})-(\d{2})|(\d{1,2})-(\d{1,2})-(\d{4}))(?![\d-])", re.ASCII
)
"""Whole dates, whose dashes say nothing."""
_BETWEEN_NUMBERS = re.compile(
    rf"(\d[^\W\d_]{{0,3}}[.%°€$£¥]?)(?:\s{{1,3}}[{_DASHES}—](?=\s)|[{_DASHES}—])\s{{0,3}}"
    rf"(?=[{_DASHES}{MINUS}]?[€$£¥₹]?(?:[.,]?\d|[{_VULGAR}]))"
)
"""What may be a range, a number in parts or a difference; the sign's own name is right for each."""
_BEFORE_NUMBER = re.compile(rf"(?<!\S)[{_DASHES}]\s{{1,3}}{_NUMBER_COMES}")
"""A dash, a list's mark or a minus."""
_BEHIND = re.compile(rf"(?:(?<=\d)|(?<=\b[A-Z]))[{_DASHES}](?=[\s.,;!?)]|\Z)")
"""A mark with a minus: "B-"."""
_MINUS = re.compile(
    rf"(?<![^\W{UNSPACED_LETTERS}])(?<![.,)\]%°'’{_DASHES}])[{_DASHES}]{_NUMBER_COMES}"  # noqa: RUF001 - an apostrophe
)
"""Also behind a letter of a script that sets no words apart: "今天-5度"."""

_NO_LETTER = rf"(?![^\W{UNSPACED_LETTERS}])"
_NUMBER = r"(?<![\d.,])\d+(?:[.,]\d+)*"
_MONEY = re.compile(
    rf"(?<![\dR])(?<!\d\s)([€$£¥₹])\s?({_NUMBER}(?![\d.,]*\d))(?![^\W{UNSPACED_LETTERS}]|\s?(?:mil|mio|mrd|bil|bn))",
    re.IGNORECASE,
)
"""An amount as it is written in front of which the currency stands: "$5" is "5 dollars"."""
_LEADING = re.compile(r"(?<![\w.,…])([.,])(?=\d)")
_IN_NUMBER = re.compile(r"(?<![\d.,])\d+(?:[.,]\d+)+")
_DAY = re.compile(r"\d{1,2}\.\d{1,2}\.(?:\d{4}|\d{2})")
_DAY_AND_MONTH = re.compile(r"\d{1,2}\.(?:\d{2}\.|\d\.(?=\s*[^\s\d]))")
"""A day without a year, and the point behind it. What ends a text with "1.5." may be a weight as well."""
_TIME = re.compile(r"(?:[01]?\d|2[0-4])\.[0-5]\d")
"""A time of day, or an amount: "eighteen thirty" is right, and nobody takes it for a thousand."""
_SLASHES = re.compile(
    r"(?<![\d/])(?:\d{1,2}/\d{1,2}/(?:\d{4}|\d{2})|\d{4}/\d{1,2}/\d{1,2})(?![\d/])|(?<=\d)\s?/\s?(?=\d)"
)
_AND_A_FRACTION = re.compile(rf"(?<=\d)\s?(?=[{_VULGAR}])")
_OTHER_FRACTION = re.compile(rf"(?![{_FRACTIONS}])[{_VULGAR}]")


def _around(name: str, found: re.Match[str]) -> str:
    """Return the name of a sign with the number that belongs to it."""
    return f" {name.replace('{number}', found[1])} "


def _is_date_or_time(number: re.Match[str]) -> bool:
    """Return whether points stand in a number because it is no decimal one: "31.12.", "3.4.2026", "18.30"."""
    day = _DAY_AND_MONTH.match(number.string, number.start())
    whole = _DAY.fullmatch(number[0]) or _TIME.fullmatch(number[0])
    return whole is not None or (day is not None and day.end() == number.end() + 1)


_ANY = re.compile(rf"_|[^\w\s.,:;!?'\"()]|[.,{_THOUSANDS}]\d|[²³º{_VULGAR}]")


def holds_signs(text: str) -> bool:
    """Return whether something may stand in a text that is said by its name."""
    return _ANY.search(text) is not None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Signs:
    """What signs are called in a language.

    Attributes:
        names: The name of each of `NAMED`; "{number}" in it stands for the number that belongs to the sign.
        decimal: What stands in front of tenths, one of `DECIMALS`.
    """

    names: Mapping[str, str]
    decimal: str
    _alone: re.Pattern[str] = field(init=False)
    _around: tuple[tuple[re.Pattern[str], str], ...] = field(init=False)
    _thousands: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        """Prepare what is looked for."""
        letters = rf"[{re.escape(MARKS + ''.join(sign for sign in _ALONE if len(sign) == 1))}]"
        pattern = re.compile(rf"°\s?[CF]{_NO_LETTER}|(?<!R)\$+|((?!\$){letters})\1*")
        around = tuple(
            (
                re.compile(rf"({_NUMBER})\s?{re.escape(sign).replace('°', r'°\s?')}{_NO_LETTER}"),
                name,
            )
            for sign, name in self.names.items()
            if "{number}" in name
        )
        point, comma = map(re.escape, (self.decimal, self._foreign))
        thousands = re.compile(rf"[1-9]\d{{0,2}}(?:{comma}\d{{3}})+(?:{point}\d+)?")
        object.__setattr__(self, "_alone", pattern)
        object.__setattr__(self, "_around", around)
        object.__setattr__(self, "_thousands", thousands)

    @property
    def _foreign(self) -> str:
        return COMMA if self.decimal == POINT else POINT

    def said(self, text: str) -> str:
        """Return the text with the names of its signs in their places."""
        if not holds_signs(text):
            return text
        text = text.translate(_FORMS)
        for written, sign in _WRITTEN:
            text = written.sub(sign, text)
        text = _GROUPS.sub(lambda found: _BETWEEN_GROUPS.sub("", found[0]), text)
        text = _ADDRESS.sub(lambda found: self._spelt(found[0]), text)
        text = self._numbers(text)
        text = _STRAY.sub("", self._alone.sub(self._named, text))
        return text if text.isascii() else "".join(map(self._known, text))

    def _numbers(self, text: str) -> str:
        """Return the text with what stands in numbers, and in front of and between them, said."""
        text = _DATE.sub(lambda found: " ".join(filter(None, found.groups())), text)
        dash, minus, joined = (f" {self.names[sign]} " for sign in (DASH, MINUS, AND))
        text = _BETWEEN_NUMBERS.sub(lambda found: found[1] + dash, text)
        text = _BEFORE_NUMBER.sub(lambda _: dash, text)
        text = _BEHIND.sub(lambda _: dash, text)
        text = _MINUS.sub(lambda _: minus.lstrip(), text)
        text = _MONEY.sub(lambda found: f" {found[2]} {self.names[found[1]]} ", text)
        text = _AND_A_FRACTION.sub(lambda _: joined, text)
        text = _OTHER_FRACTION.sub(
            lambda found: unicodedata.normalize("NFKC", found[0]).translate(_FORMS), text
        )
        for sign, name in self._around:
            text = sign.sub(partial(_around, name), text)
        text = _LEADING.sub(lambda found: f" {self.names[found[1]]} ", text)
        text = _IN_NUMBER.sub(self._with_marks, text)
        return _SLASHES.sub(
            lambda found: found[0] if found[0].strip() != SLASH else f" {self.names[SLASH]} ", text
        )

    def _with_marks(self, number: re.Match[str]) -> str:
        """Return a number with the mark said that is no decimal mark here: "1.5" in Dutch."""
        if self._thousands.fullmatch(number[0]) or _is_date_or_time(number):
            return number[0]
        return number[0].replace(self._foreign, f" {self.names[self._foreign]} ")

    def _spelt(self, address: str) -> str:
        """Return an address with what joins its parts said."""
        return _IN_ADDRESS.sub(lambda found: f" {self.names[found[0]]} ", address)

    def _named(self, found: re.Match[str]) -> str:
        signs = found[0]
        degrees = len(signs) > 1 and signs[0] == "°" and signs[-1] in "CF"
        name = self.names[f"°{signs[-1]}" if degrees else signs[0]].replace("{number}", "")
        times = 1 if degrees else min(len(signs), _MOST_OF_ONE)
        return f" {' '.join([name] * times)} "

    def _known(self, character: str) -> str:
        """Return a character, or what stands for a sign that has no name here."""
        sign = unicodedata.category(character) in {"Sm", "Sc"} and character not in _NO_SIGN
        return f" {self.names[OTHER]} " if sign else character
