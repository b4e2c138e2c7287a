"""Contacts made through the form, and the calls of automations that belong to them: asked, proved, sent once."""

from typing import Any

from homeassistant.config_entries import SOURCE_USER
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.data_entry_flow import FlowResultType
import probatio
import pytest

from tests.contact_forms import phone_of
from tests.flow_forms import answer, every_text_is_there
from tests.spoken_home import SpokenHome, home, notify, send_message, sentence

__all__ = ["every_text_is_there", "home"]


def keep(hass: HomeAssistant, action: str, schema: Any = None) -> list[dict[str, Any]]:
    """Register an action; return what it is handed."""
    made: list[dict[str, Any]] = []

    async def handle(call: ServiceCall) -> None:
        made.append(dict(call.data))

    hass.services.async_register(*action.split("."), handle, schema=schema)
    return made


async def add(
    home: SpokenHome, name: str, *reach: str, call: Any = None, sequence: Any = None, **more: Any
) -> None:
    """Add a contact as a person does."""
    form = await home.hass.config_entries.subentries.async_init(
        (home.entry.entry_id, "contact"), context={"source": SOURCE_USER}
    )
    if form["type"] is FlowResultType.MENU:
        form = await answer(home.hass, form, {"next_step_id": "details"})
    first = {"name": name, "reach": list(reach), "more": more}
    form = await answer(home.hass, form, first)
    if form.get("errors") == {"name": "name_sounds_like"}:
        form = await answer(home.hass, form, first)
    if form.get("step_id") == "spellings":
        form = await answer(home.hass, form, {})
    if form.get("step_id") == "action":
        form = await answer(home.hass, form, {"call": [call]})
    if form.get("step_id") == "actions":
        form = await answer(home.hass, form, {"sequence": sequence})
    assert form["type"] is FlowResultType.CREATE_ENTRY, form
    await home.hass.async_block_till_done()
    home.notices.clear()


def asked(home: SpokenHome) -> list[str]:
    """Return whom the one question is about."""
    (confirmation,) = home.pending
    return sorted(item.contact.name for item in confirmation.recipients)


FIXED = [
    pytest.param(
        "matrix.send_message",
        {"target": ["#family:home"]},
        "message",
        {"target": ["#strangers:home"]},
        id="a room",
    ),
    pytest.param(
        "rest_command.sms",
        {"number": "+4915112345678"},
        "text",
        {"number": "+4915112345679"},
        id="a number",
    ),
    pytest.param(
        "notify.signal", {"target": "+49"}, "message", {"target": ["+49", "+50"]}, id="a target"
    ),
    pytest.param(
        "whatsapp.send_message", {"chatId": 12}, "body", {"chatId": 13}, id="an add-on's chat"
    ),
    pytest.param(
        "mqtt.publish",
        {"topic": "pager/anna", "retain": False},
        "payload",
        {"topic": "pager/ben"},
        id="a topic",
    ),
    pytest.param("shell_command.pager", {}, "command", {"to": "ben"}, id="nothing but words"),
]


@pytest.mark.parametrize(("action", "fields", "words", "another"), FIXED)
async def test_a_held_call_belongs_to_whom_it_reaches(
    home: SpokenHome, action: str, fields: dict[str, Any], words: str, another: dict[str, Any]
) -> None:
    """It is asked, proved and made once, with all its fields; one to somebody else is refused."""
    made = keep(home.hass, action)
    await home.update(guarded_actions=[action] if action.startswith(("r", "mq", "s")) else [])
    call = {"action": action, "data": {**fields, words: "{{ message }}"}}
    await add(home, "Zoe", "action", call=call)
    await home.automate(
        sentence({"action": action, "data": {**fields, words: "Dinner is ready"}}),
        sentence(
            {"action": action, "data": {**fields, **another, words: "Dinner is ready"}},
            said="beware",
        ),
    )
    await home.say("dinner is ready")
    assert asked(home) == ["Zoe"]
    (confirmation,) = home.pending
    assert "can't read aloud" not in confirmation.question
    await home.approve()
    assert made == [{**fields, words: "Dinner is ready"}]
    home.notices.clear()
    await home.say("beware")
    assert (home.pending, home.kinds) == ((), ["refused"])
    assert len(made) == 1


async def test_our_own_sentence_reaches_the_same(home: SpokenHome) -> None:
    """With the fixed fields, and the words where they belong."""
    made = keep(home.hass, "rest_command.sms")
    call = {"action": "rest_command.sms", "data": {"number": "+49", "text": ""}}
    await add(home, "Zoe", "action", call=call)
    await home.hass.services.async_call(
        "message_guard", "send", {"contact": "Zoe", "message": "2.50"}, blocking=True
    )
    await home.approve()
    assert made == [{"number": "+49", "text": "2.50"}]


async def test_a_call_to_several_contacts_is_divided(home: SpokenHome) -> None:
    """Each of them is asked about, and gets a call of their own; a stranger among them refuses all."""
    made = keep(home.hass, "matrix.send_message")
    for name, room in (("Zoe", "#z:home"), ("Yann", "#y:home")):
        call = {"action": "matrix.send_message", "data": {"target": [room], "message": ""}}
        await add(home, name, "action", call=call)
    rooms = ["#z:home", "#y:home"]
    step = {"action": "matrix.send_message", "data": {"target": rooms, "message": "Dinner"}}
    strangers = {"target": [*rooms, "#x:home"], "message": "Dinner"}
    await home.automate(
        sentence(step),
        sentence({"action": "matrix.send_message", "data": strangers}, said="beware"),
    )
    await home.say("dinner is ready")
    assert asked(home) == ["Yann", "Zoe"]
    await home.approve()
    assert sorted(data["target"][0] for data in made) == ["#y:home", "#z:home"]
    await home.say("beware")
    assert (home.pending, len(made)) == ((), 2)


