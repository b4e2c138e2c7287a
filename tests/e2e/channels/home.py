"""A home with real channels, each to a server on loopback that can be troubled."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.e2e.client import Client, Json
from tests.e2e.forms import Forms
from tests.e2e.guarded import INTEGRATION, PHRASE
from tests.e2e.house import House
from tests.e2e.phone import Phone
from tests.e2e.situations.home import SATELLITE

from .broker import TOPIC, Broker
from .homeserver import ALIAS, HOUSE, NAME, PASSWORD, Homeserver
from .mail import MailServer
from .servers import CHAT, PostServer, PushServer, TelegramServer
from .troubles import Server, Trouble

_POLL_SECONDS = 0.1
_WITHIN_SECONDS = 90.0


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to reach somebody.

    Attributes:
        name: What it is called in the table.
        server: Its other side.
        reached: How the contact is entered, see tests/e2e/situations/README.md.
        troubles: What can go wrong with it.
    """

    name: str
    server: Server
    reached: Mapping[str, Any]
    troubles: tuple[Trouble, ...] = tuple(Trouble)


@dataclass(slots=True)
class ChannelsHome:
    """The home.

    Attributes:
        folder: Where its files go.
        wanted: Names of the channels to set up; all of them if it is empty.
        channels: The channels by name, once it has started.
    """

    folder: Path
    wanted: frozenset[str] = frozenset()
    channels: dict[str, Channel] = field(default_factory=dict)
    house: House = field(init=False)
    post: PostServer = field(default_factory=PostServer)
    command: PostServer = field(default_factory=PostServer)
    first: PostServer = field(default_factory=PostServer)
    second: PostServer = field(default_factory=PostServer)
    telegram: TelegramServer = field(default_factory=TelegramServer)
    push: PushServer = field(default_factory=PushServer)
    mail: MailServer = field(default_factory=MailServer)
    broker: Broker = field(init=False)
    homeserver: Homeserver = field(init=False)
    bus: asyncio.Queue[Mapping[str, Json]] = field(default_factory=asyncio.Queue)
    _pipeline: str = ""

    def __post_init__(self) -> None:
        """Lay out the folder."""
        self.house = House(folder=self.folder / "config", integrations=(SATELLITE, INTEGRATION))
        self.broker = Broker(folder=self.folder / "broker")
        self.homeserver = Homeserver(folder=self.folder / "homeserver")

    @property
    def client(self) -> Client:
        """The owner's session."""
        return self.house.client

    def wants(self, name: str) -> bool:
        """Return whether this channel is to be set up."""
        return not self.wanted or name in self.wanted

    async def start(self) -> None:
        """Start the servers, then Home Assistant, and connect them through its own dialogues."""
        web = (self.post, self.command, self.first, self.second, self.telegram, self.push)
        for server in (*web, self.mail):
            await server.start()
        extra = self.house.configuration.extra
        extra["notify"] = [
            _rest("post", self.post),
            _rest("first", self.first),
            _rest("second", self.second),
            {
                "platform": "group",
                "name": "both",
                "services": [{"action": "first"}, {"action": "second"}],
            },
        ]
        extra["rest_command"] = {
            "text": {
                "url": f"{self.command.url}/text",
                "method": "post",
                "payload": "{{ {'to': number, 'message': message} | to_json }}",
                "content_type": "application/json",
            }
        }
        extra["mobile_app"] = None
        extra["automation"] = []
        extra["input_text"] = {"instant_pipeline": {"initial": "preferred"}}
        if self.wants("mqtt"):
            await self.broker.start()
            extra["mqtt"] = [
                {"notify": {"name": "Mqtt", "command_topic": TOPIC, "unique_id": "mqtt"}}
            ]
        if self.wants("matrix"):
            await self.homeserver.start()
            extra["matrix"] = {
                "homeserver": self.homeserver.url,
                "username": f"@{HOUSE}:{NAME}",
                "password": PASSWORD,
                "verify_ssl": False,
                "rooms": [ALIAS],
            }
        await self.house.start()
        await self._connect()
        await self._speak()

    async def stop(self) -> None:
        """Stop everything."""
        await self.house.stop()
        await self.broker.end()
        await self.homeserver.end()
        for server in (
            self.post,
            self.command,
            self.first,
            self.second,
            self.telegram,
            self.push,
            self.mail,
        ):
            await server.stop()

    async def restart(self) -> None:
        """Stop and start Home Assistant, and wait for the guard."""
        await self.house.stop()
        await self.house.start()
        self.bus = await self.client.subscribe("subscribe_events")
        async with asyncio.timeout(_WITHIN_SECONDS):
            while (await self.client.entries("message_guard"))[0]["state"] != "loaded":
                await asyncio.sleep(_POLL_SECONDS)

    async def automate(self, said: str, *steps: Mapping[str, Any]) -> None:
        """Let the home do this when this is said."""
        trigger = {"trigger": "conversation", "command": [said]}
        made = {"alias": said, "triggers": [trigger], "actions": list(steps)}
        self.house.configuration.extra["automation"].append(made)
        self.house.configuration.write_yaml()
        await self.client.call("automation.reload")

    async def guard(self, channel: Channel) -> Forms:
        """Add Message Guard, with one contact who is reached by this channel, once it is there again."""
        if (entity_id := channel.reached.get("entity")) is not None:
            await self.client.wait_for_state(entity_id, within=_WITHIN_SECONDS)
        forms = Forms(self.client, [self._pipeline])
        await forms.add_guard(PHRASE)
        await forms.add_contact("Anna", channel.reached)
        return forms

    # --- connecting -------------------------------------------------------------------------

    async def _connect(self) -> None:
        """Set up each integration, and remember how its recipient is entered."""
        self._add("rest", self.post, {"through": "notify.post"})
        self._add(
            "rest_command",
            self.command,
            {"through": "rest_command.text", "fields": {"number": "+4915100"}, "words": "message"},
        )
        self._add("group", self.second, {"through": "notify.both"})
        for name, connect in (
            ("telegram", self._telegram),
            ("smtp", self._smtp),
            ("mqtt", self._mqtt),
            ("matrix", self._matrix),
            ("phone", self._phone),
            ("file", self._file),
        ):
            if self.wants(name):
                await connect()

    def _add(
        self, name: str, server: Server, reached: Mapping[str, Any], *troubles: Trouble
    ) -> None:
        if self.wants(name):
            self.channels[name] = Channel(name, server, reached, troubles or tuple(Trouble))

    async def _telegram(self) -> None:
        flow = await self.client.config_flow("telegram_bot")
        entry = await flow.finish(
            {
                "platform": "broadcast",
                "api_key": "1:loopback",
                "additional_settings": {"api_endpoint": self.telegram.url},
            }
        )
        chat = await self.client.subentry_flow(entry["result"]["entry_id"], "allowed_chat_ids")
        await chat.finish({"chat_id": CHAT})
        self._add("telegram", self.telegram, {"entity": await self._entity("telegram_bot")})

    async def _smtp(self) -> None:
        flow = await self.client.config_flow("smtp")
        entry = await flow.finish(
            {
                "sender": "house@home.invalid",
                "server": "127.0.0.1",
                "port": self.mail.port,
                "encryption": "none",
                "username": "house",
                "password": PASSWORD,
                "verify_ssl": False,
                "options": {},
            }
        )
        recipient = await self.client.subentry_flow(
            entry["result"]["entry_id"], "recipient", opened=entry["next_flow"][1]
        )
        await recipient.walk({"name": "Anna", "recipient": "anna@home.invalid"})
        self._add("smtp", self.mail, {"entity": await self._entity("smtp")})

    async def _mqtt(self) -> None:
        flow = await self.client.config_flow("mqtt")
        await flow.walk(
            {
                "broker": "127.0.0.1",
                "port": self.broker.port,
                "set_client_cert": False,
                "set_ca_cert": "off",
            }
        )
        refused = {Trouble.UNAUTHORIZED, Trouble.FORBIDDEN, Trouble.TOO_MANY, Trouble.BROKEN}
        can = [trouble for trouble in Trouble if trouble not in refused]
        self._add("mqtt", self.broker, {"entity": await self._entity("mqtt")}, *can)

    async def _matrix(self) -> None:
        reached = {
            "through": "matrix.send_message",
            "fields": {"target": [ALIAS]},
            "words": "message",
        }
        self._add("matrix", self.homeserver, reached)

    async def _phone(self) -> None:
        phone = Phone("anna", self.push)  # type: ignore[arg-type]
        await phone.register(self.house.url, self.client)
        self._add("phone", self.push, {"entity": await self._entity("mobile_app")})

    async def _file(self) -> None:
        flow = await self.client.config_flow("file")
        await flow.choose("notify")
        path = self.house.folder / "messages.txt"
        await flow.finish({"file_path": str(path), "timestamp": False})
        server = FileServer(path=path)
        self._add(
            "file", server, {"entity": await self._entity("file")}, Trouble.NONE, Trouble.DOWN
        )

    async def _entity(self, platform: str) -> str:
        """Wait for the notify entity of an integration, and return it."""
        async with asyncio.timeout(_WITHIN_SECONDS):
            while True:
                try:
                    found = await self.client.entity_id(platform, "notify")
                    await self.client.wait_for_state(found)
                except LookupError, TimeoutError:
                    await asyncio.sleep(_POLL_SECONDS)
                else:
                    return found

    async def _speak(self) -> None:
        """Let the satellites speak with the preferred assistant."""
        client = self.client
        await client.config_flow("instant_satellite")
        listed = await client.command("assist_pipeline/pipeline/list")
        self._pipeline = listed["preferred_pipeline"]
        settings = dict(next(p for p in listed["pipelines"] if p["id"] == self._pipeline))
        del settings["id"]
        settings |= {
            "stt_engine": await client.entity_id("instant_satellite", "stt"),
            "stt_language": "en",
            "tts_engine": await client.entity_id("instant_satellite", "tts"),
            "tts_language": "en",
        }
        await client.command(
            "assist_pipeline/pipeline/update", pipeline_id=self._pipeline, **settings
        )
        self.bus = await client.subscribe("subscribe_events")


def _rest(name: str, server: PostServer) -> dict[str, Any]:
    return {
        "platform": "rest",
        "name": name,
        "resource": f"{server.url}/{name}",
        "method": "POST_JSON",
    }


@dataclass(slots=True)
class FileServer(Server):
    """A file that is written to; down, its folder is one that nothing can be written to."""

    path: Path = field(default_factory=Path)

    async def empty(self) -> None:
        """Take the file away."""
        self.arrived.clear()
        self.path.unlink(missing_ok=True)

    async def let(self, trouble: Trouble) -> None:
        """Put a folder where the file has to be."""
        self.trouble = trouble
        if trouble is Trouble.DOWN:
            self.path.unlink(missing_ok=True)
            self.path.mkdir()
        elif self.path.is_dir():
            self.path.rmdir()

    async def look(self) -> None:
        """Read what has arrived."""
        if self.path.is_file():
            self.arrived = self.path.read_text(encoding="utf-8").splitlines()[2:]
