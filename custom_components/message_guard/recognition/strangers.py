"""Strangers: where the name of a recipient ends who is on no list.

A stranger is refused, and told so; never is what was meant as a message left to whoever else listens. Where
the name ends is told by the sentence itself ("… saying …"), by a mark ("to Zoe: …"), or, in a sentence that
can be about nothing but a message, by nothing at all: then the name is its first word.

Who is a stranger only by how a recogniser spells a contact's name ("Luke as" for Lukas) is that contact. So no sentence is a
request for it that would not be one to a stranger, and the question says the contact's own name.
"""

from dataclasses import replace
from itertools import takewhile
import re

from hassil import recognize_all

from ..core.contacts import AddressBook
from ..core.language import Language
from ..core.words import split
from .excerpt import Excerpt, Reading, results
from .gate import MATCHED_HEAD
from .names import LONGEST_JOINER
from .recognised import Recognised, Strength
from .templates import Templates

_LONGEST_STRANGER = 3
"""Words of a recipient who is not on the list: "tell the one who …" names nobody."""

_LONGEST_DESCRIPTION = 8
"""Words of one to whom a message is to be sent: "the one who lives next door"."""

_MARK = re.compile(
    r"\s*[:：;；—–]\s*|\s+-+\s+|[,，、]\s*|\s*[\"“”„«»「『]\s*|\s+[‘']|(?<=\w)[.!?…。]\s+"  # noqa: RUF001
)
"""What ends a name in writing. A dot may belong to a title instead."""


_SURE = frozenset(':：;；—–"“”„«»')  # noqa: RUF001 - marks as people write them
"""Marks that end a name and nothing else; a comma may stand in a list of things."""


def _rank(reading: Reading) -> tuple[bool, int, int]:
    """Return what sorts names first that something ends, then the shortest name, then the shortest body."""
    return reading.guessed, len(reading.recipient), len(reading.body or "")


def _goes_on(word: re.Match[str]) -> bool:
    """Return whether a name may go on with this word: "Text John Smith", not "Text John I'm …"."""
    said = word[0].rstrip(".,!?")
    return said[:1].isupper() and said.isalpha() and len(said) > 1


