"""A real Home Assistant whose ledger is forwarded: killed, offline, and nothing is missing."""

import asyncio
from collections.abc import AsyncIterator
import hashlib
from pathlib import Path

from aiohttp import web
import pytest
import pytest_asyncio

from tests.e2e import ledger
from tests.e2e.faults import BODY, arrived, ask_and_prove
from tests.e2e.forms import Forms
from tests.e2e.guarded import GuardedHousehold
from tests.ports import free_port

PATIENCE_SECONDS = 30.0
SECRET = "Bearer correct-horse-battery-staple"


class Collector:
    """Keeps the bodies that it is sent, while it is there."""

    def __init__(self) -> None:
        """Be away."""
        self.bodies: list[bytes] = []
        self.secrets: set[str] = set()
        self.port = free_port()
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Be there."""
        app = web.Application(client_max_size=2**24)
        app.router.add_post("/v1/logs", self._handle)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()

    async def stop(self) -> None:
        """Be away."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    async def _handle(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.read())
        self.secrets.add(request.headers.get("Authorization", ""))
        return web.Response(content_type="application/x-protobuf")

    async def has(self, path: Path) -> None:
        """Wait until every entry of a ledger has come, each after the one before it; raises AssertionError."""
        wanted: list[bytes] = []
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while True:
                    lines = await asyncio.to_thread(ledger.lines, path)
                    wanted = [hashlib.sha256(line.encode()).hexdigest().encode() for line in lines]
                    if _in_order(b"".join(self.bodies), wanted):
                        return
                    await asyncio.sleep(0.2)
        except TimeoutError:
            missing = [each for each in wanted if each not in b"".join(self.bodies)]
            raise AssertionError(f"{len(missing)} of {len(wanted)} are missing") from None


def _in_order(text: bytes, wanted: list[bytes]) -> bool:
    place = 0
    for each in wanted:
        place = text.find(each, place)
        if place < 0:
            return False
    return True


async def _stored(path: Path, text: str) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while text not in await asyncio.to_thread(path.read_text, "utf-8"):
            await asyncio.sleep(0.1)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[GuardedHousehold]:
    """Return a guarded household."""
    made = GuardedHousehold.make(tmp_path_factory.mktemp("forwarded") / "household")
    try:
        await made.start()
        yield made
    finally:
        await made.stop()


@pytest.mark.asyncio(loop_scope="module")
async def test_nothing_is_missing(home: GuardedHousehold) -> None:
    """Added in Configure; then it is away while a message goes and Home Assistant is killed; then it is there again."""
    forms = Forms(home.client, [home.household.pipeline])
    forms.entry_id = home.entry_id
    collector = Collector()
    await collector.start()
    try:
        chosen = {
            "url": f"http://127.0.0.1:{collector.port}",
            "header": "Authorization",
            "secret": SECRET,
            "everything": True,
        }
        await forms.configure("ledger", {"retention_days": 30, "destinations": [chosen]})
        await collector.has(home.ledger_path)
        assert collector.secrets == {SECRET}

        # Home Assistant writes what it is set to a second later: whoever pulls the plug before has set nothing.
        await _stored(home.household.house.folder / ".storage" / "core.config_entries", SECRET)
        await collector.stop()
        before = arrived(home)
        _, proved = await ask_and_prove(home)
        assert proved.answer.startswith("Sent to Mum")
        assert arrived(home) == before + 1
        await home.household.house.kill()
        await collector.start()
        await home.household.house.start()
        await collector.has(home.ledger_path)
        sent = b"".join(collector.bodies)
        assert b"message_guard.delivered" in sent
        assert BODY.encode() not in sent
        assert SECRET.split()[1] not in home.household.house.log
    finally:
        await collector.stop()
