"""Contacts, through Home Assistant's own flow manager."""

from types import SimpleNamespace
from typing import Any

from homeassistant.config_entries import SOURCE_RECONFIGURE, SOURCE_USER, ConfigEntryState
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.core.contacts import Contact
from custom_components.message_guard.core.errors import LedgerWriteError
from custom_components.message_guard.core.policy import Level
from tests.assist import Assist
from tests.flow_forms import ENGLISH, Result, answer, every_text_is_there, suggested

__all__ = ["every_text_is_there"]


# --- contacts ---------------------------------------------------------------------------------------


async def contact_form(hass: HomeAssistant, entry: MockConfigEntry) -> Result:
    """Open the form for a contact, past the menu where there is one."""
    result = await hass.config_entries.subentries.async_init(
        (entry.entry_id, "contact"), context={"source": SOURCE_USER}
    )
    if result["type"] is FlowResultType.MENU:
        assert result["menu_options"] == ["import", "details"]
        return await answer(hass, result, {"next_step_id": "details"})
    return result


def details(name: str, *reach: str, test: bool = False, **more: Any) -> dict[str, Any]:
    """Return the answers to the form."""
    found = {"name": name, "reach": list(reach or ["notify_action|notify.anna"]), "test": test}
    return {**found, "more": more} if more else found


async def as_written(hass: HomeAssistant, form: Result) -> Result:
    """Tick no other spelling of the name, where any is offered."""
    return await answer(hass, form, {}) if form.get("step_id") == "spellings" else form


def offered(form: Result) -> dict[str, str]:
    """Return what the form offers to be reached, by its key."""
    options = form["data_schema"].schema["reach"].config["options"]
    return {option["value"]: option["label"] for option in options}


def contact_called(entry: MockConfigEntry, name: str) -> Contact:
    """Return a contact of the household."""
    found = entry.runtime_data.works.guard.household.contacts
    return next(contact for contact in found if contact.name == name)


def places(hass: HomeAssistant) -> None:
    """Let there be a mailbox and a speaker."""
    hass.states.async_set("notify.bob", "unknown", {"friendly_name": "Bob's mail"})
    hass.states.async_set("assist_satellite.kitchen", "idle", {"friendly_name": "Kitchen"})


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
    assert [str(key) for key in schema] == ["name", "reach", "test", "more", "quiet_hours"]
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


async def reconfigure(hass: HomeAssistant, entry: MockConfigEntry) -> Result:
    """Open the form that changes the last contact."""
    *_, subentry_id = entry.subentries
    return await hass.config_entries.subentries.async_init(
        (entry.entry_id, "contact"),
        context={"source": SOURCE_RECONFIGURE, "subentry_id": subentry_id},
    )


def folded(form: Result, name: str) -> dict[str, Any]:
    """Return what the folded part of a form suggests."""
    part = form["data_schema"].schema[name].schema.schema
    return {str(key): (key.description or {}).get("suggested_value") for key in part}


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


# --- one action, with whom it goes to filled in ----------------------------------------------------------


async def action_form(hass: HomeAssistant, entry: MockConfigEntry) -> Result:
    """Open the form for an action."""
    form = await answer(hass, await contact_form(hass, entry), details("Bob", "action"))
    assert form["step_id"] == "action"
    return form


def bobs_call(entry: MockConfigEntry) -> tuple[str, dict[str, Any], str]:
    """Return the action that reaches Bob, its fixed fields, and the field of the words."""
    call = contact_called(entry, "Bob").channel.call
    assert call is not None
    return call.action, dict(call.fields), call.words


