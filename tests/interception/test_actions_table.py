"""The table of every action of Home Assistant: nothing in it is unsorted, nothing is missing."""

from pathlib import Path

import homeassistant
import pytest

from benchmarks.actions import SENDERS, UNSORTED, merged, read_actions, read_table, senders
from custom_components.message_guard.core.senders import Sort

HERE = Path(homeassistant.__file__).parent


@pytest.mark.slow
def test_every_action_of_this_version_is_sorted() -> None:
    """A version that brings another one fails here: scripts/actions-table, then give it a sort."""
    table = read_table()
    assert len(table) > 1000
    found = read_actions(HERE)
    assert len(found) > 1000
    assert {name for name in found if name not in table} == set()
    assert merged(table, found).keys() == table.keys()
    assert {row.name for row in table.values() if row.sort == UNSORTED} == set()
    assert {row.sort for row in table.values()} <= {sort.value for sort in Sort}


def test_what_the_guard_reads_is_the_table() -> None:
    """And it is small."""
    assert SENDERS.read_text(encoding="utf-8") == senders(read_table())
    assert SENDERS.stat().st_size < 300_000


def test_whoever_sends_or_stays_in_the_house_has_a_reason() -> None:
    """What is not plain to see is explained, once for each action."""
    for row in read_table().values():
        if row.sort != Sort.OTHER:
            assert row.reason or row.sort == Sort.LIST, row.name


@pytest.mark.parametrize("name", ["joaoapps_join.*send_sms", "remember_the_milk.*_create_task"])
def test_actions_without_a_description_are_named(name: str) -> None:
    """They are read off the source; what stands for a name of the household's is a star."""
    assert name in read_table()
