"""The recogniser's language model: household sentences mixed with everyday English.

A trigram over the household's carrier sentences (Witten-Bell) is mixed with the bigrams of
pocketsphinx' own model of American English, P = λ · household + (1 - λ) · English, over its 20,000
commonest words. λ = 0.6 lets it expect commands without forcing what bystanders say into one; the
bodies of messages are not among the carriers when they are tested.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
import hashlib
import itertools
import math
import os
from pathlib import Path
import subprocess
import sys
import tempfile
from typing import Final

from pocketsphinx import Config, LogMath, NGramModel, get_model_path
import yaml

from .sound import ROOT

CARRIERS: Final = Path(__file__).with_name("carriers.yaml")
MODELS: Final = ROOT / ".toolchain" / "voices" / "models"
SHARE: Final = 0.6
WORDS: Final = 20_000

START, END = "<s>", "</s>"
type Words = tuple[str, ...]


def household_model() -> Path:
    """Return the mixed model as an ARPA file, made on first use."""
    made_of = CARRIERS.read_bytes() + Path(__file__).read_bytes()
    path = MODELS / f"household-{hashlib.sha256(made_of).hexdigest()[:12]}.arpa"
    if not path.exists():
        MODELS.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        with draft.open("w", encoding="ascii") as file:
            file.writelines(_arpa(_Mixture(carriers(), *_stock())))
        draft.replace(path)
    return path


def stock_model() -> Path:
    """Return pocketsphinx' own model, unmixed."""
    return Path(get_model_path("en-us/en-us.lm.bin"))


def dictionary() -> frozenset[str]:
    """Return every word that the recogniser can pronounce."""
    lines = Path(get_model_path("en-us/cmudict-en-us.dict")).read_text(encoding="utf-8")
    return frozenset(line.split(None, 1)[0] for line in lines.splitlines() if "(" not in line)


def carriers() -> list[Words]:
    """Return the household's sentences, every blank filled with every filling."""
    data = yaml.safe_load(CARRIERS.read_text(encoding="utf-8"))
    fillings: dict[str, list[str]] = data["fillings"]
    fillings["number"] = [spoken(value) for value in range(100)]
    sentences: list[Words] = []
    for group in data["sentences"]:
        for template in group["say"]:
            sentences += [tuple(text.split()) for text in _fill(template, fillings)] * group[
                "weight"
            ]
    unknown = {word for sentence in sentences for word in sentence} - dictionary()
    if unknown:
        raise ValueError(f"not in the dictionary: {', '.join(sorted(unknown))}")
    return sentences


