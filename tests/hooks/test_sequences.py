"""The steps that entities and intents run are found where they are kept."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import intent

from custom_components.message_guard.hooks.entities import entity
from custom_components.message_guard.hooks.sequences import (
    intent_sequence,
    script_of,
    sequences_of,
    template_configs,
)
from tests.hooks.house import set_up

LOOK = {"action": "test.look"}


def called(steps: Any) -> list[Any]:
    """Return what these steps call."""
    return [step["action"] for step in steps]


async def test_automations_and_scripts(house: HomeAssistant) -> None:
    """Each by its own name for it."""
    automation = {"alias": "Looks", "triggers": [], "actions": [LOOK]}
    await set_up(house, "automation", [automation])
    await set_up(house, "script", {"looks": {"sequence": [LOOK]}})
    for entity_id in ("automation.looks", "script.looks"):
        found = entity(house, entity_id)
        script = script_of(found)
        assert script is not None
        assert called(script.sequence) == ["test.look"]
        assert [called(steps) for steps in sequences_of(found)] == [["test.look"]]
    assert script_of(object()) is None


async def test_templates(house: HomeAssistant) -> None:
    """What a switch does when it is operated, and what a trigger does."""
    switch = {"name": "Fan", "turn_on": [LOOK], "turn_off": []}
    triggered = {
        "unique_id": "doorbell",
        "triggers": [{"trigger": "event", "event_type": "go"}],
        "actions": [LOOK],
        "sensor": [{"name": "Rings", "state": "{{ 1 }}"}],
    }
    await set_up(house, "template", [{"switch": [switch]}, triggered])
    found = [called(steps) for steps in sequences_of(entity(house, "switch.fan"))]
    assert ["test.look"] in found
    ((config, name),) = template_configs(house)
    assert called(config["actions"]) == ["test.look"]
    assert config["triggers"][0]["platform"] == "event"
    assert name == "doorbell"


async def test_a_universal_media_player(house: HomeAssistant) -> None:
    """Its commands, which are calls and no scripts."""
    player = {"platform": "universal", "name": "Radio", "commands": {"turn_on": LOOK}}
    await set_up(house, "media_player", [player])
    ((step,),) = sequences_of(entity(house, "media_player.radio"))
    assert "test.look" in step.values()


async def test_intents_with_actions(house: HomeAssistant) -> None:
    """And no others."""
    await set_up(house, "intent_script", {"Look": {"action": [LOOK]}, "Hum": {}})
    handlers = {handler.intent_type: handler for handler in intent.async_get(house)}
    assert called(intent_sequence(handlers["Look"])) == ["test.look"]
    assert intent_sequence(handlers["Hum"]) is None
    assert intent_sequence(object()) is None


async def test_without_templates_there_is_nothing(house: HomeAssistant) -> None:
    """Nor in an entity that runs nothing."""
    await set_up(house, "input_boolean", {"lamp": None})
    assert list(template_configs(house)) == []
    assert list(sequences_of(entity(house, "input_boolean.lamp"))) == []
