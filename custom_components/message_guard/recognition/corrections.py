"""Corrections: what somebody takes back half-way, and whom they name instead. They decide nothing."""

from collections.abc import Callable
import re

from hassil import RecognizeResult

from ..core.contacts import AddressBook
from ..core.language import Language
from .excerpt import Excerpt, Reading, results
from .names import Named, Names
from .recognised import Recognised, Strength
from .strangers import Strangers
from .templates import TOO, WHOSE, Templates

_LONGEST_CHANGE = 120
"""Characters of what names others for a message that waits."""

_LONGEST_NAME = 3
"""Words of a name in it that is on no list."""


class Corrections:
    """Finds what is meant where something else was said first."""

    def __init__(
        self,
        language: Language,
        templates: Templates,
        contacts: AddressBook,
        strangers: Strangers,
        request: Callable[[Excerpt], Recognised | None],
    ) -> None:
        """Take what is said, who is no stranger, and what finds a request to contacts."""
        self._language = language
        self._templates = templates
        self._contacts = contacts
        self._strangers = strangers
        self._request = request

    def to_others(self, utterance: str, awake: int) -> Recognised | None:
        """Return whom somebody names for the message that waits: "sorry, to Ben", "I meant Ben", "and Ben too".

        A bare name is somebody who is called, unless a no is in front of it, or "I meant". Nobody is named by
        "wait for Ben", but by "wait, for Ben".
        """
        templates = self._templates
        if len(utterance) - awake > _LONGEST_CHANGE or templates.waits_for.search(utterance, awake):
            return None
        front = templates.corrected.match(utterance, awake)
        polite = front or templates.polite.match(utterance, awake)
        before, start = ("", awake) if polite is None else (polite[0], polite.end())
        # "No" and "also" may be the sentence's own: "no a Anna, a Ben", "also Ben".
        found = self._to_contact(Excerpt(utterance, awake, templates.kept))
        if found is not None or start == awake:
            return found
        meant = templates.meant.search(before) is not None
        excerpt = Excerpt(utterance, start, templates.kept)
        bare = meant or self._language.is_decline(before)
        found = self._to_contact(excerpt, bare=bare, behind=front is not None)
        # "Stopp Timer" is a command.
        return self._to_stranger(excerpt, bare=meant) if found is None and front else found

    def _to_contact(
        self, excerpt: Excerpt, *, bare: bool = False, behind: bool = False
    ) -> Recognised | None:
        """Return the contact who is named.

        Args:
            excerpt: What was said.
            bare: A name alone is enough.
            behind: It stands behind what takes back what was said before: then it is nothing else.
        """
        names = Names(
            excerpt.words(self._language), self._contacts, self._language, self._templates
        )
        if not names.any():
            return None
        for one in results(excerpt, self._templates.changed, names.found):
            named = names.found[str(one.entities["recipient"].value).strip()]
            whole = self._is_all(excerpt.tracked.text, named)
            called = whole or self._is_called(excerpt, named)
            if (bare or not called) and not named.doubled and self._is_named(one):
                too, other = one.intent.name == TOO, one.entities.get("any")
                both = (str(other.value).strip(),) if too and other is not None else ()
                named_now = (*both, *named.names)
                sure = behind or one.intent.name != WHOSE
                strength = Strength.STRONG if sure else Strength.WEAK
                return Recognised(named_now, None, "change", strength, after_no=not too, too=too)
        return None

    def _is_all(self, said: str, named: Named) -> bool:
        """Return whether nothing but a name is said, and what is put around anything: "Ben, please"."""
        first, after = named.span
        around = f"{said[:first]} {said[after:]}"
        return not any(map(str.isalnum, around)) or self._language.is_padding(around)

    def _is_called(self, excerpt: Excerpt, named: Named) -> bool:
        """Return whether only a no is said, and to whom: Portuguese "para, Anna" is "stop, Anna", "para Anna" is "to Anna"."""
        before = excerpt.text[: excerpt.original(named.span)[0]].rstrip()
        return bool(before) and not before[-1].isalnum() and self._language.is_decline(before)

    def _to_stranger(self, excerpt: Excerpt, *, bare: bool) -> Recognised | None:
        """Return who is named and is on no list: "no, to Zoe", written as a name is. People take back all kinds of things."""
        if not self._language.spaced:
            return None
        for one in results(excerpt, self._templates.changed):
            span = one.entities["recipient"].text_span
            name = "" if span is None else excerpt.text[slice(*span)].strip(" .,!?")
            whole = name == excerpt.text.strip(" .,!?")
            if (bare or not whole) and self._is_name(name) and self._is_named(one):
                too = one.intent.name == TOO
                return Recognised((name,), None, "change", after_no=not too, too=too)
        return None

    def _is_name(self, name: str) -> bool:
        """Return whether it is written like the name of one who is on no list."""
        words = name.split()
        return (
            0 < len(words) <= _LONGEST_NAME
            and all(word[0].isupper() for word in words)
            and self._contacts.match(name, self._language).unknown
            and self._strangers.is_somebody(name)
        )

    def _is_named(self, found: RecognizeResult) -> bool:
        """Return whether it is somebody to whom it is not, and who it is to is no owner: "Ben's not here"."""
        other, name = found.entities.get("any"), str(found.entities["recipient"].value)
        owned = any("'" in owner and name.endswith(owner) for owner in self._templates.owners)
        return not owned and (
            other is None
            or not self._contacts.match(str(other.value).strip(), self._language).unknown
        )

    def begun_again(self, excerpt: Excerpt, names: Names) -> Recognised | None:
        """Return what is meant where a stranger's name is taken back: "tell Zoe, no, tell Anna that …"."""
        if not names.found or excerpt.repairs:
            return None
        text = excerpt.text
        for gap in re.finditer(r"(?<=\w)\W+", text):
            taken_back = self._templates.corrected.match(text, gap.start())
            if taken_back is None:
                continue
            begun = self._strangers.begun(text[: gap.start()])
            return None if begun is None else self._instead(begun, taken_back)
        return None

    def repaired(self, reading: Reading, excerpt: Excerpt) -> Recognised | None:
        """Return what is meant where somebody begins again: "tell Anna, no, tell Ben that …", "tell Anna, I mean Ben, …"."""
        taken_back = self._templates.corrected.match(reading.body or "")
        if taken_back is None or not reading.adjacent or excerpt.repairs:
            return None
        return self._instead(excerpt.text[: reading.span[0]], taken_back)

    def _instead(self, begun: str, taken_back: re.Match[str]) -> Recognised | None:
        """Return the request behind what is taken back; "I mean", or "to" once more, puts another name behind what was begun."""
        rest = taken_back.string[taken_back.end() :]
        before, *_ = begun.split()[-1:] or [""]
        # "… to Anna, I mean to Ben": what is in front of the name may be said again.
        twice = self._language.spaced and rest.casefold().startswith(f"{before.casefold()} ")
        again = [rest]
        if twice or self._templates.meant.search(taken_back[0]):
            again.append(begun + (rest[len(before) :].lstrip() if twice else rest))
        for said in again:
            start = self._templates.polite.match(said)
            meant = Excerpt(said, start.end() if start else 0, self._templates.kept, repairs=True)
            found = self._request(meant)
            if found is not None and found.body is not None:
                return found
        return None
