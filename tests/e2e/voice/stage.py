"""A house that is spoken to: Home Assistant, real speech in and out, and satellites in its rooms."""

from dataclasses import dataclass, field
from pathlib import Path
import sys
from typing import Final

from tests.e2e import ledger
from tests.e2e.client import Client, Json
from tests.e2e.guarded import DOMAIN, INTEGRATION
from tests.e2e.house import House
from tests.e2e.receivers import HttpReceiver

from . import engines, sound
from .actors import Satellite, Server

PHRASE: Final = "please deliver the message"
"""The household's phrase: what `scripts/voice study` shows to survive best."""

PHRASE_CONTACT: Final = "Alice"
CODE_CONTACT: Final = "Grandma"
PIN_CONTACT: Final = "Mom"

PIN: Final = "4917"
"""The household's PIN."""

PORTLAND: Final = Path(__file__).with_name("portland_2018")


@dataclass(slots=True, kw_only=True)
class Stage:
    """Everything that a voice scenario needs.

    Attributes:
        folder: For all files; made if it is not there.
        satellites: By name; each is one process.
        more: Folders of further integrations.
        guarded: With Message Guard; else with the stand-in agent of 2018.
        python: Interpreter of the environment that Home Assistant is installed in.
        engine: Who listens, of the table `engines.yaml`.
        voice: Who speaks for the house.
        alice: Receives what is sent to Alice; her level is `phrase`.
        grandma: Receives what is sent to Grandma; her level is `code`.
        mom: Receives what is sent to Mom; her level is `pin`.
    """

    folder: Path
    satellites: dict[str, Satellite]
    more: tuple[Path, ...] = ()
    guarded: bool = True
    python: Path = Path(sys.executable)
    engine: str = "pocketsphinx"
    voice: str = sound.HOUSE
    alice: HttpReceiver = field(default_factory=HttpReceiver)
    grandma: HttpReceiver = field(default_factory=HttpReceiver)
    mom: HttpReceiver = field(default_factory=HttpReceiver)
    house: House = field(init=False)
    _servers: list[Server] = field(default_factory=list)
    _entry_id: str = ""
    _seen: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Lay out the folder."""
        integration = INTEGRATION if self.guarded else PORTLAND
        self.house = House(
            folder=self.folder / "config",
            integrations=(integration, *self.more),
            python=self.python,
        )
        keep = ("--keep", str(self.folder / "speech"))
        self._servers = [
            Server(
                "recogniser",
                ("--engine", self.engine, *keep),
                self.folder / "recogniser.log",
                engines.engines()[self.engine].python,
            ),
            Server(
                "speaker",
                ("--voice", self.voice, *keep),
                self.folder / "speaker.log",
                engines.voices()[self.voice].python,
            ),
        ]

    @property
    def _receivers(self) -> dict[str, HttpReceiver]:
        """Who receives what is sent to each contact."""
        return {PHRASE_CONTACT: self.alice, CODE_CONTACT: self.grandma, PIN_CONTACT: self.mom}

    @property
    def entry_id(self) -> str:
        """Id of the guard's config entry."""
        return self._entry_id

    @property
    def client(self) -> Client:
        """The owner's session."""
        return self.house.client

    @property
    def ledger_path(self) -> Path:
        """The ledger's file."""
        return self.house.folder / f"{DOMAIN}.ledger.db"

    async def start(self) -> None:
        """Start everything, satellites before Home Assistant, and connect it."""
        for receiver in self._receivers.values():
            await receiver.start()
        for process in (*self._servers, *self.satellites.values()):
            await process.start()
        self.house.configuration.extra["notify"] = [
            {"platform": "rest", "name": name, "resource": receiver.url, "method": "POST_JSON"}
            for name, receiver in (
                (name.lower(), receiver) for name, receiver in self._receivers.items()
            )
        ]
        await self.house.start()
        for server in self._servers:
            await self._add("wyoming", server.port)
        for satellite in self.satellites.values():
            await self._add(satellite.kind, satellite.port)
        pipeline = await self._use_speech()
        if self.guarded:
            await self._guard(pipeline)
        for satellite in self.satellites.values():
            if not any(event["event"] == "connected" for event in satellite.story):
                await satellite.next("connected", within=60.0)

    async def rest(self) -> None:
        """Let the house be quiet for an hour: the guard counts requests and wrong codes.

        Six requests of one satellite in ten minutes, and three wrong codes in an hour, are more than
        a household makes; the scenarios make more. An administrator's means undo both.
        """
        if self.guarded:
            await self.client.call(f"{DOMAIN}.unlock")
            await self.client.reload(self._entry_id)

    async def stop(self) -> None:
        """Stop everything; harmless when it is stopped."""
        await self.house.stop()
        for process in (*self.satellites.values(), *self._servers):
            await process.stop()
        for receiver in self._receivers.values():
            await receiver.stop()

    def new_deliveries(self) -> list[tuple[str, str]]:
        """Return what arrived since this was last asked."""
        new: list[tuple[str, str]] = []
        for name, receiver in self._receivers.items():
            new += [(name, text) for text in receiver.messages[self._seen.get(name, 0) :]]
            self._seen[name] = len(receiver.messages)
        return new

    def authorised(self) -> int:
        """Return how many sends the ledger holds."""
        if not self.guarded:
            return sum(len(receiver.messages) for receiver in self._receivers.values())
        return sum(entry.kind == "authorised" for entry in ledger.entries(self.ledger_path))

    async def _add(self, domain: str, port: int) -> None:
        flow = await self.client.config_flow(domain)
        await flow.submit({"host": "127.0.0.1", "port": port})
        while flow.type == "form":
            await flow.submit({})
        if flow.type != "create_entry":
            raise RuntimeError(f"{domain} on port {port}: {flow.last}")

    async def _use_speech(self) -> str:
        """Let the preferred pipeline hear and speak with our servers; return its id."""
        listed = await self.client.command("assist_pipeline/pipeline/list")
        pipeline = str(listed["preferred_pipeline"])
        settings: dict[str, Json] = next(
            dict(item) for item in listed["pipelines"] if item["id"] == pipeline
        )
        del settings["id"]
        settings |= {
            "stt_engine": await self.client.entity_id("wyoming", "stt"),
            "stt_language": "en",
            "tts_engine": await self.client.entity_id("wyoming", "tts"),
            "tts_language": "en",
        }
        if not self.guarded:
            flow = await self.client.config_flow("portland_2018")
            if flow.type != "create_entry":
                raise RuntimeError(f"the stand-in agent: {flow.last}")
            agent = await self.client.entity_id("portland_2018", "conversation")
            settings["conversation_engine"] = agent
        await self.client.command(
            "assist_pipeline/pipeline/update", pipeline_id=pipeline, **settings
        )
        return pipeline

    async def _guard(self, pipeline: str) -> None:
        flow = await self.client.config_flow(DOMAIN)
        entry = await flow.walk(
            {
                "pipelines": [pipeline],
                "default_level": "phrase",
                "phrase": PHRASE,
                "observe": False,
            }
        )
        self._entry_id = str(entry["result"]["entry_id"])
        pin = await self.client.options_flow(self._entry_id)
        await pin.walk({"init": "pin", "pin": PIN})
        opened: str | None = (entry.get("next_flow") or [None, None])[1]
        for name, target, level in (
            (PHRASE_CONTACT, "notify.alice", "inherit"),
            (CODE_CONTACT, "notify.grandma", "code"),
            (PIN_CONTACT, "notify.mom", "pin"),
        ):
            contact = await self.client.subentry_flow(self._entry_id, "contact", opened=opened)
            opened = None
            await contact.walk(
                {
                    "user": "details",
                    "name": name,
                    "aliases": [],
                    "reach": [f"notify_action|{target}"],
                    "level": level,
                }
            )
