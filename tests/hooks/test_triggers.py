"""An automation's triggers can be read, as Home Assistant has validated them."""

from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant

from custom_components.message_guard.hooks.entities import entities, entity
from custom_components.message_guard.hooks.triggers import triggers_of
from tests.hooks.house import set_up

BROKEN = {"alias": "Broken", "triggers": [{"trigger": "nonsense"}], "actions": []}
SENTENCE = {"trigger": "conversation", "command": "dinner is ready"}


async def test_they_are_flat_and_complete(talking: HomeAssistant) -> None:
    """A sentence is a list, and a list of triggers is part of the list."""
    event = {"trigger": "event", "event_type": "go"}
    automation = {"alias": "A", "triggers": [SENTENCE, {"triggers": [event]}], "actions": []}
    await set_up(talking, "automation", [automation])
    (found,) = entities(talking, "automation")
    sentence, fired = triggers_of(found)
    assert (sentence["platform"], sentence["command"]) == ("conversation", ["dinner is ready"])
    assert (fired["platform"], fired["event_type"][0].template) == ("event", "go")


async def test_those_of_a_blueprint_are_filled_in(talking: HomeAssistant) -> None:
    """With what the household has put in."""
    path = Path(talking.config.path("blueprints", "automation", "said.yaml"))
    text = """
blueprint: {name: Said, domain: automation, input: {words: {}}}
triggers: [{trigger: conversation, command: !input words}]
actions: []
"""

    def write() -> None:
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")

    await talking.async_add_executor_job(write)
    inputs: dict[str, Any] = {"path": "said.yaml", "input": {"words": "lights out"}}
    await set_up(talking, "automation", [{"alias": "B", "use_blueprint": inputs}])
    found = entity(talking, "automation.b")
    assert [trigger["command"] for trigger in triggers_of(found)] == [["lights out"]]


async def test_nothing_else_has_any(house: HomeAssistant) -> None:
    """Nor has an automation that could not be read."""
    await set_up(house, "automation", [BROKEN])
    (broken,) = entities(house, "automation")
    assert list(triggers_of(broken)) == []
    assert list(triggers_of(object())) == []
