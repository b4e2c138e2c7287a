"""A loan of a lamp: what it looked like before, what it was asked for, and whose the look is that it has now."""

from dataclasses import dataclass
from typing import Any

from homeassistant.core import State

from ..core.lamp import Look, Shows


@dataclass(frozen=True, slots=True)
class Borrowed:
    """A lamp that shows something of ours.

    Attributes:
        before: What it is put back to.
        shows: What it shows.
        asked: How it should look.
        looks: How it has looked last; as before, until it has done what it was asked for.
        at: When it was asked, seconds since the epoch.
        found: An earlier run has borrowed it, and has perhaps put it back.
        ended: It was put back while it looked as before, and may do only then what it was asked for.
    """

    before: State
    shows: Shows
    asked: Look
    looks: Look
    at: float = 0.0
    found: bool = False
    ended: bool = False

    @property
    def entity_id(self) -> str:
        """Which light it is."""
        return self.before.entity_id

    def is_like(self, state: State) -> bool:
        """Return whether it looks as we have made it look."""
        look = Look.of(state.state, state.attributes)
        return look.is_like(self.looks) or look.is_like(self.asked)

    def has_not_changed(self, state: State) -> bool:
        """Return whether it looks as it did before: it may be slow, or have failed."""
        return Look.of(state.state, state.attributes).is_like(self.first)

    @property
    def first(self) -> Look:
        """How it looked before."""
        return Look.of(self.before.state, self.before.attributes)

    def follows(self, look: Look, *, ours: bool, asking: bool) -> bool:
        """Return whether this look is what it makes of our request, and nobody else's.

        Args:
            look: How it looks now.
            ours: Home Assistant says that our request has caused it. It says so of all that an entity tells for five
                seconds, also of what a hand has done at the wall.
            asking: Our request is being done right now.
        """
        if look.is_like(self.looks) or look.is_like(self.asked):
            return True
        if not look.on:
            return False  # it was asked to be on
        if self.ended or self.looks.is_like(self.asked):
            return ours and look.is_near(self.asked)
        if look.is_near(self.asked):
            return True
        return ours and (asking or look.is_between(self.looks, self.asked))


def written(borrowed: Borrowed | None, theirs: frozenset[str]) -> dict[str, Any]:
    """Return what is on disk: the loan, and the ids of what somebody has taken the lamp from."""
    found: dict[str, Any] = {"theirs": sorted(theirs)}
    if borrowed is None:
        return found
    return found | {
        "entity_id": borrowed.entity_id,
        "state": borrowed.before.state,
        "attributes": dict(borrowed.before.attributes),
        "shows": borrowed.shows.value,
        "asked": _look(borrowed.asked),
        "looks": _look(borrowed.looks),
    }


def _look(look: Look) -> dict[str, Any]:
    return {"on": look.on, "brightness": look.brightness, "hs": look.hs, "effect": look.effect}


def read(stored: dict[str, Any] | None) -> Borrowed | None:
    """Return what an earlier run has borrowed; raises whatever damaged data raises."""
    if stored is None or stored.keys() == {"theirs"}:
        return None
    asked, looks = (
        Look(**{**look, "hs": None if look["hs"] is None else tuple(look["hs"])})
        for look in (stored["asked"], stored["looks"])
    )
    before = State(stored["entity_id"], stored["state"], stored["attributes"])
    return Borrowed(before, Shows(stored["shows"]), asked, looks, found=True)
