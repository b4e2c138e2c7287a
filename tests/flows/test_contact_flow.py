"""Contacts, through Home Assistant's own flow manager."""

from typing import Any

from homeassistant.config_entries import SOURCE_USER
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from custom_components.message_guard.core.level import Level
from tests.contact_forms import (
    as_written,
    contact_called,
    contact_form,
    details,
    folded,
    offered,
    places,
    reconfigure,
)
from tests.flow_forms import answer, every_text_is_there, suggested

__all__ = ["every_text_is_there"]


# --- contacts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reach", "stored"),
    [
        ("notify_entity|notify.bob", {"channel": "notify_entity", "targets": ["notify.bob"]}),
        ("notify_action|notify.anna", {"channel": "notify_action", "targets": ["notify.anna"]}),
        (
            "announcement|assist_satellite.kitchen",
            {"channel": "announcement", "targets": ["assist_satellite.kitchen"]},
        ),
    ],
)
async def test_adding_a_contact(
    assist: HomeAssistant, guard: MockConfigEntry, reach: str, stored: dict[str, Any]
) -> None:
    """One form; the contact can be written to at once."""
    places(assist)
    form = await contact_form(assist, guard)
    first = details(" Bob\u202e ", reach, aliases=["Bobby", "Bobby", " "], level="code")
    done = await answer(assist, form, first)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert done["description_placeholders"]["name"] == "Bob"
    await assist.async_block_till_done()
    subentry = next(item for item in guard.subentries.values() if item.title == "Bob")
    assert subentry.unique_id == "contact:bob"
    assert subentry.data == {
        "name": "Bob",
        "aliases": ["Bobby"],
        "level": "code",
        "observe": False,
        "several": "all",
        "channels": [stored],
    }
    contact = contact_called(guard, "Bob")
    assert contact.level is Level.CODE


async def test_the_form_is_short(assist: HomeAssistant, guard: MockConfigEntry) -> None:
    """Three fields; the rest is folded, and nothing asks to take away what there is not."""
    form = await contact_form(assist, guard)
    schema = form["data_schema"].schema
    assert [str(key) for key in schema] == [
        "name",
        "reach",
        "test",
        "more",
        "quiet_hours",
        "incoming",
    ]
    more = schema["more"]
    assert more.options == {"collapsed": True}
    assert "pin_clear" not in {str(key) for key in more.schema.schema}
    assert suggested(form)["name"] is None


async def test_a_single_action_is_a_sequence(assist: HomeAssistant, guard: MockConfigEntry) -> None:
    """The action editor hands over one action without a list around it."""
    form = await answer(assist, await contact_form(assist, guard), details("Bob", "actions"))
    assert form["step_id"] == "actions"
    await answer(assist, form, {"sequence": {"action": "rest_command.sms"}})
    subentry = next(item for item in guard.subentries.values() if item.title == "Bob")
    assert subentry.data["channels"] == [
        {"channel": "actions", "sequence": [{"action": "rest_command.sms"}]}
    ]


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("...", "name_empty"),
        ("💛", "name_empty"),
        ("\u200b", "name_missing"),
        ("", "name_missing"),
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
    async_mock_service(assist, "notify", "mobile_app_pixel_8")
    form = await contact_form(assist, guard)
    nobodys = "notify_action|notify.mobile_app_pixel_8"
    again = await answer(assist, form, details(name, nobodys))
    assert again["errors"] == {"name": error}
    done = await answer(assist, again, details("Bob", nobodys))
    assert done["type"] is FlowResultType.CREATE_ENTRY


