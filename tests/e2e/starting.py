"""Speaking to a Home Assistant that is only just starting, from the first accepted connection on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
import re
import time
from typing import Any

import aiohttp

from . import ledger
from .guarded import DOMAIN, INTEGRATION, PHRASE
from .house import House
from .receivers import HttpReceiver

SLOW = Path(__file__).parent / "slow_component"
RELEASE = "release_slow_component"

SWITCH, BUTTON, SCRIPT = "switch.letterbox", "button.doorbell", "script.write_home"
COMMANDS = ("turn on the letterbox", "press the doorbell", "run write home")
"""What a person says; each sends one message."""

NEXT_TRY_SECONDS = 0.02
"""Between two tries to be heard."""

SETTLE_SECONDS = 1.5
"""After which whatever was let go would have arrived."""


class Trouble(StrEnum):
    """What goes wrong in a start."""

    NONE = "nothing"
    COMPONENT = "a component that fails"
    SLOW = "a component that takes its time"
    ENTRY = "an entry that cannot load"


@dataclass(slots=True)
class EarlySpeaker:
    """Somebody who speaks as soon as anybody listens, and goes on, with a breath between.

    The breath is for Home Assistant: it has started only once nothing is going on for a moment.

    Attributes:
        done: How many commands Home Assistant has answered as done.
        first_done: When it did for the first time, seconds since `run` began.
        heard: How many answers there were at all.
    """

    url: str
    token: str
    done: int = 0
    heard: int = 0
    first_done: float | None = None
    _over: bool = False

    async def run(self) -> None:
        """Speak until `stop`, all commands at once, each over a connection of its own."""
        began = time.monotonic()
        async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {self.token}"}) as http:
            while not self._over:
                await asyncio.gather(*(self._speak(http, command, began) for command in COMMANDS))
                await asyncio.sleep(NEXT_TRY_SECONDS)

    def stop(self) -> None:
        """Say nothing more."""
        self._over = True

    async def _speak(self, http: aiohttp.ClientSession, command: str, began: float) -> None:
        said = {"text": command, "language": "en"}
        answer: dict[str, Any] | None = None
        with suppress(aiohttp.ClientError, ConnectionError, TimeoutError):
            async with http.post(f"{self.url}/api/conversation/process", json=said) as reply:
                answer = await reply.json() if reply.status == 200 else None
        if answer is None:
            return
        self.heard += 1
        if answer["response"]["response_type"] == "action_done":
            self.done += 1
            self.first_done = self.first_done or time.monotonic() - began


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What became of one start.

    Attributes:
        trouble: What went wrong in it.
        killed: The run before it was ended without warning.
        said: Commands that Home Assistant has answered as done.
        delivered: Messages that arrived, none of which anybody has proved.
        written: Requests of this start that the ledger knows.
        refused: Those of them that were refused because no guard stood in the door.
        door_seconds: From "stage 2" to the closed door, None without a guard.
        guard_seconds: From "stage 2" to the guard in the door, None if there was none.
        turned_away: What the closed door has refused, by Home Assistant's log; the ledger may learn of it in the next run.
    """

    trouble: Trouble
    killed: bool
    said: int
    delivered: int
    written: int
    refused: int
    door_seconds: float | None
    guard_seconds: float | None
    turned_away: int = 0


