"""Set-up, options and contacts, through Home Assistant's own flow managers."""

import json
from pathlib import Path
from string import Formatter
from types import SimpleNamespace
from typing import Any

from homeassistant.components.assist_pipeline import async_get_pipelines
from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    SOURCE_USER,
    ConfigEntryState,
    ConfigSubentryFlowManager,
    OptionsFlowManager,
)
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.data_entry_flow import FlowManager, FlowResultType, InvalidData, section
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockUser,
    async_mock_service,
)

from custom_components.message_guard import const
from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.core.errors import LedgerUnusableError, LedgerWriteError
from custom_components.message_guard.core.ledger import Kind, Step
from custom_components.message_guard.core.policy import Level

from .conftest import PHRASE

type Result = dict[str, Any]

ENGLISH: dict[str, Any] = json.loads(
    (Path(const.__file__).parent / "translations" / "en.json").read_text(encoding="utf-8")
)


def ids(hass: HomeAssistant) -> list[str]:
    """Return the ids of all pipelines."""
    return [pipeline.id for pipeline in async_get_pipelines(hass)]


def suggested(result: Result) -> dict[str, Any]:
    """Return what a form suggests, by field."""
    return {
        str(key): (key.description or {}).get("suggested_value")
        for key in result["data_schema"].schema
    }


def translations_of(manager: FlowManager[Any, Any, Any], flow: Any) -> dict[str, Any]:
    """Return the texts of a flow."""
    if isinstance(manager, ConfigSubentryFlowManager):
        return ENGLISH["config_subentries"][flow.handler[1]]
    return ENGLISH["options" if isinstance(manager, OptionsFlowManager) else "config"]


def check_texts(texts: dict[str, Any], result: Result) -> None:
    """Check that all that a person is shown has a text, and each text what it names."""
    given = result.get("description_placeholders") or {}
    if result["type"] is FlowResultType.ABORT and result.get("translation_domain") is None:
        assert result["reason"] in texts["abort"]
    if result["type"] is FlowResultType.MENU:
        step = texts["step"][result["step_id"]]
        assert set(result["menu_options"]) <= step["menu_options"].keys()
        assert step["menu_options"].keys() == step["menu_option_descriptions"].keys()
    if result["type"] is FlowResultType.FORM:
        step = texts["step"][result["step_id"]]
        schema = result["data_schema"].schema
        sections = {str(key): part for key, part in schema.items() if isinstance(part, section)}
        fields = {str(key) for key in schema} - sections.keys()
        assert fields == step["data"].keys() == step["data_description"].keys()
        assert sections.keys() == step.get("sections", {}).keys()
        for name, part in sections.items():
            inside = {str(key) for key in part.schema.schema}
            said = step["sections"][name]
            assert inside == said["data"].keys() == said["data_description"].keys()
        shown = [step["title"], step.get("description", "")]
        shown += [texts["error"][error] for error in (result["errors"] or {}).values()]
        for text in shown:
            assert {name for _, name, _, _ in Formatter().parse(text) if name} <= given.keys()


