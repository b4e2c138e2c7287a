"""What is known of a delivery, and what is said of several at once."""

import pytest

from custom_components.message_guard.core.outcome import Outcome, Reach, failed, together, unknown

ARRIVED = Outcome(reach=Reach.ARRIVED)
REPORTED = Outcome(reach=Reach.SENT)
TAKEN = Outcome(reach=Reach.HANDED_OVER)
UNKNOWN = unknown("channel_timeout")
LOST = failed("channel_missing")


def test_one_way_is_what_it_is() -> None:
    """Nothing is added to it, and its name is nobody's business."""
    assert together([("Anna", LOST)]) is LOST
    assert not LOST.whole
    assert TAKEN.whole


@pytest.mark.parametrize(
    ("parts", "reach", "missed", "unsure"),
    [
        ([ARRIVED, ARRIVED], Reach.ARRIVED, (), ()),
        ([ARRIVED, TAKEN], Reach.HANDED_OVER, (), ()),
        ([ARRIVED, REPORTED], Reach.SENT, (), ()),
        ([TAKEN, REPORTED], Reach.HANDED_OVER, (), ()),
        ([ARRIVED, LOST], Reach.ARRIVED, ("b",), ()),
        ([TAKEN, UNKNOWN], Reach.HANDED_OVER, (), ("b",)),
        ([LOST, LOST], Reach.FAILED, (), ()),
        ([UNKNOWN, UNKNOWN], Reach.UNKNOWN, (), ()),
        ([LOST, UNKNOWN], Reach.UNKNOWN, ("a",), ("b",)),
    ],
)
def test_several_ways(
    parts: list[Outcome], reach: Reach, missed: tuple[str, ...], unsure: tuple[str, ...]
) -> None:
    """The furthest that any came, and by name who was left out."""
    outcome = together(zip("abc", parts, strict=False))
    assert (outcome.reach, outcome.missed, outcome.unsure) == (reach, missed, unsure)
    assert outcome.parts == 2
    assert outcome.whole == (
        not missed and not unsure and reach not in {Reach.UNKNOWN, Reach.FAILED}
    )


def test_groups_in_groups() -> None:
    """Members of members are named, too."""
    inner = together([("Ben", LOST), ("Anna", TAKEN)])
    outer = together([("Family", inner), ("Carl", TAKEN)])
    assert (outer.missed, outer.parts, outer.reasons) == (("Ben",), 3, ("channel_missing",))
