"""What a model's tools leave waiting, what the model is told of it, and what no model may do."""

from contextlib import nullcontext
from typing import Any

from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import llm
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from custom_components.message_guard.core.request import Origin
from custom_components.message_guard.guarding import undecided
from custom_components.message_guard.runtime import Components
from tests.anything import API, offer_anything
from tests.misbehaving import Answer, Person, call, send
from tests.streamed import (
    CLAIM,
    anna,
    bert,
    choose,
    components,
    entry,
    give_script,
    only,
    person,
)

__all__ = ["anna", "bert", "components", "entry", "person"]

ACTION = "anything__call_action"

HOME_ASSISTANTS_OWN = llm.APIInstance.async_call_tool
"""Read before any guard has started in this process."""


@pytest.fixture(autouse=True)
def any_action(assist: HomeAssistant, person: Person) -> None:
    """Let the model call whatever it likes."""
    offer_anything(assist)
    person.model.api = API


def call_action(action: str, *, blocking: bool = True, **data: Any) -> Answer:
    """Return a message that calls an action."""
    return call(ACTION, action=action, data=data, blocking=blocking)


@pytest.mark.parametrize("blocking", [True, False])
async def test_a_model_that_calls_any_action_is_told_what_waits(
    components: Components, person: Person, anna: list[ServiceCall], blocking: bool
) -> None:
    """Also where its tool is done before the action is: it never says "sent"."""
    told = call_action("notify.anna", blocking=blocking, message="I am late")
    heard = await person.say("my sister needs to know", told, CLAIM)
    assert heard.voice == only(components).question
    assert "Done!" not in heard.voice
    assert person.model.results[0].data["status"] == "waiting for a person"
    assert "success" not in person.model.results[0].data
    assert only(components).recipients[0].request.by_model
    assert anna == []


async def test_a_model_that_writes_to_a_stranger_is_told_so(
    assist: HomeAssistant, components: Components, person: Person
) -> None:
    """Nobody is asked."""
    sent = async_mock_service(assist, "notify", "stranger")
    await person.say("write", call_action("notify.stranger", message="I am late"), CLAIM)
    assert person.model.results[0].error
    assert person.model.results[0].data["reasons"] == ["unknown_recipient"]
    assert components.guard.pending == ()
    assert sent == []


async def test_what_is_listed_is_held_whoever_calls_it(
    assist: HomeAssistant, entry: MockConfigEntry, components: Components, person: Person
) -> None:
    """An action that carries words by another name."""
    posted = async_mock_service(assist, "rest_command", "sms")
    await choose(assist, entry, guarded_actions=["rest_command.sms"])
    await person.say("write", call_action("rest_command.sms", message="I am late"), CLAIM)
    assert person.model.results[0].error
    assert posted == []


async def test_a_call_that_is_decided_late_is_not_waited_for(
    assist: HomeAssistant,
    components: Components,
    person: Person,
    monkeypatch: pytest.MonkeyPatch,
    anna: list[ServiceCall],
) -> None:
    """Nobody's answer hangs on us; it is held all the same."""
    monkeypatch.setattr(undecided, "DECIDED_SECONDS", 0.0)
    await person.say("write", call_action("notify.anna", blocking=False, message="late"), CLAIM)
    await assist.async_block_till_done()
    assert anna == []
    assert only(components).recipients[0].request.by_model


async def test_a_tool_that_sends_nothing_answers_as_it_did(
    assist: HomeAssistant, components: Components, person: Person
) -> None:
    """Its result, its error and its surroundings are what they were."""
    done = async_mock_service(assist, "test", "do")
    heard = await person.say("do it", call_action("test.do"), CLAIM)
    assert heard.voice == "Done! I've sent it to Anna."
    assert person.model.results == [llm.ToolResult(data={"success": True})]
    assert len(done) == 1
    await person.say("do it", call_action("test.nothing"), CLAIM)
    assert person.model.results[-1].error


@pytest.mark.parametrize(
    ("action", "data"),
    [
        ("logger.set_default_level", {"level": "info"}),
        ("logger.set_level", {"custom_components.message_guard": "debug"}),
        ("logger.set_level", {"some.library": "debug"}),
        ("homeassistant.restart", {}),
        ("homeassistant.stop", {}),
        ("homeassistant.reload_all", {}),
        ("hassio.host_reboot", {}),
    ],
)
async def test_a_model_may_not_end_what_guards(
    assist: HomeAssistant, components: Components, person: Person, action: str, data: dict[str, Any]
) -> None:
    """It is told so, and nothing is done."""
    done = async_mock_service(assist, *action.split(".", 1))
    await person.say("do it", call_action(action, **data), CLAIM)
    assert person.model.results[0].error
    assert done == []


async def test_a_model_may_not_reload_us(
    assist: HomeAssistant, entry: MockConfigEntry, components: Components, person: Person, bert: Any
) -> None:
    """By the action, by the entity of ours, or by a tool that uses no action; what waits goes on."""
    await person.say("write", call_action("notify.anna", message="I am late"), CLAIM)
    waiting = only(components)
    person.device_id = "elsewhere"
    reload = "homeassistant.reload_config_entry"
    for told in (
        call_action(reload, entry_id=entry.entry_id),
        call_action(reload, entity_id="switch.message_guard_sending_allowed"),
        call("anything__reload_config_entry", entry_id=f"message_guard:{entry.entry_id[-4:]}"),
        call("anything__reload_config_entry", entry_id=entry.entry_id),
    ):
        await person.say("do it", told, CLAIM, fresh=True)
        assert person.model.results[-1].error
        assert entry.runtime_data.components is components
        assert only(components).id == waiting.id


