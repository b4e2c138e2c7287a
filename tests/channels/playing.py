"""Sending one message over a troubled channel, and looking at what is heard, recorded and has arrived."""

import asyncio
from dataclasses import dataclass

from tests.e2e.client import Json
from tests.e2e.guarded import PHRASE, answer_to_code

from .home import Channel, ChannelsHome, FileServer
from .troubles import SECONDS, Trouble

_ANSWER_SECONDS = 14.0
"""No answer waits longer than some eight seconds for a channel; the rest is for a busy machine."""
_LATER_SECONDS = 8.0
_POLL_SECONDS = 0.1
_END = frozenset({"delivered", "failed", "interrupted", "handed_over", "unknown", "refused"})


@dataclass(frozen=True, slots=True)
class Row:
    """What came of one message.

    Attributes:
        channel: The channel's name.
        trouble: What went wrong.
        heard: What the house has said after the proof, in order.
        asked: What it answers to "did it arrive".
        recorded: The steps in the log, with their reasons.
        arrived: How often the words have arrived, letter for letter.
        other: What else has arrived.
        seconds: From the proof to the first answer.
    """

    channel: str
    trouble: Trouble
    heard: tuple[str, ...]
    asked: str
    recorded: tuple[str, ...]
    arrived: int
    other: tuple[str, ...]
    seconds: float

    @property
    def _repeated_by_itself(self) -> bool:
        """Home Assistant's smtp begins anew when a server hangs up, also one that has taken the mail."""
        return self.channel == "smtp" and self.trouble is Trouble.CUT

    @property
    def untrue(self) -> str:
        """What is said and is not so; empty if all of it is true."""
        said = " ".join((*self.heard, self.asked)).lower()
        found = []
        if self.other:
            found.append(f"other words arrived: {self.other}")
        if self.arrived > 1 and not self._repeated_by_itself:
            found.append("it arrived more than once")
        if not self.arrived and any(text in said for text in ("sent to", "has arrived", "yes,")):
            found.append("it says that it was sent, and nothing has arrived")
        if self.arrived and any(text in said for text in ("not sent", "no,", "did not")):
            found.append("it says that it was not sent, and it has arrived")
        if not self.heard:
            found.append("nothing was said")
        if not _END & {step.partition(" ")[0] for step in self.recorded}:
            found.append("no outcome is recorded")
        return "; ".join(found)


class Sender:
    """Speaks in the kitchen of a home."""

    def __init__(self, home: ChannelsHome) -> None:
        """Speak in this home."""
        self._home = home
        self._said: list[str] = []
        self._conversation: str | None = None

    async def send(
        self, channel: Channel, trouble: Trouble, words: str, *, typed: bool = False
    ) -> Row:
        """Send these words over a channel that is in trouble by then."""
        forms = await self._home.guard(channel)
        server = channel.server
        server.arrived.clear()
        if isinstance(server, FileServer):
            server.path.unlink(missing_ok=True)
        try:
            await self._say(f"send a message to Anna: {words}", typed=typed)
            await self._until(
                lambda: any("To Anna" in said for said in self._said), _ANSWER_SECONDS
            )
            await server.let(trouble)
            begun = asyncio.get_running_loop().time()
            said = self._proof()
            self._said.clear()
            proof = asyncio.create_task(self._say(said, typed=typed))
            if trouble is Trouble.RESTART:
                await self._restart_in_the_middle(server.arrived)
                forms.go_on_with(self._home.client)
                proof.cancel()
            await self._until(lambda: bool(self._said), _ANSWER_SECONDS)
            seconds = asyncio.get_running_loop().time() - begun
            await self._until(lambda: False, SECONDS.get(trouble, 0.0))
            recorded = await self._recorded()
            heard = tuple(self._said)
            self._said.clear()
            await self._say("did it arrive", typed=False)
            await self._until(lambda: bool(self._said), _ANSWER_SECONDS)
            asked = " ".join(self._said)
        finally:
            server.release.set()
            await server.let(Trouble.NONE)
            await forms.remove_guard()
        if isinstance(server, FileServer):
            server.look()
        exact = sum(item == words for item in server.arrived)
        other = tuple(item for item in server.arrived if item != words)
        return Row(channel.name, trouble, heard, asked, recorded, exact, other, round(seconds, 1))

    def _proof(self) -> str:
        """Return what the question asks for: a very long message may need more than the phrase."""
        asked = next((said for said in self._said if "sum of" in said), None)
        return PHRASE if asked is None else answer_to_code(asked)

    async def _restart_in_the_middle(self, arrived: list[str]) -> None:
        await self._until(lambda: bool(arrived), _ANSWER_SECONDS)
        await self._home.restart()

    async def _say(self, text: str, *, typed: bool) -> None:
        self._drain()
        if typed:
            turn = await self._home.client.say(text, conversation_id=self._conversation)
            self._conversation = turn.conversation_id
            self._said.append(turn.answer)
            return
        await self._home.client.command("instant_satellite/say", text=text, room="kitchen")

    async def _until(self, wanted: object, seconds: float) -> None:
        deadline = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < deadline:
            self._drain()
            if callable(wanted) and wanted():
                return
            await asyncio.sleep(_POLL_SECONDS)

    def _drain(self) -> None:
        while not self._home.bus.empty():
            event = self._home.bus.get_nowait()
            if event["event_type"] != "instant_satellite_event":
                continue
            kind, data = event["data"]["type"], event["data"]["data"]
            if kind in {"announced", "conversation-started"}:
                self._said.append(str(data))
            elif kind == "tts-start":
                self._said.append(str(data["tts_input"]))

    async def _recorded(self) -> tuple[str, ...]:
        """Return the steps of the last request, once it has an outcome or will not get one."""
        deadline = asyncio.get_running_loop().time() + _LATER_SECONDS
        while True:
            steps = await self._steps()
            if (
                _END & {step.partition(" ")[0] for step in steps}
                or deadline < asyncio.get_running_loop().time()
            ):
                return steps
            self._drain()
            await asyncio.sleep(_POLL_SECONDS)

    async def _steps(self) -> tuple[str, ...]:
        answer: Json = await self._home.client.call(
            "message_guard.get_ledger", return_response=True
        )
        entries = [item for item in answer["response"]["entries"] if item.get("request_id")]
        if not entries:
            return ()
        last = max(entries, key=lambda item: item["sequence"])["request_id"]
        mine = sorted(
            (item for item in entries if item["request_id"] == last),
            key=lambda item: item["sequence"],
        )
        return tuple(" ".join((item["kind"], *item.get("reasons", ()))) for item in mine)
