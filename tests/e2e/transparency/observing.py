"""What can be seen of a turn: on the wire of its pipeline, on the bus, and by the model."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
import re

from tests.e2e.client import Json

from .homes import GUARD, Home

_QUIET_SECONDS = 0.03
"""What a turn has started goes on for a moment after its answer."""

_MARK = "transparency_mark"
_SEEN = (
    "automation_triggered",
    "call_service",
    "instant_satellite_event",
    "instant_satellite_timer",
    "intent_recognized",
    "kitchen_changed",
    "mobile_app_notification_action",
    "script_started",
    "state_changed",
    "timer_out_of_band",
)
_OF_THE_MOMENT = frozenset(
    {
        "context",
        "conversation_id",
        "created",
        "created_at",
        "id",
        "last_changed",
        "last_reported",
        "last_triggered",
        "last_updated",
        "media_id",
        "mime_type",
        "pipeline",
        "runner_data",
        "stream_token",
        "time_fired",
        "timestamp",
        "token",
        "tool_call_id",
        "tts_output",
        "url",
    }
)
"""Keys whose values are new in every turn of any home."""

_ID = re.compile(r"\b(?:[0-9a-f]{32}|[0-9A-HJKMNP-TV-Z]{26})\b")
_CLOCK = re.compile(
    r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[AP]M)?|\d{4}-\d{2}-\d{2}T[\d:.+]+|\b\d+ seconds?\b"
)


def masked(value: Json) -> Json:
    """Return a value without what is new in every turn."""
    if isinstance(value, Mapping):
        return {key: masked(item) for key, item in value.items() if key not in _OF_THE_MOMENT}
    if isinstance(value, list | tuple):
        return [masked(item) for item in value]
    return _ID.sub("<id>", _CLOCK.sub("<time>", value)) if isinstance(value, str) else value


@dataclass(slots=True)
class Seen:
    """What was seen of one turn.

    Attributes:
        wire: Events of the pipeline, in order.
        calls: Actions that were performed, in order, with their data.
        states: Changes of states, in order.
        events: Everything else on the bus that belongs to a home.
        asked: What the model was sent.
    """

    wire: list[Json] = field(default_factory=list)
    calls: list[Json] = field(default_factory=list)
    states: list[Json] = field(default_factory=list)
    events: list[Json] = field(default_factory=list)
    asked: list[Json] = field(default_factory=list)

    @property
    def answer(self) -> Mapping[str, Json]:
        """The end of the turn as its pipeline tells it; empty where it had none."""
        ends = [item["data"] for item in self.wire if item["type"] == "intent-end"]
        return ends[-1] if ends else {}

    @property
    def not_understood(self) -> bool:
        """Home Assistant has found no sentence for it."""
        response = self.answer.get("intent_output", {}).get("response", {})
        return bool(response.get("data", {}).get("code") == "no_intent_match")


class Observer:
    """Watches one home."""

    def __init__(self, home: Home) -> None:
        """Watch this home."""
        self._home = home
        self._bus: asyncio.Queue[Mapping[str, Json]] = asyncio.Queue()
        self._ours: frozenset[str] = frozenset()
        self._marks = 0
        self._conversation: str | None = None

    async def start(self) -> None:
        """Begin to watch."""
        self._bus = await self._home.client.subscribe("subscribe_events")
        entities = await self._home.client.command("config/entity_registry/list")
        self._ours = frozenset(item["entity_id"] for item in entities if item["platform"] == GUARD)

    async def typed(self, text: str, pipeline: str, *, go_on: bool = False) -> Seen:
        """Type a sentence into the app, in a new conversation or in the one before."""
        begun = len(self._home.model.asked)
        turn = await self._home.client.say(
            text,
            pipeline=self._home.pipelines[pipeline],
            conversation_id=self._conversation if go_on else None,
        )
        self._conversation = turn.conversation_id
        seen = await self._seen(begun)
        seen.wire = [masked(event) for event in turn.events]
        return seen

    async def spoken(self, text: str, pipeline: str) -> Seen:
        """Say a sentence to the satellite after a wake."""
        begun = len(self._home.model.asked)
        await self._home.client.call(
            "input_text.set_value",
            {"value": pipeline},
            target={"entity_id": "input_text.instant_pipeline"},
        )
        await self.pass_over()
        await self._home.client.command("instant_satellite/say", text=text)
        seen = await self._seen(begun)
        told = [event for event in seen.events if event["type"] == "instant_satellite_event"]
        seen.wire = [event["data"] for event in told]
        seen.events = [event for event in seen.events if event not in told]
        return seen

    async def pass_over(self) -> None:
        """Look at nothing that has happened until now."""
        await self._until_mark()

    async def _seen(self, begun: int) -> Seen:
        await asyncio.sleep(_QUIET_SECONDS)
        found = Seen(asked=[_request(body) for body in self._home.model.asked[begun:]])
        for event in await self._until_mark():
            self._sort(event, found)
        return found

    def _sort(self, event: Mapping[str, Json], found: Seen) -> None:
        kind, data = event["event_type"], event["data"]
        if kind == "state_changed":
            if (change := self._change(data)) is not None:
                found.states.append(change)
        elif kind == "call_service":
            found.calls.append(masked(data))
        elif kind in _SEEN:
            found.events.append({"type": kind, "data": masked(data)})

    def _change(self, data: Mapping[str, Json]) -> Json | None:
        """Return a change of a state; none of ours, and not the clock that a conversation entity is."""
        entity_id = data["entity_id"]
        if entity_id in self._ours or entity_id.startswith(("conversation.", "stt.", "tts.")):
            return None
        old, new = data["old_state"], data["new_state"]
        return {
            "entity": entity_id,
            "from": old and masked(old["state"]),
            "to": new and masked(new["state"]),
            "attributes": masked((new or {}).get("attributes", {})),
        }

    async def _until_mark(self) -> list[Mapping[str, Json]]:
        self._marks += 1
        await self._home.client.command(
            "fire_event", event_type=_MARK, event_data={"number": self._marks}
        )
        found: list[Mapping[str, Json]] = []
        while True:
            event = await self._bus.get()
            if event["event_type"] == _MARK and event["data"]["number"] == self._marks:
                return found
            found.append(event)

    async def traces(self) -> list[Json]:
        """Return how the automations and scripts have run that Home Assistant still has traces of."""
        found: list[Json] = []
        for domain in ("automation", "script"):
            for trace in await self._home.client.command("trace/list", domain=domain):
                kept = ("domain", "item_id", "state", "script_execution", "trigger", "last_step")
                found.append({key: trace.get(key) for key in (*kept, "error")})
        return sorted(found, key=lambda trace: (trace["domain"], trace["item_id"]))


def _request(body: Mapping[str, Json]) -> Json:
    """Return what a model was asked, without the ids that are new in every turn."""
    return {
        "messages": [masked(message) for message in body["messages"]],
        "tools": sorted(tool["function"]["name"] for tool in body.get("tools") or ()),
    }


def kinds() -> Iterable[str]:
    """Return the names of what is compared."""
    return ("wire", "calls", "states", "events", "asked")
