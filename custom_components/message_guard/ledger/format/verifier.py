"""Checks a ledger's file, be it the database or an export."""

from collections.abc import Callable
from pathlib import Path
import sqlite3
from typing import Any

from .chain import Checker
from .encoding import FINAL, WAITING, TamperedError, UnusableError
from .layout import DAY_US, LAYOUT, MOST_UNFILED, ROWS, check_layout
from .report import Report
from .tree import TILE_HEIGHT, Tiles


def check_export(path: Path, checker: Checker) -> Report:
    """Check an export.

    Raises:
        TamperedError: At the first thing that is wrong.
        UnusableError: If it is of a newer format.
        OSError: If it cannot be read.
    """
    with path.open("rb") as lines:
        for raw in lines:
            checker.add_export(raw)
    return checker.report(export=True)


def check_complete(db: sqlite3.Connection, tiles: Tiles) -> None:
    """Compare tiles that became whole with those of the database, and take them away.

    Raises:
        TamperedError: If they are not the same.
    """
    for level, number, content in tiles.complete:
        _check_tile(db, level, number, content)
    tiles.complete.clear()


def check_edge(db: sqlite3.Connection, tiles: Tiles) -> None:
    """Compare the tiles that are not whole yet, and see that there are no others.

    Raises:
        TamperedError: If the database holds something else.
    """
    check_complete(db, tiles)
    for level, number, content in tiles.partial():
        if level:
            _check_tile(db, level, number, content)
    if db.execute("SELECT count(*) FROM tiles").fetchone()[0] != tiles.rows:
        raise TamperedError(None, "tiles", "there are tiles of a tree with more entries")


def check_unfiled(db: sqlite3.Connection, layout: int, first: int) -> None:
    """Check that entries which are not filed yet are the last ones, and few.

    Args:
        db: A connection.
        layout: Its layout; before 3 all entries were filed.
        first: The first of them.

    Raises:
        TamperedError: If others are hidden from searches.
    """
    kinds = db.execute(
        "SELECT kind FROM entries WHERE sequence >= ? LIMIT ?", (first, MOST_UNFILED + 1)
    ).fetchall()
    if layout < LAYOUT or len(kinds) > MOST_UNFILED or any(kind for (kind,) in kinds):
        raise TamperedError(first, "index", "it is filed under nothing")


def _check_tile(db: sqlite3.Connection, level: int, number: int, content: bytes) -> None:
    row = db.execute(
        "SELECT hashes FROM tiles WHERE level = ? AND number = ?", (level, number)
    ).fetchone()
    if row is None or row[0] != content:
        last = (number + 1) << TILE_HEIGHT * (level + 1)
        raise TamperedError(
            None,
            "tiles",
            f"tile {number} of level {level}, up to entry {last}, is not that of the entries",
        )


class _Derived:
    """What follows from entries that are filed.

    Attributes:
        unfiled: The first entry that is not filed yet, 0 if all are.
    """

    def __init__(self) -> None:
        self.unfiled = 0
        self._days: dict[tuple[int, str], tuple[int, int, int]] = {}
        self._waiting: dict[str, tuple[int, int]] = {}

    def add_row(self, row: tuple[Any, ...]) -> None:
        """Take up a row that was found sound."""
        sequence, _, time, kind, _, _, request, _ = row
        if not kind:
            self.unfiled = self.unfiled or sequence
            return
        day = (time // DAY_US, kind)
        count, first, _ = self._days.get(day, (0, sequence, 0))
        self._days[day] = (count + 1, first, sequence)
        if request is None:
            return
        if kind in FINAL:
            self._waiting.pop(request, None)
        elif kind in WAITING or kind == "authorised":
            self._waiting[request] = (sequence, int(kind == "authorised"))

    def check(self, db: sqlite3.Connection) -> None:
        """Compare with the tables; raises TamperedError."""
        days = {(*key, *value) for key, value in self._days.items()}
        waiting = {(key, *value) for key, value in self._waiting.items()}
        if set(db.execute("SELECT * FROM days")) != days or (
            set(db.execute("SELECT * FROM open_requests")) != waiting
        ):
            raise TamperedError(None, "index", "a table for searching does not fit the entries")


def check_database(path: Path, checker: Checker) -> Report:
    """Check a database, also while Message Guard writes to it.

    Raises:
        TamperedError: At the first thing that is wrong.
        UnusableError: If it is no ledger, or of a newer format.
        sqlite3.Error: If it cannot be read.
    """
    db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    try:
        db.execute("PRAGMA trusted_schema=OFF")
        db.execute("BEGIN")
        layout = check_layout(db)
        tiles = checker.tree.tiles = Tiles() if layout > 1 else None
        derived = _Derived()
        for row in db.execute(f"{ROWS} ORDER BY e.sequence"):
            checker.add_row(row)
            if tiles is not None and tiles.complete:
                check_complete(db, tiles)
            derived.add_row(row)
        if tiles is not None:
            checker.tree.settle()
            check_edge(db, tiles)
        if derived.unfiled:
            check_unfiled(db, layout, derived.unfiled)
        derived.check(db)
        orphan = db.execute(
            "SELECT sequence FROM private WHERE sequence NOT IN (SELECT sequence FROM entries)"
        ).fetchone()
        if orphan is not None:
            raise TamperedError(orphan[0], "words", "there are words without an entry")
        damage = db.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if damage != "ok":
            raise TamperedError(None, "index", f"the database is damaged: {damage}")
        return checker.report()
    finally:
        db.close()


def check_file(path: Path, make: Callable[[bool], Checker]) -> Report:
    """Check a database or an export.

    Args:
        path: Where it lies.
        make: Returns a new checker; its argument says whether to check every signature.

    Raises:
        UnusableError: If nothing can be said about it.
    """
    try:
        with path.open("rb") as file:
            check = check_database if file.read(16) == b"SQLite format 3\0" else check_export
        # The last signature covers everything before it. Only if it is bad is each one looked at,
        # to name the first bad entry.
        for every_signature in (False, True):
            checker = make(every_signature)
            try:
                return check(path, checker)
            except TamperedError as err:
                if every_signature or err.code != "signature":
                    return checker.failed(err)
    except (OSError, sqlite3.Error) as err:
        raise UnusableError(f"{path} cannot be read: {err}") from err
    raise AssertionError("unreachable")
