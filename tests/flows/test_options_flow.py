"""Options, through Home Assistant's own flow managers."""

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockUser,
    async_mock_service,
)

from custom_components.message_guard.approvals import taps
from custom_components.message_guard.approvals.registrations import Phone
from custom_components.message_guard.core.level import Level
from tests.conftest import PHRASE
from tests.flow_forms import Result, every_text_is_there, ids, suggested

__all__ = ["every_text_is_there"]


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
    household = guard.runtime_data.components.guard.household
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
            "free_actions": ["wall_display.push_message"],
            "guarded_intents": ["HassBroadcast"],
        },
    )
    await assist.async_block_till_done()
    assert guard.options["pipelines"] == []
    assert guard.options["guarded_actions"] == ["rest_command.sms", "mqtt.publish"]
    assert guard.options["free_actions"] == ["wall_display.push_message"]
    assert guard.options["guarded_intents"] == ["HassBroadcast"]


async def test_a_helper_cannot_be_chosen_as_a_button(
    assist: HomeAssistant, guard: MockConfigEntry
) -> None:
    """It would do nothing, so the form says why; the button itself can be chosen after that."""
    follows = {"name": "Follower", "state": "{{ true }}"}
    assert await async_setup_component(assist, "template", {"template": {"binary_sensor": follows}})
    await assist.async_block_till_done()
    form = await options_form(assist, guard, "devices")
    again = await assist.config_entries.options.async_configure(
        form["flow_id"], {"phones_always": False, "buttons": ["binary_sensor.follower"]}
    )
    assert again["errors"] == {"buttons": "button_is_helper"}
    assert "buttons" not in guard.options
    done = await assist.config_entries.options.async_configure(
        form["flow_id"], {"phones_always": True, "buttons": ["binary_sensor.wall"]}
    )
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert guard.options["buttons"] == ["binary_sensor.wall"]


async def test_screens(assist: HomeAssistant, guard: MockConfigEntry) -> None:
    """Whose screens several people use, and whether a program may approve; it counts at once."""
    tablet = await assist.auth.async_create_user("Wall tablet", group_ids=["system-users"])
    form = await options_form(assist, guard, "screens")
    done = await assist.config_entries.options.async_configure(
        form["flow_id"], {"shared_accounts": [tablet.id], "tokens_approve": True}
    )
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await assist.async_block_till_done()
    household = guard.runtime_data.components.guard.household
    assert (household.shared, household.tokens_approve) == ({tablet.id}, True)
    form = await options_form(assist, guard, "screens")
    await assist.config_entries.options.async_configure(form["flow_id"], {"tokens_approve": False})
    await assist.async_block_till_done()
    household = guard.runtime_data.components.guard.household
    assert (household.shared, household.tokens_approve) == (frozenset(), False)


async def test_nobody_could_tap_any_more(
    assist: HomeAssistant, guard: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who shares the only account that could approve is told what would be left undone."""
    user = await assist.auth.async_create_user("Anna", group_ids=["system-admin"])
    phone = Phone(id="p", name="Pixel", user_id=user.id, device_id=None, service="mobile_app_pixel")
    monkeypatch.setattr(taps, "phones", lambda _hass: (phone,))
    assist.config_entries.async_update_entry(
        guard,
        options={**guard.options, "default_level": "device", "approvers": [user.id]},
    )
    await assist.async_block_till_done()
    form = await options_form(assist, guard, "screens")
    refused = await assist.config_entries.options.async_configure(
        form["flow_id"], {"shared_accounts": [user.id], "tokens_approve": False}
    )
    assert refused["type"] is FlowResultType.FORM
    assert refused["errors"]


async def test_watching_options(assist: HomeAssistant, guard: MockConfigEntry) -> None:
    """A household can go on watching."""
    form = await options_form(assist, guard, "watching")
    await assist.config_entries.options.async_configure(
        form["flow_id"], {"observe": True, "reactions": "hold"}
    )
    await assist.async_block_till_done()
    assert guard.runtime_data.components.guard.household.observe


async def test_language_options(assist: HomeAssistant, guard: MockConfigEntry) -> None:
    """A household can accept the draft of a language, and take that back."""
    for accepted in (["fr", "sv"], []):
        form = await options_form(assist, guard, "languages")
        await assist.config_entries.options.async_configure(
            form["flow_id"], {"accepted_drafts": accepted} if accepted else {}
        )
        await assist.async_block_till_done()
        assert guard.runtime_data.components.guard.household.accepted_drafts == frozenset(accepted)
