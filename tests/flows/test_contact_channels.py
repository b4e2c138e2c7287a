"""What the form for a contact offers of phones, and says of channels."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from tests.assist_home import PHRASE, Assist
from tests.contact_forms import (
    as_written,
    contact_form,
    details,
    offered,
    phone_of,
    reconfigure,
)
from tests.flow_forms import ENGLISH, answer, every_text_is_there

__all__ = ["every_text_is_there"]


@pytest.mark.parametrize(
    ("called", "owner", "name"),
    [
        ("Pixel", "Bob", "Bob"),
        ("Mia's iPhone", "Bob", "Mia"),
        ("Mias Handy", "Bob", "Mia"),
        ("Bobs Handy", "Bob", "Bob"),
        ("iPhone von Zoe", "Bob", "Zoe"),
        ("Chris phone", "Bob", "Chris"),
        ("花子のiPhone", "Bob", "花子"),
        ("小明的手机", "Bob", "小明"),
    ],
)
async def test_a_phone_is_offered_once_and_goes_by_its_owner(
    assist: HomeAssistant, guard: MockConfigEntry, called: str, owner: str, name: str
) -> None:
    """People write to people, and not to phones; its entity, its action and its device are one."""
    _, entity_id, _ = phone_of(assist, called, "bob's")
    assist.states.async_set("person.bob", "home", {"friendly_name": owner, "user_id": "bob's"})
    form = await contact_form(assist, guard)
    found = {key: label for key, label in offered(form).items() if called in label}
    assert found == {f"notify_entity|{entity_id}": f"{name} ({called})"}
    done = await as_written(assist, await answer(assist, form, {"reach": list(found)}))
    assert done["title"] == name


@pytest.mark.parametrize(
    ("called", "name"),
    [
        ("anna_lena max", "Anna-Lena Max"),
        ("anna-lena's phone", "Anna-Lena"),
        ("Anna Lenas Handy", "Anna-Lena"),
        ("mcgregor handy", "McGregor"),
        ("mcgregors handy", "McGregor"),
        ("max mcgregors handy", "McGregor"),
        ("mia mcgregors handy", "Mia McGregor"),
    ],
)
async def test_whom_home_assistant_knows_is_written_as_there(
    assist: HomeAssistant, guard: MockConfigEntry, called: str, name: str
) -> None:
    """Nothing has to be guessed of a name that a person in this home has."""
    for number, known in enumerate(("Anna-Lena Max", "McGregor")):
        assist.states.async_set(f"person.p{number}", "home", {"friendly_name": known})
    assist.states.async_set("notify.one", "unknown", {"friendly_name": called})
    form = await contact_form(assist, guard)
    done = await as_written(
        assist, await answer(assist, form, {"reach": ["notify_entity|notify.one"]})
    )
    assert done["title"] == name


async def test_a_phone_of_nobody_needs_a_name(
    assist: HomeAssistant, guard: MockConfigEntry
) -> None:
    """What says only what it is names nobody."""
    phone_of(assist, "Pixel 8", "somebody", entity=False)
    form = await contact_form(assist, guard)
    key = "notify_action|notify.mobile_app_pixel_8"
    assert offered(form)[key] == "Pixel 8"
    again = await answer(assist, form, {"reach": [key]})
    assert again["errors"] == {"name": "name_missing"}


async def test_what_reaches_a_contact_goes_by_its_name(
    assist: HomeAssistant, guard: MockConfigEntry
) -> None:
    """As the household calls it; only of two that are called alike the ids are shown as well."""
    for place, name in (("mail", "Dora's mail"), ("mail_2", "Dora's mail"), ("tablet", "Tablet")):
        assist.states.async_set(f"notify.{place}", "unknown", {"friendly_name": name})
    assist.states.async_set("assist_satellite.hall", "idle", {"friendly_name": "Hall"})
    async_mock_service(assist, "notify", "the_neighbours")
    labels = offered(await contact_form(assist, guard))
    assert {key: label for key, label in labels.items() if "anna" not in key} == {
        "notify_entity|notify.mail": "Dora's mail (notify.mail)",
        "notify_entity|notify.mail_2": "Dora's mail (notify.mail_2)",
        "notify_entity|notify.tablet": "Tablet",
        "announcement|assist_satellite.hall": "Hall",
        "notify_action|notify.the_neighbours": "The neighbours",
        "action": "action",
        "actions": "actions",
    }


OWN_ACTIONS: list[tuple[list[dict[str, Any]], str]] = [
    ([{"alias": "Ring", "action": "light.turn_on"}, {"delay": 1}], "Ring"),
    (
        [{"action": "script.tell_all"}, {"action": "rest_command.sms"}],
        "Tell all → rest_command.sms",
    ),
    ([{"action": "notify.{{ 'x' }}", "data": {"message": "hi"}}], "notify.{{ 'x' }}"),
    (
        [
            {
                "if": "{{ true }}",
                "then": [
                    {
                        "action": "notify.send_message",
                        "target": {"entity_id": ["notify.tablet"]},
                        "data": {"message": "{{ message }}"},
                    }
                ],
            }
        ],
        "Tablet",
    ),
    ([{"delay": 1}], "…"),
]


@pytest.mark.parametrize(("steps", "label"), OWN_ACTIONS)
async def test_own_actions_go_by_what_they_call(
    assist: HomeAssistant, guard: MockConfigEntry, steps: list[dict[str, Any]], label: str
) -> None:
    """When a contact is changed: an alias, a script's name, the entity; an action that has no name keeps its id."""
    assist.states.async_set("notify.tablet", "unknown", {"friendly_name": "Tablet"})
    assist.states.async_set("script.tell_all", "off", {"friendly_name": "Tell all"})
    form = await answer(assist, await contact_form(assist, guard), details("Bob", "actions"))
    done = await answer(assist, form, {"sequence": steps})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await assist.async_block_till_done()
    first, *_ = offered(await reconfigure(assist, guard)).values()
    assert first == label


