"""What always says the same can be let through by the household's choice, and by nothing else."""

from typing import Any

from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import Context
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.setup import async_setup_component
import probatio
import pytest
from pytest_homeassistant_custom_component.common import MockUser, async_mock_service
from pytest_homeassistant_custom_component.test_util.aiohttp import AiohttpClientMocker

from custom_components.message_guard.core.errors import LedgerWriteError
from tests.flow_forms import every_text_is_there
from tests.spoken_home import SpokenHome, home, notify, send_message, sentence
from tests.turns_bench import add_agent, say
from tests.writers import include, write

__all__ = ["every_text_is_there", "home"]

HERE = notify(name="stranger", message="Here I am", data={"push": {"sound": "loud"}})
WHERE = "where is my phone"
LABEL = f"{WHERE}: notify.stranger “Here I am”"
SENT = ("notify.stranger", "Here I am")


async def offered(home: SpokenHome) -> tuple[Any, dict[str, str]]:
    """Open the form; return it, and what it offers by label."""
    options = home.hass.config_entries.options
    menu = await options.async_init(home.entry.entry_id)
    form = await options.async_configure(menu["flow_id"], {"next_step_id": "fixed_calls"})
    assert form["type"] is FlowResultType.FORM
    assert form["data_schema"] is not None
    (selector,) = form["data_schema"].schema.values()
    return form, {item["label"]: item["value"] for item in selector.config["options"]}


async def choose(home: SpokenHome, *labels: str) -> None:
    """Choose what is let through, as a person does."""
    form, choices = await offered(home)
    chosen = {"fixed_calls": [choices[label] for label in labels]}
    done = await home.hass.config_entries.options.async_configure(form["flow_id"], chosen)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await home.hass.async_block_till_done()


async def reload(home: SpokenHome, *automations: dict[str, Any]) -> None:
    """Write automations anew, and reload them."""
    hass = home.hass
    await include(hass)
    await write(hass, "automations.yaml", list(automations))
    await hass.services.async_call("automation", "reload", blocking=True, context=Context())
    await home.hass.async_block_till_done()


async def test_held_until_it_is_chosen(home: SpokenHome) -> None:
    """Then it goes, and stands in the ledger."""
    await home.automate(sentence(HERE, said=WHERE))
    await home.say(WHERE)
    assert home.sent == []
    assert home.kinds == ["refused"]
    await choose(home, LABEL)
    await home.say(WHERE)
    assert home.sent == [SENT]
    assert home.kinds == ["refused", "observed"]
    assert "fixed_call" in home.notices[-1].reasons
    form, _ = await offered(home)
    (key,) = form["data_schema"].schema
    assert key.description == {"suggested_value": home.entry.options["fixed_calls"]}
    await choose(home)
    await home.say(WHERE)
    assert home.sent == [SENT]


async def test_whatever_takes_it(home: SpokenHome) -> None:
    """A notify entity, and a script that a sentence begins; also after a restart of the guard."""
    await home.script(
        ring={"alias": "Ring", "sequence": [send_message("Ring", entity_id="notify.carl")]}
    )
    await home.automate(sentence({"action": "script.ring"}, said=WHERE))
    await choose(home, "Ring: notify.send_message “Ring”")
    await home.say(WHERE)
    assert home.sent == [("notify.carl", "Ring")]
    assert await home.hass.config_entries.async_reload(home.entry.entry_id)
    await home.hass.async_block_till_done()
    await home.say(WHERE)
    assert home.sent == [("notify.carl", "Ring")] * 2


async def test_another_text_of_the_same_automation_is_held(home: SpokenHome) -> None:
    """What a template says is not even offered, nor one in its target or a comment."""
    await home.automate(
        sentence(
            HERE,
            notify(message="{{ trigger.sentence }}"),
            notify(message="Hi{# x #}"),
            {"action": "notify.send_message", "data": {"message": "Go", "{{ 1 }}": 1}},
            send_message("Off", entity_id="{{ 'notify.dora' }}"),
            notify(name="ben", message="Also fixed"),
            {"action": "light.turn_on", "data": {"brightness": 1}},
            said=WHERE,
        )
    )
    _, choices = await offered(home)
    assert set(choices) == {LABEL, f"{WHERE}: notify.ben “Also fixed”"}
    await choose(home, LABEL)
    await home.say(WHERE)
    assert home.sent == [SENT]
    assert home.pending != ()


