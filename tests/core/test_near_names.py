"""Names that are near others: who is asked about, where the name that was heard is nobody's."""

from hypothesis import given, strategies as st
import pytest

from custom_components.message_guard.core.contacts import (
    MOST_COMPARED,
    AddressBook,
    Channel,
    ChannelKind,
    Contact,
)
from custom_components.message_guard.core.level import Level
from custom_components.message_guard.core.near_names import near
from custom_components.message_guard.recognition.sentences import load_languages

CHANNEL = Channel(kind=ChannelKind.NOTIFY_ENTITY, targets=("notify.x",))
LANGUAGES = load_languages()
ENGLISH = LANGUAGES.get_or_english("en")
assert ENGLISH is not None

HOUSEHOLD = ("Anna", "Ben", "Grandma", "Dr. Miller", "the office")


def book(*names: str, unasked: bool = False, level: Level | None = None) -> AddressBook:
    """Return an address book of these."""
    return AddressBook(
        [Contact(id=name, name=name, channel=CHANNEL, level=level) for name in names],
        unasked=unasked,
    )


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("Column", "Callum"),
        ("Mary", "María"),
        ("Luke", "Lukas"),
        ("Jeans", "James"),
        ("Arva", "Ava"),
        ("Shubon", "Siobhan"),
        ("my Hamid", "Muhammad"),
        ("Grand mar", "Grandma"),
        ("dr. mellow", "Dr. Miller"),
    ],
)
def test_who_was_misheard_is_the_nearest(heard: str, meant: str) -> None:
    contacts = book(*dict.fromkeys((*HOUSEHOLD, meant)))
    assert [contact.name for contact in contacts.near(heard, ENGLISH)][:1] == [meant]


@pytest.mark.parametrize("heard", ["Zelda", "Xi", "the washing machine", "1", "…", ""])
def test_who_sounds_like_nobody_is_near_nobody(heard: str) -> None:
    assert book(*HOUSEHOLD).near(heard, ENGLISH) == ()


def test_another_name_of_somebody_is_that_contact_once() -> None:
    contacts = AddressBook(
        [Contact(id="1", name="Katherine", aliases=("Catherine", "Kate"), channel=CHANNEL)]
    )
    assert [contact.id for contact in contacts.near("Cathrine", ENGLISH)] == ["1"]


@pytest.mark.parametrize("level", [None, Level.NONE])
def test_nobody_is_near_who_is_written_to_without_a_question(level: Level | None) -> None:
    """A yes is no proof, and nothing else would be asked for."""
    assert book("Callum", unasked=True, level=level).near("Column", ENGLISH) == ()
    assert book("Kirsty", unasked=True, level=level).namesake("Cursedy", ENGLISH) is None
    assert book("Callum", unasked=True, level=Level.PHRASE).near("Column", ENGLISH)


def test_nobody_is_near_where_there_are_too_many_to_compare() -> None:
    many = [f"word{number}" for number in range(MOST_COMPARED - 1)]
    assert [found.name for found in book("Callum", *many).near("Column", ENGLISH)] == ["Callum"]
    assert book("Callum", *many, "one more").near("Column", ENGLISH) == ()


NAMES = st.text("abcdeghiklmnorstuäéß 'ヤ李", max_size=12)


@given(NAMES, st.lists(NAMES, max_size=6))
def test_near_names_are_some_of_the_names_each_once_and_the_same_one_first(
    spoken: str, names: list[str]
) -> None:
    found = near(spoken, names)
    assert set(found) <= set(names)
    assert len(set(found)) == len(found)
    if spoken in names and any(map(str.isalnum, spoken)):
        assert "".join(filter(str.isalnum, found[0])) == "".join(filter(str.isalnum, spoken))
