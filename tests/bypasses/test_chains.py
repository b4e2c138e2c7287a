"""Chains from something that can be spoken to something that sends are followed to their end, and told."""

import asyncio
from dataclasses import dataclass
from time import thread_time
from types import SimpleNamespace
from typing import Any

from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar, entity_registry as er, issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.message_guard.bypasses import causes
from custom_components.message_guard.bypasses.sequences import spoken_sequences
from custom_components.message_guard.const import DOMAIN
from tests.bypasses.test_finding import fix, ignore
from tests.spoken_home import SpokenHome, home, notify, sentence

__all__ = ["home"]

SMS = {"action": "rest_command.sms", "data": {"text": "hello"}}
FIRE = {"event": "evening"}


@pytest.fixture(autouse=True)
async def repairs(assist: HomeAssistant) -> None:
    """Let Repairs run."""
    assert await async_setup_component(assist, "repairs", {})


async def told(home: SpokenHome) -> dict[str, str]:
    """Look now; return what is told about actions, and the way to each."""
    await home.hass.async_block_till_done()
    await home.entry.runtime_data.bypasses.look()
    return {
        key.removeprefix("gap_action_"): (issue.translation_placeholders or {})["way"]
        for (domain, key), issue in ir.async_get(home.hass).issues.items()
        if domain == DOMAIN and key.startswith("gap_action_")
    }


def on_event(*actions: dict[str, Any], event: str = "evening", **more: Any) -> dict[str, Any]:
    """Return an automation that an event starts."""
    return {
        "id": f"on_{event}",
        "alias": f"On {event}",
        "triggers": [{"trigger": "event", "event_type": event, **more}],
        "actions": list(actions),
    }


def on_state(entity_id: str, *actions: dict[str, Any]) -> dict[str, Any]:
    """Return an automation that a state starts."""
    return {
        "id": "on_state",
        "alias": "On state",
        "triggers": [{"trigger": "state", "entity_id": entity_id}],
        "actions": list(actions),
    }


async def template(home: SpokenHome, **entities: Any) -> None:
    """Set up template entities, exposed."""
    assert await async_setup_component(home.hass, "template", {"template": [entities]})
    await home.hass.async_block_till_done()
    for domain, configs in entities.items():
        for config in configs if isinstance(configs, list) else []:
            if "name" in config:
                name = config["name"].lower().replace(" ", "_")
                async_expose_entity(home.hass, "conversation", f"{domain}.{name}", True)


async def test_an_event_that_starts_an_automation(home: SpokenHome) -> None:
    """A sentence fires it; the automation that hears it sends."""
    await home.automate(sentence(FIRE, alias="Good night"), on_event(SMS))
    assert await told(home) == {
        "automation.good_night_rest_command.sms": "Good night → On evening → rest_command.sms"
    }


async def test_an_event_that_does_not_fit_starts_nothing(home: SpokenHome) -> None:
    """Its data say so."""
    await home.automate(
        sentence({"action": "light.turn_on"}, alias="Light"),
        on_event(SMS, event="call_service", event_data={"domain": "switch"}),
    )
    assert await told(home) == {}


async def test_a_call_that_an_automation_hears(home: SpokenHome) -> None:
    """Every call is an event as well."""
    await home.automate(
        sentence({"action": "light.turn_on"}, alias="Light"),
        on_event(SMS, event="call_service", event_data={"domain": "light"}),
    )
    assert set(await told(home)) == {"automation.light_rest_command.sms"}


@pytest.mark.parametrize(
    "step",
    [
        {"action": "automation.trigger", "target": {"entity_id": "automation.on_evening"}},
        {"action": "automation.turn_on", "target": {"entity_id": "automation.on_evening"}},
        {"action": "automation.toggle", "target": {"label_id": "evening"}},
        {"action": "homeassistant.turn_on", "target": {"area_id": "study"}},
        {"action": "automation.trigger", "target": {"entity_id": "{{ 'automation.on_evening' }}"}},
        {"parallel": [{"wait_for_trigger": [{"trigger": "event", "event_type": "x"}]}, FIRE]},
        {"choose": [{"conditions": [], "sequence": []}], "default": [FIRE]},
    ],
    ids=["trigger", "turn_on", "label", "area", "template", "parallel", "choose"],
)
async def test_an_automation_that_is_started(home: SpokenHome, step: dict[str, Any]) -> None:
    """By whatever names it."""
    await home.automate(sentence(step, alias="Go"), on_event(SMS))
    area = ar.async_get(home.hass).async_get_or_create("Study")
    er.async_get(home.hass).async_update_entity(
        "automation.on_evening", area_id=area.id, labels={"evening"}
    )
    assert set(await told(home)) == {"automation.go_rest_command.sms"}


