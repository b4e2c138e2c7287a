"""Taking over as contacts whom voice automations write to already, through the form for contacts."""

from typing import Any

from homeassistant.config_entries import SOURCE_USER
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from custom_components.message_guard.core.errors import LedgerUnusableError
from custom_components.message_guard.ledger.format.entries import Kind, Step
from tests.contact_forms import phone_of
from tests.flow_forms import Result, answer, every_text_is_there, suggested

__all__ = ["every_text_is_there"]


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
    assert menu["menu_options"] == ["import", "details"]
    return await answer(hass, menu, {"next_step_id": "import"})


async def test_taking_over_what_automations_use(
    assist: HomeAssistant, guard: MockConfigEntry
) -> None:
    """All at once, and only what speech reaches; a channel that nothing uses is not among them."""
    await speaking_automation(assist)
    form = await import_form(assist, guard)
    offered = form["data_schema"].schema["import"].config["options"]
    assert [option["label"] for option in offered] == [
        "Family ← Dinner bell",
        "Mail to Dora ← Dinner bell",
    ]
    chosen = [option["value"] for option in offered]
    assert suggested(form)["import"] == chosen
    done = await answer(assist, form, {"import": chosen})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await assist.async_block_till_done()
    contacts = guard.runtime_data.components.guard.household.contacts
    assert [(contact.name, contact.channel.targets) for contact in contacts] == [
        ("Anna", ("notify.anna",)),
        ("Family", ("notify.family",)),
        ("Dora", ("notify.mail",)),
    ]
    assert {item.unique_id for item in guard.subentries.values()} == {
        "contact:anna",
        "contact:family",
        "contact:dora",
    }


async def test_taking_over_what_was_observed(assist: HomeAssistant, guard: MockConfigEntry) -> None:
    """What the ledger has seen is offered, too, without a name of what did it."""
    await speaking_automation(assist)
    await guard.runtime_data.components.ledger.append(
        Step(
            kind=Kind.OBSERVED,
            request_id="r",
            facts={"held_call": "notify.carol"},
            private={"recipient": "notify.carol", "body": "hi"},
        )
    )
    form = await import_form(assist, guard)
    labels = [option["label"] for option in form["data_schema"].schema["import"].config["options"]]
    assert "Carol" in labels
    assert len(labels) == 3


async def test_what_cannot_be_taken_over(assist: HomeAssistant, guard: MockConfigEntry) -> None:
    """A name that is taken has to be entered by hand."""
    await speaking_automation(assist)
    assist.states.async_set("notify.mail", "unknown", {"friendly_name": "Anna's mail"})
    form = await import_form(assist, guard)
    again = await answer(assist, form, {"import": []})
    assert again["errors"] == {"import": "nothing_chosen"}
    again = await answer(assist, again, {"import": ["family", "anna"]})
    assert again["errors"] == {"import": "name_taken"}
    assert again["description_placeholders"] == {"name": "Anna", "other": "Anna"}
    assert len(guard.subentries) == 1


async def test_everybody_is_offered_once(assist: HomeAssistant, guard: MockConfigEntry) -> None:
    """What goes by one name is one person with several channels."""
    await speaking_automation(assist)
    assist.states.async_set("notify.mail", "unknown", {"friendly_name": "Family mail"})
    form = await import_form(assist, guard)
    (option,) = form["data_schema"].schema["import"].config["options"]
    assert option["value"] == "family"
    await answer(assist, form, {"import": ["family"]})
    await assist.async_block_till_done()
    *_, family = guard.runtime_data.components.guard.household.contacts
    assert [channel.targets for channel in family.channels] == [
        ("notify.family",),
        ("notify.mail",),
    ]


