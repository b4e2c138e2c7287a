"""A witness on this machine that can be made to misbehave. Real witnesses stand in tests/judges and tests/e2e."""

import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.test_utils import TestServer

from custom_components.message_guard.ledger.format.checkpoint import Checkpoint
from custom_components.message_guard.ledger.format.tree import verify_consistency
from tests.ledger.witnessing import Cosigner

type Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class WitnessServer:
    """Cosigns what goes on from what it has seen, for every ledger.

    Attributes:
        cosigner: Its key.
        requests: What it was sent.
        headers: Of the last request.
        seen: Size and root that it has cosigned, by origin.
        answer: What it does instead, if anything.
    """

    def __init__(self, cosigner: Cosigner) -> None:
        """Have seen nothing yet."""
        self.cosigner = cosigner
        self.requests: list[str] = []
        self.headers: dict[str, str] = {}
        self.seen: dict[str, tuple[int, str]] = {}
        self.answer: Answer | None = None
        self.url = ""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer `add-checkpoint`."""
        self.headers = dict(request.headers)
        self.requests.append(await request.text())
        if self.answer is not None:
            return await self.answer(request)
        return self.judged(self.requests[-1])

    def judged(self, body: str) -> web.Response:
        """Return what a witness answers to this request (C2SP tlog-witness)."""
        head, _, note = body.partition("\n\n")
        first, *hashes = head.split("\n")
        checkpoint = Checkpoint.parse(note)
        assert checkpoint.note is not None
        old = int(first.removeprefix("old "))
        size, root = self.seen.get(checkpoint.origin, (0, ""))
        if old != size:
            return web.Response(status=409, text=f"{size}\n", content_type="text/x.tlog.size")
        proof = [_base64(each) for each in hashes]
        if size and not verify_consistency(
            size, checkpoint.size, proof, bytes.fromhex(root), bytes.fromhex(checkpoint.root)
        ):
            return web.Response(status=422)
        self.seen[checkpoint.origin] = (checkpoint.size, checkpoint.root)
        return web.Response(text=f"{self.cosigner.cosign(checkpoint.note.text).line}\n")


def _base64(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


@asynccontextmanager
async def serving(witness: WitnessServer) -> AsyncIterator[WitnessServer]:
    """Let a witness answer on loopback."""
    app = web.Application()
    app.router.add_post("/w/add-checkpoint", witness.handle)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    witness.url = str(server.make_url("/w"))
    try:
        yield witness
    finally:
        await server.close()
