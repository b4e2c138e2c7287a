"""How speech recognition gets things wrong: a model of its errors.

Each word, independently and with the given chance, is replaced by one that sounds like it, dropped, or
doubled; then case, punctuation and the spelling of numbers vary, which is no error. Sounds are
approximated from letters. Where a script has no letters to sound out, another word is taken.
"""

from collections.abc import Iterable, Sequence
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
_PUNCTUATION = re.compile(r"[^\w\s'\u2019-]")
_WORD = re.compile(r"[^\W\d_]{2,}")
_INTENTS = {"zh-Hans": "zh-CN"}


class Hearing:
    """Mishears one language."""

    def __init__(self, language: Language, known: Iterable[str], seed: int) -> None:
        """Know the words of these texts, and those of Home Assistant's own sentences."""
        self._language = language
        self._random = random.Random(seed)
        texts = (*known, *language.prompts.values(), _own_sentences(language.code))
        vocabulary = {word for text in texts for word in _WORD.findall(text.casefold())}
        numbers = {form for forms in language.number_words for form in forms[:1]}
        self._vocabulary = tuple(sorted(vocabulary))
        self._numbers = tuple(sorted(numbers))

    def hear(self, text: str, error_rate: float) -> str:
        """Return what a recogniser makes of `text`, with this share of words wrong."""
        spaced = " " in text.strip()
        heard: list[str] = []
        for word in text.split() if spaced else list(text):
            heard.extend(self._word(word, error_rate))
        return self._written((" " if spaced else "").join(heard))

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
        if len(word) == 1 and not number:
            others = [other for other in others if len(other) == 1] or others
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


def _sound(word: str) -> str:
    """Return roughly how a word sounds: voiced like voiceless, vowels alike, nothing doubled."""
    letters = unicodedata.normalize("NFD", word.casefold())
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
    """Return the text of Home Assistant's own sentences in a language, nothing where it has none."""
    path = files("home_assistant_intents") / "data" / f"{_INTENTS.get(code, code)}.json"
    if not path.is_file():
        return ""
    return json.dumps(json.loads(path.read_text(encoding="utf-8")), ensure_ascii=False)
