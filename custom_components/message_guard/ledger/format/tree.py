"""The entries of a ledger as an RFC 6962 Merkle tree, kept in tiles of 256 hashes (C2SP tlog-tiles).

A chain shows that nothing was changed to whoever reads all of it. The tree shows the same to whoever
has two checkpoints and some twenty hashes, and one entry to whoever has a checkpoint.
"""

from collections.abc import Callable, Iterator, Sequence
import hashlib

HASH_BYTES = 32

TILE_WIDTH = 256
"""A tile holds so many hashes; the hash of a whole tile is one hash of the next tile level."""

TILE_HEIGHT = 8
"""So many levels of the tree lie between two tile levels."""

EMPTY_ROOT = hashlib.sha256().digest()
"""The root of a tree without leaves."""

See = Callable[[int, Sequence[bytes]], None]
"""(tile level, hashes of it that became complete, in order) → nothing."""

TileReader = Callable[[int, int, int], bytes]
"""(tile level, number, width) → so many hashes of that tile, from its left, each of 32 bytes."""

_sha256 = hashlib.sha256


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of a leaf: SHA-256 of one zero byte and the entry."""
    return _sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash over two hashes: SHA-256 of a byte 1 and both."""
    return _sha256(b"\x01" + left + right).digest()


def _pairs(hashes: Sequence[bytes]) -> list[bytes]:
    """Return the hashes over each two; the number of hashes is even."""
    each = iter(hashes)
    return [_sha256(b"\x01" + left + right).digest() for left, right in zip(each, each)]  # noqa: B905


def _fold(hashes: Sequence[bytes]) -> bytes:
    """Return the hash of whole subtrees in order, the largest first; there is at least one."""
    result = hashes[-1]
    for left in reversed(hashes[:-1]):
        result = node_hash(left, result)
    return result


