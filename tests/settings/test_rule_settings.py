"""Stored rules: what cannot be read is never read as something looser."""

from typing import Any

from homeassistant.config_entries import ConfigSubentryData
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.message_guard.const import DOMAIN
from custom_components.message_guard.core.level import Level
from custom_components.message_guard.core.policy import Demand, Facts, Rule
from custom_components.message_guard.core.request import Content, Origin, Request, Route
from custom_components.message_guard.settings.rules import (
    earshot_from_entry,
    pins_from_entry,
    rules_from_entry,
)

KITCHEN = "assist_satellite.kitchen"


def stored(options: dict[str, Any], *subentries: ConfigSubentryData) -> MockConfigEntry:
    """Return an entry that holds this."""
    return MockConfigEntry(domain=DOMAIN, options=options, subentries_data=subentries)


def satellite(**data: Any) -> ConfigSubentryData:
    """Return a stored satellite."""
    return ConfigSubentryData(
        data={"satellite": KITCHEN, **data},
        subentry_type="satellite",
        title="Kitchen",
        unique_id=f"satellite:{KITCHEN}",
    )


def demands(rules: tuple[Rule, ...], facts: Facts, satellite_id: str = KITCHEN) -> set[Demand]:
    """Return everything that the rules demand of a sentence spoken there."""
    request = Request(
        id="r",
        route=Route.SENTENCE,
        origin=Origin(satellite_id=satellite_id),
        recipient="Anna",
        content=Content(body="hi"),
        created_at=0.0,
    )
    found = (rule.demand(request, facts) for rule in rules)
    return {demand for demand in found if demand is not None}


@pytest.mark.parametrize("level", ["code", "off", "device", 7])
def test_a_signal_that_there_is_no_more_is_passed_over(level: object) -> None:
    """A household that had chosen it keeps all others as they were."""
    kept = {"media_playing": "off", "nobody_home": "code"}
    with_it = rules_from_entry(stored({"signals": {**kept, "several_speakers": level}}))
    facts = Facts(signals=frozenset({"media_playing", "nobody_home", "several_speakers"}))
    assert demands(with_it, facts) == {Demand(Level.CODE, "nobody_home")}
    assert len(with_it) == len(rules_from_entry(stored({"signals": kept})))


def test_every_signal_has_a_level_by_default() -> None:
    """A household that was set up before there were signals has them, too."""
    facts = Facts(signals=frozenset({"media_playing", "nobody_home"}))
    assert demands(rules_from_entry(stored({})), facts) == {
        Demand(Level.CODE, "media_playing"),
        Demand(Level.DEVICE, "nobody_home"),
    }


@pytest.mark.parametrize(
    ("chosen", "level"),
    [
        ({"media_playing": "off"}, None),
        ({"media_playing": "device"}, Level.DEVICE),
        ({"media_playing": "sometimes"}, Level.BLOCK),
        ("nonsense", Level.BLOCK),
    ],
)
def test_signals_are_chosen(chosen: object, level: Level | None) -> None:
    """Off is off; what cannot be read blocks while the signal is there."""
    facts = Facts(signals=frozenset({"media_playing"}))
    found = demands(rules_from_entry(stored({"signals": chosen})), facts)
    assert found == (set() if level is None else {Demand(level, "media_playing")})
    assert demands(rules_from_entry(stored({"signals": chosen})), Facts()) == set()


@pytest.mark.parametrize(
    ("start", "end", "noon"),
    [("22:00:00", "07:00:00", False), ("soon", "07:00:00", True), ("07:00:00", "07:00:00", True)],
)
def test_quiet_hours(start: str, end: str, noon: bool) -> None:
    """A time that cannot be read makes the whole day quiet; so do equal ones."""
    entry = stored({"quiet_start": start, "quiet_end": end, "quiet_level": "device"})
    night = Demand(Level.DEVICE, "quiet_hours")
    assert night in demands(rules_from_entry(entry), Facts(local_minute=23 * 60))
    assert (night in demands(rules_from_entry(entry), Facts(local_minute=12 * 60))) is noon


@pytest.mark.parametrize(
    ("data", "level"),
    [
        ({}, Level.NONE),
        ({"level": "code"}, Level.CODE),
        ({"level": "?"}, Level.BLOCK),
        ({"allowed": False}, Level.BLOCK),
        ({"allowed": "yes"}, Level.BLOCK),
        ({"contacts": ["bert"]}, Level.BLOCK),
        ({"contacts": 7}, Level.BLOCK),
        ({"heard_in": ["study"]}, Level.NONE),
        ({"heard_in": "study"}, Level.BLOCK),
        ({"heard_in": ["study", 7]}, Level.BLOCK),
        ({"heard_in": None}, Level.BLOCK),
        ({"quiet_level": "pin", "quiet_start": "00:00:00", "quiet_end": "23:59:59"}, Level.PIN),
    ],
)
def test_satellites(data: dict[str, Any], level: Level) -> None:
    """Each with its own least level, contacts and hours."""
    found = demands(rules_from_entry(stored({}, satellite(**data))), Facts())
    assert max(demand.level for demand in found) is level


@pytest.mark.parametrize(
    ("data", "study", "hall"),
    [
        ({}, False, False),
        ({"heard_in": []}, False, False),
        ({"heard_in": ["study"]}, True, False),
        ({"heard_in": "study"}, True, True),
        ({"heard_in": [["study"]]}, True, True),
        ({"heard_in": None}, True, True),
    ],
)
def test_where_a_satellite_is_heard(data: dict[str, Any], study: bool, hall: bool) -> None:
    """Nowhere else where nothing is stored; everywhere where it cannot be read."""
    earshot = earshot_from_entry(stored({}, satellite(**data)))
    here = (KITCHEN, "kitchen")
    assert earshot.joins(here, ("assist_satellite.desk", "study")) is study
    assert earshot.joins(here, ("assist_satellite.door", "hall")) is hall


def test_pins_are_hashes_of_the_household_and_of_contacts() -> None:
    """By the contact's id."""
    anna = ConfigSubentryData(
        data={"name": "Anna", "pin_hash": "$2b$anna"},
        subentry_type="contact",
        title="Anna",
        unique_id="contact:anna",
    )
    entry = stored({"pin_hash": "$2b$home"}, anna, satellite())
    (anna_id,) = [s.subentry_id for s in entry.subentries.values() if s.title == "Anna"]
    assert pins_from_entry(entry) == ("$2b$home", {anna_id: "$2b$anna"})
    assert pins_from_entry(stored({})) == ("", {})
