"""Proofs: what a spoken reply must be, and what a reply is.

A reply proves something only if the *whole* utterance is the proof. Recognisers mishear, so of a
household phrase one word may only sound like it ("massage"), and where a script has no spaces one
character may be another one, but no word may be more or less, an article aside. The proof never occurs in what we
say, and a reply made of a run of the words that we have just said is an echo: satellites hear
themselves.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, partial

from . import prompts
from .code import (
    LONGEST_REPLY,
    answers_as_said,
    answers_left,
    fresh_answers,
    is_code_guess,
    says,
    says_answer,
)
from .errors import MessageGuardError
from .heard import is_sound
from .language import Language
from .level import Level
from .mishearing import all_but_one, misheard, miswritten
from .said import said_words
from .text import sound_of
from .words import Words, fewest_changes, in_order

_FEWEST_MISHEARD = 3
"""Words of an echo that may be misheard. With fewer, "yeah" would be an echo of "your"."""


_FEWEST_SHARED, _SHARE_OF_AN_ECHO = 8, 0.77
"""Words of a reply, and the share of them that stands in the question, in its order, from which it is the
question, heard again. So it was of every question that Whisper heard again; of some 450 other utterances no
more than 0.75 did at eight words, and 0.67 from nine on."""

_FEWEST_BEFORE_A_CUT = 5
"""Words of an echo in front of the one that was cut off, and so may be any other."""

_FEWEST_EXACT_SOUNDS = 10
_SOUNDS_OF_AN_ECHO = ((18, 0.68), (15, 0.82), (_FEWEST_EXACT_SOUNDS, 1.0))
"""Letters of how a reply sounds, and the share of them that is in a piece of the question, from which it is the question.

"Be free and safe and in your answer" is what Whisper makes of "three, and say send and your answer". Of 108,202
utterances of meetings none comes near that share and has three words of ours as well (`scripts/bench ambient`).
"""

_MOST_BESIDE_A_SUM = 3
"""Words of an echo beside both numbers of a sum. A command has more, or only one of them."""

_FEWEST_OF_A_FRAME = 3
"""Words of an echo that are the question's own and not the message's: the same message may be asked for once
more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """What a spoken reply must be.

    Attributes:
        level: The level it proves.
        prompt_key: The prompt that asks for it.
        placeholders: What that prompt needs beside recipient and body.
        expected: The whole utterances that prove it, as `Language.proof_words` has them.
        forgiving: The proof, with and without its articles; one word may be misheard (`misheard`), one
            character of a script without spaces miswritten (`miswritten`).
        answer: The number that a code's answer is, however it is said (`code.says_answer`).
    """

    level: Level
    prompt_key: str
    placeholders: Mapping[str, str]
    expected: frozenset[str]
    forgiving: frozenset[Words] = frozenset()
    answer: int | None = None


class Verdict(StrEnum):
    """What a reply is."""

    PROOF = "proof"
    DECLINE = "decline"
    ECHO = "echo"
    AFFIRMATION = "affirmation"
    KEEP = "keep"
    """Says that a no is none: "don't cancel it"."""
    WRONG = "wrong"


def phrase_challenge(phrase: str, language: Language) -> Challenge:
    """Return the challenge that the household's own phrase answers.

    Raises:
        MessageGuardError: If the phrase holds no word.
    """
    words = language.proof_words(phrase)
    if not words:
        raise MessageGuardError("the household phrase holds no word")
    return Challenge(
        level=Level.PHRASE,
        prompt_key="question_phrase",
        placeholders={},
        expected=frozenset({" ".join(words)}),
        forgiving=frozenset({words, language.heard_words(phrase)}),
    )


