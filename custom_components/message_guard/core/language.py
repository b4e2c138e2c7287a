"""A language: how its words are compared, and what Message Guard says in it.

All of it is data (`sentences/<code>.yaml`), so that somebody who speaks a language can add it without
reading code. Nothing here knows any language.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
import re

from .digits import DigitWords, Numbers
from .errors import LanguageDataError
from .heard import is_sound, without_wake_word
from .language_file import KEEP, NO, LanguageFile
from .signs import Signs, holds_signs
from .text import apart, fold, initials_joined, joined, plain_letters, speakable, without_symbols
from .words import Phrasebook, Words, split, unstuttered, without

_AND = re.compile(r"\s*&\s*|\s+\+\s+")
"""What is written in a name and said "and"."""

_PAIR = 2
"""Words of a name that may be heard as one."""

_LONGEST_STUTTER = 4
"""Characters that are doubled together where a script does not set words apart."""

_LONGEST_NO = 64
"""Words, or characters where a script does not set words apart: more than anybody says to take something back."""

PAUSE = re.compile(r"[,.;:!?…、。，！？；：]")  # noqa: RUF001
"""What is written where somebody who speaks pauses."""

_DOUBLE_STOP = re.compile(r"([.!?…。！？])[.。](?=\s|$)")  # noqa: RUF001 - full-width on purpose


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Language:
    """One language.

    Attributes:
        code: BCP 47 tag, the name of its file.
        name: The language's name in itself.
        draft: Nobody who speaks it has checked the file yet.
        tags: Further tags that it answers to.
        spaced: Words are set apart by spaces.
        prompts: What it says, by key.
        number_words: How each number from 0 to 99 is said, the first form is ours.
        code_forms: How a code's answer may be phrased, with `{number}`; the first form is ours.
        code_around: What may stand in front of an answer and behind it ("please").
        code_between: What recognisers write between the two figures of an answer ("4 to 3").
        code_tens: First digits of answers of codes, from 3 up, that recognisers tell apart well.
        code_units: Last digits of answers, likewise.
        confusables: Words that recognisers confuse with others; no phrase should rest on them.
        phrase_words: How many words a household phrase has at least (characters where `spaced` is not).
        signs: What signs are called that a voice would leave out.
        suggested_phrases: Household phrases to begin with, each as good as any other; the file may have none.
    """

    code: str
    name: str
    draft: bool
    tags: tuple[str, ...]
    spaced: bool
    prompts: Mapping[str, str]
    number_words: tuple[tuple[str, ...], ...]
    code_forms: tuple[str, ...]
    code_around: tuple[str, ...]
    code_between: tuple[str, ...]
    code_tens: tuple[int, ...]
    code_units: tuple[int, ...]
    confusables: frozenset[str]
    phrase_words: int
    signs: Signs
    suggested_phrases: tuple[str, ...]
    _contractions: Mapping[str, Words]
    _numbers: Phrasebook[str]
    _digits: DigitWords
    _to_whom: tuple[tuple[Words, Words], ...]
    _not_to: tuple[tuple[Words, Words], ...]
    _before_pin: tuple[Words, ...]
    _inventions: frozenset[Words]
    _titles: Phrasebook[str]
    _own_letters: frozenset[str]
    _articles: tuple[Words, ...]
    _silent: frozenset[str]
    _elisions: tuple[str, ...]
    _endings: tuple[str, ...]
    _negative: frozenset[str]
    _stances: Phrasebook[str]
    _affirmations: Phrasebook[bool]
    _plain: Phrasebook[bool]

    # --- comparing ----------------------------------------------------------------------------

    def words(self, text: str) -> tuple[str, ...]:
        """Return the words of the text in the form in which whole utterances are compared.

        Case, punctuation, invisible characters and width are folded, contractions are written out and
        number words become digits. Where a script has no spaces, each character is a word.
        """
        return self._unified(self._raw(text))

    def normalise(self, text: str) -> str:
        """Return the text in its comparison form: its `words`, apart by single spaces."""
        return " ".join(self.words(text))

    def heard_words(self, text: str) -> tuple[str, ...]:
        """Return the words of the text, each once however often it is stuttered."""
        return tuple(unstuttered(self.words(text), 1 if self.spaced else _LONGEST_STUTTER))

    def proof_words(self, text: str) -> tuple[str, ...]:
        """Return the words by which a reply is compared with a proof, and with what we said ourselves.

        Recognisers stutter and swallow articles, so a word counts once however often it is repeated,
        and articles are left out.
        """
        kept = [word for word in self.words(text) if word not in self._silent]
        return tuple(unstuttered(kept, 1 if self.spaced else _LONGEST_STUTTER))

    def reply_words(self, utterance: str) -> tuple[str, ...]:
        """Return the `proof_words` of a reply, without a wake word that a recogniser has left in front."""
        return self.proof_words(without_wake_word(utterance))

    def as_said(self, heard: str) -> tuple[str, ...]:
        """Return what may be an echo as it was written, and, if it has signs, with their names, as we say them.

        We say "minus 5", and recognisers write "-5".
        """
        return (heard, self.speakable(heard)) if holds_signs(heard) else (heard,)

    def reply_heard_words(self, utterance: str) -> tuple[str, ...]:
        """Return the `heard_words` of a reply, articles included, without a wake word in front."""
        return self.heard_words(without_wake_word(utterance))

    def literal_words(self, words: Iterable[str]) -> tuple[str, ...]:
        """Return those of these `words` that a text only has by having them letter for letter.

        Not those that stand for numbers, or that contractions are written out to.
        """
        written_out = {
            part.replace("'", "") for parts in self._contractions.values() for part in parts
        }
        return tuple(word for word in words if word.isalpha() and word not in written_out)

    def is_unsaid(self, utterance: str) -> bool:
        """Return whether recognisers write this, or nothing, where nobody speaks ("[Music]", "Thank you.")."""
        return not utterance or is_sound(utterance) or self.words(utterance) in self._inventions

    def is_article(self, word: str) -> bool:
        """Return whether `proof_words` leaves the word out."""
        return word in self._silent

    def is_title(self, word: str) -> bool:
        """Return whether the word stands in front of names, long or short: "Dr.", "Mister"."""
        return self.has_title(self.words(word))

    def has_title(self, words: Words) -> bool:
        """Return whether one of the words, in comparison form, stands in front of names."""
        return any(title is not None for _, title in self._titles.segments(words))

    def with_short_titles(self, words: Words) -> Words:
        """Return the words with each title as it is written short: "dr" for "doctor"."""
        return tuple(title or word for word, title in self._titles.segments(words))

    def is_negative(self, word: str) -> bool:
        """Return whether a word occurs where people say no: no other word may ever pass for it."""
        return word in self._negative

    def name_key(self, text: str) -> str:
        """Return what a name is looked up by: its words without articles, possessives and symbols.

        Titles are the same long and short ("Dr." and "Doctor"), and so are Latin letters with and without their
        marks, except those that the language tells apart.
        """
        words = self._raw(without_symbols(text))
        if words and (elided := next((e for e in self._elisions if words[0].startswith(e)), "")):
            words[0] = words[0][len(elided) :] or words[0]
        words = list(without(words, self._articles))
        said = self._unified(self._without_ending(words))
        titled = self.with_short_titles(said)
        return " ".join(plain_letters(word, self._own_letters) for word in titled)

    def name_keys(self, name: str) -> frozenset[str]:
        """Return all that the name of a contact may be looked up by.

        What a hyphen or an apostrophe joins ("Mary-Jane", "O'Brien"), two words ("Mary Ann") and initials are one word to
        some recognisers and several to others, and "&" is said.
        """
        # Most names have nothing to join: one way.
        written = dict.fromkeys((name, _AND.sub(f" {self._and} ", name), initials_joined(name)))
        if not self.spaced:
            return frozenset(key for way in written if (key := self.name_key(way)))
        ways = dict.fromkeys(one for way in written for one in (way, apart(way), joined(way)))
        keys = {key for way in ways if (key := self.name_key(way))}
        pair = self.name_key(name).split(" ")
        if len(pair) == _PAIR and all(word.isalpha() and len(word) > 1 for word in pair):
            keys.add("".join(pair))
        return frozenset(keys)

    @property
    def _and(self) -> str:
        return self.say("list_and", first="", last="").strip()

    def is_decline(self, text: str) -> bool:
        """Return whether the whole utterance says no, with or without padding ("okay, stop").

        Or each of its parts does: "não, cancela" is a no, though "não cancela" is none (`keep`).
        """
        said = without_wake_word(text)
        if self._stance(self.words(said)) == NO:
            return True
        parts = [part for part in PAUSE.split(said) if part.strip()]
        return len(parts) > 1 and all(self._stance(self.words(part)) == NO for part in parts)

    def keeps(self, text: str) -> bool:
        """Return whether the whole utterance says that a no is none: "no, don't cancel it", "keep it, please"."""
        said = without_wake_word(text)
        return self._stance(self.words(said)) == KEEP and not self.is_decline(text)

    def _stance(self, words: Words) -> str:
        """Return what words that are nothing but noes, yeses and padding say in the end; "" without a no."""
        return next(filter(None, reversed(self._stances.covers(words))), "")

    def declines_to(self, text: str, names: Iterable[str]) -> bool:
        """Return whether the utterance says no to what is for one of these, or several.

        As a whole ("cancel the message to Anna"), or by what it says of them first: "don't tell Anna that we are late".
        """
        words = self.words(without_wake_word(text))
        if len(words) > _LONGEST_NO:
            return False
        keys = frozenset(key for name in names for key in self.name_keys(name))
        return any(
            self._stance((*words[:at], *words[end:])) == NO
            for at in range(len(words))
            for end in self._addressed(words, at, keys, self._to_whom)
        ) or any(
            not at or self._stances.covers(words[:at])
            for at in range(len(words))
            if any(True for _ in self._addressed(words, at, keys, self._not_to))
        )

    def _addressed(
        self,
        words: Words,
        at: int,
        keys: frozenset[str],
        around: tuple[tuple[Words, Words], ...],
    ) -> Iterator[int]:
        """Yield where "to Anna" ends that begins there, or "to my sister and Ben"."""
        longest = max((key.count(" ") for key in keys), default=0) + 2  # and its article
        both = self.words(self._and)
        for front, back in around:
            begins = [at + len(front)] if words[at : at + len(front)] == front else []
            ends: set[int] = set()
            while begins:
                begin = begins.pop()
                for end in range(begin + 1, min(begin + longest, len(words)) + 1):
                    if end in ends or self.name_key(" ".join(words[begin:end])) not in keys:
                        continue
                    ends.add(end)
                    after = end + len(both) if words[end : end + len(both)] == both else end
                    begins += [
                        after,
                        *([after + len(front)] if words[after:][: len(front)] == front else []),
                    ]
            yield from (end + len(back) for end in ends if words[end : end + len(back)] == back)

    def is_affirmation(self, text: str) -> bool:
        """Return whether the whole utterance is a plain yes and its kin, which proves nothing."""
        return any(self._affirmations.covers(self.words(without_wake_word(text))))

    def is_padding(self, text: str) -> bool:
        """Return whether the text is nothing but what is put around anything: please, thanks, well, okay."""
        return bool(self._plain.covers(self.words(text)))

    def is_plain_yes(self, text: str) -> bool:
        """Return whether the text is nothing but yes, right, okay …: said all day, so no phrase."""
        return any(self._plain.covers(self.words(text)))

    def digits(self, text: str) -> str | None:
        """Return the digits that the whole utterance spells, None if it is anything else.

        Understands digits ("1 2 3 4"), digit words ("one two"), numbers ("twelve thirty-four") and
        repeats ("double five"). The text is not kept.
        """
        numbers = self.numbers(text)
        return None if numbers is None else "".join(numbers)

    def numbers(self, text: str) -> Numbers | None:
        """Return the numbers that the whole utterance spells as `digits`, one by one as they were said.

        What people say in front of a PIN makes no difference: "it's 4917".
        """
        words = without(self._number_words(without_wake_word(text)), self._before_pin)
        return self._digits.whole(words)

    def digit_rows(self, text: str) -> tuple[str, ...]:
        """Return the digits of each row of numbers in the text, said or written."""
        return tuple("".join(row) for row, _ in self._digits.rows(self._number_words(text)))

    def _number_words(self, text: str) -> list[str]:
        return [word.replace("'", "") for word in self._raw(text)]

    def _raw(self, text: str) -> list[str]:
        """Return folded words, contractions written out, apostrophes kept."""
        words = split(fold(text), spaced=self.spaced)
        if not self._contractions:
            return words
        return [part for word in words for part in self._contractions.get(word, (word,))]

    def _unified(self, raw: Iterable[str]) -> tuple[str, ...]:
        words = [bare for word in raw if (bare := word.replace("'", ""))]
        return tuple(value or word for word, value in self._numbers.segments(words))

    def _without_ending(self, words: list[str]) -> list[str]:
        """Return the words of a name without a possessive or honorific at the end."""
        if not words:
            return words
        if not self.spaced:
            joined = "".join(words)
            ending = next((e for e in self._endings if joined.endswith(e) and joined != e), "")
            return words[: len(words) - len(ending)] if ending else words
        last = words[-1]
        ending = next((e for e in self._endings if last.endswith(e) and last != e), "")
        return [*words[:-1], last.removesuffix(ending)] if ending else words

    # --- speaking -----------------------------------------------------------------------------

    def has(self, key: str) -> bool:
        """Return whether there is a prompt of this name."""
        return key in self.prompts

    def say(self, key: str, **placeholders: str) -> str:
        """Return a prompt with its placeholders filled in; what it does not name is left out.

        Raises:
            LanguageDataError: If there is no such prompt, or a placeholder of it is not given.
        """
        try:
            text = self.prompts[key].format_map(placeholders)
        except KeyError as error:
            raise LanguageDataError(f"{self.code}: no {error} for prompt {key!r}") from None
        return _DOUBLE_STOP.sub(r"\1", text)

    def number(self, value: int) -> str:
        """Return how this number from 0 to 99 is said."""
        return self.number_words[value][0]

    def speakable(self, text: str) -> str:
        """Return the text as it may be handed to a voice; see `text.speakable`."""
        return speakable(text, self.signs)

    # --- reading the file -----------------------------------------------------------------------

    @classmethod
    def from_data(cls, code: str, data: Mapping[str, object]) -> Language:
        """Read a language from the content of its file.

        Raises:
            LanguageDataError: If something is missing, unknown or of the wrong kind.
        """
        return cls(**LanguageFile(code, data).fields())
