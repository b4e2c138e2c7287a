"""Mishearing: which word of a proof may be another one, as recognisers write it, and which never may."""

from .language import Language
from .text import sounds_alike
from .words import Words

_LONGEST_ARTICLE = 4
"""Letters of what an article may be misheard as."""

_FEWEST_CHARACTERS = 6
"""Characters of a phrase in which one may be another one; household phrases have so many."""


def all_but_one(words: Words, proof: Words, language: Language) -> bool:
    """Return whether one of the words, as many as the proof has, is another one that may stand for it."""
    if not language.spaced:
        return miswritten(words, proof, language)
    different = [pair for pair in zip(words, proof, strict=True) if pair[0] != pair[1]]
    return len(different) == 1 and misheard(*different[0], language)


def miswritten(words: Words, proof: Words, language: Language) -> bool:
    """Return whether one character of a phrase is another one.

    Recognisers write a character that sounds the same, and which do differs by language and dialect; so it
    may be any that says no no. The last one has to be right: there a verb is turned into its past or its
    opposite.
    """
    different = [pair for pair in zip(words, proof, strict=True) if pair[0] != pair[1]]
    return (
        len(proof) >= _FEWEST_CHARACTERS
        and len(different) == 1
        and words[-1] == proof[-1]
        and all(one.isalpha() and not language.is_negative(different[0][0]) for one in different[0])
    )


def misheard(said: str, meant: str, language: Language) -> bool:
    """Return whether one word may stand for another: it sounds alike, or both are too short to matter.

    A word that people say no with never stands for another, whatever it sounds like.
    """
    if language.is_negative(said):
        return False
    if language.is_article(meant):
        return may_be_article(said)
    return sounds_alike(said, meant)


def may_be_article(said: str) -> bool:
    """Return whether a word is so short that an article, or another word that says nothing, may be heard as it."""
    return said.isalpha() and len(said) <= _LONGEST_ARTICLE