def code_challenge(
    language: Language, draw: Callable[[int], int], avoid: str, spent: Iterable[int] = ()
) -> Challenge:
    """Return a fresh sum to be answered.

    The operands are a round ten and a two-digit number with the same last digit as the answer, so that
    the sum is easy, yet neither operand nor anything else in `avoid` is the answer.

    Args:
        language: The language of the question.
        draw: Returns an even random integer from 0 to n - 1.
        avoid: All that the question will read back. Its numbers are never the answer.
        spent: The answers of the last codes, the newest last.

    Raises:
        MessageGuardError: If fewer than `FEWEST_ANSWERS` values are left: ask for more than a code.
    """
    answers = fresh_answers(answers_left(language, avoid), spent)
    answer = answers[draw(len(answers))]
    round_ten = 10 * (1 + draw(answer // 10 - 2))
    return Challenge(
        level=Level.CODE,
        prompt_key="question_code",
        placeholders={"a": language.number(round_ten), "b": language.number(answer - round_ten)},
        expected=frozenset(" ".join(words) for words in answers_as_said(language, answer)),
        answer=answer,
    )


def interpret(
    utterance: str, challenge: Challenge, language: Language, spoken: Sequence[str]
) -> Verdict:
    """Return what a reply is.

    Declining always works, except that two or more words which we have just said ourselves are an echo.
    What nobody has said is an echo, too: an utterance without a word in it, a word for a sound, and the proof
    several times over, which recognisers write for noise.

    Args:
        utterance: All that was heard.
        challenge: What was asked for.
        language: The language of the question.
        spoken: What we have just said where the reply was heard; each is read once if it is `Said`.
    """
    if len(utterance) > LONGEST_REPLY:
        return Verdict.WRONG
    readings = tuple(map(language.reply_words, language.as_said(utterance)))
    words = readings[0]
    echo = not words or any(
        _echoes(heard, said_words(text, language), language)
        for heard in readings
        for text in spoken
    )
    if language.is_decline(utterance) and not (echo and len(words) > 1):
        return Verdict.DECLINE
    if echo or language.is_unsaid(utterance):
        return Verdict.ECHO
    if _proves(words, utterance, challenge, language):
        return Verdict.PROOF
    if (
        _is_repeated(words, challenge, language)
        or any(
            _is_question(heard, challenge, language, spoken) or _is_cut_off(heard, language, spoken)
            for heard in readings
        )
        or _is_hint_cut_off(words, utterance, challenge, language)
        or _is_of_a_sum(words, utterance, challenge, language)
    ):
        return Verdict.ECHO
    return _unproved(utterance, language)


def _unproved(utterance: str, language: Language) -> Verdict:
    """Return what a reply is that proves nothing, and that somebody has said."""
    if language.keeps(utterance):
        return Verdict.KEEP
    return Verdict.AFFIRMATION if language.is_affirmation(utterance) else Verdict.WRONG


def is_echo(utterance: str, language: Language, spoken: Sequence[str]) -> bool:
    """Return whether an utterance of two or more words is a run of what we have just said, or a mere sound."""
    if is_sound(utterance):
        return True
    return any(
        _echoes(words, said, language) or (language.spaced and _sounds_exactly_like(words, said))
        for words in map(language.proof_words, language.as_said(utterance))
        if len(words) > 1
        for said in (said_words(text, language) for text in spoken)
    )


def is_most_of(words: Words, said: str, language: Language) -> bool:
    """Return whether so much of a long utterance stands in what was said, in its order, that it is that again.

    The share is the one that was measured for questions (`_SHARE_OF_AN_ECHO`).
    """
    if not language.spaced or len(words) < _FEWEST_SHARED:
        return False
    return in_order(words, said_words(said, language)) >= _SHARE_OF_AN_ECHO * len(words)


def _proves(words: Words, utterance: str, challenge: Challenge, language: Language) -> bool:
    """Return whether the whole utterance is the proof, save for one word that was misheard.

    A wake word in front may be the phrase's own first word.
    """
    as_it_stands = language.proof_words(utterance)
    if not challenge.expected.isdisjoint((" ".join(words), " ".join(as_it_stands))):
        return True
    if challenge.answer is not None:
        return says_answer(utterance, challenge.answer, language)
    wordings = {
        words,
        as_it_stands,
        language.reply_heard_words(utterance),
        language.heard_words(utterance),
    }
    return any(
        len(words) == len(proof) and all_but_one(words, proof, language)
        for proof in challenge.forgiving
        for words in wordings
    )


def _is_repeated(words: Words, challenge: Challenge, language: Language) -> bool:
    """Return whether the words are the proof, said several times and nothing else."""
    return any(
        words == words[:length] * (len(words) // length)
        and (
            " ".join(words[:length]) in challenge.expected
            or (challenge.answer is not None and says(words[:length], challenge.answer, language))
        )
        for length in range(1, len(words) // 2 + 1)
    )


def _is_question(
    words: Words, challenge: Challenge, language: Language, spoken: Sequence[str]
) -> bool:
    """Return whether the words, or how they sound, are a piece of what we have just said, our own words among them."""
    if not language.spaced:
        return False
    frames = _frames(challenge.prompt_key, language)
    if max(in_order(words, frame) for frame in frames) < _FEWEST_OF_A_FRAME:
        return False
    return any(
        is_most_of(words, text, language) or sounds_like(words, said_words(text, language))
        for text in spoken
    )


def _is_cut_off(words: Words, language: Language, spoken: Sequence[str]) -> bool:
    """Return whether all words but the last are a run of what we have just said, where the microphone has closed."""
    return len(words) > _FEWEST_BEFORE_A_CUT and any(
        _runs_exactly(words[:-1], said_words(text, language)) for text in spoken
    )


def _is_hint_cut_off(
    words: Words, utterance: str, challenge: Challenge, language: Language
) -> bool:
    """Return whether all words but the last are a run of our own words that ask for a proof: "not sent yet prior".

    In the form of a code's answer it is one.
    """
    return (
        language.spaced
        and len(words) > _FEWEST_OF_A_FRAME
        and any(
            _runs_exactly(words[:-1], frame) for frame in _frames(challenge.prompt_key, language)
        )
        and not is_code_guess(utterance, language)
    )


@cache
def _frames(prompt_key: str, language: Language) -> tuple[Words, ...]:
    """Return our own words in all that asks for this proof, recipient and body left out."""
    return tuple(
        language.proof_words(" ".join(prompts.fragments(language.prompts[key])))
        for key in prompts.asking(prompt_key)
    )


def _is_of_a_sum(words: Words, utterance: str, challenge: Challenge, language: Language) -> bool:
    """Return whether little is heard but the numbers to be added up: "at the summer 20 and 27".

    Neither is ever the answer. In the form of an answer it is one, and wrong; and one of them with a word beside it
    may be a command ("volume thirty").
    """
    if challenge.answer is None:
        return False
    added = frozenset(
        word for text in challenge.placeholders.values() for word in language.proof_words(text)
    )
    numbers = {word for word in words if any(map(str.isdigit, word))}
    beside = len(words) - len(numbers)
    return (
        bool(numbers)
        and numbers <= added
        and beside <= (_MOST_BESIDE_A_SUM if numbers == added else 0)
        and not is_code_guess(utterance, language)
    )


def sounds_like(words: Words, said: Words) -> bool:
    """Return whether the words sound like a piece of what was said, wherever it was cut off."""
    sound = sound_of(words)
    for length, share in _SOUNDS_OF_AN_ECHO:
        if len(sound) >= length:
            return fewest_changes(sound, sound_of(said)) <= (1 - share) * len(sound)
    return False


def _sounds_exactly_like(words: Words, said: Words) -> bool:
    """Return whether the words sound like a piece of what was said to the letter, wherever it was cut off."""
    sound = sound_of(words)
    return len(sound) >= _FEWEST_EXACT_SOUNDS and sound in sound_of(said)


def body_contains_proof(text: str, challenge: Challenge, language: Language) -> bool:
    """Return whether somebody who hears the text hears the proof in it.

    The text is a body, a recipient, or best a whole question. Any number of its words may be misheard:
    a satellite that hears itself may hear "massage" as "message".
    """
    proofs = {tuple(proof.split(" ")) for proof in challenge.expected} | challenge.forgiving
    wordings = (language.proof_words(text), language.heard_words(text))
    return any(
        _runs(proof, words, language) or _runs_miswritten(proof, words, challenge, language)
        for words in wordings
        for proof in proofs
    )


def _runs_miswritten(proof: Words, text: Words, challenge: Challenge, language: Language) -> bool:
    """Return whether a phrase occurs in the text with one character that is another one."""
    if language.spaced or proof not in challenge.forgiving:
        return False
    length = len(proof)
    return any(
        miswritten(text[start : start + length], proof, language)
        for start in range(len(text) - length + 1)
    )


def _echoes(words: Words, text: Words, language: Language) -> bool:
    """Return whether the words are a run of the text; three or more of them may be misheard.

    A title is the same long and short: "Dr. Miller" is heard as "doctor Miller".
    """
    runs = _runs_exactly if len(words) < _FEWEST_MISHEARD else partial(_runs, language=language)
    if runs(words, text):
        return True
    return language.has_title(words) and runs(
        language.with_short_titles(words), language.with_short_titles(text)
    )


def _runs(words: Words, text: Words, language: Language) -> bool:
    """Return whether the words, or words they may be misheard for, occur in the text in a row.

    Mostly they do not, and the first one tells.
    """
    if _runs_exactly(words, text):
        return True
    first, rest = words[0], words[1:]
    return any(
        (first == text[start] or misheard(first, text[start], language))
        and all(
            said == meant or misheard(said, meant, language)
            for said, meant in zip(rest, text[start + 1 :], strict=False)
        )
        for start in range(len(text) - len(rest))
    )


def _runs_exactly(words: Words, text: Words) -> bool:
    return f" {' '.join(words)} " in f" {' '.join(text)} "


def phrase_problems(phrase: str, language: Language, others: Iterable[str]) -> tuple[str, ...]:
    """Return what is wrong with a household phrase, as translation keys; empty when it will do.

    Args:
        phrase: What the household wants to say.
        language: The language it will be said in.
        others: Prompts of all languages, and whatever else the house may say; braces are placeholders.
    """
    words = language.proof_words(phrase)
    checks = {
        "phrase_too_short": len(words) < language.phrase_words,
        "phrase_is_affirmation": language.is_plain_yes(phrase),
        "phrase_is_decline": language.is_decline(phrase),
        "phrase_confusable": not language.confusables.isdisjoint(phrase_words(phrase, language)),
        "phrase_is_number": language.digits(phrase) is not None,
        "phrase_in_prompt": bool(words)
        and any(
            body_contains_proof(part, phrase_challenge(phrase, language), language)
            for text in (*language.prompts.values(), *others)
            for part in prompts.fragments(text)
        ),
    }
    return tuple(problem for problem, found in checks.items() if found)


def phrase_words(phrase: str, language: Language) -> tuple[str, ...]:
    """Return the words of a phrase as they are said: numbers are words again."""
    known = {str(value): forms[0] for value, forms in enumerate(language.number_words)}
    return tuple(known.get(word, word) for word in language.words(phrase))
