"""An entry of the ledger as a log record: what goes out, by what the household has chosen.

Of the private values nothing goes out but where the household has chosen words: an entry itself holds only what commits to
them, with salts that stay here.

The attributes `audit.*` are after the draft of an audit signal for OpenTelemetry (OTEP 0267, "Audit Logging signal", as it
stood on 29 April 2026), which is no standard yet: an action is a verb, an outcome is SUCCESS, FAILURE or UNKNOWN.
"""

from collections.abc import Mapping
from enum import StrEnum
import hashlib
import re
from typing import Final

from ...core.errors import LedgerUnusableError
from ...ledger.format.encoding import LARGEST_INTEGER
from ...ledger.format.entries import Entry, Fact, Kind, read_entry
from .otlp import SCOPE, LogRecord, Value

NANOSECONDS: Final = 1000
"""In a microsecond, which the ledger counts."""

INFO: Final = (9, "INFO")
WARN: Final = (13, "WARN")
ERROR: Final = (17, "ERROR")

ALIVE: Final = f"{SCOPE}.alive"
UNREADABLE: Final = f"{SCOPE}.unreadable"
"""The event name of what stands where an entry should, and is none."""


class Fields(StrEnum):
    """What of an entry goes out. The values are stored."""

    HASHES = "hashes"
    """That something happened: kind, time, and what shows that none is missing or changed."""
    EVENTS = "events"
    """What happened: the whole entry, which holds no words."""
    WORDS = "words"
    """What was said, too."""


WARNED: Final = frozenset(
    {
        Kind.REFUSED,
        Kind.PROOF_FAILED,
        Kind.FAILED,
        Kind.FAILED_LATER,
        Kind.UNKNOWN,
        Kind.INTERRUPTED,
        Kind.KEY_LOST,
        Kind.RESTORED,
        Kind.GUARD_OFF,
    }
)
"""What somebody who looks after a home wants to see first."""

ACTIONS: Final[Mapping[Kind, str]] = {
    **dict.fromkeys((Kind.RECEIVED, Kind.ANNOUNCED, Kind.KEPT, Kind.DROPPED), "RECEIVE"),
    Kind.READ: "READ",
    Kind.GUARD_ON: "START",
    Kind.GUARD_OFF: "STOP",
    Kind.RULES_CHANGED: "CONFIGURE",
    Kind.SHREDDED: "DELETE",
    Kind.CHECKPOINT: "SIGN",
    Kind.STARTED: "CREATE",
    Kind.BACKUP: "BACKUP",
    Kind.RESTORED: "RESTORE",
    Kind.KEY_ROTATED: "ROTATE",
    Kind.KEY_LOST: "ROTATE",
}
"""What was done; everything else is about sending a message."""

FAILURES: Final = frozenset(
    {
        Kind.REFUSED,
        Kind.DECLINED,
        Kind.EXPIRED,
        Kind.SUPERSEDED,
        Kind.WRONG_REPLY,
        Kind.PROOF_FAILED,
        Kind.FAILED,
        Kind.FAILED_LATER,
        Kind.DROPPED,
    }
)
OPEN: Final = frozenset(
    {Kind.ASKED, Kind.AUTHORISED, Kind.HANDED_OVER, Kind.UNKNOWN, Kind.INTERRUPTED}
)
"""Kinds of which nobody can say yet, or ever, whether it succeeded."""

_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
_HASH: Final = re.compile(r"[0-9a-f]{64}")

ACTORS: Final = ("approver", "user_id", "satellite_id", "device_id")
"""Facts that say who did it, the nearest first; where there is none it was the guard itself."""


def record(
    sequence: int, line: bytes, sealed: bytes | None, origin: str, fields: Fields
) -> LogRecord:
    """Return the record of an entry.

    What is no entry any more, since somebody has changed the database, goes as it stands: as a hash. It must not
    keep back what comes after it.

    Args:
        sequence: Its place.
        line: What stands there, as bytes.
        sealed: Its private values with their salts, as they lie beside the entry; None if they are not wanted.
        origin: The name of the ledger.
        fields: What of it goes out.
    """
    entry = _entry(sequence, line)
    if entry is None:
        attributes = _place(origin, sequence, hashlib.sha256(line).hexdigest())
        return LogRecord(0, UNREADABLE, *ERROR, attributes=attributes)
    attributes = _place(origin, sequence, entry.hash) | {f"{SCOPE}.previous": entry.previous}
    body = None
    if fields is not Fields.HASHES:
        attributes |= _audit(entry, origin)
        body = entry.line
    if fields is Fields.WORDS and sealed is not None and (words := sealed.strip(b" ")):
        attributes[f"{SCOPE}.words"] = words.decode("utf-8", "replace")
    severity = WARN if entry.kind in WARNED else INFO
    event = f"{SCOPE}.{entry.kind}"
    return LogRecord(_nanoseconds(entry.time), event, *severity, body, attributes)


def alive(time: int, sequence: int, found: str, origin: str, mode: str) -> LogRecord:
    """Return a sign of life, which is no entry.

    Args:
        time: Microseconds since the epoch, UTC.
        sequence: The last entry's place.
        found: Its hash.
        origin: The name of the ledger.
        mode: What the guard does: "guards", "watches" or "off".
    """
    attributes = _place(origin, sequence, found) | {f"{SCOPE}.mode": mode}
    return LogRecord(_nanoseconds(time), ALIVE, *INFO, attributes=attributes)


def _entry(sequence: int, line: bytes) -> Entry | None:
    """Return the entry of a line; None if it is not made as entries are, or belongs elsewhere."""
    try:
        entry = read_entry(line.decode())
    except LedgerUnusableError, UnicodeDecodeError:
        return None
    well_made = (
        _NAME.fullmatch(str(entry.kind))
        and _HASH.fullmatch(str(entry.previous))
        and all(isinstance(each, str) for each in entry.reasons)
        and isinstance(entry.request_id, str | None)
        and isinstance(entry.time, int)
        and abs(entry.time) <= LARGEST_INTEGER
        and entry.sequence == sequence
    )
    return entry if well_made else None


def _nanoseconds(time: int) -> int:
    """Return a time as OpenTelemetry counts it, which knows none before 1970."""
    return max(time, 0) * NANOSECONDS


def _place(origin: str, sequence: int, found: str) -> dict[str, Value]:
    return {f"{SCOPE}.ledger": origin, f"{SCOPE}.sequence": sequence, f"{SCOPE}.hash": found}


def _audit(entry: Entry, origin: str) -> dict[str, Value]:
    """Return what an entry tells in public."""
    facts = entry.facts
    told: dict[str, Fact] = {
        f"{SCOPE}.reason": " ".join(entry.reasons) or None,
        f"{SCOPE}.request_id": entry.request_id,
        f"{SCOPE}.route": facts.get("route"),
        f"{SCOPE}.level": facts.get("level"),
    }
    if isinstance(entry.kind, Kind):
        actors = [facts[name] for name in ACTORS if facts.get(name)]
        told = {
            "audit.action": ACTIONS.get(entry.kind, "SEND"),
            "audit.outcome": _outcome(entry.kind),
            "audit.actor": actors[0] if actors else SCOPE,
            "audit.resource": facts.get("contact_id") or origin,
            **told,
        }
    # Databases take no character 0 in a text, and what is not taken would hold up all that comes after it.
    return {
        name: value for name, value in told.items() if isinstance(value, str) and "\0" not in value
    }


def _outcome(kind: Kind) -> str:
    if kind in FAILURES:
        return "FAILURE"
    return "UNKNOWN" if kind in OPEN else "SUCCESS"
