"""Guidance: whom one can write to, and how."""

from collections.abc import Callable

from custom_components.message_guard.core.contacts import Contact
from custom_components.message_guard.core.guidance import MOST_NAMES, how, who
from custom_components.message_guard.core.language import Language

type MakeContact = Callable[..., Contact]


def test_contacts_are_named_as_they_are_called(
    english: Language, make_contact: MakeContact
) -> None:
    anna, ben = make_contact("Anna", "sis"), make_contact("Ben")
    assert who([anna], english) == (
        "You can write to Anna. For example, say: tell Anna that dinner is ready."
    )
    assert who([anna, ben], english).startswith("You can write to Anna and Ben.")
    assert how([anna, ben], english) == "For example, say: tell Anna that dinner is ready."


def test_no_more_are_named_than_anybody_listens_to(
    english: Language, make_contact: MakeContact
) -> None:
    contacts = [make_contact(f"Name{number}") for number in range(MOST_NAMES + 1)]
    said = who(contacts, english)
    assert f"Name{MOST_NAMES - 1}, and to others." in said
    assert f"Name{MOST_NAMES}" not in said
    assert "others" not in who(contacts[:MOST_NAMES], english)


def test_where_there_is_nobody_it_says_what_to_do(any_language: Language) -> None:
    assert who([], any_language) == how([], any_language) == any_language.say("who_nobody")
