"""A house that Kim writes to from a phone: what is read out, what acts, and what the ledger has of it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
import json
from pathlib import Path
import time
from typing import Any, Final

from tests.e2e import ledger
from tests.e2e.client import Client, Json
from tests.e2e.guarded import DOMAIN
from tests.e2e.phone import TAPPED, Phone, PushServer, button, log_in

from .actors import ActorError, Satellite
from .person import Person
from .room import CLEAN
from .scenario import Case, Scenario
from .stage import Stage

KIM: Final = "Kim"
HOUSE_VOICE: Final = "piper-joe"
ROOMS: Final = {"esphome": "Kitchen", "wyoming": "Hall"}

_NO_ECHO: Final = Path(__file__).with_name("no_echo")
_SWITCH: Final = f"switch.{DOMAIN}_messages_come_in"
_ANSWER: Final = "MESSAGE_GUARD_ANSWER_"
_READ_SECONDS: Final = 25.0
_LISTEN_SECONDS: Final = 40.0
_CALLED_SECONDS: Final = 0.3

_LIGHTS: Final = ("Kitchen light", "Hall light", "Table lamp")
_COVERS: Final = {"Garage": "garage", "Blinds": "blind", "Curtain": "curtain"}
_SWITCHES: Final = ("Heating", "Coffee machine", "Fan")
_LOCKS: Final = ("Front door", "Back door")
DOMAINS: Final = frozenset({"light", "cover", "switch", "lock"})


def devices() -> list[dict[str, Any]]:
    """Return the house's devices, as its configuration has them: each takes for done what it is told."""

    def make(name: str, *actions: str, **more: str) -> dict[str, Any]:
        return {"name": name, "unique_id": name, **{action: [] for action in actions}, **more}

    return [
        {"light": [make(name, "turn_on", "turn_off") for name in _LIGHTS]},
        {
            "cover": [
                make(name, "open_cover", "close_cover", device_class=kind)
                for name, kind in _COVERS.items()
            ]
        },
        {"switch": [make(name, "turn_on", "turn_off") for name in _SWITCHES]},
        {"lock": [make(name, "lock", "unlock") for name in _LOCKS]},
    ]


@dataclass(frozen=True, slots=True)
class Mark:
    """How far the ledger had come."""

    requests: int
    proofs: int


