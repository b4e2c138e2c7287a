"""A ledger's history as its owner has it, and as somebody who holds its key could make it up.

What is made up here is made as well as anybody could: every entry is whole, follows from the one before, and every
checkpoint is signed with the ledger's true key. Only what has been seen elsewhere shows it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
import json
from pathlib import Path
import sqlite3

from custom_components.message_guard.ledger.checkpoints import Signer
from custom_components.message_guard.ledger.format.checkpoint import Checkpoint
from custom_components.message_guard.ledger.format.cosignature import with_cosignatures
from custom_components.message_guard.ledger.format.encoding import canonical, entry_hash
from custom_components.message_guard.ledger.format.proof_file import ProofFile, disclosure
from custom_components.message_guard.ledger.format.signed_note import Note
from custom_components.message_guard.ledger.format.tree import (
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
)
from tests.ledger.witnessing import Cosigner


@dataclass(frozen=True)
class History:
    """Entries, and a key to sign their checkpoints with.

    Attributes:
        lines: The canonical lines.
        signer: The key.
    """

    lines: Sequence[str]
    signer: Signer

    @classmethod
    def of(cls, database: Path) -> History:
        """Return the history in a ledger's database, with its own key beside it."""
        db = sqlite3.connect(database)
        try:
            lines = [line for (line,) in db.execute("SELECT line FROM entries ORDER BY sequence")]
        finally:
            db.close()
        name = str(json.loads(lines[0])["facts"]["ledger"])
        signer = Signer.load(database.with_suffix(".key"), name)
        assert signer is not None
        return cls(lines, signer)

    @property
    def size(self) -> int:
        """How many entries there are."""
        return len(self.lines)

    @property
    def key(self) -> str:
        """The verifier key."""
        return str(self.signer.key)

    def until(self, size: int) -> History:
        """Return it as it was, or cut short."""
        return History(self.lines[:size], self.signer)

    def signed_by(self, signer: Signer) -> History:
        """Return it with another key."""
        return History(self.lines, signer)

    def rewritten(self, sequence: int, *, to: str = "declined") -> History:
        """Return it with another outcome of one entry, and all that follows chained anew."""
        lines = list(self.lines[: sequence - 1])
        previous = entry_hash(lines[-1]) if lines else "0" * 64
        for place, line in enumerate(self.lines[sequence - 1 :], start=sequence):
            entry = json.loads(line)
            entry["previous"] = previous
            if place == sequence:
                entry["kind"] = to
            lines.append(canonical(entry))
            previous = entry_hash(lines[-1])
        return History(lines, self.signer)

    @cached_property
    def leaves(self) -> list[bytes]:
        """Return the hashes of the entries."""
        return [leaf_hash(line.encode()) for line in self.lines]

    def root(self, size: int) -> bytes:
        """Return the root of the tree of the first entries."""
        tree = Frontier()
        tree.extend(self.leaves[:size])
        return tree.root()

    def read(self, level: int, number: int, width: int) -> bytes:
        """Return hashes of a tile, worked out anew."""
        span = 256**level
        first = number * 256
        return b"".join(
            _root(self.leaves[at * span : (at + 1) * span]) for at in range(first, first + width)
        )

    def note(self, size: int | None = None, *by: Cosigner) -> str:
        """Return a checkpoint, cosigned by these."""
        size = self.size if size is None else size
        text = Checkpoint(self.signer.key.name, size, root=self.root(size).hex()).text
        note = Note(text, (self.signer.signature(text),))
        return str(with_cosignatures(note, [each.cosign(text).line for each in by]))

    def consistency(self, old: int, size: int | None = None) -> list[bytes]:
        """Return the proof that it has only grown."""
        return consistency_proof(self.read, old, self.size if size is None else size)

    def proof(self, sequence: int, note: str, size: int | None = None) -> str:
        """Return the proof of an entry against a checkpoint."""
        hashes = inclusion_proof(self.read, sequence - 1, self.size if size is None else size)
        extra = disclosure(self.lines[sequence - 1], {})
        return str(ProofFile(sequence - 1, tuple(hashes), note, extra))


def _root(leaves: Iterable[bytes]) -> bytes:
    tree = Frontier()
    tree.extend(list(leaves))
    return tree.root()
