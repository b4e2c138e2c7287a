"""Our protobuf, held byte for byte against OpenTelemetry's own package."""

from contextlib import suppress
import json
from typing import Any

from google.protobuf.message import DecodeError
from hypothesis import HealthCheck, given, settings, strategies as st
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsPartialSuccess,
    ExportLogsServiceRequest,
    ExportLogsServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
import pytest

from custom_components.message_guard.forwarding.format.otlp import (
    LogRecord,
    export_request,
    rejected,
    rejected_json,
)
from custom_components.message_guard.forwarding.format.wire import fields, fixed64, number, varint

CALM = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""The machine may have others to serve."""

INT64 = st.integers(-(2**63), 2**63 - 1)
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUE = st.one_of(TEXT, st.booleans(), INT64)
ATTRIBUTES = st.dictionaries(TEXT, VALUE, max_size=4)
RECORD = st.builds(
    LogRecord,
    time=st.integers(0, 2**64 - 1),
    event=TEXT,
    severity=st.integers(0, 24),
    severity_text=TEXT,
    body=st.none() | TEXT,
    attributes=ATTRIBUTES,
)


def official_value(value: str | int | bool) -> AnyValue:
    """Return a value as the package makes it."""
    if isinstance(value, str):
        return AnyValue(string_value=value)
    if isinstance(value, bool):
        return AnyValue(bool_value=value)
    return AnyValue(int_value=value)


def official(resource: dict[str, Any], version: str, records: list[LogRecord]) -> bytes:
    """Return the request as the package makes it."""
    request = ExportLogsServiceRequest()
    found = request.resource_logs.add()
    found.resource.SetInParent()
    for key, value in resource.items():
        found.resource.attributes.append(KeyValue(key=key, value=official_value(value)))
    scope = found.scope_logs.add()
    scope.scope.name, scope.scope.version = "message_guard", version
    for record in records:
        made = scope.log_records.add()
        made.time_unix_nano = record.time
        made.event_name = record.event
        made.severity_number = record.severity  # type: ignore[assignment]
        made.severity_text = record.severity_text
        if record.body is not None:
            made.body.string_value = record.body
        for key, value in record.attributes.items():
            made.attributes.append(KeyValue(key=key, value=official_value(value)))
    return request.SerializeToString(deterministic=True)


@CALM
@given(ATTRIBUTES, TEXT, st.lists(RECORD, max_size=4))
def test_every_request_is_the_package_s_to_the_byte(
    resource: dict[str, Any], version: str, records: list[LogRecord]
) -> None:
    """Whatever it holds, and it reads back the same."""
    made = export_request(resource, version, [record.encode() for record in records])
    assert made == official(resource, version, records)
    assert ExportLogsServiceRequest.FromString(made).SerializeToString() == made


@CALM
@given(st.text(), st.text(st.characters(categories=["Cs"]), min_size=1))
def test_what_utf_8_cannot_carry(before: str, half: str) -> None:
    """Half of a surrogate pair is a question mark, and the request is one all the same."""
    record = LogRecord(1, "x", 9, "INFO", before + half, {before: half})
    made = ExportLogsServiceRequest.FromString(export_request({}, "", [record.encode()]))
    (found,) = made.resource_logs[0].scope_logs[0].log_records
    assert found.body.string_value.endswith("?")


@CALM
@given(INT64, TEXT)
def test_what_a_receiver_rejects(count: int, message: str) -> None:
    """The number is read, the message is not."""
    partial = ExportLogsPartialSuccess(rejected_log_records=count, error_message=message)
    answer = ExportLogsServiceResponse(partial_success=partial)
    assert rejected(answer.SerializeToString()) == count
    text = json.dumps({"partialSuccess": {"rejectedLogRecords": str(count)}})
    assert rejected_json(text.encode()) == count


def test_what_a_receiver_leaves_out() -> None:
    """It has taken everything then."""
    for answer in (b"", ExportLogsServiceResponse(partial_success={}).SerializeToString()):
        assert rejected(answer) == 0
    for text in (b"{}", b'{"partialSuccess":null}', b'{"partialSuccess":{}}'):
        assert rejected_json(text) == 0


def test_fields_that_are_not_known_are_passed_over() -> None:
    """A later version of the protocol may have more of them."""
    more = (
        number(7, 300) + fixed64(8, 1) + varint(9 << 3 | 5) + b"1234" + varint(10 << 3 | 2) + b"\1x"
    )
    partial = more + number(1, 3) + more
    answer = more + varint(1 << 3 | 2) + varint(len(partial)) + partial + more
    assert rejected(answer) == 3
    assert [kind for _, kind, _ in fields(more)] == [0, 1, 5, 2]


@CALM
@given(st.binary(max_size=40))
def test_any_bytes(answer: bytes) -> None:
    """They are an answer, or none, and nothing else happens; where they are one, the package reads the same."""
    for read in (rejected, rejected_json):
        try:
            count = read(answer)
        except ValueError:
            continue
        assert isinstance(count, int)
        if read is rejected:
            with suppress(DecodeError):  # of two readers one may be stricter
                known = ExportLogsServiceResponse.FromString(answer)
                assert known.partial_success.rejected_log_records == count


@pytest.mark.parametrize(
    "answer",
    [
        b"\x0a",  # cut off behind the tag
        b"\x0a\x05\x08",  # cut off in the message
        b"\x08\x01",  # a number where a message should be
        b"\x0a\x03\x0a\x01x",  # text where a number should be
        b"\x0b",  # a group
        b"\x02\x00",  # field 0
        b"\xff" * 11,
        b"<html>welcome to our hotel</html>",
    ],
)
def test_what_is_no_answer(answer: bytes) -> None:
    """It is told apart from one."""
    with pytest.raises(ValueError, match=r"."):
        rejected(answer)


@pytest.mark.parametrize(
    "text",
    [
        b"[]",
        b"1",
        b'{"partialSuccess":1}',
        b"{",
        b"[" * 100_000,
        b'{"partialSuccess":{"rejectedLogRecords":"many"}}',
    ],
)
def test_what_is_no_answer_in_json(text: bytes) -> None:
    """The same."""
    with pytest.raises(ValueError, match=r"."):
        rejected_json(text)
