"""From Repairs to a contact: what a way round sends can be confirmed and sent afterwards, or is said to be refused."""

from typing import Any

from homeassistant.components.repairs import repairs_flow_manager
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest

from custom_components.message_guard.const import DOMAIN
from tests.flow_forms import ENGLISH
from tests.flows.test_contact_calls import asked, keep
from tests.spoken_home import SpokenHome, home, sentence

__all__ = ["home"]


@pytest.fixture(autouse=True)
async def repairs(assist: HomeAssistant) -> None:
    """Let Home Assistant's repairs be there."""
    assert await async_setup_component(assist, "repairs", {})


async def open_repair(home: SpokenHome, action: str) -> dict[str, Any]:
    """Find the way round, say that it is to be guarded, and return what is asked next."""
    watch = home.entry.runtime_data.bypasses
    assert watch is not None
    await watch.look()
    issue_id = next(
        key
        for (domain, key), issue in ir.async_get(home.hass).issues.items()
        if domain == DOMAIN and issue.translation_key == "gap_action" and key.endswith(action)
    )
    manager = repairs_flow_manager(home.hass)
    assert manager is not None
    result = await manager.async_init(DOMAIN, data={"issue_id": issue_id})
    if result["type"] is FlowResultType.MENU:
        result = await manager.async_configure(result["flow_id"], {"next_step_id": "confirm"})
    elif result["step_id"] == "confirm":
        result = await manager.async_configure(result["flow_id"], {})
    await home.hass.async_block_till_done()
    return checked(result)


async def answer(home: SpokenHome, form: dict[str, Any], **values: str) -> dict[str, Any]:
    """Submit a form of the repair."""
    manager = repairs_flow_manager(home.hass)
    assert manager is not None
    result = await manager.async_configure(form["flow_id"], values)
    await home.hass.async_block_till_done()
    return checked(result)


def checked(result: Any) -> dict[str, Any]:
    """Check that what is shown has its texts."""
    texts = ENGLISH["issues"]["gap_action"]["fix_flow"]
    if result["type"] is FlowResultType.FORM:
        step = texts["step"][result["step_id"]]
        step["description"].format(**result["description_placeholders"])
        for error in (result["errors"] or {}).values():
            texts["error"][error].format(**result["description_placeholders"])
    return dict(result)


SENDERS = [
    pytest.param("rest_command.sms", {"number": "+49", "message": "Dinner is ready"}, id="sms"),
    pytest.param("rest_command.sms", {"number": "+49", "text": "Dinner is ready"}, id="text"),
    pytest.param("mqtt.publish", {"topic": "pager", "payload": "Dinner is ready"}, id="mqtt"),
    pytest.param("rest_command.tell_zoe", {"message": "Dinner is ready"}, id="words alone"),
    pytest.param("shell_command.page", {"message": "Dinner is ready", "to": "zoe"}, id="shell"),
]


@pytest.mark.parametrize(("action", "data"), SENDERS)
async def test_a_way_round_becomes_a_contact(
    home: SpokenHome, action: str, data: dict[str, Any]
) -> None:
    """Said, asked, confirmed, and there once with all its fields."""
    made = keep(home.hass, action)
    await home.automate(sentence({"action": action, "data": data}))
    form = await open_repair(home, action)
    assert form["step_id"] == "person"
    for name, value in data.items():
        if value != "Dinner is ready":
            assert f"{name}: {value}" in form["description_placeholders"]["recipient"]
    done = await answer(home, form, person="Zoe")
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await home.say("dinner is ready")
    assert made == []
    assert asked(home) == ["Zoe"]
    await home.approve()
    assert made == [data]


async def test_a_recipient_of_somebody_who_is_a_contact(home: SpokenHome) -> None:
    """Anna keeps her other channel, and gets one more."""
    made = keep(home.hass, "rest_command.sms")
    step = {"action": "rest_command.sms", "data": {"number": "+49", "message": "Dinner is ready"}}
    await home.automate(sentence(step))
    form = await open_repair(home, "rest_command.sms")
    anna = next(key for key, item in home.entry.subentries.items() if item.title == "Anna")
    await answer(home, form, person=anna)
    await home.say("dinner is ready")
    assert asked(home) == ["Anna"]
    await home.approve()
    assert len(made) == 1
    await home.hass.services.async_call(
        DOMAIN, "send", {"contact": "Anna", "message": "hi"}, blocking=True
    )
    await home.approve()
    assert home.sent == [("notify.anna", "hi")]
    assert [item["message"] for item in made] == ["Dinner is ready", "hi"]


async def test_every_recipient_is_asked_about(home: SpokenHome) -> None:
    """One after the other; a name that cannot be is said, and who is left out is refused, as is said."""
    made = keep(home.hass, "rest_command.sms")

    def sms(number: str, said: str) -> dict[str, Any]:
        data = {"number": number, "message": "Dinner is ready"}
        return sentence({"action": "rest_command.sms", "data": data}, said=said)

    await home.automate(sms("+1", "one"), sms("+2", "two"), sms("{{ 1 + 2 }}", "three"))
    form = await open_repair(home, "rest_command.sms")
    again = await answer(home, form, person="Anna")
    assert again["errors"] == {"person": "name_taken"}
    assert again["description_placeholders"]["other"] == "Anna"
    second = await answer(home, again, person="Zoe")
    assert second["step_id"] == "person"
    refused = await answer(home, second)
    assert refused["step_id"] == "refused"
    assert set(refused["description_placeholders"]["users"].split(", ")) == {"two", "three"}
    done = await answer(home, refused)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    for said in ("two", "three"):
        await home.say(said)
        assert home.pending == ()
    await home.say("one")
    assert asked(home) == ["Zoe"]
    assert made == []


async def test_who_leaves_has_guarded_it(home: SpokenHome) -> None:
    """A window that is closed too soon leaves nothing open."""
    made = keep(home.hass, "rest_command.sms")
    step = {"action": "rest_command.sms", "data": {"number": "+49", "message": "Dinner is ready"}}
    await home.automate(sentence(step))
    await open_repair(home, "rest_command.sms")
    await home.say("dinner is ready")
    assert (home.pending, made) == ((), [])
    assert set(home.kinds) == {"refused"}


async def test_an_entry_that_is_removed_meanwhile(home: SpokenHome) -> None:
    """The list was left open in a browser."""
    keep(home.hass, "rest_command.sms")
    step = {"action": "rest_command.sms", "data": {"number": "+49", "message": "Dinner is ready"}}
    await home.automate(sentence(step))
    form = await open_repair(home, "rest_command.sms")
    await home.hass.config_entries.async_remove(home.entry.entry_id)
    gone = await answer(home, form, person="Zoe")
    assert (gone["type"], gone["reason"]) == (FlowResultType.ABORT, "gone")
