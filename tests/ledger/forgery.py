"""A ledger to tamper with, and the ways of tampering."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
import hashlib
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custom_components.message_guard.ledger.checkpoints import Signer
from custom_components.message_guard.ledger.format.chain import Checker
from custom_components.message_guard.ledger.format.checkpoint import Checkpoint, rotation_text
from custom_components.message_guard.ledger.format.encoding import (
    FORMAT,
    GENESIS,
    TREE_FORMAT,
    TamperedError,
    UnusableError,
    canonical,
)
from custom_components.message_guard.ledger.format.entries import (
    Entry,
    Kind,
    Step,
    next_entry,
    sealed,
)
from custom_components.message_guard.ledger.format.signed_note import Key, Note, signature_check
from custom_components.message_guard.ledger.format.tree import Growing

NAME = "message-guard/0123456789abcdef"
START = 1_800_000_000_000_000
SECOND = 1_000_000


def signer(seed: int, name: str = NAME) -> Signer:
    """Return the same signer for the same seed."""
    return Signer(name, Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32))


class Scribe:
    """Writes exports without a store, so that anything can be written."""

    def __init__(self, seed: int = 1) -> None:
        """Begin a ledger."""
        self.signer = signer(seed)
        self.lines: list[str] = []
        self.notes: list[str] = []
        self.sequence = 0
        self.head = GENESIS
        self.tree = Growing()
        self.time = START
        self.write(Step(kind=Kind.STARTED, facts={"ledger": NAME, "key": str(self.signer.key)}))

    def write(self, step: Step, *, words: bool = True, at: int | None = None) -> Entry:
        """Append a step; without `words` its private values are committed to, but gone."""
        self.time = self.time + SECOND if at is None else at
        self.sequence += 1
        salts = {
            name: hashlib.sha256(f"{self.sequence} {name}".encode()).digest()[:16]
            for name in step.private
        }
        entry = next_entry(
            step, sequence=self.sequence, time=self.time, previous=self.head, salts=salts
        )
        self.head = entry.hash
        private = (sealed(step, salts) or "{}") if words else "{}"
        self.lines.append(export_line(entry.line, private))
        self.tree.add(entry.line.encode())
        return entry

    def checkpoint(self, *, tree: bool = True) -> str:
        """Append a signed checkpoint, or one of before the tree, and return it."""
        name = self.signer.key.name
        made = (
            Checkpoint(name, self.sequence, root=self.tree.root().hex())
            if tree
            else Checkpoint(name, self.sequence, head=self.head, time=self.time)
        )
        note = str(Note(made.text, (self.signer.signature(made.text),)))
        self.notes.append(note)
        form = TREE_FORMAT if tree else FORMAT
        self.write(Step(kind=Kind.CHECKPOINT, facts={"note": note}, format=form))
        return note

    def restore(self, seed: int, name: str) -> None:
        """Go on under another name, vouched for by the old key."""
        new = signer(seed, name)
        text = rotation_text(self.sequence, self.head, self.signer.key, new.key)
        facts = {
            "backup": None,
            "key": str(new.key),
            "ledger": name,
            "note": str(Note(text, (self.signer.signature(text), new.signature(text)))),
            "succeeds": self.signer.key.name,
        }
        self.write(Step(kind=Kind.RESTORED, facts=facts))
        self.signer = new

    def rotate(self, seed: int, *, lost: bool = False) -> None:
        """Change the signing key, vouched for by the old one unless that is lost."""
        new = signer(seed)
        facts = {"key": str(new.key)}
        if not lost:
            text = rotation_text(self.sequence, self.head, self.signer.key, new.key)
            both = (self.signer.signature(text), new.signature(text))
            facts["note"] = str(Note(text, both))
        self.write(Step(kind=Kind.KEY_LOST if lost else Kind.KEY_ROTATED, facts=facts))
        self.signer = new

    def send(self, number: int) -> None:
        """Append a request that is asked about, authorised and delivered."""
        request = f"request-{number}"
        facts = {"contact_id": f"contact-{number % 7}", "satellite_id": "assist_satellite.kitchen"}
        words = {"recipient": "Mum", "body": f"dinner is ready, number {number}", "utterance": "…"}
        self.write(Step(kind=Kind.ASKED, request_id=request, facts=facts, private=words))
        self.write(Step(kind=Kind.AUTHORISED, request_id=request, facts=facts, reasons=("phrase",)))
        self.write(Step(kind=Kind.DELIVERED, request_id=request, facts=facts))

    def export(self) -> list[bytes]:
        """Return the lines of an export, the last one included."""
        return [line.encode() for line in [*self.lines, export_end(self.sequence, self.head)]]


def export_line(line: str, private: str) -> str:
    """Return an export's line, written from the document and not with the store's function."""
    digest = hashlib.sha256(line.encode()).hexdigest()
    return f'{{"entry":{line},"hash":"{digest}","private":{private}}}\n'


def export_end(size: int, head: str) -> str:
    """Return an export's last line."""
    return f'{{"end":{size},"head":"{head}"}}\n'


