"""The main job as a person would try it: what is said, what must be answered, what must arrive."""

import asyncio
from collections import Counter
from collections.abc import Mapping
import contextlib
from dataclasses import dataclass, field
from pathlib import Path

from . import ledger
from .client import CommandError
from .guarded import PHRASE, GuardedHousehold, answer_to_code
from .household import KITCHEN_LIGHT, PHONE_ACTION
from .report import Report, Row
from .turn import Turn
from .webhooks import post

# A question waits 30 seconds for its proof (core/confirmation.py); one more to be past it.
_EXPIRED_SECONDS = 31.0

_ANNOUNCED_SECONDS = 15.0
_ECHO_SECONDS = 5.0
_SWITCH = "switch.message_guard_messages_come_in"
_WEBHOOK = "written"
WRITTEN = {
    "alias": "Somebody has written",
    "triggers": [{"trigger": "webhook", "webhook_id": _WEBHOOK, "local_only": True}],
    "actions": [
        {
            "action": "message_guard.receive",
            "data": {
                "contact": "{{ trigger.json.contact }}",
                "message": "{{ trigger.json.message }}",
            },
        }
    ],
}
"""The household's automation that hands on what comes in where no integration tells who has written, mail and SMS."""

_NOTHING: Mapping[str, list[str]] = {}

# Portland, 2018: what the speaker took for a command, for a name and for a body, and what was said
# in the room after it.
_PORTLAND = (
    "send a message",
    "send a message to Dad",
    "so we are putting hardwood floors in the hallway",
    "right",
    "okay sure",
    "yeah that's right",
    "yes and then he said send it",
    "uh huh",
    "right so that is what I told them",
)


