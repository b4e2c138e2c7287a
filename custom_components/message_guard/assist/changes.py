"""To whom a message is that waits, once somebody has named others for it: "I meant Ben", "and tell Ben too"."""

from ..core.confirmation import Confirmation
from ..core.contacts import AddressBook
from ..core.language import Language
from ..recognition.recognised import Recognised


def named(waiting: Confirmation) -> tuple[str, ...]:
    """Return to whom a message is that waits, as they were named."""
    return tuple(item.request.recipient for item in waiting.recipients)


def named_now(
    found: Recognised, waiting: Confirmation, contacts: AddressBook, language: Language
) -> tuple[str, ...]:
    """Return to whom it is with this change, everybody by the name that was said first."""
    before = {item.contact.id: item.request.recipient for item in waiting.recipients}

    def first_name(name: str) -> str:
        contact = contacts.match(name, language).contact
        return name if contact is None else before.get(contact.id, name)

    others = tuple(map(first_name, found.recipients))
    return tuple(dict.fromkeys((*named(waiting), *others) if found.too else others))


def is_to_others(
    found: Recognised, waiting: Confirmation, contacts: AddressBook, language: Language
) -> bool:
    """Return whether somebody is named to whom it was not, or left out."""
    return set(named_now(found, waiting, contacts, language)) != set(named(waiting))
