"""What of an entry goes out, and that no word does unless it was chosen."""

import json

from hypothesis import HealthCheck, given, settings, strategies as st
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
import pytest

from custom_components.message_guard.forwarding.format.batch import (
    MOST_BYTES,
    MOST_RECORDS,
    TOGETHER,
    Row,
    batch,
    resource,
)
from custom_components.message_guard.forwarding.format.otlp import LogRecord
from custom_components.message_guard.forwarding.format.records import Fields, alive, record
from custom_components.message_guard.ledger.format.encoding import GENESIS, commitment
from custom_components.message_guard.ledger.format.entries import Kind, Step, next_entry, sealed

ORIGIN = "message-guard/0123456789abcdef"
SALT = bytes(range(16))

WORDS = st.dictionaries(
    st.sampled_from(["body", "recipient", "utterance", "source", "sender"]),
    st.text(st.characters(exclude_categories=["Cs"], min_codepoint=0x80), min_size=5),
    min_size=1,
)
"""Of letters that nothing else in an entry has."""


def row(step: Step, sequence: int = 7, time: int = 1_800_000_000_000_000) -> Row:
    """Return an entry as it lies in the database."""
    salts = dict.fromkeys(step.private, SALT)
    entry = next_entry(step, sequence=sequence, time=time, previous=GENESIS, salts=salts)
    kept = sealed(step, salts)
    return Row(sequence, entry.line.encode(), None if kept is None else kept.encode())


def made(found: Row, fields: Fields) -> LogRecord:
    """Return its record."""
    return record(found.sequence, found.line, found.sealed, ORIGIN, fields)


def asked(**private: str) -> Step:
    """Return a step with words."""
    return Step(
        kind=Kind.ASKED,
        request_id="r1",
        reasons=("default", "quiet"),
        facts={
            "contact_id": "mum",
            "satellite_id": "assist_satellite.kitchen",
            "route": "dialogue",
            "level": "phrase",
            "by_model": False,
        },
        private=private,
    )


def test_what_happened() -> None:
    """The whole entry, as it is hashed, and what can be searched for."""
    found = row(asked(body="dinner", recipient="Mum"))
    told = made(found, Fields.EVENTS)
    assert told.time == 1_800_000_000_000_000_000
    assert (told.event, told.severity, told.severity_text) == ("message_guard.asked", 9, "INFO")
    assert told.body is not None
    assert told.body.encode() == found.line
    assert told.attributes == {
        "message_guard.ledger": ORIGIN,
        "message_guard.sequence": 7,
        "message_guard.hash": found.hash,
        "message_guard.previous": GENESIS,
        "audit.action": "SEND",
        "audit.outcome": "UNKNOWN",
        "audit.actor": "assist_satellite.kitchen",
        "audit.resource": "mum",
        "message_guard.reason": "default quiet",
        "message_guard.request_id": "r1",
        "message_guard.route": "dialogue",
        "message_guard.level": "phrase",
    }


def test_only_hashes() -> None:
    """That something happened, and what shows that nothing is missing."""
    found = row(asked(body="dinner"))
    told = made(found, Fields.HASHES)
    assert told.body is None
    assert told.event == "message_guard.asked"
    assert set(told.attributes) == {
        f"message_guard.{name}" for name in ("ledger", "sequence", "hash", "previous")
    }


def test_words_where_they_are_chosen() -> None:
    """With their salts, so that they can be checked; none once they are erased."""
    found = row(asked(body="dinner", recipient="Mum"))
    words = json.loads(str(made(found, Fields.WORDS).attributes["message_guard.words"]))
    assert words["body"] == [SALT.hex(), "dinner"]
    told = json.loads(str(made(found, Fields.WORDS).body))
    assert told["commitments"]["body"] == commitment("body", SALT, "dinner")
    assert found.sealed is not None
    for gone in (None, b" " * len(found.sealed)):
        erased = Row(found.sequence, found.line, gone)
        assert "message_guard.words" not in made(erased, Fields.WORDS).attributes
        assert made(erased, Fields.WORDS).body == made(found, Fields.WORDS).body


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(WORDS, st.sampled_from([Fields.HASHES, Fields.EVENTS]))
def test_no_word_goes_out_that_was_not_chosen(private: dict[str, str], fields: Fields) -> None:
    """Neither it nor its salt, in whatever form; chosen, it does."""
    found = row(asked(**private))
    about = resource(ORIGIN, "1.2.3", "The Millers")
    sent = batch([found], ORIGIN, about, "1.2.3", fields)
    chosen = batch([found], ORIGIN, about, "1.2.3", Fields.WORDS)
    assert sent is not None
    assert chosen is not None
    for value in private.values():
        for written in (
            value,
            json.dumps(value)[1:-1],
            json.dumps(value, ensure_ascii=False)[1:-1],
        ):
            assert written.encode() not in sent.body
        assert json.dumps(value, ensure_ascii=False)[1:-1].encode() in chosen.body
    assert SALT.hex().encode() not in sent.body
    assert SALT not in sent.body


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind(kind: Kind) -> None:
    """Each has an action and an outcome of the draft; what somebody should see first is a warning."""
    told = made(row(Step(kind=kind)), Fields.EVENTS)
    assert told.event == f"message_guard.{kind.value}"
    assert told.attributes["audit.outcome"] in {"SUCCESS", "FAILURE", "UNKNOWN"}
    assert str(told.attributes["audit.action"]).isupper()
    assert (told.attributes["audit.actor"], told.attributes["audit.resource"]) == (
        "message_guard",
        ORIGIN,
    )
    warned = {"refused", "proof_failed", "failed", "failed_later", "unknown", "interrupted"}
    warned |= {"key_lost", "restored", "guard_off"}
    assert told.severity == (13 if kind.value in warned else 9)


