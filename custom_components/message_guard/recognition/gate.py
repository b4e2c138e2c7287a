"""The gate: turns away what none of some sentences can be, before any of them is matched."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
import re

from hassil.expression import (
    Alternative,
    Expression,
    Group,
    ListReference,
    Permutation,
    RuleReference,
    Sentence,
    TextChunk,
)

from ..core.language import Language

MATCHED_HEAD, MATCHED_TAIL = 200, 60
"""Characters of an utterance that are matched: recipient and verb stand there, the body in between."""


type _Fixed = frozenset[frozenset[str]]
"""The fixed words of a sentence: one of each of several sets."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Gate:
    """Turns away what none of some sentences can be, by its first word and its fixed words.

    Attributes:
        first_words: Matches the first words of all sentences that have some.
        fixed_words: What each of the sentences needs that can begin with a word.
        anywhere: What each of those needs that can begin with anything.
    """

    first_words: re.Pattern[str]
    fixed_words: Mapping[str, tuple[_Fixed, ...]]
    anywhere: tuple[_Fixed, ...]

    def may_match(self, text: str, start: int) -> bool:
        """Return whether the text can be one of them, from this position on."""
        first = self.first_words.match(text, start)
        needed = self.anywhere
        if first is not None:
            needed += self.fixed_words.get(first[0].casefold(), ())
        if not needed:
            return False
        folded = text[start : start + MATCHED_HEAD].casefold() + text[-MATCHED_TAIL:].casefold()
        return any(
            all(any(word in folded for word in either) for either in fixed) for fixed in needed
        )


def end_of_word(language: Language) -> str:
    """Return a pattern for where a word ends."""
    return r"(?!\w)" if language.spaced else ""


def either(texts: Iterable[str]) -> str:
    """Return a pattern for any of the texts, the longest first; for none of none."""
    longest_first = sorted(set(texts), key=len, reverse=True)
    return "|".join(re.escape(text).replace(r"\ ", r"\s+") for text in longest_first) or r"(?!)"


def gate(language: Language, sentences: Iterable[Sentence], rules: dict[str, Sentence]) -> Gate:
    """Return what turns away all that is none of the sentences."""
    anywhere = dict[_Fixed, None]()
    by_word = dict[str, dict[_Fixed, None]]()
    for sentence in sentences:
        fixed = sentence.get_required_clauses(rules)
        words, may_be_empty = _leading(sentence.expression, rules) or (set(), True)
        if may_be_empty:
            anywhere[fixed] = None
        for word in words:
            by_word.setdefault(word.casefold(), {})[fixed] = None
    # The longest is found; where words are not set apart, it may begin with the first word of another sentence.
    begun = {
        word: {one: None for other in by_word if word.startswith(other) for one in by_word[other]}
        for word in by_word
    }
    first = re.compile(rf"(?:{either(by_word)}){end_of_word(language)}", re.IGNORECASE)
    fixed_words = {word: _fewest(needed) for word, needed in begun.items()}
    return Gate(first, fixed_words, _fewest(anywhere))


def _fewest(needed: Collection[_Fixed]) -> tuple[_Fixed, ...]:
    """Return them without those that need more than another: whether these match makes no difference."""
    return tuple(one for one in needed if not any(other < one for other in needed))


def _leading(expression: Expression, rules: Mapping[str, Sentence]) -> tuple[set[str], bool] | None:
    """Return the first words of all that an expression matches, and whether it matches nothing at all.

    None where it can begin with a slot: then anything can be its first word.
    """
    match expression:
        case TextChunk():
            words = expression.text.split()
            return ({words[0]}, False) if words else (set(), True)
        case RuleReference():
            return _leading(rules[expression.rule_name].expression, rules)
        case Alternative() | Permutation():
            found = [_leading(item, rules) for item in expression.items]
            if None in found:
                return None
            known = [item for item in found if item is not None]
            return set().union(*(item[0] for item in known)), any(item[1] for item in known)
        case Group():
            return _leading_of_sequence(expression, rules)
        case ListReference():
            return None
        case _:
            raise ValueError(f"unknown expression {type(expression).__name__}")


def _leading_of_sequence(
    sequence: Group, rules: Mapping[str, Sentence]
) -> tuple[set[str], bool] | None:
    words: set[str] = set()
    for item in sequence.items:
        found = _leading(item, rules)
        if found is None:
            return None
        words |= found[0]
        if not found[1]:
            return words, False
    return words, True
