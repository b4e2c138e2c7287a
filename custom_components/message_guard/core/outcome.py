"""Outcomes: what is known of a delivery afterwards, and no more than that."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Reach(StrEnum):
    """How far a message came, as far as its channel can tell."""

    ARRIVED = "arrived"
    """The channel has confirmed that it is there."""
    SENT = "sent"
    """The channel took it. It tells of failures, and has told of none."""
    HANDED_OVER = "handed_over"
    """The channel took it, and tells no more: it would not tell of a failure."""
    UNKNOWN = "unknown"
    """It may have been sent, or not: timed out, cut off, or an error that came too late."""
    FAILED = "failed"
    """Nothing was handed over: trying another way sends nothing twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one delivery.

    Attributes:
        reach: How far it came; of several ways, or members of a group, the furthest of any.
        reasons: Ids of what went wrong, such as "channel_missing"; nothing where all went well.
        parts: How many ways, or members, there were.
        missed: Names, to be said aloud, of those to which nothing was handed over, while others were reached.
        unsure: Names of those of which nothing is known.
    """

    reach: Reach
    reasons: tuple[str, ...] = ()
    parts: int = 1
    missed: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()

    @property
    def taken(self) -> bool:
        """Whether a channel took it, at least for some."""
        return self.reach in _SENT

    @property
    def whole(self) -> bool:
        """Whether it reached all that it should."""
        return self.reach in _SENT and not self.missed and not self.unsure


_SENT = frozenset({Reach.ARRIVED, Reach.SENT, Reach.HANDED_OVER})
_ORDER = tuple(Reach)


def failed(*reasons: str) -> Outcome:
    """Return the outcome of a delivery of which nothing was handed over."""
    return Outcome(reach=Reach.FAILED, reasons=reasons)


def unknown(*reasons: str) -> Outcome:
    """Return the outcome of a delivery of which nobody can tell whether anything was handed over."""
    return Outcome(reach=Reach.UNKNOWN, reasons=reasons)


def together(parts: Iterable[tuple[str, Outcome]]) -> Outcome:
    """Return the outcome of several ways, or of the members of a group, by their names.

    Nobody is said to be reached who is not: something arrived only if it arrived everywhere where it was
    handed over, and one that is not known makes a whole of failures unknown.
    """
    found = tuple(parts)
    if len(found) == 1:
        return found[0][1]
    sent = [item for _, item in found if item.reach in _SENT]
    missed = [name for name, item in found if item.reach is Reach.FAILED]
    unsure = [name for name, item in found if item.reach is Reach.UNKNOWN]
    if sent:
        reach = max((item.reach for item in sent), key=_ORDER.index)
    else:
        reach = Reach.UNKNOWN if unsure else Reach.FAILED
    reasons = dict.fromkeys(reason for _, item in found for reason in item.reasons)
    return Outcome(
        reach=reach,
        reasons=tuple(reasons),
        parts=sum(item.parts for _, item in found),
        missed=tuple(
            dict.fromkeys([*(missed if sent or unsure else ()), *_inner(found, "missed")])
        ),
        unsure=tuple(
            dict.fromkeys([*(unsure if sent or missed else ()), *_inner(found, "unsure")])
        ),
    )


def _inner(found: tuple[tuple[str, Outcome], ...], kind: str) -> list[str]:
    return [name for _, item in found for name in getattr(item, kind)]
