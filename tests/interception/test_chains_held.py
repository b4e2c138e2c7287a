"""Chains from something that is spoken to an action that is guarded: held at their end, in Home Assistant itself."""

from typing import Any

from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from tests.bypasses.test_chains import FIRE, on_event
from tests.spoken_home import SpokenHome, home, moment, notify, sentence

__all__ = ["home"]

GUARDED = [notify(), {"action": "rest_command.sms", "data": {"text": "hello"}}]


@pytest.fixture
async def sms(home: SpokenHome) -> list[Any]:
    """Guard an action of the household's own; returns its calls."""
    await home.update(guarded_actions=["rest_command.sms"])
    return async_mock_service(home.hass, "rest_command", "sms")


@pytest.mark.parametrize(
    ("domain", "config", "said"),
    [
        ("switch", {"state": "{{ false }}", "turn_on": GUARDED, "turn_off": []}, "turn on bell"),
        ("light", {"state": "{{ false }}", "turn_on": GUARDED, "turn_off": []}, "turn on bell"),
        ("switch", {"turn_on": GUARDED, "turn_off": []}, "turn on bell"),
        ("cover", {"open_cover": GUARDED, "close_cover": []}, "open bell"),
        ("lock", {"state": "{{ false }}", "lock": GUARDED, "unlock": []}, "lock bell"),
        ("fan", {"state": "{{ false }}", "turn_on": GUARDED, "turn_off": []}, "turn on bell"),
    ],
)
async def test_a_template_entity_that_is_operated_by_voice(
    home: SpokenHome, sms: list[Any], domain: str, config: dict[str, Any], said: str
) -> None:
    """Its actions carry the context of the call that operates it."""
    entity = {"name": "Bell", "default_entity_id": f"{domain}.bell", **config}
    assert await async_setup_component(home.hass, "template", {"template": [{domain: [entity]}]})
    await home.hass.async_block_till_done()
    async_expose_entity(home.hass, "conversation", f"{domain}.bell", True)
    await home.say(said)
    assert (home.sent, sms) == ([], [])
    assert home.kinds != []


async def test_an_event_and_the_automation_that_hears_it(home: SpokenHome, sms: list[Any]) -> None:
    """The event carries the turn's context."""
    await home.automate(sentence(FIRE), on_event(*GUARDED))
    await home.say("dinner is ready")
    assert (home.sent, sms) == ([], [])
    assert home.kinds != []


@pytest.mark.parametrize(
    "step",
    [
        {"action": "automation.trigger", "target": {"entity_id": "automation.on_evening"}},
        {"action": "script.turn_on", "target": {"entity_id": "script.tell"}},
        {"action": "homeassistant.turn_on", "target": {"entity_id": "script.tell"}},
        {"action": "script.tell"},
        {"scene": "scene.dinner"},
        {"action": "scene.apply", "data": {"entities": {"switch.bell": "on"}}},
        {"action": "button.press", "target": {"entity_id": "button.knock"}},
        {"action": "media_player.turn_on", "target": {"entity_id": "media_player.tv"}},
        {"action": "homeassistant.turn_on", "target": {"entity_id": "group.all"}},
        {"action": "switch.turn_on", "target": {"entity_id": "switch.both"}},
    ],
    ids=[
        "trigger",
        "turn_on",
        "homeassistant",
        "script",
        "scene",
        "apply",
        "button",
        "universal",
        "old_group",
        "group",
    ],
)
async def test_whatever_starts_it(home: SpokenHome, sms: list[Any], step: dict[str, Any]) -> None:
    """Scripts, scenes, players that call actions of their own, groups old and new."""
    hass = home.hass
    bell = {"name": "Bell", "default_entity_id": "switch.bell", "state": "{{ false }}"}
    bell |= {"turn_on": GUARDED, "turn_off": []}
    knock = {"name": "Knock", "default_entity_id": "button.knock", "press": GUARDED}
    entities = {"switch": [bell], "button": [knock]}
    assert await async_setup_component(hass, "template", {"template": [entities]})
    await home.script(tell={"sequence": GUARDED})
    scenes = [{"name": "Dinner", "entities": {"switch.bell": "on"}}]
    assert await async_setup_component(hass, "scene", {"scene": scenes})
    player = {"platform": "universal", "name": "tv", "commands": {"turn_on": GUARDED[0]}}
    assert await async_setup_component(hass, "media_player", {"media_player": [player]})
    old = {"group": {"all": {"name": "All", "entities": ["switch.bell"]}}}
    assert await async_setup_component(hass, "group", old)
    members = {"entities": ["switch.bell"], "hide_members": False, "all": False}
    options = {"group_type": "switch", "name": "Both", **members}
    both = MockConfigEntry(domain="group", options=options, title="Both")
    both.add_to_hass(hass)
    assert await hass.config_entries.async_setup(both.entry_id)
    await hass.async_block_till_done()
    await home.automate(sentence(step), on_event(*GUARDED))
    await home.say("dinner is ready")
    assert (home.sent, sms) == ([], [])
    assert home.kinds != []


async def test_a_notification_in_the_house_and_what_hears_of_it(home: SpokenHome) -> None:
    """Its trigger is no state, and its words are those that were said."""
    assert await async_setup_component(home.hass, "persistent_notification", {})
    trigger = {"trigger": "persistent_notification", "update_type": ["added"]}
    message = "{{ trigger.notification.message }}"
    await home.automate(
        sentence({"action": "persistent_notification.create", "data": {"message": "Dinner"}}),
        {"id": "on", "alias": "On", "triggers": [trigger], "actions": [notify(message=message)]},
    )
    await home.say("dinner is ready")
    assert home.sent == []
    assert home.kinds == ["asked"]


async def test_a_notification_after_the_turn_and_what_hears_of_it(home: SpokenHome) -> None:
    """A script that goes on makes it; one that nobody has spoken for is free."""
    hass = home.hass
    assert await async_setup_component(hass, "persistent_notification", {})
    trigger = {"trigger": "persistent_notification", "update_type": ["added"]}
    go = {"wait_for_trigger": [{"trigger": "event", "event_type": "go"}]}
    create = {"action": "persistent_notification.create", "data": {"message": "Dinner"}}
    await home.script(later={"sequence": [go, create]})
    await home.automate(
        sentence({"action": "script.turn_on", "target": {"entity_id": "script.later"}}),
        {"id": "on", "alias": "On", "triggers": [trigger], "actions": [notify()]},
    )
    await hass.async_create_task(home.say("dinner is ready", settle=False))
    await moment(hass)
    hass.bus.async_fire("go")
    await hass.async_block_till_done()
    assert home.sent == []
    assert home.kinds == ["asked"]
    await hass.services.async_call(
        "persistent_notification", "create", {"message": "By a person"}, blocking=True
    )
    await hass.async_block_till_done()
    assert (home.sent, home.kinds) == ([("notify.anna", "Dinner is ready")], ["asked"])
