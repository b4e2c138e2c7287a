"""Resemblance: whether a wrong reply was meant as one.

Somebody who types while a question waits may have gone on to something else. What looks like the reply
that was asked for is a reply, and counted; anything else costs nothing.
"""

import re

from .code import is_code_guess
from .language import PAUSE, Language
from .level import Level
from .pin import digit_runs
from .proof import Challenge


def resembles(utterance: str, challenge: Challenge, language: Language) -> bool:
    """Return whether an utterance looks like the reply that was asked for.

    It begins with a yes that stands by itself or goes on to little else, or it holds a number where one was asked for,
    else most words of the phrase. "Good morning" begins with a yes, too.
    """
    proofs = [proof.split(" ") for proof in challenge.expected]
    words = language.words(utterance)
    if language.is_affirmation(PAUSE.split(utterance, maxsplit=1)[0]):
        return True
    if words and language.is_affirmation(words[0]):
        known = {word for proof in proofs for word in proof}
        others = [
            word
            for word in language.proof_words(utterance)
            if word not in known and not language.is_affirmation(word)
        ]
        if 2 * len(others) < len(words):
            return True
    if challenge.level is Level.PIN:
        return language.digits(utterance) is not None or bool(digit_runs(utterance, language))
    if challenge.level is Level.CODE:
        return is_code_guess(utterance, language) or bool(language.digit_rows(utterance))
    said = set(language.proof_words(utterance))
    return any(2 * sum(word in said for word in proof) > len(proof) for proof in proofs)


def may_be_proof(utterance: str, phrase: str) -> bool:
    """Return whether an utterance may be a proof, without any language file: when nothing else can tell any more.

    It holds a figure, or every word of the phrase.
    """
    said = set(re.findall(r"\w+", utterance.casefold()))
    secret = set(re.findall(r"\w+", phrase.casefold()))
    return any(character.isdigit() for character in utterance) or bool(secret and secret <= said)
