"""Lineage: which contexts belong to which turn.

Home Assistant gives every call, event and state a context, and names the one it comes from as its parent.
A turn tags the contexts of what it calls; whatever carries a tagged context later is known by it.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from .turn import Turn

MOST_TAGS = 20_000
"""Contexts that are remembered at once, about 6 MB; a spoken command leaves between one and five."""

TAG_SECONDS = 24 * 3600.0
"""How long a context is remembered after it was last seen: longer than a script plausibly waits."""


class Kinship(StrEnum):
    """How a call is related to a turn."""

    DIRECT = "direct"
    """The turn called it, or called what called it."""
    REACTION = "reaction"
    """Something reacted to a state that the turn has changed."""
    NONE = "none"
    """Nobody spoke."""


@dataclass(frozen=True, slots=True)
class Lineage:
    """Where a call comes from; `turn` is None exactly when nobody spoke."""

    kinship: Kinship
    turn: Turn | None = None


UNSPOKEN = Lineage(Kinship.NONE)


@dataclass(slots=True)
class _Tag:
    lineage: Lineage
    seen_at: float


class Memory:
    """Which contexts belong to which turn. It outlives a reload: a script that waits does too."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Remember nothing yet; `clock` returns seconds that never go back."""
        self._clock = clock
        self._tags: OrderedDict[str, _Tag] = OrderedDict()
        self._runs: OrderedDict[str, None] = OrderedDict()
        self._deliveries: OrderedDict[str, Turn] = OrderedDict()

    def __len__(self) -> int:
        """Return how many contexts are remembered."""
        return len(self._tags)

    def get(self, context_id: str | None) -> Lineage | None:
        """Return what is remembered of a context, None when it is unknown."""
        if context_id is None or (tag := self._tags.get(context_id)) is None:
            return None
        tag.seen_at = self._clock()
        self._tags.move_to_end(context_id)
        return tag.lineage

    def put(self, context_id: str, kinship: Kinship, turn: Turn) -> None:
        """Remember a context. What a turn has called stays that, whatever it reacts to as well."""
        known = self.get(context_id)
        if known is not None and known.kinship is Kinship.DIRECT:
            return
        now = self._clock()
        self._tags[context_id] = _Tag(Lineage(kinship, turn), now)
        self._tags.move_to_end(context_id)
        while self._tags:
            oldest = next(iter(self._tags.values()))
            if len(self._tags) <= MOST_TAGS and now - oldest.seen_at < TAG_SECONDS:
                break
            self._tags.popitem(last=False)

    def put_unless_known(self, context_id: str, kinship: Kinship, turn: Turn) -> None:
        """Remember a context of which nothing is known yet."""
        if self.get(context_id) is None:
            self.put(context_id, kinship, turn)

    def run_started(self, context_id: str) -> None:
        """Remember the context of an automation or a script that nobody spoke for."""
        if context_id not in self._tags:
            self._runs[context_id] = None
            if len(self._runs) > MOST_TAGS:
                self._runs.popitem(last=False)

    def is_run(self, context_id: str) -> bool:
        """Return whether this is the context of an automation or a script that nobody spoke for."""
        return context_id in self._runs

    def delivery_began(self, context_id: str, turn: Turn) -> None:
        """Remember the context of a delivery: it is not spoken itself, but what it sets off is."""
        self._deliveries[context_id] = turn
        if len(self._deliveries) > MOST_TAGS:
            self._deliveries.popitem(last=False)

    def set_off_by(self, context_id: str | None) -> Lineage | None:
        """Return what the delivery with this context sets off is, None when there was none."""
        turn = None if context_id is None else self._deliveries.get(context_id)
        return None if turn is None else Lineage(Kinship.DIRECT, turn)
