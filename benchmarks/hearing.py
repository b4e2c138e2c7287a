"""How speech recognition gets things wrong: a model of its errors.

Each word, independently and with the given chance, is replaced by one that sounds like it, dropped, or
doubled; then case, punctuation and the spelling of numbers vary, which is no error. Sounds are
approximated from letters, those of kana from their names. Ideographs do not tell how they sound: another
word or character is taken, which is harsher than what recognisers do, who write another one that sounds the
same.

Where a script has no spaces, the words have to be set apart by hand, and are heard without spaces. Text
that is not set apart is misheard character by character. That is another measure and not the word error:
at a tenth of all characters, one word of two in five is wrong once it has five.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from importlib.resources import files
import json
import random
import re
import unicodedata

from custom_components.message_guard.core.language import Language

SUBSTITUTED, DROPPED = 0.6, 0.2
"""Shares of the errors; the rest is doubled. Substitutions make up most errors of recognisers."""

_NEAREST = 5
_SOUNDS = str.maketrans("bdgvzcqwyjeiou", "ptkfskkfiiaaaa")
_SLOTS = re.compile(r"\{[^{}]*\}|<[^<>]*>")
_PUNCTUATION = re.compile(r"[^\w\s'\u2019-]")
_WORD = re.compile(r"[^\W\d_]{2,}")
_UNSAID = frozenset(
    {"out", "metadata", "response", "slots", "requires_context", "excludes_context", "context"}
)
_INTENTS = {"zh-Hans": "zh-CN"}


class Hearing:
    """Mishears one language."""

    def __init__(self, language: Language, known: Iterable[str], seed: int) -> None:
        """Know the words of these texts, and those of Home Assistant's own sentences."""
        self._language = language
        self._random = random.Random(seed)
        texts = (*known, *language.prompts.values(), _own_sentences(language.code))
        said = _SLOTS.sub(" ", " ".join(texts)).casefold()
        vocabulary = set(_WORD.findall(said))
        numbers = {form for forms in language.number_words for form in forms[:1]}
        self._vocabulary = tuple(sorted(vocabulary))
        self._numbers = tuple(sorted(numbers))
        self._characters = tuple(
            sorted({one for word in vocabulary for one in word if not one.isascii()})
        )

    def hear(self, text: str, error_rate: float) -> str:
        """Return what a recogniser makes of `text`, with this share of words wrong.

        In a script without spaces, of its characters if no spaces set words apart.
        """
        by_word = self._language.spaced or " " in text.strip()
        heard: list[str] = []
        for word in text.split() if by_word else list(text):
            heard.extend(self._word(word, error_rate))
        return self._written((" " if self._language.spaced else "").join(heard))

    def _word(self, word: str, error_rate: float) -> list[str]:
        if self._random.random() >= error_rate or not any(map(str.isalnum, word)):
            return [word]
        kind = self._random.random()
        if kind < SUBSTITUTED:
            return [self._random.choice(self._alike(_bare(word)))]
        return [] if kind < SUBSTITUTED + DROPPED else [word, word]

    @lru_cache(maxsize=4096)  # noqa: B019 - lives as long as the benchmark
    def _alike(self, word: str) -> tuple[str, ...]:
        """Return the words that sound most like it, never itself."""
        number = self._language.normalise(word).isdecimal()
        pool = self._numbers if number else self._vocabulary
        sound = _sound(word)
        others = [
            other
            for other in pool
            if self._language.normalise(other) != self._language.normalise(word)
        ]
        if len(word) == 1 and not self._language.spaced and not number:
            others = [one for one in self._characters if one != word]
            if not _is_kana(word):
                return tuple(random.Random(word).sample(others, _NEAREST))
        nearest = sorted(
            others,
            key=lambda other: (_distance(sound, _sound(other)), _distance(word, other), other),
        )
        return tuple(nearest[:_NEAREST])

    def _written(self, text: str) -> str:
        """Vary what is not an error: case, punctuation, digits for number words."""
        choice = self._random.random
        if choice() < 0.5:
            text = text.upper() if choice() < 0.1 else text.capitalize()
        if choice() < 0.5:
            text = _PUNCTUATION.sub("", text)
        elif choice() < 0.5:
            text = f"{_PUNCTUATION.sub('', text)}."
        return text


def _bare(word: str) -> str:
    return re.sub(r"^\W+|\W+$", "", word.casefold()) or word


def _is_kana(character: str) -> bool:
    return unicodedata.name(character, "").startswith(("HIRAGANA LETTER", "KATAKANA LETTER"))


def _letters(character: str) -> str:
    """Return how a kana is written in letters, by its name in Unicode; anything else as it is."""
    if _is_kana(character):
        return unicodedata.name(character).rpartition(" ")[2].casefold()
    return character


def _sound(word: str) -> str:
    """Return roughly how a word sounds: voiced like voiceless, vowels alike, nothing doubled."""
    letters = unicodedata.normalize("NFD", "".join(map(_letters, word.casefold())))
    letters = "".join(letter for letter in letters if not unicodedata.combining(letter))
    sound = letters.replace("ph", "f").replace("ck", "k").replace("sch", "sh").translate(_SOUNDS)
    return re.sub(r"(.)\1+", r"\1", sound)


def _distance(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many letters have to be changed, added or left out (Levenshtein)."""
    row = list(range(len(other) + 1))
    for index, letter in enumerate(one, 1):
        diagonal, row[0] = row[0], index
        for place, second in enumerate(other, 1):
            diagonal, row[place] = (
                row[place],
                min(row[place] + 1, row[place - 1] + 1, diagonal + (letter != second)),
            )
    return row[-1]


def _own_sentences(code: str) -> str:
    """Return the words of Home Assistant's own sentences in a language, nothing where it has none."""
    path = files("home_assistant_intents") / "data" / f"{_INTENTS.get(code, code)}.json"
    if not path.is_file():
        return ""
    data = json.loads(path.read_text(encoding="utf-8"))
    said = (data["intents"], data["expansion_rules"], data["lists"], data.get("skip_words", []))
    return " ".join(_texts(said))


def _texts(data: object) -> Iterator[str]:
    """Yield what is said in sentences, rules and lists; not their keys, nor what they stand for."""
    match data:
        case str():
            yield data
        case dict():
            for key, value in data.items():
                if key not in _UNSAID:
                    yield from _texts(value)
        case list() | tuple():
            for value in data:
                yield from _texts(value)
