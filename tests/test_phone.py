"""Approval on a phone: the real mobile_app, its real webhook, and pushes that are kept instead of sent."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
import json
from typing import Any

from aiohttp.test_utils import TestClient
from freezegun.api import FrozenDateTimeFactory
from homeassistant.auth.models import User
from homeassistant.components.mobile_app import const as mobile_app
from homeassistant.core import Context, EventOrigin, HomeAssistant, ServiceCall
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed
from pytest_homeassistant_custom_component.test_util.aiohttp import AiohttpClientMocker

from custom_components.message_guard.approvals import registrations
from custom_components.message_guard.approvals.phone import (
    APPROVE,
    DECLINE,
    EVENT_TAPPED,
    MOST_CHARACTERS,
)
from custom_components.message_guard.core.request import Content, Origin, Request, Route
from custom_components.message_guard.records import Notice
from custom_components.message_guard.runtime import Works
from tests.conftest import PHRASE, options

PUSH = "https://push.example/send"
KITCHEN = Origin(satellite_id="assist_satellite.kitchen", language="en")

type Clients = Callable[..., Awaitable[TestClient[Any, Any]]]


@dataclass
class App:
    """The app on one phone."""

    client: TestClient[Any, Any]
    name: str
    entry_id: str
    webhook_id: str
    pushes: AiohttpClientMocker

    @property
    def received(self) -> list[dict[str, Any]]:
        """What this phone was pushed, oldest first."""
        calls = [call[2] for call in self.pushes.mock_calls if str(call[1]) == PUSH]
        return [call for call in calls if call["push_token"] == self.name]

    def shown(self) -> dict[str, Any]:
        """Return the last question that it was shown."""
        return next(push for push in reversed(self.received) if push["data"].get("actions"))

    def action(self, prefix: str) -> str:
        """Return the action id of a button of that question."""
        ids = [item["action"] for item in self.shown()["data"]["actions"]]
        return next(item for item in ids if item.startswith(prefix))

    async def tap(self, action: str, **more: Any) -> None:
        """Tap a button, as the app does: an event through its webhook."""
        answer = await self.client.post(
            f"/api/webhook/{self.webhook_id}",
            json={
                "type": "fire_event",
                "data": {"event_type": EVENT_TAPPED, "event_data": {"action": action, **more}},
            },
        )
        assert answer.status == HTTPStatus.OK


@dataclass
class PhoneHome:
    """A guarded home with two phones: the administrator's and a child's."""

    hass: HomeAssistant
    entry: MockConfigEntry
    outbox: list[ServiceCall]
    parent: App
    child: App
    admin: User
    notices: list[Notice] = field(default_factory=list)
    count: int = 0

    @property
    def works(self) -> Works:
        """The moving parts."""
        works: Works | None = self.entry.runtime_data.works
        assert works is not None
        return works

    async def settle(self) -> None:
        """Let every task finish."""
        await self.hass.async_block_till_done(wait_background_tasks=True)

    async def ask(
        self, body: str = "I am late", extras: dict[str, Any] | None = None, **more: Any
    ) -> None:
        """Ask to send, from the kitchen."""
        self.count += 1
        given = {"route": Route.SENTENCE, "origin": KITCHEN, "recipient": "Anna", **more}
        content = Content(body=body, extras=extras or {})
        request = Request(id=f"r{self.count}", content=content, created_at=0.0, **given)
        await self.works.guard.submit(request)
        await self.settle()

    async def update(self, **more: Any) -> None:
        """Change options."""
        self.hass.config_entries.async_update_entry(
            self.entry, options={**self.entry.options, **more}
        )
        await self.settle()

    @property
    def sent(self) -> list[str]:
        """What reached Anna."""
        return [call.data["message"] for call in self.outbox]


async def register(client: TestClient[Any, Any], name: str) -> tuple[str, str]:
    """Register the app as it does itself; return device id and webhook id."""
    answer = await client.post(
        "/api/mobile_app/registrations",
        json={
            "app_data": {"push_token": name, "push_url": PUSH},
            "app_id": "io.example.app",
            "app_name": "App",
            "app_version": "1",
            "device_id": f"device-{name}",
            "device_name": name,
            "manufacturer": "Example",
            "model": "Phone",
            "os_name": "Android",
            "os_version": "17",
            "supports_encryption": False,
        },
    )
    assert answer.status == HTTPStatus.CREATED
    return f"device-{name}", (await answer.json())["webhook_id"]


@pytest.fixture
async def phones(
    assist: HomeAssistant,
    entry: MockConfigEntry,
    outbox: list[ServiceCall],
    hass_client: Clients,
    hass_admin_user: User,
    hass_read_only_access_token: str,
    aioclient_mock: AiohttpClientMocker,
) -> AsyncGenerator[PhoneHome]:
    """Return a home that asks both phones at every level that a voice cannot prove."""
    for domain in ("notify", "mobile_app"):
        assert await async_setup_component(assist, domain, {})
    # Before the first client: the web server takes no more pages once it serves one.
    assert await assist.config_entries.async_setup(entry.entry_id)
    aioclient_mock.post(PUSH, json={"rateLimits": {}}, status=HTTPStatus.CREATED)
    apps = []
    for name, token in (("parent", None), ("child", hass_read_only_access_token)):
        client = await (hass_client(token) if token else hass_client())
        _, webhook_id = await register(client, name)
        await assist.async_block_till_done()
        found = assist.config_entries.async_entries("mobile_app")
        entry_id = next(item.entry_id for item in found if item.data["webhook_id"] == webhook_id)
        apps.append(App(client, name, entry_id, webhook_id, aioclient_mock))
    ids = [app.entry_id for app in apps]
    assist.config_entries.async_update_entry(
        entry, options=options(assist, phones=ids, default_level="device")
    )
    await assist.async_block_till_done()
    made = PhoneHome(assist, entry, outbox, apps[0], apps[1], hass_admin_user)
    made.works.guard.subscribe(made.notices.append)
    yield made
    if entry.state.recoverable:
        await assist.config_entries.async_unload(entry.entry_id)
    await assist.async_block_till_done(wait_background_tasks=True)


def test_the_names_are_mobile_apps_own() -> None:
    """They are repeated, since importing the integration needs packages that may be absent."""
    assert registrations.MOBILE_APP_DOMAIN == mobile_app.DOMAIN
    assert registrations.DATA_NOTIFY == mobile_app.DATA_NOTIFY
    assert registrations.ATTR_DEVICE_NAME == mobile_app.ATTR_DEVICE_NAME
    assert registrations.CONF_USER_ID == mobile_app.CONF_USER_ID


async def test_the_phone_shows_who_what_and_where(phones: PhoneHome) -> None:
    """Recipient, words and origin, without markup, and nothing is sent by asking."""
    phones.hass.states.async_set(
        "assist_satellite.kitchen", "idle", {"friendly_name": "Kitchen speaker"}
    )
    await phones.ask("come <b>home</b> \u202enow")
    shown = phones.parent.shown()
    assert "Anna" in shown["title"]
    assert "come home now" in shown["message"]
    assert "Kitchen speaker" in shown["message"]
    assert "<b>" not in shown["message"]
    assert "\u202e" not in shown["message"]
    assert phones.sent == []


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


async def test_only_those_who_may_approve_are_asked(phones: PhoneHome) -> None:
    """The child's phone is chosen, but the child is no administrator."""
    await phones.ask()
    assert phones.child.received == []
    assert len(phones.parent.received) == 1


