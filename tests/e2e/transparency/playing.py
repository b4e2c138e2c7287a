"""Saying the same to several homes at once, and comparing what they do."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from tests.e2e.client import Json

from .differences import Difference, differences
from .homes import OWN, PIPELINES, QUESTION, Home
from .observing import Observer, Seen
from .utterances import Utterance

_WAITS_SECONDS = 20.0
"""A question is asked anew long before its time is over."""


class Mode(StrEnum):
    """How something is said."""

    TYPED = "typed"
    """In the app, in a new conversation."""
    TYPED_WAITING = "typed, a question waits"
    """The same, while a question waits in another conversation."""
    TYPED_OPEN = "typed after a question"
    """In the conversation in which a question was just asked."""
    SATELLITE = "satellite"
    """To a satellite, after a wake."""
    SATELLITE_WAITING = "satellite, a question waits"
    """To a satellite that has just asked: its microphone is open."""

    @property
    def waits(self) -> bool:
        """Whether a question waits."""
        return self not in {Mode.TYPED, Mode.SATELLITE}

    @property
    def open(self) -> bool:
        """Whether it is said in the conversation of the question."""
        return self in {Mode.TYPED_OPEN, Mode.SATELLITE_WAITING}

    @property
    def spoken(self) -> bool:
        """Whether it is said to a satellite."""
        return self in {Mode.SATELLITE, Mode.SATELLITE_WAITING}


@dataclass(slots=True)
class Found:
    """Turns that were not the same.

    Attributes:
        turns: How many were compared.
        pairs: For each that differed: pipeline, mode, text, and how.
    """

    turns: int = 0
    pairs: list[tuple[str, Mode, str, list[Difference]]] = field(default_factory=list)


@dataclass(slots=True)
class Play:
    """Homes to which the same is said at the same time.

    Attributes:
        homes: The first is without a guard; each of the others is compared with it.
        found: What differed, by the name of the home.
    """

    homes: Sequence[Home]
    found: dict[str, Found] = field(default_factory=dict)
    _observers: list[Observer] = field(default_factory=list)
    _asked_at: float | None = None
    _not_understood: set[str] = field(default_factory=set)

    async def start(self) -> None:
        """Start the homes, all at once."""
        async with asyncio.TaskGroup() as group:
            for home in self.homes:
                group.create_task(home.start())
        self.found = {home.name: Found() for home in self.homes[1:]}
        self._observers = [Observer(home) for home in self.homes]
        for observer in self._observers:
            await observer.start()

    async def stop(self) -> None:
        """Stop them."""
        for home in self.homes:
            await home.stop()

    async def play(self, utterances: Sequence[Utterance], pipeline: str, mode: Mode) -> None:
        """Say everything to every home in one way, and compare."""
        self._asked_at = None
        for utterance in utterances:
            if (mode.waits and utterance.reply) or (mode.open and utterance.resembles):
                continue
            if mode.waits:
                await self._ask(pipeline, mode)
            await self._all(observer.pass_over() for observer in self._observers)
            seen = await self._all(
                self._say(observer, utterance.text, pipeline, mode) for observer in self._observers
            )
            self._note(seen, utterance.text, pipeline, mode)
        traces = await self._all(observer.traces() for observer in self._observers)
        for home, one in zip(self.homes[1:], traces[1:], strict=True):
            if one != traces[0]:
                different = Difference("traces", traces[0], one)
                self.found[home.name].pairs.append((pipeline, mode, "(all)", [different]))

    async def _say(self, observer: Observer, text: str, pipeline: str, mode: Mode) -> Seen:
        if mode.spoken:
            return await observer.spoken(text, pipeline)
        return await observer.typed(text, pipeline, go_on=mode.open)

    async def _ask(self, pipeline: str, mode: Mode) -> None:
        """See that a question waits where there is a guard; anew each time where it has to be the last."""
        now = asyncio.get_running_loop().time()
        if not mode.open and self._asked_at is not None and now < self._asked_at + _WAITS_SECONDS:
            return
        self._asked_at = now
        where = Mode.SATELLITE if mode.spoken else Mode.TYPED
        for home, observer in zip(self.homes, self._observers, strict=True):
            if home.guarded:
                await home.reload_guard()  # so that nobody has asked too often
                await self._say(observer, QUESTION, pipeline, where)
            elif mode.open and not mode.spoken:
                await self._say(observer, "what is waiting for the bus", pipeline, where)

    def _note(self, seen: list[Seen], text: str, pipeline: str, mode: Mode) -> None:
        without = seen[0]
        own = PIPELINES[pipeline][0] == OWN
        if own and without.not_understood:
            self._not_understood.add(text)
        if mode.open and text in self._not_understood and (own or mode.spoken):
            return  # Home Assistant has no sentence for it: in an open microphone it is a wrong reply
        for home, guarded in zip(self.homes[1:], seen[1:], strict=True):
            found = self.found[home.name]
            found.turns += 1
            # A satellite's conversation goes on for minutes, with the questions of other ways in it.
            history = mode is Mode.TYPED
            different = differences(without, guarded, pipeline, history=history)
            if different:
                found.pairs.append((pipeline, mode, text, different))

    @staticmethod
    async def _all(turns: Iterable) -> list:  # type: ignore[type-arg]
        return list(await asyncio.gather(*turns))


def report(play: Play) -> dict[str, Json]:
    """Return the figures, ready to be printed."""
    return {
        name: {"turns": found.turns, "different": len(found.pairs)}
        for name, found in play.found.items()
    }
