"""Whom a held action would reach: targets and groups are resolved to contacts, or it is refused."""

from types import MappingProxyType
from typing import Any

from homeassistant.components.notify import DATA_COMPONENT
from homeassistant.components.notify.legacy import async_setup_legacy
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import (
    area_registry as ar,
    entity_registry as er,
    floor_registry as fr,
    label_registry as lr,
)
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.clock import pass_time
from tests.conftest import contact_data
from tests.spoken_home import Phone, SpokenHome, home, notify, send_message, sentence

__all__ = ["home"]


@pytest.mark.parametrize(
    "target",
    [
        {"entity_id": "notify.carl"},
        {"area_id": "kitchen"},
        {"label_id": "family"},
        {"floor_id": "ground"},
        {"entity_id": ["notify.carl"], "area_id": ["kitchen"]},
    ],
    ids=["entity", "area", "label", "floor", "twice"],
)
async def test_targets_are_resolved_to_contacts(home: SpokenHome, target: dict[str, Any]) -> None:
    """However a call names Carl's phone, it is Carl who is asked about, and he gets it once."""
    settle_in(home.hass, "notify.carl")
    await home.automate(sentence(send_message(**target)))
    await home.say("dinner is ready")
    (confirmation,) = home.pending
    assert [item.contact.name for item in confirmation.recipients] == ["Carl"]
    # What is approved is whom was asked about, whoever moves in meanwhile.
    settle_in(home.hass, "notify.eve")
    await home.approve()
    assert home.sent == [("notify.carl", "Dinner is ready")]


def settle_in(hass: HomeAssistant, entity_id: str) -> None:
    """Put an entity into the kitchen on the ground floor, with the label of the family."""
    if (floor := fr.async_get(hass).async_get_floor_by_name("Ground")) is None:
        floor = fr.async_get(hass).async_create("Ground")
    area = ar.async_get(hass).async_get_or_create("Kitchen")
    ar.async_get(hass).async_update(area.id, floor_id=floor.floor_id)
    if (label := lr.async_get(hass).async_get_label_by_name("Family")) is None:
        label = lr.async_get(hass).async_create("Family")
    er.async_get(hass).async_update_entity(entity_id, area_id=area.id, labels={label.label_id})


async def test_a_stranger_among_the_targets_refuses_all(home: SpokenHome) -> None:
    """Eve is on no list: neither she nor Carl gets anything, and it is said who is not."""
    await home.automate(sentence(send_message(entity_id=["notify.carl", "notify.eve"])))
    await home.say("dinner is ready")
    assert home.pending == ()
    assert home.sent == []
    assert home.kinds == ["refused", "refused"]
    assert "unknown_recipient" in home.notices[-1].reasons
    await pass_time(1)
    (answer, turn), *_ = home.unasked
    assert answer.kind == "refused"
    assert turn.origin.utterance == "dinner is ready"


@pytest.mark.parametrize(
    "step",
    [
        notify("stranger"),
        notify("anna", target=["+1 555 0100"]),
        send_message(entity_id="notify.eve"),
        send_message(entity_id="all"),
        send_message(area_id="nowhere"),
    ],
    ids=["action", "recipient in the data", "entity", "everybody", "nobody"],
)
async def test_what_is_nobodys_channel_is_not_on_the_list(
    home: SpokenHome, step: dict[str, Any]
) -> None:
    """Refused and recorded, never sent."""
    await home.automate(sentence(step))
    await home.say("dinner is ready")
    assert home.pending == ()
    assert home.sent == []
    assert set(home.kinds) == {"refused"}


async def test_several_targets_share_a_question_and_each_gets_it_once(home: SpokenHome) -> None:
    """One request each."""
    await home.automate(sentence(send_message(entity_id=["notify.carl", "notify.dora"])))
    await home.say("dinner is ready")
    (confirmation,) = home.pending
    assert len(confirmation.recipients) == 2
    await home.approve()
    assert sorted(home.sent) == [
        ("notify.carl", "Dinner is ready"),
        ("notify.dora", "Dinner is ready"),
    ]
    assert home.kinds.count("delivered") == 2


async def group_of(home: SpokenHome, *members: str) -> None:
    """Set up a notify group entity, notify.family."""
    entry = MockConfigEntry(
        domain="group",
        options={
            "name": "Family",
            "group_type": "notify",
            "entities": list(members),
            "hide_members": False,
        },
        title="Family",
    )
    entry.add_to_hass(home.hass)
    assert await home.hass.config_entries.async_setup(entry.entry_id)
    await home.hass.async_block_till_done()


async def test_a_group_entity_is_its_members(home: SpokenHome) -> None:
    """The question names them, and a member on no list refuses all."""
    await group_of(home, "notify.carl", "notify.dora")
    await home.automate(sentence(send_message(entity_id="notify.family")))
    await home.say("dinner is ready")
    (confirmation,) = home.pending
    assert {item.contact.name for item in confirmation.recipients} == {"Carl", "Dora"}
    await home.approve()
    assert len(home.sent) == 2


async def test_a_group_that_is_a_contact_is_that_contact(home: SpokenHome) -> None:
    """It was put on the list as what it is."""
    await group_of(home, "notify.carl", "notify.eve")
    await add_contact(home, "The family", "notify_entity", "notify.family")
    await home.automate(sentence(send_message(entity_id="notify.family")))
    await home.say("dinner is ready")
    (confirmation,) = home.pending
    assert [item.contact.name for item in confirmation.recipients] == ["The family"]
    await home.approve()
    assert sorted(name for name, _ in home.sent) == ["notify.carl", "notify.eve"]