async def test_a_step_that_has_changed_is_held_again(home: SpokenHome) -> None:
    """In any of its fields; written back it is the same again."""
    await home.automate(sentence(HERE, said=WHERE))
    await choose(home, LABEL)
    for changed in (
        notify(name="stranger", message="Here I am now", data={"push": {"sound": "loud"}}),
        notify(name="stranger", message="Here I am", data={"push": {"sound": "soft"}}),
        notify(name="stranger", message="Here I am"),
        notify(name="anna", message="Here I am", data={"push": {"sound": "loud"}}),
        notify(name="stranger", message="{{ 'Here I am' }}", data={"push": {"sound": "loud"}}),
    ):
        await reload(home, sentence(changed, said=WHERE))
        await home.hass.async_create_task(home.say(WHERE))
        assert home.sent == []
    await reload(home, sentence(HERE, said="hello there"), sentence(HERE, said=WHERE))
    await home.hass.async_create_task(home.say(WHERE))
    assert home.sent == [SENT]
    await home.hass.async_create_task(
        home.say("hello there")
    )  # the same words, from another automation
    assert home.sent == [SENT]


async def test_six_in_an_hour(home: SpokenHome) -> None:
    """The seventh is held."""
    await home.automate(
        sentence({"repeat": {"count": 4, "sequence": [HERE]}}, said=WHERE, mode="queued")
    )
    await choose(home, LABEL)
    await home.say(WHERE)
    await home.say(WHERE)
    assert home.sent == [SENT] * 6
    assert home.kinds[-1] == "refused"


async def test_not_when_sending_is_switched_off(
    home: SpokenHome, hass_admin_user: MockUser
) -> None:
    """Nor where it cannot be written down."""
    await home.automate(sentence(HERE, said=WHERE))
    await choose(home, LABEL)
    switch = {"entity_id": "switch.message_guard_sending_allowed"}
    await home.hass.services.async_call("switch", "turn_off", switch, blocking=True)
    await home.say(WHERE)
    assert home.sent == []
    await home.hass.services.async_call(
        "switch", "turn_on", switch, blocking=True, context=Context(user_id=hass_admin_user.id)
    )
    ledger = home.components.ledger

    async def fail(*_: Any) -> Any:
        raise LedgerWriteError("disk full")

    before, ledger.append_many = ledger.append_many, fail  # type: ignore[method-assign]
    await home.say(WHERE)
    assert home.sent == []
    ledger.append_many = before  # type: ignore[method-assign]
    await home.say(WHERE)
    assert home.sent == [SENT]


async def test_not_for_a_contact_who_is_blocked(home: SpokenHome) -> None:
    """The household's own rules stand above it."""
    await home.automate(sentence(notify(), said=WHERE))
    await choose(home, f"{WHERE}: notify.anna “Dinner is ready”")
    anna = next(item for item in home.entry.subentries.values() if item.title == "Anna")
    home.hass.config_entries.async_update_subentry(
        home.entry, anna, data={**anna.data, "level": "block"}
    )
    await home.hass.async_block_till_done()
    await home.say(WHERE)
    assert home.sent == []
    assert home.kinds == ["refused"]


async def test_a_model_is_held(home: SpokenHome) -> None:
    """Whatever script it runs; a person who says the sentence is not."""
    hass = home.hass
    await home.script(find={"alias": "Find", "sequence": [HERE]})
    async_expose_entity(hass, "conversation", "script.find", True)
    label = "Find: notify.stranger “Here I am”"
    await choose(home, label)

    async def act(*_: Any) -> None:
        turn = home.components.turns.current()
        assert turn is not None
        turn.hand_to_model()
        await hass.services.async_call("script", "find", blocking=True)

    await add_agent(hass, act)
    await hass.async_create_task(say(hass, "find it"))
    await hass.async_block_till_done()
    assert home.sent == []
    assert home.kinds == ["refused"]
    await home.automate(sentence({"action": "script.find"}, said=WHERE))
    await home.say(WHERE)
    assert home.sent == [SENT]


async def test_what_speech_has_made_is_not_offered(home: SpokenHome) -> None:
    """Nor let through, though it says what is chosen of a person's own: until somebody has looked at it."""
    hass = home.hass
    await home.automate(sentence(HERE, said=WHERE))
    await choose(home, LABEL)
    await include(hass)

    async def act(*_: Any) -> None:
        await write(hass, "automations.yaml", [sentence(HERE, said=WHERE, mode="queued")])
        await hass.services.async_call("automation", "reload", blocking=True)

    await add_agent(hass, act)
    await hass.async_create_task(say(hass, "write it anew"))
    await hass.async_block_till_done()
    await hass.async_create_task(home.say(WHERE))
    assert home.sent == []
    assert (await offered(home))[1] == {}


