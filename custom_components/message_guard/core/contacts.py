"""Contacts: the people and places that may be written to, and how a spoken name finds them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from .errors import MessageGuardError
from .fixed_call import FixedCall
from .language import Language
from .level import Level
from .namesakes import Namesakes
from .near_names import near
from .request import Json
from .text import joined


class ChannelKind(StrEnum):
    """How a contact is reached."""

    NOTIFY_ENTITY = "notify_entity"
    NOTIFY_ACTION = "notify_action"
    ACTION = "action"
    ANNOUNCEMENT = "announcement"
    ACTIONS = "actions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """How a contact is reached.

    Attributes:
        kind: Which way.
        targets: Entity ids of notify entities or satellites, or actions such as "notify.family".
        call: The action with its fixed fields, for `ChannelKind.ACTION`.
        sequence: The actions to run, as JSON, for `ChannelKind.ACTIONS`.
        runs: What of a sequence is fixed: a held call that is the same belongs to this contact.
    """

    kind: ChannelKind
    targets: tuple[str, ...] = ()
    call: FixedCall | None = None
    sequence: tuple[Json, ...] = ()
    runs: tuple[FixedCall, ...] = ()

    @property
    def private(self) -> bool:
        """Whether it is for one person's eyes; an announcement is for everybody in the room."""
        return self.kind is not ChannelKind.ANNOUNCEMENT

    @property
    def entities(self) -> tuple[str, ...]:
        """The entities that it reaches."""
        named = [item for call in self.runs for item in _entities_of(call)]
        return (*(self.targets if self.kind in _THROUGH_ENTITIES else ()), *named)

    @property
    def calls(self) -> tuple[FixedCall, ...]:
        """The calls that are this channel, for every kind but entities."""
        if self.kind is ChannelKind.NOTIFY_ACTION:
            return tuple(FixedCall(target) for target in self.targets)
        return self.runs if self.call is None else (self.call,)


_THROUGH_ENTITIES = frozenset({ChannelKind.NOTIFY_ENTITY, ChannelKind.ANNOUNCEMENT})
_CALLS_ENTITIES = frozenset({"notify.send_message", "assist_satellite.announce"})


def _entities_of(call: FixedCall) -> tuple[str, ...]:
    named = call.fields.get("entity_id") if call.action in _CALLS_ENTITIES else None
    found = named if isinstance(named, list) else [named]
    return tuple(item for item in found if isinstance(item, str))


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """An allowlisted recipient: a person, or a place, with one channel or more.

    Attributes:
        id: Unique, never changes.
        name: What it is called, in the UI and when read back.
        aliases: What else it is called.
        channel: How it is reached.
        further: Further channels, in the order in which they were chosen.
        in_turn: Use the next channel only if nothing could be handed over to the one before; else all of
            them are used.
        level: The least proof it needs, None for the household's.
        observe: Record what would have been held, and hold nothing.
    """

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    channel: Channel
    further: tuple[Channel, ...] = ()
    in_turn: bool = False
    level: Level | None = None
    observe: bool = False

    @property
    def channels(self) -> tuple[Channel, ...]:
        """All ways to reach it."""
        return (self.channel, *self.further)


@dataclass(frozen=True, slots=True)
class Match:
    """Everyone whom a spoken name can mean."""

    contacts: tuple[Contact, ...]

    @property
    def contact(self) -> Contact | None:
        """The only one, or None."""
        return self.contacts[0] if len(self.contacts) == 1 else None

    @property
    def ambiguous(self) -> bool:
        """Whether it can mean more than one."""
        return len(self.contacts) > 1

    @property
    def unknown(self) -> bool:
        """Whether it means nobody on the list."""
        return not self.contacts


_NOBODY = Match(())

MOST_COMPARED = 5_000
"""Names that are compared with one that is nobody's, each by itself, while the house waits."""

_SHORTEST_HALF = 3
"""Letters of each half of a name that may be written in one word as well: "ann a" is not Anna."""


