"""A wake word of the home in front of what people say, in every language: recognised as without it, and never at its cost."""

from collections.abc import Iterator
from typing import Any

import pytest

from custom_components.message_guard.core.contacts import AddressBook, Channel, ChannelKind, Contact
from custom_components.message_guard.core.in_front import InFront
from custom_components.message_guard.recognition.recogniser import Recognised, Recogniser
from custom_components.message_guard.recognition.sentences import Languages, load_languages
from tests.core.conftest import CODES, read_dialogues

NAMES = ["Hey Kitchen", "okay_zorro_v0.2", "Computer"]
WRITTEN = ["Hey Kitchen, ", "hey-kitchen ", "KITCHEN! ", "Okay Zorro. ", "computer ", "Computer… "]

CHANNEL = Channel(kind=ChannelKind.NOTIFY_ENTITY, targets=("notify.x",))


@pytest.fixture(scope="module")
def languages() -> Languages:
    return load_languages()


@pytest.fixture(params=CODES, scope="module")
def code(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def dialogues(code: str) -> dict[str, Any]:
    return read_dialogues(code)


@pytest.fixture(scope="module")
def recogniser(languages: Languages, code: str, dialogues: dict[str, Any]) -> Recogniser:
    book = AddressBook(Contact(id=one, name=one, channel=CHANNEL) for one in dialogues["contacts"])
    found = languages.recogniser(code, book)
    assert found is not None
    return found


def said_in(dialogues: dict[str, Any]) -> Iterator[str]:
    """Yield what somebody says who asks for something."""
    yield from (one["say"] for one in dialogues["requests"].values())
    for part in ("more", "strangers", "not_messages", "weak", "other"):
        yield from (one if isinstance(one, str) else one["say"] for one in dialogues[part])
    for one in dialogues["questions"].values():
        yield from one if isinstance(one, list) else (one["say"],)


def same(found: Recognised | None) -> tuple[object, ...] | None:
    """Return what a recognised sentence is compared by."""
    if found is None:
        return None
    return found.kind, found.recipients, found.body, found.strength, found.after_no, found.too


@pytest.mark.parametrize("asked", [False, True])
def test_a_sentence_is_the_same_behind_a_wake_word(
    dialogues: dict[str, Any], recogniser: Recogniser, languages: Languages, asked: bool
) -> None:
    words = InFront(NAMES, languages)
    for said in said_in(dialogues):
        alone = same(recogniser.recognise(said, asked=asked))
        for wake in WRITTEN:
            heard = wake + said
            found = recogniser.recognise(heard, asked=asked, behind=words.behind(heard))
            assert same(found) == alone, heard


@pytest.mark.parametrize("asked", [False, True])
def test_a_wake_word_that_is_a_contacts_name_takes_nothing_away(
    dialogues: dict[str, Any], recogniser: Recogniser, languages: Languages, asked: bool
) -> None:
    """Nor does one that is the first word of what is said."""
    contacts = [name for one in dialogues["contacts"] for name in (one, f"Hey {one}")]
    for said in said_in(dialogues):
        words = InFront([*contacts, *said.split()[:1]], languages)
        alone = same(recogniser.recognise(said, asked=asked))
        read = same(recogniser.recognise(said, asked=asked, behind=words.behind(said)))
        assert read == alone or alone is None, said


def test_words_of_a_message_that_come_first_stay(languages: Languages) -> None:
    """In Japanese they may: what is apart from them was said to the house, what is not is a part of them."""
    anna = Contact(id="anna", name="由美", channel=CHANNEL)
    recogniser = languages.recogniser("ja", AddressBook([anna]))
    assert recogniser is not None
    words = InFront(["コンピューター", "Hey Kitchen"], languages)
    heard = "コンピューターが壊れたと由美に伝えて"
    found = recogniser.recognise(heard, behind=words.behind(heard))
    assert found is not None
    assert (found.recipients, found.body) == (("由美",), "コンピューターが壊れた")
    heard = "Hey Kitchen、遅れますと由美に伝えて"
    found = recogniser.recognise(heard, behind=words.behind(heard))
    assert found is not None
    assert (found.recipients, found.body) == (("由美",), "遅れます")
