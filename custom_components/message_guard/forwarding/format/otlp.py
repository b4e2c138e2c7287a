"""OTLP logs: a request with log records, and what a receiver answers (opentelemetry-proto 1.10, collector/logs/v1).

Everything is written in the order of its fields and leaves out what is empty, as Google's library does: the same records
are the same bytes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
import json

from .wire import LENGTH, VARINT, content, fields, fixed64, number, signed, text

type Value = str | int | bool

SCOPE = "message_guard"

MOST_NAMES = 64
"""So many names of attributes are remembered as they are encoded; there are a dozen."""


@dataclass(frozen=True, slots=True)
class LogRecord:
    """A log record.

    Attributes:
        time: When it happened, nanoseconds since the epoch, UTC.
        event: Its event name.
        severity: As OpenTelemetry numbers it: 9 for INFO, 13 for WARN.
        severity_text: The same in a word.
        body: The event itself, None for none.
        attributes: What else is known of it.
    """

    time: int
    event: str
    severity: int
    severity_text: str
    body: str | None = None
    attributes: Mapping[str, Value] = field(default_factory=dict)

    def encode(self) -> bytes:
        """Return it as protobuf."""
        parts = [
            fixed64(1, self.time) if self.time else b"",
            number(2, self.severity) if self.severity else b"",
            text(3, self.severity_text) if self.severity_text else b"",
            b"" if self.body is None else content(5, _value(self.body)),
            *(content(6, _pair(name, value)) for name, value in self.attributes.items()),
            text(12, self.event) if self.event else b"",
        ]
        return b"".join(parts)


def export_request(resource: Mapping[str, Value], version: str, records: Iterable[bytes]) -> bytes:
    """Return an ExportLogsServiceRequest.

    Args:
        resource: What the records come from.
        version: That of the scope, which is this integration.
        records: The records, encoded.
    """
    about = b"".join(content(1, _pair(name, value)) for name, value in resource.items())
    scope = text(1, SCOPE) + (text(2, version) if version else b"")
    scope_logs = content(1, scope) + b"".join(content(2, record) for record in records)
    return content(1, content(1, about) + content(2, scope_logs))


def _pair(name: str, value: Value) -> bytes:
    return _name(name) + content(2, _value(value))


@lru_cache(maxsize=MOST_NAMES)
def _name(name: str) -> bytes:
    return text(1, name) if name else b""


def _value(value: Value) -> bytes:
    if isinstance(value, str):
        return text(1, value)
    return number(2, value) if isinstance(value, bool) else number(3, value)


def rejected(answer: bytes) -> int:
    """Return how many records an ExportLogsServiceResponse says were not taken.

    Raises:
        ValueError: If it is no such response.
    """
    partial = b""
    for name, kind, value in fields(answer):
        if name == 1:
            if kind != LENGTH or not isinstance(value, bytes):
                raise ValueError("not a response")
            partial += value  # as protobuf merges a message that comes in parts
    count = 0
    for name, kind, value in fields(partial):
        if name == 1:
            if kind != VARINT or not isinstance(value, int):
                raise ValueError("not a number of records")
            count = signed(value)
    return count


def rejected_json(answer: bytes) -> int:
    """Return the same of a response in JSON, which some give whatever they were sent.

    Raises:
        ValueError: If it is no such response.
    """
    try:
        partial = json.loads(answer).get("partialSuccess") or {}
        return int(partial.get("rejectedLogRecords") or 0)
    except (AttributeError, TypeError, OverflowError, RecursionError) as error:
        raise ValueError("not a response") from error