async def test_a_device_among_own_actions_goes_by_its_name(
    assist: HomeAssistant, guard: MockConfigEntry
) -> None:
    """As the household has named it."""
    _, _, device_id = phone_of(assist, "Pixel 8", "bob's", entity=False)
    dr.async_get(assist).async_update_device(device_id, name_by_user="Bob's pocket")
    step = {"domain": "mobile_app", "type": "notify", "device_id": device_id, "message": "hi"}
    form = await answer(assist, await contact_form(assist, guard), details("Bob", "actions"))
    await answer(assist, form, {"sequence": [step]})
    await assist.async_block_till_done()
    first, *_ = offered(await reconfigure(assist, guard)).values()
    assert first == "Bob's pocket"


async def test_several_rooms_and_fixed_fields_go_by_their_names(
    assist: HomeAssistant, guard: MockConfigEntry
) -> None:
    """One announcement in several rooms; an action that acts on entities; what is gone keeps its id."""
    async_mock_service(assist, "acme", "say")
    for room in ("kitchen", "hall"):
        assist.states.async_set(
            f"assist_satellite.{room}", "idle", {"friendly_name": room.capitalize()}
        )
    rooms = [f"announcement|assist_satellite.{room}" for room in ("kitchen", "hall")]
    form = await answer(assist, await contact_form(assist, guard), details("Bob", *rooms, "action"))
    call = {
        "action": "acme.say",
        "data": {"entity_id": ["assist_satellite.hall", "gone.away"], "volume": 2, "message": ""},
    }
    done = await answer(assist, form, {"call": call})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await assist.async_block_till_done()
    assert list(offered(await reconfigure(assist, guard)).values())[:2] == [
        "Kitchen, Hall",
        "acme.say (entity_id: Hall, gone.away, volume: 2)",
    ]


