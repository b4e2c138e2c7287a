"""The other sides of channels that speak HTTP: a receiver of posts, Telegram's bots, the phone's push service."""

import asyncio
from collections.abc import Mapping
import contextlib
from dataclasses import dataclass, field
import json
import time
from typing import Any, override

from aiohttp import web

from .troubles import WebServer, json_of

CHAT = 4711
"""The Telegram chat that may be written to."""


@dataclass(slots=True)
class PostServer(WebServer):
    """Takes what is posted to it: Home Assistant's `rest` and `rest_command`."""

    @override
    async def words(self, request: web.Request) -> str | None:
        body = await json_of(request)
        return str(body["message"]) if "message" in body else None


@dataclass(slots=True)
class PushServer(WebServer):
    """The push service of the app's maker."""

    @override
    async def words(self, request: web.Request) -> str | None:
        body = await json_of(request)
        return str(body["message"]) if "message" in body else None

    @override
    async def accept(self, request: web.Request) -> web.StreamResponse:
        return web.json_response({"target": "phone"}, status=201)

    @override
    def refuse(self, status: int) -> web.StreamResponse:
        return web.json_response({"message": "no", "errorType": "Other"}, status=status)


@dataclass(slots=True)
class TelegramServer(WebServer):
    """Telegram's interface for bots: what is sent, and what a bot fetches.

    Attributes:
        updates: What is fetched, oldest first, until a bot says that it has it.
    """

    updates: list[Mapping[str, Any]] = field(default_factory=list)
    _new: asyncio.Event = field(default_factory=asyncio.Event)

    def write(self, text: str, *, user: int, chat: int, message: int, **more: Any) -> None:
        """Let somebody write to the bot."""
        kind = "private" if chat > 0 else "group"
        place = {
            "id": chat,
            "type": kind,
            **({"title": "Family"} if chat < 0 else {"first_name": "X"}),
        }
        body = {
            "message_id": message,
            "date": int(time.time()),
            "chat": place,
            "from": {"id": user, "is_bot": False, "first_name": "Anna"},
            "text": text,
            **more,
        }
        kind_of_update = "edited_message" if "edit_date" in more else "message"
        self.updates.append({"update_id": len(self.updates) + 1, kind_of_update: body})
        self._new.set()

    async def _fetch(self, given: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """Return what is new, at once or as soon as there is something."""
        offset = int(given.get("offset") or 0)
        self._new.clear()
        if not any(int(one["update_id"]) >= offset for one in self.updates):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._new.wait(), 1.0)
        return [one for one in self.updates if int(one["update_id"]) >= offset]

    @override
    async def words(self, request: web.Request) -> str | None:
        if not request.path.endswith("/sendMessage"):
            return None
        return str((await json_of(request))["text"])

    @override
    async def accept(self, request: web.Request) -> web.StreamResponse:
        method, given = request.path.rpartition("/")[2], await json_of(request)
        if method == "getUpdates":
            return _telegram(await self._fetch(given))
        return _telegram(_answers(method, given))

    @override
    def refuse(self, status: int) -> web.StreamResponse:
        texts = {
            401: "Unauthorized",
            403: "Forbidden: bot was blocked by the user",
            429: "Too Many Requests: retry after 30",
            500: "Internal Server Error",
        }
        body: dict[str, Any] = {"ok": False, "error_code": status, "description": texts[status]}
        if status == 429:
            body["parameters"] = {"retry_after": 30}
        return web.json_response(body, status=status)


def _telegram(result: Any) -> web.Response:
    return web.Response(
        text=json.dumps({"ok": True, "result": result}), content_type="application/json"
    )


def _answers(method: str, given: Any) -> Any:
    chat = {"id": CHAT, "type": "private", "first_name": "Anna"}
    match method:
        case "getMe":
            return {"id": 1, "is_bot": True, "first_name": "House", "username": "house_bot"}
        case "getChat":
            return {
                **chat,
                "accent_color_id": 0,
                "max_reaction_count": 0,
                "accepted_gift_types": _GIFTS,
            }
        case "sendMessage":
            return {"message_id": 1, "date": 0, "chat": chat, "text": given.get("text", "")}
    return True


_GIFTS = {
    "unlimited_gifts": False,
    "limited_gifts": False,
    "unique_gifts": False,
    "premium_subscription": False,
    "gifts_from_channels": False,
}
