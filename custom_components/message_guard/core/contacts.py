"""Contacts: the people and places that may be written to, and how a spoken name finds them."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from .errors import MessageGuardError
from .language import Language
from .policy import Level
from .request import Json
from .text import joined


class ChannelKind(StrEnum):
    """How a contact is reached."""

    NOTIFY_ENTITY = "notify_entity"
    NOTIFY_ACTION = "notify_action"
    ANNOUNCEMENT = "announcement"
    ACTIONS = "actions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """How a contact is reached.

    Attributes:
        kind: Which way.
        targets: Entity ids of notify entities or satellites, or one action such as "notify.family".
        sequence: The actions to run, as JSON, for `ChannelKind.ACTIONS`.
    """

    kind: ChannelKind
    targets: tuple[str, ...] = ()
    sequence: tuple[Json, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """An allowlisted recipient.

    Attributes:
        id: Unique, never changes.
        name: What it is called, in the UI and when read back.
        aliases: What else it is called.
        channel: How it is reached.
        level: The least proof it needs, None for the household's.
        observe: Record what would have been held, and hold nothing.
    """

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    channel: Channel
    level: Level | None = None
    observe: bool = False


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

_SHORTEST_HALF = 3
"""Letters of each half of a name that may be written in one word as well: "ann a" is not Anna."""

_THROUGH_ENTITIES = frozenset({ChannelKind.NOTIFY_ENTITY, ChannelKind.ANNOUNCEMENT})


class AddressBook:
    """The allowlist. Look-ups cost the same however many contacts there are.

    A name is indexed once for each language, at the first look-up in that language (about 5 µs for each
    name), since languages differ in what they leave out of a name.
    """

    def __init__(self, contacts: Iterable[Contact] = ()) -> None:
        """Take the contacts.

        Raises:
            MessageGuardError: If two have the same id.
        """
        self._contacts: dict[str, Contact] = {}
        for contact in contacts:
            if contact.id in self._contacts:
                raise MessageGuardError("two contacts have the same id")
            self._contacts[contact.id] = contact
        self._by_name: dict[Language, Mapping[str, Match]] = {}
        self._longest: dict[Language, int] = {}
        self._first_words: dict[Language, frozenset[str]] = {}
        self._by_entity = _index_targets(self, _THROUGH_ENTITIES)
        self._by_action = _index_targets(self, {ChannelKind.NOTIFY_ACTION})

    def __iter__(self) -> Iterator[Contact]:
        """Iterate over the contacts in the order they were given."""
        return iter(self._contacts.values())

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._contacts)

    def get(self, contact_id: str | None) -> Contact | None:
        """Return the contact with this id."""
        return self._contacts.get(contact_id) if contact_id is not None else None

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

    def by_action(self, action: str) -> tuple[Contact, ...]:
        """Return everyone who is reached by this action, which an entity may be named like."""
        return self._by_action.get(action, ())

    def _names(self, language: Language) -> Mapping[str, Match]:
        names = self._by_name.get(language)
        if names is None:
            names = _index_names(self, language)
            self._longest[language] = max((key.count(" ") + 1 for key in names), default=0)
            self._first_words[language] = frozenset(key.partition(" ")[0] for key in names)
            self._by_name[language] = names
        return names


def _index_names(contacts: Iterable[Contact], language: Language) -> Mapping[str, Match]:
    found: dict[str, list[Contact]] = {}
    for contact in contacts:
        names = (contact.name, *contact.aliases)
        for key in frozenset[str]().union(*map(language.name_keys, names)):
            found.setdefault(key, []).append(contact)
    return {key: Match(tuple(matches)) for key, matches in found.items()}


def _index_targets(
    contacts: Iterable[Contact], kinds: Collection[ChannelKind]
) -> Mapping[str, tuple[Contact, ...]]:
    found: dict[str, list[Contact]] = {}
    for contact in contacts:
        for target in dict.fromkeys(contact.channel.targets):
            if contact.channel.kind in kinds:
                found.setdefault(target, []).append(contact)
    return {target: tuple(matches) for target, matches in found.items()}
