"""Lineage: which contexts belong to which turn.

Home Assistant gives every call, event and state a context, and names the one it comes from as its parent.
A turn tags the contexts of what it calls; whatever carries a tagged context later is known by it.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from .turn import Turn

MOST_TAGS = 100_000
"""Contexts that are remembered at once, about 60 MB: only a home gone wild comes near it. A spoken command leaves
between one and five, so that their age is what ends them."""

TAG_SECONDS = 24 * 3600.0
"""How long a context is remembered after it was last seen: longer than a script plausibly waits."""

RUN_SECONDS = 7 * TAG_SECONDS
"""How long one that nobody spoke for is remembered after it began: some wait for days."""


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
        self._runs: OrderedDict[str, float] = OrderedDict()
        self._deliveries: OrderedDict[str, tuple[Turn, float]] = OrderedDict()

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
            if not _is_over(len(self._tags), next(iter(self._tags.values())).seen_at, now):
                break
            self._tags.popitem(last=False)

    def put_unless_known(self, context_id: str, kinship: Kinship, turn: Turn) -> None:
        """Remember a context of which nothing is known yet."""
        if self.get(context_id) is None:
            self.put(context_id, kinship, turn)

    def run_started(self, context_id: str) -> None:
        """Remember the context of an automation or a script that nobody spoke for."""
        if context_id not in self._tags:
            self._runs[context_id] = now = self._clock()
            while _is_over(len(self._runs), next(iter(self._runs.values())), now, RUN_SECONDS):
                self._runs.popitem(last=False)

    def is_run(self, context_id: str) -> bool:
        """Return whether this is the context of an automation or a script that nobody spoke for."""
        return context_id in self._runs

    def delivery_began(self, context_id: str, turn: Turn) -> None:
        """Remember the context of a delivery: it is not spoken itself, but what it sets off is."""
        now = self._clock()
        self._deliveries[context_id] = (turn, now)
        while _is_over(len(self._deliveries), next(iter(self._deliveries.values()))[1], now):
            self._deliveries.popitem(last=False)

    def set_off_by(self, context_id: str | None) -> Lineage | None:
        """Return what the delivery with this context sets off is, None when there was none."""
        known = None if context_id is None else self._deliveries.get(context_id)
        return None if known is None else Lineage(Kinship.DIRECT, known[0])


def _is_over(number: int, oldest: float, now: float, seconds: float = TAG_SECONDS) -> bool:
    """Return whether the oldest of so many contexts is to be forgotten."""
    return number > MOST_TAGS or now - oldest >= seconds
