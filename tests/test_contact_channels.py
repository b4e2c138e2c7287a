"""What the form for a contact offers of phones, and says of channels."""

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from tests.contact_forms import (
    as_written,
    contact_form,
    details,
    offered,
    phone_of,
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
