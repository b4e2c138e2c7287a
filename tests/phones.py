"""Phones with the real mobile_app and its real webhook; pushes are kept instead of sent."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from aiohttp.test_utils import TestClient
from homeassistant.auth.models import User
from homeassistant.components.notify.const import DOMAIN as NOTIFY_DOMAIN
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.test_util.aiohttp import AiohttpClientMocker

from custom_components.message_guard.approvals.phone import EVENT_TAPPED
from custom_components.message_guard.core.request import Content, Origin, Request, Route
from custom_components.message_guard.guarding.records import Notice
from custom_components.message_guard.incoming.receipts import EVENT_RECEIVED
from custom_components.message_guard.ledger.format.entries import Kind
from custom_components.message_guard.ledger.reading import Filter
from custom_components.message_guard.runtime import Components
from tests.conftest import options

PUSH = "https://push.example/send"
KITCHEN = Origin(satellite_id="assist_satellite.kitchen", language="en")

REQUEST = "0123456789abcdef0123456789abcdef"
"""Id of what `send_to_the_child` sends."""

NOTIFICATIONS = "persistent_notification"

LATER = (Kind.ARRIVED, Kind.FAILED_LATER)

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
        await self.fire(EVENT_TAPPED, {"action": action, **more})

    async def confirm(self, push: dict[str, Any], **more: Any) -> None:
        """Confirm that a push has come, as the app does on Android: all that it holds, each as text, and the device."""
        data = {key: str(value) for key, value in push.get("data", {}).items()}
        told = {**data, "message": push["message"], "device_id": f"device-{self.name}", **more}
        await self.fire(EVENT_RECEIVED, told)

    async def fire(self, event: str, data: dict[str, Any]) -> None:
        """Fire an event through the app's webhook."""
        answer = await self.client.post(
            f"/api/webhook/{self.webhook_id}",
            json={"type": "fire_event", "data": {"event_type": event, "event_data": data}},
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
    def components(self) -> Components:
        """The moving parts."""
        components: Components | None = self.entry.runtime_data.components
        assert components is not None
        return components

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
        await self.components.guard.submit(request)
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


async def send_to_the_child(phones: PhoneHome) -> dict[str, object]:
    """Send the child a message from the kitchen; return the notification."""
    hass = phones.hass
    entity = next(
        one.entity_id
        for one in er.async_entries_for_config_entry(er.async_get(hass), phones.child.entry_id)
        if one.domain == NOTIFY_DOMAIN
    )
    subentry = next(iter(phones.entry.subentries.values()))
    data = {**subentry.data, "channel": "notify_entity", "targets": [entity], "level": "none"}
    hass.config_entries.async_update_subentry(phones.entry, subentry, data=data)
    await phones.update(default_level="none", incoming_allowed=True)
    request = Request(
        id=REQUEST,
        route=Route.SENTENCE,
        origin=KITCHEN,
        recipient="Anna",
        content=Content(body="come home"),
        created_at=0.0,
    )
    await phones.components.guard.submit(request)
    await phones.settle()
    return phones.child.received[-1]


async def heard_later(phones: PhoneHome) -> list[tuple[str, tuple[str, ...]]]:
    """Return what was written down of messages after their outcome, oldest first."""
    await phones.settle()
    page = await phones.components.ledger.page(Filter(kinds=LATER))
    return [(str(row.entry.kind), row.entry.reasons) for row in reversed(page.rows)]


def told_on_screen(hass: HomeAssistant) -> list[str]:
    """Return what Home Assistant's screen shows of ours."""
    return [
        str(one["message"])
        for one in hass.data.get(NOTIFICATIONS, {}).values()
        if str(one["title"]).startswith("Message Guard")
    ]


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
    aioclient_mock.post(PUSH, json={}, status=HTTPStatus.CREATED)
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
    made.components.guard.subscribe(made.notices.append)
    yield made
    if entry.state.recoverable:
        await assist.config_entries.async_unload(entry.entry_id)
    await assist.async_block_till_done(wait_background_tasks=True)
