"""Reading aloud: what is heard while a message is said, and for as long as it may echo.

A message may hold a command, a request, a wake word's command for another assistant of ours. Whatever a microphone in
earshot hears that is an echo of it does nothing. What is no echo is somebody who speaks, and works as always; so does a
no of one word, which only ever ends something.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf

from .heard import without_wake_word
from .heard_again import heard_words, is_heard_again, sentences_of
from .language import Language
from .said import Said

ECHO_SECONDS = 10.0
"""How long after its end a message may still come back through a microphone and a recogniser."""

SLOWEST_CHARACTERS, FASTEST_CHARACTERS = 9.0, 25.0
"""Characters that a voice says in a second. Where nothing tells that it has ended, the slowest counts; a satellite that
says so sooner than the fastest could means what it has said before."""

BEFORE_SECONDS = 10.0
"""How long a voice may take to begin, where nothing tells when it has ended."""

_LONGEST = 2000
"""Characters of an utterance that are compared."""

type Place = str | None


@dataclass(slots=True)
class _Sounding:
    """One message at one place: since and until when it may be heard, and no sooner than when it can have ended."""

    text: Said
    since: float
    until: float
    ended_earliest: float
    held: bool = False


class ReadAloud:
    """The messages that are being said, or may still echo, by the place where they are said."""

    def __init__(self) -> None:
        """Begin with silence."""
        self._sounding: dict[Place, list[_Sounding]] = {}

    def say(self, place: Place, text: str, now: float) -> None:
        """Note that a message is about to be said at a place, at `now` (seconds of any one clock)."""
        self._forget(now)
        before = BEFORE_SECONDS if place is not None else 0.0
        until = now + before + len(text) / SLOWEST_CHARACTERS + ECHO_SECONDS
        earliest = now + len(text) / FASTEST_CHARACTERS
        self._sounding.setdefault(place, []).append(_Sounding(Said(text), now, until, earliest))

    @contextmanager
    def saying(self, place: Place, text: str, now: Callable[[], float]) -> Iterator[None]:
        """Hold a message as one that is heard for as long as it is being said, however long that takes, and its echo."""
        begins = now()
        self._forget(begins)
        earliest = begins + len(text) / FASTEST_CHARACTERS
        sounding = _Sounding(Said(text), begins, inf, earliest, held=True)
        self._sounding.setdefault(place, []).append(sounding)
        try:
            yield
        finally:
            sounding.held = False
            sounding.until = max(now(), earliest) + ECHO_SECONDS

    def ended(
        self, place: Place, now: float, *, since: float = inf, cut_short: bool = False
    ) -> None:
        """Note that a place has fallen silent, to the end of what it says or before.

        Args:
            place: Where.
            now: Seconds of the clock of `say`.
            since: When it had begun to speak: what began later is not what has ended.
            cut_short: It was woken, or stopped.
        """
        for sounding in self._sounding.get(place, ()):
            if sounding.held or sounding.since > since:
                continue
            end = now if cut_short else max(now, sounding.ended_earliest)
            sounding.until = min(sounding.until, end + ECHO_SECONDS)

    def sounds(self, now: float) -> bool:
        """Return whether anything may be heard anywhere; cheap, for every turn."""
        return bool(self._sounding) and any(
            one.until >= now for several in self._sounding.values() for one in several
        )

    def is_echo(
        self, utterance: str, language: Language, places: Collection[Place] | None, now: float
    ) -> bool:
        """Return whether an utterance is a message, or a part of one, that is heard again.

        Args:
            utterance: What was heard.
            language: Its language.
            places: Those whose loudspeakers the microphone may hear; None where it may be any.
            now: Seconds of the clock of `say`.
        """
        if not self.sounds(now):
            return False
        written = without_wake_word(utterance[:_LONGEST])
        return any(
            self._is_again(heard, language, places, now) for heard in language.as_said(written)
        )

    def _is_again(
        self, heard: str, language: Language, places: Collection[Place] | None, now: float
    ) -> bool:
        words = language.proof_words(heard)
        if not words or (len(words) == 1 and language.is_decline(heard)):
            return False
        texts = self._heard_at(places, now)
        if len(words) == 1:
            return any(words[0] in heard_words(text, language) for text in texts)
        return any(
            is_heard_again(piece, text, language)
            for piece in sentences_of(heard, language)
            for text in texts
        )

    def _heard_at(self, places: Collection[Place] | None, now: float) -> list[Said]:
        return [
            one.text
            for place, several in self._sounding.items()
            if places is None or place is None or place in places
            for one in several
            if one.until >= now
        ]

    def _forget(self, now: float) -> None:
        for place, several in tuple(self._sounding.items()):
            kept = [one for one in several if one.until >= now]
            if kept:
                self._sounding[place] = kept
            else:
                del self._sounding[place]
