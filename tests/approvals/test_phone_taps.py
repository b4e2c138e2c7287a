"""Taps on a phone, through mobile_app's real webhook: which of them send, and which are nothing."""

import json
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.auth.models import User
from homeassistant.core import Context, EventOrigin
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.message_guard.approvals.phone import APPROVE, DECLINE, EVENT_TAPPED
from tests.phones import PhoneHome, phones
from tests.screen import another_token, fire, rest

__all__ = ["phones", "rest"]


async def test_a_tap_sends_once_and_is_recorded(phones: PhoneHome) -> None:
    """Who, how and from where is in the ledger; the buttons are worthless afterwards."""
    await phones.ask()
    action = phones.parent.action(APPROVE)
    await phones.parent.tap(action, device_id="device-parent", tag="x")
    await phones.settle()
    assert phones.sent == ["I am late"]
    authorised = await _authorised(phones)
    assert authorised["approver"] == phones.admin.id
    assert authorised["via"] == "phone"
    assert authorised["source"] == phones.parent.entry_id

    await phones.parent.tap(action, device_id="device-parent")  # replayed
    await phones.settle()
    assert phones.sent == ["I am late"]


async def _authorised(phones: PhoneHome) -> dict[str, Any]:
    exported = [json.loads(line) for line in await _lines(phones)]
    (found,) = [line for line in exported if line["kind"] == "authorised"]
    facts: dict[str, Any] = found["facts"]
    return facts


async def _lines(phones: PhoneHome) -> list[str]:
    import sqlite3

    def read() -> list[str]:
        path = phones.hass.config.path("message_guard.ledger.db")
        database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        try:
            return [row[0] for row in database.execute("SELECT line FROM entries")]
        finally:
            database.close()

    return await phones.hass.async_add_executor_job(read)


async def test_another_users_tap_is_nothing(phones: PhoneHome) -> None:
    """The nonce is right, the person is not; the parent can still decide."""
    await phones.ask()
    await phones.child.tap(phones.parent.action(APPROVE))
    await phones.settle()
    assert phones.sent == []
    assert len(phones.components.guard.pending) == 1
    await phones.parent.tap(phones.parent.action(APPROVE))
    await phones.settle()
    assert phones.sent == ["I am late"]


async def test_an_approvers_other_phone_is_not_the_one_that_was_asked(phones: PhoneHome) -> None:
    """Android says which device was tapped: it must be the one that showed the question."""
    await phones.ask()
    await phones.parent.tap(phones.parent.action(APPROVE), device_id="device-child")
    await phones.settle()
    assert phones.sent == []


async def test_each_phone_has_a_nonce_of_its_own(
    phones: PhoneHome, hass_read_only_user: User
) -> None:
    """One approver cannot answer with what another approver's phone was shown."""
    await phones.update(approvers=[phones.admin.id, hass_read_only_user.id])
    await phones.ask()
    assert phones.parent.action(APPROVE) != phones.child.action(APPROVE)
    await phones.child.tap(phones.parent.action(APPROVE))
    await phones.settle()
    assert phones.sent == []
    await phones.child.tap(phones.child.action(APPROVE))
    await phones.settle()
    assert phones.sent == ["I am late"]
    # The other phone is told, in place of its question.
    told = phones.parent.received[-1]
    assert told["data"]["tag"] == phones.parent.shown()["data"]["tag"]
    assert "approved" in told["message"]
    assert "actions" not in told["data"]


async def test_a_late_tap_is_nothing_and_says_so(
    phones: PhoneHome, freezer: FrozenDateTimeFactory
) -> None:
    """Five minutes."""
    await phones.ask()
    action = phones.parent.action(APPROVE)
    freezer.tick(299)
    async_fire_time_changed(phones.hass)
    await phones.settle()
    assert len(phones.components.guard.pending) == 1
    freezer.tick(2)
    async_fire_time_changed(phones.hass)
    await phones.settle()
    assert phones.parent.received[-1]["message"] == "clear_notification"
    await phones.parent.tap(action)
    await phones.settle()
    assert phones.sent == []
    assert "sent nothing" in phones.parent.received[-1]["message"]


async def test_a_tap_after_the_clock_has_run_out_but_before_it_was_noticed(
    phones: PhoneHome, freezer: FrozenDateTimeFactory
) -> None:
    """The deadline counts, not the timer."""
    await phones.ask()
    freezer.tick(301)
    await phones.parent.tap(phones.parent.action(APPROVE))
    await phones.settle()
    assert phones.sent == []