@pytest.mark.parametrize(
    ("data", "words", "expected"),
    [
        ({"number": "+49", "text": ""}, None, ({"number": "+49"}, "text")),
        ({"number": "+49", "sms": "{{ message }}"}, None, ({"number": "+49"}, "sms")),
        ({"number": "+49"}, None, ({"number": "+49"}, "message")),
        ({"number": "+49", "inhalt": ""}, None, ({"number": "+49"}, "inhalt")),
        ({"number": "+49"}, "note", ({"number": "+49"}, "note")),
        ({}, None, ({}, "message")),
    ],
)
async def test_an_action_with_fixed_fields(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    data: dict[str, Any],
    words: str | None,
    expected: tuple[dict[str, Any], str],
) -> None:
    """An action that describes nothing; the field of the words is guessed, or said."""
    async_mock_service(assist, "rest_command", "sms")
    form = await action_form(assist, guard)
    call = {"action": "rest_command.sms", "data": data}
    done = await answer(
        assist, form, {"call": [call], **({} if words is None else {"words": words})}
    )
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await assist.async_block_till_done()
    assert bobs_call(guard) == ("rest_command.sms", *expected)
    form = await reconfigure(assist, guard)
    (kept,) = suggested(form)["reach"]
    assert offered(form)[kept].startswith("rest_command.sms")


async def test_the_words_go_where_automations_put_them(
    assist: HomeAssistant, guard: MockConfigEntry
) -> None:
    """What describes nothing is read off its use."""
    from homeassistant.setup import async_setup_component

    async_mock_service(assist, "rest_command", "sms")
    automation = {
        "alias": "Text the doctor",
        "triggers": {"trigger": "conversation", "command": ["text the doctor {words}"]},
        "actions": [
            {
                "action": "rest_command.sms",
                "data": {"number": "+49", "inhalt": "{{ trigger.slots.words }}"},
            }
        ],
    }
    assert await async_setup_component(assist, "automation", {"automation": [automation]})
    form = await action_form(assist, guard)
    call = {"action": "rest_command.sms", "data": {"number": "+50"}}
    await answer(assist, form, {"call": call})
    await assist.async_block_till_done()
    assert bobs_call(guard) == ("rest_command.sms", {"number": "+50"}, "inhalt")


@pytest.mark.parametrize(
    ("entered", "errors"),
    [
        ([], {"call": "one_action"}),
        (["x"], {"call": "one_action"}),
        ([{"delay": 5}], {"call": "one_action"}),
        ([{"action": "sms"}], {"call": "one_action"}),
        ([{"action": "notify.anna"}, {"action": "notify.anna"}], {"call": "one_action"}),
        ([{"action": "{{ x }}.y"}], {"call": "action_template"}),
        ([{"action": "rest_command.gone"}], {"call": "action_missing"}),
        ([{"action": "message_guard.send"}], {"call": "action_own"}),
        (
            [{"action": "notify.anna", "data": {"target": "{{ who }}"}}],
            {"call": "action_template"},
        ),
        ([{"action": "mqtt.publish", "data": {"topic": 7}}], {"call": "action_refused"}),
        ([{"action": "test.silent"}], {"words": "words_unknown"}),
    ],
)
async def test_an_action_that_will_not_do(
    assist: HomeAssistant, guard: MockConfigEntry, entered: object, errors: dict[str, str]
) -> None:
    """The form says why, and takes another."""
    import probatio

    async_mock_service(assist, "rest_command", "sms")
    publish = {probatio.Required("topic"): str, probatio.Required("payload"): str}
    async_mock_service(assist, "mqtt", "publish", schema=probatio.Schema(publish))
    silent = probatio.Schema({probatio.Optional("volume"): int})
    async_mock_service(assist, "test", "silent", schema=silent)
    form = await action_form(assist, guard)
    again = await answer(assist, form, {"call": entered})
    assert again["errors"] == errors
    done = await answer(
        assist, again, {"call": {"action": "mqtt.publish", "data": {"topic": "bob"}}}
    )
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await assist.async_block_till_done()
    assert bobs_call(guard) == ("mqtt.publish", {"topic": "bob"}, "payload")


async def test_a_field_that_the_action_does_not_take(
    assist: HomeAssistant, guard: MockConfigEntry
) -> None:
    """What the household types is checked against what the action takes."""
    form = await action_form(assist, guard)
    call = {"action": "conversation.process", "data": {}}
    again = await answer(assist, form, {"call": call, "words": "nonsense"})
    assert again["errors"] == {"words": "words_not_taken"}
    assert "text" in again["description_placeholders"]["problem"]


