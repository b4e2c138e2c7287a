"""What a home with a valid credential may send that nobody meant: it is taken or refused, and holds up nobody else's."""

from collections.abc import Iterator
from typing import Any

from custom_components.message_guard.forwarding.format.otlp import (
    LogRecord,
    Value,
    export_request,
)

TAKEN, REFUSED = 200, 400
_NO_TEXT = b"\xff\xfe\xff\xfe"
_HOLE = "QQQQ"
"""Replaced by what is no UTF-8, of the same length."""


def _request(
    event: str = "message_guard.asked",
    body: str | None = "x",
    home: str = "hostile",
    time: int = 10**18,
    **changed: Any,
) -> bytes:
    attributes: dict[str, Any] = {
        "message_guard.ledger": "message-guard/hostile",
        "message_guard.sequence": 1,
        "message_guard.hash": "ab" * 32,
        "message_guard.previous": "cd" * 32,
    } | {f"message_guard.{name}": value for name, value in changed.items()}
    kept = {name: value for name, value in attributes.items() if value is not None}
    record = LogRecord(time, event, 9, "INFO", body, kept)
    # Whose it is, is not for a home to say.
    about: dict[str, Value] = {"message_guard.home": home, "fleet.organisation": 999}
    return export_request(about, "1.0", [record.encode()]).replace(_HOLE.encode(), _NO_TEXT)


def requests() -> Iterator[tuple[str, bytes, int]]:
    """Yield what is sent, and the status of the answer."""
    sign = "message_guard.alive"
    yield "zero bytes", _request(home="a\0b", words='{"a":"\0\\u0000"}', reason="\0"), TAKEN
    yield "half a character", _request(sequence=2, words='{"a":"\\ud800"}'), TAKEN
    yield "no text", _request(home=_HOLE, reason=_HOLE, sequence=3), TAKEN
    yield "no text as its kind", _request(event=f"message_guard.{_HOLE}", sequence=4), TAKEN
    yield "a long kind", _request(event="message_guard." + "ü" * 9000, sequence=5), TAKEN
    yield "the end of time", _request(time=2**64 - 1, sequence=6), TAKEN
    yield "no time", _request(time=0, sequence=7), TAKEN
    unreadable = "message_guard.unreadable"
    yield "no entry", _request(unreadable, None, time=0, previous=None, sequence=8), TAKEN
    yield "a sign of any number", _request(sign, None, sequence=2**63 - 1, mode="\0"), TAKEN
    yield "a line with a zero byte", _request(body="a\0"), REFUSED
    yield "no ledger", _request(ledger=None), REFUSED
    yield "no number", _request(sequence=0), REFUSED
    yield "a number beyond all", _request(sequence=2**53), REFUSED
    yield "half a hash", _request(hash="ab"), REFUSED
    yield "somebody else's event", _request(event="nginx.access"), REFUSED
    yield "no request", b"\0", REFUSED
