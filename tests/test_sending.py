"""Which actions send: held without being listed, told in Repairs, or neither, and why."""

from pathlib import Path
from typing import Any

from homeassistant import components
from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar, entity_registry as er, issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import async_mock_service
import yaml

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.routes.gaps import carries_words, stays_in_the_house
from tests.spoken_home import SpokenHome, home, sentence

__all__ = ["home"]

MAIL = {"message": "I am late", "title": "Home"}

WORDS = ("message", "text", "body", "content", "caption", "question")
"""Fields that hold words for somebody wherever they are."""

NO_MESSAGE = {
    "apple_tv.append_keyboard_text": "types on a television",
    "apple_tv.set_keyboard_text": "types on a television",
    "conversation.process": "begins a turn of its own",
    "kiosker.set_blackout": "writes on a tablet on the wall",
    "lcn.dyn_text": "writes on a switch",
    "system_bridge.send_text": "types on a computer",
    "todoist.new_task": "an entry in a list",
    "vizio.send_text": "types on a television",
}
"""Actions that take words, and are neither held nor told."""


def mail_of(hass: HomeAssistant, *names: str) -> None:
    """Let the notify entities of these people be mail addresses in the study."""
    area = ar.async_get(hass).async_get_or_create("Study")
    registry = er.async_get(hass)
    for name in names:
        entity = registry.async_get_or_create(
            "notify", "smtp", f"mail_{name}", suggested_object_id=f"mail_{name}"
        )
        registry.async_update_entity(entity.entity_id, area_id=area.id)
        registry.async_remove(f"notify.{name}")
        registry.async_update_entity(entity.entity_id, new_entity_id=f"notify.{name}")


@pytest.mark.parametrize(
    "target",
    [{"entity_id": "notify.carl"}, {"area_id": "study"}, {"entity_id": "all"}],
    ids=["entity", "area", "all"],
)
async def test_mail_is_held_like_any_message(home: SpokenHome, target: dict[str, Any]) -> None:
    """Whoever's address it is, is asked about, and gets it as it was captured."""
    mail_of(home.hass, "carl")
    home.hass.states.async_set("notify.carl", "unknown")
    sent = async_mock_service(home.hass, "smtp", "send_message")
    await home.automate(sentence({"action": "smtp.send_message", "target": target, "data": MAIL}))
    await home.say("dinner is ready")
    assert sent == []
    (confirmation,) = home.pending
    assert [item.contact.name for item in confirmation.recipients] == ["Carl"]
    await home.approve()
    assert [call.data for call in sent] == [{**MAIL, "entity_id": ["notify.carl"]}]


@pytest.mark.parametrize(
    ("action", "data"),
    [
        ("smtp.send_message", {"entity_id": "notify.eve"}),
        ("html5.send_message", {"entity_id": ["notify.carl", "notify.eve"]}),
        ("ntfy.publish", {"entity_id": "notify.eve"}),
        ("matrix.send_message", {"target": ["#street:example.org"]}),
        ("bring.send_message", {"entity_id": "todo.shopping"}),
        ("somebody_elses.send_message", {"number": "+1 555 0100"}),
    ],
)
async def test_mail_to_a_stranger_is_refused(
    home: SpokenHome, action: str, data: dict[str, Any]
) -> None:
    """A recipient that no contact stands for; also in an entry that was made long ago."""
    sent = async_mock_service(home.hass, *action.split("."))
    await home.automate(sentence({"action": action, "data": {**MAIL, **data}}))
    await home.say("dinner is ready")
    assert sent == []
    assert home.pending == ()
    assert set(home.kinds) == {"refused"}


async def test_mail_is_recorded_where_the_household_only_watches(home: SpokenHome) -> None:
    """Observe mode holds nothing."""
    sent = async_mock_service(home.hass, "smtp", "send_message")
    await home.update(observe=True)
    await home.automate(sentence({"action": "smtp.send_message", "data": MAIL}))
    await home.say("dinner is ready")
    assert len(sent) == 1
    assert home.kinds == ["observed"]


async def test_a_script_of_that_name_is_only_a_script(home: SpokenHome) -> None:
    """Its steps are held, and nothing else."""
    sent = async_mock_service(home.hass, "smtp", "send_message")
    light = async_mock_service(home.hass, "light", "turn_on")
    steps = [{"action": "light.turn_on"}, {"action": "smtp.send_message", "data": MAIL}]
    await home.script(send_message={"sequence": steps})
    await home.automate(sentence({"action": "script.send_message"}))
    await home.say("dinner is ready")
    assert (len(light), sent) == (1, [])
    assert home.kinds == ["refused"]


async def told(home: SpokenHome) -> set[str]:
    """Return what Repairs says of actions that can be spoken."""
    await home.hass.async_block_till_done()
    await home.entry.runtime_data.gaps.look()
    issues = ir.async_get(home.hass).issues
    found = {issue for domain, issue in issues if domain == DOMAIN}
    return {issue.removeprefix("gap_action_") for issue in found if "gap_action_" in issue}


@pytest.mark.parametrize(
    ("action", "data", "is_told"),
    [
        ("google_mail.set_vacation", {"enabled": True, "message": "I am away"}, True),
        ("icloud.display_message", {"account": "a", "device_name": "b", "message": "c"}, True),
        ("somebody_elses.shout", {"message": "I am away"}, True),
        ("mastodon.post", {"status": "I am away"}, True),
        ("smtp.send_message", MAIL, False),  # held
        ("todoist.new_task", {"content": "Milk"}, False),
        ("todo.add_item", {"item": "Milk"}, False),
        ("persistent_notification.create", {"message": "Milk"}, False),
        ("assist_satellite.announce", {"message": "Dinner"}, False),
        ("script.shout", {"message": "Dinner"}, False),
    ],
)
async def test_what_is_handed_a_message_is_told(
    home: SpokenHome, action: str, data: dict[str, Any], is_told: bool
) -> None:
    """Whichever integration it belongs to, unless it is held or stays in the house."""
    assert await async_setup_component(home.hass, "repairs", {})
    async_mock_service(home.hass, *action.split("."))
    await home.automate(sentence({"action": action, "data": data}))
    assert await told(home) == ({action} if is_told else set())


class _Loader(yaml.SafeLoader):
    """Reads descriptions of actions, and passes over what only Home Assistant understands."""


_Loader.add_multi_constructor("!", lambda *_: None)


def actions_with_words() -> dict[str, tuple[set[str], bool]]:
    """Return the actions of all integrations that take words, their fields, and whether they act on notify entities."""
    found = {}
    for file in Path(components.__file__).parent.glob("*/services.yaml"):
        described = yaml.load(file.read_text(), _Loader)  # noqa: S506
        actions = described.items() if isinstance(described, dict) else ()
        for name, about in actions:
            if not isinstance(about, dict):
                continue  # something that the descriptions share, or nothing to describe
            fields, target = set(about.get("fields") or {}), str(about.get("target"))
            if not fields.isdisjoint(WORDS) or name == "send_message":
                found[f"{file.parent.name}.{name}"] = (fields, "'notify'" in target)
    return found


def test_every_action_that_takes_words_has_been_decided_about(home: SpokenHome) -> None:
    """Held, told, or named above: a version of Home Assistant that adds one fails here."""
    actions = actions_with_words()
    assert len(actions) > 40
    undecided = set()
    for action, (fields, on_notify_entities) in actions.items():
        if home.works.actions.guards(*action.split(".", 1)):
            continue
        assert not on_notify_entities, action
        if not carries_words(action, fields) and not stays_in_the_house(action):
            undecided.add(action)
    assert undecided <= set(NO_MESSAGE), "decide about these"