async def test_both_forms_in_a_row(assist: HomeAssistant, guard: MockConfigEntry) -> None:
    """One after the other, and the order is kept."""
    async_mock_service(assist, "rest_command", "sms")
    first = details("Bob", "actions", "action", "notify_action|notify.anna")
    form = await answer(assist, await contact_form(assist, guard), first)
    assert form["step_id"] == "action"
    form = await answer(assist, form, {"call": {"action": "rest_command.sms"}})
    assert form["step_id"] == "actions"
    await answer(assist, form, {"sequence": {"action": "rest_command.sms"}})
    await assist.async_block_till_done()
    kinds = [channel.kind.value for channel in contact_called(guard, "Bob").channels]
    assert kinds == ["actions", "action", "notify_action"]


# --- names that sound alike, and test messages -------------------------------------------------------


@pytest.mark.parametrize("name", ["Hannah", "Ana", "Anna B"])
async def test_a_name_that_sounds_alike_is_kept_when_meant(
    assist: HomeAssistant, guard: MockConfigEntry, name: str
) -> None:
    """The form warns once, and submitting again is an answer."""
    form = await contact_form(assist, guard)
    warned = await answer(assist, form, details(name))
    assert warned["errors"] == {"name": "name_sounds_like"}
    assert warned["description_placeholders"] == {"name": name, "other": "Anna"}
    done = await as_written(assist, await answer(assist, warned, details(name)))
    assert done["type"] is FlowResultType.CREATE_ENTRY


async def test_what_sounds_alike_already_is_not_warned_of_again(
    assist: HomeAssistant, guard: MockConfigEntry
) -> None:
    """Somebody who changes the level of a contact has heard it before."""
    form = await contact_form(assist, guard)
    form = await answer(assist, form, details("Bob", aliases=["my blister"]))
    if form["type"] is not FlowResultType.CREATE_ENTRY:
        await answer(assist, form, details("Bob", aliases=["my blister"]))
    same = details("Bob", aliases=["my blister"], level="code")
    done = await answer(assist, await reconfigure(assist, guard), same)
    assert done["reason"] == "reconfigure_successful"


def spellings(form: Result) -> list[str]:
    """Return the spellings that a form offers; none of them is ticked."""
    assert form["step_id"] == "spellings"
    assert form["data_schema"]({}) == {"spellings": []}
    options = form["data_schema"].schema["spellings"].config["options"]
    return [option["value"] for option in options]


@pytest.mark.parametrize(
    ("name", "spelling", "ticked"),
    [("Jon", "John", True), ("Jon", "John", False), ("Zoë", "Zoey", True), ("Mum", "Mom", True)],
)
async def test_other_spellings_are_other_names_when_ticked(
    assist: HomeAssistant, guard: MockConfigEntry, name: str, spelling: str, ticked: bool
) -> None:
    """What recognisers write reaches the person who ticked it, and nobody who did not."""
    form = await answer(assist, await contact_form(assist, guard), details(name, aliases=["Boss"]))
    assert spelling in spellings(form)
    done = await answer(assist, form, {"spellings": [spelling] if ticked else []})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert done["title"] == name
    await assist.async_block_till_done()
    assert set(contact_called(guard, name).aliases) == {"Boss", *([spelling] if ticked else [])}
    said = (await Assist(assist).say(f"send a message to {spelling}: I'm late")).speech
    assert said.startswith(f"To {name}: I'm late") is ticked
    assert ("not one of your contacts" in said) is not ticked


async def test_what_means_somebody_else_is_no_other_spelling(
    assist: HomeAssistant, guard: MockConfigEntry
) -> None:
    """Not the name of another contact, nor one that sounds like it; what is listed is offered no more."""
    form = await answer(
        assist, await contact_form(assist, guard), details("Sara", aliases=["Sarah"])
    )
    assert form["type"] is FlowResultType.CREATE_ENTRY
    await assist.async_block_till_done()
    form = await answer(assist, await contact_form(assist, guard), details("John"))
    form = await answer(assist, form, {"spellings": []})
    await assist.async_block_till_done()
    warned = await answer(assist, await contact_form(assist, guard), details("Jon"))
    assert warned["errors"] == {"name": "name_sounds_like"}
    done = await answer(assist, warned, details("Jon"))
    assert done["type"] is FlowResultType.CREATE_ENTRY


