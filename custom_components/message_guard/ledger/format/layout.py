"""The layout of a ledger's database."""

import sqlite3
from typing import Any

from .encoding import TamperedError, UnusableError

APPLICATION_ID = 0x4D474C31
"""Marks a database as a Message Guard ledger ("MGL1") in SQLite's header."""

LAYOUT = 3
"""The layout of the database, kept in SQLite's `user_version`."""

MOST_UNFILED = 255
"""At most so many entries, the last ones, are not filed yet (layout 3): `kind` is empty then, and `contact`, `satellite`
and `request` are NULL. The days and the open requests know nothing of them either."""

UNFILED = ("", None, None, None)
"""Kind, contact, satellite and request of an entry that is not filed yet."""

FILED = "kind <> ''"
"""What must stand in a query that is to go along `entries_by_kind`."""

DAY_US = 86_400_000_000
"""Microseconds in a day, UTC."""

# `line` is the evidence. Every other column and table is derived from it, for searching, and is
# compared with it. What holds words is in `private`, and nowhere else.
FIRST_OBJECTS = {
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
"""What a database of layout 1 holds, each with the statement that made it."""

# Of what came later, the tiles are derived from the entries as well, and are filled by ledger/migration.py; what
# witnesses have signed proves itself.
SECOND_OBJECTS = {
    **FIRST_OBJECTS,
    "tiles": "CREATE TABLE tiles (level INTEGER NOT NULL, number INTEGER NOT NULL,"
    " hashes BLOB NOT NULL, PRIMARY KEY (level, number))",
    "cosignatures": "CREATE TABLE cosignatures (origin TEXT NOT NULL, size INTEGER NOT NULL,"
    " key TEXT NOT NULL, line TEXT NOT NULL, PRIMARY KEY (origin, size, key)) WITHOUT ROWID",
}
"""The same of layout 2."""

OBJECTS = {
    **SECOND_OBJECTS,
    "entries_by_kind": f"CREATE INDEX entries_by_kind ON entries (kind) WHERE {FILED}",
}
"""Everything that a ledger's database holds, each with the statement that made it."""

LAYOUTS = {1: FIRST_OBJECTS, 2: SECOND_OBJECTS, LAYOUT: OBJECTS}

ROWS = (
    "SELECT e.sequence, e.line, e.time, e.kind, e.contact, e.satellite, e.request, p.sealed"
    " FROM entries e LEFT JOIN private p ON p.sequence = e.sequence"
)
"""What `Checker.add_row` wants to see, to be ordered by sequence."""


def well_filed(entry: dict[str, Any], filed: tuple[object, ...]) -> bool:
    """Return whether an entry is filed under what it says, or not at all yet.

    Args:
        entry: The entry.
        filed: Its columns `kind`, `contact`, `satellite` and `request`.
    """
    facts = entry["facts"]
    said = (
        entry["kind"],
        facts.get("contact_id"),
        facts.get("satellite_id"),
        entry["request_id"],
    )
    return filed in (said, UNFILED)


def check_layout(db: sqlite3.Connection) -> int:
    """Check that a database holds exactly what a ledger holds: nothing hides behind a view.

    Returns:
        Its layout.

    Raises:
        TamperedError: If something was added, removed or replaced.
        UnusableError: If it is no ledger, or one of a layout that this code does not know.
    """
    if db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise UnusableError("this database is not a Message Guard ledger")
    layout = int(db.execute("PRAGMA user_version").fetchone()[0])
    if layout not in LAYOUTS:
        raise UnusableError(f"layout {layout}: use the verifier of the Message Guard that wrote it")
    objects = LAYOUTS[layout]
    found = dict(db.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
    for name in sorted(found.keys() | objects.keys()):
        if found.get(name) != objects.get(name):
            raise TamperedError(None, "layout", f"{name} is not what a ledger has under that name")
    return layout