async def test_an_automation_that_is_switched_off_starts_nothing(home: SpokenHome) -> None:
    """Nor does stopping a script."""
    await home.script(tell={"sequence": [SMS]})
    await home.automate(
        sentence(
            {"action": "automation.turn_off", "target": {"entity_id": "automation.on_evening"}},
            {"action": "script.turn_off", "target": {"entity_id": "script.tell"}},
        ),
        on_event(SMS),
    )
    async_expose_entity(home.hass, "conversation", "script.tell", False)
    assert await told(home) == {}


@pytest.mark.parametrize(
    ("domain", "config"),
    [
        ("button", {"name": "Bell", "press": [SMS]}),
        ("switch", {"name": "Bell", "state": "{{ false }}", "turn_on": [SMS], "turn_off": []}),
        ("light", {"name": "Bell", "state": "{{ false }}", "turn_on": [], "turn_off": [SMS]}),
        ("cover", {"name": "Bell", "open_cover": [SMS], "close_cover": []}),
        ("lock", {"name": "Bell", "state": "{{ false }}", "lock": [SMS], "unlock": []}),
        (
            "select",
            {"name": "Bell", "state": "a", "options": "{{ ['a'] }}", "select_option": [SMS]},
        ),
    ],
)
async def test_a_template_entity(home: SpokenHome, domain: str, config: dict[str, Any]) -> None:
    """While it is exposed, or something that is spoken operates it."""
    await template(home, **{domain: [config]})
    way = f"{domain}.bell_rest_command.sms"
    assert await told(home) == {way: "Bell → rest_command.sms"}
    async_expose_entity(home.hass, "conversation", f"{domain}.bell", False)
    assert await told(home) == {}
    await home.automate(
        sentence(
            {"action": f"{domain}.toggle", "target": {"entity_id": f"{domain}.bell"}}, alias="Go"
        )
    )
    assert await told(home) == {"automation.go_rest_command.sms": "Go → Bell → rest_command.sms"}


async def test_a_template_that_a_sentence_starts(home: SpokenHome) -> None:
    """Its trigger has actions of its own."""
    config = {
        "triggers": [{"trigger": "conversation", "command": "dinner is ready"}],
        "actions": [SMS],
        "sensor": [{"name": "Dinner", "state": "x"}],
    }
    assert await async_setup_component(home.hass, "template", {"template": [config]})
    assert list((await told(home)).values()) != []


async def test_a_scene(home: SpokenHome) -> None:
    """It brings entities into a state, and some of them act."""
    await template(
        home, switch=[{"name": "Bell", "state": "{{ false }}", "turn_on": [SMS], "turn_off": []}]
    )
    async_expose_entity(home.hass, "conversation", "switch.bell", False)
    scenes = [{"name": "Dinner", "entities": {"switch.bell": "on"}}]
    assert await async_setup_component(home.hass, "scene", {"scene": scenes})
    await home.hass.async_block_till_done()
    async_expose_entity(home.hass, "conversation", "scene.dinner", True)
    assert await told(home) == {"scene.dinner_rest_command.sms": "Dinner → Bell → rest_command.sms"}
    async_expose_entity(home.hass, "conversation", "scene.dinner", False)
    await home.automate(sentence({"scene": "scene.dinner"}, alias="Go"))
    assert set(await told(home)) == {"automation.go_rest_command.sms"}


async def test_a_group(home: SpokenHome) -> None:
    """Its members act."""
    await template(home, button=[{"name": "Bell", "press": [SMS]}])
    async_expose_entity(home.hass, "conversation", "button.bell", False)
    config = {"group": {"all": {"name": "All", "entities": ["button.bell"]}}}
    assert await async_setup_component(home.hass, "group", config)
    await home.hass.async_block_till_done()
    await home.automate(
        sentence(
            {"action": "homeassistant.turn_on", "target": {"entity_id": "group.all"}}, alias="Go"
        )
    )
    assert set(await told(home)) == {"automation.go_rest_command.sms"}


