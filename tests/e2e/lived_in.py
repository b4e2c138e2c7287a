"""A household that somebody lives in: rooms, people, a language model, an automation that writes, and two weeks behind it.

Everything is set up and said through Home Assistant's own doors. The two weeks are played, not written down: the clock
on the wall is put back, and forward from one request to the next (tests/e2e/household_clock).
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
import time
from typing import Any

from .client import Client, Json
from .guarded import DOMAIN, INTEGRATION, PHRASE, GuardedHousehold
from .household import Household
from .local_model import LocalModel, add_model
from .past import Home, days_of, live
from .phone import Phone, PushServer, log_in
from .receivers import HttpReceiver

_HERE = Path(__file__).parent
COMPONENTS = (_HERE / "instant_satellite", _HERE / "household_clock")

ROOMS = {
    "kitchen": "Kitchen speaker",
    "living_room": "Living room speaker",
    "hall": "Hall panel",
    "nursery": "Nursery speaker",
}
"""Rooms and what the satellites there are called."""

PIN = "4711"
HEAD, APPROVER, GUEST, TABLET = "Owner", "Anna", "Ben", "Wall tablet"
PEOPLE = {APPROVER: "anna", GUEST: "ben", TABLET: "tablet"}
"""Everybody who has a user beside the owner, and the name to log in with; the password is the same."""

SEED = 20261114
DAYS = 14

_OWN, _MODEL = "Rooms", "Helper"
_CHOOSER = "input_text.instant_pipeline"
_EVENT = "instant_satellite_event"
_SAYS = "tts-start"
_GRAN, _SCHOOL = "notify.gran", "notify.school"


@dataclass(slots=True)
class LivedInHousehold(GuardedHousehold):
    """A guarded household with rooms and people, which has a past once it is started.

    Attributes:
        days: How many days lie behind it; none is played where it is 0.
        behind: So many seconds ago its past ended.
        seed: The same seed, at the same time of day, gives the same past.
        model: A language model that is scripted.
        phone: The approver's phone.
        other_phone: The owner's.
        users: Everybody who has a user, and its id.
        lived_in: Seconds that its past took.
    """

    days: int = DAYS
    behind: float = 0.0
    seed: int = SEED
    model: LocalModel = field(default_factory=LocalModel)
    pushes: PushServer = field(default_factory=PushServer)
    phone: Phone = field(init=False)
    other_phone: Phone = field(init=False)
    users: dict[str, str] = field(default_factory=dict)
    lived_in: float = 0.0
    sessions: dict[str, Client] = field(default_factory=dict)
    _pipelines: dict[str, str] = field(default_factory=dict)
    _bus: asyncio.Queue[Mapping[str, Json]] = field(default_factory=asyncio.Queue)

    def __post_init__(self) -> None:
        """Lay out what is not yet there."""
        self.phone = Phone("Anna's phone", self.pushes)
        self.other_phone = Phone("Owner's phone", self.pushes)
        home = self.household
        home.others = {
            action.removeprefix("notify."): HttpReceiver() for action in (_GRAN, _SCHOOL)
        }
        home.house.configuration.extra |= _pages() | _rooms() | _ways()

    @classmethod
    def of(cls, folder: Path, *, port: int = 0, days: int = DAYS) -> LivedInHousehold:
        """Return the household, not yet started."""
        integrations = (INTEGRATION, *COMPONENTS)
        return cls(Household(folder=folder, integrations=integrations, port=port), days=days)

    async def start(self) -> None:
        """Start it, set it up, and let it live through its past."""
        await self.model.start()
        await self.pushes.start()
        await self.household.start()
        await self._add_rooms()
        await self._invite()
        begun = time.monotonic()
        first, requests = days_of(time.time() - self.behind, self.days, self.seed)
        await self.set_clock(first)
        await self.add_guard()
        await self.add_contacts()
        await self._choose()
        await self._add_careful_contacts()
        await live(requests, self._home())
        await self.set_clock(None)
        self.lived_in = time.monotonic() - begun

    async def stop(self) -> None:
        """Stop everything; harmless when it is stopped."""
        for session in self.sessions.values():
            await session.close()
        self.sessions.clear()
        await GuardedHousehold.stop(self)
        await self.model.stop()
        await self.pushes.stop()

    async def _add_careful_contacts(self) -> None:
        """Add two who need more than the demo's contacts do, and rules of two rooms."""
        await self.add_contact("Gran", "notify_action", _GRAN, level="pin")
        await self.add_contact("School", "notify_action", _SCHOOL, level="device")
        satellites = {
            entity["unique_id"]: entity["entity_id"]
            for entity in await self.client.command("config/entity_registry/list")
            if entity["entity_id"].startswith("assist_satellite.")
        }
        for room, answers in ROOM_RULES.items():
            flow = await self.client.subentry_flow(self.entry_id, "satellite")
            await flow.walk({"satellite": satellites[room], **answers})
        await self.client.reload(self.entry_id)

    async def set_clock(self, seconds: float | None) -> None:
        """Set the clock on the wall, seconds since the epoch; None for the true time."""
        await self.client.call("household_clock.set", {} if seconds is None else {"to": seconds})

    async def listen(self) -> None:
        """Hear what the satellites say, in the owner's session that there is now."""
        self._bus = await self.client.subscribe("subscribe_events", event_type=_EVENT)

    async def speak(self, room: str, text: str, *, to_model: bool = False) -> str:
        """Say something to the satellite of a room, and return what it says."""
        pipeline = _MODEL if to_model else _OWN
        if await self.client.state(_CHOOSER) != pipeline:
            target = {"entity_id": _CHOOSER}
            await self.client.call("input_text.set_value", {"value": pipeline}, target=target)
        while not self._bus.empty():
            self._bus.get_nowait()
        await self.client.command("instant_satellite/say", text=text, room=room)
        said: list[str] = []
        while not self._bus.empty():
            event = self._bus.get_nowait()["data"]
            if event["room"] == room and event["type"] == _SAYS:
                said.append(str(event["data"]["tts_input"]))
        return " ".join(said)

    def _home(self) -> Home:
        return Home(
            rooms=tuple(ROOMS),
            client=self.client,
            people={name: self.sessions[name] for name in (APPROVER, GUEST)},
            approver=APPROVER,
            phone=self.phone,
            failing=self.household.phone,
            pipeline=self._pipelines[_OWN],
            model=self.model,
            set_clock=self.set_clock,
            speak=self.speak,
            phrase=PHRASE,
            pin=PIN,
        )

    # --- setting up -------------------------------------------------------------------------------

    async def _add_rooms(self) -> None:
        flow = await self.client.config_flow("instant_satellite")
        assert flow.type == "create_entry"
        await self.listen()
        agent = await add_model(self.client, self.model)
        listed = await self.client.command("assist_pipeline/pipeline/list")
        settings = next(dict(item) for item in listed["pipelines"])
        del settings["id"]
        settings |= {
            "stt_engine": await self.client.entity_id("instant_satellite", "stt"),
            "tts_engine": await self.client.entity_id("instant_satellite", "tts"),
        }
        agents = {_OWN: settings["conversation_engine"], _MODEL: agent}
        for name, engine in agents.items():
            made = await self.client.command(
                "assist_pipeline/pipeline/create",
                **{**settings, "name": name, "conversation_engine": engine},
            )
            self._pipelines[name] = made["id"]

    async def _invite(self) -> None:
        """Let everybody in, with a user and a person; the wall tablet is nobody's."""
        url = self.household.house.url
        self.users[HEAD] = (await self.client.command("auth/current_user"))["id"]
        for name, login in PEOPLE.items():
            made = await self.client.command(
                "config/auth/create", name=name, group_ids=["system-users"]
            )
            self.users[name] = user_id = made["user"]["id"]
            await self.client.command(
                "config/auth_provider/homeassistant/create",
                user_id=user_id,
                username=login,
                password=login,
            )
            if name != TABLET:
                await self.client.command(
                    "person/create", name=name, user_id=user_id, device_trackers=[]
                )
            self.sessions[name] = Client(url, await log_in(url, login, login))
            await self.sessions[name].connect()
        await self.phone.register(url, self.sessions[APPROVER])
        await self.other_phone.register(url, self.client)

    async def _choose(self) -> None:
        """Fill in the forms of the household."""
        phones = [item["entry_id"] for item in await self.client.entries("mobile_app")]
        preferred = self.household.pipeline
        forms: dict[str, dict[str, Json]] = {
            "routes": {"pipelines": [preferred, *self._pipelines.values()]},
            "pin": {"pin": PIN},
            "proof": {
                "default_level": "phrase",
                "phrase": PHRASE,
                "model_steps": "1",
                "approvers": [self.users[HEAD], self.users[APPROVER]],
            },
            "devices": {"phones": phones, "phones_always": False},
            "risks": {
                "quiet_level": "code",
                "quiet_start": "22:00:00",
                "quiet_end": "06:00:00",
            },
        }
        for form, answers in forms.items():
            flow = await self.client.options_flow(self.entry_id)
            await flow.walk({"init": form, **answers})


