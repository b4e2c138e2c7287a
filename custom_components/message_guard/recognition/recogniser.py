"""The recogniser: tells what an utterance asks for. It decides nothing.

Templates are hassil's. What is done here beside is what talk that nobody meant for us calls for: most
utterances are turned away by their first word, contacts are looked up rather than compared one by one,
and however long an utterance is, only its beginning and its end are matched.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
import re
from typing import cast
import unicodedata

from hassil import Intents, recognize_all
from hassil.models import MatchEntity

from ..core.contacts import AddressBook
from ..core.heard import without_wake_word
from ..core.language import Language
from .corrections import Corrections
from .excerpt import Excerpt, Reading, results
from .gate import MATCHED_HEAD
from .names import Names
from .recognised import Kind, Recognised, Strength
from .strangers import Strangers
from .templates import VAGUE, VAGUE_ANSWER, Templates
from .tolerant import Found

__all__ = ["Recognised", "Recogniser", "Strength"]

_MOST_BEFORE_A_PERFORMANCE = 2
"""Words in front of what is performed: "a funny little story"; more are a message about one."""


_MOST_OF_A_THING = 4
"""Words of a thing that is answered: "on the front door"; more are a message about one."""

_MARKED = frozenset(':：;；—–"“”„«»「『')  # noqa: RUF001 - marks as people write them
"""What stands in front of words that are surely a message."""

_QUOTED = frozenset(zip("\"'“„«‹‘「『", "\"'”“»›’」』", strict=True))  # noqa: RUF001 - quotation marks
"""What stands around words that are somebody's own."""

