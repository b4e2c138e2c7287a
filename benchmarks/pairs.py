"""Pairs: what one home needs more than another for the same thing, done in both at almost the same moment.

A machine that does other things as well slows down for seconds at a time, by more than what is looked for. What two homes
differ by when they take turns, one act each, hardly notices that: so pairs are compared, and never two medians.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import median

NORMAL_95 = 1.96
"""Standard deviations within which a normal distribution has 95 of 100."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A median of differences, and between what it lies in 95 of 100 measurements, in the unit of the samples."""

    middle: float
    low: float
    high: float

    def halfway(self, other: Difference) -> Difference:
        """Return what lies halfway between this and another one, bounds included."""
        return Difference(
            (self.middle + other.middle) / 2,
            (self.low + other.low) / 2,
            (self.high + other.high) / 2,
        )

    @property
    def furthest(self) -> float:
        """How far from nothing it may be."""
        return max(abs(self.low), abs(self.high))


def difference(ones: Sequence[float], others: Sequence[float]) -> Difference:
    """Return by how much the ones are more than the others, pair by pair.

    The bounds are order statistics (Conover, Practical Nonparametric Statistics, 3.2): nothing is assumed of how
    times are distributed.

    Raises:
        ValueError: If the two are not equally many, or there is none.
    """
    apart = sorted(one - other for one, other in zip(ones, others, strict=True))
    if not apart:
        raise ValueError("no pairs")
    reach = NORMAL_95 * sqrt(len(apart)) / 2
    first = max(0, int(len(apart) / 2 - reach))
    last = min(len(apart) - 1, int(len(apart) / 2 + reach))
    return Difference(median(apart), apart[first], apart[last])
