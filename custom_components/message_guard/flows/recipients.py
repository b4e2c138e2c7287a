"""Recipients of voice automations: each person once, under a name that can be said and is nobody else's."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
import re
from typing import Final

from ..const import CONF_CALL_ACTION, CONF_CALL_DATA, CONF_CHANNEL, CONF_TARGETS
from ..core.contacts import ChannelKind, Contact
from ..core.fixed_call import says_whom
from ..core.language import Language
from ..core.text import speakable
from .checks import in_one_word, name_problem
from .labels import shown_value
from .suggestions import Stored, Suggestion

_SIGNS: Final = re.compile(r"[^\w\s'\u2019\-\u2010\u2011]")
"""What may be all that tells two names apart: "Anna (work)", "Anna work"."""

_NAME: Final = re.compile(r"[^\W\d_][^\d_@#:/\\]*")
"""What a household may have written as a name, and no number, address or alias."""

TOO_LONG: Final = "name_too_long"


@dataclass(slots=True)
class Used:
    """Somebody whom speech reaches today.

    Attributes:
        name: What to call the contact.
        ways: How it is reached.
        users: Names of the automations, scripts and intents that do; none for what was only seen.
        several: Whether its action reaches others, too: only its fields tell it from them.
    """

    name: str
    ways: dict[str, Suggestion] = field(default_factory=dict)
    users: dict[str, None] = field(default_factory=dict)
    several: bool = False

    @property
    def label(self) -> str:
        """Show it in a form."""
        ways = ", ".join(item.label for item in self.ways.values())
        shown = ways if self.several or self.name in ways else f"{self.name}: {ways}"
        return f"{shown} ← {', '.join(self.users)}" if self.users else shown

    @property
    def channels(self) -> list[Stored]:
        """Return its channels, as a contact stores them."""
        return [item.stored for item in self.ways.values()]


class Names:
    """Names that can be said, each of them one recipient's alone."""

    def __init__(
        self, languages: Iterable[Language], home_language: str, contacts: Iterable[Contact]
    ) -> None:
        """Let these contacts have theirs.

        Args:
            languages: All languages that are understood.
            home_language: The tag of the one that is spoken here.
            contacts: Who is on the list already.
        """
        self._languages = tuple(languages)
        self._spoken = next(
            (item for item in self._languages if item.code == home_language), self._languages[0]
        )
        names = (name for contact in contacts for name in (contact.name, *contact.aliases))
        self._contacts = {key for name in names for key in self._keys(name)}
        self._taken: set[tuple[str, str]] = set()

    def identity(self, name: str) -> str:
        """Return what is the same for two spellings of one name; what only signs tell apart is not one."""
        return name.casefold() if _SIGNS.search(name) else self._spoken.name_key(name)

    def give(self, names: Iterable[str], *, own: bool = False) -> str:
        """Return the first name that can be, and keep it for whom it is given to.

        Args:
            names: What it may be called.
            own: They are called so: it is theirs even if a contact has it, which the form then says.
        """
        taken = self._taken if own else self._taken | self._contacts
        name = next(
            name
            for name in self._tries(names)
            if (own or self._problem(name) is None) and not taken & self._keys(name)
        )
        self._taken |= self._keys(name)
        return name

    def _tries(self, names: Iterable[str]) -> Iterator[str]:
        """Yield the names, no longer than one can be, then the last of them with numbers."""
        name = ""
        for name in map(self._short, names):
            yield name
        for number in count(2):
            yield self._short(name, f" {number}")

    def _short(self, name: str, behind: str = "") -> str:
        """Return a name with as many of its first words as can be found in a sentence."""
        words = name.split()
        while len(words) > 1 and self._problem(" ".join(words) + behind) == TOO_LONG:
            words.pop()
        return " ".join(words) + behind

    def _problem(self, name: str) -> str | None:
        found = name_problem(speakable(name), self._languages, "", ())
        return None if found is None else found[0]

    def _keys(self, name: str) -> frozenset[tuple[str, str]]:
        said = speakable(name)
        return frozenset((item.code, in_one_word(item.name_key(said))) for item in self._languages)


def each_once(
    reached: Mapping[str, tuple[Suggestion, dict[str, None]]], names: Names
) -> dict[str, Used]:
    """Return everybody once: what names the same person is theirs, what names nobody stands by itself.

    An action that is called for several recipients says nothing of who they are, whatever it is called:
    together they would be one contact, and a message to it would go to all of them.
    """
    actions = Counter(_action_of(item.stored) for item, _ in reached.values())
    found: dict[str, Used] = {}
    unnamed: list[tuple[str, bool]] = []
    for key, (item, users) in reached.items():
        action = _action_of(item.stored)
        several = action is not None and actions[action] > 1
        if several or not item.name:
            unnamed.append((key, several))
            continue
        used = found.setdefault(names.identity(item.name), Used(item.name))
        used.ways[key] = item
        used.users |= users
    for used in found.values():
        used.name = names.give([used.name], own=True)
    for key, several in unnamed:
        item, users = reached[key]
        name = names.give(_names_by_itself(item, several=several))
        found[key] = Used(name, {key: item}, dict(users), several=several)
    return found


def _action_of(stored: Stored) -> str | None:
    """Return the action that reaches whom its fields say; None of an entity, which is one place."""
    if stored[CONF_CHANNEL] == ChannelKind.ACTION:
        return str(stored[CONF_CALL_ACTION])
    if stored[CONF_CHANNEL] == ChannelKind.NOTIFY_ACTION:
        return str(stored[CONF_TARGETS][0])
    return None


def _names_by_itself(item: Suggestion, *, several: bool) -> Iterator[str]:
    """Yield names for what names nobody, each longer than the one before, until one is nobody else's."""
    called = item.label.partition(" (")[0]
    data = item.stored.get(CONF_CALL_DATA, {})
    whom = [name for name in data if says_whom(name)]
    if len(whom) == 1 and _NAME.fullmatch(written := shown_value(data[whom[0]])):
        yield written
    if not several:
        yield called
        yield " ".join([called, *item.stored.get(CONF_TARGETS, ())])
    service = str(_action_of(item.stored) or called).partition(".")[2].replace("_", " ")
    for fields in (whom, list(data)):
        if fields:
            values = (_in_a_name(shown_value(data[name])) for name in fields)
            yield " ".join([service.capitalize(), *values])
    if several and not data:
        yield service.capitalize()


def _in_a_name(written: str) -> str:
    """Return the value of a field as a part of a name: a number in one word."""
    return written if _NAME.fullmatch(written) else "".join(written.split())
