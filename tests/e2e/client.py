"""A client of Home Assistant's own REST and WebSocket interfaces."""

import asyncio
from collections.abc import Mapping
import contextlib
from dataclasses import dataclass, field
import itertools
from typing import Any, Self

import aiohttp

from .turn import Turn

# What Home Assistant sends and takes is JSON without a schema of its own.
type Json = Any

_ANSWER_SECONDS = 30.0
_POLL_SECONDS = 0.05
_PROGRESS_SECONDS = 0.2


class CommandError(Exception):
    """Home Assistant refused a request.

    Attributes:
        code: Its error code, such as "not_found", or the HTTP status.
        message: What it says about it.
    """

    def __init__(self, code: str, message: str) -> None:
        """Remember what was answered."""
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


@dataclass(slots=True)
class Flow:
    """A config, options or subentry flow, driven as the user interface drives it.

    Attributes:
        last: The last answer: a form, a menu, an entry or an abort.
    """

    client: Client
    path: str
    last: Json = field(default_factory=dict)

    @property
    def type(self) -> str:
        """Type of the last answer: "form", "menu", "create_entry" or "abort"."""
        return str(self.last["type"])

    @property
    def errors(self) -> dict[str, str]:
        """Errors of the last form, by field."""
        return self.last.get("errors") or {}

    async def begin(self, body: Json) -> Self:
        """Open the flow."""
        self.last = await self.client.rest("POST", self.path, body)
        return self

    async def resume(self, flow_id: str) -> Self:
        """Go on with a flow that Home Assistant has opened by itself."""
        self.last = await self.client.rest("GET", f"{self.path}/{flow_id}")
        return self

    async def choose(self, option: str) -> Self:
        """Pick an entry of a menu."""
        return await self.submit({"next_step_id": option})

    async def submit(self, values: Mapping[str, Json]) -> Self:
        """Fill in a form. A form that comes back with errors does not raise: see `errors`."""
        self.last = await self.client.rest(
            "POST", f"{self.path}/{self.last['flow_id']}", dict(values)
        )
        while self.type == "progress":
            await asyncio.sleep(_PROGRESS_SECONDS)
            await self.resume(self.last["flow_id"])
        return self

    async def walk(self, answers: Mapping[str, Json]) -> Json:
        """Go through all forms and menus, giving to each field the answer of its name.

        A field without an answer is left at its default, as a person would leave it.

        Args:
            answers: Field name → value, and step id of a menu → the entry to pick.

        Returns:
            The entry, or the abort that says the subentry was changed.

        Raises:
            CommandError: If a form comes back with errors, or a menu has no answer.
        """
        while self.type in {"form", "menu"}:
            if self.type == "menu":
                await self.choose(answers[self.last["step_id"]])
                continue
            await self.submit(_filled_in(self.last["data_schema"], answers))
            if self.errors:
                raise CommandError(
                    "flow", ", ".join(": ".join(item) for item in self.errors.items())
                )
        return self.last

    async def finish(self, values: Mapping[str, Json]) -> Json:
        """Fill in the last form and return the entry that it creates.

        Raises:
            CommandError: If the flow does not end here.
        """
        await self.submit(values)
        if self.type != "create_entry":
            raise CommandError("flow", f"{self.path} answered {self.last}")
        return self.last


def _filled_in(schema: list[Json], answers: Mapping[str, Json]) -> dict[str, Json]:
    """Return what is given to the fields of a form, a folded section being a form of its own."""
    given: dict[str, Json] = {}
    for item in schema:
        name = item["name"]
        if item.get("type") == "expandable":
            given[name] = _filled_in(item["schema"], answers)
        elif name in answers:
            given[name] = answers[name]
    return given


