"""The logbook: one line for each step, on the event entity, with an icon, and without the words."""

from typing import Any

from homeassistant.core import Event, HomeAssistant, ServiceCall, callback
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.message_guard.guarding.records import Approver
from custom_components.message_guard.guarding.step_events import EVENT_STEP
from custom_components.message_guard.logbook import async_describe_events
from tests.screen import BODY, refused, request

ENTITY = "event.message_guard_messages"


@pytest.fixture
def lines(assist: HomeAssistant) -> list[dict[str, Any]]:
    """Return the lines that the logbook would have."""
    seen: list[dict[str, Any]] = []

    def describe(domain: str, event: str, line: Any) -> None:
        assert (domain, event) == ("message_guard", EVENT_STEP)

        @callback
        def fired(event: Event) -> None:
            seen.append(line(event))

        assist.bus.async_listen(event, fired)

    async_describe_events(assist, describe)
    return seen


async def test_each_step_is_a_line(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    lines: list[dict[str, Any]],
    outbox: list[ServiceCall],
) -> None:
    """It hangs on the entity, so that the page of the device and that of the entity show it."""
    confirmation_id = await request(assist)
    await guard.runtime_data.components.guard.approve(confirmation_id, Approver(None, "panel"))
    await refused(assist, "Mallory")
    await assist.async_block_till_done()
    asked, confirmed, delivered, no = lines
    assert confirmed["message"] == "message to Anna: Confirmed"
    assert delivered["message"] == "message to Anna: Delivered"
    assert {line["name"] for line in lines} == {"Message Guard"}
    assert {line["entity_id"] for line in lines} == {ENTITY}
    assert (asked["icon"], no["icon"]) == ("mdi:message-question", "mdi:message-off")
    assert asked["message"] == "message to Anna: Waiting for confirmation"
    assert "somebody unknown" in no["message"]
    assert BODY not in str(lines)
    assert "Mallory" not in str(lines)


async def test_without_the_entity(
    assist: HomeAssistant, guard: MockConfigEntry, lines: list[dict[str, Any]]
) -> None:
    """A line hangs on nothing; one of a newer version has the usual icon."""
    assist.bus.async_fire(EVENT_STEP, {"kind": "something_new", "contact": "Anna"})
    await assist.async_block_till_done()
    (line,) = lines
    assert "entity_id" not in line
    assert line["icon"] == "mdi:message-lock"
