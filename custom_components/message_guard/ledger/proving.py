"""Proofs of single entries, to be shown to whoever has no other part of the ledger."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
import json

from ..core.errors import LedgerUnusableError
from .format.proof_file import ProofFile, disclosed, disclosure
from .format.signed_note import Key, Note, signature_check
from .store import LedgerStore

SUFFIX = "tlog-proof"
"""What such files are called (C2SP tlog-proof)."""


class NoEntryError(Exception):
    """There is no such entry."""


class NoWordsError(Exception):
    """The entry has no such words, or not any more."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof of one entry.

    Attributes:
        text: The file.
        name: What to call it.
        discloses: Names of all that it tells, see docs/ledger-format.md.
        hides: Names of private values that the entry has committed to, and the proof does not tell.
        key: The verifier key that checks it.
        size: How many entries its checkpoint covers.
        signed_by: Who has signed that: the ledger, then its witnesses.
        next_guessable: It holds the hash of the next entry by itself. That entry holds no secret but what this one
            tells, so whoever has the proof can try out kinds, ids and times until the hash fits.
    """

    text: str
    name: str
    discloses: tuple[str, ...]
    hides: tuple[str, ...]
    key: str
    size: int
    signed_by: tuple[str, ...]
    next_guessable: bool


def file_name(sequence: int) -> str:
    """Return what to call the proof of this entry."""
    return f"message-guard-{sequence}.{SUFFIX}"


async def prove(
    ledger: LedgerStore,
    sequence: int,
    words: Collection[str] = (),
    cosigned: Callable[[], Awaitable[None]] | None = None,
) -> Proof:
    """Return the proof of an entry. If no checkpoint covers it yet, one is made.

    Args:
        ledger: Where it is.
        sequence: Which entry.
        words: Names of the private values to be shown; none is by default.
        cosigned: Waits for witnesses that are being asked about a new checkpoint; raises nothing.

    Raises:
        NoEntryError: If there is no such entry.
        NoWordsError: If one of these words is not there.
        LedgerError: If the ledger cannot be read or written.
    """
    check, stated = signature_check(), ledger.verifier_key
    if check is None or stated is None:
        raise LedgerUnusableError("the ledger is not open")
    if not 1 <= sequence <= await ledger.cosignatures.size():
        raise NoEntryError
    key = Key.parse(stated)
    found = await ledger.cosignatures.provable(sequence, key, check)
    if found is None:
        await ledger.checkpoint()
        if cosigned is not None:
            await cosigned()
        found = await ledger.cosignatures.provable(sequence, key, check)
    if found is None:
        raise LedgerUnusableError("no checkpoint covers the entry")
    line, hashes = await ledger.cosignatures.inclusion(sequence, found.size)
    if missing := set(words) - set(found.private):
        raise NoWordsError(", ".join(sorted(missing)))
    shown = {name: found.private[name] for name in sorted(words)}
    proof = ProofFile(sequence - 1, tuple(hashes), found.note, disclosure(line, shown))
    entry = json.loads(line)
    return Proof(
        text=str(proof),
        name=file_name(sequence),
        discloses=tuple(disclosed(entry, shown)),
        hides=tuple(name for name in entry["commitments"] if name not in shown),
        key=stated,
        size=found.size,
        signed_by=tuple(name for name, _ in Note.parse(found.note).signatures),
        next_guessable=sequence < found.size and (sequence % 2 == 1 or sequence + 1 == found.size),
    )
