"""One entry that can be shown to a stranger: that it is in the ledger, and nothing else of it.

The form is C2SP's tlog-proof (https://c2sp.org/tlog-proof): the entry's place, the hashes that lead from it to the root,
and the checkpoint of that root with its signatures. The entry itself travels as extra data.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
import json
from typing import Any

from .checkpoint import Checkpoint
from .cosignature import MOST_DIGITS, WitnessKey, cosignature_of
from .encoding import LARGEST_INTEGER, SALT_BYTES, TamperedError, canonical, commitment
from .signed_note import PUBLIC_BYTES, Key, Note, SignatureCheck
from .tree import leaf_hash, verify_inclusion

PROOF_HEAD = "c2sp.org/tlog-proof@v1"

MOST_HASHES = 63
"""No tree of this world is deeper."""

DISCLOSURE = 1
"""The form of the extra data."""


@dataclass(frozen=True)
class ProofFile:
    """A tlog-proof as it is written.

    Attributes:
        index: The entry's place in the tree: its sequence less one.
        hashes: From the leaf's sibling up to the root's child, 32 bytes each.
        note: The checkpoint with all its signatures.
        extra: What the proof discloses, see `disclosure`.
    """

    index: int
    hashes: tuple[bytes, ...]
    note: str
    extra: bytes

    def __str__(self) -> str:
        """Return the file's text."""
        lines = (
            PROOF_HEAD,
            f"extra {base64.b64encode(self.extra).decode()}",
            f"index {self.index}",
            *(base64.b64encode(each).decode() for each in self.hashes),
            "",
            self.note,
        )
        return "\n".join(lines)

    @classmethod
    def parse(cls, text: str) -> "ProofFile":
        """Read a proof; raises ValueError if it is none, or none with an entry."""
        head, blank, note = text.partition("\n\n")
        lines = head.split("\n")
        if not blank or len(lines) < 3 or lines[0] != PROOF_HEAD:  # noqa: PLR2004 - head, extra, index
            raise ValueError("not a tlog-proof")
        if not lines[1].startswith("extra "):
            raise ValueError("a tlog-proof, but without an entry")
        index = lines[2].removeprefix("index ")
        if len(lines) - 3 > MOST_HASHES or not index.isdigit() or len(index) > MOST_DIGITS:
            raise ValueError("not a tlog-proof")
        result = cls(
            int(index),
            tuple(base64.b64decode(each, validate=True) for each in lines[3:]),
            note,
            base64.b64decode(lines[1].removeprefix("extra "), validate=True),
        )
        if str(result) != text or any(len(each) != PUBLIC_BYTES for each in result.hashes):
            raise ValueError("not written as a tlog-proof is written")
        return result


def disclosed(entry: Mapping[str, Any], private: Mapping[str, Any]) -> list[str]:
    """Return the names of all that an entry and these private values tell.

    Args:
        entry: The nine members of an entry.
        private: Salt and value of each private value that is shown, by name.
    """
    plain = ("kind", "reasons", "request_id", "sequence", "time")
    return [
        *(name for name in plain if entry[name] not in (None, [])),
        *(f"facts.{name}" for name in entry["facts"]),
        *(f"words.{name}" for name in private),
    ]


def disclosure(line: str, private: Mapping[str, Any]) -> bytes:
    """Return the extra data of a proof: the entry, the private values that are shown, and what that discloses.

    Args:
        line: The canonical line of the entry.
        private: As for `disclosed`.
    """
    entry = json.loads(line)
    shown = dict(sorted(private.items()))
    content = {
        "discloses": disclosed(entry, shown),
        "entry": entry,
        "format": DISCLOSURE,
        "private": shown,
    }
    return canonical(content).encode()


@dataclass(frozen=True)
class Proven:
    """What a proof shows.

    Attributes:
        entry: The nine members of the entry.
        words: The private values that were shown, and fit what the entry committed to.
        discloses: Names of all that is told.
        origin: Which ledger.
        size: How many entries it had at the checkpoint.
        cosigned: For each witness that was asked for and has cosigned it, when: seconds since the epoch, UTC.
    """

    entry: Mapping[str, Any]
    words: Mapping[str, str]
    discloses: tuple[str, ...]
    origin: str
    size: int
    cosigned: Mapping[str, int]


