"""What speech can start, and everything that follows from it, read off the configuration without running it."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
import json
from typing import Final, Self

from homeassistant.components.homeassistant.exposed_entities import async_should_expose
from homeassistant.core import HomeAssistant
from homeassistant.helpers import intent

from ..hooks.sequences import intent_sequence
from .bypass import fingerprint_of
from .causes import HOLDS_WORDS, Causes, Slices
from .steps import Call, text_of

CONVERSATION: Final = "conversation"


class Start(StrEnum):
    """Who can start something."""

    SPEECH = "speech"
    """Somebody who speaks to Assist."""
    OTHER_VOICES = "other_voices"
    """Another voice system, through an event or a message of its own."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """Something that speech can start.

    Attributes:
        name: What people call it.
        id: Its entity id, or the intent.
        calls: What it calls, through whatever it starts as well.
        start: Who starts it.
        fingerprint: Hash of all that it can do.
    """

    name: str
    id: str
    calls: tuple[Call, ...]
    start: Start = Start.SPEECH
    fingerprint: str = ""


def _fingerprint(calls: tuple[Call, ...]) -> str:
    """Return a hash of all that something can do: another one as soon as any step is another one."""
    done = sorted(
        json.dumps([call.action, call.data, call.reaction], default=text_of, sort_keys=True)
        for call in calls
    )
    return fingerprint_of(*done)


class Reading:
    """One look at everything that is configured. It gives the event loop back every few milliseconds."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Create the look; each part is read when it is asked for."""
        self._hass = hass
        self._causes = Causes(hass)
        self._slices = Slices()

    @classmethod
    async def of(cls, hass: HomeAssistant) -> Self:
        """Return what is configured now."""
        reading = cls(hass)
        await reading._causes.read(reading._slices)
        return reading

    async def spoken(self) -> tuple[Spoken, ...]:
        """Return all that speech can start, with what it ends in.

        Exposed scripts, scenes and entities whose actions a household has written; helpers that something
        watches; sentence triggers; intents with actions; and what other voice systems start.
        """

        def exposed(entity_id: str) -> bool:
            return async_should_expose(self._hass, CONVERSATION, entity_id)

        found = list(await self.started_by(exposed))
        causes = self._causes
        found += [await self._from(node) for node in causes.sentences]
        found += [await self._from(node, Start.OTHER_VOICES) for node in causes.other_voices]
        for handler in intent.async_get(self._hass):
            steps = intent_sequence(handler)
            if steps is not None:
                found.append(await self._from(causes.add(handler.intent_type, steps)))
        return tuple(found)

    async def started_by(self, exposed: Callable[[str], bool]) -> tuple[Spoken, ...]:
        """Return what an assistant can start that these entities are exposed to."""
        found = []
        for entity_id in self._causes.acting():
            if exposed(entity_id):
                item = await self._from(entity_id)
                if item.calls:
                    found.append(item)
            await self._slices.rest()
        return tuple(found)

    async def run_by_speech(self) -> tuple[str, ...]:
        """Return the automations and scripts that somebody who speaks starts, or that follow from these."""
        causes = self._causes
        begun = [
            item for item in causes.acting() if async_should_expose(self._hass, CONVERSATION, item)
        ]
        waiting, seen = deque([*causes.sentences, *begun]), dict[str, None]()
        while waiting:
            if (node := waiting.popleft()) not in seen:
                seen[node] = None
                waiting.extend(following for following, _ in causes.part(node).next)
            await self._slices.rest()
        return tuple(node for node in seen if node.partition(".")[0] in {"automation", "script"})

    async def _from(self, node: str, start: Start = Start.SPEECH) -> Spoken:
        calls = await reached(self._causes, node, self._slices)
        await self._slices.rest()
        return Spoken(self._causes.name(node), node, calls, start, _fingerprint(calls))


async def spoken_sequences(hass: HomeAssistant) -> tuple[Spoken, ...]:
    """Return all that speech can start, with what it ends in."""
    return await (await Reading.of(hass)).spoken()


@dataclass(frozen=True, slots=True)
class _Way:
    """A way that is followed: to which node, by which names, and whether words may lie in something on it."""

    node: str
    names: tuple[str, ...]
    carried: bool = False


async def reached(causes: Causes, start: str, slices: Slices) -> tuple[Call, ...]:
    """Return every call that follows from a start, each once, by the shortest way; never in circles."""
    found: list[Call] = []
    direct: deque[_Way] = deque([_Way(start, (causes.name(start),))])
    reacting: deque[_Way] = deque()
    seen: set[str] = set()
    while direct or reacting:
        reaction = not direct
        way = (reacting if reaction else direct).popleft()
        if way.node in seen:
            continue
        seen.add(way.node)
        part = causes.part(way.node)
        carried = way.carried or way.node.partition(".")[0] in HOLDS_WORDS
        found += [
            replace(call, way=way.names, reaction=reaction, carried=carried) for call in part.calls
        ]
        for following, reacts in part.next:
            if following not in seen:
                name = causes.name(following)
                names = way.names if name == way.names[-1] else (*way.names, name)
                longer = _Way(following, names, carried)
                (reacting if reacts or reaction else direct).append(longer)
        await slices.rest()
    return tuple(found)
