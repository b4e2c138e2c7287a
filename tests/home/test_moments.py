"""Moments: what must have been forgotten, as far as a context says when it was made."""

from collections.abc import Callable

from homeassistant.util.ulid import ulid_at_time
import pytest

from custom_components.message_guard.home import moments
from custom_components.message_guard.home.moments import Horizon, moment_of

NOW = 2_000_000_000.0

type SetClock = Callable[[float], None]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    """Return what sets the clock, which stands at `NOW`."""

    def put(seconds: float) -> None:
        monkeypatch.setattr(moments, "ulid_now", lambda: ulid_at_time(seconds))

    put(NOW)
    return put


def test_contexts_are_compared_by_when_they_were_made() -> None:
    one, other = moment_of(ulid_at_time(NOW)), moment_of(ulid_at_time(NOW + 0.001))
    assert one is not None
    assert other is not None
    assert one < other
    assert moment_of("a script's own") is None
    assert moment_of(None) is None


def test_what_was_running_before_may_have_been_forgotten_too(clock: SetClock) -> None:
    horizon = Horizon()
    clock(NOW + 100)
    before, known, after = (ulid_at_time(NOW - seconds) for seconds in (60, 30, 10))
    horizon.forgotten(known)
    assert not horizon.hides(before)
    assert horizon.hides(known)
    assert not horizon.hides(after)


def test_what_is_behind_the_horizon_may_have_been_forgotten(clock: SetClock) -> None:
    horizon = Horizon()
    clock(NOW + 100)
    early, late = ulid_at_time(NOW + 10), ulid_at_time(NOW + 20)
    assert not horizon.hides(early)
    horizon.forgotten(late)
    horizon.forgotten(early)
    assert horizon.hides(early)
    assert horizon.hides(late)
    assert not horizon.hides(ulid_at_time(NOW + 21))
    assert not horizon.hides(ulid_at_time(NOW - 1))  # nobody has watched then
    assert not horizon.hides("says no moment")


def test_what_says_no_moment_is_hidden_once_one_of_it_is_forgotten(clock: SetClock) -> None:
    horizon = Horizon()
    horizon.forgotten("says no moment")
    assert horizon.hides("neither does this")
    assert not horizon.hides(ulid_at_time(NOW))


def test_a_clock_that_was_put_back_hides_nothing_that_is_made_now(clock: SetClock) -> None:
    """Else everything would count as spoken until the clock has caught up."""
    clock(NOW + 1000)
    horizon = Horizon()
    wrong = ulid_at_time(NOW + 1000)
    clock(NOW + 10)
    horizon.forgotten(wrong)
    assert not horizon.hides(ulid_at_time(NOW + 10))
    assert horizon.hides(ulid_at_time(NOW + 900))