async def test_another_name_of_a_contact_has_other_spellings_too(
    assist: HomeAssistant, guard: MockConfigEntry
) -> None:
    """They are offered with a name that is new, and not again with each change."""
    form = await answer(assist, await reconfigure(assist, guard), details("Geoff"))
    assert spellings(form) == ["Jeff"]
    done = await answer(assist, form, {"spellings": ["Jeff"]})
    assert done["reason"] == "reconfigure_successful"
    form = await reconfigure(assist, guard)
    done = await answer(assist, form, details("Geoff", aliases=["Jeff"], level="code"))
    assert done["reason"] == "reconfigure_successful"


async def test_other_spellings_go_with_the_forms_that_follow(
    assist: HomeAssistant, guard: MockConfigEntry
) -> None:
    """A form more for the action; a test that fails shows what was ticked, and asks no second time."""
    form = await answer(assist, await contact_form(assist, guard), details("Jon", "actions"))
    form = await answer(assist, form, {"spellings": ["John"]})
    assert form["step_id"] == "actions"
    done = await answer(assist, form, {"sequence": [{"action": "rest_command.sms"}]})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    places(assist)
    assist.states.async_set("notify.bob", "unavailable")
    form = await contact_form(assist, guard)
    form = await answer(assist, form, details("Karl", "notify_entity|notify.bob", test=True))
    form = await answer(assist, form, {"spellings": ["Carl"]})
    assert form["errors"] == {"base": "test_failed"}
    assert folded(form, "more")["aliases"] == ["Carl"]
    again = details("Karl", "notify_entity|notify.bob", aliases=["Carl"])
    done = await answer(assist, form, again)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await assist.async_block_till_done()
    assert contact_called(guard, "Jon").aliases == ("John",)
    assert contact_called(guard, "Karl").aliases == ("Carl",)


