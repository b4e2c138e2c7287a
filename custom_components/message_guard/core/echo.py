"""An echo that only its sound tells: a question of ours as it is heard when a cut and a mishearing have changed its words.

`proof.interpret` tells an echo by its words, in front of all else. This goes further, and so is asked last, about what is no
proof, no "no", no number that was asked for, no request and no command: it would cost a try. The odds that talk is taken
for an echo here are in docs/safety.md; a try is all that this can save, never a proof.
"""

from collections.abc import Iterable

from .code import LONGEST_REPLY
from .language import Language
from .said import said_words
from .text import sound_of
from .words import Words, changes

_CHANGED_BEYOND = 0.45
_FEWEST_SOUNDS, _FEWEST_TO_THE_END = 12, 7
"""Of the letters of how a reply sounds, so many have to be a piece of what was said, and of the others this share may be
changed; fewer have to be where the piece is the end of it.

Of 108,202 utterances of meetings, one comes so near to one of 24 questions (`scripts/bench ambient`)."""

_FEWEST_TORN = 8
"""Characters of two words or more of which the first and the last may be torn: "7 and say", "tell the fam"."""


def is_like_echo(
    utterance: str, language: Language, spoken: Iterable[str], *, words_awaited: bool = False
) -> bool:
    """Return whether an utterance sounds like a piece of what we have just said; a single word never does.

    Args:
        utterance: All that was heard, known to be nothing else.
        language: The language of what was said.
        spoken: What we have just said where it was heard.
        words_awaited: The words of a message are awaited, which may be any. "What shall I do with that" sounds enough
            like the end of "What should I tell Dad?", and so has to be nearer.
    """
    if not language.spaced or len(utterance) > LONGEST_REPLY:
        return False
    return any(
        _is_torn(words, said) or _is_piece(words, said, words_awaited=words_awaited)
        for words in map(language.reply_words, language.as_said(utterance))
        if len(words) > 1
        for said in (said_words(text, language) for text in spoken)
    )


def _is_torn(words: Words, said: Words) -> bool:
    """Return whether the words are a piece of what was said that begins or ends within a word."""
    heard = " ".join(words)
    return len(heard) >= _FEWEST_TORN and heard in " ".join(said)


def _is_piece(words: Words, said: Words, *, words_awaited: bool) -> bool:
    """Return whether it sounds like a piece of what was said, wherever its words begin and end."""
    sound = sound_of(words)
    if len(sound) < _FEWEST_TO_THE_END:
        return False
    anywhere, to_the_end = changes(sound, sound_of(said))
    if anywhere <= _CHANGED_BEYOND * (len(sound) - _FEWEST_SOUNDS):
        return True
    return not words_awaited and to_the_end <= _CHANGED_BEYOND * (len(sound) - _FEWEST_TO_THE_END)
