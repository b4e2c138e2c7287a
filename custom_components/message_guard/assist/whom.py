"""Whom a message is for, where the name that was heard is nobody's, or several people's: "Did you mean Callum?".

The request has been refused and written down as such; whoever has spoken may still say whom it was for, and it is a new
request then. A yes decides nothing but that: what is asked for after it is the proof. So nobody who would be written to
without a question is asked about, or named by an answer.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ..core.answer import Answer, AnswerKind
from ..core.contacts import AddressBook, Contact
from ..core.language import Language
from ..core.policy import REASON_AMBIGUOUS_RECIPIENT, REASON_UNKNOWN_RECIPIENT
from ..core.question import join_any
from ..core.rules import REASON_EMPTY_BODY
from ..recognition.recognised import Recognised
from .drafts import Draft

MOST_MEANT = 2
"""Contacts near a name that are asked about, one after the other: nobody says no three times."""

MOST_CALLED_SO = 4
"""Contacts of one name that are read out for a choice."""


def unclear(
    draft: Draft, refused: Answer, contacts: AddressBook, language: Language
) -> Draft | None:
    """Return a refused message with what has to be asked about it; None where asking would be no help.

    Args:
        draft: The message.
        refused: What the guard has said to it.
        contacts: The household's.
        language: In which it was said.
    """
    strange = [name for name in draft.recipients if contacts.match(name, language).contact is None]
    if refused.kind is not AnswerKind.REFUSED or refused.private or len(strange) != 1:
        return None
    (name,) = strange
    # Words that lack are asked for after it.
    reasons = set(refused.reasons) - ({REASON_EMPTY_BODY} if draft.body is None else set())
    if reasons == {REASON_UNKNOWN_RECIPIENT}:
        meant = _names(contacts.near(name, language)[:MOST_MEANT], draft, contacts, language)
        return replace(draft, unclear=name, meant=meant) if meant else None
    if reasons == {REASON_AMBIGUOUS_RECIPIENT}:
        found = contacts.match(name, language).contacts
        called = _names(found, draft, contacts, language)
        if 1 < len(called) <= MOST_CALLED_SO and all(map(contacts.is_asked_about, found)):
            return replace(draft, unclear=name, meant=called, several=True)
    return None


def _names(
    found: tuple[Contact, ...], draft: Draft, contacts: AddressBook, language: Language
) -> tuple[str, ...]:
    """Return what each of them alone is called; whom it is for already is left out."""
    known = {contacts.match(name, language).contact for name in draft.recipients}
    names = (
        next(filter(lambda name: contacts.match(name, language).contact, _called(contact)), "")
        for contact in found
        if contact not in known
    )
    return tuple(filter(None, names))


def _called(contact: Contact) -> tuple[str, ...]:
    return contact.name, *contact.aliases


def question(draft: Draft, language: Language, *, again: bool = False) -> str:
    """Return what is asked; `again` after it has been said that the name is nobody's."""
    said = language.speakable(draft.unclear)
    if draft.several:
        return language.say("which_contact", recipient=said, names=join_any(draft.meant, language))
    name = language.speakable(draft.meant[0])
    if again:
        return language.say("did_you_mean", name=name)
    unknown = language.say("unknown_contact", recipient=said)
    return f"{unknown} {language.say('did_you_mean', name=name)}"


@dataclass(frozen=True, slots=True)
class Named:
    """The answer to "Did you mean …?".

    Attributes:
        name: Whom somebody names, or has said yes to; "" where nobody is named.
        no: It is nobody of those who were asked about.
    """

    name: str = ""
    no: bool = False


def named(
    ways: Iterable[str],
    draft: Draft,
    found: Recognised | None,
    contacts: AddressBook,
    language: Language,
) -> Named | None:
    """Return what an utterance is as the answer; None if it is none.

    Args:
        ways: What was said, and what stands behind a wake word in it.
        draft: What was asked about.
        found: What was recognised in it, as something said while a message waits.
        contacts: The household's.
        language: In which it was said.
    """
    if found is not None and found.kind == "again":
        return Named()
    if found is not None and found.kind == "change" and len(found.recipients) == 1:
        told: Named | None = Named(found.recipients[0])
    else:
        answers = (_answer(utterance, draft, contacts, language) for utterance in ways)
        told = next((one for one in answers if one is not None), None)
    contact = contacts.match(told.name, language).contact if told is not None else None
    return told if contact is None or contacts.is_asked_about(contact) else None


def _answer(
    utterance: str, draft: Draft, contacts: AddressBook, language: Language
) -> Named | None:
    if language.is_decline(utterance):
        return Named(no=True)
    if language.is_affirmation(utterance):
        return Named() if draft.several else Named(draft.meant[0])
    name = _name_in(utterance, draft, contacts, language)
    return None if name is None else Named(name)


def _name_in(utterance: str, draft: Draft, contacts: AddressBook, language: Language) -> str | None:
    """Return who is named by an utterance that is a name, or as much of one as tells people of one name apart.

    A name that was misheard once is misheard again.
    """
    words = utterance.split() if language.spaced else [utterance]
    while len(words) > 1 and language.is_padding(words[-1]):
        words.pop()
    for first in range(min(len(words), _MOST_WORDS)):
        front, said = " ".join(words[:first]), " ".join(words[first:])
        if front and not (language.is_affirmation(front) or language.is_padding(front)):
            continue
        if contacts.match(said, language).contact is not None:
            return said
        key = language.name_key(said)
        if key == language.name_key(draft.unclear):
            return "" if draft.several else draft.meant[0]
        of = [name for name in draft.meant if _is_part(key, language.name_key(name))]
        if draft.several and len(of) == 1:
            return of[0]
    return None


_MOST_WORDS = 4
"""Words that are looked at for the beginning of a name: "yes please, Callum"."""


def _is_part(part: str, key: str) -> bool:
    return bool(part) and f" {part} " in f" {key} "
