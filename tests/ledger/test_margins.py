"""The ledger's background work on a database that is taken away under its hands."""

import sqlite3
from types import SimpleNamespace
from typing import Any

import pytest

from custom_components.message_guard.core.errors import LedgerWriteError
from custom_components.message_guard.ledger.checking import BackgroundCheck
from custom_components.message_guard.ledger.retention import _rebuild, finish


def closed() -> sqlite3.Connection:
    """Return a connection that nothing can be read from any more."""
    database = sqlite3.connect(":memory:")
    database.close()
    return database


def test_what_cannot_be_read_is_reported_and_looked_at_no_further() -> None:
    """As a ledger that is not sound, and not as an exception in the background."""
    check = BackgroundCheck(None)
    assert check.step(closed())
    assert check.report is not None
    assert not check.report.sound
    assert check.step(closed())


@pytest.mark.parametrize("being_copied", [True, False])
def test_a_log_that_cannot_be_emptied_now(being_copied: bool) -> None:
    """It is tried again later: while a backup copies the files, or the database cannot be reached."""
    writer: Any = SimpleNamespace(being_copied=being_copied, db=closed())
    assert finish(writer) is False


def test_space_that_cannot_be_won_back_now() -> None:
    """The words are overwritten already: that is not undone."""
    asked: list[object] = []

    def transact(build: object) -> None:
        asked.append(build)
        raise LedgerWriteError("disk full")

    writer: Any = SimpleNamespace(transact=transact)
    _rebuild(writer)
    assert len(asked) == 1