async def legacy_group_of(home: SpokenHome, *members: dict[str, Any], name: str = "family") -> None:
    """Set up a notify group of the older kind."""
    config = {"notify": [{"platform": "group", "name": name, "services": list(members)}]}
    assert await async_setup_component(home.hass, "group", {})
    for setup in async_setup_legacy(home.hass, config):
        await setup


async def test_a_legacy_group_is_its_members_and_is_called_once(home: SpokenHome) -> None:
    """It cannot be divided: one call for both of its members."""
    await legacy_group_of(home, {"action": "anna"}, {"action": "ben"})
    await home.automate(sentence(notify("family")))
    await home.say("dinner is ready")
    (confirmation,) = home.pending
    assert {item.contact.name for item in confirmation.recipients} == {"Anna", "Ben"}
    await home.approve()
    assert sorted(home.sent) == [
        ("notify.anna", "Dinner is ready"),
        ("notify.ben", "Dinner is ready"),
    ]


@pytest.mark.parametrize("message", ["", "{{ none }}"])
async def test_what_has_no_words_is_told_so(home: SpokenHome, message: str) -> None:
    """Whoever has spoken could add none: the household is told where to choose what always says the same."""
    await home.automate(sentence(notify(message=message)))
    await home.say("dinner is ready")
    assert home.kinds == ["refused"]
    await pass_time(1)
    ((answer, _),) = home.unasked
    assert "no words" in answer.text
    assert "Ask me again" not in answer.text


@pytest.mark.parametrize("target", [None, []], ids=["no recipient", "an empty one"])
async def test_a_member_with_a_recipient_of_its_own_is_not_its_contact(
    home: SpokenHome, target: list[str] | None
) -> None:
    """What a group adds for a member goes to somebody else, also through a group in the group."""
    stranger = {"action": "anna", "data": {"target": ["+1 555 0100"]}}
    await legacy_group_of(home, stranger, {"action": "ben"}, name="inner")
    await legacy_group_of(home, {"action": "inner"})
    await home.automate(
        sentence(notify("family", **({} if target is None else {"target": target})))
    )
    await home.say("dinner is ready")
    assert home.pending == ()
    assert home.sent == []
    assert home.kinds == ["refused", "refused"]


async def test_what_else_a_group_adds_for_a_member_changes_nothing_about_who_it_is(
    home: SpokenHome,
) -> None:
    """A title, a sound."""
    await legacy_group_of(home, {"action": "anna", "data": {"data": {"sound": "chime"}}})
    await home.automate(sentence(notify("family")))
    await home.say("dinner is ready")
    (confirmation,) = home.pending
    assert [item.contact.name for item in confirmation.recipients] == ["Anna"]


async def test_an_entity_that_is_named_like_a_contacts_action_is_somebody_else(
    home: SpokenHome,
) -> None:
    """Anna is the action notify.anna; the entity notify.anna is a screen in the street."""
    screen: list[tuple[str, str]] = []
    await home.hass.data[DATA_COMPONENT].async_add_entities([Phone("anna", screen)])
    await home.automate(
        sentence(send_message(entity_id="notify.anna")), sentence(notify(), said="tell anna")
    )
    await home.say("dinner is ready")
    assert (home.pending, home.kinds) == ((), ["refused"])
    await home.say("tell anna")
    (confirmation,) = home.pending
    assert [item.contact.name for item in confirmation.recipients] == ["Anna"]
    assert (home.sent, screen) == ([], [])


# --- recipients in other fields -------------------------------------------------------------------


def keep(hass: HomeAssistant, action: str) -> list[dict[str, Any]]:
    """Register an action of another integration; return what it is handed."""
    made: list[dict[str, Any]] = []

    async def handle(call: ServiceCall) -> None:
        made.append(dict(call.data))

    hass.services.async_register(*action.split("."), handle)
    return made


async def test_a_chat_that_is_no_contacts_is_a_stranger(home: SpokenHome) -> None:
    """An action alone is nobody's where the call says whom it reaches."""
    made = keep(home.hass, "whatsapp.send_message")
    await add_contact(home, "Zoe", "notify_action", "whatsapp.send_message")
    step = {
        "action": "whatsapp.send_message",
        "data": {"message": "Hello", "chat_id": "+1 stranger"},
    }
    await home.automate(sentence(step))
    await home.say("dinner is ready")
    assert (home.pending, home.kinds, made) == ((), ["refused"], [])


async def test_a_recipient_beside_an_entity_is_refused(home: SpokenHome) -> None:
    """Carl's entity does not make the number Carl's."""
    made = keep(home.hass, "acme.send_message")
    await home.automate(
        sentence(
            {
                "action": "acme.send_message",
                "target": {"entity_id": "notify.carl"},
                "data": {"message": "Hello", "target": "+1 stranger"},
            }
        )
    )
    await home.say("dinner is ready")
    assert (home.pending, home.kinds, made) == ((), ["refused"], [])
    assert "unknown_recipient" in home.notices[-1].reasons


async def add_contact(home: SpokenHome, name: str, channel: str, target: str) -> None:
    """Put somebody on the list."""
    home.hass.config_entries.async_add_subentry(
        home.entry,
        ConfigSubentry(
            data=MappingProxyType(contact_data(name, channel=channel, targets=[target])["data"]),
            subentry_type="contact",
            title=name,
            unique_id=f"contact:{name.lower()}",
        ),
    )
    await home.hass.async_block_till_done()
    home.notices.clear()
