"""The switch, the sensor, the event, the trigger and the condition of what comes in; and the forms."""

from typing import Any

from homeassistant.core import Context
from homeassistant.exceptions import ServiceValidationError
from homeassistant.setup import async_setup_component
import pytest

from custom_components.message_guard.core.incoming_rules import Handling, Hours, Media
from custom_components.message_guard.settings.incoming import (
    NOWHERE,
    from_contact,
    incoming_from_entry,
)
from tests.messages_home import MessagesHome, messages

__all__ = ["messages"]

SWITCH = "switch.message_guard_messages_come_in"
SENSOR = "sensor.message_guard_messages_nobody_has_heard"
EVENT = "event.message_guard_messages_from_outside"


async def test_the_switch(messages: MessagesHome) -> None:
    """Anything turns it off, and only who may approve turns it on; it stays as it is left."""
    call = messages.hass.services.async_call
    await call("switch", "turn_off", {"entity_id": SWITCH}, blocking=True)
    await messages.settle()
    assert messages.hass.states.get(SWITCH).state == "off"
    assert await messages.write("hello") is None
    await messages.reload()
    assert messages.hass.states.get(SWITCH).state == "off"
    with pytest.raises(ServiceValidationError):
        await call("switch", "turn_on", {"entity_id": SWITCH}, blocking=True)
    owner = await messages.hass.auth.async_create_user("Owner", group_ids=["system-admin"])
    await call(
        "switch",
        "turn_on",
        {"entity_id": SWITCH},
        blocking=True,
        context=Context(user_id=owner.id),
    )
    await messages.settle()
    assert messages.components.messages.inbox.allowed


async def test_sensor_and_event(messages: MessagesHome) -> None:
    await messages.write("a secret")
    assert messages.hass.states.get(SENSOR).state == "1"
    event = messages.hass.states.get(EVENT)
    assert event.attributes["event_type"] == "kept"
    assert event.attributes["contact"] == "Anna"
    assert "secret" not in str(event.attributes)
    await messages.say("read my messages")
    assert messages.hass.states.get(SENSOR).state == "0"


async def test_a_trigger_and_a_condition_know_no_word(messages: MessagesHome) -> None:
    heard: list[dict[str, Any]] = []
    messages.hass.bus.async_listen("heard", lambda event: heard.append(dict(event.data)))
    automation = {
        "id": "heard",
        "alias": "heard",
        "triggers": [{"trigger": "message_guard.message_received"}],
        "conditions": [{"condition": "message_guard.messages_waiting"}],
        "actions": [{"event": "heard", "event_data": {"trigger": "{{ trigger | string }}"}}],
    }
    assert await async_setup_component(messages.hass, "automation", {"automation": [automation]})
    await messages.write("a secret")
    (one,) = heard
    assert one["trigger"]["contact"] == "Anna"
    assert "secret" not in str(one)


def test_what_is_stored_and_cannot_be_read() -> None:
    """It is never read as something looser."""
    assert from_contact("?").reading is Handling.DROP
    assert from_contact({"reading": "shout"}).reading is Handling.DROP
    odd = from_contact({"places": "?", "most": "many", "senders": 3, "quiet": True})
    assert (odd.places, odd.most, odd.senders, odd.quiet) == (NOWHERE, 1, (), Hours(0, 0))
    good = from_contact(
        {"quiet": True, "quiet_start": "22:00:00", "quiet_end": "07:00:00", "most": 3.0}
    )
    assert (good.quiet, good.most, good.reading) == (Hours(1320, 420), 3, Handling.TELL)


async def test_the_households_form(messages: MessagesHome) -> None:
    hass, entry = messages.hass, messages.entry
    flow = await hass.config_entries.options.async_init(entry.entry_id)
    flow = await hass.config_entries.options.async_configure(
        flow["flow_id"], {"next_step_id": "incoming"}
    )
    entered = {
        "places": [messages.kitchen.entity_id],
        "nobody_home": False,
        "media": "pause",
        "microphone": True,
        "quiet": True,
        "quiet_start": "22:00:00",
        "quiet_end": "07:00:00",
    }
    done = await hass.config_entries.options.async_configure(flow["flow_id"], entered)
    assert done["type"] == "create_entry"
    await messages.settle()
    chosen = incoming_from_entry(entry)
    assert chosen.places == {messages.kitchen.entity_id}
    assert (chosen.media, chosen.microphone, chosen.nobody_home) == (Media.PAUSE, True, False)
    assert messages.components.guard.household.incoming == chosen


async def test_a_contacts_form(messages: MessagesHome) -> None:
    """Who they are is checked; what was chosen is shown again, and stored."""
    hass, entry = messages.hass, messages.entry
    subentry_id = messages.contact("Anna")
    flow = await entry.start_subentry_reconfigure_flow(hass, subentry_id)
    values = {
        "name": "Anna",
        "reach": ["notify_action|notify.anna"],
        "incoming": {"reading": "read", "senders": ["Anna"], "most": 5, "places": []},
    }
    flow = await hass.config_entries.subentries.async_configure(flow["flow_id"], values)
    assert flow["errors"] == {"base": "sender_invalid"}
    values["incoming"]["senders"] = [" 4711 ", "@anna:example.org"]  # type: ignore[index]
    done = await hass.config_entries.subentries.async_configure(flow["flow_id"], values)
    assert done["type"] == "abort"
    await messages.settle()
    found = messages.components.guard.household.incoming.of(subentry_id)
    assert found.senders == ("4711", "@anna:example.org")
    assert (found.reading, found.most) == (Handling.READ, 5)
