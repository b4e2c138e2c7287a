"""What happens to a message that comes in: the strictest rule wins, whatever the order."""

from dataclasses import replace

from hypothesis import given, strategies as st
import pytest

from custom_components.message_guard.core.incoming_rules import (
    LATE_SECONDS,
    FromContact,
    Handling,
    Hours,
    IncomingFacts,
    IncomingPolicy,
    Media,
    Treatment,
    may_be_said,
    treat,
)

KITCHEN, NURSERY = "assist_satellite.kitchen", "assist_satellite.nursery"
ASKED = IncomingFacts(allowed=True, satellite_id=KITCHEN, local_minute=12 * 60)
NIGHT = Hours(22 * 60, 7 * 60)


def policy(reading: Handling = Handling.READ, **more: object) -> IncomingPolicy:
    """Return what is chosen, for Anna and for the household."""
    anna = FromContact(reading=reading)
    return replace(IncomingPolicy(contacts={"anna": anna}), **more)  # type: ignore[arg-type]


def test_by_default_it_is_only_said_that_there_is_something() -> None:
    assert treat("anna", ASKED, IncomingPolicy()) == Treatment(Handling.TELL, ("reading_tell",))


def test_it_is_read_out_where_the_household_says_so() -> None:
    assert treat("anna", ASKED, policy()).handling is Handling.READ
    assert treat("ben", ASKED, policy()).handling is Handling.TELL


@pytest.mark.parametrize(
    ("fact", "reason"),
    [
        ({"typed": True}, "typed"),
        ({"satellite_id": None}, "nobody_asked"),
        ({"local_minute": 23 * 60}, "quiet_hours"),
        ({"local_minute": 6 * 60 + 59}, "quiet_hours"),
        ({"nobody_home": True}, "nobody_home"),
        ({"media_playing": True}, "media_playing"),
        ({"full": True}, "rate"),
        ({"age": LATE_SECONDS + 1}, "late"),
        ({"satellite_id": NURSERY}, "not_there"),
    ],
)
def test_when_it_waits(fact: dict[str, object], reason: str) -> None:
    chosen = policy(quiet=NIGHT, places=frozenset({KITCHEN}))
    found = treat("anna", replace(ASKED, **fact), chosen)  # type: ignore[arg-type]
    assert found.handling is Handling.KEEP
    assert reason in found.reasons


def test_what_is_allowed_not_at_all_is_dropped_whatever_else_is_so() -> None:
    off = treat("anna", replace(ASKED, allowed=False), policy())
    assert off == Treatment(Handling.DROP, ("incoming_off",))
    nobody = treat("anna", replace(ASKED, full=True), policy(Handling.DROP))
    assert nobody == Treatment(Handling.DROP, ("reading_drop",))


def test_media_are_paused_or_talked_over_where_the_household_says_so() -> None:
    playing = replace(ASKED, media_playing=True)
    for media in (Media.PAUSE, Media.SAY):
        assert treat("anna", playing, policy(media=media)).handling is Handling.READ


def test_an_empty_house_is_talked_to_where_the_household_says_so() -> None:
    empty = replace(ASKED, nobody_home=True)
    assert treat("anna", empty, policy(nobody_home=False)).handling is Handling.READ


def test_places_of_the_contact_and_of_the_household_both_count() -> None:
    anna = FromContact(places=frozenset({NURSERY, KITCHEN}))
    house = IncomingPolicy(places=frozenset({KITCHEN}))
    assert may_be_said(KITCHEN, anna, house)
    assert not may_be_said(NURSERY, anna, house)
    assert not may_be_said(None, anna, house), "where nobody knows where, it may be the nursery"
    assert may_be_said(None, FromContact(), IncomingPolicy())


def test_hours_over_midnight_and_a_whole_day() -> None:
    assert [NIGHT.covers(minute) for minute in (0, 419, 420, 1319, 1320)] == [
        True,
        True,
        False,
        False,
        True,
    ]
    assert all(Hours(60, 60).covers(minute) for minute in range(1440))
    assert Hours(60, 120).covers(60)
    assert not Hours(60, 120).covers(120)


facts = st.builds(
    IncomingFacts,
    allowed=st.booleans(),
    satellite_id=st.sampled_from([None, KITCHEN, NURSERY]),
    typed=st.booleans(),
    local_minute=st.integers(0, 1439),
    nobody_home=st.booleans(),
    media_playing=st.booleans(),
    full=st.booleans(),
    age=st.floats(0, 10_000),
)
hours = st.none() | st.builds(Hours, st.integers(0, 1439), st.integers(0, 1439))
contacts = st.builds(
    FromContact,
    reading=st.sampled_from([Handling.READ, Handling.TELL, Handling.DROP]),
    places=st.frozensets(st.sampled_from([KITCHEN, NURSERY])),
    quiet=hours,
)
policies = st.builds(
    IncomingPolicy,
    places=st.frozensets(st.sampled_from([KITCHEN, NURSERY])),
    quiet=hours,
    nobody_home=st.booleans(),
    media=st.sampled_from(Media.ALL),
    contacts=st.fixed_dictionaries({"anna": contacts}),
)


@given(facts, policies, policies)
def test_further_rules_never_make_it_less_strict(
    known: IncomingFacts, one: IncomingPolicy, other: IncomingPolicy
) -> None:
    """What either household would do, a household with the rules of both does at least."""
    a, b = one.of("anna"), other.of("anna")
    both = replace(
        one,
        nobody_home=one.nobody_home or other.nobody_home,
        media=Media.WAIT if Media.WAIT in {one.media, other.media} else Media.SAY,
        quiet=one.quiet or other.quiet,
        contacts={
            "anna": replace(
                a, reading=max(a.reading, b.reading), quiet=a.quiet if one.quiet else b.quiet
            )
        },
    )
    alone = replace(one, contacts={"anna": replace(a, quiet=a.quiet if one.quiet else None)})
    assert treat("anna", known, both).handling >= treat("anna", known, alone).handling


@given(facts, policies)
def test_reasons_are_those_of_what_is_done(known: IncomingFacts, chosen: IncomingPolicy) -> None:
    found = treat("anna", known, chosen)
    assert found.reasons == tuple(sorted(set(found.reasons)))
    assert found.reasons
    if not known.allowed:
        assert found.handling is Handling.DROP
    if found.handling <= Handling.TELL:
        assert known.satellite_id is not None
        assert not known.typed
