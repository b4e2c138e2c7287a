"""What comes after a mark, by which name of the ledger, in databases as nobody should find them."""

from collections.abc import Iterator
import sqlite3

import pytest

from custom_components.message_guard.ledger.format.encoding import GENESIS
from custom_components.message_guard.ledger.format.entries import Kind, Step, next_entry
from custom_components.message_guard.ledger.format.layout import OBJECTS
from custom_components.message_guard.ledger.format.signed_note import Key
from custom_components.message_guard.ledger.forwarded import (
    Mark,
    hash_at,
    last_before,
    last_of,
    read_marks,
    read_next,
)

FIRST, SECOND = "message-guard/first", "message-guard/second"
START = Mark(0, GENESIS, 5)


def key(name: str) -> str:
    """Return a verifier key of this name."""
    return str(Key.of(name, bytes(32)))


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    """Return a ledger of six entries, from the fourth on by another name."""
    made = sqlite3.connect(":memory:")
    for statement in OBJECTS.values():
        made.execute(statement)
    kinds = [
        Step(kind=Kind.STARTED, facts={"key": key(FIRST)}),
        Step(kind=Kind.GUARD_ON),
        Step(kind=Kind.ASKED, request_id="r1", private={"body": "dinner"}),
        Step(kind=Kind.RESTORED, facts={"key": key(SECOND), "succeeds": FIRST}),
        Step(kind=Kind.RESTORED),
        Step(kind=Kind.GUARD_ON),
    ]
    for sequence, step in enumerate(kinds, start=1):
        entry = next_entry(step, sequence=sequence, time=sequence * 10, previous=GENESIS, salts={})
        made.execute(
            "INSERT INTO entries VALUES (?,?,?,?,NULL,NULL,NULL)",
            (sequence, entry.line, entry.time, step.kind.value),
        )
    made.execute("INSERT INTO private VALUES (3, 'dinner')")
    yield made
    made.close()


def test_entries_of_two_names_go_apart(db: sqlite3.Connection) -> None:
    """An entry of before there were names changes none."""
    first = read_next(db, START, 10, words=False)
    assert (first.origin, first.oldest, first.known) == (FIRST, 10, True)
    assert [row[0] for row in first.rows] == [1, 2, 3]
    second = read_next(db, Mark(3, hash_at(db, 3), 5), 10, words=True)
    assert (second.origin, second.oldest, second.known) == (SECOND, 40, True)
    assert [row[0] for row in second.rows] == [4, 5, 6]
    assert read_next(db, Mark(6, hash_at(db, 6), 5), 10, words=True).rows == ()
    assert last_of(db) == (6, hash_at(db, 6), SECOND)


def test_words_only_where_they_are_wanted(db: sqlite3.Connection) -> None:
    """Not even read otherwise."""
    assert [row[2] for row in read_next(db, START, 10, words=False).rows] == [None] * 3
    assert [row[2] for row in read_next(db, START, 10, words=True).rows] == [None, None, b"dinner"]


def test_a_hole_before_another_name(db: sqlite3.Connection) -> None:
    """It is passed over; who counts sees it."""
    mark = Mark(1, hash_at(db, 1), 5)
    db.execute("DELETE FROM entries WHERE sequence IN (2, 3)")
    found = read_next(db, mark, 10, words=False)
    assert (found.origin, found.known) == (SECOND, True)
    assert [row[0] for row in found.rows] == [4, 5, 6]


def test_a_ledger_that_does_not_say_what_it_is_called(db: sqlite3.Connection) -> None:
    """It goes all the same."""
    db.execute("UPDATE entries SET line = 'x' WHERE kind IN ('started', 'restored')")
    db.execute("UPDATE entries SET time = 'noon' WHERE sequence = 1")
    found = read_next(db, START, 10, words=False)
    assert (found.origin, found.oldest, len(found.rows)) == ("", 0, 6)


def test_what_was_there_and_is_not(db: sqlite3.Connection) -> None:
    """The mark is of another history then."""
    assert not read_next(db, Mark(2, "ab" * 32, 5), 10, words=False).known
    assert not read_next(db, Mark(9, hash_at(db, 6), 5), 10, words=False).known
    assert hash_at(db, 9) == ""
    assert [last_before(db, time) for time in (0, 10, 35, 100)] == [0, 1, 3, 6]


def test_marks_that_cannot_be_read(db: sqlite3.Connection) -> None:
    """They are none, and the others are."""
    for name, value in (
        ("forwarded a", '[3,"ab",7]'),
        ("forwarded b", "nonsense"),
        ("forwarded c", "[1]"),
        ("forwarded d", "{}"),
        ("forwarded e", '[null,"ab",7]'),
        ("forwarded f", '[1e999,"ab",7]'),
        ("forwarded g", f'[{10**30},"ab",7]'),
        ("forwarded h", '[-1,"ab",7]'),
        ("forwarded i", "[" * 60_000),
        ("backup", '[3,"ab",7]'),
    ):
        db.execute("INSERT INTO marks VALUES (?,?)", (name, value))
    assert read_marks(db) == {"a": Mark(3, "ab", 7)}