async def test_another_users_tap_is_nothing(phones: PhoneHome) -> None:
    """The nonce is right, the person is not; the parent can still decide."""
    await phones.ask()
    await phones.child.tap(phones.parent.action(APPROVE))
    await phones.settle()
    assert phones.sent == []
    assert len(phones.works.guard.pending) == 1
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
    assert len(phones.works.guard.pending) == 1
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
    assert len(phones.works.guard.pending) == 1


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
    assert len(phones.works.guard.pending) == 1


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


async def test_the_voice_was_first(phones: PhoneHome) -> None:
    """Whichever approval comes first wins; the phone is told."""
    await phones.update(phones_always=True, default_level="phrase")
    await phones.ask()
    action = phones.parent.action(APPROVE)
    phones.works.guard.question_heard(KITCHEN.place)
    await phones.works.guard.reply(PHRASE, KITCHEN)
    await phones.settle()
    assert phones.sent == ["I am late"]
    assert "approved" in phones.parent.received[-1]["message"]
    await phones.parent.tap(action)
    await phones.settle()
    assert phones.sent == ["I am late"]


async def test_the_phone_was_first(phones: PhoneHome) -> None:
    """It may approve what a voice could prove; the phrase then is worth nothing."""
    await phones.update(phones_always=True, default_level="phrase")
    await phones.ask()
    phones.works.guard.question_heard(KITCHEN.place)
    await phones.parent.tap(phones.parent.action(APPROVE))
    await phones.settle()
    assert await phones.works.guard.reply(PHRASE, KITCHEN) is None
    assert phones.sent == ["I am late"]


