"""The other sides of channels that speak HTTP: a receiver of posts, Telegram's bots, the phone's push service."""

from dataclasses import dataclass
import json
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
    """Telegram's interface for bots, as far as sending goes."""

    @override
    async def words(self, request: web.Request) -> str | None:
        if not request.path.endswith("/sendMessage"):
            return None
        return str((await json_of(request))["text"])

    @override
    async def accept(self, request: web.Request) -> web.StreamResponse:
        return _telegram(_answers(request.path.rpartition("/")[2], await json_of(request)))

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
        case "getUpdates":
            return []
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
