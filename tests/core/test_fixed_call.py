"""Whom a call reaches, by what is always the same about it."""

import pytest

from custom_components.message_guard.core.contacts import (
    AddressBook,
    Channel,
    ChannelKind,
    Contact,
)
from custom_components.message_guard.core.fixed_call import FixedCall, same, says_whom
from custom_components.message_guard.core.request import is_empty


@pytest.mark.parametrize(
    ("fixed", "data", "reached"),
    [
        ({"number": "+49"}, {"number": "+49", "text": "hi"}, True),
        ({"number": "+49"}, {"number": "+50", "text": "hi"}, False),
        ({"number": "+49"}, {"text": "hi"}, False),
        ({"number": "+49"}, {"number": "+49", "text": "hi", "cc": "+50"}, False),
        ({"number": "+49"}, {"number": "+49", "text": "hi", "cc": []}, True),
        ({"number": "+49"}, {"number": "+49", "text": "hi", "title": "Home"}, True),
        ({"number": "+49", "title": "A"}, {"number": "+49", "text": "hi", "title": "B"}, True),
        ({"number": "+49", "title": "A"}, {"number": "+49", "text": "hi"}, True),
        ({}, {"text": "hi"}, True),
        ({}, {"text": "hi", "chat_id": 7}, False),
        ({}, {"text": "hi", "toNumber": "7"}, False),
        ({"target": ["a", "b"]}, {"target": ["b", "a"], "text": "hi"}, True),
        ({"target": ["a", "b"]}, {"target": ["a"], "text": "hi"}, False),
        ({"target": "a"}, {"target": ["a"], "text": "hi"}, True),
        ({"chat_id": -100}, {"chat_id": "-100", "text": "hi"}, True),
        ({"chat_id": 7.0}, {"chat_id": 7, "text": "hi"}, True),
        ({"where": {"room": "!a"}}, {"where": {"room": "!a"}, "text": "hi"}, True),
        ({"where": {"room": "!a"}}, {"where": {"room": "!b"}, "text": "hi"}, False),
        ({"where": [["a"], "b"]}, {"where": ["b", ["a"]], "text": "hi"}, True),
    ],
)
def test_fixed_fields_decide(
    fixed: dict[str, object], data: dict[str, object], reached: bool
) -> None:
    """Who is meant is compared, how it is told and the words are not."""
    call = FixedCall("sms.send", fixed, "text")  # type: ignore[arg-type]
    assert call.reaches_same(data) == reached


@pytest.mark.parametrize(
    ("name", "whom"),
    [
        ("number", True),
        ("phone_number", True),
        ("chatId", True),
        ("config_entry_id", True),
        ("TO", True),
        ("message", False),
        ("topical", False),
        ("total", False),
        ("7", False),
    ],
)
def test_names_of_fields(name: str, whom: bool) -> None:
    """A word in its name tells, not a part of one."""
    assert says_whom(name) is whom


@pytest.mark.parametrize("value", [None, "", "  ", [], {}, (), {"a": None, "b": {}}])
def test_what_says_nothing(value: object) -> None:
    """An empty field is as good as none."""
    assert is_empty(value)
    assert same(value, None)
    assert not same(value, "x")


def test_what_is_the_same_is_no_news() -> None:
    """The question need not name what the contact stands for."""
    call = FixedCall("sms.send", {"number": 7, "title": "A"}, "text")
    assert call.settles({"number": "7", "title": "B", "text": "hi"}) == {"number"}


def test_every_channel_of_a_contact_is_found() -> None:
    """By its entities, by its calls, and by what its own actions call."""
    anna = Contact(
        id="a",
        name="Anna",
        channel=Channel(kind=ChannelKind.NOTIFY_ENTITY, targets=("notify.a",)),
        further=(
            Channel(kind=ChannelKind.ACTION, call=FixedCall("sms.send", {"number": "1"}, "text")),
            Channel(
                kind=ChannelKind.ACTIONS,
                runs=(
                    FixedCall("notify.send_message", {"entity_id": ["notify.b"]}),
                    FixedCall("notify.send_message", {"entity_id": "notify.c"}),
                    FixedCall("mobile_app.notify", {"device_id": "d"}),
                ),
            ),
            Channel(kind=ChannelKind.ANNOUNCEMENT, targets=("assist_satellite.hall",)),
        ),
    )
    book = AddressBook([anna])
    for entity_id in ("notify.a", "notify.b", "notify.c", "assist_satellite.hall"):
        assert book.by_entity(entity_id) == (anna,)
    assert book.by_call("sms.send", {"number": "1", "text": "x"}) == (anna,)
    assert book.by_call("sms.send", {"number": "2", "text": "x"}) == ()
    assert book.by_device("mobile_app.notify", "d") == (anna,)
    assert [channel.private for channel in anna.channels] == [True, True, True, False]