class Strangers:
    """Finds the recipients of sentences that name no contact."""

    def __init__(self, language: Language, templates: Templates, contacts: AddressBook) -> None:
        """Take what is said, and who is no stranger."""
        self._language = language
        self._templates = templates
        self._contacts = contacts

    def read(self, excerpt: Excerpt, *, told: bool = True) -> Recognised | None:
        """Return the reading with the shortest recipient, if it can be somebody's name.

        Args:
            excerpt: What was said.
            told: Sentences count, too, in which things and assistants are told something.
        """
        readings = (one for one in self._readings(excerpt) if told or not one.telling)
        alone = (replace(one, recipient=self._alone(one.recipient)) for one in readings)
        best = min(alone, key=_rank, default=None)
        if best is None:
            return None
        recipients = self._several(best.recipient)
        longest = _LONGEST_STRANGER if best.telling else _LONGEST_DESCRIPTION
        if not recipients or not all(self._may_be_named(name, longest) for name in recipients):
            return None
        if self._denies(best.recipient):
            return None
        sure = not best.telling or any(map(self._is_contact, recipients))
        strength = Strength.STRONG if sure else Strength.WEAK
        return Recognised(tuple(map(self._called, recipients)), best.body, strength=strength)

    def begun(self, said: str) -> str | None:
        """Return what stands in front of the name where the words are a sentence as far as that: "tell " of "tell Zoe"."""
        excerpt = Excerpt(said, 0, self._templates.kept)
        for intents in (self._templates.to_marked, self._templates.to_anyone):
            for one in results(excerpt, intents):
                reading = Reading.of(one, excerpt)
                if reading is None or reading.body is not None:
                    continue
                words = self._language.name_key(reading.recipient).split(" ")
                if len(words) <= _LONGEST_STRANGER and self._templates.nobody.isdisjoint(words):
                    return excerpt.text[: reading.span[0]]
        return None

    def is_somebody(self, name: str) -> bool:
        """Return whether it may be the name of one who is on no list."""
        return self._may_be_named(name, _LONGEST_STRANGER)

    def _readings(self, excerpt: Excerpt) -> list[Reading]:
        anyone = (Reading.of(one, excerpt) for one in results(excerpt, self._templates.to_anyone))
        marked = (Reading.of(one, excerpt) for one in results(excerpt, self._templates.to_marked))
        return [
            *(self._ended(reading, excerpt) for reading in anyone if reading is not None),
            *(
                replace(ended, telling=ended.telling or self._is_bare(ended, excerpt))
                for reading in marked
                if reading is not None
                and (ended := self._at_mark(reading, excerpt)) is not None
                # What is said to a contact so has been found to be no message already.
                and not self._is_contact(ended.recipient)
            ),
        ]

    def _ended(self, reading: Reading, excerpt: Excerpt) -> Reading:
        """Return the reading with the recipient only as long as a name, and the rest as the body."""
        if reading.body is not None or any(map(str.isalnum, excerpt.text[reading.span[1] :])):
            return reading
        marked = self._cut_at_mark(reading, excerpt)
        if marked is not None:
            return marked
        words = list(re.finditer(r"\S+", excerpt.text[slice(*reading.span)]))
        too_long = self._language.spaced and len(words) > _LONGEST_STRANGER
        if reading.telling or not too_long:
            return reading
        last = next((word for word in words if not self._leads_on(word[0])), words[-1])
        return replace(self._cut(reading, excerpt, last.end(), last.end()), guessed=True)

    def _at_mark(self, reading: Reading, excerpt: Excerpt) -> Reading | None:
        """Return the reading if a mark ends the name, or only a name is written like that: "Text John …"."""
        marked = self._cut_at_mark(reading, excerpt)
        if marked is not None or reading.telling:
            return marked
        words = list(re.finditer(r"\S+", excerpt.text[slice(*reading.span)]))
        if not words or not words[0][0][:1].isupper():
            return None
        more = takewhile(_goes_on, words[1:_LONGEST_STRANGER])
        end = [words[0], *more][-1].end()
        return self._cut(reading, excerpt, end, end)

    def _is_bare(self, reading: Reading, excerpt: Excerpt) -> bool:
        """Return whether a verb alone is all that says that it is a message: "schreib Milch, Eier und Brot …"."""
        before = excerpt.text[: reading.span[0]].casefold()
        marked = excerpt.text[reading.span[1] :].lstrip()[:1] in _SURE
        return (
            self._language.spaced
            and not marked
            and self._templates.nouns.isdisjoint(re.findall(r"[\w'-]+", before))
        )

    def _cut_at_mark(self, reading: Reading, excerpt: Excerpt) -> Reading | None:
        said = excerpt.text[slice(*reading.span)]
        for mark in _MARK.finditer(said):
            before = said[: mark.start()].split()
            dot = mark[0].startswith(".")
            if before and not (dot and self._language.is_title(before[-1])):
                return self._cut(reading, excerpt, mark.start(), mark.end())
        return None

    def _cut(self, reading: Reading, excerpt: Excerpt, end: int, start: int) -> Reading:
        """Return the reading with a recipient that ends there, and a body that starts there, in it."""
        first, last = reading.span
        name = excerpt.text[first : first + end].strip()
        body = excerpt.body((first + start, last), kept=False) if first + start < last else None
        return replace(reading, recipient=name, body=body, span=(first, first + end))

    def _leads_on(self, word: str) -> bool:
        """Return whether a name goes on behind this word: "my", "Doctor"."""
        return self._language.is_title(word) or self._language.is_article(word.casefold())

    def _alone(self, recipient: str) -> str:
        """Return a name without what only goes with it: "Zoe via WhatsApp", "um, Zoe", "both Zoe …"."""
        before = self._templates.before.match(recipient)
        name = recipient[before.end() :].strip() if before is not None else recipient
        for gap in re.finditer(r"(?<=\w)\W+", name):
            beside = self._templates.beside.match(name, gap.start())
            if beside is not None and not any(map(str.isalnum, name[beside.end() :])):
                return name[: gap.start()]
        return name or recipient

    def _denies(self, recipient: str) -> bool:
        """Return whether what would be a name ends with a no: "schick Ben nicht die Nachricht"."""
        denied = self._templates.bodies.get("denied")
        return denied is not None and any(
            any(True for _ in recognize_all(recipient[gap.end() :], denied))
            for gap in re.finditer(r"\s+", recipient[:MATCHED_HEAD])
        )

    def _several(self, recipient: str) -> tuple[str, ...]:
        """Return the recipients in one slot, apart at joiners."""
        parts: list[list[str]] = [[]]
        words, space = split(recipient, spaced=self._language.spaced), " " * self._language.spaced
        index = 0
        while index < len(words):
            after = next(
                (
                    end
                    for end in range(min(index + LONGEST_JOINER, len(words)), index, -1)
                    if self._language.name_key(space.join(words[index:end]))
                    in self._templates.joiners
                ),
                index,
            )
            if after > index:
                parts.append([])
            else:
                parts[-1].append(words[index])
            index = max(after, index + 1)
        return tuple(space.join(part) for part in parts if part)

    def _called(self, recipient: str) -> str:
        """Return what whoever is named is called: a contact who sounds the same by the contact's own name."""
        if self._is_contact(recipient):
            return recipient
        namesake = self._contacts.namesake(recipient, self._language)
        return recipient if namesake is None else namesake.name

    def _is_contact(self, recipient: str) -> bool:
        return not self._contacts.match(recipient, self._language).unknown

    def _may_be_named(self, recipient: str, longest: int) -> bool:
        if self._is_contact(recipient):
            return True
        words = self._language.name_key(recipient).split(" ")
        longest *= 1 if self._language.spaced else 3
        whole = (" " if self._language.spaced else "").join(words)
        return len(words) <= longest and self._templates.nobody.isdisjoint({words[0], whole})
