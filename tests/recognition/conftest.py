"""The languages as they are shipped, and an address book of names."""

from collections.abc import Iterable

import pytest

from custom_components.message_guard.core.contacts import AddressBook, Channel, ChannelKind, Contact
from custom_components.message_guard.recognition.sentences import Languages, load_languages


@pytest.fixture(scope="module")
def languages() -> Languages:
    return load_languages()


def book_of(names: Iterable[str]) -> AddressBook:
    """Return contacts of these names, each with its other names behind "|"."""
    channel = Channel(kind=ChannelKind.NOTIFY_ENTITY, targets=("notify.x",))
    named = (name.split("|") for name in names)
    return AddressBook(
        Contact(id=name, name=name, aliases=tuple(also), channel=channel) for name, *also in named
    )


@pytest.fixture(scope="module")
def book() -> AddressBook:
    """Return people whose names are known in the cases of every language."""
    return book_of(
        (
            "Anna|Anně|Annie|Anny|Annu|Annę|アンナ|安娜",
            "Ben|Benovi|Benowi|ベン|小明",
            "Mum|妈妈|ママ",
            "Uncle Bob",
            "Kids",
        )
    )
