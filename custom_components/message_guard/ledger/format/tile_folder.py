"""A ledger as a folder of C2SP tlog-tiles (https://c2sp.org/tlog-tiles), which other people's tools read and check.

The folder holds what the entries say in public, and none of the words: `checkpoint`, the tiles of the tree, and the
entries in bundles of 256.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from .chain import Checker
from .checkpoint import Checkpoint
from .encoding import TamperedError, UnusableError, entry_hash
from .report import Report
from .tree import TILE_WIDTH, Frontier, Tiles, leaf_hash

CHECKPOINT_FILE = "checkpoint"

LENGTH_BYTES = 2
"""In front of each entry of a bundle, its length; no entry is longer than 65535 bytes."""


def tile_path(level: str, number: int, width: int) -> str:
    """Return where a tile or a bundle lies.

    Args:
        level: Tile level as digits, or "entries".
        number: Its place in the level.
        width: How many hashes or entries it holds, 1 to 256.
    """
    parts = [f"{number % 1000:03}"]
    while number := number // 1000:
        parts.insert(0, f"x{number % 1000:03}")
    partial = "" if width == TILE_WIDTH else f".p/{width}"
    return f"tile/{level}/{'/'.join(parts)}{partial}"


def tile_files(lines: Iterable[str], note: str) -> Iterator[tuple[str, bytes]]:
    """Yield path and content of every file of the folder.

    Args:
        lines: The canonical lines of the entries that the checkpoint covers.
        note: The checkpoint with its signatures.

    Raises:
        UnusableError: If an entry is too long for a bundle.
    """
    tree, tiles = Frontier(), Tiles()
    bundle: list[bytes] = []
    number = 0
    for line in lines:
        raw = line.encode()
        if len(raw) >> 8 * LENGTH_BYTES:
            raise UnusableError(f"entry {tree.size + 1} is too long for a bundle of tlog-tiles")
        bundle.append(len(raw).to_bytes(LENGTH_BYTES, "big") + raw)
        tree.extend([leaf_hash(raw)], tiles.see)
        if len(bundle) == TILE_WIDTH:
            yield tile_path("entries", number, TILE_WIDTH), b"".join(bundle)
            bundle, number = [], number + 1
    if bundle:
        yield tile_path("entries", number, len(bundle)), b"".join(bundle)
    for level, at, content in (*tiles.complete, *tiles.partial()):
        yield tile_path(str(level), at, len(content) // 32), content
    yield CHECKPOINT_FILE, note.encode()


def write_folder(folder: Path, lines: Iterable[str], note: str) -> None:
    """Write the folder, which must not be there yet; raises OSError and UnusableError."""
    folder.mkdir(parents=True)
    for name, content in tile_files(lines, note):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _entries(folder: Path, size: int) -> Iterator[str]:
    """Yield the lines of the entries.

    Raises:
        TamperedError: If one is missing or no text.
    """
    for number in range(-(-size // TILE_WIDTH)):
        first = number * TILE_WIDTH
        width = min(TILE_WIDTH, size - first)
        raw = _content(folder, tile_path("entries", number, width), first + 1)
        for sequence in range(first + 1, first + width + 1):
            length = int.from_bytes(raw[:LENGTH_BYTES], "big")
            entry, raw = raw[LENGTH_BYTES : LENGTH_BYTES + length], raw[LENGTH_BYTES + length :]
            try:
                line = entry.decode()
            except UnicodeDecodeError as err:
                raise TamperedError(sequence, "encoding", "it is no text") from err
            if len(entry) != length or not line:
                raise TamperedError(sequence, "tiles", "it is cut short")
            yield line
        if raw:
            raise TamperedError(first + width, "tiles", "its bundle goes on behind it")


def _content(folder: Path, name: str, sequence: int) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as err:
        raise TamperedError(sequence, "tiles", f"{name} is missing") from err


def check_folder(folder: Path, checker: Checker) -> Report:
    """Check a folder: every entry, the chain, the tree and its tiles.

    Args:
        folder: Where it lies.
        checker: A new one that was given the folder's checkpoint as a remembered one.

    Returns:
        What was found. The checkpoint of the folder is that of its entries, whatever a restore could excuse.

    Raises:
        UnusableError: If it has no checkpoint of a tree, or is of a newer format.
    """
    checkpoint = folder_checkpoint(folder)
    checker.parts = False
    try:
        _check_files(folder, checkpoint, checker)
        return checker.report()
    except TamperedError as err:
        return checker.failed(err)


def _check_files(folder: Path, checkpoint: Checkpoint, checker: Checker) -> None:
    lines = []
    for line in _entries(folder, checkpoint.size):
        exported = f'{{"entry":{line},"hash":"{entry_hash(line)}","private":null}}\n'
        checker.add_export(exported.encode())
        lines.append(line)
    if checker.tree.root().hex() != checkpoint.root:
        raise TamperedError(
            checkpoint.size, "rollback", "the folder's own checkpoint is not that of its entries"
        )
    for name, content in tile_files(lines, str(checkpoint.note)):
        if _content(folder, name, checkpoint.size) != content:
            raise TamperedError(None, "tiles", f"{name} does not fit the entries")


def folder_checkpoint(folder: Path) -> Checkpoint:
    """Return the checkpoint of a folder.

    Raises:
        UnusableError: If it has none of a tree.
    """
    try:
        found = Checkpoint.parse((folder / CHECKPOINT_FILE).read_text("utf-8"))
    except (OSError, ValueError) as err:
        raise UnusableError(f"{folder} has no checkpoint") from err
    if not found.root or found.note is None:
        raise UnusableError(f"{folder} has no checkpoint of a tree")
    return found