ROOM_RULES: Mapping[str, Mapping[str, Json]] = {
    "hall": {"level": "code"},
    "nursery": {"level": "device"},
}
"""What every message from a room needs at least."""


def _pages() -> dict[str, Any]:
    """Return what a home has that is looked at: pages, a history, people and their phones."""
    return dict.fromkeys(
        ("frontend", "history", "logbook", "recorder", "person", "repairs", "mobile_app")
    )


def _rooms() -> dict[str, Any]:
    return {
        "household_clock": None,
        "instant_satellite": {"rooms": dict(ROOMS)},
        "input_text": {"instant_pipeline": {"name": "Instant pipeline", "initial": "preferred"}},
    }


def _ways() -> dict[str, Any]:
    """Return what of the household's own writes: by voice, and by itself."""
    return {
        "automation": [
            {
                "id": "has_written",
                "alias": "Somebody has written",
                "mode": "queued",
                "triggers": [{"trigger": "event", "event_type": "has_written"}],
                "actions": [
                    {
                        "action": f"{DOMAIN}.receive",
                        "data": {
                            "contact": "{{ trigger.event.data.contact }}",
                            "message": "{{ trigger.event.data.words }}",
                        },
                    }
                ],
            },
            {
                "id": "cottage",
                "alias": "Note for the cottage",
                "triggers": [
                    {"trigger": "conversation", "command": "a note for the cottage {words}"}
                ],
                "actions": [
                    {
                        "action": _GRAN,
                        "data": {"message": "{{ trigger.slots.words }}"},
                    }
                ],
            },
            {
                "id": "ill_today",
                "alias": "Somebody is ill today",
                "mode": "queued",
                "triggers": [{"trigger": "event", "event_type": "ill_today"}],
                "actions": [
                    {
                        "action": f"{DOMAIN}.send",
                        "data": {
                            "contact": "School",
                            "message": "{{ trigger.event.data.words }}",
                        },
                    }
                ],
            },
        ]
    }
