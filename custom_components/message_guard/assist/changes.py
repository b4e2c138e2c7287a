"""To whom a message is that waits, once somebody has named others for it: "I meant Ben", "and tell Ben too"."""

from ..core.confirmation import Confirmation
from ..core.contacts import AddressBook
from ..core.language import Language
from ..recognition.recognised import Recognised, Strength


def named(waiting: Confirmation) -> tuple[str, ...]:
    """Return to whom a message is that waits, as they were named."""
    return tuple(item.request.recipient for item in waiting.recipients)


def named_now(
    found: Recognised, before: tuple[str, ...], contacts: AddressBook, language: Language
) -> tuple[str, ...]:
    """Return to whom it is with this change, everybody by the name that was said `before` or first."""
    known = ((name, contacts.match(name, language).contact) for name in reversed(before))
    whose = {contact.id: name for name, contact in known if contact is not None}

    def first_name(name: str) -> str:
        contact = contacts.match(name, language).contact
        return name if contact is None else whose.get(contact.id, name)

    others = tuple(map(first_name, found.recipients))
    return tuple(dict.fromkeys((*before, *others) if found.too else others))


def is_to_others(
    found: Recognised, before: tuple[str, ...], contacts: AddressBook, language: Language
) -> bool:
    """Return whether somebody is named to whom it was not, or left out."""
    return set(named_now(found, before, contacts, language)) != set(before)


def may_be_words(found: Recognised | None) -> bool:
    """Return whether it may be the words that are awaited: it asks for nothing else, and names nobody for them."""
    if found is None or found.strength is not Strength.STRONG:
        return True
    return found.kind == "again" or (found.kind == "change" and not found.recipients)