async def test_aliases_are_checked_too(assist: HomeAssistant, guard: MockConfigEntry) -> None:
    """Every name means one contact: not another's name, and not another's alias."""
    form = await contact_form(assist, guard)
    again = await answer(assist, form, details("Bob", aliases=["Bobby", "stop"]))
    assert again["errors"] == {"base": "name_is_decline"}
    assert again["description_placeholders"]["name"] == "stop"
    again = await answer(assist, form, details("Bob", aliases=["anna"]))
    assert again["errors"] == {"base": "name_taken"}
    assert again["description_placeholders"]["other"] == "Anna"
    again = await answer(assist, form, details("Bob", aliases=["the sister"]))
    assert again["errors"] == {"base": "name_taken"}
    done = await answer(assist, form, details("Bob", aliases=["my brother"]))
    assert done["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("first", "second"),
    [("Jo Ann", "Joann"), ("Maryjane", "Mary-Jane"), ("Mum & Dad", "Mum and Dad")],
)
async def test_a_name_that_is_heard_as_anothers(
    assist: HomeAssistant, guard: MockConfigEntry, first: str, second: str
) -> None:
    """One word or two: whoever says it would be refused, as it may be either."""
    form = await contact_form(assist, guard)
    done = await as_written(assist, await answer(assist, form, details(first)))
    assert done["type"] is FlowResultType.CREATE_ENTRY
    again = await answer(assist, await contact_form(assist, guard), details(second))
    assert again["errors"] == {"name": "name_taken"}
    assert again["description_placeholders"]["other"] == first