@pytest.fixture(autouse=True)
def every_text_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Check the texts of everything that any of these tests is shown."""
    handle = FlowManager._async_handle_step

    async def handle_and_check(manager: Any, flow: Any, *args: Any, **more: Any) -> Any:
        result = await handle(manager, flow, *args, **more)
        check_texts(translations_of(manager, flow), result)
        return result

    monkeypatch.setattr(FlowManager, "_async_handle_step", handle_and_check)


# --- set-up -----------------------------------------------------------------------------------------


async def start(hass: HomeAssistant) -> Result:
    """Open the set-up."""
    return await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})


async def test_two_forms_to_a_guarded_home(assist: HomeAssistant) -> None:
    """What is suggested can be submitted as it is, and goes straight on to the first contact."""
    first = await start(assist)
    assert first["type"] is FlowResultType.FORM
    assert first["step_id"] == "user"
    suggestion = suggested(first)
    assert suggestion == {
        "pipelines": ids(assist),
        "default_level": "phrase",
        "phrase": "please deliver the message",
    }
    second = await assist.config_entries.flow.async_configure(first["flow_id"], suggestion)
    assert second["step_id"] == "watching"
    done = await assist.config_entries.flow.async_configure(
        second["flow_id"], {"observe": False, "reactions": "record"}
    )
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await assist.async_block_till_done()
    entry = done["result"]
    assert entry.state is ConfigEntryState.LOADED
    assert entry.data == {}
    assert entry.options == {
        "pipelines": ids(assist),
        "default_level": "phrase",
        "phrase": "please deliver the message",
        "model_steps": 1,
        "observe": False,
        "reactions": "record",
        "approvers": [],
        "guarded_actions": [],
        "guarded_intents": [],
    }
    (contact,) = assist.config_entries.subentries.async_progress()
    assert done["next_flow"][1] == contact["flow_id"]
    assert contact["step_id"] == "details"
    assert await assist.config_entries.async_unload(entry.entry_id)


async def test_only_one_household(assist: HomeAssistant, entry: MockConfigEntry) -> None:
    """A home has one guard."""
    result = await start(assist)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "single_instance_allowed"


@pytest.mark.parametrize(
    ("phrase", "error"),
    [
        ("", "phrase_needed"),
        ("   ", "phrase_needed"),
        ("yes", "phrase_too_short"),
        ("okay sure thing", "phrase_is_affirmation"),
        ("do not send the message", "phrase_is_decline"),
        ("thirty three fifty seven thirty five", "phrase_is_number"),
        ("say your phrase", "phrase_in_prompt"),
    ],
)
async def test_a_phrase_that_proves_nothing_is_refused(
    assist: HomeAssistant, phrase: str, error: str
) -> None:
    """The form comes back with what was entered, and another phrase goes through."""
    form = await start(assist)
    entered = {"pipelines": ids(assist), "default_level": "phrase", "phrase": phrase}
    again = await assist.config_entries.flow.async_configure(form["flow_id"], entered)
    assert again["errors"] == {"phrase": error}
    assert suggested(again)["phrase"] == phrase
    entered["phrase"] = PHRASE
    onward = await assist.config_entries.flow.async_configure(form["flow_id"], entered)
    assert onward["step_id"] == "watching"


async def test_no_phrase_is_needed_where_it_is_not_the_proof(assist: HomeAssistant) -> None:
    """A household may ask for codes only."""
    form = await start(assist)
    entered = {"pipelines": ids(assist), "default_level": "code"}
    onward = await assist.config_entries.flow.async_configure(form["flow_id"], entered)
    assert onward["step_id"] == "watching"


async def test_an_assistant_is_needed(assist: HomeAssistant) -> None:
    """Without one nobody could answer by voice."""
    form = await start(assist)
    entered = {"pipelines": [], "default_level": "phrase", "phrase": PHRASE}
    again = await assist.config_entries.flow.async_configure(form["flow_id"], entered)
    assert again["errors"] == {"pipelines": "no_assistant"}


async def test_set_up_offers_no_level_without_proof(assist: HomeAssistant) -> None:
    """Sending without proof is nothing to begin with."""
    form = await start(assist)
    entered = {"pipelines": ids(assist), "default_level": "none", "phrase": PHRASE}
    with pytest.raises(InvalidData):
        await assist.config_entries.flow.async_configure(form["flow_id"], entered)


async def test_without_any_language_nothing_can_be_checked(
    assist: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then nothing is set up either."""
    from custom_components.message_guard.flows import languages
    from custom_components.message_guard.sentences import Languages

    async def nothing(_hass: HomeAssistant) -> Languages:
        return Languages({}, {})

    monkeypatch.setattr(languages, "async_load_languages", nothing)
    form = await start(assist)
    entered = {"pipelines": ids(assist), "default_level": "phrase", "phrase": PHRASE}
    result = await assist.config_entries.flow.async_configure(form["flow_id"], entered)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "no_language"


async def test_a_language_that_nobody_wrote_is_checked_in_all_others(
    assist: HomeAssistant,
) -> None:
    """A plain yes is none, whatever Home Assistant speaks."""
    from homeassistant.components.assist_pipeline import async_update_pipeline

    assist.config.language = "tlh"
    for pipeline in async_get_pipelines(assist):
        await async_update_pipeline(assist, pipeline, conversation_language="tlh", language="tlh")
    form = await start(assist)
    assert suggested(form)["phrase"] == ""
    entered = {"pipelines": ids(assist), "default_level": "phrase", "phrase": "yes"}
    again = await assist.config_entries.flow.async_configure(form["flow_id"], entered)
    assert again["errors"]


# --- options ----------------------------------------------------------------------------------------


async def options_form(hass: HomeAssistant, entry: MockConfigEntry, step: str) -> Result:
    """Open one form of the options."""
    menu = await hass.config_entries.options.async_init(entry.entry_id)
    assert menu["type"] is FlowResultType.MENU
    assert step in menu["menu_options"]
    return await hass.config_entries.options.async_configure(
        menu["flow_id"], {"next_step_id": step}
    )