async def test_a_model_may_reload_others(
    assist: HomeAssistant, components: Components, person: Person
) -> None:
    """They are no business of ours."""
    done = async_mock_service(assist, "homeassistant", "reload_config_entry")
    await person.say("do it", call_action("homeassistant.reload_config_entry", entry_id="x"), CLAIM)
    assert len(done) == 1
    await person.say("do it", call("anything__reload_config_entry", entry_id="x"), CLAIM)
    assert "not allowed" not in str(person.model.results[-1].data)


@pytest.mark.parametrize(
    ("action", "data", "allowed"),
    [
        ("logger.set_level", {"homeassistant.components.conversation": "debug"}, False),
        ("logger.set_level", {"homeassistant.components": "DEBUG"}, False),
        ("logger.set_level", {"custom_components.message_guard.guarding.guard": "debug"}, False),
        ("logger.set_level", {"homeassistant.components.zha": "debug"}, True),
        ("logger.set_level", {"custom_components.message_guard": "warning"}, True),
        ("logger.set_default_level", {"level": "debug"}, False),
        ("logger.set_default_level", {"level": "error"}, True),
        ("homeassistant.restart", {"safe_mode": True}, False),
        ("homeassistant.restart", {"safe_mode": False}, True),
    ],
)
async def test_what_a_person_may_do_by_voice(
    assist: HomeAssistant, components: Components, action: str, data: dict[str, Any], allowed: bool
) -> None:
    """Nothing that writes down what is said, or leaves us out."""
    done = async_mock_service(assist, *action.split(".", 1))
    turn = components.turns.begin(Origin(conversation_id="talk", utterance="do it"))
    with nullcontext() if allowed else pytest.raises(HomeAssistantError):
        await assist.services.async_call(*action.split(".", 1), data, blocking=True)
    components.turns.end(turn)
    assert bool(done) is allowed


async def test_a_script_with_two_messages_tells_of_both(
    assist: HomeAssistant, components: Components, person: Person
) -> None:
    """The second waits behind the first."""
    await give_script(
        assist,
        {"action": "notify.anna", "data": {"message": "one"}},
        {"action": "notify.bert", "data": {"message": "two"}},
    )
    person.model.api = "assist"
    await person.say("do it", call("script__confirm"), CLAIM)
    assert person.model.results[0].data["status"] == "waiting for a person"


@pytest.mark.parametrize("by", ["any action", "our tool"])
async def test_a_model_is_told_no_more_than_is_known(
    assist: HomeAssistant, entry: MockConfigEntry, components: Components, person: Person, by: str
) -> None:
    """Where no proof is asked for and the channel fails half-way: it is not told "sent"."""

    async def break_off(_call: ServiceCall) -> None:
        raise RuntimeError

    assist.services.async_register("notify", "anna", break_off)
    await choose(assist, entry, default_level="none", model_steps=0)
    asks = call_action("notify.anna", message="I am late")
    if by == "our tool":
        person.model.api, asks = "assist", send("I am late", "Anna")
    await person.say("my sister needs to know", asks, CLAIM)
    told = person.model.results[0].data
    assert told["status"] == "not known whether it arrived"
    assert told["say"].startswith("I don't know whether it reached Anna.")
    assert "do not call this again" in told["instructions"]
    assert ("rest" in told) is (by == "any action")


async def test_tools_are_put_back(
    assist: HomeAssistant, entry: MockConfigEntry, components: Components, person: Person
) -> None:
    """Also where somebody has wrapped us, who then finds us transparent."""
    ours = llm.APIInstance.async_call_tool
    wrapped: list[str] = []

    async def theirs(self: llm.APIInstance, tool_input: llm.ToolInput) -> llm.ToolResult:
        wrapped.append(tool_input.tool_name)
        return await ours(self, tool_input)

    llm.APIInstance.async_call_tool = theirs  # type: ignore[method-assign]
    try:
        await assist.config_entries.async_set_disabled_by(entry.entry_id, ConfigEntryDisabler.USER)
        await assist.async_block_till_done()
        assert llm.APIInstance.async_call_tool is theirs
        done = async_mock_service(assist, "test", "do")
        instance = await llm.async_get_api(
            assist, API, llm.LLMContext("test", None, "en", "conversation", None)
        )
        await instance.async_call_tool(llm.ToolInput(ACTION, {"action": "test.do"}))
        assert wrapped == [ACTION]
        assert len(done) == 1
    finally:
        llm.APIInstance.async_call_tool = HOME_ASSISTANTS_OWN  # type: ignore[method-assign]


async def test_reloads_leave_nothing_in_the_way(
    assist: HomeAssistant, entry: MockConfigEntry, components: Components
) -> None:
    """However often the guard starts anew, a tool is called through one method of ours, and in the end through none."""
    for _ in range(5):
        assert await assist.config_entries.async_reload(entry.entry_id)
        await assist.async_block_till_done()
        assert llm.APIInstance.async_call_tool is not HOME_ASSISTANTS_OWN
    await assist.config_entries.async_remove(entry.entry_id)
    await assist.async_block_till_done()
    assert llm.APIInstance.async_call_tool is HOME_ASSISTANTS_OWN