async def test_a_contact_that_nothing_reaches(
    assist: HomeAssistant, guard: MockConfigEntry
) -> None:
    """It would be a contact that nobody can write to."""
    form = await contact_form(assist, guard)
    again = await answer(assist, form, {"name": "Bob", "reach": []})
    assert again["errors"] == {"reach": "nothing_chosen"}
    done = await answer(assist, again, details("Bob"))
    assert done["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize("sequence", [[{"nonsense": 1}], ["x"], [{"action": "{{"}], 5])
async def test_actions_that_cannot_run(
    assist: HomeAssistant, guard: MockConfigEntry, sequence: object
) -> None:
    """They are refused before somebody relies on them."""
    form = await answer(assist, await contact_form(assist, guard), details("Bob", "actions"))
    again = await answer(assist, form, {"sequence": sequence})
    assert again["errors"] == {"sequence": "actions_invalid"}
    again = await answer(assist, form, {"sequence": []})
    assert again["errors"] == {"sequence": "nothing_chosen"}


async def test_picking_what_is_there(assist: HomeAssistant, guard: MockConfigEntry) -> None:
    """What can be written to is offered, what a contact has already last; it brings its name."""
    async_mock_service(assist, "notify", "mobile_app_bobs_pixel")
    async_mock_service(assist, "notify", "persistent_notification")
    async_mock_service(assist, "notify", "notify")
    assist.states.async_set("notify.carol", "unknown", {"friendly_name": "Carol's mail"})
    assist.states.async_set("assist_satellite.hall", "idle", {"friendly_name": "Hall"})
    form = await contact_form(assist, guard)
    assert list(offered(form)) == [
        "notify_entity|notify.carol",
        "announcement|assist_satellite.hall",
        "notify_action|notify.mobile_app_bobs_pixel",
        "notify_action|notify.anna",
        "action",
        "actions",
    ]
    done = await answer(
        assist, form, {"reach": ["notify_action|notify.mobile_app_bobs_pixel"], "name": " "}
    )
    assert done["title"] == "Bob"


async def test_changing_a_contact(assist: HomeAssistant, guard: MockConfigEntry) -> None:
    """It keeps its id, may keep its own names, and is followed at once; the older form is read."""
    form = await reconfigure(assist, guard)
    assert form["step_id"] == "reconfigure"
    assert suggested(form)["reach"] == ["notify_action|notify.anna"]
    assert folded(form, "more")["aliases"] == ["my sister"]
    done = await answer(assist, form, details("My sister", aliases=["my sister"], level="block"))
    assert done["type"] is FlowResultType.ABORT
    assert done["reason"] == "reconfigure_successful"
    await assist.async_block_till_done()
    (subentry,) = guard.subentries.values()
    assert (subentry.title, subentry.unique_id) == ("My sister", "contact:my sister")
    assert subentry.data["aliases"] == ["my sister"]
    assert not {"channel", "targets"} & subentry.data.keys()
    assert contact_called(guard, "My sister").level is Level.BLOCK


async def test_what_is_folded_stays_when_it_is_not_opened(
    assist: HomeAssistant, guard: MockConfigEntry
) -> None:
    """Another name takes nothing else away."""
    await answer(assist, await reconfigure(assist, guard), details("Anna", aliases=["Annie"]))
    form = await reconfigure(assist, guard)
    await answer(assist, form, {"name": "Anne", "reach": ["notify_action|notify.anna"]})
    (subentry,) = guard.subentries.values()
    assert subentry.data["aliases"] == ["Annie"]


async def test_another_channel_begins_anew(assist: HomeAssistant, guard: MockConfigEntry) -> None:
    """What reached the contact before does not stay behind, and what is kept needs no form."""
    form = await answer(assist, await reconfigure(assist, guard), details("Anna", "actions"))
    await answer(assist, form, {"sequence": [{"action": "rest_command.sms"}]})
    (subentry,) = guard.subentries.values()
    own = [{"channel": "actions", "sequence": [{"action": "rest_command.sms"}]}]
    assert subentry.data["channels"] == own
    form = await reconfigure(assist, guard)
    (kept,) = suggested(form)["reach"]
    assert offered(form)[kept] == "rest_command.sms"
    done = await answer(assist, form, details("Anna", "notify_action|notify.anna", kept))
    assert done["reason"] == "reconfigure_successful"
    (subentry,) = guard.subentries.values()
    assert subentry.data["channels"][1:] == own


async def test_several_channels(assist: HomeAssistant, guard: MockConfigEntry) -> None:
    """In the order in which they were picked; announcements are made as one."""
    places(assist)
    assist.states.async_set("assist_satellite.hall", "idle", {"friendly_name": "Hall"})
    reach = [
        "announcement|assist_satellite.hall",
        "notify_entity|notify.bob",
        "announcement|assist_satellite.kitchen",
        "notify_action|notify.anna",
    ]
    form = await contact_form(assist, guard)
    await answer(assist, form, details("Bob", *reach, several="in_turn"))
    await assist.async_block_till_done()
    contact = contact_called(guard, "Bob")
    assert contact.in_turn
    assert [channel.targets for channel in contact.channels] == [
        ("assist_satellite.hall", "assist_satellite.kitchen"),
        ("notify.bob",),
        ("notify.anna",),
    ]


async def test_two_people_adding_the_same_name(
    assist: HomeAssistant, guard: MockConfigEntry
) -> None:
    """The second one is told."""
    forms = [
        await answer(assist, await contact_form(assist, guard), details("Bob", "actions"))
        for _ in range(2)
    ]
    own = {"sequence": [{"action": "rest_command.sms"}]}
    first, second = [await answer(assist, form, own) for form in forms]
    assert first["type"] is FlowResultType.CREATE_ENTRY
    assert (second["type"], second["reason"]) == (FlowResultType.ABORT, "already_configured")


# --- while the guard is not there -----------------------------------------------------------------------


@pytest.mark.parametrize("loaded_before", [True, False])
async def test_the_form_while_the_guard_is_not_loaded(
    assist: HomeAssistant, entry: MockConfigEntry, outbox: list[ServiceCall], loaded_before: bool
) -> None:
    """It works; a test is not possible, and what was entered is not lost."""
    if loaded_before:
        assert await assist.config_entries.async_setup(entry.entry_id)
        await assist.async_block_till_done()
        assert await assist.config_entries.async_unload(entry.entry_id)
    form = await contact_form(assist, entry)
    again = await answer(assist, form, details("Bob", test=True, aliases=["Bobby"]))
    assert again["errors"] == {"base": "test_not_allowed"}
    assert folded(again, "more")["aliases"] == ["Bobby"]
    done = await answer(assist, form, details("Bob", aliases=["Bobby"]))
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert await assist.config_entries.async_setup(entry.entry_id)
    await assist.async_block_till_done()
    assert contact_called(entry, "Bob").aliases == ("Bobby",)
    assert await assist.config_entries.async_unload(entry.entry_id)


async def test_every_form_while_the_guard_is_not_loaded(
    assist: HomeAssistant, entry: MockConfigEntry
) -> None:
    """None of them fails."""
    satellite = await assist.config_entries.subentries.async_init(
        (entry.entry_id, "satellite"), context={"source": SOURCE_USER}
    )
    assert satellite["type"] is FlowResultType.FORM
    menu = await assist.config_entries.options.async_init(entry.entry_id)
    for step in menu["menu_options"]:
        menu = await assist.config_entries.options.async_init(entry.entry_id)
        form = await assist.config_entries.options.async_configure(
            menu["flow_id"], {"next_step_id": step}
        )
        assert form["type"] in (FlowResultType.FORM, FlowResultType.MENU)
