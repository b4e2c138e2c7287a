"""The home in which all situations are played, one after the other."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
import json
from pathlib import Path
from typing import Any

from aiohttp import web
import yaml

from tests.e2e.client import Client, CommandError, Json
from tests.e2e.forms import Forms
from tests.e2e.guarded import INTEGRATION, PHRASE
from tests.e2e.house import House
from tests.e2e.local_model import MODEL, LocalModel

from .situation import Situation

SATELLITE = Path(__file__).parents[1] / "instant_satellite"
PEOPLE = ("anna", "ben", "carla", "dora", "stranger")
"""Each has a notify action of that name."""
RECEIVER = "{receiver}"
"""Stands for the address of the receiver in a home's configuration."""

_ARRIVAL_SECONDS = 4.0
_POLL_SECONDS = 0.05

_ACTIONS = '''"""Actions of an integration that Home Assistant does not have. Written for a situation."""

from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.typing import ConfigType

ACTIONS = {actions!r}
URL = {url!r}


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register them; each posts what it is given."""
    session = async_get_clientsession(hass)

    async def post(call: ServiceCall) -> None:
        async with session.post(
            f"{{URL}}/{{call.domain}}.{{call.service}}", json=dict(call.data)
        ) as answer:
            if answer.status >= 400:
                raise HomeAssistantError("the other side has refused it")

    for action in ACTIONS:
        hass.services.async_register({domain!r}, action, post)
    return True
'''


@dataclass(slots=True)
class Receiver:
    """Takes whatever is sent anywhere, over HTTP on loopback.

    Attributes:
        arrived: Where (the path) and what, oldest first.
        refusing: Paths that are answered with this status.
    """

    arrived: list[tuple[str, Json]] = field(default_factory=list)
    refusing: dict[str, int] = field(default_factory=dict)
    _runner: web.AppRunner | None = None
    _port: int = 0

    @property
    def url(self) -> str:
        """Where to send to."""
        return f"http://127.0.0.1:{self._port}"

    async def start(self) -> None:
        """Begin to listen."""
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._take)
        self._runner = web.AppRunner(application)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        path = request.match_info["path"]
        if status := self.refusing.get(path):
            return web.Response(status=status)
        text = await request.text()
        try:
            body = json.loads(text)
        except ValueError:
            body = text
        self.arrived.append((path, body))
        return web.json_response({})