async def test_own_actions_are_whom_they_call(home: SpokenHome) -> None:
    """An automation that calls the same with the same fields writes to that contact."""
    made = keep(home.hass, "rest_command.sms")
    await home.update(guarded_actions=["rest_command.sms"])
    steps = [
        {"action": "rest_command.sms", "data": {"number": "+49", "text": "{{ message }}"}},
        {"action": "notify.send_message", "target": {"entity_id": "notify.eve"}, "data": {}},
    ]
    steps[1]["data"] = {"message": "{{ message }}"}
    await add(home, "Zoe", "actions", sequence=steps)
    step = {"action": "rest_command.sms", "data": {"number": "+49", "text": "Dinner"}}
    await home.automate(
        sentence(step), sentence(send_message(entity_id="notify.eve"), said="tell eve")
    )
    await home.say("dinner is ready")
    assert asked(home) == ["Zoe"]
    await home.approve()
    assert made == [{"number": "+49", "text": "Dinner"}]
    await home.say("tell eve")
    assert asked(home) == ["Zoe"]


async def test_a_phone_is_one_however_it_is_called(home: SpokenHome) -> None:
    """Its entity, its action, and its device's action with its own webhook as a target."""
    _, entity_id, _ = phone_of(home.hass, "Pixel", "zoe's")
    assert entity_id is not None
    sent = keep(
        home.hass,
        "notify.send_message",
        probatio.Schema({probatio.Required("message"): str}, extra=probatio.ALLOW_EXTRA),
    )
    await add(home, "Zoe", f"notify_entity|{entity_id}")
    action = "mobile_app_pixel"
    await home.automate(
        sentence(notify(action), said="one"),
        sentence(notify(action, target="hook pixel"), said="two"),
        sentence(send_message(entity_id=entity_id), said="three"),
        sentence(notify(action, target="hook of a stranger"), said="four"),
    )
    for said in ("one", "two", "three"):
        await home.say(said)
        assert asked(home) == ["Zoe"]
        (confirmation,) = home.pending
        assert "can't read aloud" not in confirmation.question
        await home.approve()
    await home.say("four")
    assert home.pending == ()
    assert [data["message"] for data in sent] == ["Dinner is ready"] * 3
    assert {str(data["entity_id"]) for data in sent} == {str([entity_id])}


async def test_a_phone_that_is_known_by_its_action_is_the_same(home: SpokenHome) -> None:
    """Whichever of its addresses a contact has from before."""
    _, entity_id, _ = phone_of(home.hass, "Pixel", "zoe's")
    assert entity_id is not None
    await add(home, "Zoe", f"notify_entity|{entity_id}")
    zoe = next(item for item in home.entry.subentries.values() if item.title == "Zoe")
    older = {**zoe.data, "channel": "notify_action", "targets": ["notify.mobile_app_pixel"]}
    del older["channels"]
    home.hass.config_entries.async_update_subentry(home.entry, zoe, data=older)
    await home.hass.async_block_till_done()
    await home.automate(sentence(send_message(entity_id=entity_id)))
    await home.say("dinner is ready")
    assert asked(home) == ["Zoe"]


async def test_a_phones_own_action_in_own_actions(home: SpokenHome) -> None:
    """The device that somebody picked among their own actions is theirs; what is worked out is nobody's."""
    _, _, device_id = phone_of(home.hass, "Pixel", "zoe's", entity=False)
    device = {"domain": "mobile_app", "type": "notify", "device_id": device_id}
    steps = [
        {"if": [], "then": [{**device, "message": "{{ message }}"}]},
        {"action": "notify.{{ 'stranger' }}", "data": {"message": "{{ message }}"}},
    ]
    await add(home, "Zoe", "actions", sequence=steps)
    await home.automate(
        sentence(notify("mobile_app_pixel")), sentence(notify("stranger"), said="beware")
    )
    await home.say("dinner is ready")
    assert asked(home) == ["Zoe"]
    await home.decline()
    await home.say("beware")
    assert home.pending == ()


@pytest.mark.parametrize(
    "empty", [{"title": ""}, {"data": {}}, {"title": "", "data": {"image": None}}, {"target": []}]
)
async def test_what_is_empty_is_not_there(home: SpokenHome, empty: dict[str, Any]) -> None:
    """Nothing is said about it."""
    await home.automate(sentence(notify(**empty)))
    await home.say("dinner is ready")
    (confirmation,) = home.pending
    assert "can't read aloud" not in confirmation.question


async def test_a_title_is_read_aloud(home: SpokenHome) -> None:
    """And nothing else is said of it; a very long one is no title."""
    await home.automate(
        sentence(notify(title="Kitchen")), sentence(notify(title="long " * 40), said="at length")
    )
    await home.say("dinner is ready")
    (confirmation,) = home.pending
    assert "With the title “Kitchen”" in confirmation.question
    assert "can't read aloud" not in confirmation.question
    await home.decline()
    await home.say("at length")
    (confirmation,) = home.pending
    assert "can't read aloud" in confirmation.question


async def test_a_channel_that_is_gone_makes_room_for_the_next(home: SpokenHome) -> None:
    """One after the other, as the form says."""
    made = keep(home.hass, "rest_command.sms")
    home.hass.states.async_set("notify.tablet", "unavailable", {"friendly_name": "Tablet"})
    call = {"action": "rest_command.sms", "data": {"number": "+49"}}
    await add(home, "Zoe", "notify_entity|notify.tablet", "action", call=call, several="in_turn")
    await home.hass.services.async_call(
        "message_guard", "send", {"contact": "Zoe", "message": "hi"}, blocking=True
    )
    await home.approve()
    assert made == [{"number": "+49", "message": "hi"}]
