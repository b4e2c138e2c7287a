"""The soak: what it says, what it works out, and that it sees what Message Guard remembers."""

from math import isclose
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from benchmarks.soak import GOALS, growth, verdict
from benchmarks.soak_memories import changes, unbounded
from benchmarks.soak_talk import CONTACT, SHARE, Talk
from tests.assist_home import Assist
from tests.e2e.guarded import PHRASE
from tests.e2e.loop_probe.memories import found_in, rates_of
from tests.e2e.turn import Turn

GOOD = {
    "ordinary_turns_per_second": 100.0,
    "mixed_p99_ms": 10.0,
    "memory_growth": 1.01,
    "proofs": 5,
    "sent": 5,
    "failed": 0,
}
WITHOUT = {**GOOD, "sent": 0}


@pytest.mark.parametrize(
    ("figures", "missed"),
    [
        ({}, []),
        ({"ordinary_turns_per_second": 96.9}, ["ordinary_turns"]),
        ({"mixed_p99_ms": 13.1}, ["mixed_p99"]),
        ({"memory_growth": 1.05}, ["memory_growth"]),
        ({"sent": 4}, ["all_sent"]),
        ({"sent": 0, "proofs": 0}, ["all_sent"]),
        ({"failed": 1}, ["none_failed"]),
    ],
)
def test_a_missed_goal_is_said(figures: dict[str, float], missed: list[str]) -> None:
    met = verdict({**GOOD, **figures}, WITHOUT, [])
    assert [name for name, good in met.items() if not good] == missed
    assert GOALS.keys() <= met.keys()


def test_a_memory_that_no_time_bounds_misses_a_goal() -> None:
    met = verdict(GOOD, WITHOUT, changes([], [_memory("Wild.one", 5)]))
    assert [name for name, good in met.items() if not good] == ["memories"]


def test_a_message_without_a_guard_shows_that_the_runs_are_mixed_up() -> None:
    assert not verdict(GOOD, GOOD, [])["all_sent"]


def test_growth_is_that_of_the_line_through_all_that_was_measured() -> None:
    assert isclose(growth([(0.0, 100.0), (1.0, 103.0), (2.0, 106.0)]), 1.03)
    assert isclose(growth([(1.0, 200.0), (2.0, 190.0), (3.0, 210.0), (4.0, 200.0)]), 1.01)


def _memory(name: str, entries: int, **more: Any) -> dict[str, Any]:
    return {"name": name, "entries": entries, "owners": 1, "seconds": None, "most": None, **more}


def test_a_memory_that_grows_has_to_be_bounded_by_time() -> None:
    found = changes(
        [_memory("Same.size", 7), _memory("Recent.one", 1, seconds=60.0, most=9)],
        [
            _memory("Same.size", 8),
            _memory("Recent.one", 9, seconds=60.0, most=9),
            _memory("Wild.one", 5),
            _memory("Counted.one", 5, most=1000),
            _memory("Never.used", 0),
        ],
    )
    assert [item.name for item in found] == ["Same.size", "Recent.one", "Wild.one", "Counted.one"]
    assert unbounded(found) == ["Wild.one", "Counted.one"]
    assert [item.shown()["bound"] for item in found] == [
        "does not grow with turns",
        "60 s, 9 at most",
        "nothing",
        "1,000 at most, and no time",
    ]


def test_a_fifth_of_a_mixed_talk_is_requests_and_their_proofs() -> None:
    talk, said = Talk(1), list[str]()
    for _ in range(5_000):
        said.append(talk.next(mixed=True))
        assert talk.proves == (said[-1] == PHRASE) == (talk.conversation == "there")
        talk.answered(Turn(text=said[-1], answer="", conversation_id="there"))
    asked = [text for text in said if text.startswith(f"tell {CONTACT}")]
    assert len(set(asked)) == len(asked)
    assert abs(said.count(PHRASE) - len(asked)) <= 1
    assert isclose(2 * len(asked) / len(said), 1 / SHARE, rel_tol=0.1)


def test_an_ordinary_talk_is_the_same_for_whoever_listens() -> None:
    one, other = Talk(3), Talk(3)
    said = [one.next(mixed=False) for _ in range(100)]
    assert said == [other.next(mixed=False) for _ in range(100)]
    assert not any(text.startswith("tell") or text == PHRASE for text in said)
    assert said != [Talk(4).next(mixed=False) for _ in range(100)]


async def test_the_walk_finds_what_grows_with_the_turns(
    assist: HomeAssistant, guard: MockConfigEntry
) -> None:
    before = {item.name: item.entries for item in found_in(assist)}
    for number in range(5):
        await Assist(assist).say(f"tell Anna that it is {number}", fresh=True)
        await Assist(assist).say("turn on the moon", fresh=True)
    after = {item.name: item for item in found_in(assist)}
    grown = {name for name, item in after.items() if item.entries >= before.get(name, 0) + 4}
    assert "Memory._tags" in grown
    assert after["PendingConfirmations._by_id"].entries == 1
    assert after["cache of _sound"].most == 4096
    assert len(rates_of(assist)) >= 3
