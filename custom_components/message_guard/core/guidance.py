"""Guidance: what is said to somebody who asks whom they can write to, and how."""

from collections.abc import Iterable

from .contacts import Contact
from .language import Language

MOST_NAMES = 10
"""Names that are read out; nobody listens to more."""


def who(contacts: Iterable[Contact], language: Language) -> str:
    """Return whom one can write to, and an example."""
    names = [language.speakable(contact.name) for contact in contacts]
    if not names:
        return language.say("who_nobody")
    said = names[:MOST_NAMES]
    listed = said[0]
    if len(said) > 1:
        listed = language.say("list_and", first=", ".join(said[:-1]), last=said[-1])
    key = "who" if len(names) <= MOST_NAMES else "who_more"
    return f"{language.say(key, names=listed)} {_example(names[0], language)}"


def how(contacts: Iterable[Contact], language: Language) -> str:
    """Return how one asks for a message to be sent."""
    contact = next(iter(contacts), None)
    if contact is None:
        return language.say("who_nobody")
    return _example(language.speakable(contact.name), language)


def _example(name: str, language: Language) -> str:
    return language.say("how", recipient=name)
