"""Sending one message over a troubled channel, and looking at what is heard, recorded and has arrived."""

import asyncio
from dataclasses import dataclass

from tests.e2e.client import Json
from tests.e2e.guarded import PHRASE, answer_to_code

from .home import Channel, ChannelsHome
from .troubles import Trouble

_ANSWER_SECONDS = 14.0
"""No answer waits longer than some eight seconds for a channel; the rest is for a busy machine."""
_LONG_SECONDS = 7.0
"""Whoever was answered sooner was told the outcome."""
_OUTCOME_SECONDS = 75.0
"""The guard gives a channel a minute; the rest is for a busy machine."""
_TELLING_SECONDS = 3.0
"""What comes late is told once it is recorded."""
_AFTERWARDS_SECONDS = 8.0
"""Who tries again by himself has time to, once the trouble is over."""
_RETRY_SECONDS = 75.0
"""Matrix's library tries again at most a minute later."""
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
        late: How many of them arrived only when the trouble was over.
    """

    channel: str
    trouble: Trouble
    heard: tuple[str, ...]
    asked: str
    recorded: tuple[str, ...]
    arrived: int
    other: tuple[str, ...]
    seconds: float
    late: int = 0

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
        if self.arrived > (2 if self._repeated_by_itself else 1):
            found.append("it arrived more than once")
        if not self.arrived and any(text in said for text in ("sent to", "has arrived", "yes,")):
            found.append("it says that it was sent, and nothing has arrived")
        if self.arrived and any(
            text in said for text in ("not sent", "no,", "did not", "could not reach")
        ):
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
        self,
        channel: Channel,
        trouble: Trouble,
        words: str,
        *,
        typed: bool = False,
        said: str | None = None,
    ) -> Row:
        """Send these words over a channel that is in trouble by then.

        Args:
            channel: The channel.
            trouble: What is wrong with it once the question is asked.
            words: What has to arrive.
            typed: Type it, instead of saying it to a satellite.
            said: What is said, where that lets an automation of the home send; None for our own sentence.
        """
        forms = await self._home.guard(channel)
        recorded: tuple[str, ...] = ()
        server = channel.server
        await server.empty()
        try:
            await self._say(said or f"send a message to Anna: {words}", typed=typed)
            await self._until(
                lambda: any("To Anna" in said for said in self._said), _ANSWER_SECONDS
            )
            await server.let(trouble)
            begun = asyncio.get_running_loop().time()
            reply = self._proof()
            self._said.clear()
            proof = asyncio.create_task(self._say(reply, typed=typed))
            if trouble is Trouble.RESTART:
                await self._restart_in_the_middle(server.arrived)
                forms.go_on_with(self._home.client)
                proof.cancel()
            await self._until(lambda: bool(self._said), _ANSWER_SECONDS)
            seconds = asyncio.get_running_loop().time() - begun
            recorded = await self._recorded()
            await self._until(lambda: seconds < _LONG_SECONDS, _TELLING_SECONDS)
            heard = tuple(self._said)
            self._said.clear()
            await self._say("did it arrive", typed=False)
            await self._until(lambda: bool(self._said), _ANSWER_SECONDS)
            asked = " ".join(self._said)
            await server.look()
            in_time = len(server.arrived)
        finally:
            await server.let(Trouble.NONE)
            if trouble is not Trouble.NONE:
                await self._until(lambda: False, _AFTERWARDS_SECONDS)
            if any("channel_timeout" in step for step in recorded) and not server.arrived:
                # Who was still trying when the guard stopped waiting goes on trying.
                await self._until(lambda: bool(server.arrived), _RETRY_SECONDS)
                await self._until(lambda: False, _TELLING_SECONDS)
            await forms.remove_guard()
        await server.look()
        exact = sum(item == words for item in server.arrived)
        other = tuple(item for item in server.arrived if item != words)
        late = len(server.arrived) - in_time
        return Row(
            channel.name, trouble, heard, asked, recorded, exact, other, round(seconds, 1), late
        )

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
        deadline = asyncio.get_running_loop().time() + _OUTCOME_SECONDS
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
