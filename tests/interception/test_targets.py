"""Whom a call would reach: telegram chats, everybody, groups in groups, and words."""

import math
from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.message_guard.core.contacts import (
    AddressBook,
    Channel,
    ChannelKind,
    Contact,
)
from custom_components.message_guard.core.fixed_call import FixedCall
from custom_components.message_guard.core.level import Level
from custom_components.message_guard.interception.calls import content_of
from custom_components.message_guard.interception.targets import replayed_to_each, targets_of


def contact(name: str, *targets: str, **more: Any) -> Contact:
    """Return a contact that is reached by these notify entities."""
    channel = Channel(kind=ChannelKind.NOTIFY_ENTITY, targets=targets)
    return Contact(id=name, name=name, channel=channel, **more)


ANNA = contact("anna", "notify.bot_11")
BEN = contact("ben", "notify.bot_22")


@pytest.fixture
async def bot(hass: HomeAssistant) -> MockConfigEntry:
    """Return a telegram bot with Anna's chat and Ben's, Anna's first."""
    assert await async_setup_component(hass, "homeassistant", {})
    entry = MockConfigEntry(domain="telegram_bot", entry_id="bot")
    entry.add_to_hass(hass)
    for chat in (11, 22):
        hass.config_entries.async_add_subentry(
            entry,
            ConfigSubentry(
                data=MappingProxyType({"chat_id": chat}),
                subentry_type="allowed_chat_ids",
                title=str(chat),
                unique_id=str(chat),
            ),
        )
        er.async_get(hass).async_get_or_create(
            "notify",
            "telegram_bot",
            f"99_{chat}",
            config_entry=entry,
            suggested_object_id=f"bot_{chat}",
        )
    return entry


def reached(
    hass: HomeAssistant, domain: str, service: str, data: dict[str, Any], *people: Contact
) -> list[tuple[str, str | None]]:
    """Return the names of the targets, with the contact of each."""
    call = ServiceCall(hass, domain, service, data)
    found = targets_of(hass, call, AddressBook(people or (ANNA, BEN)))
    return [(target.name, target.contact_id) for target in found]


def replayed(hass: HomeAssistant, domain: str, service: str, data: dict[str, Any]) -> set[str]:
    """Return the keys of a call that a proof is bound to and that are replayed."""
    call = ServiceCall(hass, domain, service, data)
    return set(replayed_to_each(call, targets_of(hass, call, AddressBook((ANNA, BEN)))))


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({}, [("notify.bot_11", "anna")]),
        ({"chat_id": 22}, [("notify.bot_22", "ben")]),
        ({"chat_id": [11, 22]}, [("notify.bot_11", "anna"), ("notify.bot_22", "ben")]),
        ({"target": [22]}, [("notify.bot_22", "ben")]),
        ({"target": [22], "config_entry_id": "bot"}, [("notify.bot_22", "ben")]),
        ({"chat_id": 33}, [("telegram_bot.33", None)]),
        ({"entity_id": ["notify.bot_11"]}, [("notify.bot_11", "anna")]),
        ({"entity_id": ["notify.bot_11"], "chat_id": 11}, [("notify.bot_11", "anna")]),
        ({"config_entry_id": "another"}, [("telegram_bot.send_message", None)]),
    ],
)
async def test_telegram_chats(
    hass: HomeAssistant, data: dict[str, Any], expected: list[tuple[str, str | None]]
) -> None:
    """Found by their notify entities, as the integration finds them."""
    assert reached(hass, "telegram_bot", "send_message", {"message": "hi", **data}) == expected


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("data", [{}, {"chat_id": 22}, {"entity_id": ["notify.bot_11"]}])
async def test_an_answer_to_a_tap_reaches_nobody_that_is_known(
    hass: HomeAssistant, data: dict[str, Any]
) -> None:
    """It goes to whoever has tapped, which the call does not say."""
    answer = {"message": "hi", "callback_query_id": "7", **data}
    assert reached(hass, "telegram_bot", "answer_callback_query", answer) == [
        ("telegram_bot.answer_callback_query", None)
    ]


