"""Checkpoints: what a ledger was at some moment, signed.

A checkpoint is one of a tree log (https://c2sp.org/tlog-checkpoint): exactly three lines, the third the
root of the tree. Those of before the tree have a fourth line, and as the third the hash of the last entry.
"""

import base64
from dataclasses import dataclass

from .signed_note import PUBLIC_BYTES, Key, Note


@dataclass(frozen=True)
class Checkpoint:
    """What a ledger was at some moment.

    Attributes:
        origin: The ledger's name at that time, "" for a checkpoint that somebody wrote down as `SIZE:HASH`.
        size: How many entries it had.
        root: The root of their tree, 64 hex digits; "" if it names the last entry instead.
        head: Hash of the last entry, 64 hex digits; "" if it names the root.
        time: Microseconds since the epoch, UTC; 0 if it has none.
        note: The signed note it was read from.
    """

    origin: str
    size: int
    root: str = ""
    head: str = ""
    time: int = 0
    note: Note | None = None

    @property
    def text(self) -> str:
        """What is signed."""
        lines = f"{self.origin}\n{self.size}\n{_base64(self.root or self.head)}\n"
        return lines if self.root else f"{lines}time {self.time}\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Read a signed checkpoint, or `SIZE:HASH`; raises ValueError if it is neither."""
        size, colon, head = text.strip().partition(":")
        if colon and size.isascii() and size.isdigit():
            if len(head) != 2 * PUBLIC_BYTES or bytes.fromhex(head).hex() != head.lower():
                raise ValueError("not a checkpoint: a hash has 64 hex digits")
            return cls("", int(size), head=head.lower())
        note = Note.parse(text)
        try:
            origin, size, encoded, *times = note.text[:-1].split("\n")
            digest = base64.b64decode(encoded, validate=True).hex()
            if times:
                (time,) = times
                result = cls(
                    origin, int(size), head=digest, time=int(time.removeprefix("time ")), note=note
                )
            else:
                result = cls(origin, int(size), root=digest, note=note)
        except ValueError as err:
            raise ValueError("a signed note, but not a checkpoint") from err
        if result.text != note.text or len(digest) != 2 * PUBLIC_BYTES or not origin:
            raise ValueError("a signed note, but not a checkpoint")
        return result


def _base64(digest: str) -> str:
    return base64.b64encode(bytes.fromhex(digest)).decode()


def rotation_text(size: int, head: str, old: Key, new: Key) -> str:
    """Return what the old and the new key sign together when the signing key changes.

    Args:
        size: How many entries the ledger has.
        head: Hash of the last of them, 64 hex digits.
        old: The key in force so far.
        new: The key in force from the next entry on.
    """
    return f"{old.name}\nkey rotation\n{size}\n{_base64(head)}\n{old}\n{new}\n"
