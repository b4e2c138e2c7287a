"""A code: which numbers it asks for, and how an answer is said.

The number has to be right to the digit. What stands around it sets it apart from talk, in which numbers are said all
day: one of several ways to say it, of which recognisers may lose a word. Each of them is a guess.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
import re

from .errors import MessageGuardError
from .language import Language
from .language_file import LARGEST_NUMBER
from .mishearing import may_be_article, misheard
from .words import Words, without

LONGEST_REPLY = 2000
"""Characters. No proof comes near it; what is longer is compared with nothing."""

FEWEST_ANSWERS = 30
"""A code's answer is drawn from at least so many values (design)."""

_FEWEST_TOLD = 3
"""Words of an answer, its number among them and articles aside, from which one of the others may be misheard."""

_FIGURES = re.compile(
    r"(?<![\d.,:/$%-])(?:\$(?=\d\d(?![\d.,:/%-]*\d))|(\d)-(?=\d(?![\d.,:/%-]*\d)))"
)
"""Whisper writes "eighty-nine" as "$89" and as "8-9", where nobody has spoken of money or of two numbers."""


def code_answers(language: Language) -> tuple[int, ...]:
    """Return the numbers that a code's answer is drawn from, each as likely as any other.

    Thirty to ninety-nine, of digits that recognisers tell apart in this language (in English no one,
    two, four and eight: won, to, for, ate; and no round tens: thirty, thirteen). Below thirty, a sum
    of tens and a two-digit number would need a teen.
    """
    return tuple(10 * tens + unit for tens in language.code_tens for unit in language.code_units)


def answers_left(language: Language, avoid: str) -> list[int]:
    """Return the answers that stand in no number of the text, nor inside a longer one ("357").

    Raises:
        MessageGuardError: If fewer than `FEWEST_ANSWERS` values are left: ask for more than a code.
    """
    said = [word for word in language.words(avoid) if any(map(str.isdigit, word))]
    answers = [
        answer for answer in code_answers(language) if not any(str(answer) in word for word in said)
    ]
    if len(answers) < FEWEST_ANSWERS:
        raise MessageGuardError("too few answers are left that the question would not give away")
    return answers


def fresh_answers(answers: Sequence[int], spent: Iterable[int]) -> list[int]:
    """Return the answers without those of earlier codes, as long as `FEWEST_ANSWERS` are left.

    What proved one message is then no guess at the next one's proof.

    Args:
        answers: Those that may be asked for.
        spent: Those that were asked for before, the newest last.
    """
    left = list(answers)
    for answer in reversed(list(spent)):
        if answer in left and len(left) > FEWEST_ANSWERS:
            left.remove(answer)
    return left


@cache
def answers_as_said(language: Language, number: int) -> frozenset[Words]:
    """Return every way to say this number as the answer of a code."""
    texts = [form.format(number=language.number(number)) for form in language.code_forms]
    return frozenset(language.proof_words(text) for text in texts)


@cache
def _with_articles(language: Language, number: int) -> frozenset[Words]:
    texts = [form.format(number=language.number(number)) for form in language.code_forms]
    return answers_as_said(language, number) | {language.heard_words(text) for text in texts}


def says_answer(utterance: str, number: int, language: Language) -> bool:
    """Return whether the whole utterance is this number as the answer of a code.

    People say please in front of it or behind it.
    """
    return any(says(words, number, language) for words in _readings(utterance, language))


def _readings(utterance: str, language: Language) -> tuple[Words, Words]:
    """Return the words of a reply without its articles, and with them."""
    text = _FIGURES.sub(r"\1", utterance)
    return language.reply_words(text), language.reply_heard_words(text)


def says(words: Words, number: int, language: Language) -> bool:
    """Return whether these words are this number as the answer of a code."""
    figure = str(number)
    words = in_figures(words, language)
    if figure not in words:
        return False
    said = _without_around(words, _around(language))
    return any(
        said == form or (language.spaced and _is_near(said, form, figure, language))
        for form in _with_articles(language, number)
    )


def is_code_guess(utterance: str, language: Language) -> bool:
    """Return whether an utterance has the form of a code's answer.

    A wrong one ends its request: so the chance to guess is one in thirty at most for each request
    (`FEWEST_ANSWERS`). Any other wrong reply costs a try, but could never be right.
    """
    if len(utterance) > LONGEST_REPLY:
        return False
    return any(
        says(words, number, language)
        for words in _readings(utterance, language)
        for number in _numbers(words, language)
    )


def _numbers(words: Words, language: Language) -> frozenset[int]:
    """Return every number among the words that a code may ask for."""
    known = _known_numbers()
    return frozenset(known[word] for word in frozenset(in_figures(words, language)) & known.keys())


@cache
def _known_numbers() -> Mapping[str, int]:
    return {str(number): number for number in range(LARGEST_NUMBER + 1)}


def holds_code(text: str, language: Language) -> bool:
    """Return whether somebody who hears the text hears an answer in the form of a code's, whatever its number."""
    words = in_figures(language.proof_words(text), language)
    known = _known_numbers()
    return any(
        says(words[start:end], known[word], language)
        for at, word in enumerate(words)
        if word in known
        for start in range(max(0, at - _longest(language)), at + 1)
        for end in range(at + 1, min(len(words), at + _longest(language)) + 1)
    )


@cache
def _longest(language: Language) -> int:
    """Return how many words the longest way to say an answer has."""
    return max(map(len, answers_as_said(language, LARGEST_NUMBER)))


def in_figures(words: Words, language: Language) -> Words:
    """Return the words with a number that is written as two in one: "4 to 3" is forty-three, "40 e 3" in Portuguese."""
    found: list[str] = []
    for word in words:
        between = len(found) > 1 and found[-1] in language.code_between
        if between and _is_figure(word) and _is_figure(found[-2].removesuffix("0")):
            found[-2:] = [found[-2][0] + word]
        else:
            found.append(word)
    return tuple(found)


def _is_figure(word: str) -> bool:
    return len(word) == 1 and word.isascii() and word.isdecimal()


def _is_near(said: Words, form: Words, figure: str, language: Language) -> bool:
    """Return whether one word of the form, never the number, is another one that may stand for it.

    Beside a single word that says nothing: "point five" sounds like "send five", and people say it.
    """
    told = sum(not language.is_article(word) for word in form)
    if len(said) != len(form) or told < _FEWEST_TOLD:
        return False
    different = [pair for pair in zip(said, form, strict=True) if pair[0] != pair[1]]
    if len(different) != 1 or figure in different[0]:
        return False
    heard, meant = different[0]
    if misheard(heard, meant, language):
        return True
    # "The answer as 43": a word too short to sound like anything, beside one that was heard.
    return (
        may_be_article(heard)
        and may_be_article(meant)
        and not language.is_negative(heard)
        and any(word.isalpha() and not may_be_article(word) for word in said)
    )


@cache
def _around(language: Language) -> tuple[Words, ...]:
    return tuple(language.proof_words(text) for text in language.code_around)


def _without_around(words: Words, rows: Iterable[Words]) -> Words:
    """Return the words without what people say in front of an answer and behind it."""
    front = without(words, rows)
    back = without(tuple(reversed(front)), [tuple(reversed(row)) for row in rows])
    return tuple(reversed(back))
