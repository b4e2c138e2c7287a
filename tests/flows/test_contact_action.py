"""A contact who is reached by one action, with whom it goes to filled in."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from tests.contact_forms import (
    action_form,
    bobs_call,
    contact_called,
    contact_form,
    details,
    offered,
    reconfigure,
)
from tests.flow_forms import answer, every_text_is_there, suggested

__all__ = ["every_text_is_there"]


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
