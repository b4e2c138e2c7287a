"""Signed notes, and the keys that sign them.

The text form is C2SP's signed-note (https://c2sp.org/signed-note) with Ed25519 signatures.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass
import hashlib
import importlib
from typing import ClassVar, Self

PUBLIC_BYTES = 32
"""The size of an Ed25519 public key, and of a SHA-256."""

MOST_SIGNATURES = 64
"""A note with more is refused; C2SP asks for 16 at least."""

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

    TYPE: ClassVar[bytes] = b"\x01"
    """What it signs: 01 for the text of a note, as it is."""

    @classmethod
    def of(cls, name: str, public: bytes) -> Self:
        """Return the key of that name with these 32 public bytes."""
        digest = hashlib.sha256(name.encode() + b"\n" + cls.TYPE + public).digest()
        return cls(name, digest[:4], public)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a verifier key; raises ValueError if it is none of this sort."""
        name, digits, encoded = text.strip().split("+", 2)
        raw = base64.b64decode(encoded, validate=True)
        key = cls.of(name, raw[1:])
        if (
            raw[:1] != cls.TYPE
            or len(raw) != PUBLIC_BYTES + 1
            or not name
            or any(each.isspace() for each in name)
            or str(key) != text.strip()
        ):
            raise ValueError(f"not an Ed25519 verifier key with the id {digits}")
        return key

    def __str__(self) -> str:
        """Return the verifier key as text."""
        encoded = base64.b64encode(self.TYPE + self.public).decode()
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
        result = cls(text + "\n", tuple(signatures))
        if str(result) != note or len(signatures) > MOST_SIGNATURES:
            raise ValueError("not written as a signed note is written")
        return result

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
