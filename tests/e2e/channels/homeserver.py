"""A real Matrix homeserver (Synapse), with people and rooms, behind a wire that can be troubled."""

import asyncio
from dataclasses import dataclass, field
import hashlib
import hmac
from itertools import count
from pathlib import Path
from typing import Any, override
from urllib.parse import quote

import aiohttp
from aiohttp import web

from tests.e2e.configuration import REPOSITORY
from tests.ports import free_port

from .troubles import WebServer, json_of

_PYTHON = REPOSITORY / ".venv-homeserver" / "bin" / "python"
_START_SECONDS = 240.0
NAME = "home.invalid"
HOUSE, ANNA, STRANGER, PASSWORD = "house", "anna", "mallory", "a password on loopback"
ALIAS, OTHER_ALIAS = "#family:home.invalid", "#street:home.invalid"
_SECRET = "on loopback only"


@dataclass(slots=True)
class Homeserver(WebServer):
    """Passes everything on to Synapse, but for what a trouble does to messages.

    Attributes:
        folder: Where its files go.
        people: Who has an account; the house and Anna are in the room, the house has made it.
        room: The room's id.
    """

    folder: Path = field(default_factory=Path)
    people: tuple[str, ...] = (HOUSE, ANNA)
    room: str = ""
    _tokens: dict[str, str] = field(default_factory=dict)
    _numbers: count[int] = field(default_factory=count)
    _before: int = 0
    _behind: int = 0
    _process: asyncio.subprocess.Process | None = None
    _http: aiohttp.ClientSession | None = None

    @override
    async def start(self) -> None:
        if self._process is None:
            await self._start_synapse()
        await WebServer.start(self)

    async def end(self) -> None:
        """End the homeserver."""
        await self.stop()
        if self._http is not None:
            await self._http.close()
        if self._process is not None:
            self._process.terminate()
            await self._process.wait()

    @override
    async def empty(self) -> None:
        self.arrived.clear()
        self._before = len(await self._in_room())

    @override
    async def look(self) -> None:
        """Read the room as Anna: a request that is repeated with the same number is one message to the server."""
        self.arrived[:] = (await self._in_room())[self._before :]

    async def _in_room(self) -> list[str]:
        """Return what is written in the room, oldest first."""
        path = f"rooms/{quote(self.room)}/messages?dir=f&limit=1000"
        answer = await self._ask("GET", path, self._tokens[ANNA])
        return [
            str(event["content"]["body"])
            for event in answer["chunk"]
            if event["type"] == "m.room.message"
        ]

    @override
    async def words(self, request: web.Request) -> str | None:
        if request.method != "PUT" or "/send/m.room.message/" not in request.path:
            return None
        return str((await json_of(request))["body"])

    @override
    async def accept(self, request: web.Request) -> web.StreamResponse:
        """Ask Synapse."""
        assert self._http is not None
        address = f"http://127.0.0.1:{self._behind}{request.raw_path}"
        headers = {
            key: value
            for key, value in request.headers.items()
            if key.lower() in {"authorization", "content-type"}
        }
        try:
            async with self._http.request(
                request.method, address, data=await request.read(), headers=headers
            ) as answer:
                return web.Response(
                    status=answer.status,
                    body=await answer.read(),
                    content_type=answer.content_type,
                )
        except aiohttp.ClientError:
            return web.Response(status=502)  # the homeserver has ended

    @override
    def refuse(self, status: int) -> web.StreamResponse:
        codes = {
            401: "M_UNKNOWN_TOKEN",
            403: "M_FORBIDDEN",
            429: "M_LIMIT_EXCEEDED",
            500: "M_UNKNOWN",
        }
        body: dict[str, Any] = {"errcode": codes[status], "error": "no"}
        if status == 429:
            body["retry_after_ms"] = 60_000
        return web.json_response(body, status=status)

    async def _start_synapse(self) -> None:
        self._behind = free_port()
        self._http = aiohttp.ClientSession()
        self.folder.mkdir(parents=True, exist_ok=True)
        settings = self.folder / "homeserver.yaml"
        settings.write_text(
            _SETTINGS.format(folder=self.folder, port=self._behind, secret=_SECRET), "utf-8"
        )
        make = ("--generate-keys", "-c", str(settings))
        await self._run("-m", "synapse.app.homeserver", *make)
        self._process = await asyncio.create_subprocess_exec(
            *(str(_PYTHON), "-m", "synapse.app.homeserver", "-c", str(settings)),
            cwd=self.folder,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        await self._until_ready()
        for name in self.people:
            await self._register(name)
            self._tokens[name] = await self._log_in(name)
        self.room = await self.make_room(ALIAS, HOUSE, ANNA)

    async def make_room(self, alias: str, *members: str) -> str:
        """Let the first of these people make a room, and the others join it; return its id."""
        first, *others = members
        made = await self._ask(
            "POST",
            "createRoom",
            self._tokens[first],
            room_alias_name=alias.removeprefix("#").partition(":")[0],
            invite=[f"@{name}:{NAME}" for name in others],
        )
        for name in others:
            await self._ask("POST", f"rooms/{quote(made['room_id'])}/join", self._tokens[name])
        return str(made["room_id"])

    async def let_in(self, name: str) -> None:
        """Let the house invite somebody into its room, and them come."""
        room = f"rooms/{quote(self.room)}"
        await self._ask("POST", f"{room}/invite", self._tokens[HOUSE], user_id=f"@{name}:{NAME}")
        await self._ask("POST", f"{room}/join", self._tokens[name])

    async def write(self, name: str, text: str, *, room: str = "", **content: Any) -> str:
        """Let somebody write in a room, this one where none is named; return the event's id.

        Args:
            name: Who writes, and is in the room.
            text: What they write.
            room: The room's id.
            **content: What else the event has beside its words.
        """
        path = f"rooms/{quote(room or self.room)}/send/m.room.message/{next(self._numbers)}"
        answer = await self._ask(
            "PUT", path, self._tokens[name], msgtype="m.text", body=text, **content
        )
        return str(answer["event_id"])

    async def _run(self, *arguments: str) -> None:
        process = await asyncio.create_subprocess_exec(
            str(_PYTHON),
            *arguments,
            cwd=self.folder,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        if process.returncode:
            raise RuntimeError(said.decode())

    async def _until_ready(self) -> None:
        assert self._http is not None
        async with asyncio.timeout(_START_SECONDS):
            while True:
                try:
                    async with self._http.get(f"http://127.0.0.1:{self._behind}/health") as answer:
                        if answer.status == 200:
                            return
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.1)

    async def _ask(self, method: str, path: str, token: str = "", **body: Any) -> Any:
        assert self._http is not None
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        address = f"http://127.0.0.1:{self._behind}/_matrix/client/v3/{path}"
        sent = None if method == "GET" else body
        async with self._http.request(
            method, address, json=sent, headers=headers, raise_for_status=True
        ) as answer:
            return await answer.json()

    async def _register(self, name: str) -> None:
        """Make an account, as an administrator of the server does with its shared secret."""
        path = "../../../_synapse/admin/v1/register"
        nonce = (await self._ask("GET", path))["nonce"]
        signed = f"{nonce}\0{name}\0{PASSWORD}\0notadmin".encode()
        mac = hmac.new(_SECRET.encode(), signed, hashlib.sha1).hexdigest()
        await self._ask(
            "POST", path, nonce=nonce, username=name, password=PASSWORD, admin=False, mac=mac
        )

    async def _log_in(self, name: str) -> str:
        identifier = {"type": "m.id.user", "user": name}
        answer = await self._ask(
            "POST", "login", type="m.login.password", identifier=identifier, password=PASSWORD
        )
        return str(answer["access_token"])


_SETTINGS = """
server_name: home.invalid
pid_file: {folder}/homeserver.pid
listeners:
  - {{port: {port}, type: http, bind_addresses: ["127.0.0.1"], tls: false, resources: [{{names: [client]}}]}}
database: {{name: sqlite3, args: {{database: "{folder}/homeserver.db"}}}}
media_store_path: {folder}/media
registration_shared_secret: {secret}
signing_key_path: {folder}/signing.key
trusted_key_servers: []
report_stats: false
rc_message: {{per_second: 1000, burst_count: 1000}}
rc_login: {{address: {{per_second: 1000, burst_count: 1000}}, account: {{per_second: 1000, burst_count: 1000}}, failed_attempts: {{per_second: 1000, burst_count: 1000}}}}
"""
