"""The recogniser: tells what an utterance asks for. It decides nothing.

Templates are hassil's. What is done here beside is what talk that nobody meant for us calls for: most
utterances are turned away by their first word, contacts are looked up rather than compared one by one,
and however long an utterance is, only its beginning and its end are matched.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
import re
from typing import Literal, cast
import unicodedata

from hassil import Intents, RecognizeResult, SlotList, TextSlotList, WildcardSlotList, recognize_all
from hassil.util import normalize_for_matching

from ..core.contacts import AddressBook
from ..core.language import Language
from ..core.words import split
from .names import COMMAS, Names, SaidWords
from .templates import MATCHED_HEAD, MATCHED_TAIL, TELL, Templates

_LONGEST_STRANGER = 3
"""Words of a recipient who is not on the list: "send a message to the one who …" names nobody."""

_OPENING = "¿¡\"'“„«‹(‘"  # noqa: RUF001 - quotation marks

_SEPARATORS = " :：" + COMMAS  # noqa: RUF001 - full-width on purpose
_LAST_WORD = re.compile(r"(\w+)\W*\Z")

type Kind = Literal["send", "status", "waiting", "change"]


class Strength(StrEnum):
    """How sure it is that an utterance is meant for us."""

    STRONG = "strong"
    """It names a contact, or says itself that it is about a message: nobody else's, whoever it is for."""

    WEAK = "weak"
    """People say it to things and assistants, too: "tell the vacuum that …". It is ours only if nobody
    else can do anything with it."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """What an utterance asks for.

    Attributes:
        recipients: As they were said; empty unless `kind` is "send".
        body: The message, or its correction, word for word; None where there is none.
        kind: "send" a message; "status": did it send; "waiting": what waits; "change" what waits.
        strength: Whether it is certainly for us. A weak "send" names nobody on the list: Home Assistant or a
            model gets it first. A weak "status" ("did it arrive?") names no message: it is ours only where
            something was sent lately, or waits.
    """

    recipients: tuple[str, ...]
    body: str | None
    kind: Kind = "send"
    strength: Strength = Strength.STRONG


class Recogniser:
    """Recognises the sentences of one language, for one address book.

    Attributes:
        contacts: The address book.
    """

    def __init__(
        self,
        language: Language,
        sentences: Mapping[str, object] | Templates,
        address_book: AddressBook,
    ) -> None:
        """Read the templates, unless they have been read.

        Raises:
            LanguageDataError: If something is missing, or a template cannot be read.
        """
        self._language = language
        self.contacts = address_book
        self._templates = (
            sentences if isinstance(sentences, Templates) else Templates.read(language, sentences)
        )

    def recognise(self, utterance: str) -> Recognised | None:
        """Return what the utterance asks for, or None when it is not for us."""
        # Composed, because hassil's offsets are those of composed text.
        utterance = unicodedata.normalize("NFC", utterance)
        front = self._templates.polite.match(utterance)
        start = front.end() if front is not None else 0
        if self._templates.may_match(utterance, start):
            return self._exactly(_Excerpt(utterance, start, self._templates.kept))
        if self._templates.carriers.may_match(utterance[:MATCHED_HEAD]):
            excerpt = _Excerpt(utterance, 0, self._templates.kept)
            names = self._names(excerpt)
            if names.any():
                return self._almost(excerpt, names, slips=1)
        return None

    def _exactly(self, excerpt: _Excerpt) -> Recognised | None:
        """Return what the templates make of it, and only then what else it may have been."""
        names = self._names(excerpt)
        return (
            self._to_contacts(excerpt, names)
            or self._almost(excerpt, names, slips=0)
            or self._to_strangers(excerpt)
            or self._question(excerpt)
            or self._almost(excerpt, names, slips=1)
        )

    def _names(self, excerpt: _Excerpt) -> Names:
        words = excerpt.words(self._language)
        return Names(words, self.contacts, self._language, self._templates.joiners)

    def _to_contacts(self, excerpt: _Excerpt, names: Names) -> Recognised | None:
        """Return the reading with the longest name, and of those the one with the shortest body."""
        if not names.found:
            return None
        readings = [
            reading
            for result in _results(excerpt, self._templates.to_contacts, names.found)
            if (reading := _Reading.of(result, excerpt)) is not None
            and not self._torn(reading, excerpt, names)
        ]
        best = min(readings, key=lambda reading: reading.rank, default=None)
        return None if best is None else Recognised(names.found[best.recipient].names, best.body)

    def _almost(self, excerpt: _Excerpt, names: Names, slips: int) -> Recognised | None:
        """Return what it is if a word was doubled, and with a slip if one was misheard or missing."""
        if not names.all:
            return None
        spans = {named.span: named.names for named in names.all if not named.doubled}
        found = self._templates.carriers.match(excerpt.tracked.text, spans)
        if found is None or found.slips > slips:
            return None
        body = None if found.body is None else excerpt.body(excerpt.original(found.body))
        reading = _Reading(
            excerpt.tracked.text[slice(*found.recipient)],
            body,
            excerpt.original(found.recipient)[1],
            adjacent=found.adjacent,
        )
        if self._torn(reading, excerpt, names):
            return None
        return Recognised(spans[found.recipient], body)

    def _to_strangers(self, excerpt: _Excerpt) -> Recognised | None:
        """Return the reading with the shortest recipient, if it can be somebody's name."""
        readings = [
            reading
            for result in _results(excerpt, self._templates.to_anyone)
            if (reading := _Reading.of(result, excerpt)) is not None
        ]
        best = min(readings, key=lambda reading: len(reading.recipient), default=None)
        if best is None:
            return None
        recipients = self._several(best.recipient)
        if not recipients or not all(map(self._may_be_named, recipients)):
            return None
        sure = not best.telling or any(map(self._is_contact, recipients))
        strength = Strength.STRONG if sure else Strength.WEAK
        return Recognised(recipients, best.body, strength=strength)

    def _question(self, excerpt: _Excerpt) -> Recognised | None:
        for result in _results(excerpt, self._templates.questions):
            span = result.entities["body"].text_span if "body" in result.entities else None
            body = excerpt.body(excerpt.aligned(span)) if span is not None else None
            return Recognised((), body, cast("Kind", result.intent.name))
        return None

    def _torn(self, reading: _Reading, excerpt: _Excerpt, names: Names) -> bool:
        """Return whether the recipient ends elsewhere.

        "Tell Annabel …" and "tell Ann and Zed …" are not for Ann; "tell Ann Ann is here" is about Ann.
        """
        following = excerpt.text[reading.end : reading.end + 1]
        if self._language.spaced and following.isalnum():
            return True
        if reading.body is None or not reading.adjacent:
            return False
        named = names.found.get(reading.recipient)
        if named is not None and named.doubled:
            return True
        first = self._language.words(reading.body[:MATCHED_HEAD])[:1]
        return bool(first) and first[0] in self._templates.joiners

    def _several(self, recipient: str) -> tuple[str, ...]:
        """Return the recipients in one slot, apart at joiners."""
        parts: list[list[str]] = [[]]
        for word in split(recipient, spaced=self._language.spaced):
            if self._language.name_key(word) in self._templates.joiners:
                parts.append([])
            else:
                parts[-1].append(word)
        space = " " if self._language.spaced else ""
        return tuple(space.join(part) for part in parts if part)

    def _is_contact(self, recipient: str) -> bool:
        return not self.contacts.match(recipient, self._language).unknown

    def _may_be_named(self, recipient: str) -> bool:
        if self._is_contact(recipient):
            return True
        words = self._language.name_key(recipient).split(" ")
        longest = _LONGEST_STRANGER if self._language.spaced else _LONGEST_STRANGER * 3
        whole = (" " if self._language.spaced else "").join(words)
        return len(words) <= longest and self._templates.nobody.isdisjoint({words[0], whole})


