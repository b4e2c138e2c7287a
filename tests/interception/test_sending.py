"""Which actions send: held without being listed, told in Repairs, or neither, and why."""

from pathlib import Path
from typing import Any

from homeassistant.components.repairs import repairs_flow_manager
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import area_registry as ar, entity_registry as er, issue_registry as ir
from homeassistant.loader import DATA_INTEGRATIONS, Integration, Manifest
from homeassistant.setup import async_setup_component
import probatio
import pytest
from pytest_homeassistant_custom_component.common import async_mock_service

from custom_components.message_guard.const import DOMAIN
from tests.spoken_home import SpokenHome, home, notify, sentence

__all__ = ["home"]

MAIL = {"message": "I am late", "title": "Home"}


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
    await home.entry.runtime_data.bypasses.look()
    return {
        issue.translation_placeholders["action"]
        for (domain, key), issue in ir.async_get(home.hass).issues.items()
        if domain == DOMAIN and key.startswith("gap_action_") and issue.translation_placeholders
    }


@pytest.mark.parametrize(
    ("action", "data", "is_told"),
    [
        ("rest_command.sms", {"text": "I am away"}, True),
        ("mqtt.publish", {"topic": "a", "payload": "I am away"}, True),
        ("somebody_elses.shout", {"message": "I am away"}, True),
        ("google_assistant_sdk.send_text_command", {"command": "tell Mum I am late"}, True),
        ("google_sheets.append_sheet", {"data": {"a": "I am away"}}, True),
        (
            "media_player.play_media",
            {"media_content_type": "custom", "media_content_id": "x"},
            True,
        ),
        (
            "media_player.play_media",
            {"media_content_type": "music", "media_content_id": "x"},
            False,
        ),
        ("downloader.download_file", {"url": "https://example.org/{{ trigger.sentence }}"}, True),
        ("downloader.download_file", {"url": "https://example.org/picture.jpg"}, False),
        ("google_mail.set_vacation", {"enabled": True, "message": "I am away"}, False),  # held
        ("mastodon.post", {"status": "I am away"}, False),  # held
        ("smtp.send_message", MAIL, False),  # held
        ("todoist.new_task", {"content": "Milk"}, False),
        ("todo.add_item", {"item": "Milk"}, False),
        ("persistent_notification.create", {"message": "Milk"}, False),
        ("assist_satellite.announce", {"message": "Dinner"}, False),
        ("script.shout", {"message": "Dinner"}, False),
    ],
)
async def test_what_may_carry_words_is_told(
    home: SpokenHome, action: str, data: dict[str, Any], is_told: bool
) -> None:
    """Whichever integration it belongs to, unless it is held or stays in the house."""
    assert await async_setup_component(home.hass, "repairs", {})
    async_mock_service(home.hass, *action.split("."))
    await home.automate(sentence({"action": action, "data": data}))
    assert await told(home) == ({action} if is_told else set())


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("somebody_elses.send_sms", {"number": "+1 555 0100", "text": "I am away"}),
        ("somebody_elses.send_sms", {"phone": "+1 555 0100", "sms": "I am away"}),
        ("somebody_elses.post", {"content": "I am away"}),
        ("somebody_elses.tweet", {"status": "I am away"}),
        ("somebody_elses.reply", {"conversation_id": "7", "msg": "I am away"}),
        ("somebody_elses.create_message", {"to": "Mum", "payload": "I am away"}),
        ("somebody_elses.call", {"phone_number": "+1 555 0100", "message_tts": "I am away"}),
        ("somebody_elses.deliver", {"recipient": "Mum", "caption": "I am away"}),
        ("rest_command.send_sms", {"command": "I am away"}),
        ("mastodon.post", {"status": "I am away"}),
        ("foursquare.checkin", {"shout": "I am away"}),
    ],
)
async def test_what_looks_like_sending_is_held(
    home: SpokenHome, action: str, fields: dict[str, str]
) -> None:
    """By its name, and by the fields that it was registered with; nobody has listed it."""
    schema = probatio.Schema({probatio.Optional(key): str for key in fields})
    sent = async_mock_service(home.hass, *action.split("."), schema=schema)
    await home.automate(sentence({"action": action, "data": fields}))
    await home.say("dinner is ready")
    assert sent == []
    assert set(home.kinds) == {"refused"}
    await home.hass.services.async_call(*action.split("."), fields, blocking=True)
    assert len(sent) == 1  # nobody has spoken


