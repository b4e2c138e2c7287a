"""Contacts, through Home Assistant's own flow manager."""

from types import SimpleNamespace
from typing import Any

from homeassistant.config_entries import SOURCE_RECONFIGURE, SOURCE_USER, ConfigEntryState
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.core.errors import LedgerWriteError
from custom_components.message_guard.core.policy import Level
from tests.flow_forms import ENGLISH, Result, answer, every_text_is_there, suggested

__all__ = ["every_text_is_there"]


# --- contacts ---------------------------------------------------------------------------------------


async def contact_form(hass: HomeAssistant, entry: MockConfigEntry) -> Result:
    """Open the empty form for a contact, past the menu where there is one."""
    result = await hass.config_entries.subentries.async_init(
        (entry.entry_id, "contact"), context={"source": SOURCE_USER}
    )
    if result["type"] is FlowResultType.MENU:
        assert result["menu_options"] == ["suggestion", "details"]
        return await answer(hass, result, {"next_step_id": "details"})
    return result


def details(name: str, channel: str, **more: Any) -> dict[str, Any]:
    """Return the answers to the first form."""
    return {"name": name, "channel": channel, "level": "inherit", "observe": False, **more}


@pytest.mark.parametrize(
    ("channel", "stored"),
    [
        ("notify_entity", {"targets": ["notify.bob"]}),
        ("notify_action", {"targets": ["notify.anna"]}),
        ("announcement", {"targets": ["assist_satellite.kitchen"]}),
        ("actions", {"sequence": [{"action": "rest_command.sms"}]}),
    ],
)
async def test_adding_a_contact(
    assist: HomeAssistant, guard: MockConfigEntry, channel: str, stored: dict[str, Any]
) -> None:
    """Each channel has its own second form; the contact can be written to at once."""
    form = await contact_form(assist, guard)
    first = details(" Bob\u202e ", channel, aliases=["Bobby", "Bobby", " "], level="code")
    second = await answer(assist, form, first)
    assert second["step_id"] == channel
    assert second["description_placeholders"] == {"name": "Bob"}
    done = await answer(assist, second, stored)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await assist.async_block_till_done()
    subentry = next(item for item in guard.subentries.values() if item.title == "Bob")
    assert subentry.unique_id == "contact:bob"
    assert subentry.data == {
        "name": "Bob",
        "aliases": ["Bobby"],
        "channel": channel,
        "level": "code",
        "observe": False,
        **stored,
    }
    contact = guard.runtime_data.works.guard.household.contacts.get(subentry.subentry_id)
    assert contact.name == "Bob"
    assert contact.level is Level.CODE


async def test_a_single_action_is_a_sequence(assist: HomeAssistant, guard: MockConfigEntry) -> None:
    """The action editor hands over one action without a list around it."""
    form = await answer(assist, await contact_form(assist, guard), details("Bob", "actions"))
    await answer(assist, form, {"sequence": {"action": "rest_command.sms"}})
    subentry = next(item for item in guard.subentries.values() if item.title == "Bob")
    assert subentry.data["sequence"] == [{"action": "rest_command.sms"}]


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("...", "name_empty"),
        ("\u200b", "name_empty"),
        ("Anna", "name_taken"),
        ("  the ANNA's ", "name_taken"),
        ("my sister", "name_taken"),
        ("sister", "name_taken"),
        ("nope", "name_is_decline"),
        ("never mind", "name_is_decline"),
        ("right", "name_is_affirmation"),
        ("Yes, send the message", "name_has_phrase"),
        ("one of those people with a very long name", "name_too_long"),
    ],
)
async def test_names_that_cannot_be(
    assist: HomeAssistant, guard: MockConfigEntry, name: str, error: str
) -> None:
    """The form says why, and another name goes through."""
    form = await contact_form(assist, guard)
    again = await answer(assist, form, details(name, "notify_action"))
    assert again["errors"] == {"name": error}
    onward = await answer(assist, again, details("Bob", "notify_action"))
    assert onward["step_id"] == "notify_action"


async def test_aliases_are_checked_too(assist: HomeAssistant, guard: MockConfigEntry) -> None:
    """Every name means one contact: not another's name, and not another's alias."""
    form = await contact_form(assist, guard)
    again = await answer(assist, form, details("Bob", "notify_action", aliases=["Bobby", "stop"]))
    assert again["errors"] == {"aliases": "name_is_decline"}
    assert again["description_placeholders"]["name"] == "stop"
    again = await answer(assist, form, details("Bob", "notify_action", aliases=["anna"]))
    assert again["errors"] == {"aliases": "name_taken"}
    assert again["description_placeholders"]["other"] == "Anna"
    again = await answer(assist, form, details("Bob", "notify_action", aliases=["the sister"]))
    assert again["errors"] == {"aliases": "name_taken"}
    onward = await answer(assist, form, details("Bob", "notify_action", aliases=["my brother"]))
    assert onward["step_id"] == "notify_action"


