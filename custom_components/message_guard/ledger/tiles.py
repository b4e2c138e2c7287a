"""The tree over the entries, as the database holds it: whole tiles, and what they are made of.

A whole tile is written with the entry that completes it, in one transaction; with it the tiles of higher
levels, which grow by one hash each time. What the last, not yet whole tile of leaves holds follows from the
last entries, at most 255: so an append writes nothing more than its entry.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
import sqlite3
from typing import Self

from .format.tree import (
    HASH_BYTES,
    TILE_HEIGHT,
    TILE_WIDTH,
    Frontier,
    TileReader,
    Tiles,
    leaf_hash,
)

type TileRow = tuple[int, int, bytes]
"""Level, number, content."""


@dataclass(frozen=True, slots=True)
class Tree:
    """The tree that the next entry is appended to.

    Attributes:
        size: How many leaves it has.
        edge: For each tile level the hashes of its last tile, while that is not whole.
    """

    size: int = 0
    edge: Sequence[list[bytes]] = field(default_factory=tuple)

    @classmethod
    def read(cls, db: sqlite3.Connection, size: int) -> Self:
        """Return the tree of a ledger with so many entries; takes as long for few entries as for many.

        Raises:
            ValueError: If the database does not hold it, or not in a way that can be read.
        """
        read = tile_reader(db)
        edge = []
        level, left = 0, size
        while left:
            number, width = divmod(left, TILE_WIDTH)
            edge.append(_split(read(level, number, width)) if width else [])
            level, left = level + 1, number
        tree = cls(size, edge)
        tree.root()  # which looks whether there are as many hashes as there must be
        return tree

    def root(self) -> bytes:
        """Return the root; raises ValueError if the edge is not that of a tree of this size."""
        return Frontier.resume(self.size, self.edge).root()

    def plus(self, lines: Sequence[str]) -> tuple[Self, list[TileRow]]:
        """Return the tree with these entries appended, and the tiles to be written with them."""
        leaves = [leaf_hash(line.encode()) for line in lines]
        size = self.size + len(leaves)
        first, higher = (self.edge[0], self.edge[1:]) if self.edge else ([], ())
        if len(first) + len(leaves) < TILE_WIDTH:
            return type(self)(size, ([*first, *leaves], *higher)), []
        frontier, tiles = Frontier.resume(self.size, self.edge), Tiles(self.size, self.edge)
        frontier.extend(leaves, tiles.see)
        return type(self)(size, tiles.edge), stored(tiles)


def stored(tiles: Tiles) -> list[TileRow]:
    """Return the tiles that the database holds of those that have been gathered."""
    return [*tiles.complete, *(row for row in tiles.partial() if row[0])]


def write_tiles(db: sqlite3.Connection, rows: Sequence[TileRow]) -> None:
    """Write tiles, new ones and those that have grown."""
    if rows:
        db.executemany("INSERT OR REPLACE INTO tiles VALUES (?,?,?)", rows)


def tile_reader(db: sqlite3.Connection) -> TileReader:
    """Return what reads tiles out of a database, each in its last state or an earlier one.

    What it returns is shorter than asked for if the database does not hold it. It raises ValueError for what is there,
    but is no tile or no entry: SQLite keeps anything in any column.
    """

    def read(level: int, number: int, width: int) -> bytes:
        row = db.execute(
            "SELECT hashes FROM tiles WHERE level = ? AND number = ?", (level, number)
        ).fetchone()
        if row is not None:
            if not isinstance(row[0], bytes):
                raise ValueError(f"tile {number} of level {level} holds no hashes")
            return row[0][: width * HASH_BYTES]
        if level:
            return b""
        lines = db.execute(
            "SELECT line FROM entries WHERE sequence > ? ORDER BY sequence LIMIT ?",
            (number << TILE_HEIGHT, width),
        )
        return b"".join([leaf_hash(as_text(line).encode()) for (line,) in lines])

    return read


def as_text(line: object) -> str:
    """Return the line of an entry as it lies in the database; raises ValueError if it is no text."""
    if not isinstance(line, str):
        raise ValueError("an entry is no text")  # noqa: TRY004 - one sort of error for all damage
    return line


def _split(raw: bytes) -> list[bytes]:
    return [raw[at : at + HASH_BYTES] for at in range(0, len(raw), HASH_BYTES)]