async def test_the_ledger_need_not_be_readable(
    assist: HomeAssistant, guard: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What automations say is enough."""
    await speaking_automation(assist)
    components = guard.runtime_data.components

    async def unreadable(*_: object, **__: object) -> None:
        raise LedgerUnusableError("gone")

    monkeypatch.setattr(components.ledger, "page", unreadable)
    await import_form(assist, guard)
    guard.runtime_data.components = None
    try:
        await import_form(assist, guard)
    finally:
        guard.runtime_data.components = components


async def imported(
    hass: HomeAssistant, entry: MockConfigEntry, *steps: dict[str, Any]
) -> dict[str, str]:
    """Set up one automation with a sentence for each step; return what is offered, by its label."""
    automations = [
        {
            "alias": f"Automation {number}",
            "triggers": {"trigger": "conversation", "command": [f"say {number}"]},
            "actions": [step],
        }
        for number, step in enumerate(steps)
    ]
    assert await async_setup_component(hass, "automation", {"automation": automations})
    await hass.async_block_till_done()
    menu = await hass.config_entries.subentries.async_init(
        (entry.entry_id, "contact"), context={"source": SOURCE_USER}
    )
    if menu["type"] is not FlowResultType.MENU:
        return {}
    form = await answer(hass, menu, {"next_step_id": "import"})
    options = form["data_schema"].schema["import"].config["options"]
    return {option["label"]: option["value"] for option in options}


async def test_a_phone_is_taken_over_once(assist: HomeAssistant, guard: MockConfigEntry) -> None:
    """By its device, by its action, by its own webhook; with somebody else's it is nobody's."""
    _, entity_id, device_id = phone_of(assist, "Mia's iPhone", "mia's")
    notify = "notify.mobile_app_mia_s_iphone"
    device = {"domain": "mobile_app", "type": "notify", "device_id": device_id}
    text = {"message": "Dinner is ready"}
    offered = await imported(
        assist,
        guard,
        {**device, **text},
        {"action": notify, "data": text},
        {"action": notify, "data": {**text, "target": "hook mia_s_iphone"}},
        {"action": notify, "data": {**text, "target": "hook of a stranger"}},
    )
    assert offered == {
        "Mia (Mia's iPhone) ← Automation 0, Automation 1, Automation 2": "mia",
    }
    form = await import_form(assist, guard)
    await answer(assist, form, {"import": ["mia"]})
    await assist.async_block_till_done()
    *_, mia = guard.runtime_data.components.guard.household.contacts
    assert [channel.targets for channel in mia.channels] == [(entity_id,)]


async def test_a_telegram_chat_is_taken_over_by_its_entity(
    assist: HomeAssistant, guard: MockConfigEntry
) -> None:
    """Whichever field names it; one that is worked out is nobody's."""
    async_mock_service(assist, "telegram_bot", "send_message")
    for chat, name in (("22", "Dora"), ("-33", "Family"), ("122", "Stranger")):
        entity = er.async_get(assist).async_get_or_create(
            "notify", "telegram_bot", f"7_{chat}", suggested_object_id=name.lower()
        )
        assist.states.async_set(entity.entity_id, "unknown", {"friendly_name": name})
    offered = await imported(
        assist,
        guard,
        *(
            {"action": "telegram_bot.send_message", "data": {"message": "hi", **whom}}
            for whom in ({"chat_id": 22}, {"target": ["22", -33]}, {"chat_id": "{{ 122 }}"})
        ),
    )
    assert offered == {
        "Dora ← Automation 0, Automation 1": "dora",
        "Family ← Automation 1": "family",
    }


async def test_nobody_is_made_of_what_names_nobody(
    assist: HomeAssistant, guard: MockConfigEntry
) -> None:
    """An action that is worked out, one that reaches only the screen, and somebody who is a contact already."""
    text = {"message": "Dinner is ready"}
    offered = await imported(
        assist,
        guard,
        {"action": "notify.{{ trigger.sentence }}", "data": text},
        {"action": "notify.persistent_notification", "data": text},
        {"action": "notify.anna", "data": text},
    )
    assert offered == {}


async def test_all_that_is_fixed_about_a_call_is_taken_over(
    assist: HomeAssistant, guard: MockConfigEntry
) -> None:
    """Parts within parts, too; one that is worked out in any depth is not."""
    async_mock_service(assist, "rest_command", "sms")
    data = {"number": "+49", "message": "hi", "data": {"tags": ["a", 1], "quiet": None}}
    offered = await imported(
        assist,
        guard,
        {"action": "rest_command.sms", "data": data},
        {
            "action": "rest_command.sms",
            "data": {"number": "+50", "message": "hi", "data": {"tags": ["{{ 1 }}"]}},
        },
    )
    assert len(offered) == 2
    form = await import_form(assist, guard)
    done = await answer(assist, form, {"import": list(offered.values())})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await assist.async_block_till_done()
    _, *contacts = guard.runtime_data.components.guard.household.contacts
    calls = [contact.channel.call for contact in contacts]
    assert [call is not None and dict(call.fields) for call in calls] == [
        {"number": "+49", "data": {"tags": ["a", 1], "quiet": None}},
        {"number": "+50"},
    ]


async def test_what_is_gone_is_nobody(assist: HomeAssistant, guard: MockConfigEntry) -> None:
    """An automation goes on naming a phone that was replaced; a contact of it could never be reached."""
    async_mock_service(assist, "notify", "family")
    text = {"message": "Dinner is ready"}
    offered = await imported(
        assist,
        guard,
        {"action": "notify.family", "data": text},
        {"action": "notify.mobile_app_old_phone", "data": text},
        {"action": "rest_command.old_gateway", "data": {"number": "+49", **text}},
        {
            "action": "notify.send_message",
            "target": {"entity_id": "notify.old_entity"},
            "data": text,
        },
    )
    assert list(offered.values()) == ["family"]


# --- one action for several recipients ----------------------------------------------------------------


def texting(alias: str, action: str, **data: Any) -> dict[str, Any]:
    """Return an automation with a sentence that sends by an action."""
    return {
        "alias": alias,
        "triggers": {"trigger": "conversation", "command": [alias.lower()]},
        "actions": [{"action": action, "data": data}],
    }


async def taken_over(
    hass: HomeAssistant, entry: MockConfigEntry, *automations: dict[str, Any]
) -> tuple[list[str], dict[str, list[Any]]]:
    """Take over all that the form offers; return its labels, and the fields of each contact's calls."""
    assert await async_setup_component(hass, "automation", {"automation": list(automations)})
    await hass.async_block_till_done()
    form = await import_form(hass, entry)
    options = form["data_schema"].schema["import"].config["options"]
    done = await answer(hass, form, {"import": suggested(form)["import"]})
    assert done["type"] is FlowResultType.CREATE_ENTRY, done
    await hass.async_block_till_done()
    _, *contacts = entry.runtime_data.components.guard.household.contacts
    return [option["label"] for option in options], {
        contact.name: [
            dict(channel.call.fields) if channel.call else channel.targets
            for channel in contact.channels
        ]
        for contact in contacts
    }


async def test_recipients_of_one_action_are_not_one_contact(
    assist: HomeAssistant, guard: MockConfigEntry
) -> None:
    """A message to one of them would go to all; each is told from the others by its fields."""
    async_mock_service(assist, "rest_command", "sms")
    labels, contacts = await taken_over(
        assist,
        guard,
        texting("Text the doctor", "rest_command.sms", number="+49 1", message="x"),
        texting("Text the school", "rest_command.sms", number="+49 2", message="x"),
        texting("Call the school", "rest_command.sms", number="+49 2", message="y"),
    )
    assert labels == [
        "rest_command.sms (number: +49 1) ← Text the doctor",
        "rest_command.sms (number: +49 2) ← Text the school, Call the school",
    ]
    assert contacts == {"Sms +491": [{"number": "+49 1"}], "Sms +492": [{"number": "+49 2"}]}


async def test_an_action_with_a_name_in_it_names_one_recipient(
    assist: HomeAssistant, guard: MockConfigEntry
) -> None:
    """Called for several, its name is nobody's; the name of what has one recipient still is."""
    for name in ("text_dora", "text_emil"):
        async_mock_service(assist, "rest_command", name)
    _, contacts = await taken_over(
        assist,
        guard,
        texting("One", "rest_command.text_dora", number="1", message="x"),
        texting("Two", "rest_command.text_dora", number="2", message="x"),
        texting("Three", "rest_command.text_dora", number="2", title="hi", message="x"),
        texting("Four", "rest_command.text_emil", number="3", message="x"),
        texting("Five", "rest_command.text_emil", number="3", text="x"),
    )
    assert contacts == {
        "Emil": [{"number": "3"}],
        "Text dora 1": [{"number": "1"}],
        "Text dora 2": [{"number": "2"}],
        "Text dora 2 hi": [{"number": "2", "title": "hi"}],
    }


async def test_a_notify_action_with_and_without_a_recipient(
    assist: HomeAssistant, guard: MockConfigEntry
) -> None:
    """Whom it reaches by itself, and each whom it is told to reach."""
    async_mock_service(assist, "notify", "mail")
    labels, contacts = await taken_over(
        assist,
        guard,
        texting("One", "notify.mail", message="x"),
        texting("Two", "notify.mail", target="bob@home", message="x"),
        texting("Three", "notify.mail", target=["eve@home"], message="x"),
    )
    assert len(labels) == 3
    assert sorted(contacts.values(), key=str) == [
        [("notify.mail",)],
        [{"target": "bob@home"}],
        [{"target": ["eve@home"]}],
    ]


async def test_things_of_nobody_are_not_one_contact(
    assist: HomeAssistant, guard: MockConfigEntry
) -> None:
    """That two are called alike says nothing of whose they are."""
    for name in ("one", "two"):
        assist.states.async_set(f"notify.{name}", "unknown", {"friendly_name": "Pixel 8"})
    to = {f"notify.{name}": "notify.send_message" for name in ("one", "two")}
    labels, contacts = await taken_over(
        assist,
        guard,
        *(texting(entity, action, entity_id=entity, message="x") for entity, action in to.items()),
    )
    assert len(labels) == 2
    assert list(contacts.values()) == [[("notify.one",)], [("notify.two",)]]
