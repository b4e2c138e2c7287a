"""Lock-outs grow, outlive what they must outlive, and open by time alone or by an administrator."""

from hypothesis import given, strategies as st
import pytest

from custom_components.message_guard.core.lockout import (
    CODE_TRIES,
    CODE_WINDOW_SECONDS,
    HOUSEHOLD,
    PIN_LOCK_SECONDS,
    PIN_TRIES,
    CodeLockout,
    PinLockout,
    PinLockouts,
)

NOW = 1_000_000.0


def after(failures: int, at: float = NOW) -> PinLockout:
    """Return the lock-out after so many wrong PINs in a row, each as soon as it is compared."""
    lock = PinLockout()
    for _ in range(failures):
        at = max(at, lock.locked_until)
        lock = lock.failed(at)
    return lock


def test_three_wrong_pins_lock_and_each_round_locks_longer() -> None:
    """Five minutes, half an hour, two hours, a day, and a day again."""
    assert not after(PIN_TRIES - 1).locked(NOW)
    for round_, seconds in enumerate((*PIN_LOCK_SECONDS, PIN_LOCK_SECONDS[-1]), start=1):
        lock = after(round_ * PIN_TRIES)
        assert lock.locked(lock.last)
        assert lock.locked(lock.last + seconds - 1)
        assert not lock.locked(lock.last + seconds)


@given(st.integers(1, 5), st.integers(1, 5), st.floats(0, 1))
def test_a_wrong_pin_while_it_is_locked_opens_nothing(
    rounds: int, replies: int, part: float
) -> None:
    """Questions that were asked before are answered after it: not one of them begins a new round."""
    lock = locked = after(rounds * PIN_TRIES)
    for _ in range(replies):
        lock = lock.failed(locked.last + part * (locked.locked_until - locked.last - 1))
    assert lock.locked(locked.locked_until - 1)
    assert lock == locked


@given(st.integers(0, 40), st.floats(0, 1e6))
def test_a_restored_backup_never_unlocks(failures: int, later: float) -> None:
    """Whatever count it brought back, it is locked from then on for at least five minutes."""
    kept = after(failures)
    at = max(NOW, kept.last) + later
    assert kept.restored(at).locked(at)
    assert kept.restored(at).locked(at + PIN_LOCK_SECONDS[0] - 1)


def test_a_clock_put_back_does_not_unlock() -> None:
    """Nor does one that jumps back before the first wrong PIN."""
    assert after(PIN_TRIES).locked(NOW - 86_400)


@given(st.integers(0, 50))
def test_what_is_kept_comes_back(failures: int) -> None:
    """Through the file."""
    assert PinLockout.from_data(after(failures).to_data()) == after(failures)


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"failures": "3", "last": 0},
        {"failures": -1, "last": 0},
        {"failures": True, "last": 0},
        {"failures": 3, "last": None},
    ],
)
def test_what_cannot_be_read_raises(data: object) -> None:
    """So that the caller locks."""
    with pytest.raises(ValueError, match="lock-out"):
        PinLockout.from_data(data)


@given(st.lists(st.booleans(), max_size=30))
def test_a_pin_that_is_known_wins_no_tries_at_another(known: list[bool]) -> None:
    """However often it is said in between: the third wrong one of the household locks both."""
    locks, guesses, at = PinLockouts(), 0, NOW
    for right in known:
        if locks.locked(at):
            break
        locks = locks.proved(["bert"]) if right else locks.failed([HOUSEHOLD], at)
        guesses += not right
    assert guesses <= PIN_TRIES
    assert locks.locked(at) is (guesses == PIN_TRIES)


def test_each_pin_has_its_own_count_and_one_that_is_locked_locks_all() -> None:
    """While it is locked, no other one counts; what is kept comes back."""
    locks = PinLockouts()
    for _ in range(PIN_TRIES - 1):
        locks = locks.failed([HOUSEHOLD], NOW).failed(["bert"], NOW)
    assert not locks.locked(NOW)
    locks = locks.failed(["bert"], NOW)
    assert locks.locked(NOW)
    assert locks.failed([HOUSEHOLD], NOW) == locks
    assert locks.of(HOUSEHOLD).failures == PIN_TRIES - 1
    assert PinLockouts.from_data(locks.to_data()) == locks
    assert not locks.proved(["bert"]).locked(NOW)


def test_a_restored_backup_is_a_round_of_every_pin() -> None:
    """Of the household's, too, where none was wrong before."""
    restored = PinLockouts().failed(["bert"], NOW).restored(NOW)
    assert restored.of(HOUSEHOLD).locked(NOW)
    assert restored.of("bert").locked(NOW)


@pytest.mark.parametrize("data", [None, [], {"": None}, {"bert": {"failures": "3"}}])
def test_lock_outs_that_cannot_be_read_raise(data: object) -> None:
    """Any of them."""
    with pytest.raises(ValueError, match="lock-out"):
        PinLockouts.from_data(data)


def test_codes_are_locked_after_three_in_an_hour() -> None:
    """And open again when the first of the three is an hour old."""
    lock = CodeLockout()
    for index in range(CODE_TRIES):
        assert not lock.locked(NOW + index)
        lock = lock.failed(NOW + index)
    assert lock.locked(NOW + CODE_TRIES)
    assert lock.locked(NOW + CODE_WINDOW_SECONDS - 1)
    assert not lock.locked(NOW + CODE_WINDOW_SECONDS)
    assert CodeLockout.from_data(lock.to_data()) == lock
    for bad in (None, {}, ["soon"]):
        with pytest.raises(ValueError, match="lock-out"):
            CodeLockout.from_data(bad)
