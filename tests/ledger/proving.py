"""A small ledger, and the proofs of its entries."""

import json

from custom_components.message_guard.ledger.format.checkpoint import Checkpoint
from custom_components.message_guard.ledger.format.cosignature import with_cosignatures
from custom_components.message_guard.ledger.format.encoding import canonical
from custom_components.message_guard.ledger.format.proof_file import ProofFile, disclosure
from custom_components.message_guard.ledger.format.signed_note import Note
from custom_components.message_guard.ledger.format.tree import (
    Frontier,
    Tiles,
    inclusion_proof,
    leaf_hash,
)
from tests.ledger.forgery import NAME, Scribe, signer
from tests.ledger.witnessing import Cosigner

WITNESS, OTHER = Cosigner(2), Cosigner(3, "witness.example/w2")
LEDGER = signer(1)


class Home:
    """A ledger of some entries, and the proofs of them."""

    def __init__(self, requests: int = 4) -> None:
        """Write it."""
        scribe = Scribe()
        for number in range(requests):
            scribe.send(number)
        self.exported = [json.loads(line) for line in scribe.lines]
        self.lines = [canonical(each["entry"]) for each in self.exported]
        tree, tiles = Frontier(), Tiles()
        tree.extend([leaf_hash(line.encode()) for line in self.lines], tiles.see)
        self._partial = {(level, number): raw for level, number, raw in tiles.partial()}
        self.root = tree.root()

    def read(self, level: int, number: int, width: int) -> bytes:
        """Return hashes of a tile."""
        return self._partial[level, number][: width * 32]

    def note(self, *by: Cosigner, seed: int = 1, origin: str = NAME) -> str:
        """Return its checkpoint, cosigned."""
        text = Checkpoint(origin, len(self.lines), root=self.root.hex()).text
        note = Note(text, (signer(seed, origin).signature(text),))
        return str(with_cosignatures(note, [each.cosign(text).line for each in by]))

    def proof(self, sequence: int, *names: str, note: str = "") -> ProofFile:
        """Return the proof of an entry that shows these private values."""
        private = self.exported[sequence - 1]["private"]
        return ProofFile(
            sequence - 1,
            tuple(inclusion_proof(self.read, sequence - 1, len(self.lines))),
            note or self.note(WITNESS, OTHER),
            disclosure(self.lines[sequence - 1], {name: private[name] for name in names}),
        )


HOME = Home()