class _Excerpt:
    """The part of an utterance that is matched: all of it, or its beginning and its end."""

    def __init__(self, utterance: str, start: int, kept: frozenset[str]) -> None:
        self._utterance = utterance
        self._kept = kept
        rest = utterance[start:]
        if len(rest) > MATCHED_HEAD + MATCHED_TAIL:
            head = rest[:MATCHED_HEAD].rpartition(" ")[0] or rest[:MATCHED_HEAD]
            tail = rest[-MATCHED_TAIL:].partition(" ")[2] or rest[-MATCHED_TAIL:]
            self.text = f"{head} {tail}"
            self._head, self._start = len(head), start
        else:
            self.text = rest
            self._head, self._start = len(rest), start
        self.tracked = normalize_for_matching(self.text)

    def _original(self, position: int) -> int:
        """Return where a position of the excerpt stands in the utterance."""
        if position <= self._head:
            return self._start + position
        return len(self._utterance) - (len(self.text) - position)

    def body(self, span: tuple[int, int]) -> str:
        """Return the words at this span of the excerpt exactly as they were said."""
        start, end = self._original(span[0]), self._original(span[1])
        before = self._utterance[max(start - 2, 0) : start]
        if before[-1:] in _OPENING and not before[:-1].isalnum() and start > self._start:
            start -= 1
        last = _LAST_WORD.search(self._utterance, self._start, start) if self._kept else None
        if last is not None and last[1].casefold() in self._kept:
            start = last.start()
        if not any(map(str.isalnum, self._utterance[end : end + MATCHED_TAIL])):
            end = len(self._utterance)
        return self._utterance[start:end].lstrip(_SEPARATORS).strip()

    def aligned(self, span: tuple[int, int]) -> tuple[int, int]:
        """Return a span of hassil's as it should be.

        hassil skips the spaces on both sides of a mark that stands by itself ("that ? we leave") without
        counting all of them: its span then begins with them, and ends as many characters too soon.
        """
        offsets, text = self.tracked.offsets, self.tracked.text
        start, end = bisect_left(offsets, span[0]), bisect_left(offsets, span[1])
        skipped = len(text[start:end]) - len(text[start:end].lstrip())
        if not skipped:
            return span
        return self.original((start + skipped, min(end + skipped, len(text))))

    def original(self, span: tuple[int, int]) -> tuple[int, int]:
        """Return where a span of the text as hassil compares it stands in the excerpt."""
        return self.tracked.offsets[span[0]], self.tracked.offsets[span[1] - 1] + 1

    def words(self, language: Language) -> SaidWords:
        """Return the words as hassil compares them."""
        pattern = r"\S+" if language.spaced else r"\S"
        spans = [found.span() for found in re.finditer(pattern, self.tracked.text)]
        return SaidWords(self.text, self.tracked, spans)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to read an utterance.

    Attributes:
        recipient: As hassil compares it.
        body: As it was said, None without one.
        end: Where the recipient ends in the excerpt.
        adjacent: Nothing is said between recipient and body.
        telling: Things and assistants are told so, too.
    """

    recipient: str
    body: str | None
    end: int
    adjacent: bool
    telling: bool = False

    @property
    def rank(self) -> tuple[int, int]:
        return -len(self.recipient), len(self.body or "")

    @classmethod
    def of(cls, result: RecognizeResult, excerpt: _Excerpt) -> _Reading | None:
        """Return what hassil found, unless it cannot say where."""
        recipient, body = result.entities["recipient"], result.entities.get("body")
        if recipient.text_span is None or (body is not None and body.text_span is None):
            return None
        end = excerpt.aligned(recipient.text_span)[1]
        # Its text would be without the spaces that a recogniser may set where a script has none.
        name = str(recipient.value).strip()
        telling = result.intent.name == TELL
        if body is None or body.text_span is None:
            return cls(name, None, end, adjacent=False, telling=telling)
        span = excerpt.aligned(body.text_span)
        between = excerpt.text[end : span[0]]
        return cls(
            name,
            excerpt.body(span),
            end,
            adjacent=not any(map(str.isalnum, between)),
            telling=telling,
        )


def _results(
    excerpt: _Excerpt, intents: Intents, names: Iterable[str] | None = None
) -> Iterator[RecognizeResult]:
    slots: dict[str, SlotList] = {"body": WildcardSlotList(name="body")}
    if names is not None:
        slots["recipient"] = TextSlotList.from_strings(
            names, allow_template=False, name="recipient"
        )
    else:
        slots["recipient"] = WildcardSlotList(name="recipient")
    return iter(recognize_all(excerpt.text, intents, slot_lists=slots))
