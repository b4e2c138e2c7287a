"""A mail server on loopback, in a thread of its own as its library wants it."""

import asyncio
from dataclasses import dataclass, field
import email
import email.policy
import time
from typing import Any, override

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from tests.ports import free_port

from .troubles import SECONDS, Server, Trouble

_ANSWERS = {
    Trouble.UNAUTHORIZED: "535 5.7.8 Authentication credentials invalid",
    Trouble.FORBIDDEN: "550 5.7.1 The recipient does not want this",
    Trouble.TOO_MANY: "450 4.7.0 Too many messages",
    Trouble.BROKEN: "451 4.3.0 Internal error",
}


@dataclass(slots=True)
class MailServer(Server):
    """Takes mail, after whoever sends it has logged in."""

    port: int = 0
    _controller: Controller | None = None
    _loop: asyncio.AbstractEventLoop | None = field(default=None)

    @override
    async def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.port = self.port or free_port()
        self._controller = Controller(
            self,
            hostname="127.0.0.1",
            port=self.port,
            authenticator=self._log_in,
            auth_require_tls=False,
            ready_timeout=20,
        )
        await asyncio.to_thread(self._controller.start)

    @override
    async def stop(self) -> None:
        if self._controller is not None:
            await asyncio.to_thread(self._controller.stop)
            self._controller = None

    def _log_in(self, *_: Any) -> AuthResult:
        return AuthResult(success=self.trouble is not Trouble.UNAUTHORIZED, handled=False)

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - the library's name
        """Take a mail, in the server's thread."""
        if (answer := _ANSWERS.get(self.trouble)) is not None:
            return answer
        content = envelope.content
        assert isinstance(content, bytes)
        message = email.message_from_bytes(content, policy=email.policy.default)
        body = message.get_body(("plain",))
        assert body is not None
        self.arrived.append(body.get_content().replace("\r\n", "\n").removesuffix("\n"))
        if self.trouble is Trouble.CUT:
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
        # In a thread of its own, so that the event can be looked at, and not waited for.
        release, until = self.release, time.monotonic() + SECONDS.get(self.trouble, 0.0)
        while time.monotonic() < until and not release.is_set():
            await asyncio.sleep(0.05)
        return "250 OK"
