"""Looks of a lamp: alike, near, and on the way."""

import pytest

from custom_components.message_guard.core.lamp import Look

ASKED = Look(on=True, brightness=204, hs=(21.0, 100.0))
FIRST = Look(on=True, brightness=100, hs=(120.0, 90.0))
OFF, PLAIN = Look(on=False), Look(on=True)


@pytest.mark.parametrize(
    ("look", "near"),
    [
        (Look(on=True, brightness=190, hs=(40.0, 70.0)), True),
        (Look(on=True, brightness=190, hs=(355.0, 100.0)), True),
        (Look(on=True, brightness=20, hs=(21.0, 100.0)), False),
        (Look(on=True, brightness=204, hs=(120.0, 100.0)), False),
        (Look(on=True, brightness=204, hs=(21.0, 10.0)), False),
        (Look(on=True, brightness=204), False),
        (Look(on=True, brightness=204, hs=(21.0, 100.0), effect="Candle"), False),
        (OFF, False),
    ],
)
def test_near(look: Look, near: bool) -> None:
    assert look.is_near(ASKED) is near


@pytest.mark.parametrize(
    ("look", "first", "between"),
    [
        (Look(on=True, brightness=150, hs=(70.0, 20.0)), FIRST, True),
        (Look(on=True, brightness=150, hs=(240.0, 90.0)), FIRST, False),
        (Look(on=True, brightness=20, hs=(70.0, 90.0)), FIRST, False),
        (Look(on=True, brightness=150), FIRST, True),
        (Look(on=True, brightness=9, hs=(240.0, 90.0)), OFF, True),
        (OFF, FIRST, False),
        (OFF, OFF, False),
    ],
)
def test_between(look: Look, first: Look, between: bool) -> None:
    assert look.is_between(first, ASKED) is between


def test_alike() -> None:
    assert not PLAIN.is_like(ASKED)
    assert not Look(on=True, brightness=204).is_like(ASKED)
    assert Look(on=True, brightness=200, hs=(25.0, 95.0)).is_like(ASKED)
