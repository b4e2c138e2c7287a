"""How one request is posted, and what its answers are taken for."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
import socket
import ssl

import aiodns
import aiohttp
from aiohttp import web
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceResponse
import pytest

from custom_components.message_guard.forwarding import posting
from custom_components.message_guard.forwarding.destination import (
    Destination,
    HttpError,
    address,
    header_name,
    header_value,
    home_label,
)
from custom_components.message_guard.forwarding.posting import Posted, Verdict, post
from tests.forwarding.forwarding_home import SECRET, receiver
from tests.forwarding.receiver import (
    COUNTLESS,
    PROTOBUF,
    Receiver,
    answering,
    certified,
    rejecting,
    serving,
)
from tests.ledger.witnessed_home import status
from tests.ports import free_port

__all__ = ["receiver"]

NOW = datetime(2027, 1, 15, 8, tzinfo=UTC)


async def posted(url: str, body: bytes = b"", **more: str) -> Posted:
    """Post a request."""
    async with aiohttp.ClientSession() as session:
        return await post(session, Destination(url=url, **more), body, NOW)


EMPTY_PARTIAL = ExportLogsServiceResponse(partial_success={}).SerializeToString()

ANSWERS = [
    (status(200), Verdict.ACCEPTED),
    (status(202), Verdict.ACCEPTED),
    (status(204), Verdict.ACCEPTED),
    (answering(EMPTY_PARTIAL, PROTOBUF), Verdict.ACCEPTED),
    (answering(b"{}", "application/json"), Verdict.ACCEPTED),
    (
        answering(b'{"partialSuccess":{"rejectedLogRecords":"2"}}', "application/json"),
        Verdict.REJECTS,
    ),
    (rejecting(1), Verdict.REJECTS),
    (answering(b"\xff\xff", PROTOBUF), Verdict.NOT_UNDERSTOOD),
    (answering(b"[]", "application/json"), Verdict.NOT_UNDERSTOOD),
    (answering(COUNTLESS, "application/json"), Verdict.NOT_UNDERSTOOD),
    (answering(b"welcome to our hotel", "text/html"), Verdict.NOT_UNDERSTOOD),
    (answering(b"x" * 70_000, PROTOBUF), Verdict.NOT_UNDERSTOOD),
    (status(301, Location="/elsewhere"), Verdict.REDIRECTS),
    (status(308, Location="https://elsewhere.example/"), Verdict.REDIRECTS),
    (status(400), Verdict.NOT_UNDERSTOOD),
    (status(401), Verdict.NOT_ACCEPTED),
    (status(403), Verdict.NOT_ACCEPTED),
    (status(404), Verdict.NOT_FOUND),
    (status(405), Verdict.NOT_UNDERSTOOD),
    (status(408), Verdict.AWAY),
    (status(410), Verdict.NOT_FOUND),
    (status(413), Verdict.TOO_LARGE),
    (status(415), Verdict.NOT_UNDERSTOOD),
    (status(429), Verdict.AWAY),
    (status(500), Verdict.AWAY),
    (status(503), Verdict.AWAY),
]


async def test_answers(receiver: Receiver) -> None:
    """Each means one thing, none is followed elsewhere."""
    for number, (answer, verdict) in enumerate(ANSWERS):
        receiver.answer = answer
        found = await posted(receiver.url)
        assert found.verdict is verdict, number
        divisible = found.verdict in {Verdict.REJECTS, Verdict.TOO_LARGE}
        assert divisible <= found.divisible
        assert found.divisible <= (divisible or found.verdict is Verdict.NOT_UNDERSTOOD)
        assert len(receiver.requests) == number + 1


async def test_what_is_sent(receiver: Receiver) -> None:
    """The request, the secret in its header, and nothing about who sends."""
    receiver.answer = status(200)
    assert await posted(receiver.url, b"\x01\x02", header="X-Key", secret=SECRET) == Posted(
        Verdict.ACCEPTED
    )
    assert receiver.requests == [b"\x01\x02"]
    assert receiver.headers["X-Key"] == SECRET
    assert receiver.headers["Content-Type"] == PROTOBUF
    assert receiver.headers["User-Agent"] == "message-guard"
    await posted(receiver.url)
    assert "X-Key" not in receiver.headers


@pytest.mark.parametrize(
    ("asked", "wait"),
    [
        ("120", 120.0),
        ("0", 0.0),
        ("9" * 5000, 999_999_999.0),
        ("Fri, 15 Jan 2027 08:05:00 GMT", 300.0),
        ("Fri, 15 Jan 2027 07:00:00 GMT", 0.0),
        ("Fri, 15 Jan 2027 08:05:00 -0000", None),
        ("-5", None),
        ("soon", None),
    ],
)
async def test_how_long_to_wait(receiver: Receiver, asked: str, wait: float | None) -> None:
    """In seconds, or until a time."""
    receiver.answer = status(503, **{"Retry-After": asked})
    assert await posted(receiver.url) == Posted(Verdict.AWAY, wait)


async def test_nobody_there(socket_enabled: None) -> None:
    """A port on which nobody listens."""
    assert (await posted(f"http://127.0.0.1:{free_port()}/v1/logs")).verdict is Verdict.AWAY


async def test_no_answer_in_time(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who begins to answer and never ends."""
    monkeypatch.setattr(posting, "ANSWER_SECONDS", 0.2)

    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": PROTOBUF})
        await response.prepare(request)
        await asyncio.sleep(5)
        return response

    receiver.answer = drip
    assert (await posted(receiver.url)).verdict is Verdict.AWAY


