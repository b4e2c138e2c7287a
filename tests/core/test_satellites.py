"""Satellites and hours: what a household may demand of where and when."""

from dataclasses import replace

from hypothesis import given, strategies as st
import pytest

from custom_components.message_guard.core.contacts import Channel, ChannelKind, Contact
from custom_components.message_guard.core.level import Level
from custom_components.message_guard.core.policy import Demand, Facts
from custom_components.message_guard.core.request import Content, Origin, Request, Route
from custom_components.message_guard.core.satellites import (
    Earshot,
    QuietHours,
    Satellite,
    SatelliteRule,
    may_hear,
)

ANNA = Contact(
    id="anna", name="Anna", channel=Channel(kind=ChannelKind.NOTIFY_ENTITY, targets=("notify.a",))
)
NIGHT = QuietHours(22 * 60, 7 * 60, Level.DEVICE)


def said(**origin: str) -> Request:
    """Return a request from there."""
    return Request(
        id="r",
        route=Route.SENTENCE,
        origin=Origin(**origin),  # type: ignore[arg-type]
        recipient="Anna",
        content=Content(body="hi"),
        created_at=0.0,
    )


MINUTES_A_DAY = 24 * 60
MINUTES = st.integers(0, MINUTES_A_DAY - 1)


@given(MINUTES, MINUTES)
def test_quiet_hours_and_their_complement_cover_the_day(start: int, end: int) -> None:
    """Every minute is in exactly one of the two, over midnight, too; equal ends are the whole day."""
    quiet, loud = QuietHours(start, end, Level.CODE), QuietHours(end, start, Level.CODE)
    for minute in range(0, MINUTES_A_DAY, 7):
        if start == end:
            assert quiet.covers(minute)
        else:
            assert quiet.covers(minute) != loud.covers(minute)


@given(MINUTES, MINUTES)
def test_equal_ends_are_the_whole_day(end: int, minute: int) -> None:
    """For the satellite that has them, and for what comes from nowhere known."""
    whole = Satellite(entity_id="assist_satellite.hall", quiet=QuietHours(end, end, Level.PIN))
    rule, facts = SatelliteRule({whole.entity_id: whole}), Facts(contact=ANNA, local_minute=minute)
    here = rule.demand(said(satellite_id=whole.entity_id), facts)
    assert here == Demand(Level.PIN, "quiet_hours")
    assert rule.demand(said(), facts) == Demand(Level.PIN, "unknown_origin")


@pytest.mark.parametrize(
    ("minute", "quiet"), [(22 * 60, True), (6 * 60 + 59, True), (7 * 60, False)]
)
def test_the_night(minute: int, quiet: bool) -> None:
    """The end is no longer quiet."""
    demand = NIGHT.demand(said(), Facts(contact=ANNA, local_minute=minute))
    assert demand == (Demand(Level.DEVICE, "quiet_hours") if quiet else None)


KITCHEN = Satellite(entity_id="assist_satellite.kitchen", level=Level.PHRASE)
NURSERY = Satellite(entity_id="assist_satellite.nursery", allowed=False)
HALL = Satellite(entity_id="assist_satellite.hall", contacts=frozenset({"bert"}), quiet=NIGHT)


@pytest.mark.parametrize(
    ("satellites", "origin", "demand"),
    [
        ([], {"satellite_id": "assist_satellite.any"}, None),
        ([KITCHEN], {"satellite_id": KITCHEN.entity_id}, Demand(Level.PHRASE, "satellite_level")),
        (
            [KITCHEN, NURSERY],
            {"satellite_id": NURSERY.entity_id},
            Demand(Level.BLOCK, "satellite_not_allowed"),
        ),
        ([HALL], {"satellite_id": HALL.entity_id}, Demand(Level.BLOCK, "satellite_contact")),
        (
            [KITCHEN, NURSERY],
            {"satellite_id": "assist_satellite.new"},
            None,
        ),
        ([KITCHEN, NURSERY], {}, Demand(Level.BLOCK, "unknown_origin")),
        ([KITCHEN, replace(NURSERY, elsewhere=False)], {}, Demand(Level.PHRASE, "unknown_origin")),
        ([replace(NURSERY, elsewhere=False)], {}, None),
        ([replace(NURSERY, elsewhere=False)], {"satellite_id": KITCHEN.entity_id}, None),
        ([KITCHEN], {"device_id": "speaker"}, Demand(Level.PHRASE, "unknown_origin")),
        ([KITCHEN, NURSERY], {"user_id": "anna"}, None),
        ([KITCHEN], {}, Demand(Level.PHRASE, "unknown_origin")),
    ],
)
def test_who_may_ask_for_what(
    satellites: list[Satellite], origin: dict[str, str], demand: Demand | None
) -> None:
    """Rules are for their own satellite, and for what comes from nowhere known unless they say no."""
    rule = SatelliteRule({item.entity_id: item for item in satellites})
    facts = Facts(contact=ANNA, local_minute=12 * 60)
    assert rule.demand(said(**origin), facts) == demand


