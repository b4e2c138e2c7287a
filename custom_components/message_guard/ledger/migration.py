"""Brings the database of an earlier layout up to date: adds what is missing, and fills it from the entries."""

from collections.abc import Callable
import sqlite3

from .format.layout import LAYOUT, LAYOUTS, OBJECTS
from .format.tree import TILE_WIDTH, Frontier, Tiles, leaf_hash
from .tiles import as_text, stored, write_tiles


def fill_tree(db: sqlite3.Connection) -> None:
    """Write the tiles of all entries.

    An entry that is missing, or is no text, ends it: the tree then has fewer leaves than the ledger has entries,
    which whoever opens it notices.
    """
    frontier, tiles = Frontier(), Tiles()
    rows = db.execute("SELECT sequence, line FROM entries ORDER BY sequence")
    while chunk := rows.fetchmany(TILE_WIDTH):
        try:
            leaves = [leaf_hash(as_text(line).encode()) for _, line in chunk]
        except ValueError:
            return
        frontier.extend(leaves, tiles.see)
        write_tiles(db, tiles.complete)
        tiles.complete.clear()
        if chunk[-1][0] != frontier.size:
            return
    write_tiles(db, stored(tiles))


FILLERS: tuple[tuple[int, Callable[[sqlite3.Connection], None]], ...] = ((1, fill_tree),)
"""What fills the tables that came after a layout; each runs in the transaction of the migration."""


def bring_up_to_date(db: sqlite3.Connection, layout: int) -> None:
    """Create what a database lacks and fill it; the caller's transaction makes it all or nothing.

    Args:
        db: In that transaction.
        layout: Which layout the database is of; 0 for an empty one.

    Raises:
        sqlite3.Error: If it cannot be done.
    """
    before = LAYOUTS.get(layout, {})
    for name, statement in OBJECTS.items():
        if name in before and before[name] != statement:
            db.execute(f"DROP INDEX {name}")  # only indexes have ever changed
        if before.get(name) != statement:
            db.execute(statement)
    for last, fill in FILLERS:
        if layout <= last:
            fill(db)
    db.execute(f"PRAGMA user_version={LAYOUT}")
