"""The signing keys of a ledger, one after the other, and what they sign."""

from collections.abc import Sequence
from typing import Any

from .checkpoint import Checkpoint, rotation_text
from .encoding import TREE_FORMAT, TamperedError
from .signed_note import Key, Note, SignatureCheck


class Keyring:
    """Follows the signing keys of a ledger through its entries, and checks what they sign.

    Attributes:
        keys: The keys in force one after the other.
        signed: How many entries the last good checkpoint covers.
        lost: Which of the keys last took the place of a lost one; -1 for none.
    """

    def __init__(
        self, check: SignatureCheck | None, trusted: Key | None, *, every_signature: bool
    ) -> None:
        """Say what checks a signature, which key is trusted, and whether to check all of them."""
        self.keys: list[Key] = []
        self.signed = 0
        self.lost = -1
        self.checks = check is not None
        self._check = check
        self._trusted = trusted
        self._every_signature = every_signature
        self._pending: tuple[int, Note] | None = None
        self._signer: Key | None = None

    def see_key(self, sequence: int, entry: Any) -> None:
        """Take up the first key, a rotated key, that of a new origin, or the one in place of a lost key.

        Raises:
            TamperedError: If the key is not one, or not vouched for.
        """
        kind, facts = entry["kind"], entry["facts"]
        if kind == "restored" and "key" not in facts:
            return  # of before the tree, when a restored ledger kept its name
        self.settle()
        if (kind == "started") != (sequence == 1):
            raise TamperedError(sequence, "key", "a ledger starts once, with its first entry")
        if kind == "started" and facts.get("key") is None:
            return
        try:
            key = Key.parse(facts["key"])
            vouched = kind in {"key_rotated", "restored"}
            note = Note.parse(facts["note"]) if vouched else None
        except (ValueError, KeyError, TypeError, AttributeError) as err:
            raise TamperedError(sequence, "key", "it names no usable key") from err
        if note is not None and self.keys:
            old = self.keys[-1]
            good = note.text == rotation_text(sequence - 1, entry["previous"], old, key)
            if not good or not all(self._signed_by(note, each) for each in (old, key)):
                raise TamperedError(sequence, "key", "the new key is not signed with both keys")
        if kind == "restored":
            named = (facts.get("ledger"), facts.get("succeeds"))
            if self.keys and named != (key.name, self.keys[-1].name):
                raise TamperedError(sequence, "key", "it does not name the origin it goes on from")
        if kind == "key_lost":
            self.lost = len(self.keys)
        self.keys.append(key)

    def see_checkpoint(self, sequence: int, entry: Any, root: str) -> None:
        """Check that a checkpoint is one of all the entries before it.

        Args:
            sequence: The place of its entry.
            entry: The entry.
            root: The root of the tree of all entries before it; "" if that is not known, as they do not
                begin with the first. It then vouches for nothing.

        Raises:
            TamperedError: If it is not.
        """
        try:
            checkpoint = Checkpoint.parse(entry["facts"]["note"])
        except (ValueError, KeyError, TypeError, AttributeError) as err:
            raise TamperedError(sequence, "checkpoint", "it holds no checkpoint") from err
        of_tree = bool(checkpoint.root)
        name = self.keys[-1].name if self.keys else checkpoint.origin
        good = checkpoint.size == sequence - 1 and of_tree == (entry["format"] == TREE_FORMAT)
        if of_tree:
            good = good and root in {"", checkpoint.root}
            good = good and name == checkpoint.origin
        else:
            good = good and checkpoint.head == entry["previous"]
        if not good:
            raise TamperedError(sequence, "checkpoint", "it is the checkpoint of something else")
        if checkpoint.note is not None and (root or not of_tree):
            self._pending = (sequence, checkpoint.note)
        if self._every_signature:
            self.settle()

    def settle(self) -> None:
        """Check the newest signature that has not been checked.

        Raises:
            TamperedError: If it is not that of the key in force.
        """
        key = self.keys[-1] if self.keys else self._trusted
        pending, self._pending = self._pending, None
        if pending is None or key is None or not self.checks:
            return
        sequence, note = pending
        if not self._signed_by(note, key):
            raise TamperedError(
                sequence, "signature", "its checkpoint is not signed with the ledger's key"
            )
        self.signed, self._signer = sequence - 1, key

    def settled_by_trusted(self) -> bool:
        """Return whether the last good signature is that of the trusted key, if there is one.

        Raises:
            TamperedError: If the newest signature is not that of the key in force.
        """
        self.settle()
        return self._trusted in {None, self._signer}

    def finish(self, remembered: Sequence[Checkpoint], *, whole: bool) -> None:
        """Compare the keys with the trusted one and with who signed remembered checkpoints.

        Args:
            remembered: Checkpoints that left the machine.
            whole: The ledger was seen from its first entry on.

        Raises:
            TamperedError: If they do not go together.
        """
        self.settle()
        trusted = self._trusted
        if trusted is not None and whole:
            if trusted not in self.keys:
                raise TamperedError(None, "key", "it was never signed with the key given")
            if self.keys.index(trusted) < self.lost:
                raise TamperedError(
                    None,
                    "key",
                    "another key took the place of the key given, without its signature",
                )
        keys = [*self.keys, *([trusted] if trusted else [])]
        for checkpoint in remembered:
            note = checkpoint.note
            if keys and note is not None and not any(self._signed_by(note, key) for key in keys):
                raise TamperedError(
                    None, "key", "a remembered checkpoint is not signed with a key of this ledger"
                )

    def _signed_by(self, note: Note, key: Key) -> bool:
        return self._check is None or note.signed_by(key, self._check)
