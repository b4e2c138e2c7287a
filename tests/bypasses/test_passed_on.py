"""Words that speech puts into a helper, and that an automation which watches it sends: told of where reactions are let through."""

from typing import Any

from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import async_mock_service

from tests.spoken_home import SpokenHome, home, sentence

from .test_finding import bypasses, fix, ignore, look, repairs

__all__ = ["home", "repairs"]

DICTATE = {
    "action": "input_text.set_value",
    "target": {"entity_id": "input_text.note"},
    "data": {"value": "{{ trigger.slots.words }}"},
}


def watching(entity_id: str, action: str = "notify.anna", **data: Any) -> dict[str, Any]:
    """Return an automation that sends when an entity changes."""
    return {
        "id": "watches",
        "alias": "Watches",
        "triggers": [{"trigger": "state", "entity_id": entity_id}],
        "actions": [{"action": action, "data": {"message": "Something is new", **data}}],
    }


async def dictating(home: SpokenHome, **data: Any) -> None:
    """Let speech write into a helper that an automation watches."""
    helpers = {"input_text": {"note": {"name": "Note"}}}
    assert await async_setup_component(home.hass, "input_text", helpers)
    await home.automate(
        sentence(DICTATE, said="dictate {words}", alias="Dictate"),
        watching("input_text.note", **data),
    )


async def test_words_in_a_helper(home: SpokenHome) -> None:
    """What was said is let through and written down, which Repairs says; there it can be held."""
    await dictating(home, message="{{ trigger.to_state.state }}")
    issue_id = "gap_reaction_automation.dictate_notify.anna"
    assert await look(home) == {issue_id}
    placeholders = bypasses(home)[issue_id].translation_placeholders or {}
    assert placeholders["way"] == "Dictate → Note → Watches → notify.anna"
    await home.say("dictate the key is under the pot")
    await home.hass.async_block_till_done()
    assert home.sent == [("notify.anna", "the key is under the pot")]
    await fix(home, issue_id)
    assert home.entry.options["reactions"] == "hold"
    assert await look(home) == set()
    await home.say("dictate the key is gone")
    await home.hass.async_block_till_done()
    assert len(home.sent) == 1
    assert len(home.pending) == 1


async def test_what_says_nothing_of_it(home: SpokenHome) -> None:
    """That something has changed is no word of what was said."""
    await dictating(home)
    assert await look(home) == set()


@pytest.mark.parametrize(
    "chosen", [{"reactions": "hold"}, {"reactions": "ignore"}, {"observe": True}]
)
async def test_what_the_household_has_chosen(home: SpokenHome, chosen: dict[str, Any]) -> None:
    """Where it has chosen what becomes of such messages, or only watches, Repairs has nothing to say."""
    await home.update(**chosen)
    await dictating(home, message="{{ trigger.to_state.state }}")
    assert await look(home) == set()


async def test_a_list_and_an_action_that_is_worked_out(home: SpokenHome) -> None:
    """A list holds words as well; a switch does not. It can be ignored for good."""
    for domain, name in (("todo", "add_item"), ("switch", "turn_on"), ("notify", "ben")):
        async_mock_service(home.hass, domain, name)
    adds = {"action": "todo.add_item", "target": {"entity_id": "todo.a"}, "data": {"item": "x"}}
    turns = {"action": "switch.turn_on", "target": {"entity_id": "switch.b"}}
    templated = {"message": "{{ states('todo.a') }}"}
    await home.automate(
        sentence(adds, said="one", alias="Adds"),
        sentence(turns, said="two", alias="Turns"),
        watching("todo.a", "notify.b{{ 'en' }}", **templated),
        {**watching("switch.b", **templated), "id": "other", "alias": "Other"},
    )
    assert await look(home) == {"gap_reaction_automation.adds_notify.ben"}
    await ignore(home, "gap_reaction_automation.adds_notify.ben")
    assert await look(home) == set()
