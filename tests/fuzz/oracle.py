"""What may be accepted as a reply, told a second way: by the letters of what was said alone.

It takes only data from the language files, and shares no code with the product, so that both would have
to be wrong in the same way. Requests are told in `oracle_sentences`.
"""

from collections.abc import Iterable, Iterator, Mapping
import re
from typing import Any
import unicodedata

_MISHEARD = 6
"""Letters that one misheard word, or one misheard article, may be off by."""

_MORE_WORDS = 2
"""Words that an utterance may have beyond those of the phrase: a misheard article, a word in two."""

_FEWEST_TOLD = 3
"""Words of a code's answer, articles aside, from which one may be misheard."""

_ANY_WORD = r"\w{1,12}?"
"""A misheard word."""

_LONGEST_STUTTER = 6
"""Characters that may be doubled together where a script does not set words apart."""

WAKE_WORDS = tuple(
    call + name
    for call in ("", "hey", "hay", "hi", "okay", "okey", "ok", "oké", "oke", "okej")
    for name in ("nabu", "naboo", "nabo", "navu", "jarvis", "mycroft", "rhasspy", "alexa")
)
"""Left in front of what was said, by recognisers."""

_SAID_ALOUD = re.compile(r"[%&#@*]|(?:^|\s)[-\N{MINUS SIGN}]\s*\d")
"""Marks that are words of their own: what holds one is more than digits."""


def folded(text: str) -> str:
    """Return the text in one case and width, apostrophes alike."""
    same = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return re.sub("[\N{RIGHT SINGLE QUOTATION MARK}\N{LEFT SINGLE QUOTATION MARK}`]", "'", same)


def letters(text: str) -> str:
    """Return the letters and digits of a text, in one case, without marks, spaces or punctuation."""
    apart = unicodedata.normalize("NFKD", folded(text))
    return "".join(character for character in apart if character.isalnum())


def texts(value: object) -> list[str]:
    """Return a list of texts; a single text stands for a list of one."""
    return [value] if isinstance(value, str) else list(value)  # type: ignore[call-overload]


def distance(one: str, other: str) -> int:
    """Return how many letters have to be changed, added or left out (Wagner and Fischer)."""
    row = list(range(len(other) + 1))
    for index, letter in enumerate(one, start=1):
        above, row[0] = row[0], index
        for column, wanted in enumerate(other, start=1):
            above, row[column] = (
                row[column],
                min(row[column] + 1, row[column - 1] + 1, above + (letter != wanted)),
            )
    return row[-1]


def once(words: Iterable[str]) -> list[str]:
    """Return the words, each that is said several times in a row said once."""
    kept: list[str] = []
    for word in words:
        if kept[-1:] != [word]:
            kept.append(word)
    return kept


def collapsed(text: str) -> str:
    """Return the characters with doublings, of up to six of them, said once."""
    doubled = re.compile(rf"(.{{1,{_LONGEST_STUTTER}}}?)\1")
    while (less := doubled.sub(r"\1", text)) != text:
        text = less
    return text


def without_wake_words(text: str) -> list[str]:
    """Return the text as it is, and without one wake word in front of it."""
    heard = letters(text)
    ways = [text]
    for wake in WAKE_WORDS:
        if heard.startswith(wake):
            at = next(at for at in range(len(text) + 1) if letters(text[:at]) == wake)
            ways.append(text[at:])
    return ways


def _written(text: str) -> str:
    """Return the characters of a script without spaces; a word in Latin letters is one of them."""
    return re.sub(r"[\u0000-\u2e7f]+", "\ue000", letters(text))


