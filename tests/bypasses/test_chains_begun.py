"""What begins the links of a chain: scenes of no name, timers, templates, and the messages of other voice systems."""

from typing import Any

from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest

from custom_components.message_guard.const import DOMAIN
from tests.bypasses.test_chains import SMS, repairs, template, told
from tests.spoken_home import SpokenHome, home, notify, sentence

__all__ = ["home", "repairs"]


@pytest.mark.parametrize(
    "scene",
    [
        {"action": "scene.apply", "data": {"entities": {"switch.bell": "on"}}},
        {"action": "scene.apply", "data": {"entities": {"light.other": "on"}}},
    ],
)
async def test_states_that_a_step_brings_about(home: SpokenHome, scene: dict[str, Any]) -> None:
    """A scene of no name."""
    bell = {"name": "Bell", "state": "{{ false }}", "turn_on": [SMS], "turn_off": []}
    await template(home, switch=[bell])
    async_expose_entity(home.hass, "conversation", "switch.bell", False)
    await home.automate(sentence(scene, alias="Go"))
    way = {"automation.go_rest_command.sms": "Go → Bell → rest_command.sms"}
    assert await told(home) == (way if "switch.bell" in scene["data"]["entities"] else {})


@pytest.mark.parametrize(
    ("trigger", "is_told"),
    [
        ({"trigger": "template", "value_template": "{{ is_state('timer.egg', 'idle') }}"}, True),
        ({"trigger": "template", "value_template": "{{ is_state('sun.sun', 'x') }}"}, False),
        (
            {
                "trigger": "event",
                "event_type": "timer.finished",
                "event_data": {"entity_id": "timer.egg"},
            },
            True,
        ),
        (
            {
                "trigger": "event",
                "event_type": "timer.finished",
                "event_data": {"entity_id": "timer.tea"},
            },
            False,
        ),
        ({"trigger": "state", "entity_id": "timer.egg", "enabled": False}, False),
        ({"triggers": [{"trigger": "state", "entity_id": "timer.egg"}]}, True),
    ],
)
async def test_what_a_timer_sets_off(
    home: SpokenHome, trigger: dict[str, Any], is_told: bool
) -> None:
    """Somebody starts it by voice, and whatever watches it follows."""
    assert await async_setup_component(home.hass, "timer", {"timer": {"egg": {}, "tea": {}}})
    start = {"action": "timer.start", "target": {"entity_id": "timer.egg"}}
    await home.automate(
        sentence(start, alias="Go"),
        {"id": "then", "alias": "Then", "triggers": [trigger], "actions": [SMS]},
    )
    for name in ("egg", "tea"):
        async_expose_entity(home.hass, "conversation", f"timer.{name}", False)
    way = {"automation.go_rest_command.sms": "Go → egg → Then → rest_command.sms"}
    assert await told(home) == (way if is_told else {})


@pytest.mark.parametrize(
    ("topic", "is_told"),
    [("hermes/intent/Tell", True), ("rhasspy/en/transition", True), ("zigbee2mqtt/lamp", False)],
)
@pytest.mark.parametrize("expected_lingering_timers", [True])  # Home Assistant's own, of MQTT
@pytest.mark.usefixtures("mqtt_mock", "expected_lingering_timers")
async def test_another_voice_system_that_speaks_mqtt(
    home: SpokenHome, topic: str, is_told: bool
) -> None:
    """By the words of the topic."""
    trigger = {"trigger": "mqtt", "topic": topic}
    await home.automate(
        {"id": "heard", "alias": "Heard", "triggers": [trigger], "actions": [notify()]}
    )
    await told(home)
    assert ((DOMAIN, "gap_voices_automation.heard") in ir.async_get(home.hass).issues) is is_told
