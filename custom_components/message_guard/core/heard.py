"""What recognisers write that nobody has said to the house: wake words, and words for sounds without any."""

import re

_WAKE_WORDS = (
    # microWakeWord and openWakeWord, as Home Assistant offers them, and how recognisers write them.
    "nabu|naboo|nabo|navu|jarvis|mycroft|rhasspy|alexa"
)
_CALLS = "hey|hay|hi|okay|okey|ok|o k|oké|okej"
SOUND_BEGINS = "[(*♪♫♬🎵🎶"
_WAKE_WORD = re.compile(
    rf"\W*(?:(?:{_CALLS})\W+)?(?:{_WAKE_WORDS})\b(?!['’]\w)[^\w{re.escape(SOUND_BEGINS)}]*",  # noqa: RUF001 - an apostrophe
    re.IGNORECASE,
)

_SOUND = re.compile(r"(?:\s|\[[^\[\]]*\]|\([^()]*\)|\*[^*]*\*|[♪♫♬🎵🎶])+")
"""Whisper's words for sounds: "[Music]", "[BLANK_AUDIO]", "(door closes)", "*sighs*", "♪"."""

_LONGEST_SOUND = 200
"""Characters. No sound has more to say."""


def without_wake_word(text: str) -> str:
    """Return the text without a wake word that a recogniser has left in front ("Hey Jarvis, …")."""
    found = _WAKE_WORD.match(text)
    return text[found.end() :] if found is not None else text


def is_sound(text: str) -> bool:
    """Return whether the text is nothing but a word for a sound, or a wake word: nobody has said anything.

    Speech is never written in brackets, and music without words never without notes.
    """
    said = without_wake_word(text).strip()
    if not said:
        return bool(text.strip())
    return len(said) <= _LONGEST_SOUND and _SOUND.fullmatch(said) is not None
