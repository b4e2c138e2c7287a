"""How often something can happen that was seen so many times in so many trials."""

from math import exp, lgamma, log


def upper_bound(seen: int, trials: int, confidence: float = 0.95) -> float:
    """Return the exact one-sided upper bound of a rate (Clopper and Pearson, Biometrika 1934).

    The rate at which seeing `seen` or fewer in `trials` has a chance of one minus `confidence`. For none
    seen that is 1 - (1 - confidence) ** (1 / trials), about 3 / trials.
    """
    if trials <= 0 or seen >= trials:
        return 1.0
    low, high = seen / trials, 1.0
    for _ in range(100):
        middle = (low + high) / 2
        if _at_most(seen, trials, middle) > 1 - confidence:
            low = middle
        else:
            high = middle
    return high


def _at_most(seen: int, trials: int, rate: float) -> float:
    """Return the chance of `seen` or fewer in `trials` at this rate."""
    if rate <= 0.0:
        return 1.0
    if rate >= 1.0:
        return 0.0
    total = 0.0
    for count in range(seen + 1):
        ways = lgamma(trials + 1) - lgamma(count + 1) - lgamma(trials - count + 1)
        total += exp(ways + count * log(rate) + (trials - count) * log(1 - rate))
    return min(total, 1.0)
