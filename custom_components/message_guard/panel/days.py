"""Days as the household has them: by the time zone of the home."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

from homeassistant.util import dt as dt_util

from ..core.errors import MessageGuardError
from ..ledger.history import Outcome

HOURS: Final = 24

_COUNTED: Final[Mapping[Outcome, str]] = {
    Outcome.SENT: "sent",
    Outcome.DECLINED: "declined",
    Outcome.REFUSED: "refused",
    Outcome.WRONG_PROOF: "refused",
    Outcome.EXPIRED: "expired",
    Outcome.FAILED: "failed",
    Outcome.UNKNOWN: "failed",
    Outcome.OBSERVED: "observed",
}
"""What an end is counted as; words that were replaced are counted when the new ones end."""

type Counts = dict[str, int]
type Ends = Mapping[tuple[int, Outcome], int]


class NoDayError(MessageGuardError):
    """This is no day."""


def today() -> date:
    """Return the day that it is at home."""
    return dt_util.now().date()


def begin_us(day: date) -> int:
    """Return when a day begins at home, in microseconds since the epoch."""
    return int(dt_util.start_of_local_day(day).timestamp() * 1_000_000)


def local_day(time_us: int) -> date:
    """Return the day that it was at home, of microseconds since the epoch."""
    return _local(time_us).date()


def day_of(text: str) -> date:
    """Return the day that is written like 2026-01-31.

    Raises:
        NoDayError: If there is none.
    """
    try:
        found = date.fromisoformat(text)
        begin_us(found)
        begin_us(found + timedelta(days=1))
    except (ValueError, OverflowError) as error:
        raise NoDayError(text) from error
    return found


def by_day(ends: Ends, days: list[date]) -> list[dict[str, str | int]]:
    """Return how often what happened on each of these days."""
    counts = {day: _none() for day in days}
    for (slot, outcome), count in ends.items():
        day = local_day(slot)
        if day in counts and outcome in _COUNTED:
            counts[day][_COUNTED[outcome]] += count
    return [{"day": day.isoformat(), **found} for day, found in counts.items()]


def by_hour(ends: Ends) -> list[dict[str, int]]:
    """Return how often what happened in each hour of the day."""
    counts = [_none() for _ in range(HOURS)]
    for (slot, outcome), count in ends.items():
        if outcome in _COUNTED:
            counts[_local(slot).hour][_COUNTED[outcome]] += count
    return [{"hour": hour, **found} for hour, found in enumerate(counts)]


def _none() -> Counts:
    return dict.fromkeys(dict.fromkeys(_COUNTED.values()), 0)


def _local(slot_us: int) -> datetime:
    return dt_util.as_local(dt_util.utc_from_timestamp(slot_us / 1_000_000))
