"""What speech can start, and everything that follows from it, read off the configuration without running it."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
import hashlib
import json
from typing import Any, Final

from homeassistant.components.homeassistant.exposed_entities import async_should_expose
from homeassistant.core import HomeAssistant
from homeassistant.helpers import intent

from .causes import Causes, Slices
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
    """

    name: str
    id: str
    calls: tuple[Call, ...]
    start: Start = Start.SPEECH

    @property
    def fingerprint(self) -> str:
        """Hash of all that it can do: another one as soon as any step is another one."""
        done = sorted(
            json.dumps([call.action, call.data, call.reaction], default=text_of, sort_keys=True)
            for call in self.calls
        )
        return hashlib.sha256("\n".join(done).encode()).hexdigest()[:32]


async def spoken_sequences(hass: HomeAssistant) -> tuple[Spoken, ...]:
    """Return all that speech can start, with what it ends in.

    Exposed scripts, scenes and entities whose actions a household has written; helpers that something
    watches; sentence triggers; intents with actions; and what other voice systems start. The event
    loop is given back every few milliseconds, however large the home is.
    """
    slices = Slices()
    causes = Causes(hass)
    await causes.read(slices)

    def exposed(entity_id: str) -> bool:
        return async_should_expose(hass, CONVERSATION, entity_id)

    found = [
        Spoken(causes.name(node), node, calls)
        for node in await startable(causes, slices, exposed)
        if (calls := await reached(causes, node, slices))
    ]
    found += [
        Spoken(causes.name(node), node, await reached(causes, node, slices))
        for node in causes.sentences
    ]
    for node in causes.other_voices:
        calls = await reached(causes, node, slices)
        found.append(Spoken(causes.name(node), node, calls, Start.OTHER_VOICES))
    for handler in intent.async_get(hass):
        steps = _intent_steps(handler)
        if steps is not None:
            node = causes.add(handler.intent_type, steps)
            calls = await reached(causes, node, slices)
            found.append(Spoken(handler.intent_type, handler.intent_type, calls))
    return tuple(found)


async def startable(
    causes: Causes, slices: Slices, exposed: Callable[[str], bool]
) -> Iterable[str]:
    """Return the entities that something is written for, and that are exposed to an assistant."""
    found = []
    for entity_id in causes.acting():
        if exposed(entity_id):
            found.append(entity_id)
        await slices.rest()
    return found


async def reached(causes: Causes, start: str, slices: Slices) -> tuple[Call, ...]:
    """Return every call that follows from a start, each once, by the shortest way; never in circles."""
    found: list[Call] = []
    direct: deque[tuple[str, tuple[str, ...]]] = deque([(start, (causes.name(start),))])
    reacting: deque[tuple[str, tuple[str, ...]]] = deque()
    seen: set[str] = set()
    while direct or reacting:
        reaction = not direct
        node, way = (reacting if reaction else direct).popleft()
        if node in seen:
            continue
        seen.add(node)
        part = causes.part(node)
        found += [replace(call, way=way, reaction=reaction) for call in part.calls]
        for following, reacts in part.next:
            if following not in seen:
                name = causes.name(following)
                longer = way if name == way[-1] else (*way, name)
                (reacting if reacts or reaction else direct).append((following, longer))
        await slices.rest()
    return tuple(found)


def _intent_steps(handler: intent.IntentHandler) -> Any:
    """Return the steps of an intent_script, None for any other intent."""
    config = getattr(handler, "config", None)
    script = config.get("action") if isinstance(config, Mapping) else None
    return getattr(script, "sequence", None)