async def test_a_channel_that_reaches_nothing(
    assist: HomeAssistant, guard: MockConfigEntry
) -> None:
    """It would be a contact that nobody can write to."""
    form = await answer(assist, await contact_form(assist, guard), details("Bob", "notify_action"))
    again = await answer(assist, form, {"targets": []})
    assert again["errors"] == {"targets": "nothing_chosen"}
    done = await answer(assist, again, {"targets": ["notify.anna"]})
    assert done["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize("sequence", [[{"nonsense": 1}], ["x"], [{"action": "{{"}], 5])
async def test_actions_that_cannot_run(
    assist: HomeAssistant, guard: MockConfigEntry, sequence: object
) -> None:
    """They are refused before somebody relies on them."""
    form = await answer(assist, await contact_form(assist, guard), details("Bob", "actions"))
    again = await answer(assist, form, {"sequence": sequence})
    assert again["errors"] == {"sequence": "actions_invalid"}


async def test_picking_what_is_there(assist: HomeAssistant, guard: MockConfigEntry) -> None:
    """Channels that no contact uses are offered, and fill in the form."""
    async_mock_service(assist, "notify", "mobile_app_bobs_pixel")
    async_mock_service(assist, "notify", "persistent_notification")
    async_mock_service(assist, "notify", "notify")
    assist.states.async_set("notify.carol", "unknown", {"friendly_name": "Carol's mail"})
    assist.states.async_set("assist_satellite.hall", "idle", {"friendly_name": "Hall"})
    menu = await assist.config_entries.subentries.async_init(
        (guard.entry_id, "contact"), context={"source": SOURCE_USER}
    )
    assert menu["menu_options"] == ["suggestion", "details"]
    form = await answer(assist, menu, {"next_step_id": "suggestion"})
    offered = form["data_schema"].schema["suggestion"].config["options"]
    assert [option["value"] for option in offered] == [
        "notify_action|notify.mobile_app_bobs_pixel",
        "notify_entity|notify.carol",
        "announcement|assist_satellite.hall",
    ]
    first = await answer(assist, form, {"suggestion": offered[0]["value"]})
    assert suggested(first)["name"] == "Bobs pixel"
    second = await answer(assist, first, details("Bob", "notify_action"))
    assert suggested(second)["targets"] == ["notify.mobile_app_bobs_pixel"]


async def reconfigure(hass: HomeAssistant, entry: MockConfigEntry) -> Result:
    """Open the form that changes Anna."""
    (subentry_id,) = entry.subentries
    return await hass.config_entries.subentries.async_init(
        (entry.entry_id, "contact"),
        context={"source": SOURCE_RECONFIGURE, "subentry_id": subentry_id},
    )


async def test_changing_a_contact(assist: HomeAssistant, guard: MockConfigEntry) -> None:
    """It keeps its id, may keep its own names, and is followed at once."""
    form = await reconfigure(assist, guard)
    assert form["step_id"] == "reconfigure"
    assert suggested(form)["aliases"] == ["my sister"]
    second = await answer(assist, form, details("My sister", "notify_action", level="block"))
    assert suggested(second)["targets"] == ["notify.anna"]
    done = await answer(assist, second, {"targets": ["notify.anna"]})
    assert done["type"] is FlowResultType.ABORT
    assert done["reason"] == "reconfigure_successful"
    await assist.async_block_till_done()
    (subentry,) = guard.subentries.values()
    assert (subentry.title, subentry.unique_id) == ("My sister", "contact:my sister")
    assert subentry.data["aliases"] == []
    contact = guard.runtime_data.works.guard.household.contacts.get(subentry.subentry_id)
    assert contact.level is Level.BLOCK


async def test_another_channel_begins_anew(assist: HomeAssistant, guard: MockConfigEntry) -> None:
    """The targets of the old kind are not those of the new one, and do not stay behind."""
    form = await reconfigure(assist, guard)
    second = await answer(assist, form, details("Anna", "actions"))
    assert suggested(second)["sequence"] == []
    await answer(assist, second, {"sequence": [{"action": "rest_command.sms"}]})
    (subentry,) = guard.subentries.values()
    assert "targets" not in subentry.data


async def test_two_people_adding_the_same_name(
    assist: HomeAssistant, guard: MockConfigEntry
) -> None:
    """The second one is told."""
    forms = [
        await answer(assist, await contact_form(assist, guard), details("Bob", "notify_action"))
        for _ in range(2)
    ]
    first, second = [await answer(assist, form, {"targets": ["notify.anna"]}) for form in forms]
    assert first["type"] is FlowResultType.CREATE_ENTRY
    assert (second["type"], second["reason"]) == (FlowResultType.ABORT, "already_configured")


# --- names that sound alike, and test messages -------------------------------------------------------


@pytest.mark.parametrize("name", ["Hannah", "Ana", "Anna B"])
async def test_a_name_that_sounds_alike_is_kept_when_meant(
    assist: HomeAssistant, guard: MockConfigEntry, name: str
) -> None:
    """The form warns once, and submitting again is an answer."""
    form = await contact_form(assist, guard)
    warned = await answer(assist, form, details(name, "notify_action"))
    assert warned["errors"] == {"name": "name_sounds_like"}
    assert warned["description_placeholders"] == {"name": name, "other": "Anna"}
    onward = await answer(assist, warned, details(name, "notify_action"))
    assert onward["step_id"] == "notify_action"


async def test_what_sounds_alike_already_is_not_warned_of_again(
    assist: HomeAssistant, guard: MockConfigEntry
) -> None:
    """Somebody who changes the level of a contact has heard it before."""
    form = await contact_form(assist, guard)
    form = await answer(assist, form, details("Bob", "notify_action", aliases=["my blister"]))
    if form["step_id"] != "notify_action":
        form = await answer(assist, form, details("Bob", "notify_action", aliases=["my blister"]))
    await answer(assist, form, {"targets": ["notify.anna"]})
    bob = next(key for key, item in guard.subentries.items() if item.title == "Bob")
    form = await assist.config_entries.subentries.async_init(
        (guard.entry_id, "contact"),
        context={"source": SOURCE_RECONFIGURE, "subentry_id": bob},
    )
    same = details("Bob", "notify_action", aliases=["my blister"], level="code")
    assert (await answer(assist, form, same))["step_id"] == "notify_action"


async def test_without_the_library_nothing_is_warned_of(
    assist: HomeAssistant, guard: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A package that cannot be fetched keeps nobody from adding a contact."""
    from homeassistant.requirements import RequirementsNotFound

    from custom_components.message_guard.flows import sound

    async def offline(*_: object) -> None:
        raise RequirementsNotFound(DOMAIN, [sound.REQUIREMENT])

    monkeypatch.setattr(sound, "async_process_requirements", offline)
    form = await answer(assist, await contact_form(assist, guard), details("Hannah", "actions"))
    assert form["step_id"] == "actions"


async def test_a_test_message(
    assist: HomeAssistant, guard: MockConfigEntry, outbox: list[ServiceCall]
) -> None:
    """It arrives, is recorded as what it is, and only then the contact is saved."""
    form = await answer(assist, await contact_form(assist, guard), details("Bob", "notify_action"))
    done = await answer(assist, form, {"targets": ["notify.anna"], "test": True})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert [call.data["message"] for call in outbox] == [ENGLISH["common"]["test_message"]]
    rows = (await guard.runtime_data.works.ledger.page(limit=10)).rows
    steps = [row.entry.kind for row in rows if row.entry.reasons == ("test_message",)]
    assert steps == ["delivered", "authorised"]
    assert "test" not in next(s for s in guard.subentries.values() if s.title == "Bob").data


async def test_a_test_message_that_fails(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    outbox: list[ServiceCall],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing is saved, and the form says what to do."""
    form = await answer(assist, await contact_form(assist, guard), details("Bob", "notify_entity"))
    again = await answer(assist, form, {"targets": ["notify.gone"], "test": True})
    assert again["errors"] == {"base": "test_failed"}
    works = guard.runtime_data.works
    works.guard.sending_allowed = False
    again = await answer(assist, form, {"targets": ["notify.gone"], "test": True})
    assert again["errors"] == {"base": "test_not_allowed"}
    works.guard.sending_allowed = True

    async def full(*_: object) -> None:
        raise LedgerWriteError("disk full")

    monkeypatch.setattr(works.ledger, "append", full)
    again = await answer(assist, form, {"targets": ["notify.gone"], "test": True})
    assert again["errors"] == {"base": "test_not_recorded"}
    monkeypatch.undo()
    done = await answer(assist, form, {"targets": ["notify.gone"], "test": False})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert not outbox


async def test_a_phone_goes_by_its_owner(assist: HomeAssistant, guard: MockConfigEntry) -> None:
    """People write to people, and not to phones."""
    async_mock_service(assist, "notify", "mobile_app_pixel")
    phone = MockConfigEntry(
        domain="mobile_app",
        data={"webhook_id": "hook", "device_name": "Pixel", "user_id": "bob's"},
        state=ConfigEntryState.LOADED,
    )
    phone.add_to_hass(assist)
    assist.data["mobile_app"] = {
        "notify": SimpleNamespace(registered_targets={"mobile_app_pixel": "hook"})
    }
    assist.states.async_set("person.bob", "home", {"friendly_name": "Bob", "user_id": "bob's"})
    menu = await assist.config_entries.subentries.async_init(
        (guard.entry_id, "contact"), context={"source": SOURCE_USER}
    )
    form = await answer(assist, menu, {"next_step_id": "suggestion"})
    (option,) = form["data_schema"].schema["suggestion"].config["options"]
    assert option == {
        "value": "notify_action|notify.mobile_app_pixel",
        "label": "Bob (notify.mobile_app_pixel)",
    }
    first = await answer(assist, form, {"suggestion": option["value"]})
    assert suggested(first)["name"] == "Bob"