async def test_a_helper_and_what_watches_it(home: SpokenHome) -> None:
    """A reaction: told unless the household ignores those."""
    assert await async_setup_component(home.hass, "input_button", {"input_button": {"bell": {}}})
    await home.hass.async_block_till_done()
    await home.automate(on_state("input_button.bell", SMS))
    async_expose_entity(home.hass, "conversation", "input_button.bell", True)
    assert set(await told(home)) == {"input_button.bell_rest_command.sms"}
    await home.update(reactions="ignore")
    assert await told(home) == {}
    await home.update(reactions="hold")
    async_expose_entity(home.hass, "conversation", "input_button.bell", False)
    assert await told(home) == {}
    press = {"action": "input_button.press", "target": {"entity_id": "input_button.bell"}}
    await home.script(press={"alias": "Press", "sequence": [press]})
    async_expose_entity(home.hass, "conversation", "script.press", True)
    assert list((await told(home)).values()) == ["Press → bell → On state → rest_command.sms"]


async def test_a_device_action_of_somebody_elses(home: SpokenHome) -> None:
    """Of a domain that sends, by its name."""
    assert await async_setup_component(home.hass, "input_boolean", {"input_boolean": {"x": {}}})
    await home.hass.async_block_till_done()
    steps = [
        {
            "device_id": "abc",
            "domain": "input_boolean",
            "type": "turn_on",
            "entity_id": "input_boolean.x",
        }
    ]
    found = list(causes.steps_in(steps))
    assert [getattr(step, "action", None) for step in found] == ["input_boolean.turn_on"]


async def test_what_is_guarded_is_no_way_round(home: SpokenHome) -> None:
    """However it is reached."""
    await home.automate(sentence(FIRE, alias="Good night"), on_event(notify()))
    assert await told(home) == {}


async def test_circles_end(home: SpokenHome) -> None:
    """Events, automations and scripts that start each other."""
    await home.script(
        a={"sequence": [{"action": "script.b"}]}, b={"sequence": [{"action": "script.a"}]}
    )
    await home.automate(
        sentence(FIRE, {"action": "script.a"}, alias="Go"),
        on_event(FIRE, {"action": "automation.trigger", "target": {"entity_id": "all"}}, SMS),
    )
    assert "automation.go_rest_command.sms" in await told(home)


async def test_what_is_ignored_is_told_again_when_it_changes(home: SpokenHome) -> None:
    """And not after a reload of Message Guard."""
    await home.script(tell={"alias": "Tell", "sequence": [SMS]})
    async_expose_entity(home.hass, "conversation", "script.tell", True)
    assert set(await told(home)) == {"script.tell_rest_command.sms"}
    await ignore(home, "gap_action_script.tell_rest_command.sms")
    assert await told(home) == {}
    assert await home.hass.config_entries.async_reload(home.entry.entry_id)
    assert await told(home) == {}
    entity = home.hass.data["entity_components"]["script"].get_entity("script.tell")
    entity.script.sequence = [{**SMS, "data": {"text": "something else"}}]
    assert set(await told(home)) == {"script.tell_rest_command.sms"}


@pytest.mark.parametrize("event", ["rhasspy_SendMessage", "hermes_intent", "my_voice_command"])
async def test_another_voice_system(home: SpokenHome, event: str) -> None:
    """Its events open no turn: what follows is free, and told, guarded or not."""
    await home.automate(on_event(notify(), event=event))
    await told(home)
    issues = ir.async_get(home.hass).issues
    bypass = f"gap_voices_automation.on_{event.lower()}"
    assert (issues[DOMAIN, bypass].translation_placeholders or {})["way"].endswith(" → Anna")
    await ignore(home, bypass)
    await told(home)
    assert (DOMAIN, bypass) not in issues


async def test_a_thousand_automations_stop_nobody(home: SpokenHome) -> None:
    """They are read in slices, each far shorter than anybody notices."""
    await home.automate(
        *(
            on_event(FIRE, {"event": f"e{number + 1}"}, SMS, event=f"e{number}")
            for number in range(1000)
        ),
        sentence({"event": "e0"}, alias="Go"),
    )
    longest = 0.0
    last = thread_time()

    async def watch() -> None:
        nonlocal longest, last
        while True:
            longest = max(longest, thread_time() - last)
            last = thread_time()
            await asyncio.sleep(0)

    task = asyncio.create_task(watch())
    await asyncio.sleep(0)
    longest = 0.0
    found = await spoken_sequences(home.hass)
    await home.entry.runtime_data.bypasses.look()
    task.cancel()
    (go,) = [item for item in found if item.name == "Go"]
    assert len(go.calls) == 1000
    assert longest < 0.05


@dataclass
class Preferences:
    """What a household has chosen in its account with Nabu Casa."""

    alexa_enabled: bool = True
    google_enabled: bool = True


