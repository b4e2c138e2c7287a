"""Size: what a look-up, a decision and a turn's lineage cost as a household grows, and what memory.

Times are the fastest of several rounds, in microseconds, memory in MiB, as `tracemalloc` counts it.
Every column has a goal; what is asked of each turn may not grow with the household.
"""

import argparse
import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
import gc
import json
import sys
from tempfile import TemporaryDirectory
import time
import tracemalloc
from typing import Any

from homeassistant.core import Context
from pytest_homeassistant_custom_component.common import (
    async_test_home_assistant,
)

from custom_components.message_guard.core.contacts import (
    AddressBook,
    Channel,
    ChannelKind,
    Contact,
)
from custom_components.message_guard.core.household import Household
from custom_components.message_guard.core.language import Language
from custom_components.message_guard.core.level import Level
from custom_components.message_guard.core.policy import Facts, Rule, decide
from custom_components.message_guard.core.request import Content, Origin, Request, Route
from custom_components.message_guard.core.satellites import (
    ContactHours,
    QuietHours,
    Satellite,
    SatelliteRule,
)
from custom_components.message_guard.provenance.lineage import Kinship
from custom_components.message_guard.provenance.turns import Turns
from custom_components.message_guard.recognition.recogniser import Recogniser
from custom_components.message_guard.recognition.sentences import Languages, load_languages

CONTACTS = (10, 100, 1_000, 10_000, 100_000)
RULES = (1, 10, 100, 1_000)
CONTEXTS = (10, 100, 1_000, 10_000)
GOAL_MICROSECONDS = 20.0
"""For a look-up, a decision, and whatever all other talk in the house has to wait for."""
REQUEST_MICROSECONDS = 1_000.0
"""For recognising a request: a hundredth of the 100 ms that people begin to notice."""
FLAT_FACTOR = 2.0
"""What is flat costs at most this many times its least, at any size: caches and the clock differ so much."""
BUILD_MILLISECONDS_EACH = 0.1
"""For building the address book, for each contact: a second for 10,000."""
MEMORY_MIB_EACH = 2 / 1024
"""For each contact, and each remembered context: 2 KiB."""
ROUNDS, CALLS = 15, 200


@dataclass(frozen=True)
class Goal:
    """What a column of numbers is held to.

    Attributes:
        most: The highest number, in the column's unit.
        each: Whether `most` is for each contact, rule or context. Else the column has to be flat.
    """

    most: float
    each: bool = False

    def met(self, sizes: Sequence[float], values: Sequence[float]) -> bool:
        """Return whether all of these values, measured at these sizes, are good enough."""
        if self.each:
            pairs = zip(sizes, values, strict=True)
            return all(value <= self.most * size for size, value in pairs)
        return max(values) <= min(self.most, FLAT_FACTOR * min(values))


_TURN = Goal(GOAL_MICROSECONDS)
GOALS: Mapping[str, Mapping[str, Goal]] = {
    "contacts": {
        "look_up_us": _TURN,
        "look_up_stranger_us": _TURN,
        "decision_us": _TURN,
        "request_us": Goal(REQUEST_MICROSECONDS),
        "other_talk_us": _TURN,
        "built_ms": Goal(BUILD_MILLISECONDS_EACH, each=True),
        "memory_mib": Goal(MEMORY_MIB_EACH, each=True),
    },
    "rules": {"decision_us": _TURN, "unknown_origin_us": _TURN},
    "contexts": {
        "spoken_us": _TURN,
        "reaction_us": _TURN,
        "unspoken_us": _TURN,
        "added_memory_mib": Goal(MEMORY_MIB_EACH, each=True),
    },
}
"""The goal of every column, by table. The first column of each is the size, and is named like the table."""


