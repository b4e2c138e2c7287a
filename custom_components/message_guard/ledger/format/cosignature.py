"""Cosignatures: what a witness signs, and how it is asked.

A witness sees every checkpoint of a ledger, and signs only those that go on from what it has seen before. The
forms are those of C2SP: tlog-cosignature (https://c2sp.org/tlog-cosignature, `cosignature/v1`, Ed25519), and the
request and answers of tlog-witness (https://c2sp.org/tlog-witness).
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from .encoding import LARGEST_INTEGER
from .signed_note import Key, Note, SignatureCheck

MOST_PROOF_LINES = 63
"""A witness takes no longer proof (tlog-witness)."""

MOST_DIGITS = 19
"""A size, or a time in seconds, is less than 2⁶³."""

TIME_BYTES = 8
ID_BYTES = 4
SIGNATURE_BYTES = 64
LARGEST_TIME = 2**63 - 1


@dataclass(frozen=True)
class WitnessKey(Key):
    """The verifier key of a witness: it signs checkpoints together with the time at which it saw them."""

    TYPE: ClassVar[bytes] = b"\x04"


@dataclass(frozen=True)
class Cosignature:
    """What a witness signed.

    Attributes:
        name: The witness.
        raw: Key id, time and signature, as its line in a note carries them.
        time: Seconds since the epoch, UTC, by the witness's clock.
    """

    name: str
    raw: bytes
    time: int

    @property
    def line(self) -> str:
        """The line of a note, without its line feed."""
        return f"\N{EM DASH} {self.name} {base64.b64encode(self.raw).decode()}"


def cosigned_message(text: str, time: int) -> bytes:
    """Return what a witness signs of a checkpoint.

    Args:
        text: The checkpoint, without signatures, with its last line feed.
        time: Seconds since the epoch, UTC.
    """
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def cosignature_of(note: Note, key: WitnessKey, check: SignatureCheck) -> Cosignature | None:
    """Return what this witness signed of a checkpoint, None if nothing.

    Raises:
        ValueError: If there is a signature under its name and id that is not its: the note is not to be trusted.
    """
    found = None
    for name, raw in note.signatures:
        if name != key.name or raw[:ID_BYTES] != key.id:
            continue
        time = int.from_bytes(raw[ID_BYTES : ID_BYTES + TIME_BYTES], "big")
        signature = raw[ID_BYTES + TIME_BYTES :]
        if (
            len(signature) != SIGNATURE_BYTES
            or not 0 < time <= LARGEST_TIME
            or not check(key.public, signature, cosigned_message(note.text, time))
        ):
            raise ValueError(f"the cosignature of {key.name} is not its own")
        found = found or Cosignature(name, raw, time)
    return found


def with_cosignatures(note: Note, lines: Sequence[str]) -> Note:
    """Return a checkpoint with cosignature lines behind the ledger's own signature; what it has already is left out.

    Raises:
        ValueError: If one is no signature line.
    """
    if not lines:
        return note
    more = Note.parse("\n".join((note.text, *lines, "")))
    if more.text != note.text:
        raise ValueError("an empty line would make another checkpoint of it")
    return Note(note.text, tuple(dict.fromkeys((*note.signatures, *more.signatures))))


# --- how a witness is asked -----------------------------------------------------------------------


def add_checkpoint(old: int, proof: Sequence[bytes], note: str) -> str:
    """Return the request that asks a witness to cosign a checkpoint.

    Args:
        old: The size of the checkpoint that the witness cosigned last, 0 for none.
        proof: That the ledger has only grown since then (RFC 6962, 2.1.2); empty for 0 and for the same size.
        note: The checkpoint with the ledger's signature.

    Raises:
        ValueError: If the proof is longer than any can be.
    """
    if len(proof) > MOST_PROOF_LINES:
        raise ValueError("a proof of consistency has at most 63 hashes")
    hashes = "".join(f"{base64.b64encode(each).decode()}\n" for each in proof)
    return f"old {old}\n{hashes}\n{note}"


def answered_size(body: str) -> int:
    """Return the size that a witness names with its 409: what it cosigned last.

    Raises:
        ValueError: If it names none.
    """
    digits = body.removesuffix("\n")
    if not digits.isascii() or not digits.isdigit() or len(digits) > MOST_DIGITS:
        raise ValueError("not a size")
    if str(int(digits)) != digits:
        raise ValueError("a size has no leading zeros")
    if int(digits) > LARGEST_INTEGER:
        raise ValueError("no ledger has so many entries: their numbers could not be written down")
    return int(digits)


def answered_cosignature(
    body: str, text: str, key: WitnessKey, check: SignatureCheck
) -> Cosignature:
    """Return the cosignature in a witness's answer; lines of other keys are passed over.

    Args:
        body: The answer: signature lines.
        text: The checkpoint that was offered, without signatures.
        key: The witness's key.
        check: Checks an Ed25519 signature.

    Raises:
        ValueError: If there is none of this key, or not of this checkpoint.
    """
    note = Note.parse(f"{text}\n{body}")
    if note.text != text:
        raise ValueError("an empty line would make it the answer to another checkpoint")
    found = cosignature_of(note, key, check)
    if found is None:
        raise ValueError(f"no cosignature of {key.name}")
    return found