@pytest.mark.parametrize(
    ("assistant", "shown_to"),
    [("Amazon Alexa", "cloud.alexa"), ("Google Assistant", "cloud.google_assistant")],
)
async def test_an_assistant_with_ears_of_its_own(
    home: SpokenHome, assistant: str, shown_to: str
) -> None:
    """What it may start is told if it sends, guarded or not, while it is exposed and somebody is logged in."""
    client = SimpleNamespace(prefs=Preferences())
    home.hass.data["cloud"] = SimpleNamespace(is_logged_in=True, client=client)
    await home.script(tell={"alias": "Tell", "sequence": [notify()]})
    for name in ("cloud.alexa", "cloud.google_assistant"):
        async_expose_entity(home.hass, name, "script.tell", name == shown_to)
    await told(home)
    issues = ir.async_get(home.hass).issues
    found = {key for domain, key in issues if domain == DOMAIN and "gap_listener" in key}
    assert found == {f"gap_listener_{assistant}"}
    issue = issues[DOMAIN, f"gap_listener_{assistant}"]
    assert issue.translation_placeholders == {"assistant": assistant, "names": "Tell"}
    await ignore(home, issue.issue_id)
    await told(home)
    assert (DOMAIN, issue.issue_id) not in issues
    home.hass.data.pop("cloud")


async def test_what_an_assistant_starts_and_nobody_can_know(home: SpokenHome) -> None:
    """An action that is worked out when it runs is told if it is handed a message, and else is none."""
    client = SimpleNamespace(prefs=Preferences(google_enabled=False))
    home.hass.data["cloud"] = SimpleNamespace(is_logged_in=True, client=client)
    tell = {"action": "notify.{{ who }}", "data": {"message": "Dinner"}}
    await home.script(
        tell={"alias": "Tell", "sequence": [tell]},
        light={"alias": "Light", "sequence": [{"action": "light.turn_{{ 'on' }}"}]},
    )
    for name in ("tell", "light"):
        async_expose_entity(home.hass, "cloud.alexa", f"script.{name}", True)
    await told(home)
    issue = ir.async_get(home.hass).issues[DOMAIN, "gap_listener_Amazon Alexa"]
    assert issue.translation_placeholders == {"assistant": "Amazon Alexa", "names": "Tell"}
    home.hass.data.pop("cloud")


async def test_assistants_in_the_house(home: SpokenHome) -> None:
    """Apple's Home, and a Google project of one's own: what their entries are shown."""
    await home.script(tell={"alias": "Tell", "sequence": [notify()]})
    shown = SimpleNamespace(
        homekit={"homekit": SimpleNamespace(_filter="script.tell".__eq__)},
        google_assistant={"should_expose": "script.tell".__eq__},
    )
    entries = []
    for domain, data in vars(shown).items():
        entry = MockConfigEntry(domain=domain, state=ConfigEntryState.LOADED)
        entry.runtime_data = SimpleNamespace(**data)
        entry.add_to_hass(home.hass)
        entries.append(entry)
    await told(home)
    issues = ir.async_get(home.hass).issues
    found = {key for domain, key in issues if domain == DOMAIN and "gap_listener" in key}
    assert found == {"gap_listener_Apple Home", "gap_listener_Google Assistant"}
    for entry in entries:
        entry.mock_state(home.hass, ConfigEntryState.NOT_LOADED)


async def test_a_telephone_that_announcements_ring(home: SpokenHome) -> None:
    """It is told, and goes when announcements are guarded."""
    registry = er.async_get(home.hass)
    registry.async_get_or_create("assist_satellite", "voip", "1", suggested_object_id="hall")
    registry.async_get_or_create("assist_satellite", "esphome", "1", suggested_object_id="den")
    await told(home)
    issues = ir.async_get(home.hass).issues
    found = {key for domain, key in issues if domain == DOMAIN and "gap_telephone" in key}
    assert found == {"gap_telephone_assist_satellite.hall"}
    await fix(home, "gap_telephone_assist_satellite.hall")
    assert home.entry.options["guarded_actions"] == ["assist_satellite.announce"]
    await told(home)
    assert (DOMAIN, "gap_telephone_assist_satellite.hall") not in issues


async def test_a_player_with_commands_of_its_own(home: SpokenHome) -> None:
    """A universal media player calls whatever its configuration says."""
    player = {"platform": "universal", "name": "TV", "commands": {"turn_on": SMS}}
    assert await async_setup_component(home.hass, "media_player", {"media_player": [player]})
    await home.hass.async_block_till_done()
    async_expose_entity(home.hass, "conversation", "media_player.tv", True)
    assert await told(home) == {"media_player.tv_rest_command.sms": "TV → rest_command.sms"}
