"""Lineage: which contexts belong to which turn.

Home Assistant gives every call, event and state a context, and names the one it comes from as its parent.
A turn tags the contexts of what it calls; whatever carries a tagged context later is known by it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from ..core.recent import Recent
from ..home.moments import Horizon
from .turn import Turn

MOST_TAGS = 100_000
"""Contexts that are remembered at once, about 60 MB: only a home gone wild comes near it. A spoken command leaves
between one and five, so that their age is what ends them."""

TAG_SECONDS = 24 * 3600.0
"""How long a context is remembered after it was last seen: longer than a script plausibly waits."""

RUN_SECONDS = 30 * 24 * 3600.0
"""How long one that nobody spoke for is remembered after it began: some wait for weeks."""

DELIVERY_SECONDS = TAG_SECONDS + 3600.0
"""How long a delivery is remembered: one by a contact's own actions may take a day, and something may follow from its end."""


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


class Memory:
    """Which contexts belong to which turn. It outlives a reload: a script that waits does too.

    What is forgotten counts as spoken. A context says when it was made: one that was made while this has watched,
    no later than something that was forgotten, and that no run of nobody's is known to have, may have been forgotten
    itself (`may_be_forgotten`).
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        """Create the memory of contexts; `clock` returns seconds that never go back."""
        self._clock = clock
        self._behind, self._delivered_behind = Horizon(), Horizon()
        self._tags = Recent[str, Lineage](TAG_SECONDS, MOST_TAGS, self._behind.forgotten)
        self._runs = Recent[str, bool](RUN_SECONDS, MOST_TAGS)
        self._deliveries = Recent[str, Turn](
            DELIVERY_SECONDS, MOST_TAGS, self._delivered_behind.forgotten
        )

    def __len__(self) -> int:
        """Return how many contexts are remembered."""
        return len(self._tags)

    def get(self, context_id: str | None) -> Lineage | None:
        """Return what is remembered of a context, None when it is unknown."""
        return None if context_id is None else self._tags.renew(context_id, self._clock())

    def put(self, context_id: str, kinship: Kinship, turn: Turn) -> None:
        """Remember a context. What a turn has called stays that, whatever it reacts to as well.

        A run that nobody had spoken for is nobody's no longer, also when this is forgotten.
        """
        now = self._clock()
        self._runs.pop(context_id)
        known = self._tags.renew(context_id, now)
        if known is None or known.kinship is not Kinship.DIRECT:
            self._tags.put(context_id, Lineage(kinship, turn), now)

    def put_unless_known(self, context_id: str, kinship: Kinship, turn: Turn) -> None:
        """Remember a context of which nothing is known yet."""
        if self.get(context_id) is None:
            self.put(context_id, kinship, turn)

    def may_be_forgotten(self, context_id: str) -> bool:
        """Return whether an unknown context may have been spoken, long ago; cheap, for every call."""
        self._tags.prune(self._clock())
        return self._behind.hides(context_id) and not self.is_run(context_id)

    def run_started(self, context_id: str) -> None:
        """Remember the context of an automation or a script that nobody spoke for."""
        if self.get(context_id) is None:
            self._runs.put(context_id, True, self._clock())

    def is_run(self, context_id: str) -> bool:
        """Return whether this is the context of an automation or a script that nobody spoke for."""
        return self._runs.get(context_id, self._clock()) is not None

    def delivery_began(self, context_id: str, turn: Turn) -> None:
        """Remember the context of a delivery: it is not spoken itself, but what it sets off is."""
        self._deliveries.put(context_id, turn, self._clock())

    def set_off_by(self, context_id: str | None) -> Lineage | None:
        """Return what the delivery with this context sets off is, None when there was none.

        What follows from one that was forgotten before its time comes from the oldest that is still known.
        """
        if context_id is None:
            return None
        now = self._clock()
        turn = self._deliveries.get(context_id, now)
        if turn is None and self._deliveries.in_doubt(now):
            hidden = self._delivered_behind.hides(context_id) and not self.is_run(context_id)
            turn = next(self._deliveries.items())[1] if hidden else None
        return None if turn is None else Lineage(Kinship.DIRECT, turn)
