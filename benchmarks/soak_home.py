"""The two homes of a soak: real Home Assistant processes with the same settings, one with Message Guard's entry disabled."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.e2e.client import Client
from tests.e2e.guarded import DOMAIN, INTEGRATION, PHRASE
from tests.e2e.house import House
from tests.e2e.receivers import HttpReceiver

from .soak_talk import CONTACT, LAMPS, Talk

PROBE = Path(__file__).parents[1] / "tests" / "e2e" / "loop_probe"

CONNECTIONS = 8


@dataclass(slots=True)
class Stretch:
    """What came of talking to one home for a while.

    Attributes:
        turns: Utterances that were answered.
        seconds: How long that took.
        late: Seconds by which the event loop was late, at each look.
        proofs: Utterances among them that prove a message.
        failed: Utterances that the pipeline has failed at.
    """

    turns: int = 0
    seconds: float = 0.0
    late: list[float] = field(default_factory=list)
    proofs: int = 0
    failed: int = 0

    def add(self, other: Stretch) -> None:
        """Count another stretch as well."""
        self.turns += other.turns
        self.seconds += other.seconds
        self.late += other.late
        self.proofs += other.proofs
        self.failed += other.failed


@dataclass(slots=True)
class SoakHome:
    """A home with lamps and somebody to write to, spoken to over eight connections at once.

    Attributes:
        folder: Where its files go.
        guarded: Message Guard is at work; else its entry is disabled.
        house: Home Assistant.
        phone: Where messages arrive.
    """

    folder: Path
    guarded: bool
    house: House = field(init=False)
    phone: HttpReceiver = field(default_factory=HttpReceiver)
    _clients: list[Client] = field(default_factory=list)
    _talks: list[Talk] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Lay out the folder."""
        self.house = House(folder=self.folder / "config", integrations=(INTEGRATION, PROBE))

    async def start(self) -> None:
        """Start it, and set up Message Guard as a person does."""
        await self.phone.start()
        configuration = self.house.configuration
        configuration.extra = {
            # What a household has: debugging writes more with us than without.
            "logger": {"default": "warning"},
            "loop_probe": None,
            "input_boolean": {
                "kitchen": None,
                **{f"lamp_{number}": None for number in range(LAMPS)},
            },
            "template": [{"light": [_lamp(number) for number in range(LAMPS)]}],
            "notify": [
                {
                    "platform": "rest",
                    "name": "phone",
                    "resource": self.phone.url,
                    "method": "POST_JSON",
                }
            ],
        }
        await self.house.start()
        entry_id = await self._add_guard()
        if not self.guarded:
            client = self.house.client
            await client.command("config_entries/disable", entry_id=entry_id, disabled_by="user")
            await self.house.settle()
            await self.house.restart()
        for number in range(CONNECTIONS):
            client = Client(self.house.url, self.house.token)
            await client.connect()
            self._clients.append(client)
            self._talks.append(Talk(number))
        if self.guarded:
            await self.probe("lift_limits")

    async def stop(self) -> None:
        """Stop everything; harmless when it is stopped."""
        for client in self._clients:
            await client.close()
        await self.house.stop()
        await self.phone.stop()

    async def probe(self, question: str, **fields: Any) -> Any:
        """Ask the component that looks from inside."""
        return await self.house.client.command(f"loop_probe/{question}", **fields)

    async def speak(self, seconds: float, *, mixed: bool) -> Stretch:
        """Talk for so long, each connection as soon as it has been answered.

        Args:
            seconds: How long; what has been said by then is waited for.
            mixed: A fifth of it are requests and proofs; else ordinary commands alone.
        """
        found = Stretch()
        await self.probe("late")
        loop = asyncio.get_running_loop()
        begun = loop.time()
        async with asyncio.TaskGroup() as group:
            for client, talk in zip(self._clients, self._talks, strict=True):
                group.create_task(self._talk(client, talk, begun + seconds, found, mixed=mixed))
        found.seconds = loop.time() - begun
        found.late = await self.probe("late")
        return found

    async def _talk(
        self, client: Client, talk: Talk, until: float, found: Stretch, *, mixed: bool
    ) -> None:
        loop = asyncio.get_running_loop()
        # A question does not wait for the next stretch.
        while loop.time() < until or talk.owes_proof:
            turn = await client.say(talk.next(mixed=mixed), conversation_id=talk.conversation)
            found.proofs += talk.proves
            found.failed += turn.error is not None
            talk.answered(turn)
            found.turns += 1

    async def _add_guard(self) -> str:
        client = self.house.client
        pipelines = await client.command("assist_pipeline/pipeline/list")
        flow = await client.config_flow(DOMAIN)
        entry = await flow.walk(
            {
                "pipelines": [pipelines["preferred_pipeline"]],
                "default_level": "phrase",
                "phrase": PHRASE,
                "observe": False,
            }
        )
        entry_id = str(entry["result"]["entry_id"])
        flow = await client.subentry_flow(entry_id, "contact", opened=entry["next_flow"][1])
        await flow.walk(
            {
                "user": "details",
                "name": CONTACT,
                "aliases": [],
                "reach": ["notify_action|notify.phone"],
                "level": "inherit",
            }
        )
        return entry_id


def _lamp(number: int) -> dict[str, Any]:
    switch = f"input_boolean.lamp_{number}"
    target = {"target": {"entity_id": switch}}
    return {
        "name": f"Lamp {number}",
        "unique_id": f"lamp_{number}",
        "state": f"{{{{ is_state('{switch}', 'on') }}}}",
        "turn_on": {"action": "input_boolean.turn_on", **target},
        "turn_off": {"action": "input_boolean.turn_off", **target},
    }