@pytest.mark.usefixtures("bot")
async def test_a_telegram_call_is_divided(hass: HomeAssistant) -> None:
    """Each part names its chat by the entity alone, and keeps everything else."""
    data = {"message": "hi", "chat_id": [11, 22], "parse_mode": "html"}
    call = ServiceCall(hass, "telegram_bot", "send_message", data)
    parts = [target.data for target in targets_of(hass, call, AddressBook([ANNA, BEN]))]
    assert parts == [
        {"message": "hi", "parse_mode": "html", "entity_id": ["notify.bot_11"]},
        {"message": "hi", "parse_mode": "html", "entity_id": ["notify.bot_22"]},
    ]


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize(
    ("action", "resolved"),
    [
        ("telegram_bot.send_message", {"entity_id", "chat_id", "config_entry_id"}),
        ("telegram_bot.answer_callback_query", set()),
        ("whatsapp.send_message", {"entity_id"}),
        ("notify.send_message", {"entity_id"}),
        ("notify.anna", set()),
    ],
)
async def test_what_is_not_resolved_to_a_target_is_bound(
    hass: HomeAssistant, action: str, resolved: set[str]
) -> None:
    """A key that is a chat for Telegram may be anything for another integration."""
    data = {
        "message": "hi",
        "entity_id": ["notify.bot_11"],
        "chat_id": 11,
        "config_entry_id": "bot",
    }
    domain, service = action.split(".")
    assert replayed(hass, domain, service, data) == set(data) - resolved


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize(
    ("beside", "whose"),
    [({"target": "+1 555 0100"}, None), ({"target": []}, "anna"), ({"chat_id": 22}, "anna")],
)
async def test_a_recipient_beside_an_entity_is_somebody_else(
    hass: HomeAssistant, beside: dict[str, Any], whose: str | None
) -> None:
    """What else may be one is bound to the proof and named in the question."""
    data = {"message": "hi", "entity_id": ["notify.bot_11"], **beside}
    assert reached(hass, "acme", "send_message", data) == [("notify.bot_11", whose)]
    assert replayed(hass, "acme", "send_message", data) == {"message", *beside}


async def test_everybody(hass: HomeAssistant) -> None:
    """Every entity there is."""
    assert await async_setup_component(hass, "homeassistant", {})
    for name in ("anna", "ben"):
        hass.states.async_set(f"notify.{name}", "unknown")
    people = contact("anna", "notify.anna"), contact("ben", "notify.ben")
    data = {"message": "hi", "entity_id": "all"}
    assert reached(hass, "notify", "send_message", data, *people) == [
        ("notify.anna", "anna"),
        ("notify.ben", "ben"),
    ]


async def test_a_contact_with_several_channels_is_one_target(hass: HomeAssistant) -> None:
    """And is asked about once."""
    assert await async_setup_component(hass, "homeassistant", {})
    anna = contact("anna", "notify.phone", "notify.tablet")
    data = {"message": "hi", "entity_id": ["notify.phone", "notify.tablet"]}
    assert reached(hass, "notify", "send_message", data, anna) == [
        ("notify.phone, notify.tablet", "anna")
    ]


async def test_a_channel_that_two_share_belongs_to_the_stricter(hass: HomeAssistant) -> None:
    """A shared phone is as well protected as its best protected owner."""
    assert await async_setup_component(hass, "homeassistant", {})
    lax = contact("a", "notify.phone", level=Level.NONE, observe=True)
    strict = contact("b", "notify.phone", level=Level.PIN)
    data = {"message": "hi", "entity_id": ["notify.phone"]}
    for people in ((lax, strict), (strict, lax)):
        assert reached(hass, "notify", "send_message", data, *people) == [("notify.phone", "b")]


async def test_a_group_that_holds_itself_ends(hass: HomeAssistant) -> None:
    """As a target of nobody's."""
    assert await async_setup_component(hass, "homeassistant", {})
    hass.states.async_set("notify.loop", "unknown", {"entity_id": ["notify.loop"]})
    data = {"message": "hi", "entity_id": ["notify.loop"]}
    assert reached(hass, "notify", "send_message", data) == [("notify.loop", None)]


def test_words_and_everything_else() -> None:
    """What is said is the body; the rest is bound to the proof as JSON."""
    content = content_of(
        {
            "message": "hi",
            "title": "Kitchen",
            "size": 1.5,
            "odd": math.inf,
            "colours": {"red", "blue"},
            "when": (1, None, True),
            "what": object,
        }
    )
    assert content.body == "hi"
    assert content.extras == {
        "title": "Kitchen",
        "size": 1.5,
        "odd": "inf",
        "colours": ["blue", "red"],
        "when": [1, None, True],
        "what": "<class 'object'>",
    }


def test_a_call_without_words_has_no_body() -> None:
    """A number is no word."""
    assert content_of({"message": 5}).body == ""
    assert content_of({"message": 5}).extras == {"message": 5}
    assert content_of({"caption": "A cat", "file": "x"}).body == "A cat"


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize(
    "data", [{"chat_id": 11}, {"target": [11]}, {"entity_id": ["notify.bot_11"]}]
)
@pytest.mark.parametrize("field", ["chat_id", "target"])
async def test_a_contact_by_the_number_of_a_chat(
    hass: HomeAssistant, data: dict[str, Any], field: str
) -> None:
    """However a call names it; another chat is somebody else's."""
    call = FixedCall("telegram_bot.send_message", {field: 11})
    zoe = Contact(id="zoe", name="Zoe", channel=Channel(kind=ChannelKind.ACTION, call=call))
    hass.states.async_set("notify.bot_11", "unknown")
    said = {"message": "hi", **data}
    assert reached(hass, "telegram_bot", "send_message", said, zoe) == [("notify.bot_11", "zoe")]
    if "entity_id" in data:
        assert reached(hass, "notify", "send_message", said, zoe) == [("notify.bot_11", "zoe")]
    other = {"message": "hi", "chat_id": 22}
    assert reached(hass, "telegram_bot", "send_message", other, zoe) == [("notify.bot_22", None)]
