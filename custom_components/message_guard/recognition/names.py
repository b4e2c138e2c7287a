"""Names: where contacts' names stand in an utterance, exactly as the address book has them.

Recognisers stutter, so a word of a name may be doubled ("Uncle Uncle Bob"). Nothing else about a name is
ever forgiven: a recipient is on the list, or it is nobody.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
import re

from hassil.util import TrackedText

from ..core.contacts import AddressBook
from ..core.language import Language
from ..core.text import can_be_said
from .templates import Templates

MOST_RECIPIENTS = 4
"""Recipients that one message may be for."""

MOST_NAMED = 8
"""Recipients that are found in one sentence: those of a message for too many are no words of it."""

LONGEST_JOINER = 4
"""Words between two of them: "as well as to"."""

_LONGEST_NAME = 6
"""Words of a name inside a sentence, articles included (twice as many characters without spaces)."""

_LONGEST_PHONE = 3
"""Words of what reaches a contact: "Ben's mobile phone"; characters where a script has no spaces."""

_NAMES_WITHIN = 16
"""Words of an utterance in which recipients are looked for (three times as many characters)."""

COMMAS = ",，、"  # noqa: RUF001 - full-width on purpose

type Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class SaidWords:
    """The words of an excerpt as hassil compares them.

    Attributes:
        text: The excerpt.
        tracked: The excerpt as hassil compares it.
        spans: Where each word stands in the tracked text.
    """

    text: str
    tracked: TrackedText
    spans: Sequence[Span]

    def said(self, first: int, after: int) -> str:
        """Return the words from `first` to before `after`."""
        return self.tracked.text[self.spans[first][0] : self.spans[after - 1][1]]

    def word(self, index: int) -> str:
        """Return one word."""
        return self.said(index, index + 1)

    def comma_before(self, index: int) -> bool:
        """Return whether a comma stands in front of this word."""
        offsets = self.tracked.offsets
        between = self.text[offsets[self.spans[index - 1][1] - 1] : offsets[self.spans[index][0]]]
        return any(comma in between for comma in COMMAS)


@dataclass(frozen=True, slots=True)
class Named:
    """A recipient that stands in an utterance: one contact's name, or several with joiners between.

    Attributes:
        span: Where, in the tracked text.
        names: The names in it, as they were said, without stutters.
        doubled: Its last word is said twice. That may as well be the first word of a body.
        phone: The last of them is named by what reaches it: "Ben's phone".
    """

    span: Span
    names: tuple[str, ...]
    doubled: bool
    phone: bool = False


@dataclass(frozen=True, slots=True)
class _Place:
    """A contact's name: the index after its last word, the name, whether its end is doubled, or a phone."""

    after: int
    name: str
    doubled: bool = False
    phone: bool = False


