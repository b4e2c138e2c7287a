"""Replies: what an utterance is to the question that was asked at its place."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from weakref import WeakValueDictionary

from ..core.code import is_code_guess
from ..core.confirmation import Confirmation
from ..core.echo import is_like_echo
from ..core.household import Household
from ..core.language import Language
from ..core.level import Level
from ..core.phrase import Phrase
from ..core.pin import MOST_RUNS, Tombstones, digit_runs, pins_said
from ..core.proof import Verdict, interpret, is_echo
from ..core.request import Origin, Request
from ..core.satellites import Earshot
from .echo_memory import EchoMemory
from .locks import Locks
from .ports import Surroundings
from .utterance import Late, ReplyReading

SOUNDING_SECONDS = 15.0
"""How long a loudspeaker next door may go on with what it has begun to say."""

type PinMatches = Callable[[str, str], Awaitable[bool]]
"""Tells whether digits (first) are the PIN of a hash (second)."""

_PROVES_NOTHING = frozenset({Verdict.DECLINE, Verdict.ECHO, Verdict.AFFIRMATION, Verdict.KEEP})


class Replies:
    """Reads replies, compares PINs and counts what was wrong."""

    def __init__(
        self, home: Surroundings, spoken: EchoMemory, locks: Locks, pin_matches: PinMatches
    ) -> None:
        """Read replies in this home."""
        self._home = home
        self._spoken = spoken
        self._locks = locks
        self._pin_matches = pin_matches
        self._tombstones = Tombstones()
        self._phrase: tuple[str, dict[Language, Phrase]] = ("", {})
        # What is said at two places at once must not be compared before either is counted.
        self._one_pin_at_a_time = asyncio.Lock()
        self._one_reply_at_a_time = WeakValueDictionary[str | None, asyncio.Lock]()

    def one_at_a_time(self, place: str | None) -> asyncio.Lock:
        """Return what a reply at this place holds, so that the next is compared with what it leaves.

        Counting takes as long as the disk does; answers to the question before would count meanwhile.
        """
        return self._one_reply_at_a_time.setdefault(place, asyncio.Lock())

    def read(
        self,
        utterance: str,
        origin: Origin,
        waiting: Confirmation | None,
        earshot: Earshot,
        phrase: str,
        words_since: float | None,
        *,
        cut: bool = False,
    ) -> ReplyReading:
        """Return what an utterance is, here and now. Changes nothing.

        As it stands first; what stands behind a wake word of the home counts where that is nothing. So it is one
        guess, however it is read.

        Args:
            utterance: What was said.
            origin: Where.
            waiting: The question that waits there.
            earshot: Which satellites hear which.
            phrase: What comes too late if it is said: the household's phrase where nothing waits, else the one
                that was its phrase before.
            words_since: Since when the words of a message are awaited there, None where none are.
            cut: What was in front of it has been cut off.
        """
        verdict = self._verdict(utterance, origin, waiting, earshot)
        asked_pin = waiting is not None and waiting.level is Level.PIN
        late = None
        if verdict is not Verdict.PROOF:
            if self.swallows(utterance, origin):
                late = Late.PROOF
            elif self.is_phrase(utterance, origin, phrase):
                late = Late.PROOF if waiting is None else Late.FORMER_PHRASE
        reading = ReplyReading(
            utterance=utterance,
            waiting=waiting,
            verdict=verdict,
            guess=verdict is Verdict.WRONG and self.is_guess(utterance, origin, waiting),
            pin_digits=asked_pin and self.may_say_pin(utterance, origin),
            late=late,
            echo=words_since is not None
            and (not utterance.strip() or self.is_echo(utterance, origin, earshot, words_since)),
        )
        if (waiting is None and words_since is None) or cut or reading.known:
            return reading
        for rest in self._home.behind_wake_word(utterance):
            found = self.read(rest, origin, waiting, earshot, phrase, words_since, cut=True)
            if found.known:
                return found
        return reading

    def _verdict(
        self, utterance: str, origin: Origin, confirmation: Confirmation | None, earshot: Earshot
    ) -> Verdict | None:
        """Return what this utterance is to a question, None when it can be no reply.

        It proves something in the language of the question only, in which wrong ones are counted, too. A no,
        a yes and an echo may as well be in the language in which it was heard.

        At `Level.PIN` any utterance of nothing but digits is a `PROOF` until it has been compared.
        """
        languages = self._languages(origin, confirmation)
        if confirmation is None or not languages:
            return None
        challenge = confirmation.challenge
        if challenge is None:
            no = any(language.is_decline(utterance) for language in languages)
            no = no or _says_no_to_them(utterance, confirmation, languages)
            keeps = any(language.keeps(utterance) for language in languages)
            return Verdict.DECLINE if no else Verdict.KEEP if keeps else None
        said = self._said(origin, confirmation, earshot)
        verdict, *others = (
            interpret(utterance, challenge, language, said) for language in languages
        )
        if verdict in {Verdict.WRONG, Verdict.AFFIRMATION}:
            verdict = next((other for other in others if other in _PROVES_NOTHING), verdict)
        if verdict is Verdict.WRONG and _says_no_to_them(utterance, confirmation, languages):
            return Verdict.DECLINE
        if challenge.level is Level.PIN and verdict is Verdict.WRONG:
            verdict = Verdict.PROOF if _pins(utterance, languages) else verdict
        # More was said than is remembered: it may be what a loudspeaker has just said.
        doubt = verdict is Verdict.PROOF and self._spoken.in_doubt(self._home.now())
        return Verdict.ECHO if doubt else verdict

    def _said(self, origin: Origin, confirmation: Confirmation, earshot: Earshot) -> Sequence[str]:
        """Return what the house has just said where a reply was heard, the question first."""
        places = (origin.place, *self._home.hears(origin, earshot))
        spoken = self._spoken.heard_at(self._home.now(), places)
        return spoken if confirmation.question in spoken else (confirmation.question, *spoken)

    def is_like_echo(self, read: ReplyReading, origin: Origin, earshot: Earshot) -> bool:
        """Return whether a reply that would cost a try sounds like what we have just said."""
        languages = self._languages(origin, read.waiting)
        if read.waiting is None or read.verdict is not Verdict.WRONG or read.guess or not languages:
            return False
        return is_like_echo(read.utterance, languages[0], self._said(origin, read.waiting, earshot))

    def is_guess(self, utterance: str, origin: Origin, confirmation: Confirmation | None) -> bool:
        """Return whether the utterance is an answer to the code that was asked for, right or wrong.

        After a fresh wake, too: else a satellite that has to be woken for every reply could be told
        number after number, and only the right one would count.
        """
        return (
            confirmation is not None
            and confirmation.level is Level.CODE
            and any(
                is_code_guess(utterance, language)
                for language in self._languages(origin, confirmation)
            )
        )

    async def settle(
        self,
        read: ReplyReading,
        origin: Origin,
        confirmation: Confirmation,
        household: Household,
    ) -> tuple[Verdict, bool]:
        """Compare a PIN, and count what was wrong.

        Returns:
            What the reply is, and whether the request has used up its guesses.
        """
        verdict = read.verdict or Verdict.WRONG
        if confirmation.level is Level.PIN and verdict is Verdict.PROOF:
            said = _pins(read.utterance, self._languages(origin, confirmation))
            async with self._one_pin_at_a_time:
                return await self._settle_pin(said, confirmation, household)
        if read.guess:
            await self._locks.failed(Level.CODE, self._home.now())
            return verdict, True
        return verdict, False

    def _languages(self, origin: Origin, confirmation: Confirmation | None) -> tuple[Language, ...]:
        """Return the language of the question, then the one in which the reply was heard if it is another.

        Nothing where the question's is unknown.
        """
        if confirmation is None:
            return ()
        asked = self._home.language(confirmation.origin.language)
        heard = self._home.language(origin.language)
        if asked is None:
            return ()
        return (asked,) if heard in {None, asked} else (asked, heard)

    async def pin_inside(self, requests: tuple[Request, ...], pins: Mapping[str, str]) -> bool:
        """Return whether the PIN was said together with the message; a doubt counts as yes.

        The answer tells whether it was the PIN. So whatever is compared is counted as a wrong PIN is, until
        the right one is said as the reply.
        """
        runs = self._runs(requests)
        if runs is None or len(runs) > MOST_RUNS:
            return True
        async with self._one_pin_at_a_time:
            for run in sorted(runs):
                if Level.PIN in self._locks.locked(self._home.now()):
                    return True
                await self._locks.failed(Level.PIN, self._home.now(), pins)
                if any([await self._pin_matches(run, hashed) for hashed in pins.values()]):
                    return True
        return False

    async def typed(self, digits: str, pins: Mapping[str, str]) -> bool | None:
        """Return whether digits that were typed are these PINs, counted as if they had been said.

        Returns:
            None while PINs are locked: then nothing is compared.
        """
        async with self._one_pin_at_a_time:
            if Level.PIN in self._locks.locked(self._home.now()):
                return None
            if await self._is_pin((digits,), tuple(pins.values())):
                await self._locks.proved(pins)
                return True
            await self._locks.failed(Level.PIN, self._home.now(), pins)
            return False

    def keep_private(self, requests: tuple[Request, ...], household: Household) -> bool:
        """Return whether a refusal keeps no words: who is refused has said the PIN too soon, perhaps."""
        return household.has_pin and self.may_hold_pin(requests)

    def may_hold_pin(self, requests: tuple[Request, ...]) -> bool:
        """Return whether there are digits in what was said that may be a PIN; a doubt counts as yes."""
        return self._runs(requests) != frozenset()

    def may_say_pin(self, utterance: str, origin: Origin) -> bool:
        """Return whether digits are said that are as many as a PIN has; a doubt counts as yes."""
        language = self._home.language(origin.language)
        return language is None or bool(digit_runs(utterance, language))

    def is_echo(self, utterance: str, origin: Origin, earshot: Earshot, since: float = 0.0) -> bool:
        """Return whether an utterance is made of the words that were just said where it was heard.

        What was said there before `since` (seconds since the epoch) is over; elsewhere it may still sound
        for a while.
        """
        language, now = self._home.language(origin.language), self._home.now()
        if self._spoken.in_doubt(now):
            return True
        there = self._home.hears(origin, earshot)
        said = (
            *self._spoken.heard_at(now, (origin.place,), since),
            *self._spoken.heard_at(now, there, since - SOUNDING_SECONDS),
        )
        return language is not None and (
            is_echo(utterance, language, said)
            or (
                not language.is_decline(utterance)
                and is_like_echo(utterance, language, said, words_awaited=True)
            )
        )

    def _runs(self, requests: tuple[Request, ...]) -> frozenset[str] | None:
        """Return the digits in these requests that are as many as a PIN has; None in an unknown language."""
        language = self._home.language(requests[0].origin.language)
        if language is None:
            return None
        contents = [request.content for request in requests]
        texts = {text for content in contents for text in (content.body, *content.texts)}
        texts.add(requests[0].origin.utterance)
        return frozenset(run for text in texts for run in digit_runs(text, language))

    def bury(self, confirmation: Confirmation) -> None:
        """Remember where a PIN was asked for: digits that come late are swallowed there."""
        if confirmation.level is Level.PIN:
            self._tombstones.bury(confirmation.place, self._home.now())

    def is_phrase(self, utterance: str, origin: Origin, phrase: str) -> bool:
        """Return whether the utterance is the household's phrase, word for word."""
        language = self._home.language(origin.language)
        if language is None or not phrase:
            return False
        if self._phrase[0] != phrase:
            self._phrase = (phrase, {})
        known = self._phrase[1].get(language)
        if known is None:
            known = self._phrase[1][language] = Phrase(phrase, language)
        if known.is_absent(utterance):
            return False
        return any(map(known.is_said, self._home.heard_as(utterance)))

    def swallows(self, utterance: str, origin: Origin) -> bool:
        """Return whether the utterance is a PIN that comes too late."""
        if not self._tombstones:
            return False
        language = self._home.language(origin.language)
        return language is not None and any(
            self._tombstones.swallows(heard, origin.place, self._home.now(), language)
            for heard in self._home.heard_as(utterance)
        )

    async def _settle_pin(
        self, said: tuple[str, ...], confirmation: Confirmation, household: Household
    ) -> tuple[Verdict, bool]:
        if Level.PIN in self._locks.locked(self._home.now()):
            # Asked before it was locked by replies elsewhere: another guess would be one too many.
            return Verdict.WRONG, True
        pins = household.pins(tuple(item.contact.id for item in confirmation.recipients))
        if await self._is_pin(said, tuple(pins.values())):
            await self._locks.proved(pins)
            return Verdict.PROOF, False
        await self._locks.failed(Level.PIN, self._home.now(), pins)
        return Verdict.WRONG, Level.PIN in self._locks.locked(self._home.now())

    async def _is_pin(self, said: tuple[str, ...], hashes: tuple[str, ...]) -> bool:
        for digits in said if hashes else ():
            if all([await self._pin_matches(digits, hashed) for hashed in hashes]):
                return True
        return False


def _says_no_to_them(
    utterance: str, confirmation: Confirmation, languages: tuple[Language, ...]
) -> bool:
    """Return whether the utterance says no by the name of somebody whom the question is about."""
    names = [
        name
        for item in confirmation.recipients
        for name in (item.contact.name, *item.contact.aliases)
    ]
    return any(language.declines_to(utterance, names) for language in languages)


def _pins(utterance: str, languages: tuple[Language, ...]) -> tuple[str, ...]:
    """Return what PIN the utterance may be, in the first language in which it is one: it is one guess."""
    return next((said for item in languages if (said := pins_said(utterance, item))), ())
