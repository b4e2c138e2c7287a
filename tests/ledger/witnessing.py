"""A witness's key, and what it signs, for the tests; the judges of other people's making are in tests/judges."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custom_components.message_guard.ledger.format.cosignature import (
    Cosignature,
    WitnessKey,
    cosigned_message,
)

SEEN_AT = 1_800_000_000


class Cosigner:
    """Signs whatever it is shown."""

    def __init__(self, seed: int, name: str = "witness.example/w1") -> None:
        """Be the same witness for the same seed."""
        self._private = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
        self.key = WitnessKey.of(name, self._private.public_key().public_bytes_raw())

    def cosign(self, text: str, time: int = SEEN_AT) -> Cosignature:
        """Return its cosignature of a checkpoint's text."""
        signature = self._private.sign(cosigned_message(text, time))
        raw = self.key.id + time.to_bytes(8) + signature
        return Cosignature(self.key.name, raw, time)