class Names:
    """The contacts' names in one utterance."""

    def __init__(
        self, words: SaidWords, book: AddressBook, language: Language, templates: Templates
    ) -> None:
        """Take the utterance; nothing is looked up before it is asked for."""
        self._words = words
        self._book = book
        self._language = language
        self._joiners = templates.joiners
        self._templates = templates

    def any(self) -> bool:
        """Return whether a name may begin anywhere here; quicker than to look."""
        known = self._book.first_words(self._language)
        return any(
            self._language.name_key(self._words.word(index)).partition(" ")[0] in known
            or next(self._phones_at(index), None) is not None
            for index in range(self._within)
        )

    @cached_property
    def found(self) -> Mapping[str, Named]:
        """All recipients in the utterance, by what is said."""
        return {self._words.tracked.text[slice(*named.span)]: named for named in self.all}

    @cached_property
    def all(self) -> Sequence[Named]:
        """All recipients in the utterance, wherever they stand."""
        contacts = self._contacts()
        return [named for first in contacts for named in self._joined(contacts, first, ())]

    @property
    def _within(self) -> int:
        return min(len(self._words.spans), _NAMES_WITHIN * (1 if self._language.spaced else 3))

    def _contacts(self) -> dict[int, list[_Place]]:
        """Return where contacts' names stand, by their first word."""
        longest = min(_LONGEST_NAME, self._book.longest_name(self._language) + 2)
        if not self._language.spaced:
            longest *= 2
        found: dict[int, list[_Place]] = {}
        for first in range(self._within):
            for after in range(first + 1, min(first + longest, len(self._words.spans)) + 1):
                name = self._words.said(first, after)
                if not can_be_said(self._words.word(after - 1)):
                    continue
                if self._known(name):
                    found.setdefault(first, []).append(_Place(after, name))
                elif (once := self._once(first, after)) is not None and self._known(once[0]):
                    found.setdefault(first, []).append(_Place(after, *once))
                elif (owner := self._owner(first, after)) is not None:
                    found.setdefault(first, []).append(_Place(after, owner, phone=True))
            for start in self._phones_at(first):
                found.setdefault(first, []).extend(self._owners_from(start, first, longest))
        return self._with_what_is_beside(found)

    def _with_what_is_beside(self, contacts: dict[int, list[_Place]]) -> dict[int, list[_Place]]:
        """Return them once more with what only goes with a name: "um, Anna", "both Anna …", "Anna via WhatsApp"."""
        ends = [end for _, end in self._words.spans]

        def behind(pattern: re.Pattern[str], start: int, index: int) -> int:
            found = pattern.match(self._words.tracked.text, start)
            return index if found is None else bisect_left(ends, found.end()) + 1

        for places in contacts.values():
            for place in tuple(places):
                after = behind(self._templates.beside, ends[place.after - 1], place.after)
                if after > place.after:
                    places.append(replace(place, after=after))
        for first in range(self._within):
            start = self._words.spans[first][0]
            name = behind(self._templates.before, start, first)
            if name > first and name in contacts:
                contacts.setdefault(first, []).extend(contacts[name])
        return contacts

    def _phones_at(self, index: int) -> Iterator[int]:
        """Yield where a name can begin behind a phone that is named from this word on: "téléphone de Ben"."""
        text, start = self._words.tracked.text, self._words.spans[index][0]
        for phone in self._templates.phones_of:
            if text[start : start + len(phone)].casefold() == phone:
                yield start + len(phone)

    def _owners_from(self, start: int, first: int, longest: int) -> Iterator[_Place]:
        """Yield the contacts whose names begin there, behind a phone that begins at the word `first`."""
        ends = [end for _, end in self._words.spans]
        for after in range(first + 1, min(first + longest + _LONGEST_PHONE, len(ends)) + 1):
            name = self._words.tracked.text[start : ends[after - 1]]
            if name and can_be_said(self._words.word(after - 1)) and self._known(name):
                yield _Place(after, name, phone=True)

    def _owner(self, first: int, after: int) -> str | None:
        """Return whose phone it is that these words name, if it is a contact's."""
        for length in range(1, min(_LONGEST_PHONE, after - first - 1) + 1):
            if self._words.said(after - length, after).casefold() in self._templates.phones:
                whose = self._words.said(first, after - length)
                for owner in self._templates.owners:
                    name = whose[: -len(owner)]
                    if whose.casefold().endswith(owner) and self._known(name):
                        return name
        return None

    def _known(self, name: str) -> bool:
        return not self._book.match(name, self._language).unknown

    def _once(self, first: int, after: int) -> tuple[str, bool] | None:
        """Return a name without the word that is doubled in it, and whether that is its end.

        None where nothing is, or where a name may end between the two: "tell Ann Ann Smith is here". A single
        character is never taken for doubled: 丽丽 is another name than 丽.
        """
        words = [self._words.word(index).casefold() for index in range(first, after)]
        space, lengths = (" ", (1,)) if self._language.spaced else ("", (4, 3, 2))
        for length in lengths:
            for at in range(length, len(words) - length + 1):
                if words[at - length : at] == words[at : at + length]:
                    ends = at + length == len(words)
                    if not ends and self._known(space.join(words[:at])):
                        return None
                    kept = [*range(first, first + at), *range(first + at + length, after)]
                    return space.join(map(self._words.word, kept)), ends
        return None

    def _joined(
        self,
        contacts: Mapping[int, list[_Place]],
        start: int,
        before: tuple[tuple[int, str], ...],
    ) -> Iterator[Named]:
        """Yield the name that begins at `start`, behind those before it, alone and with those that follow."""
        for place in contacts.get(start, ()):
            after = place.after
            chain = (*before, (start, place.name))
            first, spans = chain[0][0], self._words.spans
            names = dict.fromkeys(one for _, one in chain)
            span = (spans[first][0], spans[after - 1][1])
            yield Named(span, tuple(names), place.doubled, place.phone)
            if len(chain) < MOST_NAMED:
                for follower in self._followers(after):
                    yield from self._joined(contacts, follower, chain)

    def _followers(self, after: int) -> Iterator[int]:
        """Yield where another recipient can begin: after a joiner, doubled or not, or after a comma."""
        if after >= len(self._words.spans):
            return
        joined = self._behind_joiners(after)
        if joined:
            yield from dict.fromkeys(
                (*joined, *chain.from_iterable(map(self._behind_joiners, joined)))
            )
        elif self._words.comma_before(after):
            yield after

    def _behind_joiners(self, index: int) -> tuple[int, ...]:
        """Return where each joiner ends that begins at this word: "and", "and also"."""
        last = min(index + LONGEST_JOINER, len(self._words.spans))
        return tuple(
            after
            for after in range(index + 1, last + 1)
            if self._language.name_key(self._words.said(index, after)) in self._joiners
        )
