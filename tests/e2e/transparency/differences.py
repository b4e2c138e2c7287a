"""Comparing two homes, and the table of what must differ. The table was there before the first run."""

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
import json

from tests.e2e.client import Json

from .homes import CONTROL, PIPELINES, PLAIN
from .observing import Seen, kinds

MUST_DIFFER: dict[str, str] = {
    "wire/intent-start/engine": "a pipeline with a model has our agent in front of it",
    "wire/intent-progress/chat_log_delta/agent_id": "an answer names the agent of its pipeline",
    "asked/tools/message_guard__SendMessage": "a model that has tools is offered ours, too",
    "asked/messages/system": "and Home Assistant describes the tools that there are",
}
"""What differs by design, as field → why. Calls, states, speech and errors never stand here."""

_NEVER = ("calls", "states", "speech", "error")
assert not any(word in field for field in MUST_DIFFER for word in _NEVER)

SECONDS_LEFT, SECONDS_BETWEEN = "events/data/seconds", 2
"""A timer that runs says what is left of it: less by the moment in which the other home was spoken to."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that was not the same.

    Attributes:
        field: Where, in the form of the table.
        without: What it was without Message Guard.
        guarded: What it was with it.
    """

    field: str
    without: Json
    guarded: Json

    @property
    def expected(self) -> bool:
        """Whether the table names it."""
        return any(fnmatchcase(self.field, f"{known}*") for known in MUST_DIFFER)

    def __str__(self) -> str:
        """Return one line for a report."""
        without, guarded = (json.dumps(item)[:1000] for item in (self.without, self.guarded))
        return f"{self.field}: {without} ≠ {guarded}"


def differences(without: Seen, guarded: Seen, pipeline: str, *, history: bool) -> list[Difference]:
    """Return what differs between the same turn in two homes, without what the table names.

    Args:
        without: The turn in the home that has no guard.
        guarded: The same in the other home.
        pipeline: Name of the pipeline.
        history: Both homes have said the same before; else only what is said now is compared of what a
            model was asked.
    """
    found: list[Difference] = []
    at_once = _acts_at_once(without) and _acts_at_once(guarded)
    for kind in kinds():
        one, other = getattr(without, kind), getattr(guarded, kind)
        if at_once:
            one, other = _by_thing(kind, one), _by_thing(kind, other)
        if kind == "asked" and PIPELINES[pipeline][0] in {CONTROL, PLAIN}:
            one, other = ([_told(item, history) for item in asked] for asked in (one, other))
        found += _compare(kind, _named(kind, one), _named(kind, other))
    return [item for item in found if not item.expected]


def _told(asked: Json, history: bool) -> Json:
    messages = asked["messages"]
    system = [item for item in messages if item["role"] == "system"]
    others = [item for item in messages if item["role"] != "system"]
    if not history:
        last = max((i for i, item in enumerate(others) if item["role"] == "user"), default=0)
        others = others[last:]
    return {
        "messages": {"system": system, "others": others},
        "tools": dict.fromkeys(asked["tools"], True),
    }


def _named(kind: str, items: list[Json]) -> Json:
    """Give events of a pipeline their names, so that the table can speak of them."""
    return [(item.get("type", ""), item.get("data")) for item in items] if kind == "wire" else items


def _acts_at_once(seen: Seen) -> bool:
    """Return whether one action was performed on several things: Home Assistant does that in another order each time."""
    services = [(item["domain"], item["service"]) for item in seen.calls]
    entities = [item["service_data"].get("entity_id") for item in seen.calls]
    several = any(isinstance(item, list) and len(item) > 1 for item in entities)
    return several or len(set(services)) < len(services)


def _by_thing(kind: str, items: list[Json]) -> list[Json]:
    """Return what was seen in an order for each thing, and none between them."""
    match kind:
        case "calls":
            return sorted(items, key=lambda item: str(item["service_data"].get("entity_id", "")))
        case "states":
            return sorted(items, key=lambda item: str(item["entity"]))
        case "events":
            return sorted(items, key=lambda item: str(item["data"].get("room", "")))
    return items


def _compare(path: str, one: Json, other: Json) -> Iterator[Difference]:
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted({*one, *other}, key=str):
            yield from _compare(f"{path}/{key}", one.get(key), other.get(key))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for a, b in zip(one, other, strict=True):
            yield from _compare(path, a, b)
    elif isinstance(one, tuple) and isinstance(other, tuple) and one[0] == other[0]:
        yield from _compare(f"{path}/{one[0]}", one[1], other[1])
    elif isinstance(one, list) and isinstance(other, list):
        yield Difference(
            path,
            [item for item in one if item not in other],
            [item for item in other if item not in one],
        )
    elif one != other and not (path == SECONDS_LEFT and _about_the_same(one, other)):
        yield Difference(path, one, other)


def _about_the_same(one: Json, other: Json) -> bool:
    return isinstance(one, int) and isinstance(other, int) and abs(one - other) <= SECONDS_BETWEEN