async def test_what_a_template_entity_calls_is_held(home: SpokenHome) -> None:
    """It may say the same, and is none of the automations and scripts that can be chosen."""
    hass = home.hass
    await home.automate(sentence(HERE, said="another sentence"))
    await choose(home, LABEL.replace(WHERE, "another sentence"))
    button = {"name": "Bell", "press": [HERE]}
    assert await async_setup_component(hass, "template", {"template": [{"button": [button]}]})
    await hass.async_block_till_done()
    press = {"action": "button.press", "target": {"entity_id": "button.bell"}}
    await home.script(ring={"alias": "Ring", "sequence": [press]})
    async_expose_entity(hass, "conversation", "script.ring", True)
    await home.say("run ring")
    assert home.sent == []
    assert home.kinds == ["refused"]


async def test_a_step_that_its_action_would_not_take_stops_no_other(home: SpokenHome) -> None:
    """It is in a branch that is never taken, and chosen as well."""
    schema = probatio.Schema({probatio.Required("message"): str})
    sent = async_mock_service(home.hass, "notify", "loud", schema=schema)
    wrong = {"action": "notify.loud", "data": {"message": "Hello", "nobody": "knows"}}
    here = {"action": "notify.loud", "data": {"message": "Here I am"}}
    await home.automate(sentence({"if": "{{ false }}", "then": [wrong]}, here, said=WHERE))
    await choose(home, *(await offered(home))[1])
    await home.say(WHERE)
    assert [call.data["message"] for call in sent] == ["Here I am"]
    assert home.kinds == ["observed"]


@pytest.mark.parametrize("step", [{"action": "test.do", "data": {"message": "x"}}, {"stop": "x"}])
async def test_what_is_not_guarded_needs_no_choice(home: SpokenHome, step: dict[str, Any]) -> None:
    """Nor does what nobody speaks for."""
    await home.automate(
        sentence(step, said=WHERE),
        {
            "alias": "Go",
            "triggers": [{"trigger": "event", "event_type": "go"}],
            "actions": [HERE],
        },
    )
    assert (await offered(home))[1] == {}


async def test_the_form_while_the_guard_is_not_loaded(home: SpokenHome) -> None:
    """It opens, and has nothing to choose."""
    assert await async_setup_component(home.hass, "automation", {})
    assert await home.hass.config_entries.async_unload(home.entry.entry_id)
    assert (await offered(home))[1] == {}


@pytest.mark.parametrize(
    ("payload", "data", "fixed"),
    [
        ("Help!", {}, True),
        ("{{ words }}", {"words": "Help!"}, True),
        ("{{ states('input_text.note') }}", {"to": "+49"}, False),
        ("{{ states('input_text.note') }}", {}, False),
    ],
)
async def test_a_command_of_the_households_own(
    home: SpokenHome, payload: str, data: dict[str, Any], fixed: bool
) -> None:
    """It always says the same where it draws on nothing but what the step hands over; a helper holds what was said."""
    command = {"url": "http://127.0.0.1:9/", "method": "post", "payload": payload}
    config = {"rest_command": {"send_help_message": command}}
    assert await async_setup_component(home.hass, "rest_command", config)
    step = {"action": "rest_command.send_help_message", "data": data}
    await home.automate(sentence(step, said=WHERE))
    _, choices = await offered(home)
    assert bool(choices) is fixed
    await home.say(WHERE)
    assert home.kinds == ["refused"]


async def test_a_choice_does_not_outlive_what_the_command_was(
    home: SpokenHome, aioclient_mock: AiohttpClientMocker
) -> None:
    """The step is the same still, and the command says something else."""
    aioclient_mock.post("http://127.0.0.1:9/")
    command = {"url": "http://127.0.0.1:9/", "method": "post", "payload": "Help!"}
    config = {"rest_command": {"send_help_message": command}}
    assert await async_setup_component(home.hass, "rest_command", config)
    step = {"action": "rest_command.send_help_message", "continue_on_error": True}
    await home.automate(sentence(step, said=WHERE))
    await choose(home, f"{WHERE}: rest_command.send_help_message")
    await home.say(WHERE)
    assert home.kinds == ["observed"]
    assert [body for _, _, body, _ in aioclient_mock.mock_calls] == [b"Help!"]
    await write(
        home.hass,
        "configuration.yaml",
        {
            "rest_command": {
                "send_help_message": {**command, "payload": "{{ states('input_text.note') }}"}
            }
        },
    )
    await home.hass.services.async_call("rest_command", "reload", blocking=True)
    await home.hass.async_block_till_done()
    await home.hass.async_create_task(home.say(WHERE))
    assert home.kinds == ["observed", "refused"]
    assert len(aioclient_mock.mock_calls) == 1
