"""Results on their way from a thread to the event loop."""

import asyncio
from pathlib import Path
import resource
import threading

import pytest

from custom_components.message_guard.core.errors import LedgerUnusableError
from custom_components.message_guard.ledger.handover import Handover
from custom_components.message_guard.ledger.store import LedgerStore
from tests.ledger.stores import asked, opened

OPEN = Path("/proc/self/fd")
"""What this process has open."""

PIPE_BYTES = 65_536
"""What a pipe holds, unless somebody has asked for another size."""


def put_in_a_thread(handover: Handover, futures: list[asyncio.Future[int]]) -> None:
    """Pass on a result for each, one by one, while the loop is kept from looking."""

    def put() -> None:
        for number, future in enumerate(futures):
            handover.put([(future, number, None)])

    thread = threading.Thread(target=put)
    thread.start()
    thread.join()


async def test_more_results_than_the_pipe_holds_bytes() -> None:
    """All of them arrive, in order."""
    loop = asyncio.get_running_loop()
    handover = Handover(loop)
    futures = [loop.create_future() for _ in range(PIPE_BYTES + 10)]
    put_in_a_thread(handover, futures)
    assert await asyncio.gather(*futures) == list(range(len(futures)))
    put_in_a_thread(handover, [again := loop.create_future()])
    assert await again == 0
    handover.close()


async def test_what_is_left_when_it_ends() -> None:
    """Whoever waits hears of it; who has gone away is passed over."""
    loop = asyncio.get_running_loop()
    handover = Handover(loop)
    waiting, gone, failed = (loop.create_future() for _ in range(3))
    gone.cancel()
    handover.put([(gone, 1, None), (waiting, 2, None), (failed, None, ValueError("no"))])
    handover.close()
    assert await waiting == 2
    assert gone.cancelled()
    assert isinstance(failed.exception(), ValueError)


async def test_too_many_open_files(tmp_path: Path) -> None:
    """The ledger stays closed, and says so; it opens once there is room again."""
    store = LedgerStore(tmp_path / "ledger.db")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        with pytest.raises(LedgerUnusableError):
            await store.open()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert not store.is_open
    await store.open()
    await store.close()


async def test_nothing_stays_open(tmp_path: Path) -> None:
    """However often the ledger is opened and closed, and whether or not it can be used."""
    path, foreign = tmp_path / "ledger.db", tmp_path / "foreign.db"
    foreign.write_text("not ours" * 500)

    async def once() -> None:
        async with opened(path) as store:
            await store.append(asked("recorded"))
        with pytest.raises(LedgerUnusableError):
            await LedgerStore(foreign).open()

    await once()
    before = len(list(OPEN.iterdir()))
    for _ in range(5):
        await once()
    assert len(list(OPEN.iterdir())) == before