@dataclass(slots=True)
class StartingHome:
    """A home with three things that send a message when they are spoken of, and somebody in a hurry.

    Attributes:
        folder: Where its files go.
        house: Home Assistant.
        phone: Where messages arrive.
    """

    folder: Path
    house: House = field(init=False)
    phone: HttpReceiver = field(default_factory=HttpReceiver)
    entry_id: str = ""

    def __post_init__(self) -> None:
        """Lay out the folder."""
        self.house = House(
            folder=self.folder / "config", integrations=(INTEGRATION, SLOW), alone=True
        )

    @property
    def ledger_path(self) -> Path:
        """The ledger's file."""
        return self.house.folder / f"{DOMAIN}.ledger.db"

    async def set_up(self) -> None:
        """Start it for the first time, expose what sends, and add Message Guard as a person does."""
        await self.phone.start()
        self._write_configuration(None)
        await self.house.start()
        client = self.house.client
        for assistant_entity in (SWITCH, BUTTON, SCRIPT):
            await client.command(
                "homeassistant/expose_entity",
                assistants=["conversation"],
                entity_ids=[assistant_entity],
                should_expose=True,
            )
        pipelines = await client.command("assist_pipeline/pipeline/list")
        flow = await client.config_flow(DOMAIN)
        entry = await flow.walk(
            {
                "pipelines": [pipelines["preferred_pipeline"]],
                "default_level": "phrase",
                "phrase": PHRASE,
                # Proposed where things send by voice already; then nothing would be held.
                "observe": False,
            }
        )
        self.entry_id = entry["result"]["entry_id"]
        flow = await client.subentry_flow(self.entry_id, "contact", opened=entry["next_flow"][1])
        await flow.walk(
            {
                "user": "details",
                "name": "Mum",
                "aliases": [],
                "reach": ["notify_action|notify.phone"],
                "level": "inherit",
            }
        )
        await self.house.settle()

    async def stop(self) -> None:
        """Stop everything; harmless when it is stopped."""
        await self.house.stop()
        await self.phone.stop()

    @asynccontextmanager
    async def without_guard(self) -> AsyncIterator[None]:
        """Take Message Guard out while the block runs, and leave its settings behind."""
        await self.house.stop()
        self.house.configuration.remove(DOMAIN)
        try:
            yield
        finally:
            await self.house.stop()
            self.house.configuration.install(INTEGRATION)

    async def start(self, trouble: Trouble, *, killed: bool = False, least: int = 12) -> Start:
        """End Home Assistant, start it again and speak meanwhile; it is running afterwards.

        Args:
            trouble: What goes wrong.
            killed: End it as a power cut would.
            least: For how many commands that are answered as done the start is held open, if it is.
        """
        await (self.house.kill() if killed else self.house.stop())
        self._write_configuration(trouble)
        self._age_entry(unreadable=trouble is Trouble.ENTRY)
        release = self.house.folder / RELEASE
        release.unlink(missing_ok=True)
        if trouble is Trouble.NONE:
            release.touch()
        log_size, arrived, known = len(self.house.log), len(self.phone.received), self._requests()
        speaker = EarlySpeaker(self.house.url, self.house.token)
        speaking = asyncio.create_task(speaker.run())
        starting = asyncio.create_task(self.house.start())
        try:
            while speaker.done < least and not starting.done():
                await asyncio.sleep(NEXT_TRY_SECONDS)
            release.touch()
            await starting
        finally:
            speaker.stop()
            await speaking
        await asyncio.sleep(SETTLE_SECONDS)
        log = self.house.log[log_size:]
        requests = {key: kinds for key, kinds in self._requests().items() if key not in known}
        return Start(
            trouble=trouble,
            killed=killed,
            said=speaker.done,
            delivered=len(self.phone.received) - arrived,
            written=len(requests),
            refused=sum("refused" in kinds for kinds in requests.values()),
            door_seconds=_between(log, "Setting up stage 2", "The door is closed"),
            guard_seconds=_between(log, "Setting up stage 2", "A guard stands in the door"),
            turned_away=log.count("Message Guard is closed ("),
        )

    async def reload(self, least: int = 10) -> Start:
        """Reload Message Guard while somebody speaks."""
        arrived, known = len(self.phone.received), self._requests()
        speaker = EarlySpeaker(self.house.url, self.house.token)
        speaking = asyncio.create_task(speaker.run())
        await self.house.client.reload(self.entry_id)
        while speaker.done < least:
            await asyncio.sleep(NEXT_TRY_SECONDS)
        speaker.stop()
        await speaking
        await asyncio.sleep(SETTLE_SECONDS)
        requests = {key: kinds for key, kinds in self._requests().items() if key not in known}
        return Start(
            trouble=Trouble.NONE,
            killed=False,
            said=speaker.done,
            delivered=len(self.phone.received) - arrived,
            written=len(requests),
            refused=sum("refused" in kinds for kinds in requests.values()),
            door_seconds=None,
            guard_seconds=None,
        )

    def refusals(self, reason: str) -> int:
        """Return how many requests the ledger says were refused for this reason."""
        return sum(
            entry.kind == "refused" and reason in entry.reasons
            for entry in ledger.entries(self.ledger_path)
        )

    def _requests(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for entry in ledger.entries(self.ledger_path) if self.ledger_path.exists() else ():
            if entry.request_id is not None:
                found.setdefault(entry.request_id, []).append(entry.kind)
        return found

    def _age_entry(self, *, unreadable: bool) -> None:
        """Let the entry be one of a version to come, as after going back to an older Message Guard."""

        def change(data: Any) -> None:
            for entry in data["entries"]:
                if entry["domain"] == DOMAIN:
                    entry["version"] = 99 if unreadable else 1

        self.house.edit_storage("core.config_entries", change)

    def _write_configuration(self, trouble: Trouble | None) -> None:
        send = {"action": "notify.phone", "data": {"message": "the door is open"}}
        url = self.phone.url
        configuration = self.house.configuration
        configuration.extra = {
            "logger": {
                "default": "warning",
                "logs": {"custom_components": "debug", "homeassistant.bootstrap": "info"},
            },
            "conversation": None,
            "notify": [
                {"platform": "rest", "name": "phone", "resource": url, "method": "POST_JSON"}
            ],
            "template": [
                {"switch": [{"name": "Letterbox", "turn_on": [send], "turn_off": []}]},
                {"button": [{"name": "Doorbell", "press": [send]}]},
            ],
            "script": {"write_home": {"alias": "Write home", "sequence": [send]}},
            "rest_command": {"good": {"url": url}},
        }
        if trouble is not None:
            # There whatever else is wrong: what it holds up is the end of the start.
            configuration.extra["slow_component"] = None
        if trouble is Trouble.COMPONENT:
            configuration.extra["rest_command"] = {"broken": {"url": url, "no_such_key": 1}}
        if self.house.folder.exists():
            configuration.write_yaml()


def _between(log: str, before: str, after: str) -> float | None:
    """Return the seconds between two lines of a log of one start, None without one of them."""
    began = _moment(log, before)
    ended = _moment(log, after)
    return None if began is None or ended is None else ended - began


def _moment(log: str, text: str) -> float | None:
    found = re.search(rf"(\d\d):(\d\d):(\d\d\.\d+)[^\n]*{re.escape(text)}", log)
    if found is None:
        return None
    hours, minutes, seconds = found.groups()
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
