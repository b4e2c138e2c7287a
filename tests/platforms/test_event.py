"""The event entity: every step of every request, and none of the words."""

from datetime import timedelta
from pathlib import Path
import re
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import Context, Event, HomeAssistant, ServiceCall, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockUser,
    async_fire_time_changed,
)

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.event import REQUESTS
from custom_components.message_guard.guarding import (
    guard as guard_module,
    outcomes,
    questions,
    sending,
)
from custom_components.message_guard.ledger.format.entries import Kind

ENTITY = "event.message_guard_messages"
BODY = "the key is under the pot"


@pytest.fixture
def steps(assist: HomeAssistant) -> list[dict[str, Any]]:
    """Return the attributes of the entity at each step."""
    seen: list[dict[str, Any]] = []

    @callback
    def changed(event: Event) -> None:
        state = event.data["new_state"]
        attributes = state.attributes if state is not None else {}
        if event.data["entity_id"] == ENTITY and attributes.get("event_type") is not None:
            seen.append(dict(attributes))

    assist.bus.async_listen("state_changed", changed)
    return seen


async def ask(hass: HomeAssistant, contact: str = "Anna") -> str:
    """Ask to send, and return what has to be approved."""
    answer = await hass.services.async_call(
        DOMAIN,
        "send",
        {"contact": contact, "message": BODY},
        blocking=True,
        return_response=True,
    )
    await hass.async_block_till_done()
    assert answer is not None
    return str(answer["confirmation_id"])


async def test_every_step_without_the_words(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    steps: list[dict[str, Any]],
    hass_admin_user: MockUser,
) -> None:
    """A whole path, as an automation would follow it."""
    confirmation_id = await ask(assist)
    (asked,) = steps
    assert asked["event_type"] == "asked"
    assert asked["contact"] == "Anna"
    assert asked["contact_id"] in guard.subentries
    assert asked["confirmation_id"] == confirmation_id
    assert asked["level"] == "phrase"
    assert asked["route"] == "action"
    assert asked["reasons"] == ["default_level"]
    assert asked["satellite_id"] is None
    await assist.services.async_call(
        DOMAIN,
        "approve",
        {"confirmation_id": confirmation_id},
        blocking=True,
        context=Context(user_id=hass_admin_user.id),
    )
    await assist.async_block_till_done()
    assert [step["event_type"] for step in steps] == ["asked", "authorised", "delivered"]
    assert {step["request_id"] for step in steps} == {asked["request_id"]}
    assert BODY not in str(steps)


async def test_what_was_heard_is_not_told(
    assist: HomeAssistant, guard: MockConfigEntry, steps: list[dict[str, Any]]
) -> None:
    """The name of a stranger is something that somebody said, so it is no attribute."""
    with pytest.raises(HomeAssistantError):
        await ask(assist, "Mallory")
    await assist.async_block_till_done()
    (refused,) = steps
    assert refused["event_type"] == "refused"
    assert refused["contact"] is None
    assert refused["reasons"] == ["unknown_recipient"]
    assert "Mallory" not in str(refused)


async def test_declined_and_expired(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    steps: list[dict[str, Any]],
    freezer: FrozenDateTimeFactory,
) -> None:
    """Endings without a send are steps, too."""
    confirmation_id = await ask(assist)
    await assist.services.async_call(
        DOMAIN, "decline", {"confirmation_id": confirmation_id}, blocking=True
    )
    await ask(assist)
    freezer.tick(timedelta(minutes=6))
    async_fire_time_changed(assist)
    await assist.async_block_till_done()
    assert [step["event_type"] for step in steps] == ["asked", "declined", "asked", "expired"]


def test_no_step_of_a_request_is_missing() -> None:
    """What the guard records but the entity does not know would raise, and nobody would hear of it."""
    modules = (guard_module, sending, outcomes, questions)
    source = "".join(Path(module.__file__).read_text(encoding="utf-8") for module in modules)
    recorded = {Kind[name] for name in re.findall(r"(?<!Answer)Kind\.([A-Z_]+)", source)}
    assert recorded >= {Kind.ASKED, Kind.AUTHORISED, Kind.DELIVERED}
    assert recorded <= set(REQUESTS.event_types or ())


async def test_one_service_device(assist: HomeAssistant, guard: MockConfigEntry) -> None:
    """All entities hang on one device, which is a service."""
    (device,) = dr.async_entries_for_config_entry(dr.async_get(assist), guard.entry_id)
    assert device.name == "Message Guard"
    assert device.entry_type is dr.DeviceEntryType.SERVICE
    entities = er.async_entries_for_config_entry(er.async_get(assist), guard.entry_id)
    assert {entity.device_id for entity in entities} == {device.id}
    assert ENTITY in {entity.entity_id for entity in entities}
    assert len({entity.unique_id for entity in entities}) == len(entities)


async def test_unavailable_without_a_guard(
    assist: HomeAssistant,
    entry: MockConfigEntry,
    outbox: list[ServiceCall],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An entity that could never tell anything says so."""
    from custom_components.message_guard import loading

    async def broken(*_: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr(loading, "async_start", broken)
    await assist.config_entries.async_setup(entry.entry_id)
    await assist.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    state = assist.states.get(ENTITY)
    assert state is not None
    assert state.state == STATE_UNAVAILABLE
    assert await assist.config_entries.async_unload(entry.entry_id)