async def test_proof_options(
    assist: HomeAssistant, guard: MockConfigEntry, hass_admin_user: MockUser
) -> None:
    """They are followed at once, without losing the rest."""
    form = await options_form(assist, guard, "proof")
    assert suggested(form)["phrase"] == PHRASE
    done = await assist.config_entries.options.async_configure(
        form["flow_id"],
        {
            "default_level": "code",
            "phrase": "let the pigeon fly <b>now</b>",
            "model_steps": 2.0,
            "approvers": [hass_admin_user.id],
        },
    )
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await assist.async_block_till_done()
    assert guard.options["phrase"] == "let the pigeon fly now"
    assert guard.options["model_steps"] == 2
    assert guard.options["pipelines"] == ids(assist)
    household = guard.runtime_data.works.guard.household
    assert household.default_level is Level.CODE
    assert household.approvers == {hass_admin_user.id}


async def test_a_phrase_in_a_contacts_name_is_refused(
    assist: HomeAssistant, guard: MockConfigEntry
) -> None:
    """The question reads the name back: it would say the proof."""
    assist.config_entries.async_update_subentry(
        guard,
        next(iter(guard.subentries.values())),
        data={**next(iter(guard.subentries.values())).data, "name": "Let it go now Anna"},
    )
    await assist.async_block_till_done()
    form = await options_form(assist, guard, "proof")
    entered = {"default_level": "phrase", "phrase": "let it go now", "model_steps": 1}
    again = await assist.config_entries.options.async_configure(form["flow_id"], entered)
    assert again["errors"] == {"phrase": "phrase_in_name"}
    assert again["description_placeholders"]["other"] == "Let it go now Anna"


async def test_what_is_gone_is_not_offered(assist: HomeAssistant, guard: MockConfigEntry) -> None:
    """A pipeline or a user that was deleted does not stand in the way of saving."""
    assist.config_entries.async_update_entry(
        guard, options={**guard.options, "pipelines": ["gone", *ids(assist)], "approvers": ["gone"]}
    )
    await assist.async_block_till_done()
    assert suggested(await options_form(assist, guard, "routes"))["pipelines"] == ids(assist)
    assert suggested(await options_form(assist, guard, "proof"))["approvers"] == []


@pytest.mark.parametrize(
    ("action", "error"),
    [
        ("send it", "action_invalid"),
        ("message_guard.approve", "action_own"),
        ("notify.anna", "action_built_in"),
        ("telegram_bot.send_message", "action_built_in"),
    ],
)
async def test_actions_that_cannot_be_guarded(
    assist: HomeAssistant, guard: MockConfigEntry, action: str, error: str
) -> None:
    """The form says which and why."""
    form = await options_form(assist, guard, "routes")
    entered = {"pipelines": ids(assist), "guarded_actions": ["rest_command.sms", action]}
    again = await assist.config_entries.options.async_configure(form["flow_id"], entered)
    assert again["errors"] == {"guarded_actions": error}
    assert again["description_placeholders"]["action"] == action


async def test_routes_options(assist: HomeAssistant, guard: MockConfigEntry) -> None:
    """Registered actions and intents are offered, others can be typed in."""
    async_mock_service(assist, "rest_command", "sms")
    form = await options_form(assist, guard, "routes")
    offered = form["data_schema"].schema
    assert "rest_command.sms" in offered["guarded_actions"].config["options"]
    assert "HassTurnOn" in offered["guarded_intents"].config["options"]
    await assist.config_entries.options.async_configure(
        form["flow_id"],
        {
            "pipelines": [],
            "guarded_actions": ["rest_command.sms", "mqtt.publish"],
            "guarded_intents": ["HassBroadcast"],
        },
    )
    await assist.async_block_till_done()
    assert guard.options["pipelines"] == []
    assert guard.options["guarded_actions"] == ["rest_command.sms", "mqtt.publish"]
    assert guard.options["guarded_intents"] == ["HassBroadcast"]


async def test_watching_options(assist: HomeAssistant, guard: MockConfigEntry) -> None:
    """A household can go on watching."""
    form = await options_form(assist, guard, "watching")
    await assist.config_entries.options.async_configure(
        form["flow_id"], {"observe": True, "reactions": "hold"}
    )
    await assist.async_block_till_done()
    assert guard.runtime_data.works.guard.household.observe


async def test_language_options(assist: HomeAssistant, guard: MockConfigEntry) -> None:
    """A household can accept the draft of a language, and take that back."""
    for accepted in (["fr", "sv"], []):
        form = await options_form(assist, guard, "languages")
        await assist.config_entries.options.async_configure(
            form["flow_id"], {"accepted_drafts": accepted} if accepted else {}
        )
        await assist.async_block_till_done()
        assert guard.runtime_data.works.guard.household.accepted_drafts == frozenset(accepted)


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