class Client:
    """A person's session with Home Assistant, over the interfaces that its own pages use."""

    def __init__(self, url: str, token: str) -> None:
        """Prepare a session; `connect` opens it.

        Args:
            url: Where Home Assistant listens, "http://127.0.0.1:8123".
            token: An access token of the user to act as.
        """
        self.url = url
        self._token = token
        self._http = aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"})
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._reader: asyncio.Task[None] | None = None
        self._ids = itertools.count(1)
        self._results: dict[int, asyncio.Future[Json]] = {}
        self._events: dict[int, asyncio.Queue[Mapping[str, Json]]] = {}

    async def connect(self) -> None:
        """Open the WebSocket.

        Raises:
            CommandError: If the token is refused.
        """
        socket = await self._http.ws_connect(f"{self.url}/api/websocket", max_msg_size=0)
        await socket.receive_json()
        await socket.send_json({"type": "auth", "access_token": self._token})
        answer = await socket.receive_json()
        if answer["type"] != "auth_ok":
            raise CommandError("auth", str(answer))
        self._socket = socket
        self._reader = asyncio.create_task(self._read(socket))

    async def close(self) -> None:
        """End the session; harmless when Home Assistant is gone already."""
        if self._reader is not None:
            self._reader.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reader
        if self._socket is not None:
            await self._socket.close()
        await self._http.close()

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        try:
            async for frame in socket:
                message = frame.json()
                if message["type"] == "event":
                    self._events[message["id"]].put_nowait(message["event"])
                elif message["type"] == "result" and message["id"] in self._results:
                    self._settle(self._results.pop(message["id"]), message)
        finally:
            for waiting in self._results.values():
                if not waiting.done():
                    waiting.set_exception(ConnectionResetError("Home Assistant went away"))
            self._results.clear()
            for queue in self._events.values():
                queue.shutdown()

    @staticmethod
    def _settle(future: asyncio.Future[Json], message: Mapping[str, Json]) -> None:
        if future.done():
            return
        if message["success"]:
            future.set_result(message["result"])
        else:
            error = message["error"]
            future.set_exception(CommandError(error["code"], error["message"]))

    async def _send(self, kind: str, fields: Mapping[str, Json]) -> tuple[int, Json]:
        if self._socket is None:
            raise ConnectionResetError("not connected")
        number = next(self._ids)
        future: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._results[number] = future
        self._events[number] = asyncio.Queue()
        await self._socket.send_json({"id": number, "type": kind, **fields})
        async with asyncio.timeout(_ANSWER_SECONDS):
            return number, await future

    async def command(self, kind: str, **fields: Json) -> Json:
        """Send one WebSocket command and return its result.

        Raises:
            CommandError: If Home Assistant answers with an error.
        """
        return (await self._send(kind, fields))[1]

    async def subscribe(self, kind: str, **fields: Json) -> asyncio.Queue[Mapping[str, Json]]:
        """Send a WebSocket command that keeps sending, and return where its events arrive."""
        number, _ = await self._send(kind, fields)
        return self._events[number]

    async def rest(self, method: str, path: str, body: Json = None) -> Json:
        """Make one REST call and return the JSON, or the text, that comes back.

        Raises:
            CommandError: If the status is 400 or above.
        """
        async with self._http.request(method, f"{self.url}{path}", json=body) as response:
            if response.status >= 400:
                raise CommandError(str(response.status), await response.text())
            if response.content_type == "application/json":
                return await response.json()
            return await response.text()

    # --- Assist ---------------------------------------------------------------------------

    async def say(
        self,
        text: str,
        *,
        conversation_id: str | None = None,
        device_id: str | None = None,
        pipeline: str | None = None,
        within: float = _ANSWER_SECONDS,
    ) -> Turn:
        """Give one sentence to an Assist pipeline, as the Assist dialogue does.

        Args:
            text: The sentence, as a speech recogniser would write it.
            conversation_id: The conversation to continue; None begins a new one.
            device_id: The device that was spoken to.
            pipeline: Id of the pipeline; None means the preferred one.
            within: Seconds until which the pipeline must have finished.

        Raises:
            CommandError: If the pipeline cannot be run.
            ConnectionError: If Home Assistant goes away meanwhile.
            TimeoutError: If the pipeline does not finish in time.
        """
        fields: dict[str, Json] = {
            "start_stage": "intent",
            "end_stage": "intent",
            "input": {"text": text},
            "conversation_id": conversation_id,
        }
        if device_id is not None:
            fields["device_id"] = device_id
        if pipeline is not None:
            fields["pipeline"] = pipeline
        number, _ = await self._send("assist_pipeline/run", fields)
        events: list[Mapping[str, Json]] = []
        try:
            async with asyncio.timeout(within):
                while not events or events[-1]["type"] != "run-end":
                    events.append(await self._events[number].get())
        except asyncio.QueueShutDown as error:
            raise ConnectionResetError("Home Assistant went away") from error
        return Turn.from_events(text, events)

    # --- states and actions ---------------------------------------------------------------

    async def call(
        self,
        action: str,
        data: Mapping[str, Json] | None = None,
        *,
        target: Mapping[str, Json] | None = None,
        return_response: bool = False,
    ) -> Json:
        """Perform an action ("light.turn_on") and wait until it is done."""
        domain, _, service = action.partition(".")
        return await self.command(
            "call_service",
            domain=domain,
            service=service,
            service_data=dict(data or {}),
            target=dict(target or {}),
            return_response=return_response,
        )

    async def state(self, entity_id: str) -> str | None:
        """Return the state of an entity, None if there is no such entity."""
        try:
            answer = await self.rest("GET", f"/api/states/{entity_id}")
        except CommandError as error:
            if error.code == "404":
                return None
            raise
        return str(answer["state"])

    async def wait_for_state(self, entity_id: str, *states: str, within: float = 10.0) -> str:
        """Wait until an entity has one of these states, or any state but "unavailable".

        Raises:
            TimeoutError: If it does not happen in time.
        """
        async with asyncio.timeout(within):
            while True:
                state = await self.state(entity_id)
                if state in states or (not states and state not in {None, "unavailable"}):
                    return str(state)
                await asyncio.sleep(_POLL_SECONDS)

    # --- configuration --------------------------------------------------------------------

    async def config_flow(self, domain: str) -> Flow:
        """Begin adding an integration."""
        flow = Flow(self, "/api/config/config_entries/flow")
        return await flow.begin({"handler": domain, "show_advanced_options": False})

    async def options_flow(self, entry_id: str) -> Flow:
        """Begin changing the options of an integration."""
        flow = Flow(self, "/api/config/config_entries/options/flow")
        return await flow.begin({"handler": entry_id})

    async def subentry_flow(self, entry_id: str, kind: str, *, opened: str | None = None) -> Flow:
        """Begin adding a subentry to an integration, or go on with a flow that is open already."""
        flow = Flow(self, "/api/config/config_entries/subentries/flow")
        if opened is not None:
            return await flow.resume(opened)
        return await flow.begin({"handler": [entry_id, kind]})

    async def reload(self, entry_id: str) -> None:
        """Reload a config entry."""
        await self.rest("POST", f"/api/config/config_entries/entry/{entry_id}/reload")

    async def entries(self, domain: str) -> list[Json]:
        """Return the config entries of a domain."""
        found = await self.command("config_entries/get", domain=domain)
        return list(found)

    async def entity_id(self, platform: str, domain: str) -> str:
        """Return the one entity that an integration provides in a domain.

        Raises:
            LookupError: If there is none, or more than one.
        """
        found = [
            entity["entity_id"]
            for entity in await self.command("config/entity_registry/list")
            if entity["platform"] == platform and entity["entity_id"].startswith(f"{domain}.")
        ]
        if len(found) != 1:
            raise LookupError(f"{domain} of {platform}: {found}")
        return str(found[0])
