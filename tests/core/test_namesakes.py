"""Names that are the same to the ear, and names that are other people's."""

from hypothesis import HealthCheck, given, settings, strategies as st
import pytest

from custom_components.message_guard.core.contacts import AddressBook
from custom_components.message_guard.core.language import Language
from custom_components.message_guard.core.namesakes import Namesakes
from tests.core.conftest import MakeContact

properties = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@pytest.mark.parametrize(
    ("name", "heard"),
    [
        # Whisper base and tiny.en wrote this of what synthetic voices said (benchmarks/heard).
        ("Lukas", "Luke as"),
        ("Lukas", "Luke is"),
        ("Kirsty", "Cursedy"),
        ("Freddie", "Friday"),
        ("Jürgen", "JRGEN"),
        ("Gareth", "Garth"),
        ("Muhammad", "Mohammad"),
        ("Dr. Miller", "Doctor Millar"),
        ("Margaret", "Margret"),
    ],
)
def test_a_name_that_is_only_written_otherwise_is_the_contacts(
    english: Language, make_contact: MakeContact, name: str, heard: str
) -> None:
    book = AddressBook([make_contact(name), make_contact("Bob"), make_contact("the office")])
    assert book.match(heard, english).unknown
    found = book.namesake(heard, english)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Henry", "Harry"),
        ("Maria", "Mario"),
        ("Maria", "Mary"),
        ("Martin", "Martina"),
        ("Erica", "Eric"),
        ("Robert", "Roberta"),
        ("Christina", "Christian"),
        ("Daniel", "Danielle"),
        ("Carla", "Carlo"),
        ("Ben", "Pen"),
        ("Anna", "Ana"),
        ("Oscar", "Oskari"),
        ("Amanda", "Miranda"),
        ("George", "Grace"),
        ("Mr. Johnson", "Mrs. Johnson"),
        ("Kirsten", "Kirstenberger"),
        ("B12 Kirsten", "B13 Kirsten"),
        ("Kirsty", ""),
        ("Kirsty", "💛"),
        ("妈妈", "妈咪"),
    ],
)
def test_another_name_is_nobodys(
    english: Language, make_contact: MakeContact, name: str, other: str
) -> None:
    book = AddressBook([make_contact(name)])
    assert book.namesake(other, english) is None


def test_who_sounds_like_two_contacts_is_neither(
    english: Language, make_contact: MakeContact
) -> None:
    book = AddressBook(
        [make_contact("Lukas"), make_contact("Lucus"), make_contact("Kirsty", "Kursty")]
    )
    assert book.namesake("Luke as", english) is None
    found = book.namesake("Cursty", english)
    assert found is not None
    assert found.name == "Kirsty"


def test_whoever_is_a_stranger_finds_all_names_indexed(
    english: Language, make_contact: MakeContact
) -> None:
    """A thread has done it: with a long list, the home would stand still."""
    book = AddressBook([make_contact("Kirsty")])
    book.index([english])
    indexed = book._namesakes[english]
    assert book.namesake("Cursty", english) is not None
    assert book._namesakes == {english: indexed}


@properties
@given(
    st.text("aeiouybdfgklmnrst", min_size=1, max_size=12), st.text("aeiouybdfgklmnrst", max_size=12)
)
def test_to_be_namesakes_goes_both_ways_and_keeps_every_consonant(one: str, other: str) -> None:
    same = bool(Namesakes([one]).of(other))
    assert same == bool(Namesakes([other]).of(one))
    if same:
        assert consonants(one) == consonants(other)


def consonants(name: str) -> str:
    voiceless = str.maketrans("bdg", "ptk")
    letters = [letter for letter in name.translate(voiceless) if letter not in "aeiouy"]
    return "".join(
        letter for at, letter in enumerate(letters) if not at or letter != letters[at - 1]
    )
