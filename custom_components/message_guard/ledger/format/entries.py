"""What the ledger records, and the one way to write it down.

A `Step` is what the guard wants recorded; an `Entry` is that step with its place in the chain. The
encoding is described in docs/ledger-format.md. Writing and checking share it (`encoding`), so that what is
written is what is checked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
import json
import re
from typing import Any

from ...core.errors import LedgerUnusableError, LedgerWriteError
from .encoding import (
    FINAL,
    FORMAT,
    GENESIS,
    LARGEST_INTEGER,
    SALT_BYTES,
    TREE_FORMAT,
    WAITING,
    canonical,
    commitment,
    entry_hash,
)

type Fact = str | int | bool | None

_NAME = re.compile(r"[a-z][a-z0-9_]*")


class Kind(StrEnum):
    """What happened. The values are stored: they may be added to, never changed."""

    ASKED = "asked"
    """A request waits for its proof."""
    REFUSED = "refused"
    """A request was turned down by the rules."""
    DECLINED = "declined"
    """A person said no."""
    EXPIRED = "expired"
    """Nobody gave the proof in time."""
    SUPERSEDED = "superseded"
    """A newer request took the place of a waiting one."""
    WRONG_REPLY = "wrong_reply"
    """One reply that was not the proof; the request still waits."""
    PROOF_FAILED = "proof_failed"
    """Too many wrong replies; the request is over."""
    AUTHORISED = "authorised"
    """The delivery may start. Durable before it does."""
    DELIVERED = "delivered"
    """The channel took the message. It tells of failures, and told of none."""
    HANDED_OVER = "handed_over"
    """The channel took the message. It would not tell of a failure, so nobody knows more."""
    UNKNOWN = "unknown"
    """Nobody knows whether it arrived, or it arrived at some of a group and not at others."""
    FAILED = "failed"
    """The channel failed, and took nothing. (In older entries also: nobody knows.)"""
    INTERRUPTED = "interrupted"
    """Authorised, and cut off: by the guard's end, or found after a crash. Outcome unknown, never sent again."""
    ARRIVED = "arrived"
    """After its outcome: every phone that it went to has confirmed that it is there."""
    FAILED_LATER = "failed_later"
    """After its outcome: the channel had taken the message, and a failure was reported afterwards."""
    OBSERVED = "observed"
    """Would have been held; observing, it was let through."""
    RECEIVED = "received"
    """Somebody who may has written to the house."""
    ANNOUNCED = "announced"
    """It was said that there is a message, and no word of it."""
    READ = "read"
    """A message was read out, or shown to who has asked for it."""
    KEPT = "kept"
    """A message waits until somebody asks."""
    DROPPED = "dropped"
    """What came in was not taken, or will never be read out."""
    GUARD_ON = "guard_on"
    """From here on messages are guarded."""
    GUARD_OFF = "guard_off"
    """From here on messages are not guarded."""
    RULES_CHANGED = "rules_changed"
    """The household changed its rules."""
    SHREDDED = "shredded"
    """Private values of earlier entries were erased."""
    CHECKPOINT = "checkpoint"
    """The signed head of everything before this entry."""
    STARTED = "started"
    """The first entry of a ledger: its identity and its signing key."""
    BACKUP = "backup"
    """A backup was begun; a copy of the ledger ends about here."""
    RESTORED = "restored"
    """The ledger continues from a backup; what came after that backup is not in it."""
    KEY_ROTATED = "key_rotated"
    """A new signing key, vouched for by the old one."""
    KEY_LOST = "key_lost"
    """A new signing key, because the old one is gone."""
    """The store was brought to a newer layout."""


LATER = frozenset({Kind.ARRIVED, Kind.FAILED_LATER})
"""What may be heard of a request after its outcome. It opens nothing again, and ends nothing."""

