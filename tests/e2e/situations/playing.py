"""Playing a situation: everything is said and done through Home Assistant's own doors."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
import json
from typing import Any

from tests.e2e.client import Json
from tests.e2e.guarded import PHRASE, answer_to_code
from tests.e2e.local_model import Part, calls, words

from .home import SituationsHome
from .situation import Situation, Step

_HEAR_SECONDS = 6.0
_POLL_SECONDS = 0.05
_SATELLITE = "instant_satellite_event"
_SAID = {"tts-start": "tts_input"}


class WrongError(AssertionError):
    """A situation did not go as it must; the text says what was expected and what was."""


@dataclass(slots=True)
class Stage:
    """One situation being played.

    Attributes:
        home: Where.
        said: What the house has said or shown since the last step.
    """

    home: SituationsHome
    said: list[str] = field(default_factory=list)
    _conversation: str | None = None
    _asked: str = ""
    _notes: set[str] = field(default_factory=set)

    async def play(self, situation: Situation) -> None:
        """Play it.

        Raises:
            WrongError: If something is not as it must be.
        """
        try:
            await self.home.begin(situation)
            self.home.model.will_say(*map(_message, situation.model))
            self._notes = {item["notification_id"] for item in await self._notifications()}
            for number, step in enumerate(situation.talk, 1):
                await self._step(step, f"{situation.name}, step {number}")
            await self._arrived(situation)
        finally:
            await self.home.end()

    async def _step(self, step: Step, where: str) -> None:
        self._drain()
        self.said.clear()
        if step.rule is not None:
            await self.home.forms.add_rule(step.rule)
        if step.do is not None:
            await self._do(step.do)
        if step.fire is not None:
            await self.home.client.command("fire_event", event_type=step.fire, event_data={})
        if step.speaker is not None:
            await self._say(step)
        await self._heard(step, where)
        for entity_id, state in step.state.items():
            await self._is(entity_id, state, where)
        if step.waiting is not None:
            await self._waits(step.waiting, where)

    async def _say(self, step: Step) -> None:
        text = step.text
        if text == "PROOF":
            text = PHRASE
        elif text == "CODE":
            text = answer_to_code(self._asked)
        if step.speaker == "app":
            turn = await self.home.client.say(
                text,
                pipeline=self.home.pipelines[step.assistant],
                conversation_id=self._conversation if step.go_on else None,
            )
            self._conversation = turn.conversation_id
            self.said.append(turn.answer)
            return
        await self.home.client.call(
            "input_text.set_value",
            {"value": step.assistant},
            target={"entity_id": "input_text.instant_pipeline"},
        )
        await self.home.client.command("instant_satellite/say", text=text, room=step.speaker)

    async def _do(self, do: Mapping[str, Any]) -> None:
        await self.home.client.call(do["action"], do.get("data"), target=do.get("target"))

    async def _heard(self, step: Step, where: str) -> None:
        """Wait until all is said that has to be, and look at what must not be."""
        deadline = asyncio.get_running_loop().time() + (
            _HEAR_SECONDS if step.hear or step.told else 0
        )
        while True:
            self._drain()
            shown = [
                f"{item['title']} {item['message']}" for item in await self._new_notifications()
            ]
            heard = " | ".join(self.said)
            missing = [text for text in step.hear if text.lower() not in heard.lower()]
            missing += [text for text in step.told if text.lower() not in " | ".join(shown).lower()]
            if not missing or asyncio.get_running_loop().time() > deadline:
                break
            await asyncio.sleep(_POLL_SECONDS)
        self._asked = next((said for said in reversed(self.said) if "sum of" in said), self._asked)
        if missing:
            raise WrongError(f"{where}: {missing} was not said. Said: {heard!r}. Shown: {shown!r}")
        for text in step.never:
            if text.lower() in heard.lower():
                raise WrongError(f"{where}: {text!r} was said: {heard!r}")

    def _drain(self) -> None:
        """Take note of what the satellites have said."""
        while not self.home.bus.empty():
            event = self.home.bus.get_nowait()
            if event["event_type"] != _SATELLITE:
                continue
            kind, data = event["data"]["type"], event["data"]["data"]
            if kind in {"announced", "conversation-started"}:
                self.said.append(str(data))
            elif kind in _SAID:
                self.said.append(str(data[_SAID[kind]]))

    async def _notifications(self) -> list[Json]:
        return list(await self.home.client.command("persistent_notification/get"))

    async def _new_notifications(self) -> list[Json]:
        return [
            item
            for item in await self._notifications()
            if item["notification_id"] not in self._notes
        ]

    async def _is(self, entity_id: str, state: str, where: str) -> None:
        try:
            await self.home.client.wait_for_state(entity_id, state, within=_HEAR_SECONDS)
        except TimeoutError:
            found = await self.home.client.state(entity_id)
            raise WrongError(f"{where}: {entity_id} is {found!r}, not {state!r}") from None

    async def _waits(self, count: int, where: str) -> None:
        deadline = asyncio.get_running_loop().time() + _HEAR_SECONDS
        while True:
            answer = await self.home.client.call("message_guard.list_pending", return_response=True)
            pending = answer["response"]["pending"]
            if len(pending) == count:
                return
            if asyncio.get_running_loop().time() > deadline:
                raise WrongError(f"{where}: {len(pending)} wait, not {count}: {pending}")
            await asyncio.sleep(_POLL_SECONDS)

    async def _arrived(self, situation: Situation) -> None:
        arrived = await self.home.arrived(len(situation.arrives))
        wanted = list(situation.arrives)
        if sorted(map(_shown, arrived)) != sorted(
            _shown((where, _like(what, arrived, where))) for where, what in wanted
        ):
            raise WrongError(f"{situation.name}: arrived {arrived!r}, not {wanted!r}")


def _shown(item: tuple[str, Json]) -> str:
    return json.dumps(item, sort_keys=True)


def _like(what: Any, arrived: list[tuple[str, Json]], where: str) -> Json:
    """Return what was wanted in the form in which it arrived: words alone stand for a message's words."""
    if not isinstance(what, str):
        return what
    for place, body in arrived:
        if place == where and isinstance(body, dict) and body.get("message") == what:
            return body
    return what


def _message(item: Mapping[str, Any]) -> list[Part]:
    """Return what a model says, in the form of its protocol."""
    if "call" in item:
        return calls(item["call"], **item.get("with", {}))
    return words(str(item["say"]))