class Replies:
    """Which replies may be the household phrase, or the answer to a code, in one language."""

    def __init__(self, data: Mapping[str, Any], phrase: str) -> None:
        """Take what the language's file holds, and the phrase."""
        self._spaced = bool(data["language"]["spaced"])
        self._contractions = {
            word: str(full).split() for word, full in data["contractions"].items()
        }
        self._articles = {
            letters(article)
            for article in data["articles"]
            if self._spaced and " " not in article and not article.endswith("'")
        }
        said = data["replies"]
        yes = {word for text in (*said["affirm"], *said["urge"]) for word in self._heard(text)}
        self._no = {word for text in said["decline"] for word in self._heard(text)} - yes
        self._phrase = phrase
        code = data["code"]
        self._forms = texts(code["forms"])
        self._around = [letters(text) for text in texts(code.get("around", ()))]
        self._between = [letters(text) for text in texts(code.get("between", ()))]
        self._numbers = {value: texts(said) for value, said in data["numbers"].items()}

    def may_be_phrase(self, utterance: str) -> bool:
        """Return whether an utterance says the phrase, whole, but for a misheard word or character."""
        return any(map(self._may_be_phrase, without_wake_words(utterance)))

    def _may_be_phrase(self, utterance: str) -> bool:
        if not self._spaced:
            heard, meant = (collapsed(_written(text)) for text in (utterance, self._phrase))
            return self._says_no_no(utterance) and distance(heard, meant) <= 1
        heard_words, meant_words = once(self._words(utterance)), once(self._words(self._phrase))
        if len(heard_words) > len(meant_words) + _MORE_WORDS + sum(
            word in self._articles for word in heard_words
        ):
            return False
        if not self._says_no_no(utterance):
            return False
        plain, wanted = ("".join(self._kept(words)) for words in (heard_words, meant_words))
        return distance(plain, wanted) <= _MISHEARD

    def _says_no_no(self, utterance: str) -> bool:
        return self._no.isdisjoint({*self._heard(utterance)} - {*self._heard(self._phrase)})

    def may_be_code(self, utterance: str, answer: int) -> bool:
        """Return whether an utterance says one of the code's forms with this number, whole.

        Something polite may stand around it, its figures may be written apart, and one of its words may be misheard.
        """
        tens, units = str(answer)[:-1], str(answer)[-1]
        apart = [f"{tens}{word}{units}" for word in self._between if len(tens) == 1]
        number = "|".join((*map(letters, (str(answer), *self._numbers[answer])), *apart))
        return any(
            self._in_order(said, f"(?:{number})").fullmatch(letters(heard)) is not None
            for form in self._forms
            for said in self._misheard(form)
            for heard in without_wake_words(utterance)
        )

    def _misheard(self, form: str) -> Iterator[list[str | None]]:
        """Yield the words of a form, None for its number, and with each of them misheard once, if there are enough."""
        parts = re.split(r"(\{number\})", form)
        said = [
            word for part in parts for word in ([None] if part == "{number}" else self._words(part))
        ]
        yield said
        if self._spaced and sum(word not in self._articles for word in said) >= _FEWEST_TOLD:
            for at, word in enumerate(said):
                if word is not None:
                    yield [*said[:at], _ANY_WORD, *said[at + 1 :]]

    def _in_order(self, said: Iterable[str | None], number: str) -> re.Pattern[str]:
        """Return what matches these words: each may be stuttered, articles may stand anywhere."""
        between = f"(?:{'|'.join(sorted(self._articles))})*"
        words = [number if word is None else word for word in said]
        row = between.join(f"(?:{word}{between})+" for word in words)
        around = f"(?:{'|'.join([*self._around, *sorted(self._articles)])})*"
        # Where words are not set apart, several of them may be doubled together.
        row = f"{between}{row}" if self._spaced else f"(?:(?:{row})+)+"
        return re.compile(f"{around}{row}{around}")

    def _kept(self, words: Iterable[str]) -> Iterator[str]:
        return (word for word in words if word not in self._articles)

    def _words(self, text: str) -> list[str]:
        """Return the letters of each word, short forms written out; each character where none is set apart."""
        return [letters(word) for word in self._heard(text)]

    def _heard(self, text: str) -> list[str]:
        """Return the words with their marks: in Polish one mark may be between two words."""
        if not self._spaced:
            return list(letters(text))
        heard = re.findall(r"[^\W_]+(?:'[^\W_]+)*", folded(text))
        full = [part for word in heard for part in self._contractions.get(word, [word])]
        return [part for word in full for part in word.split("'")]


