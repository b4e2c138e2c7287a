"""The fleet's collector, as `scripts/setup collector` builds it, running on loopback."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
import os
from pathlib import Path
import signal
import subprocess
import time
import urllib.error
import urllib.request

from tests.ports import free_port

from .postgres import FLEET, REPOSITORY, Postgres

PROGRAM = REPOSITORY / ".toolchain" / "collector" / "fleet-collector"
ROLE = "collector"
_PATIENCE_SECONDS = 30


class CollectorError(Exception):
    """It does not start, or does not do what it should; the text ends with its log's."""


class Collector:
    """A collector, from `started` on until the end of its block.

    Attributes:
        port: Where it listens on loopback.
    """

    def __init__(self, server: Postgres, port: int) -> None:
        """Write into this server, as a role that is made for it."""
        self.port = port
        self._server = server
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """What a household enters."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def process(self) -> int:
        """The id of its process."""
        assert self._process is not None
        return self._process.pid

    @property
    def log(self) -> Path:
        """What it prints."""
        return self._server.folder / f"collector-{self.port}.log"

    @classmethod
    @contextmanager
    def started(cls, server: Postgres) -> Iterator[Collector]:
        """Start a collector.

        Raises:
            CollectorError: If it does not start.
        """
        if not server.sql(f"SELECT FROM pg_roles WHERE rolname = '{ROLE}'"):
            server.sql(f"CREATE ROLE {ROLE} LOGIN BYPASSRLS IN ROLE fleet_collector")
        made = cls(server, free_port())
        try:
            made.start()
            yield made
        finally:
            made.stop()

    def start(self) -> None:
        """Start it, or start it again."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [PROGRAM, "--config", FLEET / "collector" / "config.yaml"],
                env={
                    "PATH": os.environ["PATH"],
                    "FLEET_DATABASE": self._server.address(ROLE),
                    "FLEET_LISTEN": f"127.0.0.1:{self.port}",
                    "FLEET_LOG": "warn",
                },
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until = time.monotonic() + _PATIENCE_SECONDS
        while self.post(b"", "") is None:
            if self._process.poll() is not None or time.monotonic() > until:
                raise CollectorError(self.log.read_text("utf-8")[-2000:])
            time.sleep(0.05)

    def learns(self, token: str) -> None:
        """Wait until it has read a new credential.

        Raises:
            CollectorError: If it does not.
        """
        until = time.monotonic() + _PATIENCE_SECONDS
        while (status := self.post(b"", token)) != HTTPStatus.OK:
            if time.monotonic() > until:
                raise CollectorError(f"it answers {status}\n{self.log.read_text('utf-8')[-2000:]}")
            time.sleep(0.2)

    def stop(self) -> None:
        """Stop it; harmless when it is stopped."""
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(signal.SIGTERM)
            process.wait(_PATIENCE_SECONDS)

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait(_PATIENCE_SECONDS)

    @property
    def version(self) -> str:
        """Of OpenTelemetry's collector, as it was built."""
        done = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def post(self, body: bytes, token: str) -> int | None:
        """Post a request as a home does; return the status, None if nobody answers."""
        request = urllib.request.Request(  # noqa: S310 - loopback
            f"{self.url}/v1/logs",
            data=body,
            headers={
                "Content-Type": "application/x-protobuf",
                "Authorization": f"Bearer {token}",
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except urllib.error.URLError, ConnectionError:
            return None