@dataclass(frozen=True)
class Sample:
    """A sound export.

    Attributes:
        lines: Its lines, the last one included.
        key: Its verifier key.
        notes: Its checkpoints.
    """

    lines: list[bytes]
    key: Key
    notes: list[str]


def sample(entries: int) -> Sample:
    """Return an export of exactly so many entries, with a checkpoint about every hundred."""
    scribe = Scribe()
    scribe.write(Step(kind=Kind.GUARD_ON))
    number = 0
    while scribe.sequence < entries:
        left = entries - scribe.sequence
        if left < 3 or scribe.sequence % 100 > 96:
            scribe.checkpoint()
        else:
            number += 1
            scribe.send(number)
    return Sample(scribe.export(), scribe.signer.key, scribe.notes)


def checker(**known: Any) -> Checker:
    """Return a checker that checks signatures."""
    return Checker(check=signature_check(), **known)


def verdict(lines: Iterable[bytes], **known: Any) -> TamperedError | None:
    """Return the first thing that is wrong with an export, None if it is sound."""
    checks = checker(**known)
    try:
        for line in lines:
            checks.add_export(line)
        checks.report(export=True)
    except TamperedError as err:
        return err
    return None


def flips(line: bytes) -> Iterator[bytes]:
    """Yield the line with each of its bits flipped."""
    for place, byte in enumerate(line):
        for bit in range(8):
            yield line[:place] + bytes([byte ^ 1 << bit]) + line[place + 1 :]


def unnoticed_flips(lines: Sequence[bytes]) -> tuple[int, int]:
    """Flip every bit of every line; returns how many flips were tried, and how many not noticed.

    Each is checked in its place, after the true lines before it.
    """
    tried = unnoticed = 0
    checks = checker()
    for line in lines:
        for flipped in flips(line):
            tried += 1
            try:
                # A flipped line feed makes two lines of one or one of two, as a file is read.
                for piece in flipped.splitlines(keepends=True):
                    checks.add_export(piece)
            except TamperedError, UnusableError:
                continue
            unnoticed += 1
        checks.add_export(line)
    checks.report(export=True)
    return tried, unnoticed


def forged(line: bytes, sequence: int, previous: str, /, **changes: Any) -> tuple[bytes, str]:
    """Return an entry with another place and other content, its hash made to fit, and that hash."""
    entry = json.loads(line)["entry"] | {"sequence": sequence, "previous": previous} | changes
    encoded = canonical(entry)
    private = canonical(json.loads(line)["private"])
    return export_line(encoded, private).encode(), hashlib.sha256(encoded.encode()).hexdigest()


def head_of(line: bytes) -> str:
    """Return the hash of the entry in a line."""
    return str(json.loads(line)["hash"])


def ended(lines: Sequence[bytes]) -> list[bytes]:
    """Return entries with a last line that fits them."""
    last = json.loads(lines[-1])
    return [*lines, export_end(last["entry"]["sequence"], last["hash"]).encode()]


def resumed(lines: Sequence[bytes], place: int) -> list[bytes]:
    """Return the first `place` entries and as many made-up ones as were cut off, all hashes fitting."""
    result = list(lines[:place])
    head = head_of(result[-1])
    for sequence in range(place + 1, len(lines)):
        line, head = forged(
            lines[1], sequence, head, kind="observed", request_id=f"made up {sequence}"
        )
        result.append(line)
    return ended(result)


def rewritten(entries: int, seed: int) -> list[bytes]:
    """Return a whole ledger of the same name, written and signed anew with another key."""
    scribe = Scribe(seed)
    number = 0
    while scribe.sequence < entries:
        number += 1
        scribe.send(number + 5000)
        if number % 30 == 0:
            scribe.checkpoint()
    return scribe.export()