async def answer(hass: HomeAssistant, form: Result, values: dict[str, Any]) -> Result:
    """Submit a form of a contact."""
    return await hass.config_entries.subentries.async_configure(form["flow_id"], values)


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


# --- taking over what is used already -----------------------------------------------------------------


async def speaking_automation(hass: HomeAssistant) -> None:
    """Set up an automation with a sentence that sends in two ways."""
    for name in ("family", "carol"):
        async_mock_service(hass, "notify", name)
    hass.states.async_set("notify.mail", "unknown", {"friendly_name": "Mail to Dora"})
    automation = {
        "alias": "Dinner bell",
        "triggers": {"trigger": "conversation", "command": ["dinner is ready"]},
        "actions": [
            {"action": "notify.family", "data": {"message": "Dinner"}},
            {
                "action": "notify.send_message",
                "target": {"entity_id": ["notify.mail"]},
                "data": {"message": "Dinner"},
            },
        ],
    }
    assert await async_setup_component(hass, "automation", {"automation": [automation]})
    await hass.async_block_till_done()


async def import_form(hass: HomeAssistant, entry: MockConfigEntry) -> Result:
    """Open the form that takes over channels."""
    menu = await hass.config_entries.subentries.async_init(
        (entry.entry_id, "contact"), context={"source": SOURCE_USER}
    )
    assert menu["menu_options"] == ["import", "suggestion", "details"]
    return await answer(hass, menu, {"next_step_id": "import"})


async def test_taking_over_what_automations_use(
    assist: HomeAssistant, guard: MockConfigEntry
) -> None:
    """All at once, and only what speech reaches; a channel that nothing uses is not among them."""
    await speaking_automation(assist)
    form = await import_form(assist, guard)
    offered = form["data_schema"].schema["import"].config["options"]
    assert [option["label"] for option in offered] == [
        "Family (notify.family) ← Dinner bell",
        "Mail to Dora (notify.mail) ← Dinner bell",
    ]
    chosen = [option["value"] for option in offered]
    assert suggested(form)["import"] == chosen
    done = await answer(assist, form, {"import": chosen})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await assist.async_block_till_done()
    contacts = guard.runtime_data.works.guard.household.contacts
    assert [(contact.name, contact.channel.targets) for contact in contacts] == [
        ("Anna", ("notify.anna",)),
        ("Family", ("notify.family",)),
        ("Mail to Dora", ("notify.mail",)),
    ]
    assert {item.unique_id for item in guard.subentries.values()} == {
        "contact:anna",
        "contact:family",
        "contact:mail to dora",
    }


async def test_taking_over_what_was_observed(assist: HomeAssistant, guard: MockConfigEntry) -> None:
    """What the ledger has seen is offered, too, without a name of what did it."""
    await speaking_automation(assist)
    await guard.runtime_data.works.ledger.append(
        Step(
            kind=Kind.OBSERVED,
            request_id="r",
            facts={"held_call": "notify.carol"},
            private={"recipient": "notify.carol", "body": "hi"},
        )
    )
    form = await import_form(assist, guard)
    labels = [option["label"] for option in form["data_schema"].schema["import"].config["options"]]
    assert labels[0] == "Carol (notify.carol)"
    assert len(labels) == 3


async def test_what_cannot_be_taken_over(assist: HomeAssistant, guard: MockConfigEntry) -> None:
    """A name that is taken has to be entered by hand."""
    await speaking_automation(assist)
    assist.states.async_set("notify.mail", "unknown", {"friendly_name": "Family"})
    form = await import_form(assist, guard)
    again = await answer(assist, form, {"import": []})
    assert again["errors"] == {"import": "nothing_chosen"}
    both = ["notify_action|notify.family", "notify_entity|notify.mail"]
    again = await answer(assist, again, {"import": both})
    assert again["errors"] == {"import": "name_taken"}
    assert again["description_placeholders"] == {"name": "Family", "other": "Family"}
    assert len(guard.subentries) == 1


async def test_the_ledger_need_not_be_readable(
    assist: HomeAssistant, guard: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What automations say is enough."""
    await speaking_automation(assist)
    works = guard.runtime_data.works

    async def unreadable(*_: object, **__: object) -> None:
        raise LedgerUnusableError("gone")

    monkeypatch.setattr(works.ledger, "page", unreadable)
    await import_form(assist, guard)
    guard.runtime_data.works = None
    try:
        await import_form(assist, guard)
    finally:
        guard.runtime_data.works = works
