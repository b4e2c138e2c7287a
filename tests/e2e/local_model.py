"""A server on loopback that speaks Ollama's protocol and says what a test has written down.

Home Assistant's own `ollama` integration talks to it through the real client library.
"""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
import json
from typing import Any

from aiohttp import web

from .client import Client, Json
from .household import Household

MODEL = "scripted:latest"
SEND = "message_guard__SendMessage"

_RELOAD_SECONDS = 10.0
_POLL_SECONDS = 0.1

type Part = Mapping[str, Json]
"""One part of a streamed message, in Ollama's form."""


def words(*parts: str) -> list[Part]:
    """Return a message of nothing but words."""
    return [{"content": part} for part in parts]


def calls(tool: str, **arguments: Json) -> list[Part]:
    """Return a message that calls a tool."""
    return [{"content": "", "tool_calls": [{"function": {"name": tool, "arguments": arguments}}]}]


@dataclass(slots=True)
class LocalModel:
    """A model that is scripted.

    Attributes:
        answers: The messages that it gives next, oldest first; "Okay." when there is none.
        asked: Everything that it was sent, oldest first.
    """

    answers: deque[list[Part]] = field(default_factory=deque)
    asked: list[Json] = field(default_factory=list)
    _runner: web.AppRunner | None = None
    _port: int = 0

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def last_user_words(self) -> list[str]:
        """What users have said in the conversation that it was sent last."""
        return [item["content"] for item in self.asked[-1]["messages"] if item["role"] == "user"]

    @property
    def last_tool_results(self) -> list[Json]:
        """What its tools have answered in the conversation that it was sent last."""
        messages = self.asked[-1]["messages"]
        return [json.loads(item["content"]) for item in messages if item["role"] == "tool"]

    def will_say(self, *answers: list[Part]) -> None:
        """Give these messages next, one for each time it is asked."""
        self.answers = deque(answers)

    async def start(self) -> None:
        """Begin to listen, on a port of the system's choice."""
        application = web.Application()
        application.router.add_get("/api/tags", self._list)
        application.router.add_post("/api/chat", self._chat)
        self._runner = web.AppRunner(application)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    def _next(self, _body: Json) -> list[Part]:
        """Return the next message."""
        return self.answers.popleft() if self.answers else words("Okay.")

    async def _list(self, _request: web.Request) -> web.Response:
        return web.json_response({"models": [{"name": MODEL, "model": MODEL}]})

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.asked.append(body)
        response = web.StreamResponse(headers={"Content-Type": "application/x-ndjson"})
        await response.prepare(request)
        for part in self._next(body):
            await response.write(_line(part, done=False))
        await response.write(_line({"content": ""}, done=True))
        await response.write_eof()
        return response


def _line(part: Part, *, done: bool) -> bytes:
    data: dict[str, Any] = {
        "model": MODEL,
        "created_at": datetime.now(UTC).isoformat(),
        "message": {"role": "assistant", **part},
        "done": done,
    }
    if done:
        data["done_reason"] = "stop"
    return json.dumps(data).encode() + b"\n"


async def add_model(client: Client, model: LocalModel, *, apis: Sequence[str] = ("assist",)) -> str:
    """Add the integration with this model and the tools of these APIs; return its entity."""
    flow = await client.config_flow("ollama")
    entry = await flow.finish({"url": model.url})
    entry_id = entry["result"]["entry_id"]
    subentry = await client.subentry_flow(entry_id, "conversation")
    await subentry.finish({"name": "Scripted", "model": MODEL, "llm_hass_api": list(apis)})
    agent = await _agent(client)
    await client.wait_for_state(agent, "unknown")
    return agent


async def use_model(home: Household, model: LocalModel) -> str:
    """Add the integration with this model, let the preferred pipeline ask it; return its entity."""
    client = home.house.client
    agent = await add_model(client, model)
    listed = await client.command("assist_pipeline/pipeline/list")
    settings = next(dict(item) for item in listed["pipelines"] if item["id"] == home.pipeline)
    del settings["id"]
    settings |= {"conversation_engine": agent, "conversation_language": "en"}
    await client.command("assist_pipeline/pipeline/update", pipeline_id=home.pipeline, **settings)
    return agent


async def _agent(client: Client) -> str:
    """Wait until the integration has reloaded with its new subentry."""
    async with asyncio.timeout(_RELOAD_SECONDS):
        while True:
            try:
                return await client.entity_id("ollama", "conversation")
            except LookupError:
                await asyncio.sleep(_POLL_SECONDS)