class AddressBook:
    """The allowlist. Look-ups cost the same however many contacts there are, save for who is `near`.

    A name is indexed once for each language, since languages differ in what they leave out of a name: at the first
    look-up in that language (about 5 µs for each name), unless `index` has done it before.
    """

    def __init__(self, contacts: Iterable[Contact] = (), *, unasked: bool = False) -> None:
        """Take the contacts.

        Args:
            contacts: All of them.
            unasked: Whoever of them has no level of their own is sent to without a question.

        Raises:
            MessageGuardError: If two have the same id.
        """
        self._unasked = unasked
        self._contacts: dict[str, Contact] = {}
        for contact in contacts:
            if contact.id in self._contacts:
                raise MessageGuardError("two contacts have the same id")
            self._contacts[contact.id] = contact
        self._by_name: dict[Language, Mapping[str, Match]] = {}
        self._longest: dict[Language, int] = {}
        self._first_words: dict[Language, frozenset[str]] = {}
        self._namesakes: dict[Language, Namesakes] = {}
        self._by_entity = _index_entities(self)
        self._by_action = _index_calls(self)

    def __iter__(self) -> Iterator[Contact]:
        """Iterate over the contacts in the order they were given."""
        return iter(self._contacts.values())

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._contacts)

    def get(self, contact_id: str | None) -> Contact | None:
        """Return the contact with this id."""
        return self._contacts.get(contact_id) if contact_id is not None else None

    def index(self, languages: Iterable[Language]) -> None:
        """Index the names in these languages, in any thread: nobody who speaks has to wait for it then."""
        for language in languages:
            self._sounds(language)

    def match(self, spoken: str, language: Language) -> Match:
        """Return whom a spoken name means: an exact match of name or alias, never a similar one.

        Case, punctuation, symbols, invisible characters, articles, possessives, short titles and marks on letters
        make no difference (`Language.name_key`), nor whether a double name is written in one word.
        """
        key = language.name_key(spoken)
        found = self.find(key, language)
        if found.unknown and language.spaced:
            return self._in_one_word(spoken, key, language)
        return found

    def find(self, key: str, language: Language) -> Match:
        """Return whom a name means that is in the form of `Language.name_key` already."""
        return self._names(language).get(key, _NOBODY)

    def namesake(self, spoken: str, language: Language) -> Contact | None:
        """Return the only contact whose name is the same to the ear as a name that is nobody's (`namesakes`).

        None where no question would say who is meant.
        """
        keys = self._sounds(language).of(language.name_key(spoken))
        found = {
            contact.id: contact for key in keys for contact in self.find(key, language).contacts
        }
        (one,) = found.values() if len(found) == 1 else (None,)
        return one if one is not None and self.is_asked_about(one) else None

    def near(self, spoken: str, language: Language) -> tuple[Contact, ...]:
        """Return the contacts whose names are near a name that is nobody's, the nearest first (`near_names`).

        Nobody of them is without a question that says who is meant. Each name is compared: of very many, none.
        """
        names = self._names(language)
        keys = near(language.name_key(spoken), names if len(names) <= MOST_COMPARED else ())
        found = {
            contact.id: contact for key in keys for contact in self.find(key, language).contacts
        }
        return tuple(filter(self.is_asked_about, found.values()))

    def is_asked_about(self, contact: Contact) -> bool:
        """Return whether a message to this contact is never sent without a question, as far as levels say."""
        return not self._unasked or bool(contact.level)

    def _in_one_word(self, spoken: str, key: str, language: Language) -> Match:
        """Return whom a double name means that is one word to the address book: "mary jane", "Mary-Jane".

        Not where its first half is somebody's name, nor with a half that may be an article or a stutter.
        """
        first, _, last = key.partition(" ")
        if (once := joined(spoken)) != spoken:
            return self.find(language.name_key(once), language)
        halves = min(len(first), len(last)) >= _SHORTEST_HALF and " " not in last
        if not halves or not self.find(first, language).unknown:
            return _NOBODY
        return self.find(first + last, language)

    def longest_name(self, language: Language) -> int:
        """Return how many words the longest name has in this language."""
        self._names(language)
        return self._longest[language]

    def first_words(self, language: Language) -> frozenset[str]:
        """Return the words that names begin with, in the form of `Language.name_key`."""
        self._names(language)
        return self._first_words[language]

    def by_entity(self, entity_id: str) -> tuple[Contact, ...]:
        """Return everyone who is reached through this notify entity or satellite."""
        return self._by_entity.get(entity_id, ())

    def by_call(self, action: str, data: Mapping[str, object]) -> tuple[Contact, ...]:
        """Return everyone whom a call of this action with this data reaches, by its fixed fields."""
        found = {contact.id: contact for contact, _ in self.calls_like(action, data)}
        return tuple(found.values())

    def by_device(self, action: str, device_id: str) -> tuple[Contact, ...]:
        """Return everyone who is reached by this action of a device."""
        return self.by_call(action, {"device_id": device_id})

    def calls_like(
        self, action: str, data: Mapping[str, object]
    ) -> tuple[tuple[Contact, FixedCall], ...]:
        """Return the contacts' own calls that reach whom a call of this action with this data reaches."""
        return tuple(
            (contact, call)
            for contact, call in self._by_action.get(action, ())
            if call.reaches_same(data)
        )

    def _names(self, language: Language) -> Mapping[str, Match]:
        names = self._by_name.get(language)
        if names is None:
            names = _index_names(self, language)
            self._longest[language] = max((key.count(" ") + 1 for key in names), default=0)
            self._first_words[language] = frozenset(key.partition(" ")[0] for key in names)
            self._by_name[language] = names
        return names

    def _sounds(self, language: Language) -> Namesakes:
        sounds = self._namesakes.get(language)
        if sounds is None:
            sounds = self._namesakes[language] = Namesakes(self._names(language))
        return sounds


def _index_names(contacts: Iterable[Contact], language: Language) -> Mapping[str, Match]:
    found: dict[str, list[Contact]] = {}
    for contact in contacts:
        names = (contact.name, *contact.aliases)
        for key in frozenset[str]().union(*map(language.name_keys, names)):
            found.setdefault(key, []).append(contact)
    return {key: Match(tuple(matches)) for key, matches in found.items()}


def _index_entities(contacts: Iterable[Contact]) -> Mapping[str, tuple[Contact, ...]]:
    found: dict[str, dict[str, Contact]] = {}
    for contact in contacts:
        for channel in contact.channels:
            for entity_id in channel.entities:
                found.setdefault(entity_id, {})[contact.id] = contact
    return {entity_id: tuple(matches.values()) for entity_id, matches in found.items()}


def _index_calls(
    contacts: Iterable[Contact],
) -> Mapping[str, tuple[tuple[Contact, FixedCall], ...]]:
    found: dict[str, list[tuple[Contact, FixedCall]]] = {}
    for contact in contacts:
        for channel in contact.channels:
            for call in channel.calls:
                found.setdefault(call.action, []).append((contact, call))
    return {action: tuple(matches) for action, matches in found.items()}
