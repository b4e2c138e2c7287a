"""Checks a ledger's file, be it the database or an export, and defines the database's layout."""

from collections.abc import Callable
from pathlib import Path
import sqlite3

from .chain import Checker
from .encoding import FINAL, WAITING, TamperedError, UnusableError
from .report import Report

APPLICATION_ID = 0x4D474C31
"""Marks a database as a Message Guard ledger ("MGL1") in SQLite's header."""

LAYOUT = 1
"""The layout of the database, kept in SQLite's `user_version`."""

DAY_US = 86_400_000_000
"""Microseconds in a day, UTC."""

# `line` is the evidence. Every other column and table is derived from it, for searching, and is
# compared with it. What holds words is in `private`, and nowhere else.
OBJECTS = {
    "entries": "CREATE TABLE entries (sequence INTEGER PRIMARY KEY, line TEXT NOT NULL,"
    " time INTEGER NOT NULL, kind TEXT NOT NULL, contact TEXT, satellite TEXT, request TEXT)",
    "entries_by_kind": "CREATE INDEX entries_by_kind ON entries (kind)",
    "entries_by_contact": "CREATE INDEX entries_by_contact ON entries (contact, kind)"
    " WHERE contact IS NOT NULL",
    "entries_by_satellite": "CREATE INDEX entries_by_satellite ON entries (satellite, kind)"
    " WHERE satellite IS NOT NULL",
    "entries_by_both": "CREATE INDEX entries_by_both ON entries (contact, satellite, kind)"
    " WHERE contact IS NOT NULL AND satellite IS NOT NULL",
    "entries_by_request": "CREATE INDEX entries_by_request ON entries (request)"
    " WHERE request IS NOT NULL",
    "private": "CREATE TABLE private (sequence INTEGER PRIMARY KEY, sealed TEXT NOT NULL)",
    "days": "CREATE TABLE days (day INTEGER NOT NULL, kind TEXT NOT NULL, count INTEGER NOT NULL,"
    " first INTEGER NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (day, kind)) WITHOUT ROWID",
    "open_requests": "CREATE TABLE open_requests (request TEXT PRIMARY KEY,"
    " sequence INTEGER NOT NULL, authorised INTEGER NOT NULL) WITHOUT ROWID",
    "marks": "CREATE TABLE marks (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
}
"""Everything that a ledger's database holds, each with the statement that made it."""

ROWS = (
    "SELECT e.sequence, e.line, e.time, e.kind, e.contact, e.satellite, e.request, p.sealed"
    " FROM entries e LEFT JOIN private p ON p.sequence = e.sequence"
)
"""What `Checker.add_row` wants to see, to be ordered by sequence."""


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


def check_layout(db: sqlite3.Connection) -> None:
    """Check that a database holds exactly what a ledger holds: nothing hides behind a view.

    Raises:
        TamperedError: If something was added, removed or replaced.
        UnusableError: If it is no ledger, or one of another layout.
    """
    if db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise UnusableError("this database is not a Message Guard ledger")
    layout = db.execute("PRAGMA user_version").fetchone()[0]
    if layout != LAYOUT:
        raise UnusableError(f"layout {layout}: use the verifier of the Message Guard that wrote it")
    found = dict(db.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
    for name in sorted(found.keys() | OBJECTS.keys()):
        if found.get(name) != OBJECTS.get(name):
            raise TamperedError(None, "layout", f"{name} is not what a ledger has under that name")


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
        check_layout(db)
        days: dict[tuple[int, str], tuple[int, int, int]] = {}
        waiting: dict[str, tuple[int, int]] = {}
        for row in db.execute(f"{ROWS} ORDER BY e.sequence"):
            checker.add_row(row)
            sequence, _, time, kind, _, _, request, _ = row
            day = (time // DAY_US, kind)
            count, first, _ = days.get(day, (0, sequence, 0))
            days[day] = (count + 1, first, sequence)
            if request is None:
                continue
            if kind in FINAL:
                waiting.pop(request, None)
            elif kind in WAITING or kind == "authorised":
                waiting[request] = (sequence, int(kind == "authorised"))
        if set(db.execute("SELECT * FROM days")) != {(*k, *v) for k, v in days.items()} or (
            set(db.execute("SELECT * FROM open_requests")) != {(k, *v) for k, v in waiting.items()}
        ):
            raise TamperedError(None, "index", "a table for searching does not fit the entries")
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
