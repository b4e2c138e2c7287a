"""What the guard says, in the speaker's language."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..core.answer import Answer, AnswerKind
from ..core.confirmation import Confirmation, Recipient
from ..core.contacts import Contact
from ..core.errors import MessageGuardError
from ..core.language import Language
from ..core.policy import (
    REASON_AMBIGUOUS_RECIPIENT,
    REASON_UNKNOWN_LANGUAGE,
    REASON_UNKNOWN_RECIPIENT,
    Facts,
)
from ..core.request import Origin, Request, Route
from ..core.rules import REASON_EMPTY_BODY
from ..core.text import is_blank
from .ports import Surroundings

LAST_WORDS = "Not sent: Message Guard itself has failed. Look at Home Assistant's log."
"""Said when even the language files cannot be asked."""

_UNKNOWN, _AMBIGUOUS = (
    f"refused_{reason}" for reason in (REASON_UNKNOWN_RECIPIENT, REASON_AMBIGUOUS_RECIPIENT)
)
_EMPTY = f"refused_{REASON_EMPTY_BODY}"
_ABOUT_WHOM = frozenset({REASON_UNKNOWN_RECIPIENT, REASON_AMBIGUOUS_RECIPIENT})


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom one request is for.

    Attributes:
        request: The request.
        contact: The contact, None where it is nobody on the list, or may be several.
        ambiguous: It may be several.
    """

    request: Request
    contact: Contact | None
    ambiguous: bool = False

    @property
    def is_nameless(self) -> bool:
        """Whether it names nobody: it says by its ids what it would reach, or a model has left the name out."""
        by_id = self.request.route is Route.ACTION
        return self.contact is None and (by_id or is_blank(self.request.recipient))

    @property
    def reasons(self) -> frozenset[str]:
        """What can be wrong with its recipient, as keys of prompts."""
        if self.contact is not None:
            return frozenset()
        return frozenset({_AMBIGUOUS if self.ambiguous else _UNKNOWN})

    def called(self, words: Language) -> str:
        """Return what it is called in speech: never an id."""
        if self.contact is not None:
            return words.speakable(self.contact.name)
        return (
            words.say("unlisted") if self.is_nameless else words.speakable(self.request.recipient)
        )


def _rank(reason: str) -> int:
    if reason == REASON_UNKNOWN_LANGUAGE:
        return 0
    return 1 if reason in _ABOUT_WHOM else 2


def words_for(home: Surroundings, origin: Origin) -> Language:
    """Return the speaker's language, English where there is no file for it.

    Raises:
        MessageGuardError: If there is no file at all.
    """
    words = home.language(origin.language) or home.language("en")
    if words is None:
        raise MessageGuardError("no language file could be read")
    return words


class Answers:
    """Puts what happened into words."""

    def __init__(self, home: Surroundings) -> None:
        """Speak the languages of this home."""
        self._home = home

    def words(self, origin: Origin) -> Language:
        """Return the speaker's language, English where there is no file for it.

        Raises:
            MessageGuardError: If there is no file at all.
        """
        return words_for(self._home, origin)

    def say(self, kind: AnswerKind, key: str, origin: Origin, **placeholders: str) -> Answer:
        """Return an answer that leaves nothing open."""
        return Answer(kind=kind, text=self.words(origin).say(key, **placeholders))

    def question(self, confirmation: Confirmation) -> Answer:
        """Return the question of a confirmation."""
        kind = AnswerKind.WAITING if confirmation.challenge is None else AnswerKind.ASKED
        return self.about(kind, confirmation.question, confirmation)

    def about(self, kind: AnswerKind, text: str, confirmation: Confirmation) -> Answer:
        """Return an answer after which the confirmation still waits."""
        return Answer(
            kind=kind,
            text=text,
            listen=confirmation.reopens and confirmation.challenge is not None,
            confirmation_id=confirmation.id,
            asked=frozenset(item.request.id for item in confirmation.recipients),
            reasons=confirmation.reasons,
        )

    def refusal(self, reasons: tuple[str, ...], asked: Sequence[Asked]) -> Answer:
        """Return why nothing is sent, and what to do: in the words of the first reason that has some.

        Whom it is for comes first: words for somebody who is on no list would be asked for in vain. Only in a language
        that is not known nobody can tell who that is.
        """
        words = self.words(asked[0].request.origin)
        ranked = sorted(reasons, key=_rank)
        key = next((k for r in ranked if words.has(k := f"refused_{r}")), "refused_block")
        whom = next((one for one in asked if key in one.reasons), asked[0])
        if key == _UNKNOWN and whom.is_nameless:
            key = "refused_unknown_channel"
        elif key == _EMPTY and whom.request.held_call is not None:
            key = "without_words"  # whoever has spoken could say nothing more
        text = words.say(key, recipient=whom.called(words))
        return Answer(kind=AnswerKind.REFUSED, text=text, reasons=reasons)

    def last(self, reason: str, origin: Origin) -> Answer:
        """Return a refusal, whatever is broken; never raises."""
        try:
            text = self.words(origin).say(f"refused_{reason}")
        except Exception:  # noqa: BLE001 - the language files themselves are what is broken
            text = LAST_WORDS
        return Answer(kind=AnswerKind.REFUSED, text=text, reasons=(reason,))


def asked_of(requests: Iterable[Request], facts: Iterable[Facts]) -> list[Asked]:
    """Return whom requests are for, as far as that is known."""
    return [
        Asked(request, known.contact, known.ambiguous)
        for request, known in zip(requests, facts, strict=True)
    ]


def resolved(requests: Iterable[Request], facts: Iterable[Facts]) -> tuple[Recipient, ...]:
    """Return the requests that are for somebody on the list, with whom that is."""
    return tuple(
        Recipient(request, known.contact)
        for request, known in zip(requests, facts, strict=True)
        if known.contact is not None
    )


def asked_for(recipients: Iterable[Recipient]) -> list[Asked]:
    """Return whom requests are for that were resolved."""
    return [Asked(item.request, item.contact) for item in recipients]