@dataclass(slots=True)
class SituationsHome:
    """A real Home Assistant with everything that the situations need.

    Attributes:
        situations: All that will be played in it.
        folder: Where its files go.
    """

    situations: Iterable[Situation]
    folder: Path
    receiver: Receiver = field(default_factory=Receiver)
    model: LocalModel = field(default_factory=LocalModel)
    house: House = field(init=False)
    forms: Forms = field(init=False)
    pipelines: dict[str, str] = field(default_factory=dict)
    bus: asyncio.Queue[Mapping[str, Json]] = field(default_factory=asyncio.Queue)

    def __post_init__(self) -> None:
        """Lay out the folder."""
        self.house = House(folder=self.folder / "config")

    @property
    def client(self) -> Client:
        """The owner's session."""
        return self.house.client

    async def start(self) -> None:
        """Start it, without Message Guard in it."""
        await self.receiver.start()
        await self.model.start()
        configuration = self.house.configuration
        configuration.extra["notify"] = [
            {
                "platform": "rest",
                "name": name,
                "resource": f"{self.receiver.url}/{name}",
                "method": "POST_JSON",
            }
            for name in PEOPLE
        ]
        configuration.extra |= {"input_text": {"instant_pipeline": {"initial": "preferred"}}}
        configuration.packages = {
            f"situation_{number}": self._filled_in(dict(situation.home))
            for number, situation in enumerate(self.situations)
            if situation.home
        }
        configuration.integrations = (SATELLITE, INTEGRATION, *self._integrations())
        await self.house.start()
        await self._add_satellites()
        await self._add_pipelines()
        states = await self.client.command("get_states")
        await self.client.command(
            "homeassistant/expose_entity",
            assistants=["conversation"],
            entity_ids=[
                state["entity_id"] for state in states if state["entity_id"].startswith("script.")
            ],
            should_expose=True,
        )
        self.forms = Forms(self.client, list(self.pipelines.values()))
        self.bus = await self.client.subscribe("subscribe_events")

    async def stop(self) -> None:
        """Stop it."""
        await self.house.stop()
        await self.receiver.stop()
        await self.model.stop()

    async def begin(self, situation: Situation) -> None:
        """Add Message Guard anew, with the contacts and the choices of a situation."""
        await self.forms.add_guard(PHRASE)
        for name, reached in situation.contacts.items():
            await self.forms.add_contact(name, self._filled_in(reached))
        for entry, fields in situation.household.items():
            await self.forms.configure(entry, self._filled_in(dict(fields)))
        self.receiver.arrived.clear()
        self.model.asked.clear()

    async def end(self) -> None:
        """Take Message Guard out again."""
        await self.forms.remove_guard()

    async def arrived(self, count: int) -> list[tuple[str, Json]]:
        """Return what has arrived, once so much is there, or will not come any more."""
        deadline = asyncio.get_running_loop().time() + _ARRIVAL_SECONDS
        while len(self.receiver.arrived) < count and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(_POLL_SECONDS)
        await asyncio.sleep(_POLL_SECONDS)
        return list(self.receiver.arrived)

    def _filled_in(self, value: Any) -> Any:
        text = yaml.safe_dump(value, allow_unicode=True).replace(RECEIVER, self.receiver.url)
        return yaml.safe_load(text)

    def _integrations(self) -> tuple[Path, ...]:
        """Write the integrations that Home Assistant does not have; return their folders."""
        actions: dict[str, dict[str, tuple[str, ...]]] = {}
        for situation in self.situations:
            for action, fields in situation.services.items():
                domain, _, name = action.partition(".")
                actions.setdefault(domain, {})[name] = fields
        return tuple(self._integration(domain, names) for domain, names in actions.items())

    def _integration(self, domain: str, actions: Mapping[str, tuple[str, ...]]) -> Path:
        path = self.folder / "integrations" / domain
        path.mkdir(parents=True)
        manifest = {
            "domain": domain,
            "name": domain.replace("_", " ").title(),
            "codeowners": [],
            "documentation": "https://example.invalid",
            "iot_class": "local_push",
            "requirements": [],
            "version": "0.0.0",
        }
        (path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        described = {
            name: {"fields": {key: {"selector": {"text": None}} for key in fields}}
            for name, fields in actions.items()
        }
        (path / "services.yaml").write_text(yaml.safe_dump(described), encoding="utf-8")
        code = _ACTIONS.format(actions=list(actions), url=self.receiver.url, domain=domain)
        (path / "__init__.py").write_text(code, encoding="utf-8")
        self.house.configuration.extra[domain] = None
        return path

    async def _add_satellites(self) -> None:
        flow = await self.client.config_flow("instant_satellite")
        if flow.type != "create_entry":
            raise CommandError("satellite", str(flow.last))

    async def _add_pipelines(self) -> None:
        client = self.client
        flow = await client.config_flow("ollama")
        entry = await flow.finish({"url": self.model.url})
        subentry = await client.subentry_flow(entry["result"]["entry_id"], "conversation")
        await subentry.finish({"name": "Scripted", "model": MODEL, "llm_hass_api": ["assist"]})
        await client.wait_for_state("conversation.scripted", "unknown")
        engines = {"own": "conversation.home_assistant", "model": "conversation.scripted"}
        stt = await client.entity_id("instant_satellite", "stt")
        tts = await client.entity_id("instant_satellite", "tts")
        for name, engine in engines.items():
            made = await client.command(
                "assist_pipeline/pipeline/create",
                name=name,
                language="en",
                conversation_engine=engine,
                conversation_language="en",
                prefer_local_intents=False,
                stt_engine=stt,
                stt_language="en",
                tts_engine=tts,
                tts_language="en",
                tts_voice=None,
                wake_word_entity=None,
                wake_word_id=None,
            )
            self.pipelines[name] = made["id"]
        await client.command(
            "assist_pipeline/pipeline/set_preferred", pipeline_id=self.pipelines["own"]
        )