LEVELS = st.sampled_from(Level)
HOURS = st.builds(QuietHours, MINUTES, st.integers(0, MINUTES_A_DAY), LEVELS)
SATELLITES = st.builds(
    Satellite,
    entity_id=st.sampled_from([f"assist_satellite.{number}" for number in range(6)]),
    allowed=st.sampled_from([True, True, True, False]),
    level=st.sampled_from([Level.NONE, Level.PHRASE, Level.CODE]),
    contacts=st.sampled_from(
        [frozenset[str](), frozenset({"anna"}), frozenset({"anna", "bert"}), frozenset({"bert"})]
    ),
    quiet=st.none() | HOURS,
    elsewhere=st.sampled_from([True, True, False]),
)


@given(
    st.lists(SATELLITES, min_size=1),
    st.sampled_from([{}, {"device_id": "speaker"}]),
    st.sampled_from([None, ANNA]),
    MINUTES,
)
def test_an_unknown_origin_is_held_to_all_of_them(
    satellites: list[Satellite], origin: dict[str, str], contact: Contact | None, minute: int
) -> None:
    """Rules that many have are asked once, and that finds what asking each of them does."""
    every = {item.entity_id: item for item in satellites}
    asked = [item for item in every.values() if item.elsewhere]
    request, facts = said(**origin), Facts(contact=contact, local_minute=minute)
    level = Level.NONE
    for satellite in asked:
        for demand in satellite.demands(facts, request):
            level = max(level, demand.level)
    expected = Demand(level, "unknown_origin") if asked else None
    assert SatelliteRule(every).demand(request, facts) == expected


@given(st.lists(SATELLITES), MINUTES)
def test_rules_of_one_satellite_change_no_other(satellites: list[Satellite], minute: int) -> None:
    """Not even the strictest ones."""
    rule = SatelliteRule({item.entity_id: item for item in satellites})
    request = said(satellite_id="assist_satellite.new")
    assert rule.demand(request, Facts(contact=ANNA, local_minute=minute)) is None


def test_a_satellite_has_quiet_hours_of_its_own() -> None:
    """Beside those of the household."""
    quiet = Satellite(entity_id="assist_satellite.hall", quiet=NIGHT)
    rule = SatelliteRule({quiet.entity_id: quiet})
    night = Facts(contact=ANNA, local_minute=0)
    assert rule.demand(said(satellite_id=quiet.entity_id), night) == Demand(
        Level.DEVICE, "quiet_hours"
    )


def test_who_may_hear_whom() -> None:
    """The same area; and what is in no known area may stand anywhere, the other way round as well."""
    assert may_hear("kitchen", "kitchen")
    assert not may_hear("kitchen", "garage")
    for area in ("kitchen", None):
        assert may_hear(area, None)
        assert may_hear(None, area)


NAMES = st.sampled_from(["stove", "bed", "desk"])
AREAS = st.sampled_from(["kitchen", "upstairs", "study"])


@given(
    st.dictionaries(NAMES, st.none() | st.frozensets(AREAS)),
    st.tuples(NAMES, st.none() | AREAS),
    st.tuples(NAMES, st.none() | AREAS),
)
def test_who_is_heard_hears(
    beyond: dict[str, frozenset[str] | None],
    one: tuple[str, str | None],
    other: tuple[str, str | None],
) -> None:
    """It works both ways, never takes anything away, and adds only what a satellite names."""
    joined = Earshot(beyond).joins(one, other)
    assert joined == Earshot(beyond).joins(other, one)
    assert Earshot().joins(one, other) == may_hear(one[1], other[1])
    named = [
        name
        for (name, _), (_, area) in ((one, other), (other, one))
        if name in beyond and ((areas := beyond[name]) is None or area in areas)
    ]
    assert joined == (may_hear(one[1], other[1]) or bool(named))
