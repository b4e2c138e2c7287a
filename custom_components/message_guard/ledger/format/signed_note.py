"""Signed notes: the checkpoints of a ledger, and the keys that sign them.

The text form is C2SP's signed-note (https://c2sp.org/signed-note) with Ed25519 signatures.
"""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
import hashlib
import importlib
from typing import Any

from .encoding import TamperedError

PUBLIC_BYTES = 32
"""The size of an Ed25519 public key, and of a SHA-256."""

SignatureCheck = Callable[[bytes, bytes, bytes], bool]
"""(public key, signature, message) → whether the Ed25519 signature is that key's."""


def signature_check() -> SignatureCheck | None:
    """Return what checks Ed25519 signatures, None without the package `cryptography`."""
    try:
        ed25519 = importlib.import_module("cryptography.hazmat.primitives.asymmetric.ed25519")
    except ImportError:
        return None

    def check(public: bytes, signature: bytes, message: bytes) -> bool:
        try:
            ed25519.Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        except Exception:  # noqa: BLE001 - InvalidSignature, or a key or signature of a wrong size
            return False
        return True

    return check


@dataclass(frozen=True)
class Key:
    """A verifier key, written `name+8 hex digits+base64`.

    Attributes:
        name: Who signs; the ledger's own name.
        id: Four bytes that tell keys of the same name apart.
        public: 32 bytes.
    """

    name: str
    id: bytes
    public: bytes

    @classmethod
    def of(cls, name: str, public: bytes) -> "Key":
        """Return the key of that name with these 32 public bytes."""
        return cls(name, hashlib.sha256(name.encode() + b"\n\x01" + public).digest()[:4], public)

    @classmethod
    def parse(cls, text: str) -> "Key":
        """Read a verifier key; raises ValueError if it is none."""
        name, digits, encoded = text.strip().split("+", 2)
        raw = base64.b64decode(encoded, validate=True)
        key = cls.of(name, raw[1:])
        if (
            raw[:1] != b"\x01"
            or len(raw) != PUBLIC_BYTES + 1
            or not name
            or str(key) != text.strip()
        ):
            raise ValueError(f"not an Ed25519 verifier key with the id {digits}")
        return key

    def __str__(self) -> str:
        """Return the verifier key as text."""
        encoded = base64.b64encode(b"\x01" + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{encoded}"


@dataclass(frozen=True)
class Note:
    """A signed note.

    Attributes:
        text: What is signed, with its last line feed.
        signatures: For each, the name of who signed, and key id and signature in one.
    """

    text: str
    signatures: tuple[tuple[str, bytes], ...]

    @classmethod
    def parse(cls, note: str) -> "Note":
        """Read a signed note; raises ValueError if it is none."""
        text, found, tail = note.rpartition("\n\n")
        if not found or not tail.endswith("\n"):
            raise ValueError("not a signed note")
        signatures = []
        for line in tail[:-1].split("\n"):
            dash, name, encoded = line.split(" ")
            if dash != "\N{EM DASH}":
                raise ValueError("not a signature line")
            signatures.append((name, base64.b64decode(encoded, validate=True)))
        return cls(text + "\n", tuple(signatures))

    def __str__(self) -> str:
        """Return the note as text."""
        lines = (
            f"\N{EM DASH} {name} {base64.b64encode(raw).decode()}\n"
            for name, raw in self.signatures
        )
        return f"{self.text}\n{''.join(lines)}"

    def signed_by(self, key: Key, check: SignatureCheck) -> bool:
        """Return whether this key signed it."""
        return any(
            name == key.name
            and raw[:4] == key.id
            and check(key.public, raw[4:], self.text.encode())
            for name, raw in self.signatures
        )


@dataclass(frozen=True)
class Checkpoint:
    """The head of a ledger at some moment.

    Attributes:
        origin: The ledger's name, "" for a checkpoint that somebody wrote down as `SIZE:HASH`.
        size: How many entries it had.
        head: Hash of the last of them, 64 hex digits.
        time: Microseconds since the epoch, UTC.
        note: The signed note it was read from.
    """

    origin: str
    size: int
    head: str
    time: int
    note: Note | None = None

    @property
    def text(self) -> str:
        """What is signed."""
        encoded = base64.b64encode(bytes.fromhex(self.head)).decode()
        return f"{self.origin}\n{self.size}\n{encoded}\ntime {self.time}\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Read a signed checkpoint, or `SIZE:HASH`; raises ValueError if it is neither."""
        size, colon, head = text.strip().partition(":")
        if colon and size.isascii() and size.isdigit():
            if len(head) != 2 * PUBLIC_BYTES or bytes.fromhex(head).hex() != head.lower():
                raise ValueError("not a checkpoint: a hash has 64 hex digits")
            return cls("", int(size), head.lower(), 0)
        note = Note.parse(text)
        try:
            origin, size, encoded, time = note.text[:-1].split("\n")
            raw = base64.b64decode(encoded, validate=True)
            result = cls(origin, int(size), raw.hex(), int(time.removeprefix("time ")), note)
        except ValueError as err:
            raise ValueError("a signed note, but not a checkpoint") from err
        if result.text != note.text or len(raw) != PUBLIC_BYTES:
            raise ValueError("a signed note, but not a checkpoint")
        return result


def rotation_text(size: int, head: str, old: Key, new: Key) -> str:
    """Return what the old and the new key sign together when the signing key changes.

    Args:
        size: How many entries the ledger has.
        head: Hash of the last of them, 64 hex digits.
        old: The key in force so far.
        new: The key in force from the next entry on.
    """
    encoded = base64.b64encode(bytes.fromhex(head)).decode()
    return f"{old.name}\nkey rotation\n{size}\n{encoded}\n{old}\n{new}\n"


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

    def see_key(self, sequence: int, entry: Any) -> None:
        """Take up the first key, a rotated key, or the one in place of a lost key.

        Raises:
            TamperedError: If the key is not one, or not vouched for.
        """
        self.settle()
        kind, facts = entry["kind"], entry["facts"]
        if (kind == "started") != (sequence == 1):
            raise TamperedError(sequence, "key", "a ledger starts once, with its first entry")
        if kind == "started" and facts.get("key") is None:
            return
        try:
            key = Key.parse(facts["key"])
            note = Note.parse(facts["note"]) if kind == "key_rotated" else None
        except (ValueError, KeyError, TypeError, AttributeError) as err:
            raise TamperedError(sequence, "key", "it names no usable key") from err
        if note is not None and self.keys:
            old = self.keys[-1]
            good = note.text == rotation_text(sequence - 1, entry["previous"], old, key)
            if not good or not all(self._signed_by(note, each) for each in (old, key)):
                raise TamperedError(sequence, "key", "the new key is not signed with both keys")
        if kind == "key_lost":
            self.lost = len(self.keys)
        self.keys.append(key)

    def see_checkpoint(self, sequence: int, entry: Any) -> None:
        """Check that a checkpoint is one of all the entries before it.

        Raises:
            TamperedError: If it is not.
        """
        try:
            checkpoint = Checkpoint.parse(entry["facts"]["note"])
        except (ValueError, KeyError, TypeError, AttributeError) as err:
            raise TamperedError(sequence, "checkpoint", "it holds no checkpoint") from err
        if (checkpoint.size, checkpoint.head) != (sequence - 1, entry["previous"]):
            raise TamperedError(sequence, "checkpoint", "it is the checkpoint of something else")
        if checkpoint.note is not None:
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
        self.signed = sequence - 1

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