async def test_a_phone_by_another_address_goes_by_its_name(
    assist: HomeAssistant, guard: MockConfigEntry
) -> None:
    """It had no entity when the contact was made; one whose entity is gone is still called what it was."""
    phone_of(assist, "Pixel 8", "bob's", entity=False)
    key = "notify_action|notify.mobile_app_pixel_8"
    await answer(assist, await contact_form(assist, guard), details("Bob", key))
    mail = er.async_get(assist).async_get_or_create(
        "notify", "smtp", "mail", suggested_object_id="mail", original_name="Mail to Zoe"
    )
    assist.states.async_set(mail.entity_id, "unknown", {"friendly_name": "Mail to Zoe"})
    await assist.async_block_till_done()
    registered = er.async_get(assist).async_get_or_create(
        "notify",
        "mobile_app",
        "pixel_8",
        config_entry=assist.config_entries.async_entries("mobile_app")[0],
        suggested_object_id="pixel_8",
    )
    assist.states.async_set(registered.entity_id, "unknown", {"friendly_name": "Pixel 8"})
    assert offered(await reconfigure(assist, guard))[key] == "Pixel 8"
    key = f"notify_entity|{mail.entity_id}"
    done = await as_written(
        assist, await answer(assist, await contact_form(assist, guard), details("Zoe", key))
    )
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await assist.async_block_till_done()
    assist.states.async_remove(mail.entity_id)
    assert offered(await reconfigure(assist, guard))[key] == "Mail to Zoe"


def notes(*keys: str) -> str:
    """Return these notes, as a person reads them."""
    return " ".join(ENGLISH["common"][f"note_{key}"] for key in keys)


async def test_what_a_channel_does_by_itself_is_said(
    assist: HomeAssistant, guard: MockConfigEntry
) -> None:
    """That it would not tell of a failure, that it adds words; of a phone's entity there is nothing to say."""
    mail = er.async_get(assist).async_get_or_create(
        "notify", "smtp", "mail", suggested_object_id="mail"
    )
    assist.states.async_set(mail.entity_id, "unknown", {"friendly_name": "Zoe's mail"})
    _, entity_id, _ = phone_of(assist, "Yann's phone", "yann's")
    async_mock_service(assist, "rest_command", "sms")

    async def added(reach: str) -> str:
        form = await answer(assist, await contact_form(assist, guard), details("", reach))
        done = await as_written(assist, form)
        assert done["type"] is FlowResultType.CREATE_ENTRY
        return str(done["description_placeholders"]["note"])

    assert await added(f"notify_entity|{entity_id}") == ""
    assert await added(f"notify_entity|{mail.entity_id}") == notes("adds_words")
    form = await answer(assist, await contact_form(assist, guard), details("Bob", "action"))
    done = await answer(assist, form, {"call": {"action": "rest_command.sms"}})
    assert done["description_placeholders"]["note"] == notes("unreported")


@pytest.mark.parametrize(
    ("steps", "noted"),
    [
        ([{"action": "script.post", "data": {"message": "{{ message }}"}, "metadata": {}}], ""),
        ([{"action": "script.on", "data": {"message": "{{ message }}"}}], "alters"),
        ([{"delay": 1}, {"action": "script.post", "data": {"message": "{{ message }}"}}], "alters"),
        ([{"action": "test.post", "data": {"text": "{{ message }}"}}], ""),
    ],
    ids=["a script", "a script behind a script", "a script among others", "no script"],
)
async def test_what_a_script_would_change_is_told_beforehand(
    assist: HomeAssistant, guard: MockConfigEntry, steps: list[dict[str, Any]], noted: str
) -> None:
    """In the form, before anybody speaks; and it is refused with a reason, or arrives to the letter."""
    posted = async_mock_service(assist, "test", "post")
    post = {"action": "test.post", "data": {"text": "{{ message }}"}}
    on = {"action": "script.post", "data": {"message": "{{ message }}"}}
    scripts = {"post": {"sequence": [post]}, "on": {"sequence": [on]}}
    assert await async_setup_component(assist, "script", {"script": scripts})
    form = await answer(assist, await contact_form(assist, guard), details("Bob", "actions"))
    done = await answer(assist, form, {"sequence": steps})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert ("“2.50”" in str(done["description_placeholders"]["note"])) is bool(noted)
    await assist.async_block_till_done()
    home = Assist(assist)
    await home.say("send a message to Bob: 2.50")
    told = (await home.say(PHRASE)).speech
    await assist.async_block_till_done()
    assert [call.data["text"] for call in posted] == ([] if noted else ["2.50"])
    assert ("would change the message" in told) is bool(noted)