async def test_a_tap_after_a_decline_is_nothing(phones: PhoneHome) -> None:
    """No is no."""
    await phones.ask()
    approve = phones.parent.action(APPROVE)
    await phones.parent.tap(phones.parent.action(DECLINE))
    await phones.settle()
    assert [notice.kind.value for notice in phones.notices] == ["asked", "declined"]
    assert "declined" in phones.parent.received[-1]["message"]
    await phones.parent.tap(approve)
    await phones.settle()
    assert phones.sent == []


async def test_events_on_the_bus_are_no_taps(phones: PhoneHome, hass_read_only_user: User) -> None:
    """The bus carries the nonce; whoever reads it there still is not the approver's phone."""
    await phones.ask()
    action = phones.parent.action(APPROVE)
    forged: list[tuple[Context | None, EventOrigin]] = [
        (None, EventOrigin.local),
        (None, EventOrigin.remote),
        (Context(user_id=phones.admin.id), EventOrigin.local),
        (Context(user_id=phones.admin.id, parent_id="automation"), EventOrigin.remote),
        (Context(user_id=hass_read_only_user.id), EventOrigin.remote),
        (Context(user_id="nobody"), EventOrigin.remote),
    ]
    for context, origin in forged:
        phones.hass.bus.async_fire(EVENT_TAPPED, {"action": action}, origin, context)
        await phones.settle()
        assert phones.sent == []
    assert len(phones.components.guard.pending) == 1


@pytest.mark.usefixtures("rest")
async def test_a_program_with_a_token_taps_nothing(
    phones: PhoneHome, hass_client: ClientSessionGenerator
) -> None:
    """It reads the nonce off the bus, and fires what the app would, as the very person who was asked."""
    token = await another_token(phones.hass, phones.admin, long_lived=True)
    program = await hass_client(token)
    await phones.ask()
    await fire(program, {"action": phones.parent.action(APPROVE)})
    await phones.settle()
    assert phones.sent == []
    assert len(phones.components.guard.pending) == 1
    await phones.update(tokens_approve=True)
    await phones.ask()
    await fire(program, {"action": phones.parent.action(APPROVE)})
    await phones.settle()
    assert phones.sent == ["I am late"], "where the household allows it"


async def test_an_automation_that_fires_the_event_sends_nothing(phones: PhoneHome) -> None:
    """It reads the nonce off the bus and fires what the app would fire."""
    assert await async_setup_component(
        phones.hass,
        "automation",
        {
            "automation": {
                "triggers": {
                    "trigger": "event",
                    "event_type": "call_service",
                    "event_data": {"domain": "notify", "service": "mobile_app_parent"},
                },
                "actions": {
                    "event": EVENT_TAPPED,
                    "event_data": {
                        "action": "{{ trigger.event.data.service_data.data.actions[0].action }}"
                    },
                },
            }
        },
    )
    fired: list[Any] = []
    phones.hass.bus.async_listen(EVENT_TAPPED, fired.append)
    await phones.ask()
    assert [event.data["action"] for event in fired] == [phones.parent.action(APPROVE)]
    assert phones.sent == []
    assert len(phones.components.guard.pending) == 1


async def test_who_may_approve_is_asked_at_the_tap(phones: PhoneHome) -> None:
    """Approver when it was shown, no longer when it is tapped."""
    await phones.ask()
    await phones.update(approvers=["somebody-else"])
    await phones.parent.tap(phones.parent.action(APPROVE))
    await phones.settle()
    assert phones.sent == []


async def test_a_phone_taken_off_the_list_answers_nothing(phones: PhoneHome) -> None:
    """Also while its question is still shown."""
    await phones.ask()
    await phones.update(phones=[phones.child.entry_id])
    await phones.parent.tap(phones.parent.action(APPROVE))
    await phones.settle()
    assert phones.sent == []


async def test_a_contact_changed_meanwhile_is_not_written_to(phones: PhoneHome) -> None:
    """And the person who tapped is told."""
    await phones.ask()
    (subentry,) = phones.entry.subentries.values()
    phones.hass.config_entries.async_update_subentry(
        phones.entry, subentry, data={**subentry.data, "targets": ["notify.mallory"]}
    )
    await phones.settle()
    await phones.parent.tap(phones.parent.action(APPROVE))
    await phones.settle()
    assert phones.sent == []
    assert phones.parent.received[-1]["message"] not in {"clear_notification", "I am late"}
