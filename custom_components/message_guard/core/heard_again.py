"""Heard again: whether an utterance is a message, or a piece of one, as a recogniser writes it that hears a loudspeaker.

It hears pieces, puts a word in front or behind ("Thank you."), and writes what sounds alike ("the lites"). A command
that shares a word or two with a message is none; one that sounds like a piece of it may be either, and does nothing.
"""

from collections.abc import Iterator
import re

from .language import Language
from .proof import is_echo, is_most_of, sounds_like
from .said import said_words
from .text import sound_of
from .words import Words, fewest_changes

_SENTENCE_ENDS = re.compile(r"[.!?…;:\n。！？；：]+(?=\s|$)|[。！？；：]")  # noqa: RUF001 - full width on purpose

_NOT_SAID = re.compile(r"°\s?[cf]?(?![a-z])|[%‰€$£¥+°]", re.IGNORECASE)
"""Signs that one side writes and the other spells out; a word more or less makes no difference."""

_FEWEST_IN_A_ROW, _SHARE_IN_A_ROW = 3, 0.7
"""Words of an utterance in a row that stand so in the message, and their share of it, from which it is the message,
with something in front or behind: "unlock the front door thanks"."""

_LONGEST_ROW = 40
"""Words that are looked at one by one; with more, `is_most_of` tells."""

_FEWEST_SOUNDS, _SOUNDS_A_CHANGE = 4, 4
"""Letters of how a word sounds from which it may be written otherwise, and for how many of them one may be another."""

_FEWEST_SOUNDS_OF_A_PIECE, _CHANGED_OF_A_PIECE = 10, 0.15
"""Letters of how an utterance sounds from which it may be written otherwise as a whole, and the share of them that may be
others: Whisper writes "and lock the front door" for "unlock the front door", and that locks it."""

_MOST_PADDING = 3
"""Words in front and behind that say nothing: "thank you", "okay", "please"."""


def sentences_of(heard: str, language: Language) -> Iterator[str]:
    """Yield an utterance, and each of its sentences that has two words or more and says anything."""
    yield heard
    pieces = [piece for piece in _SENTENCE_ENDS.split(heard) if piece.strip()]
    if len(pieces) > 1:
        for piece in pieces:
            if len(language.proof_words(piece)) > 1 and not _says_nothing(piece, language):
                yield piece


def heard_words(text: str, language: Language) -> Words:
    """Return the words of a text without signs that may be spelled out, and with "and" for "&"."""
    words = (
        language.proof_words(_NOT_SAID.sub(" ", text))
        if _NOT_SAID.search(text)
        else said_words(text, language)
    )
    if "&" not in words:
        return words
    joined = language.proof_words(language.say("list_and", first="", last=""))
    return tuple(part for word in words for part in (joined if word == "&" else (word,)))


def is_heard_again(piece: str, text: str, language: Language) -> bool:
    """Return whether two words or more are a piece of a text that was said."""
    if is_echo(piece, language, (text,)):
        return True
    words, said = heard_words(piece, language), heard_words(text, language)
    if is_most_of(words, " ".join(said), language):
        return True
    if not language.spaced or len(words) < 2:  # noqa: PLR2004 - a row
        return False
    heard, meant = _as_heard(words), _as_heard(said)
    if sounds_like(heard, meant) or _sounds_nearly_like(sound_of(heard), sound_of(meant)):
        return True
    return len(words) <= _LONGEST_ROW and (
        _shares_a_row(words, said) or _is_padded(words, said, language)
    )


def _sounds_nearly_like(heard: str, meant: str) -> bool:
    """Return whether it sounds like a piece of what was said, wherever its words begin and end."""
    return len(heard) >= _FEWEST_SOUNDS_OF_A_PIECE and fewest_changes(
        heard, meant
    ) <= _CHANGED_OF_A_PIECE * len(heard)


def _shares_a_row(words: Words, said: Words) -> bool:
    row = _longest_row(words, said)
    return row == len(words) or (row >= _FEWEST_IN_A_ROW and row >= _SHARE_IN_A_ROW * len(words))


def _is_padded(words: Words, said: Words, language: Language) -> bool:
    """Return whether it is a piece of what was said but for words at its ends that say nothing."""
    for before in range(_MOST_PADDING + 1):
        for behind in range(_MOST_PADDING + 1):
            rest = words[before : len(words) - behind]
            if len(rest) < 2 or not before + behind:  # noqa: PLR2004 - a row
                continue
            padding = (words[:before], words[len(words) - behind :])
            if all(not part or _says_nothing(" ".join(part), language) for part in padding) and (
                _longest_row(rest, said) == len(rest)
            ):
                return True
    return False


def _says_nothing(words: str, language: Language) -> bool:
    return language.is_unsaid(words) or language.is_affirmation(words) or language.is_padding(words)


def _longest_row(words: Words, said: Words) -> int:
    """Return how many words in a row stand in a text in a row, or what they may be heard as."""
    longest, before = 0, [0] * (len(said) + 1)
    for word in words:
        row = [0] * (len(said) + 1)
        for at, meant in enumerate(said):
            if word == meant or _is_near(word, meant):
                row[at + 1] = before[at] + 1
        longest, before = max(longest, *row), row
    return longest


def _is_near(word: str, meant: str) -> bool:
    if not (word.isalpha() and meant.isalpha()):
        return False
    one, other = (sound_of(_as_heard((text,))) for text in (word, meant))
    if min(len(one), len(other)) < _FEWEST_SOUNDS:
        return False
    if abs(len(one) - len(other)) > max(len(one), len(other)) // _SOUNDS_A_CHANGE:
        return False
    short, long = sorted((one, other), key=len)
    changes = fewest_changes(long, short)
    return changes <= len(long) // _SOUNDS_A_CHANGE


def _as_heard(words: Words) -> Words:
    """Return words without letters that nobody hears: "light" is heard like "lite"."""
    return tuple(word.replace("ght", "t") for word in words)