_SET_APART = frozenset(":,;.：，；、。–—-")  # noqa: RUF001 - full width on purpose
"""What stands between "answer" and the words where they are set apart: then they are words."""


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
        self._strangers = Strangers(language, self._templates, address_book)
        self._corrections = Corrections(
            language, self._templates, address_book, self._strangers, self._to_contacts_again
        )

    def recognise(
        self,
        utterance: str,
        *,
        incoming: bool = True,
        asked: bool = False,
        behind: Sequence[str] = (),
    ) -> Recognised | None:
        """Return what the utterance asks for, or None when it is not for us.

        Args:
            utterance: What was said.
            incoming: The household takes in what people write to it; otherwise there are no sentences about that,
                and an answer to somebody is no request.
            asked: A question waits, so what is said to one counts, too: what takes back what was asked for
                ("no, tell Ben …"), names others for it ("I meant Ben"), or wants to hear it once more.
            behind: What is left of it behind a wake word of the home, each with less in front: looked at where
                the utterance as it stands is nothing.
        """
        if behind:
            return self._recognise_one((utterance, *behind), incoming=incoming, asked=asked)
        # Composed, because hassil's offsets are those of composed text.
        utterance = unicodedata.normalize("NFC", utterance)
        awake = len(utterance) - len(without_wake_word(utterance))
        # "Tell Ben too" would be a message that says "too".
        found = self._corrections.to_others(utterance, awake) if asked else None
        found = found or self._asked_for(utterance, awake, incoming)
        return self._corrected(utterance, awake) if found is None and asked else found

    def _recognise_one(
        self, ways: Sequence[str], *, incoming: bool, asked: bool
    ) -> Recognised | None:
        """Return what is asked for in one of several ways to read an utterance: the first, mostly.

        Where nothing sets words apart, what stands in front of a name makes a stranger of it.
        """
        heard, *others = ways
        found = self.recognise(heard, incoming=incoming, asked=asked)
        for rest in others:
            if found is not None and not self._may_begin_later(found, heard, rest):
                break
            read = self.recognise(rest, incoming=incoming, asked=asked)
            if read is not None:
                heard, found = rest, read
        return found

    def _may_begin_later(self, found: Recognised, heard: str, rest: str) -> bool:
        """Return whether what stands in front of the rest is taken for a part of a name, or of words that it is apart from."""
        if any(self.contacts.match(name, self._language).unknown for name in found.recipients):
            return True
        front = heard[: len(heard) - len(rest)]
        return not front[-1:].isalnum() and bool(found.body) and heard.startswith(found.body or "")

    def _asked_for(self, utterance: str, awake: int, incoming: bool) -> Recognised | None:
        """Return what is asked for by itself, behind a wake word."""
        front = self._templates.polite.match(utterance, awake)
        start = front.end() if front is not None else awake
        exactly = self._templates.may_match(utterance, start, incoming=incoming)
        if exactly:
            found = self._exactly(Excerpt(utterance, start, self._templates.kept), incoming)
            if found is not None:
                return found
        wanting = self._templates.wanting.match(utterance, awake)
        if wanting is not None and self._templates.may_match(
            utterance, wanting.end(), incoming=False
        ):
            return self._wanted(Excerpt(utterance, wanting.end(), self._templates.kept))
        if not exactly and self._templates.tolerant.may_match(
            utterance[awake : awake + MATCHED_HEAD]
        ):
            excerpt = Excerpt(utterance, awake, self._templates.kept)
            names = self._names(excerpt)
            if names.any():
                return self._almost(excerpt, names, slips=1)
        return None

    def is_names(self, said: str) -> bool:
        """Return whether this is nothing but the name of a contact, or of several: "Anna and Ben"."""
        excerpt = Excerpt(unicodedata.normalize("NFC", said), 0, frozenset())
        whole = (0, len(excerpt.tracked.text))
        return any(named.span == whole for named in self._names(excerpt).all)

    def wish(self, utterance: str) -> Kind | None:
        """Return what is asked for where a message was just told of and its answer is listened for: "read_out", "forget".

        "Read it" is enough there; a yes is not, since a room says that all day.
        """
        heard = unicodedata.normalize("NFC", without_wake_word(utterance))
        front = self._templates.polite.match(heard)
        words = self._language.words(heard[front.end() if front is not None else 0 :])
        for kind, wishes in self._templates.wishes.items():
            for wish in wishes:
                rest = " ".join(words[len(wish) :])
                if words[: len(wish)] == wish and self._templates.polite.fullmatch(rest):
                    return kind
        found = self.recognise(utterance)
        if found is None or found.kind not in {"read_out", "said", "forget"}:
            return None
        return "forget" if found.kind == "forget" else "read_out"

    def _exactly(self, excerpt: Excerpt, incoming: bool) -> Recognised | None:
        """Return what the templates make of it, and only then what else it may have been."""
        names = self._names(excerpt)
        return (
            self._to_contacts(excerpt, names, incoming)
            or self._almost(excerpt, names, slips=0)
            or self._corrections.begun_again(excerpt, names)
            or self._strangers.read(excerpt)
            or self._question(excerpt, self._templates.questions)
            or (self._question(excerpt, self._templates.incoming) if incoming else None)
            or self._almost(excerpt, names, slips=1)
        )

    def _corrected(self, utterance: str, awake: int) -> Recognised | None:
        """Return what is said to a question that waits."""
        templates = self._templates
        front = templates.polite.match(utterance, awake)
        # "Pardon?" is all of it, and "could you" may belong to it.
        if self._is_again(utterance, awake) or (front and self._is_again(utterance, front.end())):
            return Recognised((), None, "again")
        front = templates.corrected.match(utterance, awake)
        if front is None or not templates.may_match(utterance, front.end(), incoming=False):
            return None
        found = self._exactly(Excerpt(utterance, front.end(), templates.kept), incoming=False)
        # "Wait, tell Ben …" is no no by itself.
        if found is None or not self._language.is_decline(utterance[awake : front.end()]):
            return found
        return replace(found, after_no=True)

    def _is_again(self, utterance: str, start: int) -> bool:
        """Return whether somebody wants to hear once more what waits."""
        text = utterance[start : start + MATCHED_HEAD]
        return next(iter(recognize_all(text, self._templates.again)), None) is not None

    def _wanted(self, excerpt: Excerpt) -> Recognised | None:
        """Return what somebody says that they want: only what says itself that it is a message.

        "I want to tell Anna that …" is said to people.
        """
        names = self._names(excerpt)
        readings = self._readings(excerpt, names, self._templates.to_contacts)
        best = min(
            (one for one in readings if not one.telling), key=lambda one: one.rank, default=None
        )
        if best is not None:
            return self._read(names.found[best.recipient].names, best)
        return self._strangers.read(excerpt, told=False)

    def _names(self, excerpt: Excerpt) -> Names:
        words = excerpt.words(self._language)
        return Names(words, self.contacts, self._language, self._templates)

    def _to_contacts(self, excerpt: Excerpt, names: Names, incoming: bool) -> Recognised | None:
        """Return the reading with the longest name, and of those the one with the shortest body."""
        if not names.found:
            return None
        readings = [
            *self._readings(excerpt, names, self._templates.to_contacts),
            *self._worded(excerpt, names),
            *(
                replace(reading, weak=True)
                for reading in self._readings(excerpt, names, self._templates.reminders)
            ),
            *(
                reading
                for reading in self._readings(excerpt, names, self._templates.answers)
                if incoming and not (reading.adjacent and self._is_thing(reading.body or ""))
            ),
        ]
        best = min(readings, key=lambda reading: reading.rank, default=None)
        if best is None:
            return None
        repaired = self._corrections.repaired(best, excerpt)
        return repaired or self._read(names.found[best.recipient].names, best)

    def _to_contacts_again(self, excerpt: Excerpt) -> Recognised | None:
        """Return the request to contacts in what somebody has said in the place of something else."""
        return self._to_contacts(excerpt, self._names(excerpt), incoming=False)

    def _worded(self, excerpt: Excerpt, names: Names) -> Iterator[Reading]:
        """Yield the readings in which only the words tell that they are a message: "send I'm late to Anna"."""
        for reading in self._readings(excerpt, names, self._templates.worded):
            body = reading.body or ""
            said = re.findall(r"[\w-]+", reading.bare.casefold())
            if (body[:1], body[-1:]) in _QUOTED or (
                self._is_body("words", reading.bare)
                and self._templates.sent_things.isdisjoint(said)
            ):
                yield replace(reading, weak=reading.telling)

    def _readings(self, excerpt: Excerpt, names: Names, intents: Intents) -> Iterator[Reading]:
        for result in results(excerpt, intents, names.found):
            reading = Reading.of(result, excerpt)
            if reading is not None and not self._torn(reading, excerpt, names):
                yield reading

    def _almost(self, excerpt: Excerpt, names: Names, slips: int) -> Recognised | None:
        """Return what it is if a word was doubled, and with a slip if one was misheard or missing."""
        if not names.all:
            return None
        spans = {
            named.span: named.names for named in names.all if not (named.doubled or named.phone)
        }
        found = self._templates.tolerant.match(excerpt.tracked.text, spans)
        if found is None or found.slips > slips or self._is_thing_sent(found, excerpt):
            return None
        # A name may begin or end with what is no word to the tolerant sentences: an emoji.
        first, after = found.recipient
        span = min(spans, key=lambda one: abs(one[0] - first) + abs(one[1] - after))
        body = None if found.body is None else excerpt.body(excerpt.original(found.body))
        reading = Reading(
            excerpt.tracked.text[slice(*span)],
            body,
            excerpt.original(span),
            adjacent=found.adjacent,
            telling=True,
            bare=body or "",
        )
        if self._torn(reading, excerpt, names):
            return None
        return self._read(spans[span], reading)

    def _is_thing_sent(self, found: Found, excerpt: Excerpt) -> bool:
        """Return whether what seems to be misheard is something else that people send: "send a photo to Ann"."""
        if not found.slips:
            return False
        said = excerpt.tracked.text
        (first, after), body = found.recipient, found.body or (len(said), len(said))
        around = f"{said[:first]} {said[after : body[0]]} {said[body[1] :]}".casefold()
        return not self._templates.sent_things.isdisjoint(re.findall(r"[\w-]+", around))

    def _read(self, names: tuple[str, ...], reading: Reading) -> Recognised:
        """Return the request, to each contact once: "Anna and my sister" may be one of them."""
        once = {self._who(name): name for name in reversed(names)}
        weak = reading.weak or self._is_ambiguous(reading)
        strength = Strength.WEAK if weak else Strength.STRONG
        return Recognised(tuple(reversed(once.values())), reading.body, strength=strength)

    def _is_ambiguous(self, reading: Reading) -> bool:
        """Return whether it may as well be something to do: "tell Ben when the washing is done"."""
        templates = self._templates
        between = " ".join(self._language.words(reading.between))
        introduced = not _MARKED.isdisjoint(reading.between) or any(
            between == words or between.endswith(f" {words}")
            for words in (*templates.introducing, *templates.kept)
        )
        kinds = ("ambiguous", "ambiguous_told") if reading.telling else ("ambiguous",)
        return not introduced and (
            any(self._is_body(kind, reading.bare) for kind in kinds)
            or self._is_performance(reading.bare)  # "text Ben the weather"
        )

    def _is_body(self, kind: str, body: str) -> bool:
        """Return whether a body is of a kind: "performed", "ambiguous"."""
        templates = self._templates.bodies.get(kind)
        return (
            templates is not None
            and 0 < len(body) <= MATCHED_HEAD
            and any(True for _ in recognize_all(body, templates))
        )

    def _who(self, name: str) -> tuple[str, ...]:
        """Return the ids of everyone whom a name can mean, the name itself if it is nobody's."""
        matches = self.contacts.match(name, self._language).contacts
        return tuple(contact.id for contact in matches) or (name,)

    def _question(self, excerpt: Excerpt, intents: Intents) -> Recognised | None:
        for result in results(excerpt, intents):
            span = result.entities["body"].text_span if "body" in result.entities else None
            at = excerpt.aligned(span) if span is not None else None
            name = result.intent.name
            # In Spanish "cámbialo por …", "por" is the sentence's.
            kept = name != "change"
            body = excerpt.body(at, kept=kept) if at is not None else None
            whose = self._whose(result.entities)
            if whose is None:
                continue
            weak = name.startswith(VAGUE)
            if name == VAGUE_ANSWER and at is not None and body is not None:
                weak = excerpt.text[: at[0]].rstrip()[-1:] not in _SET_APART
                if weak and self._is_thing(body, article=True):
                    continue
            strength = Strength.WEAK if weak else Strength.STRONG
            return Recognised(whose, body, cast("Kind", name.removeprefix(VAGUE)), strength)
        return None

    def _is_thing(self, body: str, *, article: bool = False) -> bool:
        """Return whether what is answered is no message: "the door", "on the intercom"; where asked, whatever has an article."""
        words = self._language.words(body[:MATCHED_HEAD])
        if not self._language.spaced:
            return any(words[-len(thing) :] == thing for thing in self._templates.things)
        if article and words and self._language.is_article(words[0]):
            return True
        return len(words) <= _MOST_OF_A_THING and any(
            words[-len(thing) :] == thing for thing in self._templates.things
        )

    def _whose(self, entities: Mapping[str, MatchEntity]) -> tuple[str, ...] | None:
        """Return the contact that a question is about, nothing for one about nobody; None if it is no contact."""
        if "recipient" not in entities:
            return ()
        name = str(entities["recipient"].value).strip()
        return None if self.contacts.match(name, self._language).unknown else (name,)

    def _torn(self, reading: Reading, excerpt: Excerpt, names: Names) -> bool:
        """Return whether the recipient ends elsewhere, or it is told to do something.

        "Tell Annabel …" and "tell Ann and Zed …" are not for Ann; "tell Ann Ann is here" is about Ann. "Tell
        Ann's lamp …" is for a lamp, "tell Ann a story" for whoever knows one.
        """
        following = excerpt.text[reading.span[1] : reading.span[1] + 1]
        if self._language.spaced and following.isalnum():
            return True
        named = names.found.get(reading.recipient)
        if named is not None and named.phone and reading.telling:
            return True
        if reading.body is None or not reading.adjacent:
            return self._is_denied(reading)
        if named is not None and named.doubled:
            return True
        first = self._language.words(reading.body[:MATCHED_HEAD])[:1]
        return (
            (bool(first) and first[0] in self._templates.joiners)
            or (self._owns(reading, named is not None and named.phone, following))
            or self._is_denied(reading)
            or (reading.telling and self._is_performance(reading.body))
        )

    def _is_denied(self, reading: Reading) -> bool:
        """Return whether nothing is to be sent: "sag Anna bitte nicht, dass …"."""
        nothing_between = not reading.between or self._language.is_padding(reading.between)
        return nothing_between and self._is_body("denied", reading.bare)

    def _owns(self, reading: Reading, phone: bool, following: str) -> bool:
        """Return whether the recipient is only whose the thing is that is talked about: "Mum's light"."""
        owners, body = self._templates.owners, reading.body or ""
        if not self._language.spaced:
            return body.startswith(owners)
        owner = next((one for one in owners if reading.recipient.casefold().endswith(one)), "")
        if phone or not owner or following not in {"", " "}:
            return False
        whose = reading.recipient[: -len(owner)]
        return not self.contacts.match(whose, self._language).unknown

    def _is_performance(self, body: str) -> bool:
        """Return whether a body is something to perform: "a story", "the time"."""
        performed = self._templates.bodies.get("performed")
        if len(body) > MATCHED_HEAD or performed is None:
            return False
        return any(
            "any" not in result.entities
            or len(str(result.entities["any"].value).split()) <= _MOST_BEFORE_A_PERFORMANCE
            for result in recognize_all(body, performed)
        )
