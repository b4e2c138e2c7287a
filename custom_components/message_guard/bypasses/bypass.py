"""A bypass: how speech could become a message that nobody is asked about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
import hashlib


@dataclass(frozen=True, slots=True)
class Bypass:
    """One bypass.

    Attributes:
        kind: What it is; its translation key.
        subject: What it is about: a pipeline, an entity and the action that it ends in.
        placeholders: What its text names.
        value: What closes it when it is added to `option`; None where a person has to.
        option: The list of the entry's options that `value` belongs to.
        fingerprint: Hash of what it could do; None where nobody can say that it is ignored for good.
    """

    kind: str
    subject: str
    placeholders: Mapping[str, str] = field(default_factory=dict)
    value: str | None = None
    option: str | None = None
    fingerprint: str | None = None

    @property
    def id(self) -> str:
        """Id of its issue, the same as long as it is the same bypass."""
        return f"{self.kind}_{self.subject}"


def fingerprint_of(*parts: str) -> str:
    """Return a hash of whatever a way round consists of."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
