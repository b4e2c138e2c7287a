"""The past of the household that is shown: what is asked for in it is drawn once and for all."""

from datetime import UTC, datetime
from itertools import pairwise

from .lived_in import DAYS, SEED
from .past import days_of

_NOON = datetime(2026, 11, 28, 12, tzinfo=UTC).timestamp()
_DAY_SECONDS = 86_400


def test_a_seed_gives_the_same_past_on_every_day() -> None:
    first, requests = days_of(_NOON, DAYS, SEED)
    later, the_same = days_of(_NOON + 7 * _DAY_SECONDS, DAYS, SEED)

    assert later - first == 7 * _DAY_SECONDS
    assert [(asked.way, asked.to, asked.body, asked.end) for asked in requests] == [
        (asked.way, asked.to, asked.body, asked.end) for asked in the_same
    ]
    assert requests != days_of(_NOON, DAYS, SEED + 1)[1]


def test_nothing_of_it_is_still_to_come_and_nobody_asks_for_a_burst() -> None:
    first, requests = days_of(_NOON, DAYS, SEED)
    times = [asked.at for asked in requests]

    assert first < times[0]
    assert times[-1] < _NOON
    assert min(later - former for former, later in pairwise(times)) >= 720


def test_two_weeks_hold_everything_that_there_is_to_look_at() -> None:
    _, requests = days_of(_NOON, DAYS, SEED)

    assert {asked.way for asked in requests} == {
        "spoken",
        "typed",
        "model",
        "automation",
        "by itself",
    }
    assert {asked.end for asked in requests} == {
        "sent",
        "declined",
        "expired",
        "misheard",
        "refused",
        "failed",
        "off",
    }
    assert len({asked.room for asked in requests}) == 4


def test_a_household_may_be_shown_without_a_past() -> None:
    assert days_of(_NOON, 0, SEED)[1] == []