class Frontier:
    """The whole subtrees that a tree consists of: all that is needed to append to it and to know its root.

    Attributes:
        size: How many leaves the tree has.
    """

    def __init__(self) -> None:
        """Begin with the empty tree."""
        self.size = 0
        # For each level of the tree the hash of its last node, if that is a left one.
        self._odd: list[bytes | None] = []

    def extend(self, leaves: Sequence[bytes], see: See | None = None) -> None:
        """Append leaves.

        Args:
            leaves: Their hashes.
            see: Is told of every hash that belongs into a tile.
        """
        self.size += len(leaves)
        level, hashes = 0, leaves
        odd = self._odd
        while hashes:
            if see is not None and not level % TILE_HEIGHT:
                see(level // TILE_HEIGHT, hashes)
            if level == len(odd):
                odd.append(None)
            if (waiting := odd[level]) is not None:
                hashes = [waiting, *hashes]
            if len(hashes) % 2:
                odd[level] = hashes[-1]
                hashes = hashes[:-1]
            else:
                odd[level] = None
            hashes = _pairs(hashes)
            level += 1

    def root(self) -> bytes:
        """Return the root of the tree."""
        whole = [each for each in reversed(self._odd) if each is not None]
        return _fold(whole) if whole else EMPTY_ROOT

    @classmethod
    def resume(cls, size: int, edge: Sequence[Sequence[bytes]]) -> "Frontier":
        """Return the tree of so many leaves, given the last tile of each level while it is not whole.

        Raises:
            ValueError: If those are not the tiles of such a tree.
        """
        result = cls()
        result.size = size
        for level, hashes in enumerate(edge):
            left = size >> TILE_HEIGHT * level
            if len(hashes) != left % TILE_WIDTH:
                raise ValueError(f"a tree of {size} leaves has other tiles of level {level}")
            for _ in range(TILE_HEIGHT):
                result._odd.append(hashes[-1] if len(hashes) % 2 else None)
                hashes = _pairs(hashes[: len(hashes) // 2 * 2])  # noqa: PLW2901 - one level up
        if size >> TILE_HEIGHT * len(edge):
            raise ValueError(f"a tree of {size} leaves has more levels")
        return result


class Tiles:
    """Gathers hashes into tiles; its `see` goes into `Frontier.extend`.

    Attributes:
        edge: For each tile level the hashes of its last tile, while that is not whole.
        complete: Level, number and content of tiles that became whole; whoever uses them takes them away.
    """

    def __init__(self, size: int = 0, edge: Sequence[Sequence[bytes]] = ()) -> None:
        """Begin with a tree of so many leaves and the hashes of its last tiles."""
        self.edge = [list(hashes) for hashes in edge]
        self.complete: list[tuple[int, int, bytes]] = []
        self._next = [size >> TILE_HEIGHT * (level + 1) for level in range(len(edge))]

    def see(self, level: int, hashes: Sequence[bytes]) -> None:
        """Take up hashes of a level, in order."""
        if level == len(self.edge):
            self.edge.append([])
            self._next.append(0)
        waiting = self.edge[level]
        waiting.extend(hashes)
        while len(waiting) >= TILE_WIDTH:
            content = b"".join(waiting[:TILE_WIDTH])
            self.complete.append((level, self._next[level], content))
            self._next[level] += 1
            del waiting[:TILE_WIDTH]

    @property
    def rows(self) -> int:
        """How many tiles a database keeps: all but the last one of the leaves, while that is not whole."""
        return sum(
            whole + bool(hashes and level)
            for level, (whole, hashes) in enumerate(zip(self._next, self.edge, strict=True))
        )

    def partial(self) -> Iterator[tuple[int, int, bytes]]:
        """Yield level, number and content of the tiles that are not whole yet and hold something."""
        for level, hashes in enumerate(self.edge):
            if hashes:
                yield level, self._next[level], b"".join(hashes)


class Growing:
    """The tree of entries that are added one by one; so many leaves at once as a tile holds cost less.

    Attributes:
        tiles: Where its tiles are gathered; None if nobody wants them.
    """

    def __init__(self) -> None:
        """Begin with the empty tree."""
        self.tiles: Tiles | None = None
        self._frontier = Frontier()
        self._leaves: list[bytes] = []

    def add(self, entry: bytes) -> None:
        """Append an entry."""
        self._leaves.append(_sha256(b"\x00" + entry).digest())
        if len(self._leaves) == TILE_WIDTH:
            self.settle()

    def settle(self) -> None:
        """Take what waits into the tree and its tiles."""
        self._frontier.extend(self._leaves, None if self.tiles is None else self.tiles.see)
        self._leaves.clear()

    def root(self) -> bytes:
        """Return the root of all entries that were added."""
        self.settle()
        return self._frontier.root()


# --- reading from tiles -----------------------------------------------------------------------------


class _Nodes:
    """The hashes of a tree of some size, from its tiles; a tile is read once."""

    def __init__(self, read: TileReader, size: int) -> None:
        self._read = read
        self._size = size
        self._tiles: dict[tuple[int, int], bytes] = {}

    def whole(self, level: int, index: int) -> bytes:
        """Return the hash of a whole subtree: node `index` of a level, the leaves being level 0."""
        tile_level, above = divmod(level, TILE_HEIGHT)
        first = index << above
        number, at = divmod(first, TILE_WIDTH)
        hashes = self._tile(tile_level, number)[at * HASH_BYTES : (at + (1 << above)) * HASH_BYTES]
        while len(hashes) > HASH_BYTES:
            # Two hashes lie side by side, as they are hashed: nothing is taken apart and put together again.
            hashes = b"".join(
                [
                    _sha256(b"\x01" + hashes[at : at + 2 * HASH_BYTES]).digest()
                    for at in range(0, len(hashes), 2 * HASH_BYTES)
                ]
            )
        return hashes

    def span(self, begin: int, end: int) -> bytes:
        """Return the hash of the leaves from `begin` up to `end`, which a split has led to."""
        found = []
        while begin < end:
            level = (end - begin).bit_length() - 1
            found.append(self.whole(level, begin >> level))
            begin += 1 << level
        return _fold(found)

    def _tile(self, level: int, number: int) -> bytes:
        if (known := self._tiles.get((level, number))) is not None:
            return known
        there = self._size >> TILE_HEIGHT * level
        width = min(TILE_WIDTH, there - number * TILE_WIDTH)
        raw = self._read(level, number, width)
        if len(raw) != width * HASH_BYTES:
            raise ValueError(f"tile {level}/{number} does not hold {width} hashes")
        self._tiles[level, number] = raw
        return raw


def _split(size: int) -> int:
    """Return the largest power of two that is less than this size, which is at least 2 (RFC 6962, 2.1)."""
    return 1 << (size - 1).bit_length() - 1


def tree_root(read: TileReader, size: int) -> bytes:
    """Return the root of the first `size` leaves."""
    return _Nodes(read, size).span(0, size) if size else EMPTY_ROOT


def inclusion_proof(read: TileReader, index: int, size: int) -> list[bytes]:
    """Return what shows that a leaf is in the tree of the first `size` leaves (RFC 6962, 2.1.1).

    Raises:
        ValueError: If there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    nodes = _Nodes(read, size)
    begin, end = 0, size
    spans = []
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((begin, middle))
            begin = middle
    return [nodes.span(*span) for span in reversed(spans)]


def consistency_proof(read: TileReader, old: int, size: int) -> list[bytes]:
    """Return what shows that a tree of `size` leaves begins with that of `old` leaves (RFC 6962, 2.1.2).

    Returns:
        Nothing if they are the same tree, or the old one is empty.

    Raises:
        ValueError: If the old tree is the larger one.
    """
    if not 0 <= old <= size:
        raise ValueError(f"a tree of {size} leaves does not begin with one of {old}")
    if old in {0, size}:
        return []
    nodes = _Nodes(read, size)
    begin, end = 0, size
    spans = []
    # What is left of `begin` is the same in both; the old tree ends within `begin` and `end`.
    while end != old:
        middle = begin + _split(end - begin)
        if old <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((begin, middle))
            begin = middle
    if begin:
        spans.append((begin, end))
    return [nodes.span(*span) for span in reversed(spans)]


# --- checking proofs --------------------------------------------------------------------------------


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Return whether a leaf's hash is at this place of the tree with this root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, result = index, size - 1, leaf
    for each in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            result = node_hash(each, result)
            while not at & 1 and at:
                at >>= 1
                last >>= 1
        else:
            result = node_hash(result, each)
        at >>= 1
        last >>= 1
    return last == 0 and result == root


def verify_consistency(
    old: int, size: int, proof: Sequence[bytes], old_root: bytes, root: bytes
) -> bool:
    """Return whether the tree with `root` begins with the one with `old_root` (RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= size:
        return False
    if old == size:
        return not proof and old_root == root
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        return False
    at, last = old - 1, size - 1
    while at & 1:
        at >>= 1
        last >>= 1
    before = after = path[0]
    for each in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            before, after = node_hash(each, before), node_hash(each, after)
            while not at & 1 and at:
                at >>= 1
                last >>= 1
        else:
            after = node_hash(after, each)
        at >>= 1
        last >>= 1
    return last == 0 and before == old_root and after == root