async def test_phones_are_left_alone_where_a_voice_is_asked(phones: PhoneHome) -> None:
    """Unless the household wants it, or nobody may ever ask the voice."""
    await phones.update(default_level="phrase")
    await phones.ask()
    assert phones.parent.received == []
    await phones.ask("from a script", route=Route.ACTION, held_call="notify.anna")
    assert "from a script" in phones.parent.shown()["message"]


async def test_no_phones_chosen_none_asked(phones: PhoneHome) -> None:
    """The list is empty at first."""
    await phones.update(phones=[])
    await phones.ask()
    assert phones.parent.received == []
    assert len(phones.works.guard.pending) == 1


async def test_what_is_too_long_to_be_shown_cannot_be_approved_there(phones: PhoneHome) -> None:
    """It can be declined."""
    await phones.ask(extras={"title": "w" * MOST_CHARACTERS})
    (button,) = phones.parent.shown()["data"]["actions"]
    assert button["action"].startswith(DECLINE)


async def test_a_phone_that_cannot_be_reached_stops_nothing(
    phones: PhoneHome, aioclient_mock: AiohttpClientMocker
) -> None:
    """The confirmation waits for another approval."""
    phones.hass.services.async_remove("notify", "mobile_app_parent")
    await phones.ask()
    assert phones.parent.received == []
    assert len(phones.works.guard.pending) == 1


async def test_unloading_takes_the_question_back(phones: PhoneHome) -> None:
    """The phone does not go on asking what nobody waits for."""
    await phones.ask()
    action = phones.parent.action(APPROVE)
    assert await phones.hass.config_entries.async_unload(phones.entry.entry_id)
    await phones.settle()
    assert phones.parent.received[-1]["message"] == "clear_notification"
    await phones.parent.tap(action)
    await phones.settle()
    assert phones.sent == []


async def test_a_restart_makes_old_buttons_worthless(phones: PhoneHome) -> None:
    """Nothing waits over a restart, so nothing can be approved after it."""
    await phones.ask()
    action = phones.parent.action(APPROVE)
    assert await phones.hass.config_entries.async_reload(phones.entry.entry_id)
    await phones.settle()
    await phones.parent.tap(action)
    await phones.settle()
    assert phones.sent == []


async def test_what_could_not_be_written_down_leaves_no_button(
    phones: PhoneHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Injected at the ledger: the tap sends nothing, and cannot be repeated once the disk is back."""
    from custom_components.message_guard.core.errors import LedgerWriteError

    await phones.ask()
    action = phones.parent.action(APPROVE)

    async def full(*_: object) -> None:
        raise LedgerWriteError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(phones.works.ledger, "append_many", full)
        await phones.parent.tap(action)
        await phones.settle()
    assert phones.sent == []
    assert "disk" in phones.parent.received[-1]["message"]
    await phones.parent.tap(action)
    await phones.settle()
    await phones.ask("another")
    assert phones.sent == []
    assert "another" in phones.parent.shown()["message"]


async def test_the_question_is_not_held_by_ourselves(phones: PhoneHome) -> None:
    """The notification goes out through a guarded action, from a turn, without being held."""
    await phones.ask(route=Route.ACTION, held_call="notify.anna", by_model=True)
    assert len(phones.parent.received) == 1
    assert [notice.kind.value for notice in phones.notices] == ["asked"]
