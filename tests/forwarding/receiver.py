"""A receiver of OpenTelemetry logs on this machine that can be made to misbehave. It reads with OpenTelemetry's own package."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
import ipaddress
from pathlib import Path
import ssl
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsPartialSuccess,
    ExportLogsServiceRequest,
    ExportLogsServiceResponse,
)

type Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]

PROTOBUF = "application/x-protobuf"
ALIVE = "message_guard.alive"
COUNTLESS = b'{"partialSuccess":{"rejectedLogRecords":1e999}}'
"""An answer in JSON that has rejected more records than there are numbers."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A record that was received."""

    event: str
    body: str
    attributes: dict[str, Any]
    resource: dict[str, Any]

    @property
    def sequence(self) -> int:
        """Return which entry it is."""
        return int(self.attributes["message_guard.sequence"])


class Receiver:
    """Takes what it is sent.

    Attributes:
        requests: The bodies that it was sent, also those that it did not take.
        taken: The records that it took, in their order.
        headers: Of the last request.
        answer: What it does instead, if anything.
        most_records: Of a request; more is too large. None for as many as anybody likes.
        too_large: The status with which it says so.
        poison: An entry that it does not take, nor anything in the same request.
    """

    def __init__(self) -> None:
        """Have received nothing yet."""
        self.requests: list[bytes] = []
        self.taken: list[Seen] = []
        self.headers: dict[str, str] = {}
        self.answer: Answer | None = None
        self.most_records: int | None = None
        self.too_large = 413
        self.poison: int | None = None
        self.url = ""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer a request."""
        self.headers = dict(request.headers)
        self.requests.append(await request.read())
        if self.answer is not None:
            return await self.answer(request)
        return self.take(self.requests[-1])

    def take(self, body: bytes) -> web.Response:
        """Take a request."""
        records = read(body)
        if self.most_records is not None and len(records) > self.most_records:
            return web.Response(status=self.too_large)
        if self.poison in [each.sequence for each in records if each.event != ALIVE]:
            return web.Response(status=400)
        self.taken += records
        return web.Response(body=b"", content_type=PROTOBUF)

    @property
    def entries(self) -> list[Seen]:
        """Return the entries among what it took."""
        return [each for each in self.taken if each.event != ALIVE]

    @property
    def signs(self) -> list[Seen]:
        """Return the signs of life among what it took."""
        return [each for each in self.taken if each.event == ALIVE]

    @property
    def sequences(self) -> list[int]:
        """Return which entries it took, in the order in which it took them."""
        return [each.sequence for each in self.entries]

    @property
    def twice(self) -> list[int]:
        """Return which entries it took more than once."""
        return sorted(number for number, count in Counter(self.sequences).items() if count > 1)


def read(body: bytes) -> list[Seen]:
    """Return the records of a request."""
    found = []
    for logs in ExportLogsServiceRequest.FromString(body).resource_logs:
        resource = {each.key: _value(each.value) for each in logs.resource.attributes}
        for scope in logs.scope_logs:
            for one in scope.log_records:
                attributes = {each.key: _value(each.value) for each in one.attributes}
                found.append(Seen(one.event_name, one.body.string_value, attributes, resource))
    return found


def _value(value: Any) -> Any:
    return getattr(value, value.WhichOneof("value"))


def answering(body: bytes, kind: str) -> Answer:
    """Return the answer of a receiver that says this, of this content type."""

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(body=body, content_type=kind)

    return answer


def rejecting(count: int) -> Answer:
    """Return the answer of a receiver that has not taken so many records."""

    async def answer(_request: web.Request) -> web.Response:
        partial = ExportLogsPartialSuccess(rejected_log_records=count, error_message="no")
        body = ExportLogsServiceResponse(partial_success=partial).SerializeToString()
        return web.Response(body=body, content_type=PROTOBUF)

    return answer


def taking_without_an_answer(receiver: Receiver) -> Answer:
    """Return the answer of a receiver that takes what it is sent, and whose answer is lost."""

    async def answer(request: web.Request) -> web.StreamResponse:
        receiver.take(receiver.requests[-1])
        assert request.transport is not None
        request.transport.close()
        await asyncio.sleep(0)
        return web.Response()

    return answer


@asynccontextmanager
async def serving(receiver: Receiver, tls: ssl.SSLContext | None = None) -> AsyncIterator[Receiver]:
    """Let a receiver answer on loopback."""
    app = web.Application(client_max_size=2**24)
    app.router.add_post("/v1/logs", receiver.handle)
    server = TestServer(app, host="127.0.0.1", scheme="https" if tls else "http")
    await server.start_server(ssl=tls)
    receiver.url = str(server.make_url("/v1/logs"))
    try:
        yield receiver
    finally:
        await server.close()


def certified(folder: Path, name: str, until: timedelta) -> ssl.SSLContext:
    """Return the server's side of TLS, with a certificate that it has signed itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    today = datetime.now(UTC)
    names: list[x509.GeneralName] = [x509.DNSName(name)]
    if name[0].isdigit():
        names = [x509.IPAddress(ipaddress.ip_address(name))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - timedelta(days=30))
        .not_valid_after(today + until)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    (folder / "certificate").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate", folder / "key")
    return context
