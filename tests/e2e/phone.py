"""The Home Assistant app on a phone: registers, receives pushes, and taps, over the real interfaces."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from .client import Client

TAPPED = "mobile_app_notification_action"
APPROVE = "MESSAGE_GUARD_APPROVE_"
DECLINE = "MESSAGE_GUARD_DECLINE_"

_PUSH_SECONDS = 10.0
_POLL_SECONDS = 0.05


@dataclass(slots=True)
class PushServer:
    """Takes the place of the push service of the app's maker, on loopback.

    Attributes:
        received: What was pushed, with the token of the phone, oldest first.
    """

    received: list[Mapping[str, Any]] = field(default_factory=list)
    _runner: web.AppRunner | None = None
    _port: int = 0

    @property
    def url(self) -> str:
        """Where to push to."""
        return f"http://127.0.0.1:{self._port}/push"

    async def start(self) -> None:
        """Begin to listen, on a port of the system's choice."""
        application = web.Application()
        application.router.add_post("/push", self._take)
        self._runner = web.AppRunner(application)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        self.received.append(await request.json())
        return web.json_response({"target": "phone"}, status=201)


@dataclass(slots=True)
class Phone:
    """One phone with the app.

    Attributes:
        name: Its name; the end of its notify action.
        pushes: Where it is pushed to.
        entry_id: Id of its config entry.
    """

    name: str
    pushes: PushServer
    entry_id: str = ""
    _url: str = ""
    _webhook: str = ""

    async def register(self, url: str, client: Client) -> None:
        """Register the app with Home Assistant, as the user of this session."""
        answer = await client.rest(
            "POST",
            "/api/mobile_app/registrations",
            {
                "app_data": {"push_token": self.name, "push_url": self.pushes.url},
                "app_id": "io.example.app",
                "app_name": "App",
                "app_version": "1",
                "device_id": f"device-{self.name}",
                "device_name": self.name,
                "manufacturer": "Example",
                "model": "Phone",
                "os_name": "Android",
                "os_version": "17",
                "supports_encryption": False,
            },
        )
        self._url, self._webhook = url, answer["webhook_id"]

    @property
    def received(self) -> list[Mapping[str, Any]]:
        """What this phone was pushed, oldest first."""
        return [push for push in self.pushes.received if push["push_token"] == self.name]

    async def wait_for(
        self, wanted: Callable[[Mapping[str, Any]], object], after: int = 0
    ) -> Mapping[str, Any]:
        """Return the first push since the one with number `after` that is wanted.

        Raises:
            TimeoutError: If none comes.
        """
        async with asyncio.timeout(_PUSH_SECONDS * 5):
            while True:
                for push in self.received[after:]:
                    if wanted(push):
                        return push
                await asyncio.sleep(_POLL_SECONDS)

    async def question(self, body: str) -> Mapping[str, Any]:
        """Return the notification that asks about these words."""
        return await self.wait_for(lambda push: body in push["message"] and actions(push))

    async def tap(self, action: str) -> None:
        """Tap a button, as the app tells it: an event through its webhook."""
        await self.fire(TAPPED, {"action": action, "device_id": f"device-{self.name}"})

    async def fire(self, event: str, data: Mapping[str, Any]) -> None:
        """Fire an event through the app's webhook."""
        body = {"type": "fire_event", "data": {"event_type": event, "event_data": dict(data)}}
        async with (
            aiohttp.ClientSession(self._url, raise_for_status=True) as http,
            http.post(f"/api/webhook/{self._webhook}", json=body),
        ):
            pass


def actions(push: Mapping[str, Any]) -> list[str]:
    """Return the ids of the buttons of a notification."""
    return [item["action"] for item in push.get("data", {}).get("actions", [])]


def tag(push: Mapping[str, Any]) -> str:
    """Return the tag of a notification: another with the same takes its place."""
    return str(push.get("data", {}).get("tag", ""))


def button(push: Mapping[str, Any], prefix: str) -> str:
    """Return the id of one button."""
    return next(item for item in actions(push) if item.startswith(prefix))


async def log_in(url: str, name: str, password: str) -> str:
    """Log in as a person does, and return an access token."""
    client_id = f"{url}/"
    async with aiohttp.ClientSession(url, raise_for_status=True) as http:
        begin = {
            "client_id": client_id,
            "handler": ["homeassistant", None],
            "redirect_uri": client_id,
        }
        async with http.post("/auth/login_flow", json=begin) as answer:
            flow = (await answer.json())["flow_id"]
        given = {"client_id": client_id, "username": name, "password": password}
        async with http.post(f"/auth/login_flow/{flow}", json=given) as answer:
            code = (await answer.json())["result"]
        grant = {"grant_type": "authorization_code", "code": code, "client_id": client_id}
        async with http.post("/auth/token", data=grant) as answer:
            return str((await answer.json())["access_token"])
