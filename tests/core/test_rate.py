"""Sliding windows, one for each key."""

from hypothesis import given, strategies as st

from custom_components.message_guard.core.rate import MOST_KEYS, Rate


@given(st.lists(st.floats(0, 100), max_size=60).map(sorted), st.integers(1, 6))
def test_it_is_used_up_exactly_when_the_window_is_full(times: list[float], limit: int) -> None:
    """Against counting by hand."""
    rate = Rate(limit, 10.0)
    for index, at in enumerate(times):
        recent = [other for other in times[:index] if other > at - 10.0]
        assert rate.used_up("k", at) == (len(recent) >= limit)
        rate.add("k", at)
    assert not rate.used_up("other", 0.0)


def test_memory_is_bounded() -> None:
    """By the window; where there are too many keys in one, what is not known may have been used up."""
    rate = Rate(1, 10.0)
    for key in range(100):
        rate.add(str(key), float(key))
    assert len(rate._events) == 11
    for key in range(MOST_KEYS + 1):
        rate.add(str(key), 200.0)
    assert len(rate._events) == MOST_KEYS
    assert rate.used_up("0", 209.0)
    assert rate.used_up("never counted", 209.0)
    assert not rate.used_up("0", 210.0)
    assert rate.used_up(str(MOST_KEYS), 209.0)
    rate.clear()
    assert not rate.used_up(str(MOST_KEYS), 210.0)


def test_what_is_over_is_no_longer_kept() -> None:
    """However high the limit."""
    rate = Rate(1_000_000, 10.0)
    for second in range(1_000):
        rate.add("k", float(second))
    events = rate._events.get("k", 999.0)
    assert events is not None
    assert len(events) == 10
