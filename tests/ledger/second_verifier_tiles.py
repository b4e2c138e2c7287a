"""The second verifier's part for folders of tiles, from docs/ledger-format.md alone like the rest of it."""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from .second_verifier import Found, Ledger, covered, must, root_of, witnessed


def lies(level: str, at: int, width: int) -> str:
    """Where a tile lies: its number in threes of digits, an x before all but the last."""
    digits = f"{at:0{-(-len(str(at)) // 3) * 3}}"
    threes = [digits[each : each + 3] for each in range(0, len(digits), 3)]
    number = "/".join([*(f"x{each}" for each in threes[:-1]), threes[-1]])
    return f"tile/{level}/{number}" + ("" if width == 256 else f".p/{width}")


def bundled(folder: Path, size: int) -> Iterator[str]:
    """The entries of a folder."""
    for first in range(0, size, 256):
        width = min(256, size - first)
        raw = (folder / lies("entries", first // 256, width)).read_bytes()
        for _ in range(width):
            length = int.from_bytes(raw[:2])
            must(length and len(raw) >= 2 + length, "tiles")
            yield raw[2 : 2 + length].decode()
            raw = raw[2 + length :]
        must(not raw, "tiles")


def tiles(
    folder: Path, key: str | None = None, witnesses: Sequence[str] = (), quorum: int | None = None
) -> Found:
    """Check a folder of tiles: its entries are a ledger, its checkpoint and its tiles are of those."""
    try:
        note = (folder / "checkpoint").read_text("utf-8")
        _, size, _, tree = covered(note)
        must(tree, "checkpoint")
        ledger = Ledger([note])
        for entry in bundled(folder, size):
            digest = sha256(entry.encode()).hexdigest()
            ledger.add(f'{{"entry":{entry},"hash":"{digest}","private":null}}\n'.encode())
            must(ledger.whole, "sequence")
        ledger.compare(key, [note], restored=False)
        witnessed([note], witnesses, quorum)
        level, hashes = 0, ledger.leaves
        while hashes:
            groups = [hashes[at : at + 256] for at in range(0, len(hashes), 256)]
            for at, group in enumerate(groups):
                there = (folder / lies(str(level), at, len(group))).read_bytes()
                must(there == b"".join(group), "tiles")
            level, hashes = level + 1, [root_of(group) for group in groups if len(group) == 256]
    except Exception as why:  # noqa: BLE001 - of whatever sort the damage is
        return None, repr(why)
    return None
