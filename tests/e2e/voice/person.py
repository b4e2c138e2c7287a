"""A person in front of a satellite, and the talk of a room."""

import asyncio
from dataclasses import dataclass, field
import re
from typing import Any, Final

import numpy as np

from tests.e2e.guarded import answer_to_code, numbers

from . import product, room, sound
from .actors import ActorError, Satellite
from .scenario import Case, Scenario
from .stage import PHRASE, PIN

TRIES: Final = 2
"""How often a person says the same thing before giving up."""

WAKE_WORD: Final = "alexa"
_AFTER_WAKE: Final = 0.4
_BEFORE_REPLY: Final = 0.4
_ANSWER_SECONDS: Final = 25.0
# How often the room says something that may wake it.
_OPENINGS: Final = 6
# Home Assistant takes 0.7 s of silence for the end; here with time to spare.
_END_OF_SPEECH: Final = 1.5

_ASKS_PHRASE: Final = re.compile(r"\byour phrase\b")
_ASKS_CODE: Final = re.compile(r"\bsum of\b")
_ASKS_PIN: Final = re.compile(r"\byour PIN\b")
_ASKS_BODY: Final = re.compile(r"^What should I tell")
_REFUSES: Final = re.compile(r"^I can't send")


class GaveUpError(Exception):
    """The person did not get where they wanted; says why."""