_KINDS = frozenset(kind.value for kind in Kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What the guard wants recorded.

    Attributes:
        kind: What happened.
        request_id: The request it happened to; None for what concerns the guard itself.
        reasons: Ids of the rules or events that led to it, in the order they should be read.
        facts: Public and kept for ever: ids, level, route, approver. Names are lower-case identifiers,
            values strings, integers of at most 53 bits, booleans or None. `contact_id` and
            `satellite_id` can be searched for. Never put a person's words or name here.
        private: Words and names. Committed to in the entry, stored beside it, erased after the
            household's retention period.
        format: How the entry is to be understood, as docs/ledger-format.md numbers it.

    Raises:
        LedgerWriteError: If a name or a value cannot be written down.
    """

    kind: Kind
    request_id: str | None = None
    reasons: tuple[str, ...] = ()
    facts: Mapping[str, Fact] = field(default_factory=dict)
    private: Mapping[str, str] = field(default_factory=dict)
    format: int = FORMAT

    def __post_init__(self) -> None:
        """Refuse here what could otherwise fail only inside a transaction shared with others."""
        for name, value in self.facts.items():
            _check_name(name)
            if isinstance(value, float) or not isinstance(value, str | int | None):
                raise LedgerWriteError(f"fact {name} is a {type(value).__name__}")
            if isinstance(value, int) and abs(value) > LARGEST_INTEGER:
                raise LedgerWriteError(f"fact {name} has more than 53 bits")
        for name, secret in self.private.items():
            _check_name(name)
            if not isinstance(secret, str):
                raise LedgerWriteError(f"private value {name} is a {type(secret).__name__}")
        if not all(isinstance(reason, str) for reason in self.reasons):
            raise LedgerWriteError("a reason is not a string")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the ledger.

    Attributes:
        sequence: 1 for the first entry, one more for each next.
        time: Microseconds since the epoch, UTC, by the clock of the machine. It may go backwards: the
            sequence is what orders entries.
        kind: What happened; a string that this code does not know if newer code wrote it.
        request_id: The request it happened to.
        reasons: Ids of what led to it.
        facts: Public facts.
        commitments: For each private value, 64 hex digits; see `encoding.commitment`.
        previous: Hash of the entry before, 64 hex digits; 64 zeros for the first.
        line: The canonical encoding of all the above.
        hash: SHA-256 of the line in UTF-8, 64 hex digits.
    """

    sequence: int
    time: int
    kind: Kind | str
    request_id: str | None
    reasons: tuple[str, ...]
    facts: Mapping[str, Fact]
    commitments: Mapping[str, str]
    previous: str
    line: str
    hash: str


def next_entry(
    step: Step, *, sequence: int, time: int, previous: str, salts: Mapping[str, bytes]
) -> Entry:
    """Return the entry that records a step at its place in the chain.

    Args:
        step: What to record.
        sequence: Its place, 1 for the first.
        time: Microseconds since the epoch, UTC.
        previous: Hash of the entry before, `GENESIS` for the first.
        salts: 16 random bytes for each private value that is to be kept. A private value without a salt is
            neither stored nor committed to: nobody could ever check that commitment.

    Raises:
        UnicodeEncodeError: If the step holds what UTF-8 cannot carry: record its `printable` form then.
        LedgerWriteError: If it holds an integer of more than 53 bits: no verifier takes that.
    """
    for number in (sequence, time, *step.facts.values()):
        if isinstance(number, int) and abs(number) > LARGEST_INTEGER:
            raise LedgerWriteError(f"an entry cannot hold {number}: it has more than 53 bits")
    commitments = {
        name: commitment(name, salts[name], value)
        for name, value in step.private.items()
        if name in salts
    }
    facts = dict(step.facts)
    line = canonical(
        {
            "commitments": commitments,
            "facts": facts,
            "format": step.format,
            "kind": step.kind.value,
            "previous": previous,
            "reasons": step.reasons,
            "request_id": step.request_id,
            "sequence": sequence,
            "time": time,
        }
    )
    return Entry(
        sequence=sequence,
        time=time,
        kind=step.kind,
        request_id=step.request_id,
        reasons=step.reasons,
        facts=facts,
        commitments=commitments,
        previous=previous,
        line=line,
        hash=entry_hash(line),
    )


def read_entry(line: str) -> Entry:
    """Return the entry of a canonical line. Nothing is checked: that is the verifier's work.

    Raises:
        LedgerUnusableError: If it is no entry at all.
    """
    try:
        raw = json.loads(line)
        kind = raw["kind"]
        return Entry(
            sequence=raw["sequence"],
            time=raw["time"],
            kind=Kind(kind) if kind in _KINDS else str(kind),
            request_id=raw["request_id"],
            reasons=tuple(raw["reasons"]),
            facts=_object(raw["facts"]),
            commitments=_object(raw["commitments"]),
            previous=raw["previous"],
            line=line,
            hash=entry_hash(line),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as err:
        raise LedgerUnusableError("an entry of the ledger is damaged") from err


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError("not an object")
    return value


def sealed(step: Step, salts: Mapping[str, bytes]) -> str | None:
    """Return the private values with their salts as they lie beside the entry, None if there are none.

    Canonical JSON: `{"body":["<salt, 32 hex digits>","<value>"], …}`.
    """
    kept = {
        name: [salts[name].hex(), value] for name, value in step.private.items() if name in salts
    }
    return canonical(kept) if kept else None


def printable(step: Step) -> Step:
    """Return a step with what UTF-8 cannot carry (half of a surrogate pair) replaced by "?"."""
    return Step(
        kind=step.kind,
        request_id=None if step.request_id is None else _printable(step.request_id),
        reasons=tuple(map(_printable, step.reasons)),
        facts={
            name: _printable(value) if isinstance(value, str) else value
            for name, value in step.facts.items()
        },
        private={name: _printable(value) for name, value in step.private.items()},
        format=step.format,
    )


def _printable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _check_name(name: str) -> None:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise LedgerWriteError("names of facts and private values are lower-case identifiers")


__all__ = [
    "FINAL",
    "GENESIS",
    "LATER",
    "SALT_BYTES",
    "TREE_FORMAT",
    "WAITING",
    "Entry",
    "Fact",
    "Kind",
    "Step",
    "next_entry",
    "printable",
    "read_entry",
    "sealed",
]