async def test_who_speaks_no_http(socket_enabled: None) -> None:
    """It is nobody."""

    async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n")
        await writer.drain()
        writer.close()

    port = free_port()
    server = await asyncio.start_server(greet, "127.0.0.1", port)
    async with server:
        assert (await posted(f"http://127.0.0.1:{port}/v1/logs")).verdict is Verdict.AWAY
        assert (await posted(f"https://127.0.0.1:{port}/v1/logs")).verdict is Verdict.CERTIFICATE


# --- names ----------------------------------------------------------------------------------------


class Resolver(aiohttp.abc.AbstractResolver):
    """Knows no name."""

    def __init__(self, cause: Exception | None) -> None:
        self.cause = cause

    async def resolve(
        self, host: str, port: int = 0, family: int = 0
    ) -> list[aiohttp.abc.ResolveResult]:
        """Fail as Home Assistant's resolver, or Python's own, does."""
        if isinstance(self.cause, socket.gaierror):
            raise self.cause
        raise OSError(None, "DNS lookup failed") from self.cause

    async def close(self) -> None:
        """Nothing was opened."""


@pytest.mark.parametrize(
    ("cause", "verdict"),
    [
        (aiodns.error.DNSError(4, "Domain name not found"), Verdict.NO_NAME),
        (aiodns.error.DNSError(1, "DNS server returned answer with no data"), Verdict.NO_NAME),
        (aiodns.error.DNSError(12, "Timeout while contacting DNS servers"), Verdict.AWAY),
        (aiodns.error.DNSError(11, "Could not contact DNS servers"), Verdict.AWAY),
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), Verdict.NO_NAME),
        (socket.gaierror(socket.EAI_AGAIN, "Temporary failure"), Verdict.AWAY),
        (None, Verdict.AWAY),
    ],
)
async def test_names(cause: Exception | None, verdict: Verdict, socket_enabled: None) -> None:
    """That there is none is known, or nothing is, as without an internet."""
    connector = aiohttp.TCPConnector(resolver=Resolver(cause))
    async with aiohttp.ClientSession(connector=connector) as session:
        there = Destination(url="https://collector.example/v1/logs")
        assert (await post(session, there, b"", NOW)).verdict is verdict


