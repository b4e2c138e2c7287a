"""What a guess is worth with the household's own settings: the proof in numbers."""

from typing import Any, Final

from ..core.code import code_answers
from ..core.household import Household
from ..core.language import Language
from ..core.lockout import CODE_TRIES, CODE_WINDOW_SECONDS, PIN_LOCK_SECONDS, PIN_TRIES, PinLockout
from ..core.pin import FEWEST_DIGITS

HOUR, DAY = 3600.0, 86400.0
YEAR: Final = 365 * DAY

FEWEST_PINS: Final = 10**FEWEST_DIGITS
"""How many PINs there are at least: nobody knows how long the household's is, since only a hash is kept."""


def numbers(household: Household, language: Language | None) -> dict[str, Any]:
    """Return what can be said in numbers of each proof; see docs/websocket-api.md.

    Somebody is taken to guess all day, at every moment at which a guess is compared.
    """
    return {
        "phrase": {"set": bool(household.phrase), "words": len(household.phrase.split())},
        "code": None if language is None else _code(len(code_answers(language))),
        "pin": _pin(is_set=household.has_pin),
    }


def _code(answers: int) -> dict[str, Any]:
    hours = CODE_WINDOW_SECONDS / HOUR
    return {
        "one_in": answers,
        "tries": CODE_TRIES,
        "per_hours": int(hours),
        "lucky_in_a_day": _lucky(answers, int(CODE_TRIES * 24 / hours)),
    }


def _pin(*, is_set: bool) -> dict[str, Any]:
    first_day, a_year = guesses(DAY), guesses(YEAR)
    return {
        "set": is_set,
        "one_in_at_least": FEWEST_PINS,
        "tries": PIN_TRIES,
        "locks_minutes": [int(seconds / 60) for seconds in PIN_LOCK_SECONDS],
        "guesses_first_day": first_day,
        "lucky_first_day": first_day / FEWEST_PINS,
        "guesses_in_a_year": a_year,
        "lucky_in_a_year": a_year / FEWEST_PINS,
    }


def guesses(seconds: float) -> int:
    """Return how many PINs are compared in so many seconds with somebody who guesses whenever one is."""
    lock, now, count = PinLockout(), 1.0, 0
    while now < seconds:
        lock = lock.failed(now)
        count += 1
        now = max(now, lock.locked_until)
    return count


def _lucky(answers: int, tries: int) -> float:
    """Return the chance to hit at least once; each answer is drawn anew."""
    return float(1 - (1 - 1 / answers) ** tries)
