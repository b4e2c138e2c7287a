"""Contacts: a spoken name finds exactly the contact that is called so, or nobody."""

# ruff: noqa: RUF001 - look-alikes are what is tested

from collections.abc import Callable
import time
from typing import Any

from hypothesis import HealthCheck, given, settings, strategies as st
import pytest

from custom_components.message_guard.core.contacts import (
    AddressBook,
    Channel,
    ChannelKind,
    Contact,
)
from custom_components.message_guard.core.errors import MessageGuardError
from custom_components.message_guard.core.language import Language
from custom_components.message_guard.core.level import Level
from custom_components.message_guard.core.text import can_be_said, joined
from tests.core.conftest import read_data

type MakeContact = Callable[..., Contact]

same_fixtures = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200
)


@pytest.mark.parametrize(
    ("name", "spoken"),
    [
        ("Mum", "my mum"),
        ("Mum", "MUM!"),
        ("Mum", "Mum's"),
        ("Mum", "mum’s"),
        ("The Smiths", "the Smiths'"),
        ("The Smiths", "smiths"),
        ("Anne-Marie", "anne marie"),
        ("J.R. O'Neil", "j r o’neil"),
        ("Ｊｏ", "jo"),
        ("Zoë", "ZOE\u0308"),
        ("Fifty Two", "52"),
        ("Grüße", "GRÜSSE"),
        ("The", "the"),
        ("Ev\u200bery\u202eone", "everyone"),
        ("Mum 💛", "mum"),
        ("💛 Mum ❤️ 👩🏽\u200d💻", "Mum's"),
        ("Zoë O'Brien", "zoe obrien"),
        ("Zoë O'Brien", "Zoe O Brien"),
        ("zoe obrien", "Zoë O’Brien"),
        ("José", "jose"),
        ("Søren Łukasz", "soren lukasz"),
        ("Mary-Jane", "Maryjane"),
        ("Mary-Jane", "mary jane"),
        ("Maryjane", "Mary-Jane"),
        ("Maryjane", "mary jane"),
        ("Mary Jane", "mary-jane"),
        ("Mary-Jane Smith", "Maryjane Smith"),
        ("Dr. Lee", "doctor lee"),
        ("Doctor Lee", "Dr Lee"),
        ("Mr. Smith", "mister smith"),
        ("Mrs Smith", "missus smith"),
        ("Saint Mary's", "St. Mary"),
        ("Prof. Hill", "professor hill"),
    ],
)
def test_a_name_is_found_however_it_is_written(
    english: Language, make_contact: MakeContact, name: str, spoken: str
) -> None:
    contact = make_contact(name)
    assert (
        AddressBook([contact, make_contact("Somebody Else")]).match(spoken, english).contact
        is contact
    )


@pytest.mark.parametrize(
    "spoken",
    ["mun", "mums friend", "mumm", "m um", "mother in law", "", "?!", "\u202e", "my", "mum mum"],
)
def test_what_only_resembles_a_name_is_unknown(
    english: Language, make_contact: MakeContact, spoken: str
) -> None:
    match = AddressBook([make_contact("Mum", "mother")]).match(spoken, english)
    assert match.unknown
    assert match.contact is None
    assert not match.ambiguous


@pytest.mark.parametrize(
    ("code", "name", "spoken"),
    [
        ("de", "Dr. Lang", "Doktor Lang"),
        ("de", "Frau Krause", "Fr. Krause"),
        ("de", "André", "andre"),
        ("fr", "Mme Petit", "madame petit"),
        ("es", "Sra. García", "señora garcia"),
        ("it", "Sig.ra Rossi", "signora rossi"),
        ("nl", "Dhr. Jansen", "meneer jansen"),
        ("pt-BR", "Dra. Ana", "doutora ana"),
        ("pl", "dr Nowak", "doktor nowak"),
        ("sv", "Dr Ek", "doktor ek"),
        ("cs", "Dr. Novák", "doktor novák"),
    ],
)
def test_titles_and_marks_are_those_of_the_language(
    make_contact: MakeContact, code: str, name: str, spoken: str
) -> None:
    language = Language.from_data(code, read_data(code))
    contact = make_contact(name)
    assert AddressBook([contact]).match(spoken, language).contact is contact


@pytest.mark.parametrize(
    ("code", "name", "spoken"),
    [
        ("de", "Jörg", "Jorg"),
        ("sv", "Åsa", "Asa"),
        ("es", "Peña", "Pena"),
        ("pl", "Bąk", "Bak"),
        ("ja", "かがみ", "がかみ"),
        ("en", "Anna", "Ann A"),
        ("en", "Rosemary", "Rose Mary"),  # Rose is somebody else
    ],
)
def test_another_name_stays_another(
    make_contact: MakeContact, code: str, name: str, spoken: str
) -> None:
    language = Language.from_data(code, read_data(code))
    book = AddressBook([make_contact(name), make_contact("Rose")])
    assert book.match(spoken, language).unknown


@pytest.mark.parametrize(
    ("name", "said"),
    [("Mum 💛", True), ("7", True), ("💛", False), ("?!", False), ("™ + $", False)],
)
def test_a_name_of_nothing_but_symbols_cannot_be_said(name: str, said: bool) -> None:
    assert can_be_said(name) is said


def test_letters_that_only_look_alike_are_different(
    english: Language, make_contact: MakeContact
) -> None:
    book = AddressBook([make_contact("Anna")])
    assert book.match("\N{CYRILLIC CAPITAL LETTER A}nna", english).unknown


def test_an_alias_finds_its_contact(english: Language, make_contact: MakeContact) -> None:
    mum = make_contact("Mum", "mother", "Susan Smith")
    assert AddressBook([mum]).match("susan smith", english).contact is mum


