"""Home Assistant's own logbook over its own recorder: one line for each step, with an icon, and without the words."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from homeassistant.components.recorder import Recorder
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.guarding.records import Approver
from custom_components.message_guard.guarding.step_events import EVENT_STEP
from tests.screen import BODY, refused, request

ENTITY = "event.message_guard_messages"

type Lines = Callable[..., Awaitable[list[dict[str, Any]]]]


@pytest.fixture
async def lines(
    recorder_mock: Recorder,
    assist: HomeAssistant,
    guard: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
) -> Lines:
    """Return what asks the logbook for what is ours, as its page or another one does."""
    assert await async_setup_component(assist, "logbook", {})
    # The panel is registered beside the start, and a test's web server takes nothing more once it runs.
    await assist.async_block_till_done(wait_background_tasks=True)
    client = await hass_ws_client(assist)

    async def read(**where: list[str]) -> list[dict[str, Any]]:
        await assist.async_block_till_done()
        await async_wait_recording_done(assist)
        since = dt_util.utcnow() - timedelta(hours=1)
        await client.send_json_auto_id(
            {"type": "logbook/get_events", "start_time": since.isoformat(), **where}
        )
        answer = await client.receive_json()
        assert answer["success"], answer
        return [
            line
            for line in answer["result"]
            if line.get("domain") == DOMAIN or line.get("entity_id") == ENTITY
        ]

    return read


async def everything(hass: HomeAssistant, guard: MockConfigEntry) -> None:
    """Have a message asked about, confirmed and delivered, and another refused."""
    confirmation_id = await request(hass)
    await guard.runtime_data.components.guard.approve(confirmation_id, Approver(None, "panel"))
    await refused(hass, "Mallory")


async def test_each_step_is_a_line(
    lines: Lines, assist: HomeAssistant, guard: MockConfigEntry, outbox: list[ServiceCall]
) -> None:
    """It is the event entity's, wherever one looks: on the logbook's page, the entity's and the device's."""
    entity = er.async_get(assist).async_get(ENTITY)
    assert entity is not None
    assert entity.device_id is not None
    await everything(assist, guard)
    pages = (
        {},
        {"entity_ids": [ENTITY]},
        {"entity_ids": [ENTITY], "device_ids": [entity.device_id]},
    )
    for page in pages:
        found = await lines(**page)
        assert [line["attributes"]["event_type"] for line in found] == [
            "asked",
            "authorised",
            "delivered",
            "refused",
        ], page
        assert {line["entity_id"] for line in found} == {ENTITY}
        assert BODY not in str(found)
        assert "Mallory" not in str(found)


async def test_without_the_entity(
    lines: Lines, assist: HomeAssistant, guard: MockConfigEntry, outbox: list[ServiceCall]
) -> None:
    """The lines are ours, say to whom, and hang on the device; one of a newer version has the usual icon."""
    er.async_get(assist).async_update_entity(ENTITY, disabled_by=er.RegistryEntryDisabler.USER)
    await assist.config_entries.async_reload(guard.entry_id)
    assert guard.state is ConfigEntryState.LOADED
    (device,) = dr.async_entries_for_config_entry(dr.async_get(assist), guard.entry_id)
    await everything(assist, guard)
    assist.bus.async_fire(EVENT_STEP, {"kind": "something_new", "contact": "Anna"})
    found = await lines()
    asked, confirmed, delivered, no, new = found
    assert asked["message"] == "message to Anna: Waiting for confirmation"
    assert confirmed["message"] == "message to Anna: Confirmed"
    assert delivered["message"] == "message to Anna: Delivered"
    assert "somebody unknown" in no["message"]
    assert {line["name"] for line in found} == {"Message Guard"}
    assert (asked["icon"], no["icon"]) == ("mdi:message-question", "mdi:message-off")
    assert new["icon"] == "mdi:message-lock"
    assert BODY not in str(found)
    assert "Mallory" not in str(found)
    assert await lines(device_ids=[device.id]) == found[:4]