def test_a_kind_of_a_newer_version() -> None:
    """It goes as it is."""
    found = row(Step(kind=Kind.ASKED))
    newer = Row(7, found.line.replace(b'"asked"', b'"sung"'), None)
    told = made(newer, Fields.EVENTS)
    assert told.event == "message_guard.sung"
    assert "audit.action" not in told.attributes
    assert told.attributes["message_guard.hash"] == newer.hash


GOOD = row(Step(kind=Kind.GUARD_ON))


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"dinner",
        b"\xff\xfe",
        b"[]",
        GOOD.line.replace(b'"sequence":7', b'"sequence":8'),
        GOOD.line.replace(b'"time":1800000000000000', b'"time":"now"'),
        GOOD.line.replace(b'"time":1800000000000000', b'"time":99999999999999999999'),
        GOOD.line.replace(b'"request_id":null', b'"request_id":1'),
        GOOD.line.replace(b'"reasons":[]', b'"reasons":[1]'),
        GOOD.line.replace(b'"guard_on"', b"[1]"),
        GOOD.line.replace(b'"guard_on"', b'"\\u0000"'),
        GOOD.line.replace(GENESIS.encode(), b"none"),
    ],
)
@pytest.mark.parametrize("fields", list(Fields))
def test_what_is_no_entry_any_more(line: bytes, fields: Fields) -> None:
    """It goes as a hash, and nothing of what somebody has written there does."""
    assert line != GOOD.line
    told = made(Row(7, line, None), fields)
    assert (told.event, told.severity, told.body) == ("message_guard.unreadable", 17, None)
    assert told.attributes == {
        "message_guard.ledger": ORIGIN,
        "message_guard.sequence": 7,
        "message_guard.hash": Row(7, line, None).hash,
    }
    assert told.encode()


def test_what_databases_do_not_take() -> None:
    """A character 0 in what can be searched for is left out there; the entry has it."""
    told = made(row(Step(kind=Kind.ASKED, request_id="r\0", reasons=("quiet",))), Fields.EVENTS)
    assert "message_guard.request_id" not in told.attributes
    assert told.attributes["message_guard.reason"] == "quiet"
    assert "\0" not in str(told.body)


def test_before_1970() -> None:
    """A clock that is wrong keeps nothing back."""
    assert made(row(Step(kind=Kind.GUARD_ON), time=-5), Fields.EVENTS).time == 0
    assert alive(-5, 1, GENESIS, ORIGIN, "guards").time == 0


def test_a_sign_of_life() -> None:
    """It says how far the ledger is, and what the guard does."""
    told = alive(1_800_000_000_000_000, 9, "ab" * 32, ORIGIN, "watches")
    assert (told.event, told.body, told.severity) == ("message_guard.alive", None, 9)
    assert told.attributes == {
        "message_guard.ledger": ORIGIN,
        "message_guard.sequence": 9,
        "message_guard.hash": "ab" * 32,
        "message_guard.mode": "watches",
    }


# --- batches --------------------------------------------------------------------------------------


def test_a_request() -> None:
    """One resource, one scope, the entries in their order, and the same bytes each time."""
    rows = [row(Step(kind=Kind.GUARD_ON), number) for number in range(1, MOST_RECORDS + 1)]
    paused: list[None] = []
    about = resource(ORIGIN, "1.2.3", "The Millers")
    found = batch(rows, ORIGIN, about, "1.2.3", Fields.EVENTS, lambda: paused.append(None))
    assert found is not None
    assert found == batch(rows, ORIGIN, about, "1.2.3", Fields.EVENTS)
    assert (found.count, found.last) == (MOST_RECORDS, rows[-1])
    assert len(paused) == MOST_RECORDS // TOGETHER
    request = ExportLogsServiceRequest.FromString(found.body)
    (logs,) = request.resource_logs
    assert {each.key: each.value.string_value for each in logs.resource.attributes} == {
        "service.name": "message_guard",
        "service.version": "1.2.3",
        "service.instance.id": ORIGIN,
        "message_guard.home": "The Millers",
    }
    (scope,) = logs.scope_logs
    assert (scope.scope.name, scope.scope.version) == ("message_guard", "1.2.3")
    numbers = [
        each.value.int_value
        for told in scope.log_records
        for each in told.attributes
        if each.key == "message_guard.sequence"
    ]
    assert numbers == list(range(1, MOST_RECORDS + 1))
    assert "message_guard.home" not in resource(ORIGIN, "1.2.3", "")
    assert batch([], ORIGIN, about, "1.2.3", Fields.EVENTS) is None


def test_a_request_does_not_grow_too_large() -> None:
    """But for a single entry that is larger by itself."""
    large = [
        row(Step(kind=Kind.ASKED, reasons=("x" * MOST_BYTES,)), 1),
        *(row(Step(kind=Kind.ASKED, reasons=("x" * 100_000,)), number) for number in range(2, 9)),
    ]
    first = batch(large, ORIGIN, {}, "", Fields.EVENTS)
    assert first is not None
    assert first.count == 1
    second = batch(large[1:], ORIGIN, {}, "", Fields.EVENTS)
    assert second is not None
    assert 1 < second.count < 7
    assert len(second.body) < MOST_BYTES + 1000