def spoken(value: int) -> str:
    """Return a number from 0 to 99 in words, without a hyphen."""
    if value < 20:
        return _SMALL[value]
    return " ".join(filter(None, (_TENS[value // 10], _SMALL[value % 10] if value % 10 else "")))


_SMALL: Final = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS: Final = [
    "_",
    "_",
    "twenty",
    "thirty",
    "forty",
    "fifty",
    "sixty",
    "seventy",
    "eighty",
    "ninety",
]


def _fill(template: str, fillings: dict[str, list[str]]) -> Iterator[str]:
    blanks = [name for name in fillings if f"{{{name}}}" in template]
    for values in itertools.product(*(fillings[name] for name in blanks)):
        yield template.format(**dict(zip(blanks, values, strict=True)))


# --- pocketsphinx' own model ------------------------------------------------------------------


def _stock() -> tuple[dict[str, float], dict[str, list[tuple[str, float]]]]:
    """Return the commonest words' probabilities, and those of the pairs made of them.

    The packaged model is a binary file. Writing it as text gives the pairs and then ends in a crash
    over the triples (pocketsphinx 5.1.1), which are not wanted: hence the process of its own. The
    model does not keep its LogMath alive: hence the variable.
    """
    source = str(stock_model())
    logmath = LogMath()
    model = NGramModel(Config(), logmath, source)
    known = dictionary() | {START, END}
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / "stock.arpa"
        program = (
            "from pocketsphinx import *; import sys; base = LogMath();"
            "model = NGramModel(Config(), base, sys.argv[1]); model.write(sys.argv[2])"
        )
        subprocess.run([sys.executable, "-c", program, source, str(text)], check=False, stderr=-3)
        with text.open(encoding="utf-8", errors="replace") as lines:
            words = [word for word in _section(lines, "1") if word in known]
            ranked = sorted(words, key=lambda word: -model.prob([word]))[:WORDS]
            singles = {word: 10 ** _log10(logmath, model.prob([word])) for word in ranked}
            pairs: dict[str, list[tuple[str, float]]] = defaultdict(list)
            for line in lines:
                fields = line.split("\t")
                if len(fields) == 4 and fields[1] in singles and fields[2] in singles:
                    pairs[fields[1]].append((fields[2], 10 ** float(fields[0])))
    likely = sum(value for _, value in pairs["the"])
    if not 0.5 < likely < 1.0 or sum(map(len, pairs.values())) < 100_000:
        raise RuntimeError("pocketsphinx' model could not be read")
    return singles, pairs


def _section(lines: Iterable[str], order: str) -> Iterator[str]:
    inside = False
    for line in lines:
        if line.startswith("\\"):
            if inside:
                return
            inside = line.startswith(f"\\{order}-grams")
        elif inside and "\t" in line:
            yield line.split("\t")[1]


def _log10(logmath: LogMath, value: int) -> float:
    return float(logmath.log_to_ln(value)) / math.log(10)


# --- mixing -------------------------------------------------------------------------------------


class _Household:
    """A Witten-Bell trigram over the carriers."""

    def __init__(self, sentences: Iterable[Words], vocabulary: int) -> None:
        self.counts: list[dict[Words, Counter[str]]] = [defaultdict(Counter) for _ in range(3)]
        self.floor = 1.0 / vocabulary
        for sentence in sentences:
            words = (START, *sentence, END)
            for end in range(1, len(words)):
                for order in range(min(end, 2) + 1):
                    self.counts[order][words[end - order : end]][words[end]] += 1
        self.totals = [
            {history: (sum(after.values()), len(after)) for history, after in counts.items()}
            for counts in self.counts
        ]

    def probability(self, history: Words, word: str) -> float:
        """Return P(word | history) for a history of at most two words."""
        shorter = self.probability(history[1:], word) if history else self.floor
        total, kinds = self.totals[len(history)].get(history, (0, 0))
        if not total:
            return shorter
        return (self.counts[len(history)][history][word] + kinds * shorter) / (total + kinds)


class _Mixture:
    """The household's trigram and English bigrams, mixed and made to sum to one."""

    def __init__(
        self,
        sentences: list[Words],
        singles: dict[str, float],
        pairs: dict[str, list[tuple[str, float]]],
    ) -> None:
        said = {word for sentence in sentences for word in sentence}
        self.words = sorted({*singles, *said, START, END})
        self._household = _Household(sentences, len(self.words))
        scale = sum(value for word, value in singles.items() if word != START)
        self._english1 = {word: singles.get(word, 1e-7) / scale for word in self.words}
        self._english2 = {word: dict(after) for word, after in pairs.items()}
        self._english_backoff = {
            word: _remaining(self._english2.get(word, {}), self._english1) for word in self.words
        }
        self.one = {word: self._mix((), word, self._english1[word]) for word in self.words} | {
            START: 1e-99
        }
        self.two = {before: self._after(before) for before in self.words}
        self.weight1 = {word: _remaining(self.two[word], self.one) for word in self.words}
        self.three = {
            history: {
                word: self._mix(history, word, self._english(history[1], word)) for word in counted
            }
            for history, counted in sorted(self._household.counts[2].items())
        }
        # A history that only opens triples must exist as a pair to carry a weight.
        for history in self.three:
            self.two[history[0]].setdefault(history[1], self._pair(*history))
        self.weight2 = {
            history: _remaining(after, {word: self._pair(history[1], word) for word in after})
            for history, after in self.three.items()
        }

    def _mix(self, history: Words, word: str, english: float) -> float:
        return SHARE * self._household.probability(history, word) + (1 - SHARE) * english

    def _english(self, before: str, word: str) -> float:
        listed = self._english2.get(before, {})
        if word in listed:
            return listed[word]
        return self._english_backoff[before] * self._english1[word]

    def _after(self, before: str) -> dict[str, float]:
        counted = self._household.counts[1].get((before,), {})
        words = sorted({*self._english2.get(before, {}), *counted} - {START})
        return {word: self._mix((before,), word, self._english(before, word)) for word in words}

    def _pair(self, before: str, word: str) -> float:
        listed = self.two[before]
        return listed[word] if word in listed else self.weight1[before] * self.one[word]


def _arpa(mixture: _Mixture) -> Iterator[str]:
    yield "\\data\\\n"
    yield f"ngram 1={len(mixture.words)}\n"
    yield f"ngram 2={sum(map(len, mixture.two.values()))}\n"
    yield f"ngram 3={sum(map(len, mixture.three.values()))}\n\n\\1-grams:\n"
    for word in mixture.words:
        yield f"{math.log10(mixture.one[word]):.4f}\t{word}\t{_weight(mixture.weight1[word])}\n"
    yield "\n\\2-grams:\n"
    for before, after in mixture.two.items():
        for word in sorted(after):
            weight = mixture.weight2.get((before, word), 1.0)
            yield f"{math.log10(after[word]):.4f}\t{before} {word}\t{_weight(weight)}\n"
    yield "\n\\3-grams:\n"
    for history, after in mixture.three.items():
        for word in sorted(after):
            yield f"{math.log10(after[word]):.4f}\t{' '.join(history)} {word}\n"
    yield "\n\\end\\\n"


def _remaining(listed: dict[str, float], shorter: dict[str, float]) -> float:
    """Return the weight of the shorter history, so that everything sums to one."""
    left = 1.0 - sum(listed.values())
    below = 1.0 - sum(shorter[word] for word in listed if word != START)
    return max(left, 1e-4) / max(below, 1e-4)


def _weight(value: float) -> str:
    return f"{math.log10(max(value, 1e-9)):.4f}"