def microseconds(call: Callable[[], object]) -> float:
    """Return what one call costs, in the fastest of several rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for _ in range(CALLS):
            call()
        best = min(best, time.perf_counter() - start)
    return best / CALLS * 1e6


def address_book(count: int) -> AddressBook:
    """Return so many contacts with two names each."""
    channel = Channel(kind=ChannelKind.NOTIFY_ENTITY, targets=("notify.x",))
    return AddressBook(
        Contact(
            id=str(number),
            name=f"Person {number} Family",
            aliases=(f"alias {number}",),
            channel=channel,
        )
        for number in range(count)
    )


def request_for(recipient: str) -> Request:
    """Return a request that somebody spoke."""
    return Request(
        id="r",
        route=Route.SENTENCE,
        origin=Origin(satellite_id="assist_satellite.kitchen", language="en"),
        recipient=recipient,
        content=Content(body="dinner is ready"),
        created_at=0.0,
    )


def by_contacts(languages: Languages) -> list[dict[str, float]]:
    """Measure look-ups, recognition and decisions as contacts grow."""
    language = languages.get("en")
    if language is None:
        raise RuntimeError("there is no English language file")
    return [_with_contacts(count, language, languages) for count in CONTACTS]


def _with_contacts(count: int, language: Language, languages: Languages) -> dict[str, float]:
    last = f"Person {count - 1} Family"
    gc.collect()
    tracemalloc.start()
    address_book(count).match(last, language)
    memory = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    start = time.perf_counter()
    book = address_book(count)
    if book.match(last, language).contact is None:
        raise RuntimeError("the last contact was not found")
    built = time.perf_counter() - start
    household = Household(contacts=book, phrase="yes, send the message")
    recogniser = languages.recogniser("en", book)
    if recogniser is None or recogniser.recognise(f"tell {last} that dinner is ready") is None:
        raise RuntimeError("the last contact was not recognised in a sentence")
    request = request_for(last)

    def decision() -> object:
        facts = Facts(contact=book.match(request.recipient, language).contact)
        return decide(request, facts, household.policy, household.satisfiable)

    return {
        "contacts": count,
        "look_up_us": microseconds(lambda: book.match(last, language)),
        "look_up_stranger_us": microseconds(lambda: book.match("nobody at all", language)),
        "decision_us": microseconds(decision),
        "request_us": microseconds(_recognise(recogniser, f"tell {last} that dinner is ready")),
        "other_talk_us": microseconds(_recognise(recogniser, "turn on the light in the kitchen")),
        "built_ms": built * 1e3,
        "memory_mib": memory / 2**20,
    }


def _recognise(recogniser: Recogniser, utterance: str) -> Callable[[], object]:
    return lambda: recogniser.recognise(utterance)


def by_rules(languages: Languages) -> list[dict[str, float]]:
    """Measure decisions as a household's rules grow: so many satellites, and contacts' own hours.

    What comes from nowhere known is held to the strictest of all.
    """
    language = languages.get("en")
    if language is None:
        raise RuntimeError("there is no English language file")
    book = address_book(1_000)
    request = request_for("alias 7")
    contact = book.match(request.recipient, language).contact
    facts = Facts(contact=contact, local_minute=12 * 60)
    return [_with_rules(count, book, request, facts) for count in RULES]


def _with_rules(count: int, book: AddressBook, request: Request, facts: Facts) -> dict[str, float]:
    night = QuietHours(22 * 60, 6 * 60, Level.DEVICE)
    names = ["assist_satellite.kitchen", *(f"assist_satellite.{n}" for n in range(count - 1))]
    satellites = {name: Satellite(entity_id=name, level=Level.CODE, quiet=night) for name in names}
    hours = ContactHours({str(number): night for number in range(count)})
    elsewhere = replace(request, origin=replace(request.origin, satellite_id=None, user_id=None))

    def decision(rules: tuple[Rule, ...], asked: Request) -> float:
        household = Household(contacts=book, phrase="yes, send the message", rules=rules)
        if decide(asked, facts, household.policy, household.satisfiable).level is not Level.CODE:
            raise RuntimeError("the satellite's rule was not asked")
        return microseconds(lambda: decide(asked, facts, household.policy, household.satisfiable))

    together: tuple[Rule, ...] = (SatelliteRule(satellites), hours)
    return {
        "rules": count,
        "decision_us": decision(together, request),
        "unknown_origin_us": decision(together, elsewhere),
    }


async def by_contexts() -> list[dict[str, float]]:
    """Measure what it costs to ask where a call comes from, as remembered contexts grow."""
    found: list[dict[str, float]] = []
    with TemporaryDirectory() as folder:
        async with async_test_home_assistant(config_dir=folder) as hass:
            turns = Turns(hass)
            origin = Origin(satellite_id="assist_satellite.kitchen")
            known: list[Context] = []
            for count in CONTEXTS:
                tracemalloc.start()
                while len(known) < count:
                    known.append(Context())
                    turns.remember(origin, known[-1])
                memory = tracemalloc.get_traced_memory()[0]
                tracemalloc.stop()
                spoken, stranger = known[0], Context()
                if turns.lineage(spoken).kinship is not Kinship.DIRECT:
                    raise RuntimeError("a spoken context was forgotten")
                child = Context(parent_id=spoken.id)
                found.append(
                    {
                        "contexts": count,
                        "spoken_us": microseconds(_lineage(turns, spoken)),
                        "reaction_us": microseconds(_lineage(turns, child)),
                        "unspoken_us": microseconds(_lineage(turns, stranger)),
                        "added_memory_mib": memory / 2**20,
                    }
                )
            await hass.async_stop(force=True)
    return found


def _lineage(turns: Turns, context: Context) -> Callable[[], object]:
    return lambda: turns.lineage(context)


def print_table(title: str, rows: Sequence[dict[str, float]]) -> None:
    """Print rows of numbers under their names."""
    print(f"\n{title}")
    print("  ".join(f"{name:>20}" for name in rows[0]))
    for row in rows:
        cells = (
            f"{value:20,}" if isinstance(value, int) else f"{value:20.2f}" for value in row.values()
        )
        print("  ".join(cells))


def verdict(tables: Mapping[str, Sequence[Mapping[str, float]]]) -> dict[str, bool]:
    """Return whether each column of each table meets its goal, by "table.column".

    Raises:
        KeyError: If a column has no goal.
    """
    return {
        f"{table}.{column}": GOALS[table][column].met(
            [row[table] for row in rows], [row[column] for row in rows]
        )
        for table, rows in tables.items()
        for column in rows[0]
        if column != table
    }


def main() -> int:
    """Print the tables, and one line of JSON last; 1 if a goal is missed."""
    parser = argparse.ArgumentParser(prog="scripts/bench scale", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print nothing but the last line")
    options = parser.parse_args()
    languages = load_languages()
    tables: dict[str, Any] = {
        "contacts": by_contacts(languages),
        "rules": by_rules(languages),
        "contexts": asyncio.run(by_contexts()),
    }
    if not options.json:
        for title, rows in tables.items():
            print_table(f"by {title}", rows)
    met = verdict(tables)
    print(json.dumps({"goal_us": GOAL_MICROSECONDS, "met": met, **tables}, sort_keys=True))
    return 0 if all(met.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
