"""Recent: bounded by time; what goes too early leaves a doubt."""

from hypothesis import given, strategies as st

from custom_components.message_guard.core.recent import Recent


def test_an_entry_stays_as_long_as_it_matters() -> None:
    recent: Recent[str, int] = Recent(60.0, 10)
    recent.put("one", 1, 0.0)
    assert recent.get("one", 60.0) == 1
    assert recent.get("one", 60.1) is None
    assert len(recent) == 1  # nobody has put anything since
    recent.put("two", 2, 61.0)
    assert len(recent) == 1
    assert not recent.in_doubt(61.0)


def test_what_is_put_again_or_renewed_stays_longer() -> None:
    recent: Recent[str, int] = Recent(60.0, 10)
    recent.put("one", 1, 0.0)
    recent.put("two", 2, 0.0)
    recent.put("one", 3, 50.0)
    assert recent.renew("two", 55.0) == 2
    assert recent.renew("three", 55.0) is None
    assert (recent.get("one", 100.0), recent.get("two", 115.0)) == (3, 2)
    assert list(recent.items()) == [("one", 3), ("two", 2)]
    assert list(recent) == ["one", "two"]
    assert recent.renew("one", 120.0) is None


def test_what_is_taken_is_gone() -> None:
    recent: Recent[str, int] = Recent(60.0, 10)
    recent.put("one", 1, 0.0)
    assert recent.pop("one") == 1
    assert recent.pop("one") is None
    recent.put("two", 2, 0.0)
    recent.clear()
    assert len(recent) == 0


def test_what_is_forgotten_too_early_leaves_a_doubt_as_long_as_it_would_have_mattered() -> None:
    gone: list[str] = []
    recent: Recent[str, int] = Recent(60.0, 2, gone.append)
    for number, name in enumerate(("one", "two", "three")):
        recent.put(name, number, float(number))
    assert (len(recent), gone) == (2, ["one"])
    assert recent.in_doubt(59.9)
    assert not recent.in_doubt(60.0)
    recent.prune(100.0)
    assert gone == ["one", "two", "three"]
    assert not recent.in_doubt(100.0)


@given(st.lists(st.tuples(st.integers(0, 20), st.floats(0.0, 30.0)), max_size=60))
def test_what_is_not_known_was_never_put_is_over_or_is_in_doubt(
    steps: list[tuple[int, float]],
) -> None:
    recent: Recent[int, int] = Recent(60.0, 5)
    put: dict[int, float] = {}
    now = 0.0
    for key, later in steps:
        now += later
        recent.put(key, key, now)
        put[key] = now
        assert len(recent) <= 5
        for known, at in put.items():
            assert recent.get(known, now) == known or now - at > 60.0 or recent.in_doubt(now)
