"""The corpus of cases, played on the pure core."""

from collections.abc import Callable, Iterator
from pathlib import Path
import re

import pytest

from custom_components.message_guard.core.contacts import AddressBook, Contact
from custom_components.message_guard.core.household import Household
from custom_components.message_guard.core.language import Language
from custom_components.message_guard.core.level import Level
from custom_components.message_guard.core.request import Route
from custom_components.message_guard.core.satellites import Satellite, SatelliteRule
from tests.corpus.core import BELL, CoreStage, steady
from tests.corpus.play import (
    CAREFUL_LEVEL,
    GARAGE,
    HALL,
    KITCHEN,
    PHRASE,
    Case,
    cases,
    play,
)


def played() -> Iterator[tuple[Case, str]]:
    """Return each case that the core can play, with each way on which it is played."""
    return ((case, route) for case in cases() if case.core for route in case.routes)


@pytest.mark.parametrize(
    ("case", "route"),
    [pytest.param(case, route, id=f"{case.id}-{route}") for case, route in played()],
)
async def test_case(
    case: Case, route: str, english: Language, make_contact: Callable[..., Contact]
) -> None:
    """Nothing leaves the house but what the case allows."""
    book = AddressBook(
        [
            make_contact("Anna", level=Level.from_label(case.level)),
            make_contact("Ben"),
            make_contact("Chris", contact_id="c1"),
            make_contact("Christine", "Chris", contact_id="c2"),
            *(make_contact(name, contact_id=f"more {name}") for name in case.contacts),
        ]
    )
    satellites = {
        KITCHEN: Satellite(entity_id=KITCHEN),
        HALL: Satellite(entity_id=HALL),
        GARAGE: Satellite(entity_id=GARAGE, level=Level.from_label(CAREFUL_LEVEL)),
    }
    household = Household(
        contacts=book,
        phrase=PHRASE,
        pin_hash="a hash",
        model_steps=0,
        rules=(SatelliteRule(satellites),),
        buttons=frozenset({BELL}),
    )
    await play(case, CoreStage(household, english, steady(), Route(route)))


def test_there_is_enough_of_everything() -> None:
    """Each file holds cases, and each way is on some."""
    found = list(cases())
    assert len({case.id for case in found}) == len(found)
    for kind, fewest in (
        ("genuine", 20),
        ("mistakes", 12),
        ("attacks", 40),
        ("control", 25),
        ("names", 35),
        ("pins_and_locks", 30),
        ("incoming", 20),
    ):
        assert len([case for case in found if case.id.startswith(kind)]) >= fewest
    assert any(case.sent for case in found)


def test_the_threat_model_names_cases_that_exist() -> None:
    """Every attack that it names has at least one, and none is named that is not played."""
    text = (Path(__file__).parents[2] / "docs" / "threat-model.md").read_text(encoding="utf-8")
    table = text.partition("## Attacks")[2].partition("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("| ")][2:]
    named = [re.findall(r"`(\w+-\w+)`", row) for row in rows]
    assert len(named) >= 30
    assert all(named)
    known = {case.id for case in cases()}
    assert {case for row in named for case in row} <= known
    incoming = {case for case in known if case.startswith("incoming-")}
    assert set(re.findall(r"`(incoming-\w+)`", text)) == incoming
