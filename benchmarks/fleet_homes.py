"""Homes for the bench of many homes: ledgers without a store, signed and chained as the store does it."""

from collections.abc import Iterator

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custom_components.message_guard.ledger.checkpoints import Signer
from custom_components.message_guard.ledger.format.checkpoint import Checkpoint
from custom_components.message_guard.ledger.format.encoding import GENESIS, TREE_FORMAT
from custom_components.message_guard.ledger.format.entries import Kind, Step, next_entry
from custom_components.message_guard.ledger.format.signed_note import Note
from custom_components.message_guard.ledger.format.tree import Growing

DAY_US = 86_400_000_000
_SALT = bytes(16)
_PRIVATE = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
"""One for all of them: a key costs more to make than a day's entries, and nobody here tells them apart by it."""


class Home:
    """A home's ledger, of which only the day that was written last is kept.

    Attributes:
        label: What the household calls itself.
        name: The ledger's name.
        lines: The day's canonical lines.
        first: The number of the first of them.
        begun: When its first day began, microseconds since the epoch.
    """

    def __init__(self, number: int, start_us: int) -> None:
        """Begin a ledger."""
        self.label = f"home {number}"
        self.name = f"message-guard/{number:016x}"
        self.lines: list[str] = []
        self.first = 1
        self.begun = start_us
        self._signer = Signer(self.name, _PRIVATE)
        self._sequence, self._head, self._time = 0, GENESIS, start_us + number
        self._tree = Growing()
        self._requests = number * 1_000_003

    @property
    def key(self) -> str:
        """The ledger's verifier key."""
        return str(self._signer.key)

    def day(self, entries: int) -> None:
        """Write a day: messages of three entries each, now and then a refusal, and a checkpoint in the end."""
        until = self._time - self._time % DAY_US + DAY_US
        step_us = (until - self._time) // (entries + 1)
        self.first, self.lines = self._sequence + 1, []
        if not self._sequence:
            facts = {"ledger": self.name, "key": str(self._signer.key)}
            self._write(Step(kind=Kind.STARTED, facts=facts), step_us)
            self._write(Step(kind=Kind.GUARD_ON), step_us)
        steps = self._messages()
        while len(self.lines) < entries - 1:
            self._write(next(steps), step_us)
        text = Checkpoint(self.name, self._sequence, root=self._tree.root().hex()).text
        note = str(Note(text, (self._signer.signature(text),)))
        self._write(Step(kind=Kind.CHECKPOINT, facts={"note": note}, format=TREE_FORMAT), step_us)
        self._time = until

    def _messages(self) -> Iterator[Step]:
        while True:
            self._requests += 1
            request = f"{self._requests:026d}"
            facts = {
                "contact_id": "01K9ZQ4T7R3W8M5N2P6V1X0Y9B",
                "level": "phrase",
                "route": "conversation",
                "satellite_id": "assist_satellite.kitchen",
            }
            words = {"recipient": "Mum", "body": "dinner is ready", "utterance": "tell mum"}
            yield Step(
                kind=Kind.ASKED,
                request_id=request,
                reasons=("default",),
                facts=facts,
                private=words,
            )
            if self._requests % 7 == 0:
                yield Step(
                    kind=Kind.REFUSED, request_id=request, reasons=("quiet_hours",), facts=facts
                )
                continue
            yield Step(kind=Kind.AUTHORISED, request_id=request, reasons=("phrase",), facts=facts)
            yield Step(kind=Kind.DELIVERED, request_id=request, facts=facts)

    def _write(self, step: Step, later_us: int) -> None:
        self._sequence += 1
        self._time += later_us
        entry = next_entry(
            step,
            sequence=self._sequence,
            time=self._time,
            previous=self._head,
            salts=dict.fromkeys(step.private, _SALT),
        )
        self._head = entry.hash
        self._tree.add(entry.line.encode())
        self.lines.append(entry.line)