@dataclass(slots=True)
class Person:
    """Plays one case.

    Attributes:
        case: What to play.
        scenario: What it belongs to.
        satellite: Whom to speak to.
        tries: How often each step had to be said.
        missed_wakes: Wake words that were not heard.
    """

    case: Case
    scenario: Scenario
    satellite: Satellite
    tries: dict[str, int] = field(default_factory=dict)
    missed_wakes: int = 0
    _answer: str = ""
    _said: int = 0

    async def play(self) -> None:
        """Do what the scenario says.

        Raises:
            GaveUpError: If it did not work as a person would want it to.
            ActorError: If a process failed.
        """
        await self._until_idle()
        await self.satellite.order("echo", **(self.case.echo or {"level": None}))
        await self._background()
        try:
            if self.scenario.talk:
                await self._talk()
            for step, value in self.scenario.steps:
                await self._do(step, value)
            await self._settle()
        finally:
            await self.satellite.order("hush")

    async def _do(self, step: str, value: str | float | None) -> None:
        if isinstance(value, str):
            value = value.format(contact=self.scenario.contact, body=self.case.body)
        await getattr(self, f"_step_{step}")(value)

    # --- steps ---------------------------------------------------------------------------------

    async def _step_request(self, text: str) -> None:
        for attempt in range(1, TRIES + 1):
            self.tries["request"] = attempt
            await self._wake_and_say(text)
            answer = await self._listen()
            if self._is_asked(answer):
                if self.scenario.contact.lower() in answer.lower():
                    return
                # It took somebody else's name: nobody would go on from here.
                await self._reply("cancel that")
                await self._listen()
        raise GaveUpError(f"asked for {text!r}, answered {self._answer!r}")

    async def _step_body(self, _: None) -> None:
        if not _ASKS_BODY.search(self._answer):
            return  # What it took for words came with the request.
        for attempt in range(1, TRIES + 1):
            self.tries["body"] = attempt
            await self._reply(self.case.body)
            answer = await self._listen()
            if any(asks.search(answer) for asks in (_ASKS_PHRASE, _ASKS_CODE, _ASKS_PIN)):
                return
        raise GaveUpError(f"gave the words, answered {self._answer!r}")

    async def _step_prove(self, _: None) -> None:
        question = self._answer
        for attempt in range(1, TRIES + 1):
            self.tries["prove"] = attempt
            await self._reply(_proof(question))
            answer = await self._listen()
            if answer.startswith(("Sent to", "Handed over to")):
                return
            if _ASKS_CODE.search(answer):
                question = answer
            elif answer.startswith("That was the last try") and attempt < TRIES:
                question = await self._start_again()
        raise GaveUpError(f"gave the proof, answered {self._answer!r}")

    async def _start_again(self) -> str:
        """Ask once more after a wrong code has ended the request; return the new question."""
        tries = dict(self.tries)
        for step, value in self.scenario.steps:
            if step in {"request", "body"}:
                await self._do(step, value)
        self.tries = tries
        return self._answer

    async def _step_decline(self, text: str) -> None:
        for attempt in range(1, TRIES + 1):
            self.tries["decline"] = attempt
            await self._reply(text)
            if "won't send" in await self._listen():
                return
        raise GaveUpError(f"declined, answered {self._answer!r}")

    async def _step_refused(self, text: str) -> None:
        for attempt in range(1, TRIES + 1):
            self.tries["request"] = attempt
            await self._wake_and_say(text)
            if _REFUSES.search(await self._listen()):
                return
            if self._is_asked(self._answer):
                await self._reply("cancel that")
                await self._listen()
        raise GaveUpError(f"asked for {text!r}, answered {self._answer!r}")

    async def _step_nobody(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    # --- the room's talk -------------------------------------------------------------------------

    async def _talk(self) -> None:
        random = np.random.default_rng([self.case.seed, len(self.case.voice)])
        lines = self.scenario.talk
        for _ in range(_OPENINGS):
            # In one breath: a pause would end the command before it has begun.
            said = [line[int(random.integers(len(line)))] for line in lines[:2]]
            breath = [sound.foreground(self._clip(text), margin=0.1) for text in said]
            await self.satellite.hear(sound.join(sound.silence(0.5), *breath))
            if self.satellite.state != "idle":
                break
            self.missed_wakes += 1
        for variants in lines[2:]:
            line = variants[int(random.integers(len(variants)))]
            await asyncio.sleep(_END_OF_SPEECH)
            if not await self._open_microphone():
                return
            await self.satellite.hear(self._clip(line))

    async def _open_microphone(self) -> bool:
        """Wait until it listens; return False when it has lost interest."""
        for _ in range(200):
            if self.satellite.state == "listening":
                return True
            await asyncio.sleep(0.1)
            if self.satellite.state == "idle":
                await asyncio.sleep(0.5)
                if self.satellite.state == "idle":
                    return False
        return False

    # --- speaking and listening --------------------------------------------------------------------

    async def _background(self) -> None:
        if self.case.room.babble is None or not self.case.room.endless:
            return
        talk = room.babble(120.0, np.random.default_rng(self.case.seed), without=self.case.voice)
        await self.satellite.hear(
            sound.at_level(talk, room.LOUDNESS - self.case.room.babble), wait=False
        )

    def _clip(self, text: str) -> sound.Samples:
        self._said += 1
        return room.heard(text, self.case.voice, self.case.seed * 100 + self._said, self.case.room)

    async def _wake_and_say(self, text: str) -> None:
        for _ in range(3):
            await self._until_idle()
            wake = self._clip(WAKE_WORD)
            clip = sound.join(wake, sound.silence(_AFTER_WAKE - 0.25), self._clip(text))
            self.satellite.catch_up()
            hearing = asyncio.create_task(self.satellite.hear(clip))
            await asyncio.sleep(wake.size / sound.RATE + 0.5)
            woken = self.satellite.state != "idle"
            await hearing
            if woken:
                return
            self.missed_wakes += 1
        raise GaveUpError("it did not wake up")

    async def _reply(self, text: str) -> None:
        if self.satellite.reopens:
            for _ in range(30):
                if self.satellite.state == "listening":
                    await asyncio.sleep(_BEFORE_REPLY)
                    await self.satellite.hear(self._clip(text))
                    return
                await asyncio.sleep(0.1)
        await self._wake_and_say(text)

    async def _listen(self) -> str:
        """Return what it says next, "" when it says nothing."""
        self._answer = ""
        said = await self._next_answer()
        if said["event"] == "says":
            self._answer = said["text"]
            await self.satellite.next("said", within=_ANSWER_SECONDS)
        return self._answer

    async def _next_answer(self) -> dict[str, Any]:
        try:
            return await self.satellite.next("says", "error", within=_ANSWER_SECONDS)
        except ActorError:
            return {"event": "silence"}

    async def _until_idle(self) -> None:
        for _ in range(300):
            if self.satellite.state == "idle":
                await asyncio.sleep(0.3)
                return
            await asyncio.sleep(0.1)
        raise GaveUpError(f"it is still {self.satellite.state}")

    async def _settle(self) -> None:
        try:
            await self._until_idle()
        except GaveUpError:
            if self.scenario.expect == "sent":
                raise

    @staticmethod
    def _is_asked(answer: str) -> bool:
        asking = (_ASKS_PHRASE, _ASKS_CODE, _ASKS_PIN, _ASKS_BODY)
        return any(pattern.search(answer) for pattern in asking)


SAID_PIN: Final = " ".join(
    next(word for word, value in numbers().items() if value == int(digit)) for digit in PIN
)
"""The household's PIN as people say it."""


def _proof(question: str) -> str:
    if _ASKS_CODE.search(question):
        return product.forms()[0].replace(
            "#", answer_to_code(question).split()[-1].replace("-", " ")
        )
    return SAID_PIN if _ASKS_PIN.search(question) else PHRASE