def check_proof(
    text: str,
    *,
    check: SignatureCheck,
    key: Key,
    witnesses: Sequence[WitnessKey] = (),
    quorum: int | None = None,
) -> Proven:
    """Check a proof without the ledger.

    Args:
        text: The file.
        check: Checks an Ed25519 signature.
        key: The verifier key of the ledger, from its household.
        witnesses: Keys of witnesses, from those who run them.
        quorum: How many of them must have cosigned; None for all.

    Raises:
        ValueError: If it is no proof.
        TamperedError: If it proves nothing.
    """
    proof = ProofFile.parse(text)
    sequence = proof.index + 1
    entry, line, private = _opened(sequence, proof.extra)
    if entry.get("sequence") != sequence:
        raise TamperedError(sequence, "sequence", "the entry is not the one whose place is proved")
    checkpoint, note = _signed(sequence, proof.note, check, key)
    root = bytes.fromhex(checkpoint.root)
    leaf = leaf_hash(line.encode())
    if not verify_inclusion(leaf, proof.index, checkpoint.size, proof.hashes, root):
        raise TamperedError(
            sequence, "inclusion", "the entry is not in the tree of this checkpoint"
        )
    words = _words(sequence, entry, private)
    cosigned = _cosigned(sequence, note, check, witnesses)
    needed = len(witnesses) if quorum is None else quorum
    if len(cosigned) < needed:
        raise TamperedError(
            sequence,
            "cosignature",
            f"{len(cosigned)} of the witnesses given have cosigned it, {needed} must",
        )
    names = tuple(disclosed(entry, private))
    return Proven(entry, words, names, checkpoint.origin, checkpoint.size, cosigned)


def _opened(sequence: int, extra: bytes) -> tuple[dict[str, Any], str, dict[str, Any]]:
    """Return the entry, its canonical line, and the private values of the extra data."""
    try:
        content = json.loads(extra)
        entry, private = content["entry"], content["private"]
        written = content["format"] == DISCLOSURE and canonical(content).encode() == extra
        told = content["discloses"] == disclosed(entry, private) and len(content) == 4  # noqa: PLR2004
        exact = abs(entry["sequence"]) <= LARGEST_INTEGER and isinstance(private, dict)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as err:
        raise TamperedError(sequence, "encoding", "it holds no entry") from err
    if not written or not exact:
        raise TamperedError(sequence, "encoding", "it is not written in the one way it must be")
    if not told:
        raise TamperedError(sequence, "encoding", "it does not name what it discloses")
    return entry, canonical(entry), private


def _signed(sequence: int, text: str, check: SignatureCheck, key: Key) -> tuple[Checkpoint, Note]:
    """Return the checkpoint, and the note that the ledger has signed."""
    try:
        checkpoint = Checkpoint.parse(text)
    except ValueError as err:
        raise TamperedError(sequence, "checkpoint", "it holds no checkpoint") from err
    note = checkpoint.note
    if note is None or not checkpoint.root:
        raise TamperedError(sequence, "checkpoint", "its checkpoint is of no tree")
    if checkpoint.origin != key.name or not note.signed_by(key, check):
        raise TamperedError(
            sequence, "signature", "its checkpoint is not signed with the key given"
        )
    return checkpoint, note


def _words(sequence: int, entry: Mapping[str, Any], private: Mapping[str, Any]) -> dict[str, str]:
    """Return the words that are shown, without their salts."""
    words: dict[str, str] = {}
    for name, pair in private.items():
        try:
            salt, value = pair
            raw = bytes.fromhex(salt)
            committed = entry["commitments"][name] == commitment(name, raw, value)
            if committed and len(raw) == SALT_BYTES and raw.hex() == salt:
                words[name] = value
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
    for name in private:
        if name not in words:
            raise TamperedError(sequence, "words", f"its {name} is not the one that was recorded")
    return words


def _cosigned(
    sequence: int,
    note: Note,
    check: SignatureCheck,
    witnesses: Sequence[WitnessKey],
) -> dict[str, int]:
    """Return which of these witnesses have cosigned it, and when."""
    found: dict[bytes, tuple[str, int]] = {}
    for key in witnesses:
        try:
            cosignature = cosignature_of(note, key, check)
        except ValueError as err:
            raise TamperedError(sequence, "cosignature", str(err)) from err
        if cosignature is not None:
            # The message names no witness: one key under two names has seen it once.
            found.setdefault(key.public, (key.name, cosignature.time))
    return dict(found.values())
