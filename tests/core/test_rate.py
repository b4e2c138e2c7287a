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
    """The key that was used longest ago goes first."""
    rate = Rate(1, 10.0)
    for key in range(MOST_KEYS + 1):
        rate.add(str(key), 0.0)
    assert not rate.used_up("0", 0.0)
    assert rate.used_up(str(MOST_KEYS), 0.0)
    rate.clear()
    assert not rate.used_up(str(MOST_KEYS), 0.0)
