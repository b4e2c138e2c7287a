"""A real Home Assistant process with a configuration folder of its own."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
import json
from pathlib import Path
import signal
import sys
import time
from typing import Any

import aiohttp

from tests.ports import free_port

from . import forking
from .client import Client, CommandError
from .configuration import Configuration

_START_SECONDS = 120.0
_STOP_SECONDS = 30.0
_POLL_SECONDS = 0.1
# helpers/registry.py and helpers/collection.py of Home Assistant: SAVE_DELAY = 10.
_SAVE_SECONDS = 11.0
_LOG_TAIL_LINES = 40

OWNER = "owner"
# Of a user that exists on loopback, in a folder that is thrown away.
PASSWORD = "message guard"


class HouseError(Exception):
    """Home Assistant did not come up; the text ends with the tail of its log."""


@dataclass(slots=True, kw_only=True)
class House:
    """Home Assistant, started and stopped like an appliance.

    Attributes:
        folder: Its configuration folder.
        integrations: Folders of custom integrations to install.
        port: Port on loopback, 0 to pick a free one.
        python: Interpreter of the environment that Home Assistant is installed in.
        alone: Its process begins with nothing, whatever the tests have chosen for others.
        started_in: Seconds that the last start took, until everything was set up.
    """

    folder: Path
    integrations: tuple[Path, ...] = ()
    port: int = 0
    python: Path = Path(sys.executable)
    configuration: Configuration = field(init=False)
    alone: bool = False
    started_in: float = 0.0
    _process: forking.Process | None = None
    _client: Client | None = None
    _token: str = ""

    def __post_init__(self) -> None:
        """Settle on a port."""
        self.port = self.port or free_port()
        self.configuration = Configuration(
            folder=self.folder, port=self.port, integrations=self.integrations
        )

    @property
    def url(self) -> str:
        """Where Home Assistant listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def client(self) -> Client:
        """The owner's session.

        Raises:
            HouseError: If Home Assistant is not running.
        """
        if self._client is None:
            raise HouseError("Home Assistant is not running")
        return self._client

    @property
    def token(self) -> str:
        """An access token of the owner, which every start accepts; empty before the first one."""
        return self._token

    @property
    def running(self) -> bool:
        """Home Assistant's process is there."""
        return self._process is not None and self._process.returncode is None

    @property
    def log(self) -> str:
        """Everything that Home Assistant has printed since the folder was made."""
        path = self.folder / "process.log"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    @property
    def tail(self) -> str:
        """The last lines that Home Assistant has printed."""
        return "\n".join(self.log.splitlines()[-_LOG_TAIL_LINES:])

    def edit_storage(self, key: str, change: Callable[[Any], None]) -> None:
        """Change what Home Assistant has stored, as a restored backup or a failing disk may.

        Args:
            key: Name of the file below .storage.
            change: Changes the data in place.

        Raises:
            HouseError: If Home Assistant is running: it would not notice, and write over it.
        """
        if self.running:
            raise HouseError("Home Assistant is running")
        path = self.folder / ".storage" / key
        stored = json.loads(path.read_text(encoding="utf-8"))
        change(stored["data"])
        path.write_text(json.dumps(stored), encoding="utf-8")

    async def start(self) -> None:
        """Start Home Assistant, create the owner if there is none, and wait until it is set up.

        Raises:
            HouseError: If it does not come up.
        """
        begun = time.monotonic()
        if not self.folder.exists():
            self.configuration.write()
        arguments = ["--config", str(self.folder), "--skip-pip", "--log-no-color"]
        start = forking.start_alone if self.alone else forking.start
        self._process = await start(
            self.python, arguments, self.folder, self.folder / "process.log"
        )
        try:
            async with asyncio.timeout(_START_SECONDS):
                await self._wait_for_http()
                if not self._token:
                    self._token = await self._onboard()
                self._client = Client(self.url, self._token)
                await self._client.connect()
                await self._wait_until_running(self._client)
        except (TimeoutError, OSError, CommandError, aiohttp.ClientError) as error:
            await self.kill()
            raise HouseError(f"Home Assistant did not start: {error!r}\n{self.tail}") from error
        self.started_in = time.monotonic() - begun

    async def settle(self) -> None:
        """Wait until what was changed is on disk, as it is in any house that has been used a while.

        Home Assistant writes its registries up to ten seconds after a change, so a power cut right
        after a set-up would undo the set-up and show nothing about the guard.
        """
        await asyncio.sleep(_SAVE_SECONDS)

    async def stop(self) -> None:
        """Stop Home Assistant as a restart of the machine would; harmless when it is stopped."""
        await self._end(signal.SIGTERM)

    async def kill(self) -> None:
        """End Home Assistant at once, as a power cut would."""
        await self._end(signal.SIGKILL)

    async def restart(self) -> None:
        """Stop Home Assistant and start it again."""
        await self.stop()
        await self.start()

    async def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        client, self._client = self._client, None
        if process is not None and process.returncode is None:
            process.send_signal(how)
            try:
                async with asyncio.timeout(_STOP_SECONDS):
                    await process.wait()
            except TimeoutError:
                process.kill()
                await process.wait()
        if client is not None:
            await client.close()

    async def _wait_for_http(self) -> None:
        async with aiohttp.ClientSession() as http:
            while True:
                if not self.running:
                    raise HouseError(f"Home Assistant exited\n{self.tail}")
                try:
                    async with http.get(f"{self.url}/api/onboarding") as answer:
                        # Gone once the first-run dialogue is finished.
                        if answer.status in {200, 404}:
                            return
                except aiohttp.ClientConnectionError:
                    pass
                await asyncio.sleep(_POLL_SECONDS)

    @staticmethod
    async def _wait_until_running(client: Client) -> None:
        """Wait until every integration is set up, which is later than the first answer."""
        while True:
            if (await client.command("get_config"))["state"] == "RUNNING":
                return
            await asyncio.sleep(_POLL_SECONDS)

    async def _onboard(self) -> str:
        """Go through the first-run dialogue and return a long-lived access token."""
        client_id = f"{self.url}/"
        person = {
            "name": "Owner",
            "username": OWNER,
            "password": PASSWORD,
            "client_id": client_id,
            "language": "en",
        }
        async with aiohttp.ClientSession(self.url, raise_for_status=True) as http:
            async with http.post("/api/onboarding/users", json=person) as answer:
                code = (await answer.json())["auth_code"]
            grant = {"grant_type": "authorization_code", "code": code, "client_id": client_id}
            async with http.post("/auth/token", data=grant) as answer:
                access = (await answer.json())["access_token"]
        first = Client(self.url, access)
        try:
            await first.rest(
                "POST",
                "/api/onboarding/integration",
                {"client_id": client_id, "redirect_uri": client_id},
            )
            await first.connect()
            token = await first.command(
                "auth/long_lived_access_token", client_name="End-to-end", lifespan=1
            )
        finally:
            await first.close()
        return str(token)