@dataclass(slots=True, kw_only=True)
class AnswersHome:
    """One house, with one satellite of each kind in the same room.

    Attributes:
        folder: Where its files go.
        echoes_act: The control: its guard knows no echo of what it reads out.
        reading: What happens to Kim's messages, as the contact's form has it.
        engine: Who listens.
        voice: Who speaks for the people.
    """

    folder: Path
    echoes_act: bool = False
    reading: str = "read"
    engine: str = "whisper-base"
    voice: str = "kokoro-michael"
    stage: Stage = field(init=False)
    satellites: dict[str, Satellite] = field(init=False)
    kim: Phone = field(init=False)
    _pushes: PushServer = field(default_factory=PushServer)
    _calls: asyncio.Queue[Mapping[str, Json]] = field(default_factory=asyncio.Queue)
    _answers: dict[str, str] = field(default_factory=dict)
    _acted: list[str] = field(default_factory=list)
    _announced: str = ""
    _devices: dict[str, str] = field(default_factory=dict)
    _replies: int = 0

    def __post_init__(self) -> None:
        """Lay out the folder."""
        self.satellites = {
            kind: Satellite(name, kind, self.folder / f"{kind}.log", "open")
            for kind, name in ROOMS.items()
        }
        self.stage = Stage(
            folder=self.folder / "stage",
            satellites={one.name: one for one in self.satellites.values()},
            engine=self.engine,
            voice=HOUSE_VOICE,
            more=(_NO_ECHO,) if self.echoes_act else (),
        )
        self.kim = Phone("kim", self._pushes)
        extra = self.stage.house.configuration.extra
        extra |= {"mobile_app": None, "template": devices()}
        if self.echoes_act:
            extra["no_echo"] = None

    @property
    def client(self) -> Client:
        """The owner's session."""
        return self.stage.client

    # --- starting -----------------------------------------------------------------------------

    async def start(self) -> None:
        """Start it, let messages come in, and ask Kim something at each satellite."""
        await self._pushes.start()
        await self.stage.start()
        await self._options("screens", tokens_approve=True)
        await self._options("incoming", microphone=True, nobody_home=False)
        await self._one_room()
        await self._add_kim()
        await self.client.call("switch.turn_on", target={"entity_id": _SWITCH})
        await self.client.wait_for_state(_SWITCH, "on")
        self._calls = await self.client.subscribe("subscribe_events", event_type="call_service")

    async def stop(self) -> None:
        """Stop everything."""
        await self.stage.stop()
        await self._pushes.stop()

    async def _options(self, form: str, **answers: Json) -> None:
        flow = await self.client.options_flow(self.stage.entry_id)
        await flow.walk({"init": form, **answers})

    async def _one_room(self) -> None:
        """Put everything into the kitchen, and let the voice reach it."""
        entities = await self.client.command("config/entity_registry/list")
        area = (await self.client.command("config/area_registry/list"))[0]["area_id"]
        for entity in entities:
            domain = entity["entity_id"].partition(".")[0]
            if domain == "assist_satellite":
                self._devices[entity["platform"]] = entity["device_id"]
                await self.client.command(
                    "config/device_registry/update", device_id=entity["device_id"], area_id=area
                )
            if entity["platform"] == "template":
                await self.client.command(
                    "config/entity_registry/update", entity_id=entity["entity_id"], area_id=area
                )
                await self.client.command(
                    "homeassistant/expose_entity",
                    assistants=["conversation"],
                    entity_ids=[entity["entity_id"]],
                    should_expose=True,
                )

    async def _add_kim(self) -> None:
        url = self.stage.house.url
        kim = await self.client.command("config/auth/create", name=KIM, group_ids=["system-users"])
        await self.client.command(
            "config/auth_provider/homeassistant/create",
            user_id=kim["user"]["id"],
            username="kim",
            password="kim",
        )
        session = Client(url, await log_in(url, "kim", "kim"))
        try:
            await self.kim.register(url, session)
        finally:
            await session.close()
        contact = await self.client.subentry_flow(self.stage.entry_id, "contact")
        await contact.walk(
            {
                "user": "details",
                "name": KIM,
                "aliases": [],
                "reach": ["notify_entity|notify.kim"],
                "level": "inherit",
                "reading": self.reading,
                "most": 200,
            }
        )

    # --- what happens -----------------------------------------------------------------------------

    def person(self, kind: str, *steps: tuple[str, Any], body: str = "", seed: int = 0) -> Person:
        """Return somebody at a satellite who does this."""
        scenario = Scenario("answers", "", "sent", contact=KIM, steps=steps)
        case = Case("answers", kind, self.voice, CLEAN, seed, body=body)
        return Person(case, scenario, self.satellites[kind])

    async def ask(self, kind: str, body: str) -> None:
        """Write to Kim at a satellite, in words and with the proof; what they answer is told there."""
        seen = len(self.kim.received)
        steps = (("request", "send a message to {contact} saying {body}"), ("prove", None))
        await self.person(kind, *steps, body=body).play()
        push = await self.kim.wait_for(lambda _: True, after=seen)
        self._answers[kind] = button(push, _ANSWER)

    async def reply(self, kind: str, text: str) -> float:
        """Let Kim answer in the notification of what was asked at a satellite; return when, seconds since the epoch.

        The same answer again would be the same message, so each ends in other blanks.
        """
        self._replies += 1
        reply = f"{text}{' ' * self._replies}"
        tapped = time.time()
        await self.kim.fire(TAPPED, {"action": self._answers[kind], "reply_text": reply})
        return tapped

    async def says(self, kind: str, *, within: float = _READ_SECONDS) -> dict[str, Any]:
        """Return what a satellite begins to say next; a Wyoming satellite is not told the words of an announcement."""
        said = await self.satellites[kind].next("says", within=within)
        self._follow()
        return said | {"text": said["text"] or self._announced}

    async def until_idle(self) -> None:
        """Wait until nobody speaks or listens.

        Raises:
            ActorError: If somebody does not stop.
        """
        for _ in range(round(_LISTEN_SECONDS / 0.1)):
            if all(one.state == "idle" for one in self.satellites.values()):
                return
            await asyncio.sleep(0.1)
        raise ActorError("a satellite does not come to rest")

    async def rest(self) -> None:
        """Let an hour go by: what waits is gone, nothing has been counted, and nothing echoes."""
        for satellite in self.satellites.values():
            await satellite.order("hush")
        await self.until_idle()
        await self.stage.rest()
        for satellite in self.satellites.values():
            satellite.story.clear()
            satellite.catch_up()
        self.acted()

    def acted(self) -> list[str]:
        """Return what the house's devices were told since this was last asked, "lock.unlock lock.front_door"."""
        self._follow()
        acted, self._acted = self._acted, []
        return sorted(acted)

    def _follow(self) -> None:
        """Read what actions have been called."""
        while not self._calls.empty():
            call = self._calls.get_nowait()["data"]
            data = call["service_data"]
            if call["domain"] in DOMAINS:
                self._acted.append(f"{call['domain']}.{call['service']} {data.get('entity_id')}")
            elif call["domain"] == "assist_satellite":
                self._announced = str(data.get("message") or data.get("question") or "")

    async def does(self, kind: str, text: str) -> list[str]:
        """Return what the devices are told where a satellite has understood this."""
        await self.client.say(text, device_id=self._devices[kind])
        await asyncio.sleep(_CALLED_SECONDS)
        return self.acted()

    def mark(self) -> Mark:
        """Return how many requests and proofs the ledger has."""
        kinds = [json.loads(line)["kind"] for line in ledger.lines(self.stage.ledger_path)]
        return Mark(kinds.count("asked") + kinds.count("refused"), kinds.count("authorised"))

    def heard(self, kind: str) -> list[str]:
        """Return what was understood at a satellite since the last rest."""
        return [
            str(event["text"]) for event in self.satellites[kind].story if event["event"] == "heard"
        ]