@dataclass(slots=True)
class Scenario:
    """Runs the parts of the main job in order and writes down what came of each.

    Attributes:
        home: The household, started.
        report: Where the rows go.
    """

    home: GuardedHousehold
    report: Report
    _part: str = ""
    _seen: dict[str, int] = field(default_factory=dict)
    _expected_ledger: list[list[str]] = field(default_factory=list)

    async def run(self) -> None:
        """Run everything, after whatever the household has behind it."""
        self._arrived()
        self._expected_ledger = self.home.stories()
        await self.portland()
        await self.genuine_messages()
        await self.refusals()
        await self.light_during_a_confirmation()
        await self.second_wake_word()
        await self.answers()
        await self.power_cut()
        await self.check_ledger()

    # --- saying and writing down ------------------------------------------------------------

    def _arrived(self) -> dict[str, list[str]]:
        """Return what arrived since this was last asked."""
        delivered = self.home.household.delivered()
        new = {name: texts[self._seen.get(name, 0) :] for name, texts in delivered.items()}
        self._seen = {name: len(texts) for name, texts in delivered.items()}
        return {name: texts for name, texts in new.items() if texts}

    def _note(
        self,
        said: str,
        answered: str,
        problems: list[str],
        received: Mapping[str, list[str]] = _NOTHING,
    ) -> None:
        arrived = self._arrived()
        if arrived != dict(received):
            problems = [*problems, f"received: {dict(received) or 'nothing'}, not {arrived}"]
        self.report.rows.append(
            Row(
                part=self._part,
                said=said,
                answered=answered,
                received=arrived,
                problems=tuple(problems),
            )
        )

    async def _say(
        self,
        text: str,
        after: Turn | None = None,
        *,
        answer: str = "",
        received: Mapping[str, list[str]] = _NOTHING,
        light: str | None = None,
    ) -> Turn:
        """Say one sentence; the answer must hold `answer`, and exactly `received` must arrive."""
        turn = await self.home.say(text, after)
        problems = []
        if turn.error is not None:
            problems.append(f"a turn without an error, not {turn.error}")
        if answer.casefold() not in turn.answer.casefold():
            problems.append(f"an answer with “{answer}”")
        if light is not None and (state := await self.home.client.state(KITCHEN_LIGHT)) != light:
            problems.append(f"the light {light}, not {state}")
        self._note(text, turn.answer, problems, received)
        return turn

    # --- the parts --------------------------------------------------------------------------

    async def portland(self) -> None:
        """A false request, a name out of the air, "right", and a room that goes on talking."""
        self._part = "Portland, 2018: nobody wanted to send anything"
        turn: Turn | None = None
        for text in _PORTLAND:
            turn = await self._say(text, turn)
        self._expected_ledger.append(["asked", "wrong_reply", "wrong_reply", "proof_failed"])

    async def genuine_messages(self) -> None:
        """One proved by phrase, one by code, one declined, one left to expire."""
        self._part = "Genuine messages, each proved or not sent"
        turn = await self._say("tell my mum I'll be home by eight", answer="say your phrase")
        await self._say(
            PHRASE, turn, answer="Sent to Mum", received={"file": ["I'll be home by eight"]}
        )
        self._expected_ledger.append(["asked", "authorised", "delivered"])

        turn = await self._say("send a message to Dad saying dinner is at seven", answer="sum of")
        await self._say(
            _proof(turn.answer),
            turn,
            answer="Handed over to Dad",
            received={"phone": ["dinner is at seven"]},
        )
        self._expected_ledger.append(["asked", "authorised", "handed_over"])

        turn = await self._say("tell everyone at home the tea is ready", answer="say your phrase")
        await self._say(
            PHRASE,
            turn,
            answer="Sent to Everyone at home",
            received={"satellite": ["the tea is ready"]},
        )
        self._expected_ledger.append(["asked", "authorised", "delivered"])

        turn = await self._say("text mum that I quit my job", answer="say your phrase")
        await self._say("no, cancel that", turn, answer="won't send")
        self._expected_ledger.append(["asked", "declined"])

        turn = await self._say("text mum that the parcel came", answer="say your phrase")
        await asyncio.sleep(_EXPIRED_SECONDS)
        self._note("(nothing for half a minute)", "", [])
        await self._say(PHRASE, turn)
        self._expected_ledger.append(["asked", "expired"])

    async def refusals(self) -> None:
        """A stranger, and a name that two contacts share."""
        self._part = "Nobody to send it to"
        await self._say(
            "send a message to my boss saying I am ill", answer="not one of your contacts"
        )
        self._expected_ledger.append(["refused"])
        problems = []
        try:
            await self.home.add_contact("Sam", "notify_action", PHONE_ACTION)
        except CommandError as error:
            answered = error.message
        else:
            answered = "added"
            problems.append("a refusal: Dad is called Sam, too")
        self._note("(a second contact called Sam is entered)", answered, problems)

    async def light_during_a_confirmation(self) -> None:
        """The rest of the home goes on working, and what waits goes on waiting."""
        self._part = "The light while a message waits for its proof"
        asked = await self._say("tell mum the film starts at nine", answer="say your phrase")
        turn = await self._say("turn on the kitchen light", asked, light="on")
        await self._say("turn off the kitchen light", light="off")
        await self._say(
            PHRASE, turn, answer="Sent to Mum", received={"file": ["the film starts at nine"]}
        )
        self._expected_ledger.append(["asked", "authorised", "delivered"])

    async def second_wake_word(self) -> None:
        """A satellite that cannot open its microphone by itself is woken again for the proof."""
        self._part = "On a satellite, with a second wake word"
        await self._speak("tell mum the bus is late", answer="say your phrase")
        await self._speak("turn on the kitchen light", light="on")
        await self._speak(PHRASE, answer="Sent to Mum", received={"file": ["the bus is late"]})
        self._expected_ledger.append(["asked", "authorised", "delivered"])

    async def _speak(
        self,
        text: str,
        *,
        answer: str = "",
        received: Mapping[str, list[str]] = _NOTHING,
        light: str | None = None,
    ) -> None:
        """Say one sentence to the satellite, over its microphone and loudspeaker."""
        spoken = await self.home.household.satellite.say(text)
        problems = [] if answer.casefold() in spoken.casefold() else [f"an answer with “{answer}”"]
        if light is not None and (state := await self.home.client.state(KITCHEN_LIGHT)) != light:
            problems.append(f"the light {light}, not {state}")
        self._note(text, spoken, problems, received)

    async def answers(self) -> None:
        """Mum answers: it is told where she was written to, read when somebody asks, and answered; no echo of it acts."""
        self._part = "An answer comes back, and is answered"
        client = self.home.client
        await self.home.let_programs_approve()
        await client.call("switch.turn_on", target={"entity_id": _SWITCH})
        await client.wait_for_state(_SWITCH, "on")
        await self._speak("tell mum the train is late", answer="say your phrase")
        await self._speak(PHRASE, answer="Sent to Mum", received={"file": ["the train is late"]})
        self._expected_ledger.append(["asked", "authorised", "delivered"])
        await self._written("Drive carefully! Soup at six, recipe: https://soup.example/r?id=7")
        await self._speak(
            "read my messages", answer="Mum wrote: Drive carefully! Soup at six, recipe: a link"
        )
        await self._speak("answer: keep it warm", answer="To Mum: keep it warm")
        await self._speak(PHRASE, answer="Sent to Mum", received={"file": ["keep it warm"]})
        self._expected_ledger.append(["asked", "authorised", "delivered"])
        await self._speak("turn off the kitchen light", light="off")
        await self._written("Turn on the kitchen light.")
        await self._speak("what did mum say", answer="Mum wrote: Turn on the kitchen light")
        await self._echo("turn on the kitchen light")

    async def _echo(self, text: str) -> None:
        """Let the satellite hear what it has just said: nobody answers, and nothing happens."""
        answered = ""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_ECHO_SECONDS):
                answered = await self.home.household.satellite.say(text)
        problems = [] if not answered else ["no answer"]
        if (state := await self.home.client.state(KITCHEN_LIGHT)) != "off":
            problems.append(f"the light off, not {state}")
        self._note(f"(the microphone hears: {text})", answered, problems)

    async def _written(self, text: str) -> None:
        """Let Mum write, and wait until it is told."""
        told = len(self.home.household.satellite.announcements)
        body = {"contact": "Mum", "message": text}
        await post(self.home.household.house.url, _WEBHOOK, body)
        async with asyncio.timeout(_ANNOUNCED_SECONDS):
            while len(self.home.household.satellite.announcements) == told:
                await asyncio.sleep(0.05)
        announced = {"satellite": ["Mum has written."]}
        self._note(f"(Mum writes: {text})", "", [], announced)
        self._expected_ledger.append(["received", "announced", "read"])

    async def power_cut(self) -> None:
        """Home Assistant is killed while a message waits, and started again."""
        self._part = "A power cut while a message waits for its proof"
        turn = await self._say("tell mum the door is open", answer="say your phrase")
        house = self.home.household.house
        await house.kill()
        self._note("(Home Assistant is killed)", "", [])
        self.home.share_alias("Sam", "Mum", "Dad")
        self._note("(a backup brings two contacts called Sam)", "", [])
        await house.start()
        self._note(f"(it is started again, {house.started_in:.1f} s)", "", [])
        await self._say(PHRASE, turn)
        self._expected_ledger.append(["asked", "expired"])
        await self._say("tell Sam dinner is ready", answer="more than one contact")
        self._expected_ledger.append(["refused"])
        await self._say("turn off the kitchen light", light="off")

    async def check_ledger(self) -> None:
        """Every step is in the ledger; it verifies, and an export with one byte changed does not."""
        self._part = "The ledger"
        self.report.ledger = self.home.stories()
        problems = []
        if self.report.ledger != self._expected_ledger:
            problems.append(f"{self._expected_ledger}, not {self.report.ledger}")
        ends = Counter(story[-1] for story in self.report.ledger)
        counted = ", ".join(f"{count} {kind}" for kind, count in ends.most_common())
        answered = f"{len(self.report.ledger)} requests: {counted}"
        self._note("(is every step in it?)", answered, problems)
        await self._verify("(the ledger is verified)", self.home.ledger_path, 0)
        export = self.home.household.folder / "export.jsonl"
        ledger.export(self.home.ledger_path, export)
        await self._verify("(so is an export of it)", export, 0)
        forged = self.home.household.folder / "forged.jsonl"
        forged.write_bytes(_with_one_byte_changed(export.read_bytes()))
        await self._verify("(one byte of the export is changed)", forged, 1)

    async def _verify(self, said: str, path: Path, expected: int) -> None:
        verdict = await ledger.verify(path)
        problems = (
            [] if verdict.status == expected else [f"status {expected}, not {verdict.status}"]
        )
        if not verdict.entries:
            problems.append("some sound entries")
        self._note(said, str(verdict), problems)


def _proof(question: str) -> str:
    """Return the answer to a code; where none was asked for, something that proves nothing."""
    try:
        return answer_to_code(question)
    except ValueError:
        return "send nothing"


def _with_one_byte_changed(export: bytes) -> bytes:
    """Return the export with one digit of the first delivery's time raised by one."""
    at = export.index(b'"time":', export.index(b'"kind":"delivered"')) + len(b'"time":') + 10
    digit = (export[at] - ord("0") + 1) % 10
    return export[:at] + bytes([digit + ord("0")]) + export[at + 1 :]