def test_one_name_for_two_contacts_is_ambiguous(
    english: Language, make_contact: MakeContact
) -> None:
    at_work = make_contact("Alex", contact_id="1")
    at_home = make_contact("Alexandra", "alex", contact_id="2")
    match = AddressBook([at_work, at_home]).match("Alex", english)
    assert match.ambiguous
    assert match.contact is None
    assert set(match.contacts) == {at_work, at_home}


def test_a_name_that_repeats_as_alias_is_not_ambiguous(
    english: Language, make_contact: MakeContact
) -> None:
    contact = make_contact("Mum", "mum", "my mum")
    assert AddressBook([contact]).match("mum", english).contact is contact


def test_articles_are_those_of_the_language(
    make_contact: MakeContact, any_language: Language
) -> None:
    contact = make_contact("Alice")
    assert AddressBook([contact]).match("Alice", any_language).contact is contact


def test_a_name_without_a_word_in_it_is_never_found(
    english: Language, make_contact: MakeContact
) -> None:
    book = AddressBook([make_contact("\u200b"), make_contact("?!")])
    assert book.match("", english).unknown
    assert book.match("!?", english).unknown


def test_two_contacts_of_one_id_are_refused(make_contact: MakeContact) -> None:
    with pytest.raises(MessageGuardError):
        AddressBook([make_contact("Mum", contact_id="1"), make_contact("Dad", contact_id="1")])


def test_the_book_is_read_like_a_collection(make_contact: MakeContact) -> None:
    mum, dad = make_contact("Mum"), make_contact("Dad", level=Level.CODE)
    book = AddressBook([mum, dad])
    assert list(book) == [mum, dad]
    assert len(book) == 2
    assert book.get("Dad") is dad
    assert book.get("nobody") is None
    assert book.get(None) is None


def test_contacts_are_found_by_what_reaches_them(make_contact: MakeContact) -> None:
    speakers = Channel(
        kind=ChannelKind.ANNOUNCEMENT, targets=("assist_satellite.hall", "assist_satellite.attic")
    )
    kids = make_contact("Kids", channel=speakers)
    family = make_contact(
        "Family", channel=Channel(kind=ChannelKind.NOTIFY_ACTION, targets=("notify.all",))
    )
    parents = make_contact(
        "Parents", channel=Channel(kind=ChannelKind.NOTIFY_ACTION, targets=("notify.all",))
    )
    book = AddressBook([kids, family, parents])
    assert book.by_entity("assist_satellite.attic") == (kids,)
    assert book.by_call("notify.all", {}) == (family, parents)
    assert book.by_call("notify.none", {}) == ()


def test_an_entity_that_is_named_like_an_action_is_another_channel(
    make_contact: MakeContact,
) -> None:
    def reached(kind: ChannelKind) -> Channel:
        return Channel(kind=kind, targets=("notify.anna",))

    phone = make_contact("Phone", channel=reached(ChannelKind.NOTIFY_ACTION))
    screen = make_contact("Screen", channel=reached(ChannelKind.NOTIFY_ENTITY))
    book = AddressBook([phone, screen])
    assert book.by_call("notify.anna", {}) == (phone,)
    assert book.by_entity("notify.anna") == (screen,)
    assert AddressBook([phone]).by_entity("notify.anna") == ()
    assert AddressBook([screen]).by_call("notify.anna", {}) == ()


def test_the_longest_name_counts_its_words(english: Language, make_contact: MakeContact) -> None:
    assert AddressBook().longest_name(english) == 0
    assert AddressBook([make_contact("Mum", "the Queen of Hearts")]).longest_name(english) == 3


@same_fixtures
@given(text=st.text(max_size=60))
def test_any_text_may_be_a_name(english: Language, make_contact: MakeContact, text: str) -> None:
    contact = make_contact(text or "x")
    match = AddressBook([contact]).match(text, english)
    assert match.contact is (contact if english.name_key(text) else None)


@same_fixtures
@given(names=st.lists(st.text(max_size=12), max_size=8), spoken=st.text(max_size=12))
def test_a_match_is_always_exact(
    english: Language, make_contact: MakeContact, names: list[str], spoken: str
) -> None:
    contacts = [make_contact(name, contact_id=str(number)) for number, name in enumerate(names)]
    match = AddressBook(contacts).match(spoken, english)
    keys = {english.name_key(spoken), english.name_key(joined(spoken))} - {""}
    for contact in match.contacts:
        assert keys & english.name_keys(contact.name) or spoken.count(" ") == 1
    exact = {item.id for item in contacts if english.name_key(item.name) in keys}
    assert exact <= {item.id for item in match.contacts} or not match.unknown


def test_a_look_up_costs_the_same_at_any_size(english: Language, make_contact: MakeContact) -> None:
    def fastest(count: int) -> float:
        book = AddressBook(
            make_contact(f"Name {number} Family", contact_id=str(number)) for number in range(count)
        )
        book.match("warm up", english)

        def once() -> float:
            start = time.process_time()
            for _ in range(100):
                book.match(f"name {count - 1} family", english)
            return time.process_time() - start

        return min(once() for _ in range(7))

    assert fastest(20_000) < 5 * fastest(10)


def test_a_contact_keeps_what_it_is_given(make_contact: MakeContact) -> None:
    sequence: tuple[Any, ...] = ({"action": "rest_command.page"},)
    contact = make_contact(
        "Pager", channel=Channel(kind=ChannelKind.ACTIONS, sequence=sequence), observe=True
    )
    assert contact.channel.sequence == sequence
    assert contact.observe
    assert contact.level is None