class Digits:
    """Which digits a text may spell, in one language."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        """Take what the language's file holds."""
        self._before = {letters(text) for text in data["replies"]["before_pin"]}
        for short, full in data["contractions"].items():
            self._before |= {letters(short)} if letters(str(full)) in self._before else set()
        self._between = [letters(text) for text in texts(data["code"].get("between", []))]
        self._spelt: dict[str, list[tuple[str, str]]] = {}
        for table in (data["numbers"], data["digits"]):
            for value, forms in table.items():
                for form in texts(forms):
                    self._add(letters(form), str(value))
        singles = [one for row in self._spelt.values() for one in row if len(one[1]) == 1]
        singles += [(str(digit), str(digit)) for digit in range(10)]
        for times, forms in data["repeats"].items():
            for form in texts(forms):
                for said, digit in singles:
                    self._add(letters(form) + said, digit * times)

    def _add(self, said: str, digits: str) -> None:
        self._spelt.setdefault(said[0], []).append((said, digits))

    def may_be_pin(self, text: str, pin: str) -> bool:
        """Return whether the whole text spells the PIN, or the PIN with one number of it said twice."""
        if _SAID_ALOUD.search(unicodedata.normalize("NFKC", text)) is not None:
            return False
        stuttered = {
            pin[:at] + pin[at : at + length] * 2 + pin[at + length :]
            for at in range(len(pin))
            for length in (1, 2)
        }
        heard = letters(text)
        starts = {0}
        for _ in range(len(heard)):  # as often as people like
            more = {
                at + len(before)
                for at in starts
                for before in (*self._before, *WAKE_WORDS)
                if heard.startswith(before, at)
            }
            if more <= starts:
                break
            starts |= more
        return any(
            len(heard) in self._ends(heard, digits, starts) for digits in sorted({pin, *stuttered})
        )

    def may_hold(self, text: str, run: str) -> bool:
        """Return whether these digits are spelt somewhere in the text."""
        heard = letters(text)
        return bool(self._ends(heard, run, set(range(len(heard)))))

    def _ends(self, heard: str, digits: str, starts: set[int]) -> set[int]:
        """Return where the letters that spell these digits may end, from where they may begin."""
        reached = [starts, *(set[int]() for _ in digits)]
        for done, places in enumerate(reached):
            for place in places:
                for said, value in self._next(heard, place):
                    if digits.startswith(value, done):
                        reached[done + len(value)].add(place + said)
        return reached[-1]

    def _next(self, heard: str, place: int) -> Iterator[tuple[int, str]]:
        """Yield what may be spelt next: how many letters it has, and its digits.

        "70 2" may be seventy-two as well, and so may "7 to 2".
        """
        for said, value in self._one(heard, place):
            yield said, value
            tens, behind = value, place + said
            if len(tens) == 1 and heard.startswith("0", behind):
                tens, behind = tens + "0", behind + 1
            starts = [behind] if len(tens) == len("70") and tens.endswith("0") else []
            starts += [
                behind + len(word) for word in self._between if heard.startswith(word, behind)
            ]
            for start in starts:
                for more, unit in self._one(heard, start):
                    if len(unit) == 1 and unit != "0":
                        yield start + more - place, tens[0] + unit

    def _one(self, heard: str, place: int) -> Iterator[tuple[int, str]]:
        """Yield what a single number that is spelt there may be."""
        first = heard[place : place + 1]
        if first.isdecimal():
            yield 1, str(int(first))
        for said, value in self._spelt.get(first, ()):
            if heard.startswith(said, place):
                yield len(said), value
