"""The stage on which the corpus is played end to end: a real household, spoken to by its satellites."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
import json
import time

from tests.corpus.play import KITCHEN, NOWHERE, PERSON, PHRASE, PIN, WRITER, Ask

from . import deeds
from .client import Client, CommandError, Json
from .corpus_home import MODEL, PREFERRED, CorpusHome
from .guarded import DOMAIN, answer_to_code
from .local_model import SEND, calls, words
from .phone import APPROVE, TAPPED, actions, tag
from .rooms import Room
from .satellite import SatelliteError
from .webhooks import post

_ON_A_PHONE = "approve it on your phone"
_ASKS = ("your phrase", "sum of", "your PIN", _ON_A_PHONE)
"""What a question asks for."""
_WROTE = f"{WRITER} wrote: "
_REFUSED = frozenset({"service_validation_error", "home_assistant_error", "unauthorized"})
_WITHIN_SECONDS = 20.0
_POLL_SECONDS = 0.1


@dataclass(slots=True)
class HouseStage:
    """Plays a case in some rooms of a household.

    Attributes:
        home: The household.
        route: The way on which messages are asked for.
        places: Rooms of the household by the names that the case has for them.
        mark: Words at the end of every message of this stage, by which they are told from those of
            others that play in the same household at the same time.
        longest: Home Assistant's own recogniser takes minutes over 100,000 characters.
        question: What was asked last.
        read: What was read out last, or said in its place.
        sent: What has left the house.
        passed: What the language model was told, in conversations of this stage.
    """

    home: CorpusHome
    route: str
    places: Mapping[str, str]
    mark: str = ""
    longest: int = 2_500
    question: str = ""
    read: str = ""
    sent: list[tuple[str, str]] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)
    _pipeline: str = PREFERRED
    _asked: str = ""
    _waiting: str = ""
    _known: str = ""
    _codes: list[str] = field(default_factory=list)
    _due: bool = False
    _since: float = 0.0

    async def enter(self, *, model: bool) -> None:
        """Let every room ask a language model, or Home Assistant itself."""
        pipeline = MODEL if model or self.route == "llm_tool" else PREFERRED
        for room in self.places.values():
            await self.home.rooms.use_pipeline(self.home.client, room, pipeline)
        await self._set(deeds.AGENT, await self.home.agent(pipeline))
        self._pipeline = pipeline

    async def close(self) -> None:
        """Let everything come to its end, and look again at what has left the house."""
        self._due = True
        await self._settle()
        if self.read and not self.read.startswith(_WROTE):
            # The next case has to find nothing that waits to be read.
            await self._say("no", self._room(KITCHEN))
            await self._say(f"what did {WRITER} say?", self._room(KITCHEN))
            await self._finish()
        await self._look()

    # --- what a case does ---------------------------------------------------------------------

    async def ask(self, ask: Ask) -> None:
        """Ask to send, by the way that is played."""
        await self._settle()
        known = self._waiting
        await self._ask(ask)
        while self._waiting not in {known, ""} and self.proof in self._codes:
            # One code in some thirty is the one before again: then it is asked anew.
            await self.say("no", ask.place)
            await self._finish()
            await self._ask(ask)
        if self.proof.startswith("send "):
            self._codes.append(self.proof)
        self.question = self._asked if self._waiting else ""

    def heard(self) -> None:
        """Let every loudspeaker finish, before anything else happens."""
        self._due = True

    async def say(self, text: str, place: str) -> None:
        """Say something to a satellite."""
        await self._settle()
        await self._say(text, self._room(place))
        await self._look()

    async def announce(self, text: str, place: str) -> None:
        """Let a satellite announce something, to its end."""
        await self._settle()
        room = self._room(place)
        count = len(room.satellite.played)
        target = {"entity_id": room.entity_id}
        call = asyncio.create_task(
            self.home.client.call("assist_satellite.announce", {"message": text}, target=target)
        )
        await room.satellite.wait_for_sounds(count + 1)
        await room.satellite.report()
        await call

    async def incoming(self, text: str) -> None:
        """Let an automation put it down as hers, and somebody in the kitchen ask what she has said."""
        await self._settle()
        await self.home.take_in()
        await self._done_by(deeds.INCOMING_WEBHOOK, {"contact": WRITER, "message": text})
        room = self._room(KITCHEN)
        await self._say(f"what did {WRITER} say?", room)
        self.read = room.satellite.played[-1].text or ""
        await self._look()

    async def wait(self, seconds: float) -> None:
        """Wait until so long after the last question was heard, or after the last wait.

        By Home Assistant's clock: when it took note, not when it told us.
        """
        await self._settle()
        self._since += seconds
        await asyncio.sleep(max(0.0, self._since - time.time()))
        await self._look()

    async def restart(self) -> None:
        """Stop Home Assistant, and start it again."""
        await self._settle()
        await self.home.restart()
        await self._look()

    async def act(self, by: str, does: str) -> None:
        """Let somebody, or something, do a deed."""
        await self._settle()
        if by == PERSON:
            await self._decide(does, self.home.client)
        elif by == "guest" and does == "tap":
            nonce = self._nonce()
            await self.home.guest_phone.tap(nonce)
            forged = {"action": nonce, "device_id": "device-owner"}
            await self.home.guest_phone.fire(TAPPED, forged)
        elif by == "guest":
            await self._decide(does, self.home.guest)
        elif by == "command":
            state = does.removeprefix("switch_")
            await self._say(f"turn {state} {deeds.SENDING_ALIAS}", self._room(KITCHEN))
        else:
            await self._by_machine(by, does)
        await self._finish()
        await self._look()

    @property
    def proof(self) -> str:
        """What proves it now, as whoever has heard the question works it out."""
        if not self._waiting:
            return ""
        if "your PIN" in self._asked:
            return PIN
        if "your phrase" in self._asked:
            return PHRASE
        return answer_to_code(self._asked) if "sum of" in self._asked else ""

    # --- asking ---------------------------------------------------------------------------------

    async def _ask(self, ask: Ask) -> None:
        body = f"{ask.body} {self.mark}".strip()
        names = " and ".join(ask.to)
        before = await self._pending()
        match self.route:
            case "sentence":
                await self._request(f"send a message to {names} saying {body}", ask.place)
            case "intent":
                await self._request(f"post a letter to {names} with {body}", ask.place)
            case "llm_tool":
                asked = calls(SEND, contacts=list(ask.to), message=body, **ask.data)
                self.home.model.will_say(asked, words("I have sent it."))
                await self._request("could you possibly let somebody know about it", ask.place)
            case "action":
                target = " and ".join(self.home.target(name) for name in ask.to)
                await self._set(deeds.DATA, json.dumps(dict(ask.data)))
                await self._request(f"put it to {target} in writing that {body}", ask.place)
        await self._look()
        new = [item for item in await self._pending() if item not in before]
        self._known = new[0] if new else self._known

    async def _request(self, text: str, place: str) -> None:
        if place != NOWHERE:
            await self._say(text, self._room(place))
            return
        await self._done_by(deeds.NOWHERE_WEBHOOK, {"text": text})

    # --- speaking and hearing -------------------------------------------------------------------

    def _room(self, place: str) -> Room:
        return self.home.rooms.all[self.places[place]]

    async def _say(self, text: str, room: Room) -> None:
        """Say something, and wait for the answer, or for the end of a turn that has none."""
        states = self.home.rooms.states
        since = states.count(room.entity_id)
        speaking = asyncio.create_task(room.satellite.say(text))
        silent = asyncio.create_task(states.until(room.entity_id, _silent_end, since))
        try:
            await asyncio.wait((speaking, silent), return_when=asyncio.FIRST_COMPLETED)
            if not speaking.done():
                silent.result()
                async with asyncio.timeout(_WITHIN_SECONDS):
                    while not speaking.done() and not await self._was_silent():
                        await asyncio.wait((speaking,), timeout=_POLL_SECONDS)
            if speaking.done():
                speaking.result()
                # The satellite may know sooner than whoever follows its state.
                await states.until(room.entity_id, lambda seen: "responding" in seen, since)
        except SatelliteError as error:
            if str(error) != "stt-no-text-recognized":
                raise
        finally:
            for task in (speaking, silent):
                task.cancel()
            await asyncio.wait((speaking, silent))

    async def _was_silent(self) -> bool:
        """Return whether the last turn is over and had no answer, whatever its satellite's state says."""
        pipeline = await self.home.pipeline_id(self._pipeline)
        command = self.home.client.command
        runs = await command("assist_pipeline/pipeline_debug/list", pipeline_id=pipeline)
        last = runs["pipeline_runs"][-1]["pipeline_run_id"]
        run = await command(
            "assist_pipeline/pipeline_debug/get", pipeline_id=pipeline, pipeline_run_id=last
        )
        kinds = {event["type"] for event in run["events"]}
        return "run-end" in kinds and "tts-start" not in kinds

    async def _settle(self) -> None:
        """Do what `heard` has announced."""
        if self._due:
            await self._finish()

    async def _finish(self) -> None:
        """Let the satellites tell that they have played everything, and Home Assistant take note."""
        self._due = False
        for name in self.places.values():
            room = self.home.rooms.all[name]
            if room.satellite.unreported:
                await room.satellite.report()
                states = self.home.rooms.states
                await states.until(room.entity_id, lambda seen: bool(seen) and seen[-1] == "idle")
                self._since = states.changed_at[room.entity_id]

    async def _pending(self) -> dict[str, str]:
        """Return what waits that was asked in these rooms, or from nowhere: its id, and where."""
        answer = await self.home.client.call(f"{DOMAIN}.list_pending", return_response=True)
        mine = {self._room(name).entity_id: name for name in self.places} | {None: NOWHERE}
        return {
            item["confirmation_id"]: mine[item["satellite_id"]]
            for item in answer["response"]["pending"]
            if item["satellite_id"] in mine
        }

    async def _look(self) -> None:
        """Look at what waits, what was asked, what has left the house, and what the model was told."""
        await self.home.deliveries.settle()
        pending = await self._pending()
        self._waiting = next(iter(pending), "")
        for place in pending.values():
            if place != NOWHERE:
                played = [sound.text or "" for sound in self._room(place).satellite.played]
                self._asked = next((text for text in reversed(played) if _asks(text)), "")
        mark = f" {self.mark}" if self.mark else ""
        self.sent = [
            (name, text.removesuffix(mark))
            for name, text in self.home.arrived
            if text.endswith(mark)
        ]
        self.passed = [
            item["content"]
            for asked in self.home.model.asked
            if self.mark in str(asked["messages"])
            for item in asked["messages"]
            if item["role"] == "user"
        ]

    # --- deciding -------------------------------------------------------------------------------

    async def _decide(self, does: str, client: Client) -> None:
        """Do a deed as somebody with a session of their own."""
        match does:
            case "approve" | "decline":
                data = {"confirmation_id": self._known} if self._known else {}
                await self._call(client, f"{DOMAIN}.{does}", data)
            case "unlock":
                await self._call(client, f"{DOMAIN}.unlock", {})
            case "switch_on" | "switch_off":
                await self._call(client, f"switch.turn_{does[7:]}", {}, deeds.SENDING)
            case "press" if client is self.home.client:
                async with self._until_done():
                    await self.home.press()
            case "press":
                await self._call(client, "homeassistant.toggle", {}, deeds.WALL_BUTTON)
            case "tap":
                await self._tap()

    async def _tap(self) -> None:
        """Tap, and wait until the phone was told what came of it."""
        if self._waiting and _ON_A_PHONE in self._asked:
            # The question is spoken and pushed side by side.
            await self.home.phone.wait_for(
                lambda push: self.mark in push["message"] and actions(push)
            )
        nonce = self._nonce()
        if nonce:
            asked = next(push for push in self.home.phone.received if nonce in actions(push))
            seen = len(self.home.phone.received)
            await self.home.phone.tap(nonce)
            # What is told of another question may be on its way still.
            await self.home.phone.wait_for(
                lambda push: not actions(push) and tag(push) == tag(asked), after=seen
            )

    async def _call(
        self, client: Client, action: str, data: Mapping[str, Json], *targets: str
    ) -> None:
        """Call an action; that it is refused is one of the outcomes."""
        try:
            await client.call(action, data, target={"entity_id": list(targets)} if targets else {})
        except CommandError as error:
            if error.code not in _REFUSED:
                raise

    def _nonce(self) -> str:
        """Return what a tap on the last notification sends, empty when there was none."""
        found = [
            item
            for push in self.home.phone.received
            if self.mark in push["message"]
            for item in actions(push)
            if item.startswith(APPROVE)
        ]
        return found[-1] if found else ""

    async def _by_machine(self, by: str, does: str) -> None:
        await self._set(deeds.NONCE, self._nonce() or "-")
        await self._set(deeds.PROOF, self.proof or PHRASE)
        if by == "automation":
            await self._done_by(deeds.webhook(does))
            return
        room = self._room(KITCHEN)
        async with self._until_done():
            if by == "model":
                await self.enter(model=True)
                self.home.model.will_say(calls(deeds.tool(does)), words("It is done."))
                await self._say("could you possibly see to that thing for me", room)
                await self.enter(model=False)
            else:
                await self._say(deeds.sentence(by, does), room)
            await self._finish()

    async def _done_by(self, webhook: str, data: Mapping[str, Json] | None = None) -> None:
        """Start an automation from outside, and wait until it is done."""
        async with self._until_done():
            await post(self.home.client.url, webhook, data or {})

    @asynccontextmanager
    async def _until_done(self) -> AsyncGenerator[None]:
        """Wait until what is begun in here has been done, or refused."""
        done = await self.home.client.subscribe("subscribe_events", event_type=deeds.DONE)
        yield
        async with asyncio.timeout(_WITHIN_SECONDS):
            await done.get()

    async def _set(self, entity_id: str, value: str) -> None:
        await self.home.client.call(
            "input_text.set_value", {"value": value}, target={"entity_id": entity_id}
        )


def _asks(text: str) -> bool:
    return any(part in text for part in _ASKS)


def _silent_end(seen: list[str]) -> bool:
    """Return whether a turn has ended without anything to be said."""
    return "processing" in seen and seen[-1] == "idle" and "responding" not in seen