@pytest.mark.parametrize(
    "action",
    [
        "somebody_elses.send_command",
        "somebody_elses.send_keys",
        "somebody_elses.set_message",
        "somebody_elses.get_messages",
        "somebody_elses.play_announcement",
        "light.turn_on",
        "script.send_message",
        "input_text.set_value",
        "todo.add_item",
        "persistent_notification.create",
        "logbook.log",
        "number.set_value",
    ],
)
async def test_an_ordinary_command_is_none(home: SpokenHome, action: str) -> None:
    """What commands a device, reads, or stays in the house runs at once."""
    done = async_mock_service(home.hass, *action.split("."))
    await home.automate(sentence({"action": action, "data": {"message": "x", "text": "y"}}))
    await home.say("dinner is ready")
    assert len(done) == 1
    assert home.kinds == []


async def test_what_sends_nothing_is_let_through_for_good(home: SpokenHome) -> None:
    """A person says so in Repairs; it is held until then, and runs from then on."""
    assert await async_setup_component(home.hass, "repairs", {})
    shown = async_mock_service(home.hass, "wall_display", "push_message")
    await home.automate(sentence({"action": "wall_display.push_message", "data": MAIL}))
    await home.say("dinner is ready")
    assert shown == []
    await home.hass.async_block_till_done()
    await home.entry.runtime_data.bypasses.look()
    bypass = "gap_looks_automation.dinner_is_ready_wall_display.push_message"
    manager = repairs_flow_manager(home.hass)
    assert manager is not None
    menu = await manager.async_init(DOMAIN, data={"issue_id": bypass})
    done = await manager.async_configure(menu["flow_id"], {"next_step_id": "confirm"})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await home.hass.async_block_till_done()
    assert home.entry.options["free_actions"] == ["wall_display.push_message"]
    await home.say("dinner is ready")
    assert len(shown) == 1
    await home.entry.runtime_data.bypasses.look()
    assert (DOMAIN, bypass) not in ir.async_get(home.hass).issues


async def test_nobody_can_let_messages_through_for_good(home: SpokenHome) -> None:
    """What is for nothing but messages stays held, whatever the options say."""
    await home.update(free_actions=["notify.anna"])
    await home.automate(sentence(notify()))
    await home.say("dinner is ready")
    assert home.sent == []
    assert len(home.pending) == 1


async def test_a_description_says_more_than_a_name(home: SpokenHome, tmp_path: Path) -> None:
    """An integration that is not Home Assistant's own, as its files describe it."""
    folder = tmp_path / "acme"
    manifest: Manifest = {"domain": "acme", "name": "Acme", "version": "1.0.0"}
    described = """
deliver:
  fields:
    more:
      collapsed: true
      fields:
        recipient: {selector: {text: }}
        caption: {selector: {text: }}
send_text:
  target: {entity: {domain: media_player}}
  fields:
    text: {selector: {text: }}
"""

    def write() -> None:
        folder.mkdir()
        (folder / "services.yaml").write_text(described)

    await home.hass.async_add_executor_job(write)
    acme = Integration(home.hass, "custom_components.acme", folder, manifest, {"services.yaml"})
    home.hass.data[DATA_INTEGRATIONS]["acme"] = acme
    delivered = async_mock_service(home.hass, "acme", "deliver")
    typed = async_mock_service(home.hass, "acme", "send_text")
    await home.hass.async_block_till_done()
    await home.automate(
        sentence({"action": "acme.deliver", "data": {"caption": "x"}}),
        sentence({"action": "acme.send_text", "data": {"text": "x"}}, said="type it"),
    )
    await home.say("dinner is ready")
    await home.say("type it")
    assert (len(delivered), len(typed)) == (0, 1)