async def test_without_the_library_nothing_is_warned_of(
    assist: HomeAssistant, guard: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A package that cannot be fetched keeps nobody from adding a contact."""
    from homeassistant.requirements import RequirementsNotFound

    from custom_components.message_guard.flows import sound

    async def offline(*_: object) -> None:
        raise RequirementsNotFound(DOMAIN, [sound.REQUIREMENT])

    monkeypatch.setattr(sound, "async_process_requirements", offline)
    form = await answer(assist, await contact_form(assist, guard), details("Hannah"))
    done = await as_written(assist, form)
    assert done["type"] is FlowResultType.CREATE_ENTRY


async def test_a_test_message(
    assist: HomeAssistant, guard: MockConfigEntry, outbox: list[ServiceCall]
) -> None:
    """It arrives, is recorded as what it is, and only then the contact is saved."""
    done = await answer(assist, await contact_form(assist, guard), details("Bob", test=True))
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert [call.data["message"] for call in outbox] == [ENGLISH["common"]["test_message"]]
    rows = (await guard.runtime_data.works.ledger.page(limit=10)).rows
    steps = [row.entry.kind for row in rows if "test_message" in row.entry.reasons]
    assert len(steps) == 2
    assert steps[-1] == "authorised"
    assert "test" not in next(s for s in guard.subentries.values() if s.title == "Bob").data


@pytest.mark.parametrize("form", ["action", "actions"])
async def test_a_test_message_by_an_action(
    assist: HomeAssistant, guard: MockConfigEntry, form: str
) -> None:
    """For every kind; where it fails the last form comes back with what was entered."""
    sent = async_mock_service(assist, "rest_command", "sms")
    step = {"action": "rest_command.sms", "data": {"number": "+49", "text": "{{ message }}"}}
    entered = {"call": [step]} if form == "action" else {"sequence": [step]}
    page = await answer(assist, await contact_form(assist, guard), details("Bob", form, test=True))
    works = guard.runtime_data.works
    works.guard.sending_allowed = False
    again = await answer(assist, page, entered)
    assert (again["step_id"], again["errors"]) == (form, {"base": "test_not_allowed"})
    works.guard.sending_allowed = True
    done = await answer(assist, page, entered)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert [call.data for call in sent] == [
        {"number": "+49", "text": ENGLISH["common"]["test_message"]}
    ]


async def test_a_test_message_whose_channel_raises_anything(
    assist: HomeAssistant, guard: MockConfigEntry, outbox: list[ServiceCall]
) -> None:
    """The form says that nobody knows, and the ledger has an outcome."""

    async def broken(_call: ServiceCall) -> None:
        raise ValueError("no such thing")

    assist.services.async_register("notify", "anna", broken)
    again = await answer(assist, await contact_form(assist, guard), details("Bob", test=True))
    assert again["errors"] == {"base": "test_unknown"}
    rows = (await guard.runtime_data.works.ledger.page(limit=10)).rows
    steps = [row.entry.kind for row in rows if "test_message" in row.entry.reasons]
    assert steps == ["unknown", "authorised"]


async def test_a_test_message_that_fails(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    outbox: list[ServiceCall],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing is saved, and the form says what to do."""
    places(assist)
    assist.states.async_set("notify.bob", "unavailable")
    form = await contact_form(assist, guard)
    trial = details("Bob", "notify_entity|notify.bob", test=True)
    again = await answer(assist, form, trial)
    assert again["errors"] == {"base": "test_failed"}
    works = guard.runtime_data.works
    works.guard.sending_allowed = False
    again = await answer(assist, form, trial)
    assert again["errors"] == {"base": "test_not_allowed"}
    works.guard.sending_allowed = True

    async def full(*_: object) -> None:
        raise LedgerWriteError("disk full")

    monkeypatch.setattr(works.ledger, "append", full)
    again = await answer(assist, form, trial)
    assert again["errors"] == {"base": "test_not_recorded"}
    monkeypatch.undo()
    done = await answer(assist, form, details("Bob", "notify_entity|notify.bob"))
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert not outbox


# --- phones -----------------------------------------------------------------------------------------


def phone_of(
    hass: HomeAssistant, name: str, user: str, *, entity: bool = True
) -> tuple[MockConfigEntry, str | None, str]:
    """Register a phone with the app, as mobile_app keeps it; return its entry, entity and device."""
    slug = name.lower().replace("'", "_").replace(" ", "_")
    async_mock_service(hass, "notify", f"mobile_app_{slug}")
    entry = MockConfigEntry(
        domain="mobile_app",
        title=name,
        data={"webhook_id": f"hook {slug}", "device_name": name, "user_id": user},
        state=ConfigEntryState.LOADED,
    )
    entry.add_to_hass(hass)
    data = hass.data.setdefault("mobile_app", {"notify": SimpleNamespace(registered_targets={})})
    data["notify"].registered_targets[f"mobile_app_{slug}"] = f"hook {slug}"
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={("mobile_app", slug)}, name=name
    )
    if not entity:
        return entry, None, device.id
    registered = er.async_get(hass).async_get_or_create(
        "notify", "mobile_app", slug, config_entry=entry, suggested_object_id=slug
    )
    hass.states.async_set(registered.entity_id, "unknown", {"friendly_name": name})
    return entry, registered.entity_id, device.id


@pytest.mark.parametrize(
    ("called", "owner", "name"),
    [
        ("Pixel", "Bob", "Bob"),
        ("Mia's iPhone", "Bob", "Mia"),
        ("Mias Handy", "Bob", "Mia"),
        ("Bobs Handy", "Bob", "Bob"),
        ("iPhone von Zoe", "Bob", "Zoe"),
        ("Chris phone", "Bob", "Chris"),
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


# --- what to know about a channel ---------------------------------------------------------------------


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
