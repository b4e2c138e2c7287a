"""Spellings: what may be offered as another name of a contact, and never guessed."""

import pytest

from custom_components.message_guard.core.language import Language
from custom_components.message_guard.core.spellings import (
    MOST_SPELLINGS,
    name_as_heard,
    other_spellings,
)


@pytest.mark.parametrize(
    ("name", "heard"),
    [
        ("Jon", "John"),
        ("Geoff", "Jeff"),
        ("Sara", "Sarah"),
        ("Caitlin", "Katelyn"),
        ("Zoë", "Zoey"),
        ("Siobhan", "Shivon"),
        ("Mum", "Mom"),
        ("Uncle Jon", "Uncle John"),
        ("Mum 💛", "Mom 💛"),
        ("Niall", "Neil"),
        ("Freddie", "Freddy"),
        ("Aunt Polly", "Aunt Pollie"),
        ("Camila", "Camilla"),
    ],
)
def test_what_recognisers_write_for_a_name_is_offered(
    english: Language, name: str, heard: str
) -> None:
    assert heard in other_spellings(name, english)


def test_nothing_is_offered_that_the_name_has_already(any_language: Language) -> None:
    for name in ("Zoë", "Jon", "Caitlin", "Ann Lee"):
        offered = [any_language.name_key(one) for one in other_spellings(name, any_language)]
        assert any_language.name_key(name) not in offered
        assert len(set(offered)) == len(offered) <= MOST_SPELLINGS


@pytest.mark.parametrize("name", ["", "💛", "Xanthippe", "Julie", "Ty", "妈妈"])
def test_a_name_without_another_spelling_has_none(english: Language, name: str) -> None:
    assert other_spellings(name, english) == ()


@pytest.mark.parametrize(
    ("name", "heard", "written"),
    [
        ("Niamh", "For example, say: Tell Niam that dinner is ready.", "Niam"),
        ("Siobhan", "for example say tell shuvon that dinners ready", "Shuvon"),
        ("Mary-Lou", "Tell Marie Lou, that dinner is ready.", "Marie Lou"),
        ("Niamh", "For example, say, tell Niamh that dinner is ready.", None),
        ("Dr. Miller", "Tell Doctor Miller that dinner is ready.", None),
        ("Juan", "For example, say: tell one that dinner is ready.", None),  # a number
        ("Jürgen", "Tell you all again today that dinner is ready.", None),  # too long for a name
        ("Ewan", "Tell that dinner is ready.", None),
        ("Ewan", "Dinner is ready.", None),
        ("Ewan", "", None),
    ],
)
def test_a_name_is_offered_as_it_was_heard(
    english: Language, name: str, heard: str, written: str | None
) -> None:
    said = english.say("how", recipient=name)
    assert name_as_heard(heard, said, name, english) == written


def test_a_name_is_found_in_every_language_that_sets_words_apart(any_language: Language) -> None:
    said = any_language.say("how", recipient="Xyla")
    if any_language.spaced:
        heard = said.replace("Xyla", "xila")
        assert name_as_heard(heard, said, "Xyla", any_language) == "Xila"