# --- certificates ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "days", "trusted", "verdict"),
    [
        ("127.0.0.1", 30, True, Verdict.ACCEPTED),
        ("127.0.0.1", 30, False, Verdict.CERTIFICATE),
        ("127.0.0.1", -1, True, Verdict.CERTIFICATE),
        ("collector.example", 30, True, Verdict.CERTIFICATE),
    ],
)
async def test_certificates(
    tmp_path: Path, socket_enabled: None, name: str, days: int, trusted: bool, verdict: Verdict
) -> None:
    """Somebody nobody knows, one that has run out, and one of somebody else: nothing is sent, no secret either."""
    server = certified(tmp_path, name, timedelta(days=days))
    client = ssl.create_default_context()
    if trusted:
        client.load_verify_locations(tmp_path / "certificate")
    async with serving(Receiver(), server) as there:
        there.answer = status(200)
        connector = aiohttp.TCPConnector(ssl=client)
        async with aiohttp.ClientSession(connector=connector) as session:
            assert there.url.startswith("https://")
            where = Destination(url=there.url, header="Authorization", secret=SECRET)
            assert (await post(session, where, b"x", NOW)).verdict is verdict
        assert len(there.requests) == (verdict is Verdict.ACCEPTED)


# --- addresses ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entered", "meant"),
    [
        (" https://collector.example ", "https://collector.example/v1/logs"),
        ("https://collector.example/", "https://collector.example/v1/logs"),
        (
            "https://collector.example:4318/otlp/v1/logs",
            "https://collector.example:4318/otlp/v1/logs",
        ),
        ("https://c.example/insert?a=b", "https://c.example/insert?a=b"),
        ("http://localhost:4318", "http://localhost:4318/v1/logs"),
        ("http://127.3.2.1/", "http://127.3.2.1/v1/logs"),
        ("http://[::1]:4318/x", "http://[::1]:4318/x"),
    ],
)
def test_addresses(entered: str, meant: str) -> None:
    """As they were entered; without a path, where OTLP has it."""
    assert address(entered) == meant


@pytest.mark.parametrize(
    "entered",
    [
        "",
        "collector.example",
        "ftp://collector.example",
        "https://",
        "https://me:secret@collector.example",
        "https://collector.example/#x",
        "https://collector.example:0",
        "https://collector.example:port",
        "https://collector.example/a b",
        "https://collector.example/\r\nX: y",
        "https://collector.example/" + "x" * 3000,
        "https://cöllector.example/",
    ],
)
def test_what_is_no_address(entered: str) -> None:
    """It is told apart."""
    with pytest.raises(ValueError, match=r"."):
        address(entered)


@pytest.mark.parametrize(
    "entered",
    [
        "http://collector.example",
        "http://192.168.1.5:4318",
        "http://127.0.0.1.example",
        "http://[fe80::1]/",
        "http://localhost.example",
    ],
)
def test_only_this_machine_is_reached_without_tls(entered: str) -> None:
    """Not even the one beside it."""
    with pytest.raises(HttpError):
        address(entered)


def test_headers_and_names() -> None:
    """What no header can hold, or has another meaning, is refused before it is sent."""
    assert header_name(" Authorization ") == "Authorization"
    assert header_name("") == ""
    for name in (
        "Host",
        "content-length",
        "Transfer-Encoding",
        "a b",
        "ä",
        "x:",
        "x\r\ny",
        "x" * 101,
    ):
        with pytest.raises(ValueError, match=r"."):
            header_name(name)
    assert header_value(f" {SECRET}\n") == SECRET
    for value in ("", "  ", "a\r\nHost: x", "ä", "x" * 5000, "a\0b"):
        with pytest.raises(ValueError, match=r"."):
            header_value(value)
    assert home_label(" Müllers Häuschen ") == "Müllers Häuschen"
    for name in ("x" * 65, "a\nb"):
        with pytest.raises(ValueError, match=r"."):
            home_label(name)


def test_nothing_that_is_shown_holds_a_secret() -> None:
    """Of an address only the host is shown: the rest may be a secret, too."""
    there = Destination(url="https://c.example/token", header="X-Key", secret=SECRET)
    assert "token" not in repr(there)
    assert "horse" not in repr(there)
    assert there.host == "c.example"
    other = Destination(url="https://c.example/token", header="X-Key", secret=SECRET, since=1)
    assert there.id != other.id
    assert "token" not in there.id
