"""The table of actions, compared with the Home Assistant that this runs on."""

from pathlib import Path

import homeassistant
import pytest

from benchmarks.actions import read_actions, read_table

pytestmark = pytest.mark.timeout(300)


def test_every_action_of_this_version_is_sorted() -> None:
    """A version that brings another one fails here: scripts/actions-table, then give it a sort."""
    found = read_actions(Path(homeassistant.__file__).parent)
    assert len(found) > 1000
    assert {name for name in found if name not in read_table()} == set()
